"""One line of a form: what it is called, where it is set, and a sentence below it if needed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

LABEL_EMS = 4.7
"""Width of the column of names in em heights, the same in every form of the panel."""


class FieldRow(QWidget):
    """A name, an editor, and below them a hint and a problem, each only if there is one.

    Parameters
    ----------
    title : str
    editor : QWidget
    wide : bool
        Whether the editor stands under the name and takes the whole width.
    tip : str
        Shown when the pointer rests on the row.

    Attributes
    ----------
    label, hint, problem : QLabel
    editor : QWidget
    """

    def __init__(
        self,
        title: str,
        editor: QWidget,
        parent: QWidget | None = None,
        *,
        wide: bool = False,
        tip: str = "",
    ) -> None:
        super().__init__(parent)
        self.editor = editor
        self._wide = wide
        self.label = QLabel(title)
        self.label.setObjectName("dim")
        self.label.setBuddy(editor)
        self.hint = note_label("note")
        self.problem = note_label("problem")
        self.setToolTip(tip)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4 if wide else 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        self._grid = grid
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if wide:
            grid.addWidget(self.label, 0, 0, 1, 2)
            grid.addWidget(editor, 1, 0, 1, 2)
        else:
            grid.addWidget(self.label, 0, 0, left)
            grid.addWidget(editor, 0, 1)
        grid.addWidget(self.hint, 2, 0, 1, 2)
        grid.addWidget(self.problem, 3, 0, 1, 2)
        self._align()

    def show_hint(self, text: str) -> None:
        """Show a sentence below the editor; an empty one takes no room."""
        say(self.hint, text)

    def show_problem(self, text: str) -> None:
        """Show why something was not taken; an empty text takes it away."""
        say(self.problem, text)
        self.editor.setAccessibleDescription(text)

    def changeEvent(self, event: QEvent) -> None:
        """Keep the column of names wide enough for the text size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._align()

    def _align(self) -> None:
        if not self._wide:
            width = round(self.fontMetrics().height() * LABEL_EMS * 0.82)
            self._grid.setColumnMinimumWidth(0, width)


def note_label(name: str) -> QLabel:
    """Return a line below something, hidden until it says something; `name` gives its look."""
    label = QLabel()
    label.setObjectName(name)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    label.hide()
    return label


def say(label: QLabel, text: str) -> None:
    """Show a text, or hide the label if it is empty."""
    if label.text() != text:
        label.setText(text)
    label.setVisible(bool(text))


def reveal(part: QWidget, on: bool) -> None:
    """Show or hide a part of a panel; one that lies nowhere yet does not become a window."""
    if part.parentWidget() is not None or not on:
        part.setVisible(on)
