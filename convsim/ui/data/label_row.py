"""Labelling your own: a name for the picture that the network reads, and what is kept so far."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCompleter,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from convsim.core.errors import ConvSimError
from convsim.document.labelled import LONGEST, labels_of, with_example, without_examples
from convsim.ui.data.words import tr
from convsim.ui.field_row import note_label
from convsim.ui.menu_buttons import give_menu
from convsim.ui.small_buttons import TickBox

if TYPE_CHECKING:
    from convsim.document import Document
    from convsim.services.store import Store
    from convsim.ui.picture_edits import PictureEdits

ENOUGH = 2
"""Labels that a network needs at least to learn to tell them apart."""


class LabelRow(QWidget):
    """Draw or crop a picture, type what it shows, press Enter; then the next one.

    Attributes
    ----------
    name : QLineEdit
        What the picture shows; the labels so far are offered while typing.
    keep : QPushButton
    blank : TickBox
        Whether the picture is blanked after it was kept, ready to draw the next one.
    counts : QLabel
    kept : QToolButton
        A menu to take labelled pictures out again.
    learn : QPushButton
        To the Train view, with these pictures chosen.

    Signals
    -------
    learn_requested()
    taken()
        A picture was kept.
    """

    learn_requested = Signal()
    taken = Signal()

    def __init__(self, store: Store, edits: PictureEdits, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store, self._edits = store, edits
        self._shown: object = None
        title = QLabel(tr("Label it, to learn from"))
        title.setObjectName("heading")
        self.name = QLineEdit()
        self.name.setPlaceholderText(tr("What does it show?"))
        self.name.setMaxLength(LONGEST)
        self.name.setAccessibleName(tr("Label of the picture"))
        self.name.setToolTip(tr("The picture as the network reads it is kept under this name"))
        self.keep = QPushButton(tr("Keep"))
        self.keep.setAutoDefault(False)
        self.keep.setToolTip(tr("Keep this picture under its label (Enter)"))
        self.blank = TickBox(tr("Then blank it"))
        self.blank.setToolTip(tr("After it was kept, the picture is blank to draw the next one"))
        self.blank.setAccessibleDescription(self.blank.toolTip())
        self.counts = note_label("note")
        self.kept = QToolButton()
        self.kept.setObjectName("segment")
        self.kept.setText(tr("Take out") + " ▾")
        self.kept.setAccessibleName(tr("Take out labelled pictures"))
        self._menu = give_menu(self.kept)
        self._menu.aboutToShow.connect(self._fill)
        self.learn = QPushButton(tr("Train on them"))
        self.learn.setAutoDefault(False)
        for button in (self.kept, self.learn):
            policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            # Nothing moves under the pointer when they come: their room was there before.
            policy.setRetainSizeWhenHidden(True)
            button.setSizePolicy(policy)
        self.problem = note_label("problem")
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(self.name, 1)
        line.addWidget(self.keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(6)
        column.addWidget(title)
        column.addLayout(line)
        for widget in (self.blank, self.problem, self.counts, self.learn, self.kept):
            column.addWidget(widget)
        self.name.returnPressed.connect(self.take)
        self.name.textEdited.connect(lambda _text: self._say(""))
        self.keep.clicked.connect(lambda _checked=False: self.take())
        self.learn.clicked.connect(lambda _checked=False: self.learn_requested.emit())
        store.changed.connect(self._follow)
        self._show(store.document)

    def take(self) -> None:
        """Keep the picture under the label that is typed."""
        label = self.name.text()
        try:
            document = with_example(self._store.document, label)
        except ConvSimError as problem:
            self._say(str(problem))
            return
        self._say(self._known(document))
        self._store.edit(tr("Label “{name}”").format(name=document.examples[-1].label), document)
        if self.blank.isChecked():
            self._edits.change("blank")
        self.name.selectAll()
        self.taken.emit()

    def _known(self, document: Document) -> str:
        """Return that the last picture was kept before, if it was."""
        *before, new = document.examples
        for one in before:
            if np.array_equal(one.pixels, new.pixels):
                return tr("The same picture was kept before, as “{name}”.").format(name=one.label)
        return ""

    @Slot(object, object)
    def _follow(self, before: Document, after: Document) -> None:
        del before
        self._show(after)

    def _show(self, document: Document) -> None:
        if document.examples is self._shown:
            return
        self._shown = document.examples
        found = labels_of(document)
        parts = [f"{name} {len(numbers):,}" for name, numbers in found.items()]
        if not parts:
            text = tr("Label about twenty pictures of two kinds or more, then train on them.")
        else:
            text = tr("{n} labelled: {parts}").format(
                n=f"{len(document.examples):,}", parts=" · ".join(parts)
            )
        self.counts.setText(text)
        self.counts.setVisible(True)
        self.kept.setVisible(bool(found))
        self.learn.setVisible(len(found) >= ENOUGH)
        completer = QCompleter(list(found), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.name.setCompleter(completer)

    def _fill(self) -> None:
        """List what can be taken out: the last one of each label, or all of it."""
        self._menu.clear()
        for name, numbers in labels_of(self._store.document).items():
            one = tr("The last of “{name}”").format(name=name)
            self._menu.addAction(one).triggered.connect(partial(self._remove, numbers[-1:], one))
            whole = tr("All {n} of “{name}”").format(n=f"{len(numbers):,}", name=name)
            self._menu.addAction(whole).triggered.connect(partial(self._remove, numbers, whole))

    def _remove(self, numbers: list[int], what: str, _checked: bool = False) -> None:
        title = tr("Take out: {what}").format(what=what)
        self._store.edit(title, without_examples(self._store.document, numbers))

    def _say(self, text: str) -> None:
        self.problem.setText(text[:1].upper() + text[1:])
        self.problem.setVisible(bool(text))
