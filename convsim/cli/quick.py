"""Opening the window sooner: what costs time at the start and need not.

Most of a start is reading: Qt, NumPy, and the modules of this program.  Three things help.

* Python's garbage collector looks through everything again and again while hundreds of modules
  make tens of thousands of objects, none of which is garbage.  It waits until the window is there.
* Once PySide is there, it looks through the source text of every module that is imported, for
  features that the module might want.  So NumPy, and what of ours does not know Qt, come first.
* Linking Qt's libraries needs no Python, so it is done by a second core.
"""

from __future__ import annotations

import gc
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

LIBRARIES = (
    ("PySide6", "Qt/lib/libQt6Widgets.so.*"),
    ("numpy", "_core/_multiarray_umath.*.so"),
    ("shiboken6", "libshiboken6.*"),
    ("PySide6", "libpyside6.abi3.*"),
    ("PySide6", "QtGui.abi3.so"),
    ("PySide6", "QtWidgets.abi3.so"),
)
"""Packages and the files in them, each after those that it needs."""


def begin() -> None:
    """Start to start: call this before Qt and NumPy are imported."""
    gc.disable()
    if sys.platform == "linux":
        Thread(target=_link, name="link", daemon=True).start()
    _read_what_knows_no_qt()


def end() -> None:
    """Collect garbage as usual; what the start made stays, and is not looked through again."""
    gc.freeze()
    gc.enable()


def _read_what_knows_no_qt() -> None:
    """Import what the window will import, as far as it is below Qt."""
    import convsim.document.building
    import convsim.document.named_kernels
    import convsim.figures.hint
    import convsim.figures.maps
    import convsim.figures.stage
    import convsim.figures.stage_conv
    import convsim.figures.strip
    import convsim.services.opening
    import convsim.services.settings  # noqa: F401


def _link() -> None:
    """Load the libraries, so that they are there when Python asks for them.

    Which are missing or cannot be loaded does not matter: the import will say so properly.
    """
    import ctypes

    for package, pattern in LIBRARIES:
        spec = find_spec(package)
        for place in (spec and spec.submodule_search_locations) or ():
            for file in Path(place).glob(pattern):
                with suppress(OSError):
                    ctypes.CDLL(str(file))
