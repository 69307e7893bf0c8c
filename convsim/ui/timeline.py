"""The timeline: every position of the window on one line, to play and scrub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QToolButton, QVBoxLayout, QWidget

from convsim.ui.icons import icon
from convsim.ui.steady import Steady

if TYPE_CHECKING:
    from convsim.document import Document
    from convsim.figures.theme import Theme
    from convsim.services.player import Player


class Timeline(QWidget):
    """Buttons, slider, speed.

    Signals
    -------
    asked(id)
        A button asks for the command of this id.
    scrubbed(position)
        The slider was moved to this position, from 0.
    """

    asked = Signal(str)
    scrubbed = Signal(int)

    def __init__(self, player: Player, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._player = player
        self._icons: list[tuple[QToolButton, str]] = []
        self._theme = theme
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 2, 18, 8)
        column.addLayout(self._make_row())
        player.playing_changed.connect(self._show_playing)
        player.speed_changed.connect(self._show_speed)
        player.loop_changed.connect(self._loop.setChecked)
        self.set_theme(theme)
        self._show_speed(player.speed)

    def set_theme(self, theme: Theme) -> None:
        """Tint the icons."""
        self._theme = theme
        for button, name in self._icons:
            color = theme.accent_ink if button is self._play else theme.ink
            button.setIcon(icon(name, theme, color))
        self._show_playing(self._player.playing)

    def show_document(self, document: Document) -> None:
        """Show where the document stands."""
        walk = document.walk
        self.setEnabled(walk is not None)
        if walk is None:
            self._count.setText("")
            return
        position = walk.position(document.cursor)
        self._slider.blockSignals(True)
        self._slider.setRange(0, walk.positions - 1)
        self._slider.setPageStep(max(walk.cols, 1))
        self._slider.setValue(position)
        self._slider.blockSignals(False)
        text = f"{position + 1:,} / {walk.positions:,}"
        self._count.setText(text)
        room = QFontMetrics(self._count.font()).horizontalAdvance(f"{walk.positions:,} " * 2 + "/ ")
        self._count.setMinimumWidth(room)

    def _make_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        first = self._button("play.first", "skip-back", self.tr("First position (Home)"))
        back = self._button("play.back", "chevron-left", self.tr("One position back (←)"))
        self._play = self._button("play.toggle", "play", self.tr("Play or pause (Space)"))
        self._play.setObjectName("play")
        ahead = self._button("play.forward", "chevron-right", self.tr("One position on (→)"))
        last = self._button("play.last", "skip-forward", self.tr("Last position (End)"))
        for button in (first, back, self._play, ahead, last):
            row.addWidget(button)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setAccessibleName(self.tr("Position of the window"))
        self._slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._slider.valueChanged.connect(self.scrubbed)
        row.addSpacing(6)
        row.addWidget(self._slider, 1)
        self._count = QLabel()
        self._count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._count.setAccessibleName(self.tr("Position out of all positions"))
        self._count.setToolTip(self.tr("Positions count from 1, rows and columns from 0"))
        row.addWidget(Steady(self._count))
        row.addSpacing(6)
        slower = self._button("play.slower", "minus", self.tr("Slower ([)"))
        faster = self._button("play.faster", "plus", self.tr("Faster (])"))
        self._speed = QLabel()
        self._speed.setObjectName("dim")
        self._speed.setAlignment(Qt.AlignmentFlag.AlignCenter)
        widest = QFontMetrics(self._speed.font()).horizontalAdvance(self._speed_text(0.5) + "00")
        self._speed.setMinimumWidth(widest)
        self._speed.setToolTip(self.tr("Positions a second"))
        self._loop = self._button("play.loop", "repeat", self.tr("Begin anew at the end (L)"))
        self._loop.setCheckable(True)
        for widget in (slower, self._speed, faster, self._loop):
            row.addWidget(widget)
        return row

    def _button(self, command: str, name: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName("round")
        button.setIconSize(QSize(18, 18))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if command != "play.loop":
            button.setAutoRepeat(command in ("play.back", "play.forward"))
        button.clicked.connect(lambda _checked=False: self.asked.emit(command))
        self._icons.append((button, name))
        return button

    def _show_playing(self, playing: bool) -> None:
        name = "pause" if playing else "play"
        self._play.setIcon(icon(name, self._theme, self._theme.accent_ink))

    def _speed_text(self, speed: float) -> str:
        return self.tr("{n} / s").format(n=f"{speed:g}")

    def _show_speed(self, speed: float) -> None:
        self._speed.setText(self._speed_text(speed))
