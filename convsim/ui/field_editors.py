"""One small editor for each kind of setting: a number, a pair of them, a switch, a choice."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from convsim.core.layers import ends
from convsim.core.layers.base import sides
from convsim.ui.layer_words import choice_words, field_title
from convsim.ui.number_boxes import DecimalBox, NumberBox
from convsim.ui.segments import Segments
from convsim.ui.small_buttons import LinkButton, TickBox

if TYPE_CHECKING:
    from convsim.core.layers import Field


class FieldEditor(QWidget):
    """Shows the value of one field and says when a person chooses another.

    Signals
    -------
    chosen(value)
        A value of the field's kind.
    apart()
        The next value is a step of undo of its own, however quickly it comes.
    refused(text)
        What was typed cannot be a value.
    """

    chosen = Signal(object)
    apart = Signal()
    refused = Signal(str)

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self._row = row

    def show_value(self, value: Any) -> None:
        """Show a value without saying that somebody chose it."""
        raise NotImplementedError


class CountEditor(FieldEditor):
    """One whole number."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.box = NumberBox(int(field.low), int(field.high))
        self.box.setAccessibleName(field_title(field.name))
        self.box.valueChanged.connect(lambda value: self.chosen.emit(value))
        self.box.refused.connect(self.refused)
        self._row.addWidget(self.box, 1)
        self.setFocusProxy(self.box)

    def show_value(self, value: Any) -> None:
        """Show a number."""
        self.box.show_value(value)


class PairEditor(FieldEditor):
    """A number for rows and one for columns: one box while they are linked, two when not.

    Attributes
    ----------
    both, rows, cols : NumberBox
        The one box of a square, and the two of anything else.
    link : LinkButton
        Down while both are the same by intention.
    """

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        title = field_title(field.name)
        low, high = int(field.low), int(field.high)
        self.both = NumberBox(low, high, squared=field.name == "kernel")
        self.rows = NumberBox(low, high)
        self.cols = NumberBox(low, high)
        self.link = LinkButton()
        self.link.setAccessibleName(
            self.tr("{title}: the same for rows and columns").format(title=title)
        )
        self.link.setToolTip(self.tr("The same for rows and columns"))
        self._times = QLabel("×")
        self._times.setObjectName("dim")
        self.both.setAccessibleName(title)
        self.rows.setAccessibleName(self.tr("{title}, rows").format(title=title))
        self.cols.setAccessibleName(self.tr("{title}, columns").format(title=title))
        for box in (self.both, self.rows, self.cols):
            box.refused.connect(self.refused)
            self._row.addWidget(box, 1)
            if box is self.rows:
                self._row.addWidget(self._times)
        for box in (self.rows, self.cols):
            box.setButtonSymbols(NumberBox.ButtonSymbols.NoButtons)
        self._row.addWidget(self.link)
        self.both.valueChanged.connect(lambda value: self.chosen.emit((value, value)))
        self.both.paired.connect(lambda rows, cols: self.chosen.emit((rows, cols)))
        self.rows.valueChanged.connect(lambda value: self.chosen.emit((value, self.cols.value())))
        self.cols.valueChanged.connect(lambda value: self.chosen.emit((self.rows.value(), value)))
        self.link.toggled.connect(self._set_linked)
        self.setFocusProxy(self.both)
        self._arrange(True)

    def show_value(self, value: Any) -> None:
        """Show (rows, columns); different ones are never shown as one."""
        rows, cols = value
        if rows != cols and self.link.isChecked():
            self._check(False)
        self.both.show_value(rows)
        self.rows.show_value(rows)
        self.cols.show_value(cols)

    def relink(self) -> None:
        """Go back to one box if both numbers are the same: another layer is shown."""
        self._check(self.rows.value() == self.cols.value())

    def _check(self, linked: bool) -> None:
        blocked = self.link.blockSignals(True)
        self.link.setChecked(linked)
        self.link.blockSignals(blocked)
        self._arrange(linked)

    def _set_linked(self, linked: bool) -> None:
        self._arrange(linked)
        if linked and self.rows.value() != self.cols.value():
            rows = self.rows.value()
            self.both.show_value(rows)
            self.apart.emit()
            self.chosen.emit((rows, rows))

    def _arrange(self, linked: bool) -> None:
        # What is about to hide must not take the keyboard along.
        lost = self.both if not linked else self.rows if self.rows.hasFocus() else self.cols
        had_focus = lost.hasFocus()
        for widget in (self.rows, self._times, self.cols):
            widget.setVisible(not linked)
        self.both.setVisible(linked)
        self.setFocusProxy(self.both if linked else self.rows)
        if had_focus:
            self.setFocus()


