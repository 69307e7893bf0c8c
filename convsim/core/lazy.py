"""Reading a part of the program only when something in it is used.

A window that opens at once must not read what it does not show yet.  A package that gathers names
for others says where each lives; a name's module is read when the name is first asked for:

    if TYPE_CHECKING:
        from convsim.data.decoder import decode
    else:
        __getattr__ = later(__name__, {"decode": "decoder"})

The import in the upper half is what type checkers and the contracts about rooms see.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def later(package: str, places: Mapping[str, str]) -> Callable[[str], object]:
    """Return a package's ``__getattr__``, which Python asks for names that are not there yet.

    Parameters
    ----------
    package : str
        The package's ``__name__``.
    places : mapping
        From a name to the module of the package that holds it.
    """

    def found(name: str) -> object:
        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(f"{package}.{places[name]}"), name)
        setattr(sys.modules[package], name, value)  # so that nobody asks again
        return value

    return found


def deferred(module: str, neighbour: str, name: str) -> Callable[..., Any]:
    """Return a function that stands for one in a module that is read at the first call.

    Parameters
    ----------
    module : str
        The ``__name__`` of the module that asks.
    neighbour : str
        A module of the same package: what leads to another room must be a visible import.
    name : str
        The function in it.
    """
    place = f"{module.rpartition('.')[0]}.{neighbour}"

    def run(*args: Any, **named: Any) -> Any:
        return getattr(import_module(place), name)(*args, **named)

    return run
