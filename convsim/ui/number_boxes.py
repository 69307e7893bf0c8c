"""Boxes to type a number into: they take what is meant, and leave alone what is not for them.

Qt's spin boxes change under the wheel when somebody only wants to scroll, and pass over in silence
what they do not understand; these leave the wheel alone and say why.
"""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QPen, QValidator
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QDoubleSpinBox,
    QSpinBox,
    QStyle,
    QStyleOptionSpinBox,
    QWidget,
)

from convsim.ui.typed_numbers import FLOAT_MAX, exact_text, parse_number

HEIGHT = 26
"""Pixels of a box."""
_PAIR = re.compile(r"\s*(\d{1,6})\s*[×xX*]\s*(\d{1,6})\s*", re.ASCII)
Checked = tuple[QValidator.State, str, int]


class NumberBox(QSpinBox):
    """A whole number; applied on Enter, on leaving, by arrows and by the wheel.

    Parameters
    ----------
    low, high : int
        Bounds of the arrows; what is typed beyond them is refused with a reason.
    squared : bool
        Whether the number stands for a square, written 5 × 5.

    Signals
    -------
    refused(text)
        What was typed is not a number that may stand here.
    paired(rows, columns)
        Two different numbers were typed: 3×5.
    """

    refused = Signal(str)
    paired = Signal(int, int)

    def __init__(
        self, low: int, high: int, parent: QWidget | None = None, *, squared: bool = False
    ) -> None:
        super().__init__(parent)
        self._squared = squared
        self.setRange(low, high)
        _calm(self)

    def show_value(self, value: int) -> None:
        """Show a value without saying that somebody chose it; text being typed stays."""
        if value != self.value():
            blocked = self.blockSignals(True)
            self.setValue(value)
            self.blockSignals(blocked)

    def textFromValue(self, value: int) -> str:
        """Return the number, without digit groups."""
        return f"{value} × {value}" if self._squared else str(value)

    def valueFromText(self, text: str) -> int:
        """Return the number in a text that `validate` accepted."""
        return _whole(self._bare(text), self._squared) or 0

    def validate(self, text: str, at: int) -> Checked:
        """Accept a number within the bounds; let anything else be typed, and judge it later."""
        number = _whole(self._bare(text), self._squared)
        good = number is not None and self.minimum() <= number <= self.maximum()
        return (QValidator.State.Acceptable if good else QValidator.State.Intermediate), text, at

    def fixup(self, text: str) -> str:
        """Say why what was typed is not taken; Qt then puts the old number back."""
        two = _PAIR.fullmatch(self._bare(text)) if self._squared else None
        if two:
            self.paired.emit(int(two[1]), int(two[2]))
        else:
            self.refused.emit(self._bare(text))
        return text

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it flat."""
        del event
        _paint(self)

    def _bare(self, text: str) -> str:
        return text.removeprefix(self.prefix()).removesuffix(self.suffix()).strip()


class CountBox(QSpinBox):
    """A whole number in a dialog: followed while it is typed, and no more digits than fit.

    Parameters
    ----------
    low, high : int
    name : str
        For those who do not see what stands beside it.
    suffix : str
        What is counted.
    """

    def __init__(self, low: int, high: int, name: str, suffix: str = "") -> None:
        super().__init__()
        self.setRange(low, high)
        self.setSuffix(suffix)
        self.setAccessibleName(name)
        _calm(self)
        self.setKeyboardTracking(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it flat."""
        del event
        _paint(self)


