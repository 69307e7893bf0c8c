"""Words that change: what stands beside them stays, until they need other room."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from convsim.ui.number_boxes import NumberBox
from convsim.ui.steady import Held, Steady


class Layouts(QObject):
    """Counts how often a widget is laid out again."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.count = 0
        watched.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


@pytest.fixture
def page(qtbot, qapp):
    """A shown page with a label in steady room and another widget beside it."""
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.resize(300, 120)

    def show(label: QLabel, way: type[QHBoxLayout] | type[QVBoxLayout]) -> tuple[Steady, Layouts]:
        steady, row = Steady(label), way(widget)
        row.addWidget(steady)
        row.addWidget(QWidget(), 1)
        widget.show()
        qapp.processEvents()
        return steady, Layouts(widget)

    return show


def test_a_text_of_much_the_same_length_moves_nothing(page, qapp):
    label = QLabel("12 / 784")
    steady, layouts = page(label, QHBoxLayout)
    room = steady.width()
    label.setText("13 / 784")
    qapp.processEvents()
    assert layouts.count == 0
    assert steady.width() == room
    assert label.size() == steady.size()


def test_a_label_that_asks_for_more_than_its_words_is_not_cut_off(page, qtbot):
    label = QLabel("1 / 784")
    steady, _ = page(label, QHBoxLayout)
    label.setMinimumWidth(label.sizeHint().width() + 30)
    qtbot.waitUntil(lambda: steady.width() >= label.minimumWidth())
    assert label.width() == steady.width()


def test_a_longer_text_gets_more_room_and_a_much_shorter_one_gives_it_back(page, qtbot):
    label = QLabel("short")
    steady, _ = page(label, QHBoxLayout)
    for text in ("a text that is much longer than that", "short"):
        label.setText(text)
        qtbot.waitUntil(lambda: steady.width() == label.sizeHint().width())


def test_wrapped_words_get_as_many_lines_as_they_need(page, qapp, qtbot):
    label = QLabel("one line")
    label.setWordWrap(True)
    steady, layouts = page(label, QVBoxLayout)
    line = steady.height()
    label.setText("another")
    qapp.processEvents()
    assert layouts.count == 0
    label.setText("words that need more than the width there is for one line " * 2)
    qtbot.waitUntil(lambda: steady.height() == label.heightForWidth(steady.width()) > line)


def test_words_that_take_what_is_left_never_ask_for_width(page, qapp):
    label = QLabel("a step")
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    _, layouts = page(label, QVBoxLayout)
    label.setText("a long sentence about a step, longer than the window is wide " * 3)
    qapp.processEvents()
    assert layouts.count == 0


def test_what_was_said_while_hidden_has_its_room_when_it_is_shown(page, qtbot):
    label = QLabel("short")
    steady, _ = page(label, QHBoxLayout)
    steady.hide()
    label.setText("a text that is much longer than that")
    steady.show()
    qtbot.waitUntil(lambda: steady.width() == label.sizeHint().width())


def test_a_larger_font_needs_more_lines_of_the_same_words(page):
    label = QLabel("so many words that one line of them is far from enough for all")
    label.setWordWrap(True)
    steady, _ = page(label, QVBoxLayout)
    before = steady.heightForWidth(200)
    font = label.font()
    font.setPixelSize(2 * label.fontInfo().pixelSize())
    label.setFont(font)
    assert steady.heightForWidth(200) == label.heightForWidth(200) > before


def test_words_that_come_where_none_were_get_their_room(page, qapp, qtbot):
    label = QLabel()
    label.setWordWrap(True)
    steady, _ = page(label, QVBoxLayout)
    steady.hide()
    qapp.processEvents()
    # As a card does with a formula for which there was nothing to say before.
    steady.show()
    label.setText("(32 − 5)/1 + 1 = 28")
    qtbot.waitUntil(lambda: steady.height() == label.heightForWidth(steady.width()) > 0)


@pytest.fixture
def counted(qtbot, qapp):
    """A shown page with a box for a number in a room of its own."""
    page, box = QWidget(), NumberBox(1, 6)
    qtbot.addWidget(page)
    room, row = Held(box), QHBoxLayout(page)
    row.addWidget(room)
    row.addWidget(QWidget(), 1)
    page.show()
    qapp.processEvents()
    return page, room, box


def test_other_bounds_of_a_box_move_nothing(counted, qapp):
    page, room, box = counted
    layouts = Layouts(page)
    before = room.geometry()
    box.setMaximum(7)
    qapp.processEvents()
    assert layouts.count == 0
    assert room.geometry() == before
    assert box.geometry() == room.rect()


def test_bounds_that_need_more_digits_get_their_room(counted, qtbot):
    _, room, box = counted
    before = room.width()
    box.setMaximum(1_000_000)
    qtbot.waitUntil(lambda: room.width() > before)
    assert room.width() >= box.sizeHint().width()
    assert box.geometry() == room.rect()


def test_what_changed_while_nobody_saw_it_has_its_room_when_it_is_shown(counted, qtbot, qapp):
    page, room, box = counted
    page.hide()
    box.setMaximum(1_000_000)
    box.setSuffix(" / 1000000")
    qapp.processEvents()
    page.show()
    qtbot.waitUntil(lambda: box.width() >= box.sizeHint().width())
    assert room.sizeHint().width() == box.sizeHint().width()


@pytest.mark.parametrize("text", ["two\nlines", "हिन्दी", "한국어", "W × H − 1 ≈ 2"])
def test_words_that_fill_a_line_are_as_high_as_their_letters(page, qapp, text):
    label = QLabel("words")
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    steady, _ = page(label, QVBoxLayout)
    label.setText(text)
    qapp.processEvents()
    assert steady.sizeHint().height() == label.sizeHint().height()
