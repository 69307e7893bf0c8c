"""What a person does to weights, as edits with names; each says in words why it cannot be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject

from convsim.core.errors import ConvSimError
from convsim.document.edits import set_bias, set_weight
from convsim.document.filters import change_filter, put_kernel, start_anew
from convsim.document.named_kernels import LIBRARY, Plane, gabor
from convsim.document.planes import cell_index, filter_index
from convsim.ui.kernel_words import change_titles, gabor_title, kernel_titles
from convsim.ui.layer_words import problem_text
from convsim.ui.typed_numbers import FLOAT_MAX, exact_text, parse_grid, parse_number, stepped_number
from convsim.ui.words import title_of

if TYPE_CHECKING:
    from convsim.core.layers import Array
    from convsim.document import Document
    from convsim.services.store import Store
    from convsim.ui.bursts import Bursts

FINE, COARSE = 0.01, 0.1
"""Steps of the wheel, without and with Shift."""
Corner = tuple[int, int]
At = tuple[int, int, int, int]
"""Filter, channel, row, column."""


class WeightEdits(QObject):
    """Edits of the weights of the cursor's convolution.

    Every method returns an empty text, or why nothing was changed.
    """

    def __init__(self, store: Store, bursts: Bursts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._bursts = bursts

    def enter(self, at: At, text: str) -> str:
        """Set a weight to what was typed; always a step of undo of its own."""
        number = parse_number(text)
        if number is None:
            return self.not_a_number(text)
        self._bursts.end()
        return self._set(at, number)

    def nudge(self, at: At, steps: int, coarse: bool) -> str:
        """Change a weight by steps of the wheel; quick ones become one step of undo."""
        document = self._store.document
        old = float(document.weights[document.cursor.layer]["weight"][self._cell(at)])
        if not np.isfinite(old):
            return self.tr("A weight that is no number cannot be stepped; type a number.")
        return self._set(at, stepped_number(old, steps, COARSE if coarse else FINE))

    def end(self) -> None:
        """End what quick edits belong to, as when the mouse button is let go."""
        self._bursts.end()

    def set_bias(self, filter_: int, value: float) -> str:
        """Set the bias of a filter."""
        document = self._store.document
        layer, name = document.cursor.layer, document.layer.name
        old = document.weights[layer]["bias"][filter_]
        if _same(value, old):
            return ""
        try:
            changed = set_bias(document, layer, filter_, value)
        except ConvSimError as problem:
            return problem_text(problem)
        text = self.tr("Bias of {layer}, filter {n}: {old} → {new}")
        new, title = exact_text(value), title_of(document.layer)
        self._bursts.edit(
            f"{name}.bias{filter_}",
            exact_text(float(old)),
            lambda first: text.format(layer=title, n=filter_ + 1, old=first, new=new),
            changed,
        )
        return ""

    def paste(self, filter_: int, channel: int, corner: Corner, text: str) -> str:
        """Write numbers over a plane, or from a corner on if they are fewer."""
        numbers = parse_grid(text)
        if numbers is None:
            return self.tr("The clipboard holds no number and no grid of numbers.")
        document = changed = self._store.document
        layer = document.cursor.layer
        weight = document.weights[layer]["weight"]
        plane = weight[filter_index(document.layer, weight.shape, filter_)][channel]
        high, broad = numbers.shape
        top, left = (0, 0) if numbers.shape == plane.shape else corner
        if top + high > plane.shape[0] or left + broad > plane.shape[1]:
            message = self.tr("{high}×{broad} numbers do not fit from row {row}, column {col} on.")
            return message.format(high=high, broad=broad, row=top, col=left)
        try:
            for (row, col), number in np.ndenumerate(numbers):
                at = self._cell((filter_, channel, top + row, left + col))
                if not _same(number, plane[top + row, left + col]):
                    changed = set_weight(changed, layer, at, float(number))
        except ConvSimError as problem:
            return problem_text(problem)
        if changed is not document:
            name = self.tr("Paste weights into {layer}, filter {n}")
            self._store.edit(name.format(layer=title_of(document.layer), n=filter_ + 1), changed)
        return ""

    def put(self, kernel: str, alone: bool) -> str:
        """Put a kernel of the library in the place of the filter, or of the plane shown."""
        return self._put(kernel_titles()[kernel], LIBRARY[kernel], alone)

    def put_gabor(self, angle: float, alone: bool) -> str:
        """Put a Gabor filter there."""
        return self._put(gabor_title(angle), lambda rows, cols: gabor(rows, cols, angle), alone)

    def change(self, change: str, alone: bool) -> str:
        """Turn, mirror, scale the filter, or the plane shown."""
        document = self._store.document
        layer, filter_ = document.cursor.layer, document.cursor.filter
        channel = self._plane() if alone else None
        text = self.tr("{change}: {layer}, filter {n}").format(
            change=change_titles()[change], layer=title_of(document.layer), n=filter_ + 1
        )
        return self._made(text, lambda: change_filter(document, layer, filter_, change, channel))

    def start(self, start: str, *, every: bool) -> str:
        """Draw new random weights for the filter, or for all filters of the layer."""
        document = self._store.document
        layer, filter_ = document.cursor.layer, document.cursor.filter
        seed = int(np.random.default_rng().integers(2**31))
        text = self.tr("New weights in {layer}, filter {n}").format(
            layer=title_of(document.layer), n=filter_ + 1
        )
        if every:
            text = self.tr("New weights in {layer}").format(layer=title_of(document.layer))
        one = None if every else filter_
        return self._made(text, lambda: start_anew(document, layer, start, seed, one))

    def _put(self, title: str, kernel: Callable[[int, int], Plane], alone: bool) -> str:
        document = self._store.document
        layer, filter_ = document.cursor.layer, document.cursor.filter
        rows, cols = document.weights[layer]["weight"].shape[2:]
        channel = self._plane() if alone else None
        text = self.tr("Filter {n} of {layer}: {kernel}").format(
            n=filter_ + 1, layer=title_of(document.layer), kernel=title
        )
        return self._made(
            text,
            lambda: put_kernel(
                document, layer, filter_, kernel(rows, cols), name=title, channel=channel
            ),
        )

    def _plane(self) -> int:
        document = self._store.document
        weight = document.weights[document.cursor.layer]["weight"]
        planes = weight[filter_index(document.layer, weight.shape, document.cursor.filter)]
        return min(document.view.plane, len(planes) - 1)

    def _cell(self, at: At) -> tuple[int, ...]:
        """Return where a weight lies in the array of its layer."""
        document = self._store.document
        shape = document.weights[document.cursor.layer]["weight"].shape
        return cell_index(document.layer, shape, at)

    def _made(self, text: str, made: Callable[[], Document]) -> str:
        try:
            changed = made()
        except ConvSimError as problem:
            return problem_text(problem)
        self._bursts.end()
        self._store.edit(text, changed)
        return ""

    def not_a_number(self, text: str) -> str:
        """Return what to say about a text that is no weight."""
        message = self.tr("“{text}” is not a number that a weight can be; try 0.25 or 1/9.")
        return message.format(text=text[:20])

    def _set(self, at: At, value: float) -> str:
        document = self._store.document
        layer, name = document.cursor.layer, document.layer.name
        cell = self._cell(at)
        old = document.weights[layer]["weight"][cell]
        if _same(value, old):
            return ""
        try:
            changed = set_weight(document, layer, cell, value)
        except ConvSimError as problem:
            return problem_text(problem)
        text = self.tr("Weight of {layer}, filter {n}: {old} → {new}")
        new, title = exact_text(value), title_of(document.layer)
        self._bursts.edit(
            f"{name}.weight{at}",
            exact_text(float(old)),
            lambda first: text.format(layer=title, n=at[0] + 1, old=first, new=new),
            changed,
        )
        return ""


def _same(value: float, old: np.float32) -> bool:
    """Whether a number is what a weight already holds."""
    return bool(abs(value) <= FLOAT_MAX and np.float32(value) == old)


def copied(plane: Array) -> str:
    """Return a plane as other programs read it: a line a row, tabs between the numbers."""
    rows = ("\t".join(exact_text(float(v)).replace("−", "-") for v in row) for row in plane)
    return "\n".join(rows)
