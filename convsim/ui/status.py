"""The line below everything: what the step does, in words, and what the network costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QStatusBar, QWidget

from convsim.core.counts import totals
from convsim.figures.parts import error_text
from convsim.ui.steady import Steady
from convsim.ui.step_words import step_sentence

if TYPE_CHECKING:
    from convsim.document import Document
    from convsim.ui.context import Context


class Status(QStatusBar):
    """A sentence at the left, which makes way for messages, and the costs at the right.

    Attributes
    ----------
    sentence : QLabel
        What the step does, or what lies under the pointer.
    costs : QLabel
        Multiply-adds and memory of the whole network.
    """

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        # As Qt makes them: a long message must not widen the window.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.sentence = QLabel()
        self.sentence.setAccessibleName(self.tr("What this step does"))
        self.sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.costs = QLabel()
        self.costs.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setSizeGripEnabled(False)
        self.addWidget(Steady(self.sentence), 1)
        self.addPermanentWidget(Steady(self.costs))

    def show_costs(self, document: Document) -> None:
        """Show what the network costs; a part of it that fits would be mistaken for all of it."""
        text = tip = ""
        if document.network.bad_place is None:
            counts = totals(document.network)
            work, memory = _short(counts.multiply_adds), _bytes(counts.memory_bytes)
            text = self.tr("{work} multiply-adds · {memory}").format(work=work, memory=memory)
            tip = self.tr(
                "For one picture the network makes {work} multiply-adds, and its values take "
                "{memory}: 4 bytes each. The view Counts says where they come from."
            ).format(work=work, memory=memory)
        self.costs.setText(text)
        self.costs.setToolTip(tip)

    def show_sentence(self, document: Document) -> None:
        """Say what the step does, or why the layer does not fit."""
        place = document.place
        text = ""
        if place.error is not None:
            text = error_text(place, self._context.labels)
        elif place.output_shape is not None and self._context.tracer.want(place.index):
            frame = document.frame(self._context.trace)
            text = step_sentence(document, frame, self._context.labels)
        self.sentence.setText(text)
        # In a narrow window the end of a long one is not seen.
        self.sentence.setToolTip(text)
        self.sentence.setAccessibleDescription(text)

    def point(self, text: str) -> None:
        """Say what lies under the pointer; with an empty text, what the step does."""
        if text:
            self.sentence.setText(text)
        else:
            self.show_sentence(self._context.document)


def _short(number: int) -> str:
    for size, letter in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if number >= size:
            return f"{number / size:.2f} {letter}"
    return str(number)


def _bytes(number: int) -> str:
    if number < 1024**2:
        return f"{number / 1024:.1f} KiB"
    return f"{number / 1024**2:.2f} MiB"
