"""A dense layer with the ReLU that may follow it, forward and backward."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convsim.core.blas import PRODUCT
from convsim.core.engine.stage import Forward, Stage
from convsim.core.layers.dense import ALONE, weighed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import DTypeLike

    from convsim.core.engine.groups import Group
    from convsim.core.layers import Array, Params

FEWEST = 8
"""Rows of a part of a split product; with fewer the split costs more than it gives."""
LONG = 32
"""Columns of a part of such a product (measured)."""
SMALL = 65536
"""Weights up to which one picture's product is split, so that BLAS does it on one thread; with more
it is better told so."""


class DenseForward(Forward):
    """Dense, then perhaps ReLU.

    A product with a large matrix and few pictures is split so that each part is small; see
    `PRODUCT`.

    Parameters
    ----------
    group : Group
    x : array (D, N)
        Where the input will be.
    y : array (units, N)
        Where the output goes.
    """

    def __init__(self, group: Group, x: Array, y: Array) -> None:
        self.index, self.relu, self.x, self.y = group.first, group.relu, x, y
        (size, batch), units = x.shape, len(y)
        self.large = batch == 1 and units * size > SMALL
        parts = column_parts_of(units, size) if batch == 1 else parts_of(units, size, batch)
        self.y_parts = y.reshape(parts, -1, batch)
        self.zero = np.zeros(y.shape, y.dtype)

    def take(self, params: Params) -> None:
        """Split the weights for the product; nothing is copied."""
        weight = params["weight"]
        self.weight = weight
        self.rows = weight.reshape(len(self.y_parts), -1, weight.shape[1])
        self.bias = params["bias"][:, None] if "bias" in params else None

    def forward(self) -> None:
        """Work out w·x + b, and cut off what is negative if there is a ReLU."""
        if self.large:
            weighed(self.weight, self.x, self.y)
        else:
            np.matmul(self.rows, self.x, out=self.y_parts)
        if self.bias is not None:
            np.add(self.y, self.bias, out=self.y)
        if self.relu:
            np.maximum(self.y, self.zero, out=self.y)


class Seen:
    """What a dense layer of one thread has seen of a batch, for one product at the end.

    A product a chunk would write, and add up, the whole matrix each time.

    Parameters
    ----------
    size, units, count : int
        Inputs, outputs, and pictures that the thread will see.
    dtype : dtype

    Attributes
    ----------
    x, dy : array (D, B), (units, B)
        Inputs and gradients, side by side.
    """

    def __init__(self, size: int, units: int, count: int, dtype: DTypeLike) -> None:
        self.x, self.dy = np.empty((size, count), dtype), np.empty((units, count), dtype)
        self.count = 0

    def add(self, x: Array, dy: Array) -> None:
        """Lay a chunk beside those before it."""
        part = slice(self.count, self.count + x.shape[1])
        self.x[:, part] = x
        self.dy[:, part] = dy
        self.count = part.stop


class DenseStage(DenseForward, Stage):
    """The same, and what it learns.

    Parameters
    ----------
    group, y
        See `DenseForward`.
    seen : Seen
        The thread's own, shared by its stages for chunks of other sizes.
    dy : array (units, N)
        Where the gradient of y will be.
    """

    def __init__(self, group: Group, seen: Seen, y: Array, dy: Array) -> None:
        units, batch = y.shape
        size, count = seen.x.shape
        self.alone = count == batch
        """Whether the thread sees this chunk alone, and nothing needs to be laid beside it."""
        super().__init__(group, seen.x if self.alone else np.empty((size, batch), y.dtype), y)
        self.dy, self.seen = dy, seen
        self.dx: Array | None = np.empty_like(self.x)
        self.dx_parts = self.dx.reshape(parts_of(size, units, batch), -1, batch)
        self.mask = np.empty(y.shape, np.bool_)
        self.factor = np.empty_like(y)
        self.ones = np.ones(count, y.dtype)
        # OpenBLAS multiplies small matrices faster, and those of which none lies transposed.
        parts = input_parts_of(size, units, count)
        self.turned = np.empty((parts, count, size // parts), y.dtype)
        self.across = seen.x.reshape(parts, -1, count).transpose(0, 2, 1)

    def begin(self, params: Params, into: Mapping[str, Array]) -> None:
        """Take over the weights, and forget what was seen."""
        super().begin(params, into)
        self.seen.count = 0

    def take(self, params: Params) -> None:
        """Split the weights for both products."""
        super().take(params)
        weight = params["weight"]
        self.columns = weight.T.reshape(len(self.dx_parts), -1, len(weight))

    def back(self) -> None:
        """Mask the gradient."""
        if self.relu:
            np.greater(self.y, self.zero, out=self.mask)
            # Numbers times numbers: with truths NumPy would go through a buffer of its own.
            self.factor[...] = self.mask
            np.multiply(self.dy, self.factor, out=self.dy)

    def weights(self) -> None:
        """Keep this chunk's inputs and gradients for the end."""
        if not self.alone:
            self.seen.add(self.x, self.dy)

    def inputs(self) -> None:
        """Work out wᵀ · dL/dy."""
        np.matmul(self.columns, self.dy, out=self.dx_parts)

    def finish(self) -> None:
        """Write dL/dw = dL/dy · xᵀ and dL/db, the sum of dL/dy, of all that the thread has seen."""
        dy = self.dy if self.alone else self.seen.dy
        weight = self.into["weight"]
        if len(self.ones) == 1:
            # OpenBLAS has no short way for a column times a row.
            np.multiply(dy, self.seen.x.T, out=weight)
        else:
            self.turned[...] = self.across
            parts = weight.reshape(len(weight), len(self.turned), -1)
            np.matmul(dy, self.turned, out=parts.transpose(1, 0, 2))
        if "bias" in self.into:
            dy.dot(self.ones, out=self.into["bias"])


def parts_of(rows: int, depth: int, batch: int) -> int:
    """Return into how many parts of rows a product (rows × depth) · (depth × batch) is split.

    Each then has no more than `PRODUCT` multiply-adds.  With one picture there is nothing to
    gain, and less than `FEWEST` rows are not worth it: then it is 1.
    """
    most = PRODUCT // (depth * batch)
    return 1 if batch == 1 or most < FEWEST else _fewest(rows, most)


def input_parts_of(size: int, units: int, count: int) -> int:
    """Return into how many parts of the inputs dL/dw = (units × count) · (count × size) is split.

    Each then has no more than `PRODUCT` multiply-adds; inputs that do not divide into parts of
    `LONG` or more stay whole.
    """
    parts = _fewest(size, max(PRODUCT // (units * count), 1))
    return parts if size // parts >= LONG else 1


def column_parts_of(rows: int, depth: int) -> int:
    """Return into how many parts a product with one picture is split, as far as that is worth it.

    Each then has fewer than `ALONE` multiply-adds, which BLAS does on one thread.
    """
    return 1 if rows * depth > SMALL or depth >= ALONE else _fewest(rows, (ALONE - 1) // depth)


def _fewest(rows: int, most: int) -> int:
    """Return the fewest equal parts of at most so many rows."""
    return next(n for n in range(1, rows + 1) if rows % n == 0 and rows // n <= most)
