"""A dense layer with the ReLU that may follow it, forward and backward."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convsim.core.engine.slabs import PRODUCT
from convsim.core.engine.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from convsim.core.layers import Array, Params

FEWEST = 8
"""Rows of a part of a split product; with fewer the split costs more than it gives."""


class DenseStage(Stage):
    """Dense, then perhaps ReLU.

    The gradient of the weights is one product for the whole batch at the end, for which inputs
    and gradients of all chunks are laid side by side: a product a chunk would write, and add up,
    the whole matrix each time.

    Parameters
    ----------
    index : int
    all_x, all_dy : array (D, B), (units, B)
        Where all threads put what they have seen of the batch.
    relu : bool
    y, dy : array (units, N)
        Where the output goes, and where its gradient will be.
    first : bool
        Whether dL/dx is not wanted.
    """

    def __init__(
        self,
        index: int,
        all_x: Array,
        all_dy: Array,
        y: Array,
        dy: Array,
        *,
        relu: bool,
        first: bool,
    ) -> None:
        self.index, self.y, self.dy, self.relu = index, y, dy, relu
        self.all_x, self.all_dy = all_x, all_dy
        (units, batch), size = y.shape, len(all_x)
        self.whole = all_x.shape[1] == batch
        self.x = all_x if self.whole else np.empty((size, batch), y.dtype)
        self.dx: Array | None = None if first else np.empty((size, batch), y.dtype)
        self.parts = parts_of(units, size, batch), parts_of(size, units, batch)
        self.y_parts = y.reshape(self.parts[0], -1, batch)
        self.dx_parts = None if self.dx is None else self.dx.reshape(self.parts[1], -1, batch)
        self.zero = np.zeros(y.shape, y.dtype)
        self.mask = np.empty(y.shape, np.bool_)

    def load(self, params: Params, into: Mapping[str, Array]) -> None:
        """Split the weights for both products; nothing is copied."""
        self.into = into
        weight = params["weight"]
        units, size = weight.shape
        self.rows = weight.reshape(self.parts[0], -1, size)
        self.columns = weight.T.reshape(self.parts[1], -1, units)
        self.bias = params["bias"][:, None] if "bias" in params else None

    def forward(self) -> None:
        """Work out w·x + b, and cut off what is negative if there is a ReLU."""
        np.matmul(self.rows, self.x, out=self.y_parts)
        if self.bias is not None:
            np.add(self.y, self.bias, out=self.y)
        if self.relu:
            np.maximum(self.y, self.zero, out=self.y)

    def back(self) -> None:
        """Mask the gradient."""
        if self.relu:
            np.greater(self.y, self.zero, out=self.mask)
            np.multiply(self.dy, self.mask, out=self.dy)

    def weights(self, part: slice) -> None:
        """Keep this chunk's inputs and gradients for the end, or multiply if it is the only one."""
        if self.whole:
            self._multiply(self.x, self.dy)
        else:
            np.copyto(self.all_x[:, part], self.x)
            np.copyto(self.all_dy[:, part], self.dy)

    def inputs(self) -> None:
        """Work out wᵀ · dL/dy."""
        if self.dx_parts is not None:
            np.matmul(self.columns, self.dy, out=self.dx_parts)

    def collect(self, others: Sequence[Stage]) -> None:
        """Multiply for the whole batch."""
        if not self.whole:
            self._multiply(self.all_x, self.all_dy)

    def _multiply(self, x: Array, dy: Array) -> None:
        """Write dL/dw = dL/dy · xᵀ and dL/db, the sum of dL/dy."""
        # OpenBLAS has no short way for a column times a row.
        multiply = np.multiply if x.shape[1] == 1 else np.matmul
        multiply(dy, x.T, out=self.into["weight"])
        if "bias" in self.into:
            np.add.reduce(dy, axis=1, out=self.into["bias"])


def parts_of(rows: int, depth: int, batch: int) -> int:
    """Return into how many parts of rows a product (rows × depth) · (depth × batch) is split.

    Each then has no more than `PRODUCT` multiply-adds.  With one picture there is nothing to
    gain, and less than `FEWEST` rows are not worth it: then it is 1.
    """
    most = PRODUCT // (depth * batch)
    if batch == 1 or most < FEWEST:
        return 1
    return next(n for n in range(1, rows + 1) if rows % n == 0 and rows // n <= most)
