"""What stands below a replay: play, a slider over the moments, and what of the network is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from convsim.services.replay import STILL
from convsim.ui.icons import icon
from convsim.ui.keys import SLIDES
from convsim.ui.segments import Segments
from convsim.ui.train.words import kept_text, moment_text, tr

if TYPE_CHECKING:
    from convsim.core.reel import Reel
    from convsim.figures.theme import Theme

TICK_MS = 80
"""Milliseconds from one moment to the next while it plays."""


class ReplayBar(QWidget):
    """Buttons and slider; it follows the newest moment until somebody moves it.

    Attributes
    ----------
    index : int
        The moment that is shown, from 0.
    mode : str
        What is shown of it; one of `convsim.services.replay.MODES`.
    slider : QSlider
    play, back, ahead : QToolButton
    modes : Segments

    Signals
    -------
    moved()
        Another moment, or something else of it, is to be shown.
    """

    moved = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._reel: Reel | None = None
        self.mode = "filters"
        self.modes = Segments(
            (
                ("filters", tr("Filters"), tr("The filters of the selected layer")),
                ("maps", tr("Maps"), tr("The activation maps of the selected layer")),
                ("neuron", tr("Neuron"), tr("The neuron that is selected in the Step view")),
                ("film", tr("Strip"), tr("Filters at several moments, side by side")),
                ("change", tr("Change"), tr("What training has added to the filters by then")),
            ),
            tr("What is replayed"),
        )
        self.modes.show_choice(self.mode)
        self.modes.chosen.connect(self.set_mode)
        self.back = self._button("chevron-left", tr("One moment back"), lambda: self.go(-1))
        self.play = self._button("play", tr("Play or pause the replay"), self.toggle)
        self.play.setObjectName("play")
        self.ahead = self._button("chevron-right", tr("One moment on"), lambda: self.go(1))
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(tr("Moment of the training"))
        self.slider.setRange(0, 0)
        self.slider.setProperty(SLIDES, True)
        self.slider.valueChanged.connect(lambda _value: self._show())
        self._when = QLabel()
        self._when.setAccessibleName(tr("The moment that is shown"))
        # So that the slider stays as it is while the numbers change.
        self._when.setMinimumWidth(200)
        self._kept = QLabel()
        self._kept.setObjectName("dim")
        self._kept.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._kept.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._kept.setAccessibleName(tr("What is kept"))
        row = QHBoxLayout()
        row.setSpacing(6)
        for button in (self.back, self.play, self.ahead):
            row.addWidget(button)
        row.addWidget(self.slider, 1)
        row.addWidget(self._when)
        below = QHBoxLayout()
        below.setSpacing(12)
        below.addWidget(self.modes)
        below.addWidget(self._kept, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 0, 18, 8)
        column.setSpacing(4)
        column.addLayout(row)
        column.addLayout(below)
        self.set_theme(theme)

    @property
    def index(self) -> int:
        """The moment that is shown, from 0."""
        return self.slider.value()

    @property
    def playing(self) -> bool:
        """Whether it plays."""
        return self._timer.isActive()

    def show_reel(self, reel: Reel) -> None:
        """Show what there is to replay; at the newest moment if that was shown before."""
        if reel is self._reel:
            return
        old = self._reel.moments[:1] if self._reel is not None else ()
        # Another training is followed, whatever was looked at in the one before.
        other = not (old and reel.moments and old[0] is reel.moments[0])
        newest = other or self.slider.value() == self.slider.maximum()
        before = self._reel.moments[self.index].step if self._reel and self._reel.moments else 0
        self._reel = reel
        last = max(len(reel.moments) - 1, 0)
        steps = [moment.step for moment in reel.moments]
        if other:
            self.set_playing(False)
        index = last if newest and not self.playing else _at(steps, before)
        blocked = self.slider.blockSignals(True)
        self.slider.setRange(0, last)
        self.slider.setValue(index)
        self.slider.blockSignals(blocked)
        self._kept.setText(kept_text(reel))
        self._kept.setToolTip(kept_text(reel))
        self._show(told=False)

    def set_mode(self, mode: str) -> None:
        """Show something else of the moment."""
        self.mode = mode
        self.modes.show_choice(mode)
        if mode in STILL:
            self.set_playing(False)
        self._show()

    def go(self, by: int) -> None:
        """Go some moments on or back."""
        self.set_playing(False)
        self.slider.setValue(self.slider.value() + by)

    def toggle(self) -> None:
        """Play, from the beginning if it stands at the end; or pause."""
        if not self.playing and self.slider.value() == self.slider.maximum():
            self.slider.setValue(0)
        self.set_playing(not self.playing)

    def set_playing(self, playing: bool) -> None:
        """Play or pause."""
        if playing and self.slider.maximum():
            self._timer.start()
        else:
            self._timer.stop()
        name = "pause" if self.playing else "play"
        self.play.setIcon(icon(name, self._theme, self._theme.accent_ink))

    def set_theme(self, theme: Theme) -> None:
        """Tint the icons."""
        self._theme = theme
        self.back.setIcon(icon("chevron-left", theme))
        self.ahead.setIcon(icon("chevron-right", theme))
        self.set_playing(self.playing)

    def _tick(self) -> None:
        if self.slider.value() >= self.slider.maximum():
            self.set_playing(False)
            return
        self.slider.setValue(self.slider.value() + 1)

    def _show(self, *, told: bool = True) -> None:
        there = self._reel is not None and bool(self._reel.moments)
        for widget in (self.slider, self.back, self.play, self.ahead):
            widget.setEnabled(there)
            # Where all moments are seen at once there is none to go to: the figure has the room.
            widget.setVisible(self.mode not in STILL)
        self._when.setVisible(self.mode not in STILL)
        moment = self._reel.moments[self.index] if self._reel is not None and there else None
        self._when.setText(moment_text(moment) if moment else "")
        if told:
            self.moved.emit()

    def _button(self, name: str, tip: str, run: object) -> QToolButton:
        button = QToolButton()
        button.setObjectName("round")
        button.setIconSize(QSize(18, 18))
        button.setIcon(icon(name, self._theme))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _checked=False: run())  # type: ignore[operator]
        return button


def _at(steps: list[int], step: int) -> int:
    """Return the place of the last moment that is not later than a step."""
    return max((i for i, one in enumerate(steps) if one <= step), default=0)
