"""Qt's enumerations, made the short way.

PySide asks Python for two hundred enumerations with more than three thousand members before the
first window is there.  Python looks at each member for what a class written by hand may hold:
descriptors, private names, values made by a function.  Numbers with names hold none of it, and what
comes out is the same without looking, in a third of the time.
"""

from __future__ import annotations

import enum
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

NEWEST = (3, 13)
"""The last Python of which it is known that nothing else belongs to a member."""
TAKEN = {"name", "value", "mro"}
"""Names that mean something else in an enumeration."""


@contextmanager
def short_enumerations() -> Iterator[None]:
    """Make enumerations of numbers the short way in here, if this Python has one."""
    usual: Any = enum.EnumType._create_  # type: ignore[attr-defined]
    # Python's own way for the enumerations of its library; the class is made by it.
    simple: Callable[..., Any] | None = getattr(enum, "_simple_enum", None)
    if sys.version_info[:2] > NEWEST:
        simple = None

    def create(cls: Any, class_name: str, names: Any, **how: Any) -> Any:
        # Whose it is: what was said, or whoever asked Python for it.
        module = how.pop("module", None) or sys._getframe(2).f_globals.get("__name__")
        if how.get("type") is not None or not _numbered(names):
            return usual(cls, class_name, names, module=module, **how)
        assert simple is not None
        body = {"__module__": module, "__qualname__": how.get("qualname") or class_name}
        made = simple(cls, boundary=how.get("boundary"))(type(class_name, (), body))
        made.__doc__ = None
        _fill(made, names)
        return made

    if simple is not None:
        enum.EnumType._create_ = create  # type: ignore[attr-defined]
    try:
        yield
    finally:
        enum.EnumType._create_ = usual  # type: ignore[attr-defined]


def _numbered(names: Any) -> bool:
    """Return whether these are names with numbers, as PySide gives them."""
    if type(names) is not list:
        return False
    for pair in names:
        if type(pair) is not tuple or len(pair) != 2 or type(pair[1]) is not int:
            return False
        if not pair[0] or pair[0][0] == "_":
            return False
    different = {name for name, _ in names}
    return len(different) == len(names) and different.isdisjoint(TAKEN)


def _fill(made: Any, names: list[tuple[str, int]]) -> None:
    """Give an enumeration its members, as Python does; a second name for a number is an alias."""
    by_name, by_value, order = made._member_map_, made._value2member_map_, made._member_names_
    hashable = getattr(made, "_hashable_values_", [])
    new, numbers, flags = made._new_member_, made._use_args_, issubclass(made, enum.Flag)
    singles = all_flags = 0
    for name, value in names:
        member = by_value.get(value)
        if member is None:
            member = new(made, value) if numbers else new(made)
            member.__dict__.update(
                _value_=value, _name_=name, __objclass__=made, _sort_order_=len(order)
            )
            by_value[value] = member
            hashable.append(value)
            single = value != 0 and value & (value - 1) == 0
            # Several flags together, or none, are not gone through.
            if single or not flags:
                order.append(name)
            if flags:
                all_flags |= value
                singles |= value if single else 0
        by_name[name] = member
        type.__setattr__(made, name, member)
    if flags:
        made._flag_mask_, made._singles_mask_ = all_flags, singles
        made._all_bits_ = 2 ** all_flags.bit_length() - 1
        values = [by_name[name]._value_ for name in order]
        if values != sorted(values):
            made._iter_member_ = made._iter_member_by_def_
