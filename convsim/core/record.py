"""Records: immutable values like frozen dataclasses, but defined in a tenth of the time.

The standard library writes the methods of a frozen dataclass as text and compiles it, class by
class: a third of a millisecond each, and the window starts with a hundred of them.  Here the
methods are closures, and the fields are described when somebody asks for them.  Making an object
takes half a microsecond longer instead; what is made by the thousand brings an `__init__`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from threading import RLock
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
    own = {name: _taken(cls, name) for name in _annotated(cls)}
    found: dict[str, Field[Any]] = {}
    for base in cls.__mro__[:0:-1]:
        found |= vars(base).get("__record__", {})
    found |= own
    init = _init(cls, found)
    methods: dict[str, Any] = {
        "__init__": init,
        "__repr__": _repr(tuple(name for name, spec in found.items() if spec.repr)),
    }
    if eq:
        key = _key(tuple(name for name, spec in found.items() if spec.compare))
        methods |= {"__eq__": _eq(key), "__hash__": _hash(key)}
    for name, method in methods.items():
        # A class that has an __eq__ of its own is given None for its __hash__ by Python.
        if vars(cls).get(name) is None:
            method.__name__, method.__qualname__ = name, f"{cls.__qualname__}.{name}"
            setattr(cls, name, method)
    more: dict[str, Any] = {
        "__record__": found,
        "__dataclass_fields__": _Fields(cls, own),
        "__match_args__": tuple(name for name, spec in found.items() if spec.kw_only is not True),
        "__signature__": _Signature(init),
        "__setattr__": _refuse_to_set,
        "__delattr__": _refuse_to_delete,
    }
    for name, value in more.items():
        setattr(cls, name, value)
    return cls


def _annotated(cls: type) -> list[str]:
    """Return the names of the fields that a class adds; constants of the class are none."""
    return [name for name, kind in inspect.get_annotations(cls).items() if "ClassVar" not in kind]


def _taken(cls: type, name: str) -> Field[Any]:
    """Return what a class says of a field, and leave the default alone in the class."""
    value = vars(cls).get(name, MISSING)
    if isinstance(value, Field):
        if value.default is MISSING:
            delattr(cls, name)
        else:
            setattr(cls, name, value.default)
        return value
    if value is not MISSING and type(value).__hash__ is None:
        raise ValueError(
            f"{cls.__qualname__}.{name}: {value!r} would be shared by all objects; "
            "use field(default_factory=...)"
        )
    spec: Field[Any] = field(default=value)
    return spec


class _Fields:
    """The fields as the standard library describes them, worked out when somebody asks for them."""

    def __init__(self, owner: type, own: dict[str, Field[Any]]) -> None:
        self._owner = owner
        self._own = own

    def __get__(self, _object: object, _cls: type) -> dict[str, Field[Any]]:
        """Return them, by name."""
        owner = self._owner
        with _DESCRIBING:
            if vars(owner).get("__dataclass_fields__") is self:
                for name, spec in self._own.items():
                    setattr(owner, name, spec)
                # Without methods to write it compiles nothing.
                dataclass(init=False, repr=False, eq=False)(owner)
        described: dict[str, Field[Any]] = vars(owner)["__dataclass_fields__"]
        return described


_DESCRIBING = RLock()


def _init(cls: type, found: dict[str, Field[Any]]) -> Callable[..., None]:
    names = tuple(name for name, spec in found.items() if spec.kw_only is not True)
    known = set(found)
    full = len(names) if len(names) == len(known) else -1
    constants = {n: s.default for n, s in found.items() if s.default is not MISSING}
    factories = {n: s.default_factory for n, s in found.items() if s.default_factory is not MISSING}
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
