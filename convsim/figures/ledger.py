"""The lines of the ledger: what every layer costs, as texts that are ready to be set in columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from convsim.core.counts import (
    KEYS,
    Counts,
    compare,
    input_bytes,
    layer_counts,
    totals,
)
from convsim.core.formula import number_text
from convsim.figures.parts import layer_title, shape_text

if TYPE_CHECKING:
    from convsim.core.network import Network
    from convsim.core.place import Place
    from convsim.figures.sketch import Sketch

NUMBERS = KEYS
COMPARED = ("unshared", "connected")
NONE = "–"


@dataclass(frozen=True)
class Cell:
    """A number, how it comes about, and whether it matters here."""

    text: str
    formula: str = ""
    faint: bool = False


@dataclass(frozen=True)
class Row:
    """One line of the ledger.

    Attributes
    ----------
    layer : int
        The layer that a click selects; −1 for the picture, −2 for the total.
    layers : tuple of int
        All layers that the line stands for.
    cells : mapping from column to Cell
    """

    name: str
    shape: str
    layer: int
    layers: tuple[int, ...] = ()
    cells: Mapping[str, Cell] = field(default_factory=dict)
    state: Literal["fits", "bad", "waits", "total"] = "fits"

    @property
    def has_formula(self) -> bool:
        """Whether the line needs a second one for its formulas."""
        return any(cell.formula for cell in self.cells.values())


def rows_of(sketch: Sketch, network: Network, *, merged: bool) -> list[Row]:
    """Return the picture, every layer, and the total.

    Parameters
    ----------
    merged : bool
        Whether layers that work in place, and so cost nothing, share a line with what they follow.
    """
    bytes_ = Cell(number_text(input_bytes(network)))
    rows = [
        Row(sketch.say("input"), shape_text(network.input_shape), -1, (-1,), {"memory": bytes_})
    ]
    for place in network.places:
        row = _row(sketch, place)
        free = place.layer.in_place and layer_counts(place) == Counts()
        if merged and free and place.output_shape is not None:
            last = rows[-1]
            name = f"{last.name} + {sketch.say(place.layer.kind)}"
            rows[-1] = Row(
                name, last.shape, last.layer, (*last.layers, place.index), last.cells, last.state
            )
        else:
            rows.append(row)
    rows.append(_total(sketch, network))
    return rows


def columns_of(rows: Sequence[Row], *, compared: bool) -> tuple[str, ...]:
    """Return the columns of numbers; comparisons only where there is something to compare."""
    some = any(key in row.cells for row in rows for key in COMPARED)
    return (*NUMBERS, *COMPARED) if compared and some else NUMBERS


def _row(sketch: Sketch, place: Place) -> Row:
    name = layer_title(place.layer, sketch.page.labels)
    if place.waiting:
        cells = {key: Cell(NONE, faint=True) for key in NUMBERS}
        return Row(name, sketch.say("waiting"), place.index, (place.index,), cells, "waits")
    formulas = place.formulas
    cells = {}
    for key in NUMBERS:
        if key not in formulas:
            cells[key] = Cell(NONE, faint=True)
            continue
        formula = formulas[key]
        text, numbers = number_text(formula.result), formula.numbers()
        zero = formula.result == 0
        if key == "memory" and zero and place.layer.in_place:
            text = sketch.say("in_place")
        # A formula of one term only says the number again.
        cells[key] = Cell(text, "" if zero or numbers == text else numbers, zero)
    comparison = compare(place)
    if comparison is not None:
        cells["unshared"] = Cell(number_text(comparison.unshared))
        cells["connected"] = Cell(number_text(comparison.connected))
    if place.output_shape is None:
        return Row(name, sketch.say("does_not_fit"), place.index, (place.index,), cells, "bad")
    return Row(name, shape_text(place.output_shape), place.index, (place.index,), cells)


def _total(sketch: Sketch, network: Network) -> Row:
    sums = totals(network)
    values = (sums.weights, sums.biases, sums.multiply_adds, sums.memory_bytes)
    cells = {key: Cell(number_text(value)) for key, value in zip(NUMBERS, values, strict=True)}
    name = sketch.say("total" if network.bad_place is None else "total_part")
    return Row(name, "", -2, (), cells, "total")
