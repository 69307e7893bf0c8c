"""A card with the sums behind a layer: what size comes out, with how many weights, at what cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from convsim.core.counts import layer_formulas
from convsim.core.errors import LayerError
from convsim.core.formula import Formula, number_text
from convsim.figures.parts import shape_text

if TYPE_CHECKING:
    from convsim.core.layers import Shape
    from convsim.core.network import Place

_GLUE = "\u00a0"
"""A space at which no line is broken."""


class FormulaBox(QFrame):
    """Captions and formulas, one below the other, with a layer's own numbers.

    Parameters
    ----------
    keys : sequence of str
        Which ones: ``size``, ``weights``, ``multiply_adds``, ``memory``.
    """

    def __init__(self, keys: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = tuple(keys)
        self.setObjectName("card")
        self._captions: dict[str, QLabel] = {}
        self._values: dict[str, QLabel] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 9, 12, 10)
        column.setSpacing(2)
        titles = {
            "size": self.tr("Output size"),
            "weights": self.tr("Weights"),
            "multiply_adds": self.tr("Multiply-adds"),
            "memory": self.tr("Memory"),
        }
        for key in self._keys:
            caption, value = QLabel(titles[key]), QLabel()
            caption.setObjectName("note")
            value.setObjectName("formula")
            value.setWordWrap(True)
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            caption.setBuddy(value)
            # A margin, not a spacing, which would stay while the row is hidden.
            caption.setContentsMargins(0, 6 if column.count() else 0, 0, 0)
            column.addWidget(caption)
            column.addWidget(value)
            self._captions[key], self._values[key] = caption, value

    def show_place(self, place: Place) -> None:
        """Show the formulas of a layer where it stands; what is not known is left out."""
        texts = self._texts(place)
        for key in self._keys:
            text = texts.get(key, "")
            self._captions[key].setVisible(bool(text))
            value = self._values[key]
            value.setVisible(bool(text))
            value.setText(text)
            value.setAccessibleName(f"{self._captions[key].text()}: {text}")
        wrong = place.error is not None
        value = self._values[self._keys[0]]
        if value.property("wrong") != wrong:
            value.setProperty("wrong", wrong)
            value.style().unpolish(value)
            value.style().polish(value)
        self.setVisible(any(key in texts for key in self._keys))

    def text(self, key: str) -> str:
        """Return what stands at a key: size, weights, multiply_adds or memory."""
        return self._values[key].text().replace(_GLUE, " ")

    def _texts(self, place: Place) -> dict[str, str]:
        shape = place.input_shape
        if shape is None:
            return {}
        texts = {"size": self._size(place, shape)}
        formulas = layer_formulas(place)
        weights = formulas.get("weights")
        if weights is not None and weights.result:
            texts["weights"] = _written(weights)
            biases = int(formulas["biases"].result)
            if biases:
                more = self.tr("+ {n} biases") if biases > 1 else self.tr("+ {n} bias")
                more = more.format(n=f"{biases:,}")
                texts["weights"] += " " + more.replace(" ", _GLUE)
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
        if not formulas:
            return shape_text(place.output_shape) if place.output_shape else ""
        texts = [_written(formula) for formula in formulas]
        if len(set(texts)) == 1:
            return texts[0]
        names = {"height": self.tr("height"), "width": self.tr("width")}
        named = zip(formulas, texts, strict=True)
        return "\n".join(f"{names.get(f.key, f.key)} {text}" for f, text in named)


def _written(formula: Formula) -> str:
    """Return the formula; a narrow panel may break it, but not between = and the result."""
    return f"{formula.numbers()} ={_GLUE}{number_text(formula.result)}"
