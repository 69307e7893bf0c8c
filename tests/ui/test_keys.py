"""Who gets a key: fields keep what they need to edit, everything else goes to the stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLineEdit,
    QListView,
    QSlider,
    QSpinBox,
    QToolButton,
    QWidget,
)

from convsim.ui.keys import SLIDES, KeyReferee, keeps_key

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

PLAIN = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
KEY = Qt.Key


@pytest.mark.parametrize(
    ("kind", "key", "modifiers", "verdict"),
    [
        (QSpinBox, KEY.Key_Up, PLAIN, True),
        (QSpinBox, KEY.Key_Space, PLAIN, True),
        (QSpinBox, KEY.Key_Z, CONTROL, False),
        (QLineEdit, KEY.Key_Z, CONTROL, None),
        (QLineEdit, KEY.Key_Home, PLAIN, True),
        (QComboBox, KEY.Key_Down, PLAIN, True),
        (QListView, KEY.Key_Down, PLAIN, True),
        (QListView, KEY.Key_Right, PLAIN, None),
        (QListView, KEY.Key_Space, PLAIN, None),
        (QToolButton, KEY.Key_Space, PLAIN, True),
        (QToolButton, KEY.Key_Right, PLAIN, None),
        (QWidget, KEY.Key_Space, PLAIN, None),
    ],
)
def test_a_widget_keeps_a_key_only_if_it_needs_it(
    qtbot: QtBot,
    kind: type[QWidget],
    key: Qt.Key,
    modifiers: Qt.KeyboardModifier,
    verdict: bool | None,
) -> None:
    widget = kind()
    qtbot.addWidget(widget)
    assert keeps_key(widget, key, modifiers) is verdict


def test_a_slider_with_keys_of_its_own_keeps_them_and_others_leave_them_to_the_stage(
    qtbot: QtBot,
) -> None:
    own, stages = QSlider(), QSlider()
    for slider in (own, stages):
        qtbot.addWidget(slider)
    own.setProperty(SLIDES, True)
    for key in (KEY.Key_Left, KEY.Key_Home, KEY.Key_PageDown):
        assert keeps_key(own, key, PLAIN) is True
        assert keeps_key(own, key, CONTROL) is None
        assert keeps_key(stages, key, PLAIN) is None


class Choosy(QSpinBox):
    """Wants A, not Space although it is a number box, and leaves the rest to its kind."""

    def wants_key(self, event: QKeyEvent) -> bool | None:
        return {KEY.Key_A: True, KEY.Key_Space: False}.get(Qt.Key(event.key()))


@pytest.mark.parametrize(
    ("key", "kept"), [(KEY.Key_A, True), (KEY.Key_Space, False), (KEY.Key_Up, True)]
)
def test_a_widget_with_keys_of_its_own_is_asked_first(
    qtbot: QtBot, qapp: QApplication, key: Qt.Key, kept: bool
) -> None:
    referee = KeyReferee(qapp)
    widget = Choosy()
    qtbot.addWidget(widget)
    event = QKeyEvent(QEvent.Type.ShortcutOverride, key, PLAIN)
    event.setAccepted(not kept)
    try:
        assert referee.eventFilter(widget, event)
    finally:
        referee.deleteLater()
    assert event.isAccepted() is kept
