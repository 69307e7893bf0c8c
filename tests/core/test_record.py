"""Records behave as the standard library's frozen dataclasses do, which they are compared with."""

from __future__ import annotations

import copy
import inspect
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, is_dataclass, replace
from typing import Any, ClassVar

import pytest

from convsim.core.record import record


@record
class Base:
    """A record with a name that is given by keyword only."""

    kind: ClassVar[str] = "base"
    name: str = field(default="", kw_only=True)


@record
class Size(Base):
    """A record that inherits."""

    width: int
    height: int = 1
    tags: dict[str, int] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class StandardBase:
    """The same in the standard library's way."""

    kind: ClassVar[str] = "base"
    name: str = field(default="", kw_only=True)


@dataclass(frozen=True)
class StandardSize(StandardBase):
    """The same in the standard library's way."""

    width: int
    height: int = 1
    tags: dict[str, int] = field(default_factory=dict, repr=False, compare=False)


@record(eq=False)
class Holder:
    """A record that is only equal to itself, and counts what it was given."""

    items: list[int]
    count: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "count", len(self.items))


@record
class Own:
    """A record with methods of its own."""

    number: int

    def __init__(self, text: str) -> None:
        object.__setattr__(self, "number", int(text))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Own) and abs(self.number) == abs(other.number)

    def __repr__(self) -> str:
        return f"<{self.number}>"


@pytest.mark.parametrize(
    ("args", "given"),
    [((1,), {}), ((1, 2), {"name": "a"}), ((), {"width": 3}), ((1, 2, {"x": 1}), {})],
)
def test_it_is_made_compared_and_written_like_a_dataclass(
    args: tuple[Any, ...], given: dict[str, Any]
) -> None:
    ours, standard = Size(*args, **given), StandardSize(*args, **given)
    assert asdict(ours) == asdict(standard)
    assert repr(ours) == repr(standard).replace("Standard", "")
    assert hash(ours) == hash(standard)
    assert ours == Size(*args, **given)
    assert ours != Size(9)


@pytest.mark.parametrize(
    ("args", "given"),
    [
        ((), {}),
        ((1, 2, {}, 4), {}),
        ((1,), {"width": 1}),
        ((1,), {"depth": 1}),
        ((), {"height": 2, "depth": 1}),
        ((1, 2, {}, "name"), {}),
    ],
)
def test_what_does_not_fit_is_refused(args: tuple[Any, ...], given: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        StandardSize(*args, **given)
    with pytest.raises(TypeError, match=r"Size takes name .optional., width, height"):
        Size(*args, **given)


def test_it_is_frozen() -> None:
    size = Size(1)
    with pytest.raises(FrozenInstanceError, match="width"):
        size.width = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError, match="width"):
        del size.width


def test_every_record_has_containers_of_its_own() -> None:
    assert Size(1).tags is not Size(1).tags


def test_the_standard_functions_know_it() -> None:
    assert [spec.name for spec in fields(Size)] == [spec.name for spec in fields(StandardSize)]
    assert replace(Size(1, name="a"), height=4) == Size(1, 4, name="a")
    match Size(5, 6):
        case Size(width, height):
            assert (width, height) == (5, 6)
    assert is_dataclass(Size)


def test_help_and_completion_know_what_it_takes() -> None:
    ours, standard = (inspect.signature(cls).parameters for cls in (Size, StandardSize))
    assert list(ours) == list(standard) == ["width", "height", "tags", "name"]
    for name in ("width", "height", "name"):
        assert ours[name] == standard[name]
    assert str(inspect.signature(Own)) == "(text: 'str') -> 'None'"


def test_it_is_copied() -> None:
    size = Size(1, 2, {"x": 1})
    for other in (copy.copy(size), copy.deepcopy(size)):
        assert other == size
        assert other.tags == size.tags


def test_one_without_equality_is_equal_to_itself_and_finished_by_its_class() -> None:
    holder = Holder([1, 2])
    assert holder.count == 2
    assert holder == holder
    assert holder != Holder([1, 2])
    assert len({holder, Holder([1, 2])}) == 2


def test_methods_of_its_own_stay() -> None:
    assert Own("3") == Own("-3")
    assert repr(Own("3")) == "<3>"


def test_inherited_equality_minds_the_class() -> None:
    @record
    class Other(Size):
        """Equal fields, another class."""

    assert Other(1) != Size(1)
    assert repr(Other(1)).endswith("Other(name='', width=1, height=1)")


def test_a_default_that_all_objects_would_share_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Wrong\.items: .* use field"):

        @record
        class Wrong:
            """Its list would belong to everybody."""

            items: list[int] = []  # noqa: RUF012


def test_fields_are_described_when_asked_for_also_by_a_class_above() -> None:
    @record
    class Low:
        """A record."""

        first: int = field(default=1, compare=False)

    @record
    class High(Low):
        """A record that inherits before anybody asked."""

        second: str = "b"

    class Plain(High):
        """No record, but it has the fields of one."""

    for cls, names in ((Plain, ["first", "second"]), (High, ["first", "second"]), (Low, ["first"])):
        assert [spec.name for spec in fields(cls)] == names
        assert fields(cls)[0].default == 1
        assert not fields(cls)[0].compare
    assert (Low.first, High.second, High().second) == (1, "b", "b")
    assert replace(High(2), second="c") == High(3, "c")
