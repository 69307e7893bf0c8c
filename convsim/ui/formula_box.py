"""A card with the sums behind a layer: what size comes out, with how many weights, at what cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from convsim.core.errors import LayerError
from convsim.core.formula import Formula, number_text
from convsim.figures.parts import shape_text
from convsim.ui.field_row import reveal
from convsim.ui.steady import Steady

if TYPE_CHECKING:
    from convsim.core.layers import Shape
    from convsim.core.place import Place

KEYS = ("size", "weights", "multiply_adds", "memory")
"""What a card can show, in its order."""
_GLUE = "\u00a0"
"""A space at which no line is broken."""


class FormulaBox(QFrame):
    """Captions and formulas, one below the other, with a layer's own numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._captions: dict[str, QLabel] = {}
        self._values: dict[str, QLabel] = {}
        self._rooms: dict[str, Steady] = {}
        self._shown: tuple[dict[str, str], bool] | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 9, 12, 10)
        column.setSpacing(2)
        titles = {
            "size": self.tr("Output size"),
            "weights": self.tr("Weights"),
            "multiply_adds": self.tr("Multiply-adds"),
            "memory": self.tr("Memory"),
        }
        for key in KEYS:
            caption, value = QLabel(titles[key]), QLabel()
            caption.setObjectName("note")
            value.setObjectName("formula")
            value.setWordWrap(True)
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            caption.setBuddy(value)
            room = self._rooms[key] = Steady(value)
            column.addWidget(caption)
            column.addWidget(room)
            self._captions[key], self._values[key] = caption, value

    def show_place(self, place: Place, keys: Sequence[str] = KEYS) -> None:
        """Show the formulas of a layer where it stands; what is not known is left out."""
        texts = self._texts(place, keys)
        wrong = place.error is not None
        if (texts, wrong) == self._shown:
            return
        self._shown = texts, wrong
        first = True
        for key in KEYS:
            text = texts.get(key, "")
            self._captions[key].setVisible(bool(text))
            # A margin, not a spacing, which would stay while the row is hidden.
            self._captions[key].setContentsMargins(0, 0 if first else 6, 0, 0)
            first = first and not text
            value = self._values[key]
            self._rooms[key].setVisible(bool(text))
            value.setText(text)
            value.setAccessibleName(f"{self._captions[key].text()}: {text}")
        value = self._values["size"]
        if value.property("wrong") != wrong:
            value.setProperty("wrong", wrong)
            value.style().unpolish(value)
            value.style().polish(value)
        reveal(self, bool(texts))

    def text(self, key: str) -> str:
        """Return what stands at a key: size, weights, multiply_adds or memory."""
        return self._values[key].text().replace(_GLUE, " ")

    def _texts(self, place: Place, keys: Sequence[str]) -> dict[str, str]:
        """Return what there is to say for some of the keys."""
        shape = place.input_shape
        if shape is None:
            return {}
        texts = {"size": self._size(place, shape)} if "size" in keys else {}
        formulas = {key: place.formulas[key] for key in keys if key in place.formulas}
        weights = formulas.get("weights")
        if weights is not None and weights.result:
            texts["weights"] = _written(weights)
            biases = int(place.formulas["biases"].result)
            if biases:
                more = self.tr("+ {n} biases") if biases > 1 else self.tr("+ {n} bias")
                more = more.format(n=f"{biases:,}")
                texts["weights"] += ", " + more.replace(" ", _GLUE)
        if "multiply_adds" in formulas and formulas["multiply_adds"].result:
            texts["multiply_adds"] = _written(formulas["multiply_adds"])
        memory = formulas.get("memory")
        if memory is not None and memory.result:
            texts["memory"] = f"{_written(memory)}{_GLUE}{self.tr('bytes')}"
        return {key: text for key, text in texts.items() if text}

    def _size(self, place: Place, shape: Shape) -> str:
        try:
            formulas = place.layer.size_formulas(shape)
        except LayerError:
            return ""
        if all(len(formula.tokens) == 1 for formula in formulas):
            # Nothing is worked out: a global pool leaves one value of each map.
            return shape_text(place.output_shape) if place.output_shape else ""
        texts = [_written(formula) for formula in formulas]
        if len(set(texts)) == 1:
            return texts[0]
        names = {"height": self.tr("height"), "width": self.tr("width")}
        named = zip(formulas, texts, strict=True)
        return "\n".join(f"{names.get(f.key, f.key)} {text}" for f, text in named)


def _written(formula: Formula) -> str:
    """Return the formula; a narrow panel may break it, but not between = and the result."""
    result = number_text(formula.result)
    return result if len(formula.tokens) == 1 else f"{formula.numbers()} ={_GLUE}{result}"
