"""Qt's libraries, loaded by a thread of their own while Python reads modules.

To load them is 15 ms of work for the system, which needs nothing of Python: another processor can
do it meanwhile.  When Python comes to Qt, it finds them loaded.
"""

from __future__ import annotations

import sys
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

MODULES = ("QtCore", "QtGui", "QtWidgets")
NOW = 2
"""``RTLD_NOW`` of Linux: as Python loads its extension modules."""


def load_qt() -> Thread | None:
    """Begin to load Qt's libraries; return the thread that does, if there is any to be loaded.

    They are only loaded: modules are made by whoever imports them.  What cannot be loaded is left
    to the import, which says why.
    """
    spec = (
        find_spec("PySide6") if sys.platform == "linux" and "PySide6" not in sys.modules else None
    )
    places = spec.submodule_search_locations if spec is not None else None
    if not places:
        return None
    stems = [Path(place, name) for place in places for name in MODULES]
    files = [Path(f"{stem}{suffix}") for stem in stems for suffix in EXTENSION_SUFFIXES]
    thread = Thread(target=_load, args=([str(f) for f in files if f.is_file()],), name="load Qt")
    thread.start()
    return thread


def _load(files: list[str]) -> None:
    import ctypes

    # Called as a function of the C library, `dlopen` lets Python go on; `ctypes.CDLL` does not.
    load = ctypes.CDLL(None).dlopen
    load.restype, load.argtypes = ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_int)
    for file in files:
        load(file.encode(), NOW)
