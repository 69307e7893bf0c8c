"""A card of the layer list shows all its words, however narrow the list is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QFont, QFontMetrics

from convsim.ui.layer_cards import _font, _lines
from convsim.ui.layer_model import COUNTS, DETAIL, SHAPE, TITLE

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

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


def test_a_card_is_as_high_as_its_lines(open_window: Opener, qtbot: QtBot) -> None:
    """A narrower list makes higher cards, at once."""
    window = open_window("lenet5")
    view = window.network.list
    rows = [view.rows.index(row, 0) for row in range(view.rows.rowCount())]
    wide = sum(view.visualRect(row).height() for row in rows)
    view.setFixedWidth(150)
    qtbot.waitUntil(lambda: sum(view.visualRect(row).height() for row in rows) > wide)