class DecimalBox(QDoubleSpinBox):
    """A float32 with all its digits; comma or dot, 1e-3 and 1/9 are all understood.

    Parameters
    ----------
    step : float
        Of the arrows.
    low, high : float
        Bounds; any float32 unless given.

    Signals
    -------
    refused(text)
        What was typed is not a number.
    """

    refused = Signal(str)

    def __init__(
        self,
        step: float,
        parent: QWidget | None = None,
        *,
        low: float = -FLOAT_MAX,
        high: float = FLOAT_MAX,
    ) -> None:
        super().__init__(parent)
        self.setDecimals(15)
        self.setRange(low, high)
        self.setSingleStep(step)
        _calm(self)

    def show_value(self, value: float) -> None:
        """Show a value without saying that somebody chose it; text being typed stays."""
        if exact_text(value) != exact_text(self.value()):
            blocked = self.blockSignals(True)
            self.setValue(value)
            self.blockSignals(blocked)

    def textFromValue(self, value: float) -> str:
        """Return the number with a true minus."""
        return exact_text(value)

    def valueFromText(self, text: str) -> float:
        """Return the number in a text that `validate` accepted."""
        return parse_number(text) or 0.0

    def validate(self, text: str, at: int) -> Checked:
        """Accept a number within the bounds; let anything else be typed, and judge it later."""
        number = parse_number(text)
        good = number is not None and self.minimum() <= number <= self.maximum()
        return (QValidator.State.Acceptable if good else QValidator.State.Intermediate), text, at

    def fixup(self, text: str) -> str:
        """Say why what was typed is not taken; Qt then puts the old number back."""
        self.refused.emit(text.strip())
        return text

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it flat."""
        del event
        _paint(self)


class _Manners(QObject):
    """What every box here does the same: it sees the box's events before the box does."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the wheel from a box without the keyboard; let Escape take back what was typed."""
        if not isinstance(watched, QSpinBox | QDoubleSpinBox):
            return False
        if event.type() == QEvent.Type.Wheel and not watched.hasFocus():
            event.ignore()
            return True
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        escaped = event.key() == Qt.Key.Key_Escape and watched.lineEdit().isUndoAvailable()
        if escaped:
            _write_anew(watched)
            watched.selectAll()
        return escaped


def _write_anew(box: QSpinBox | QDoubleSpinBox) -> None:
    # Setting the number it already has makes a spin box write it again.
    if isinstance(box, QSpinBox):
        box.setValue(box.value())
    else:
        box.setValue(box.value())


def _calm(box: QSpinBox | QDoubleSpinBox) -> None:
    box.setKeyboardTracking(False)
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    box.setCorrectionMode(QAbstractSpinBox.CorrectionMode.CorrectToPreviousValue)
    box.setMinimumSize(36, HEIGHT)
    box.lineEdit().setTextMargins(4, 0, 0, 0)
    box.installEventFilter(_Manners(box))


def _paint(box: QSpinBox | QDoubleSpinBox) -> None:
    """Paint a rounded box with a hairline and two small arrows; Qt paints the text."""
    palette, roles = box.palette(), QPalette.ColorRole
    painter = QPainter(box)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    edge = palette.color(roles.Accent if box.hasFocus() else roles.Mid)
    painter.setPen(QPen(edge, 1.0))
    painter.setBrush(palette.color(roles.Button if box.isEnabled() else roles.Window))
    painter.drawRoundedRect(QRectF(box.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
    if box.buttonSymbols() is QAbstractSpinBox.ButtonSymbols.NoButtons:
        return
    steps, enabled = QAbstractSpinBox.StepEnabledFlag, box.stepEnabled()
    size = box.width(), box.height()
    if size not in _ARROWS:
        _ARROWS[size] = _arrows(box)
    for place, step, up in zip(
        _ARROWS[size], (steps.StepUpEnabled, steps.StepDownEnabled), (-1.0, 1.0), strict=True
    ):
        usable = box.isEnabled() and bool(enabled & step)
        ink = palette.color(roles.Text if usable else roles.PlaceholderText)
        ink.setAlphaF(0.7 if usable else 0.5)
        painter.setPen(QPen(ink, 1.3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        middle = place - QPointF(1.0, up * 1.0)
        for side in (-3.0, 3.0):
            painter.drawLine(middle + QPointF(side, -up * 1.5), middle + QPointF(0, up * 1.5))


_ARROWS: dict[tuple[int, int], tuple[QPointF, QPointF]] = {}
"""Where the arrows are in boxes of a size: Qt's style works that out from many rules."""


def _arrows(box: QSpinBox | QDoubleSpinBox) -> tuple[QPointF, QPointF]:
    option = QStyleOptionSpinBox()
    box.initStyleOption(option)
    kind, controls, style = QStyle.ComplexControl.CC_SpinBox, QStyle.SubControl, box.style()
    up = style.subControlRect(kind, option, controls.SC_SpinBoxUp, box)
    down = style.subControlRect(kind, option, controls.SC_SpinBoxDown, box)
    return QRectF(up).center(), QRectF(down).center()


def _whole(text: str, squared: bool) -> int | None:
    """Return the number in a text; for a square also in 5 × 5."""
    if re.fullmatch(r"\d{1,9}", text, re.ASCII):
        return int(text)
    two = _PAIR.fullmatch(text) if squared else None
    return int(two[1]) if two and int(two[1]) == int(two[2]) else None
