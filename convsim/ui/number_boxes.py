"""Boxes to type a number into: they take what is meant, and leave alone what is not for them.

Qt's spin boxes change under the wheel when somebody only wants to scroll, and swallow the keys of
undo even when they have nothing to undo; these do neither.
"""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QValidator
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QSpinBox, QWidget

from convsim.ui.typed_numbers import FLOAT_MAX, exact_text, parse_number

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

    def _bare(self, text: str) -> str:
        return text.removeprefix(self.prefix()).removesuffix(self.suffix()).strip()


class DecimalBox(QDoubleSpinBox):
    """A float32 with all its digits; comma or dot, 1e-3 and 1/9 are all understood.

    Signals
    -------
    refused(text)
        What was typed is not a number.
    """

    refused = Signal(str)

    def __init__(self, step: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDecimals(15)
        self.setRange(-FLOAT_MAX, FLOAT_MAX)
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
        """Accept a number that a weight can be; let anything else be typed, and judge it later."""
        number = parse_number(text)
        good = number is not None and abs(number) <= FLOAT_MAX
        return (QValidator.State.Acceptable if good else QValidator.State.Intermediate), text, at

    def fixup(self, text: str) -> str:
        """Say why what was typed is not taken; Qt then puts the old number back."""
        self.refused.emit(text.strip())
        return text


class _Manners(QObject):
    """What every box here does the same: it sees the box's events before the box does."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the wheel from a box without the keyboard, and the keys of undo where unneeded."""
        if not isinstance(watched, QSpinBox | QDoubleSpinBox):
            return False
        if event.type() == QEvent.Type.Wheel and not watched.hasFocus():
            event.ignore()
            return True
        if not isinstance(event, QKeyEvent):
            return False
        line = watched.lineEdit()
        if event.type() == QEvent.Type.ShortcutOverride and _is_undo(event):
            event.ignore()
            return not (line.isUndoAvailable() or line.isRedoAvailable())
        escape = event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape
        if escape and line.isUndoAvailable():
            _take_back(watched)
            return True
        return False


def _take_back(box: QSpinBox | QDoubleSpinBox) -> None:
    """Show the value again instead of what was typed."""
    # Setting the number it already has makes a spin box write it anew.
    box.setValue(box.value())
    box.selectAll()


def _is_undo(event: QKeyEvent) -> bool:
    keys = QKeySequence.StandardKey
    return event.matches(keys.Undo) or event.matches(keys.Redo)


def _calm(box: QSpinBox | QDoubleSpinBox) -> None:
    box.setKeyboardTracking(False)
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    box.setCorrectionMode(QAbstractSpinBox.CorrectionMode.CorrectToPreviousValue)
    box.setMinimumWidth(36)
    box.installEventFilter(_Manners(box))


def _whole(text: str, squared: bool) -> int | None:
    """Return the number in a text; for a square also in 5 × 5."""
    if re.fullmatch(r"\d{1,9}", text, re.ASCII):
        return int(text)
    two = _PAIR.fullmatch(text) if squared else None
    return int(two[1]) if two and int(two[1]) == int(two[2]) else None