class SidesEditor(FieldEditor):
    """Padding: one number while all four sides are linked, else one for each side.

    Attributes
    ----------
    both : NumberBox
        The number of all sides.
    top, bottom, left, right : NumberBox
        The numbers of the sides, when they differ.
    link : LinkButton
        Down while all are the same by intention.
    """

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        title = field_title(field.name)
        low, high = int(field.low), int(field.high)
        self.both = NumberBox(low, high)
        self.both.setAccessibleName(title)
        self._four = QWidget()
        grid = QGridLayout(self._four)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        names = (self.tr("top"), self.tr("bottom"), self.tr("left"), self.tr("right"))
        self.boxes: list[NumberBox] = []
        for i, name in enumerate(names):
            box = NumberBox(low, high)
            box.setAccessibleName(f"{title}, {name}")
            box.setToolTip(name)
            box.setButtonSymbols(NumberBox.ButtonSymbols.NoButtons)
            box.refused.connect(self.refused)
            box.valueChanged.connect(lambda _value: self._choose())
            label = QLabel(name)
            label.setObjectName("dim")
            row, col = divmod(i, 2)
            grid.addWidget(label, 2 * row, col)
            grid.addWidget(box, 2 * row + 1, col)
            self.boxes.append(box)
        self.link = LinkButton()
        self.link.setAccessibleName(self.tr("{title}: the same on all sides").format(title=title))
        self.link.setToolTip(self.tr("The same on all sides"))
        self.both.refused.connect(self.refused)
        self.both.valueChanged.connect(lambda value: self.chosen.emit((value, value)))
        for widget in (self.both, self._four):
            self._row.addWidget(widget, 1)
        self._row.addWidget(self.link)
        self.link.toggled.connect(self._set_linked)
        self.setFocusProxy(self.both)
        self._arrange(True)

    def show_value(self, value: Any) -> None:
        """Show padding of rows and columns; different sides are never shown as one."""
        numbers = [number for side in value for number in ends(side)]
        if len(set(numbers)) > 1 and self.link.isChecked():
            self._check(False)
        self.both.show_value(numbers[0])
        for box, number in zip(self.boxes, numbers, strict=True):
            box.show_value(number)

    def relink(self) -> None:
        """Go back to one box if all sides are the same: another layer is shown."""
        self._check(len({box.value() for box in self.boxes}) == 1)

    def _check(self, linked: bool) -> None:
        blocked = self.link.blockSignals(True)
        self.link.setChecked(linked)
        self.link.blockSignals(blocked)
        self._arrange(linked)

    def _set_linked(self, linked: bool) -> None:
        self._arrange(linked)
        if linked and len({box.value() for box in self.boxes}) > 1:
            value = self.boxes[0].value()
            self.both.show_value(value)
            self.apart.emit()
            self.chosen.emit((value, value))

    def _choose(self) -> None:
        top, bottom, left, right = (box.value() for box in self.boxes)
        self.chosen.emit(sides(((top, bottom), (left, right))))

    def _arrange(self, linked: bool) -> None:
        had_focus = self.both.hasFocus() or any(box.hasFocus() for box in self.boxes)
        self._four.setVisible(not linked)
        edge = Qt.AlignmentFlag.AlignVCenter if linked else Qt.AlignmentFlag.AlignTop
        self._row.setAlignment(self.link, edge)
        self.both.setVisible(linked)
        self.setFocusProxy(self.both if linked else self.boxes[0])
        if had_focus:
            self.setFocus()


class NumberEditor(FieldEditor):
    """Any number within the bounds, such as a rate."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.box = DecimalBox(0.05 if field.high <= 1 else 0.1, low=field.low, high=field.high)
        self.box.setAccessibleName(field_title(field.name))
        self.box.valueChanged.connect(lambda value: self.chosen.emit(float(value)))
        self.box.refused.connect(self.refused)
        self._row.addWidget(self.box, 1)
        self.setFocusProxy(self.box)

    def show_value(self, value: Any) -> None:
        """Show a number."""
        self.box.show_value(float(value))


class SwitchEditor(FieldEditor):
    """On or off."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.box = TickBox()
        self.box.setAccessibleName(field_title(field.name))
        self.box.clicked.connect(self._choose)
        self._row.addWidget(self.box, 1)
        self.setFocusProxy(self.box)

    def show_value(self, value: Any) -> None:
        """Show on or off."""
        self.box.setChecked(value)

    def _choose(self, on: bool) -> None:
        self.apart.emit()
        self.chosen.emit(on)


class ChoiceEditor(FieldEditor):
    """One of a few words, with what the chosen one means below."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.segments = Segments(
            [(key, *choice_words(key)) for key in map(str, field.choices)],
            field_title(field.name),
            # Four would be cut off in a narrow panel.
            columns=2 if len(field.choices) > 3 else None,
        )
        self.segments.chosen.connect(self._choose)
        self._meaning = QLabel()
        self._meaning.setObjectName("note")
        self._meaning.setWordWrap(True)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(self.segments)
        column.addWidget(self._meaning)
        self._row.addLayout(column, 1)

    def show_value(self, value: Any) -> None:
        """Press the button of a choice."""
        self.segments.show_choice(str(value))
        self._meaning.setText(choice_words(str(value))[1])

    def _choose(self, key: str) -> None:
        self.apart.emit()
        self.chosen.emit(next(choice for choice in self.field.choices if str(choice) == key))


EDITORS: dict[str, Callable[[Field], FieldEditor]] = {
    "count": CountEditor,
    "pair": PairEditor,
    "sides": SidesEditor,
    "number": NumberEditor,
    "switch": SwitchEditor,
    "choice": ChoiceEditor,
}
"""What makes an editor for each kind of field."""
