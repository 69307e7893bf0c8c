"""The boxes take what is meant, say why they do not, and leave the wheel to the panel."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLineEdit

from convsim.ui.number_boxes import CountBox, DecimalBox, NumberBox
from tests.ui.hosting import Key, focused, hosted, typed, wheel


def shown(qtbot, box):
    hosted(qtbot, box, QLineEdit())
    return focused(qtbot, box)


def test_typing_twelve_never_applies_one(qtbot):
    box = shown(qtbot, NumberBox(1, 64))
    seen: list[int] = []
    box.valueChanged.connect(seen.append)
    box.selectAll()
    qtbot.keyClicks(box, "12")
    assert seen == []
    qtbot.keyClick(box, Key.Key_Return)
    assert seen == [12]


def test_a_dialog_follows_what_is_typed_and_lets_no_more_digits_stand_than_fit(qtbot):
    box = shown(qtbot, CountBox(1, 784, "Last position", " frames"))
    seen: list[int] = []
    box.valueChanged.connect(seen.append)
    box.selectAll()
    qtbot.keyClicks(box, "7849")
    assert seen == [7, 78, 784]
    assert box.text() == "784 frames"
    assert box.accessibleName() == "Last position"


def test_arrows_apply_at_once(qtbot):
    box = shown(qtbot, NumberBox(1, 64))
    seen: list[int] = []
    box.valueChanged.connect(seen.append)
    qtbot.keyClick(box, Key.Key_Up)
    qtbot.keyClick(box, Key.Key_Up)
    qtbot.keyClick(box, Key.Key_Down)
    assert seen == [2, 3, 2]


@pytest.mark.parametrize("text", ["99", "0", "abc", "-3", "2.5"])
def test_what_may_not_stand_here_is_refused_with_the_text(qtbot, text):
    box = shown(qtbot, NumberBox(1, 64))
    box.show_value(7)
    with qtbot.waitSignal(box.refused) as said:
        typed(qtbot, box, text)
    assert said.args == [text]
    assert (box.value(), box.text()) == (7, "7")


def test_a_square_says_so_and_takes_one_number_or_two(qtbot):
    box = shown(qtbot, NumberBox(1, 64, squared=True))
    box.show_value(5)
    assert box.text() == "5 × 5"
    typed(qtbot, box, "7")
    assert box.text() == "7 × 7"
    typed(qtbot, box, "9x9")
    assert box.value() == 9
    with qtbot.waitSignal(box.paired) as said:
        typed(qtbot, box, "3x5")
    assert said.args == [3, 5]
    assert box.value() == 9


def test_escape_takes_typing_back(qtbot):
    box = shown(qtbot, NumberBox(1, 64))
    box.show_value(7)
    typed(qtbot, box, "12", Key.Key_Escape)
    assert (box.value(), box.text()) == (7, "7")


def test_showing_the_same_value_leaves_typing_alone(qtbot):
    box = shown(qtbot, NumberBox(1, 64))
    box.show_value(7)
    box.selectAll()
    qtbot.keyClicks(box, "1")
    box.show_value(7)
    qtbot.keyClicks(box, "2")
    qtbot.keyClick(box, Key.Key_Return)
    assert box.value() == 12


@pytest.mark.parametrize("make", [lambda: NumberBox(1, 64), lambda: DecimalBox(0.01)])
def test_the_wheel_needs_the_keyboard(qtbot, make):
    box = shown(qtbot, make())
    focused(qtbot, box.window().findChildren(QLineEdit)[-1])
    before = box.value()
    assert not wheel(box)
    assert box.value() == before
    box.setFocus()
    assert wheel(box)
    assert box.value() > before


@pytest.mark.parametrize(
    ("text", "shows"), [("0,25", "0.25"), ("-.5", "−0.5"), ("1/8", "0.125"), ("1e-7", "1e−07")]
)
def test_decimals_as_people_type_them(qtbot, text, shows):
    box = shown(qtbot, DecimalBox(0.01))
    typed(qtbot, box, text)
    assert box.text() == shows


@pytest.mark.parametrize("text", ["x", "1e50", "nan", "1.2.3"])
def test_no_decimals(qtbot, text):
    box = shown(qtbot, DecimalBox(0.01))
    box.show_value(0.5)
    with qtbot.waitSignal(box.refused) as said:
        typed(qtbot, box, text)
    assert said.args == [text]
    assert box.value() == 0.5


def test_a_float32_is_shown_with_its_own_digits(qtbot):
    box = shown(qtbot, DecimalBox(0.01))
    box.show_value(-0.10000000149011612)
    assert box.text() == "−0.1"
    qtbot.keyClick(box, Key.Key_Up)
    assert box.text() == "−0.09"
