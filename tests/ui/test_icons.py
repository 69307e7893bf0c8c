"""Icons are line drawings in the ink of the theme, drawn before so that a start is fast."""

from __future__ import annotations

import gc

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication, QIcon, QImage
from shiboken6 import isValid

from convsim.figures.theme import DARK, LIGHT, Theme
from convsim.services import resources
from convsim.ui import icons
from convsim.ui.icons import DRAWN, DRAWN_SIZE, icon
from tests.shots.icons import draw, line_drawings


def _grey(image: QImage) -> np.ndarray:
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), grey.bytesPerLine())
    return rows[:, : grey.width()].astype(int)


def test_what_is_drawn_is_what_the_drawings_say(qapp: QGuiApplication) -> None:
    kept = QImage(str(resources.find("icons", DRAWN)))
    assert kept.text("names").split() == list(line_drawings())
    # Another Qt may smooth a line a little differently.
    assert np.abs(_grey(kept) - _grey(draw())).mean() < 1


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=("light", "dark"))
@pytest.mark.parametrize("name", line_drawings())
def test_an_icon_has_the_ink_of_the_theme(qapp: QGuiApplication, name: str, theme: Theme) -> None:
    made = icon(name, theme)
    for mode, ink in ((QIcon.Mode.Normal, theme.ink), (QIcon.Mode.Disabled, theme.faint)):
        image = made.pixmap(QSize(18, 18), 3.0, mode).toImage()
        assert (image.width(), image.height()) == (DRAWN_SIZE, DRAWN_SIZE)
        colors = [
            image.pixelColor(x, y)
            for x in range(DRAWN_SIZE)
            for y in range(DRAWN_SIZE)
            if image.pixelColor(x, y).alpha() == 255
        ]
        assert colors
        assert {(c.red(), c.green(), c.blue()) for c in colors} == {ink[:3]}
        assert image.pixelColor(0, 0).alpha() == 0


def test_a_copy_that_somebody_changes_lives_on_without_the_first(qapp: QGuiApplication) -> None:
    for _ in range(50):
        first = icon("plus", LIGHT)
        copy = QIcon(first)
        copy.setIsMask(True)  # now it needs a drawing of its own
        del first
        gc.collect()
        image = copy.pixmap(QSize(18, 18), 3.0).toImage()
        middle = image.pixelColor(DRAWN_SIZE // 2, DRAWN_SIZE // 2)
        assert (middle.red(), middle.green(), middle.blue()) == LIGHT.ink[:3]
    del copy
    assert sum(map(isValid, icons._twins)) == 0
