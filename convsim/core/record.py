"""Records: immutable values like frozen dataclasses, but defined in a tenth of the time.

The standard library writes the methods of a frozen dataclass as text and compiles it, class by
class: a third of a millisecond each, and the window starts with a hundred of them.  Here the
methods are closures.  Making an object takes half a microsecond longer instead, so the shapes of
a scene, which are made by the thousand, stay standard dataclasses.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform, overload

C = TypeVar("C", bound=type)


@overload
def record(cls: C, /) -> C: ...
@overload
def record(*, eq: bool = True) -> Callable[[C], C]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: C | None = None, /, *, eq: bool = True) -> C | Callable[[C], C]:
    """Make a class of annotated fields a frozen dataclass.

    `fields`, `replace` and `asdict` of the standard library work as usual, and so do defaults,
    ``field(...)``, ``__post_init__``, and methods that the class brings itself.  Bases that are
    dataclasses must be records too.

    Parameters
    ----------
    cls : type
    eq : bool
        Whether objects with equal fields are equal; choose False where fields hold arrays.

    Examples
    --------
    >>> @record
    ... class Size:
    ...     width: int
    ...     height: int = 1
    >>> Size(3), Size(3) == Size(3, height=1)
    (Size(width=3, height=1), True)
    """
    if cls is None:
        return lambda cls: _complete(cls, eq=eq)
    return _complete(cls, eq=eq)


def _complete(cls: C, *, eq: bool) -> C:
    # Without methods the standard decorator compiles nothing: it only finds the fields.
    dataclass(init=False, repr=False, eq=False)(cls)
    found = fields(cls)
    init = _init(cls)
    methods: dict[str, Any] = {
        "__init__": init,
        "__repr__": _repr(tuple(spec.name for spec in found if spec.repr)),
    }
    if eq:
        key = _key(tuple(spec.name for spec in found if spec.compare))
        methods |= {"__eq__": _eq(key), "__hash__": _hash(key)}
    for name, method in methods.items():
        own = vars(cls).get(name)
        # A class that has an __eq__ of its own is given None for its __hash__ by Python.
        if own is None:
            method.__name__, method.__qualname__ = name, f"{cls.__qualname__}.{name}"
            setattr(cls, name, method)
    cls.__signature__ = _Signature(init)  # type: ignore[attr-defined]
    cls.__setattr__, cls.__delattr__ = _refuse_to_set, _refuse_to_delete  # type: ignore[assignment,method-assign]
    return cls


def _init(cls: type) -> Callable[..., None]:
    names = tuple(spec.name for spec in fields(cls) if not spec.kw_only)
    known = {spec.name for spec in fields(cls)}
    full = len(names) if len(names) == len(known) else -1
    constants = {s.name: s.default for s in fields(cls) if s.default is not MISSING}
    factories = {s.name: s.default_factory for s in fields(cls) if s.default_factory is not MISSING}
    finish = hasattr(cls, "__post_init__")

    def init(self: Any, *args: Any, **given: Any) -> None:
        own = self.__dict__
        if len(args) == full and not given:  # nothing is left to find out
            own.update(zip(names, args, strict=True))
            if finish:
                self.__post_init__()
            return
        own.update(constants)
        own.update(zip(names, args, strict=False), **given)
        for name, make in factories.items():
            if name not in own:
                own[name] = make()
        twice = args and given and not given.keys().isdisjoint(names[: len(args)])
        if len(own) != len(known) or own.keys() != known or twice or len(args) > len(names):
            raise TypeError(_complaint(cls, names, args, given))
        if finish:
            self.__post_init__()

    return init


class _Signature:
    """The signature of a record's class, for help and completion, worked out when asked for."""

    def __init__(self, init: Callable[..., None]) -> None:
        self._init = init

    def __get__(self, _object: object, cls: type) -> inspect.Signature | None:
        """Return it, or None where the class is made in a way of its own."""
        if vars(cls).get("__init__") is not self._init:
            return None
        kinds = inspect.Parameter
        return inspect.Signature(
            [
                kinds(
                    spec.name,
                    kinds.KEYWORD_ONLY if spec.kw_only else kinds.POSITIONAL_OR_KEYWORD,
                    default=kinds.empty if _required(spec) else spec.default,
                    annotation=spec.type,
                )
                for spec in sorted(fields(cls), key=lambda spec: spec.kw_only is True)
            ]
        )


def _required(spec: Field[Any]) -> bool:
    return spec.default is MISSING and spec.default_factory is MISSING


def _complaint(
    cls: type, names: tuple[str, ...], args: tuple[Any, ...], given: dict[str, Any]
) -> str:
    """Say what was received and what would work."""
    wanted = ", ".join(
        spec.name + ("" if _required(spec) else " (optional)") for spec in fields(cls)
    )
    got = [*names[: len(args)], *(["more"] if len(args) > len(names) else []), *given]
    return f"{cls.__qualname__} takes {wanted or 'nothing'}; got {', '.join(got) or 'nothing'}"


def _key(names: tuple[str, ...]) -> Callable[[Any], Any]:
    """Return a function that gives what is compared of an object."""
    return attrgetter(*names) if names else lambda _self: ()


def _eq(key: Callable[[Any], Any]) -> Callable[[Any, object], bool]:
    def equal(self: Any, other: object) -> Any:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return key(self) == key(other)

    return equal


def _hash(key: Callable[[Any], Any]) -> Callable[[Any], int]:
    def hash_(self: Any) -> int:
        return hash(key(self))

    return hash_


def _repr(names: tuple[str, ...]) -> Callable[[Any], str]:
    def written(self: Any) -> str:
        parts = (f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__qualname__}({', '.join(parts)})"

    return written


def _refuse_to_set(self: object, name: str, value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: object, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")
