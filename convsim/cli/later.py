"""Modules that are found when they are imported, but read when something of them is first used.

A start pays for everything that is imported, whether it is needed or not.  NumPy attaches its
documentation, and PySide reads and compiles what writes the texts of wrong calls and the stubs for
editors: a seventh of a start, for nothing that a window shows.  They belong to others, so that we
cannot put off the import; we can put off the reading.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from threading import RLock
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.abc import Loader
    from importlib.machinery import ModuleSpec


@contextmanager
def read_later(names: Mapping[str, Sequence[str]]) -> Iterator[None]:
    """Put off reading these modules, if they are imported for the first time in here.

    An attribute asked for reads the module, also after this is over, with the error that reading
    it may give.  What nobody asks for is never read.  A module that is not there is not found, as
    ever.

    Parameters
    ----------
    names : mapping of str to sequence of str
        Full names, as in ``package.module``, and functions that somebody takes out of the module's
        dictionary without asking the module, as code in C may: they read it when they are called.
    """
    before = sys.meta_path
    ours = _Finder(names)
    # PySide puts the finder of its own modules at the front: ours has to come before that one.
    sys.meta_path = found = _FirstStaysFirst([ours, *before])
    try:
        yield
    finally:
        before[:] = [finder for finder in found if finder is not ours]
        sys.meta_path = before


class _FirstStaysFirst(list[Any]):
    """A list whose first place is taken."""

    def insert(self, at: Any, finder: Any, /) -> None:
        super().insert(max(1, at), finder)


class _Finder:
    """Finds some modules as the others do, but puts off reading them."""

    def __init__(self, names: Mapping[str, Sequence[str]]) -> None:
        self._names = names

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the description of a module that is put off, None for any other."""
        if name not in self._names:
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(name, path, target)
            if spec is not None:
                if spec.loader is not None:
                    spec.loader = _Put(spec.loader, self._names[name])  # type: ignore[assignment]
                return spec
        return None


class _Put:
    """Makes a module that reads itself; everything else of its loader is as it was."""

    def __init__(self, loader: Loader, functions: Sequence[str]) -> None:
        self.loader = loader
        self.functions = functions

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the module with nothing in it."""
        return _Unread(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Remember what reads the module, and leave it unread."""
        spec = module.__spec__
        assert spec is not None
        spec.loader = module.__loader__ = self.loader
        vars(module)["__unread__"] = (spec.name, self.loader)
        for name in self.functions:
            vars(module)[name] = partial(_call, module, name)


class _Unread(ModuleType):
    """A module before it is read."""

    def __getattr__(self, name: str) -> Any:
        # Python itself asks every module for names such as `__path__`: that is no use of it.
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        _read(self)
        return ModuleType.__getattribute__(self, name)


_READING = RLock()


def _read(module: ModuleType) -> None:
    # Another thread waits until all of it is there; while it is being read it may ask itself.
    with _READING:
        unread = vars(module).pop("__unread__", None)
        if unread is None:
            return
        name, loader = unread
        spec = module.__spec__
        assert spec is not None
        # PySide publishes its modules under second names, which their loader does not know.
        published, spec.name = spec.name, name
        try:
            loader.exec_module(module)
        except BaseException:
            # Who asks next is told the same.
            vars(module)["__unread__"] = unread
            raise
        finally:
            spec.name = published
        module.__class__ = ModuleType


def _call(module: ModuleType, name: str, /, *arguments: Any) -> Any:
    _read(module)
    return getattr(module, name)(*arguments)
