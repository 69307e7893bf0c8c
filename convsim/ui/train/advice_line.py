"""A line that says what may be wrong with a training, and offers what would help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from convsim.core.formula import plain_text
from convsim.services.advice import Finding, Ill, findings
from convsim.ui.train.words import finding_text, tr

if TYPE_CHECKING:
    from convsim.ui.context import Context
    from convsim.ui.train.desk import Desk

DECAY = 0.0005
"""Weight decay that is offered against learning by heart."""


class AdviceLine(QWidget):
    """Hidden while nothing is wrong.

    Attributes
    ----------
    found : tuple of Finding
    words : QLabel
    offer : QPushButton
        Does what would help against the first of them.
    """

    def __init__(self, context: Context, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._context, self._desk = context, desk
        self._seen: tuple[object, ...] = ()
        self.found: tuple[Finding, ...] = ()
        self.words = QLabel()
        self.words.setObjectName("problem")
        self.words.setWordWrap(True)
        self.words.setAccessibleName(tr("Advice"))
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.offer = QPushButton()
        self.offer.setAutoDefault(False)
        self.offer.clicked.connect(lambda _checked=False: self.take())
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 0, 18, 2)
        row.addWidget(self.words, 1)
        row.addWidget(self.offer, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_news(self) -> None:
        """Look whether something is wrong, if there is anything new to look at."""
        trainer = self._desk.trainer
        plan, outcome = trainer.plan, trainer.outcome
        checks = trainer.checks or (outcome.judged if outcome is not None else None)
        new = (plan, checks, trainer.dead, len(trainer.history.held))
        if new == self._seen:
            return
        if plan is None:
            self._seen, self.found = new, ()
            self.hide()
            return
        self._seen = new
        self.found = findings(plan, trainer.history, checks, trainer.dead)
        document = self._context.document
        augmented = not plan.augmentation.none
        said = [finding_text(one, document, augmented=augmented) for one in self.found]
        more = len(said) - 1
        text = said[0] if said else ""
        if more > 0:
            # One at a time: the rest often goes away with the first, and curves need the room.
            text += " " + (tr("And one more.") if more == 1 else tr("And {n} more.").format(n=more))
        self.words.setText(text)
        self.words.setToolTip("\n".join(said) if more > 0 else "")
        self.words.setAccessibleDescription(" ".join(said[1:]))
        text = self._offer_text()
        self.offer.setText(text)
        self.offer.setVisible(bool(text))
        self.setVisible(bool(self.found))

    def take(self) -> None:
        """Do what is offered: in the form, and so in the training that runs."""
        form = self._desk.form
        ill = self.found[0].ill if self.found else None
        if ill is Ill.ORDERED:
            form.shuffle.setCurrentIndex(form.shuffle.findData(True))
        elif ill is Ill.OVERFITTING:
            form.decay.setValue(DECAY)
        elif ill is not None:
            form.rate.setValue(form.rate.value() / 10)
        self.offer.hide()
        self.show_news()

    def _offer_text(self) -> str:
        """Return what is offered against the first finding; empty if nothing is."""
        if not self.found:
            return ""
        form, ill = self._desk.form, self.found[0].ill
        if ill is Ill.ORDERED:
            return tr("Shuffle")
        if ill is Ill.OVERFITTING:
            if form.decay.value() >= DECAY:
                return ""
            return tr("Weight decay {n}").format(n=plain_text(DECAY))
        return tr("Rate {n}").format(n=plain_text(form.rate.value() / 10))
