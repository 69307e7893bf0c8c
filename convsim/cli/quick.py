"""Opening the window sooner: what costs time at the start and need not.

Most of a start is reading: NumPy, Qt, and the modules of this program.

* Python's garbage collector looks through everything again and again while hundreds of modules
  make tens of thousands of objects, none of which is garbage.  It waits until the window is there.
* BLAS makes threads when NumPy is imported, which are busy with nothing at first.  Beside a window
  it has one; large work is shared out to threads of our own.
* Qt's libraries can be loaded while Python does something else (`convsim.cli.ahead`): it reads what
  of ours does not know Qt.
* PySide makes a class of Qt's when it is first named, with all its enumerations.  Those of which
  the first window has no object are not imported, but named where they are used, as in
  ``QtWidgets.QFileDialog``.
* PySide has Python make all enumerations of such a class, which can be done the short way
  (`convsim.cli.enumerations`).
* NumPy and PySide import modules that a window has no use for, some of them slow to read
  (`convsim.cli.later`).
* Once PySide is there, it looks through the source text of every module that is imported, for
  features that the module might want.  None of ours wants any, so it is kept from looking.
"""

from __future__ import annotations

import builtins
import gc
from contextlib import ExitStack

from convsim.cli.ahead import load_qt
from convsim.cli.enumerations import short_enumerations
from convsim.cli.later import read_later
from convsim.core.blas import import_numpy_without_threads

_DURING = ExitStack()
"""What holds from `begin` to `end`."""
UNUSED: dict[str, tuple[str, ...]] = {
    "numpy._core._add_newdocs": (),
    "numpy._core._add_newdocs_scalars": (),
    "shibokensupport.signature.errorhandler": (),
    "shibokensupport.signature.layout": (),
    "shibokensupport.signature.lib.enum_sig": (),
    "shibokensupport.signature.lib.pyi_generator": (),
    "shibokensupport.signature.lib.tool": (),
    "shibokensupport.signature.mapping": ("update_mapping",),
    "shibokensupport.signature.parser": (),
}
"""Modules of NumPy and PySide that are read when something of them is first used.

They hold documentation, and the words of what is raised when Qt is called with a wrong argument.
"""


def begin() -> None:
    """Start to start: call this before Qt and NumPy are imported."""
    gc.disable()
    with read_later(UNUSED):
        import_numpy_without_threads()
        # Not before: NumPy loads libraries too, and one library at a time is loaded.
        load_qt()
        _read_what_knows_no_qt()
        import PySide6  # noqa: F401 — Qt itself comes with the modules that name it
    _DURING.enter_context(short_enumerations())
    # PySide keeps the true one there; without its own `__import__` it does not look into modules.
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)


def end() -> None:
    """Collect garbage as usual; what the start made stays, and is not looked through again."""
    _DURING.close()
    gc.freeze()
    gc.enable()


def _read_what_knows_no_qt() -> None:
    """Import what the window will import, as far as it is below Qt."""
    import convsim.document.blocks
    import convsim.document.building
    import convsim.document.filters
    import convsim.document.named_kernels
    import convsim.document.palette
    import convsim.figures.maps
    import convsim.figures.page
    import convsim.figures.ripple
    import convsim.figures.stage
    import convsim.figures.stage_conv
    import convsim.figures.strip
    import convsim.figures.theme
    import convsim.figures.what
    import convsim.services.opening
    import convsim.services.projects
    import convsim.services.settings  # noqa: F401
