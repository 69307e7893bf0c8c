"""The window never asks for more than a small screen has, whatever it shows and says."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from convsim.document import PRESETS
from convsim.ui.app import FIRST, first_size
from convsim.ui.tabs import TABS
from convsim.ui.train.panel import PAGES

SMALL = (1024, 640)
LONG = "The loss is not a number any more, and this is what could be done against it. " * 4


def fits(window, what):
    QApplication.sendPostedEvents()
    least = window.minimumSizeHint().expandedTo(window.minimumSize())
    assert least.width() <= SMALL[0], what
    assert least.height() <= SMALL[1], what
    assert (window.width(), window.height()) == SMALL, what


@pytest.mark.parametrize("preset", list(PRESETS))
def test_every_tab_of_every_preset(open_window, qtbot, preset):
    window = open_window(preset)
    window.resize(*SMALL)
    for tab in TABS:
        window.show_tab(tab)
        qtbot.wait(1)
        fits(window, tab)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("preset", ["lecture", "lenet5"])
def test_every_page_of_training_with_all_settings_and_a_long_message(
    open_window, qtbot, preset, page
):
    window = open_window(preset)
    window.resize(*SMALL)
    window.show_tab("train")
    train = window.tabs.train
    train.form.more.setChecked(True)
    train.show_page(page)
    train.head.say(LONG, wrong=True)
    train.head.guess.setText(LONG)
    train.head.guess.show()
    train.advice.words.setText(LONG)
    train.advice.offer.setText("Weight decay 0.0005")
    train.advice.offer.show()
    train.advice.show()
    qtbot.wait(20)
    fits(window, page)
    qtbot.waitUntil(lambda: not train.data.reading)


def test_every_setting_can_be_reached_on_a_small_screen(open_window, qtbot):
    window = open_window("lenet5")
    window.resize(*SMALL)
    window.show_tab("train")
    train = window.tabs.train
    train.form.more.setChecked(True)
    qtbot.wait(20)
    assert train.setup.widget().width() == train.setup.viewport().width()
    for editor in (train.form.optimizer, train.form.begin, train.data.list):
        train.setup.ensureWidgetVisible(editor)
        qtbot.wait(1)
        assert not editor.visibleRegion().isEmpty()
        assert editor.visibleRegion().boundingRect().height() == editor.height() >= 26
    qtbot.waitUntil(lambda: not train.data.reading)


@pytest.mark.parametrize(
    ("screen", "size"),
    [
        ((1920, 1040), FIRST),
        ((1280, 800), (1264, 760)),
        ((1024, 700), (1008, 660)),
    ],
)
def test_the_first_window_fits_with_its_frame(screen, size):
    assert first_size(QSize(*screen)) == QSize(*size)
