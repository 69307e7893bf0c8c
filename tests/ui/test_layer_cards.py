"""A card of the layer list shows all its words, however narrow the list is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QModelIndex, QSize
from PySide6.QtGui import QFont, QFontMetrics, QPainter

from convsim.document.edits import set_field
from convsim.ui.layer_cards import CardDelegate, _font, _lines, _wrapped
from convsim.ui.layer_model import COUNTS, DETAIL, SHAPE, TITLE, _runs

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from convsim.ui.layer_view import LayerView
    from tests.ui.conftest import Opener

PRESETS = ("lecture", "lenet5", "resnet-mini", "vgg16")


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("room", [130, 150, 180, 400])
def test_no_word_is_cut(preset: str, room: int, open_window: Opener) -> None:
    """Every word of a layer is in some line, and no line is wider than the card."""
    window = open_window(preset)
    view = window.network.list
    font = QFont(view.font())
    for row in range(1, view.rows.rowCount()):
        index = view.rows.index(row, 0)
        words = tuple(index.data(role) or "" for role in (TITLE, SHAPE, DETAIL, COUNTS))
        lines = _lines(font, words, room)
        shown = " ".join(f"{part} {shape}" for _, part, shape in lines).split()
        assert sorted(shown) == sorted(" ".join(words).split())
        for role, part, shape in lines:
            wide = QFontMetrics(_font(font, role)).horizontalAdvance(part)
            wide += QFontMetrics(font).horizontalAdvance(shape)
            assert wide <= room or " " not in part


def test_a_batch_norm_says_what_it_counts(open_window: Opener) -> None:
    rows = open_window("resnet-mini").network.list.rows
    assert rows.index(2, 0).data(TITLE) == "Batch norm 1"
    assert rows.index(2, 0).data(COUNTS) == "16 weights + 16 biases"


def test_no_digit_stands_alone_on_a_line(open_window: Opener) -> None:
    view = open_window("alexnet").network.list
    details = [view.rows.index(row, 0).data(DETAIL) for row in range(1, view.rows.rowCount())]
    metrics = QFontMetrics(view.font())
    for room in range(90, 180):
        for detail in filter(None, details):
            lines = _wrapped(metrics, detail, room)
            assert " ".join(lines) == detail
            assert all(len(part) > 1 for part in lines)


def test_a_card_is_as_high_as_its_lines(open_window: Opener, qtbot: QtBot) -> None:
    """A narrower list makes higher cards, at once."""
    window = open_window("lenet5")
    view = window.network.list
    rows = [view.rows.index(row, 0) for row in range(view.rows.rowCount())]
    wide = sum(view.visualRect(row).height() for row in rows)
    view.setFixedWidth(150)
    qtbot.waitUntil(lambda: sum(view.visualRect(row).height() for row in rows) > wide)


@pytest.mark.parametrize("room", [120, 150, 180, 240])
def test_no_number_stands_alone_on_a_line_and_no_line_is_empty(
    room: int, open_window: Opener
) -> None:
    window = open_window("lecture")
    view, store = window.network.list, window.context.store
    store.edit("dilation", set_field(store.document, 0, "dilation", (2, 2)))
    for row in range(1, view.rows.rowCount()):
        at = _at(view, row)
        words = tuple(at.data(role) for role in (TITLE, SHAPE, DETAIL, COUNTS))
        lines = _lines(view.font(), words, room)
        assert all(text or shape for _, text, shape in lines)
        assert not any(text.isdecimal() for role, text, _ in lines if role == DETAIL)


def test_an_edit_paints_only_the_cards_that_change(
    open_window: Opener, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the other cards nor their places are worked out again."""
    window = open_window("lecture")
    view, store = window.network.list, window.context.store
    qtbot.waitUntil(
        lambda: not store.undo_stack.canUndo() and view.visualRect(_at(view, 4)).y() > 0
    )
    painted: list[int] = []
    sized: list[int] = []
    paint, size = CardDelegate._paint, CardDelegate.sizeHint

    def note_paint(self: CardDelegate, painter: QPainter, *args: Any, **more: Any) -> None:
        painted.append(args[1].row())
        paint(self, painter, *args, **more)

    def note_size(self: CardDelegate, option: Any, index: Any) -> QSize:
        sized.append(index.row())
        return size(self, option, index)

    monkeypatch.setattr(CardDelegate, "_paint", note_paint)
    monkeypatch.setattr(CardDelegate, "sizeHint", note_size)
    places = [view.visualRect(_at(view, row)) for row in range(view.rows.rowCount())]
    # Nine filters are as many digits as six: no card needs another line.
    store.edit("filters", set_field(store.document, 0, "filters", 9))
    with qtbot.waitSignal(window.stage.view.painted):
        pass
    assert set(painted) == {1, 2, 3}
    assert not sized
    assert [view.visualRect(_at(view, row)) for row in range(view.rows.rowCount())] == places


def test_a_card_that_needs_another_line_moves_those_below(
    open_window: Opener, qtbot: QtBot
) -> None:
    """The list is laid out again for what does not fit any more."""
    window = open_window("lecture")
    view, store = window.network.list, window.context.store
    below = view.visualRect(_at(view, 2)).top()
    store.edit("stride", set_field(store.document, 0, "stride", (2, 1)))
    store.edit("padding", set_field(store.document, 0, "padding", ((2, 1), (2, 1))))
    store.edit("dilation", set_field(store.document, 0, "dilation", (2, 2)))
    qtbot.waitUntil(lambda: view.visualRect(_at(view, 2)).top() > below)


def test_a_kept_picture_of_a_card_is_what_would_be_painted(open_window: Opener) -> None:
    """Painting from pictures and painting anew give the same pixels, chosen or not."""
    window = open_window("lecture")
    view = window.network.list
    for row in (1, 3):
        view.setCurrentIndex(_at(view, row))
        kept = view.grab().toImage()
        cards = view.itemDelegate()
        assert isinstance(cards, CardDelegate)
        cards._painted.clear()
        assert view.grab().toImage() == kept


def _at(view: LayerView, row: int) -> QModelIndex:
    return view.rows.index(row, 0)


def test_cards_that_changed_together_are_said_together() -> None:
    assert _runs([]) == []
    assert _runs([3]) == [(3, 3)]
    assert _runs([1, 2, 3, 5, 7, 8]) == [(1, 3), (5, 5), (7, 8)]
