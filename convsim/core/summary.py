"""A network at a glance: what every layer gives out and what it costs, as a table.

The command line and the notebook show this same table, and every number in it comes from
:mod:`convsim.core.counts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from convsim.core.counts import Counts, input_bytes, layer_counts, totals
from convsim.core.formula import Formula, number_text
from convsim.core.record import record

if TYPE_CHECKING:
    from convsim.core.layers import Shape
    from convsim.core.place import Place, Stack

HEADS = (
    "layer", "kind", "output", "output size", "", "weights", "biases", "multiply-adds", "bytes"
)  # fmt: skip
RIGHT = {"weights", "biases", "multiply-adds", "bytes"}
"""Columns of numbers, which stand below each other digit by digit."""

CONVENTIONS = (
    "Sizes are height × width × channels.",
    "Multiply-adds are for one picture, without biases.",
    "Bytes are those of one picture's activations: 4 a value; layers that work in place need none;",
    "the total includes the input.",
)


@record
class Summary:
    """Sizes, weights, multiply-adds and memory of every layer; shown as a table.

    A layer that does not fit is shown with the reason.
    """

    network: Stack

    @property
    def totals(self) -> Counts:
        """The sums over all layers; memory includes the input."""
        return totals(self.network)

    @property
    def parameters(self) -> int:
        """Weights and biases together."""
        total = self.totals
        return total.weights + total.biases

    def data(self) -> dict[str, Any]:
        """Return the exact numbers: ``input_shape``, ``layers`` and ``totals``.

        Shapes are [height, width, channels], for vectors [1, 1, values], and None where a layer
        does not fit or waits for one that does not; such a layer has an ``error`` too.
        """
        return {
            "input_shape": list(self.network.input_shape),
            "layers": [_layer_data(place) for place in self.network.places],
            "totals": asdict(self.totals),
        }

    def __str__(self) -> str:
        """Return the table, with formulas, and the conventions it goes by."""
        network, total = self.network, self.totals
        picture = f"{input_bytes(network):,}"
        image = ("input", "", _size(network.input_shape), *[""] * 5, picture)
        rows = [HEADS, image, *(_row(place) for place in network.places)]
        whole = all(place.output_shape is not None for place in network.places)
        name = "total" if whole else "of what fits"
        rows.append((name, "", "", "", "", *_numbers(total)))
        lines = [*_aligned(rows), ""]
        for place in network.places:
            if place.error is not None:
                lines += [f"{place.layer.name} does not fit: {place.error}", ""]
        ending = "" if total.biases == 1 else "es"
        together = (
            f"{total.weights:,} weights + {total.biases:,} bias{ending} = "
            f"{self.parameters:,} parameters."
        )
        return "\n".join([*lines, together, *CONVENTIONS])

    __repr__ = __str__


def _layer_data(place: Place) -> dict[str, Any]:
    shape = place.output_shape
    data: dict[str, Any] = {
        "name": place.layer.name,
        "kind": place.layer.kind,
        "output_shape": list(shape if len(shape) == 3 else (1, 1, *shape)) if shape else None,
        **asdict(layer_counts(place)),
    }
    if place.error is not None:
        data["error"] = str(place.error)
    return data


def _row(place: Place) -> tuple[str, ...]:
    output = _size(place.output_shape) if place.output_shape else "does not fit"
    if place.waiting:
        output = "waits"
    weights = place.formulas.get("weights")
    factors = weights.numbers() if weights is not None and weights.result else ""
    numbers = ("", "", "", "") if place.waiting else _numbers(layer_counts(place))
    return place.layer.name, place.layer.kind, output, _size_formula(place), factors, *numbers


def _size_formula(place: Place) -> str:
    if place.input_shape is None or len(place.input_shape) != 3:
        return ""
    formulas = place.layer.size_formulas(place.input_shape)
    texts = [_solved(formula) for formula in formulas]
    if len(texts) == 2 and texts[0] != texts[1]:
        return f"{texts[0]}, {texts[1]}"
    return texts[0] if texts else ""


def _solved(formula: Formula) -> str:
    return f"{formula.numbers()} = {number_text(formula.result)}"


def _numbers(counts: Counts) -> tuple[str, str, str, str]:
    return (
        f"{counts.weights:,}",
        f"{counts.biases:,}",
        f"{counts.multiply_adds:,}",
        f"{counts.memory_bytes:,}",
    )


def _size(shape: Shape) -> str:
    return "×".join(str(n) for n in shape)


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = (
            cell.rjust(width) if head in RIGHT else cell.ljust(width)
            for head, cell, width in zip(HEADS, row, widths, strict=True)
        )
        lines.append("  ".join(cells).rstrip())
    return lines
