"""Large convolutions: the windows of a few rows at a time, copied into the cache and multiplied.

This is the textbook's im2col in bands: with many filters the copy of a window is cheap beside
its product, and one long product suits BLAS better than one for each row of the output.  Bands
are shared out to threads.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from convsim.core.blas import evenly, share_freely, share_out, threads_for
from convsim.core.strips import finish

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convsim.core.geometry import Axis

BAND = 256 * 1024
"""Numbers of a band's windows: 1 MB in float32."""
COLUMNS = 256
"""Columns that a product has at least, if there are so many: with fewer BLAS spends more time on
laying out the filters than on multiplying (measured)."""
Rows = tuple[int, int]


class WindowBands:
    """The windows of padded planes, and the order of the filters' weights that fits them.

    Parameters
    ----------
    planes : array (C, Hp, Wp, N), contiguous
        Padding included.
    rows, cols : Axis
        Geometry of height and width.
    filters : int
    """

    def __init__(self, planes: NDArray[Any], rows: Axis, cols: Axis, filters: int) -> None:
        channels, tall, wide, batch = planes.shape
        # Not read from the array: an axis of length 1 may have any stride there.
        item = planes.itemsize
        across, down, over = (item * batch * n for n in (1, wide, tall * wide))
        high, broad = rows.count, cols.count
        self.run = broad * batch
        self.depth = channels * rows.kernel * cols.kernel
        self.strided: bool = cols.stride > 1
        if self.strided:
            # Picking every second pixel is slow, so it is done once for each kernel column.
            shifted: NDArray[Any] = np.ndarray(
                (channels, cols.kernel, tall, broad, batch),
                planes.dtype,
                planes,
                0,
                (over, across * cols.dilation, down, across * cols.stride, item),
            )
            planes = shifted.copy()
            across, down, over = (item * self.run * n for n in (tall, 1, tall * cols.kernel))
            steps = (over, across, down * rows.dilation)
            size = (channels, cols.kernel, rows.kernel)
        else:
            steps = (over, down * rows.dilation, across * cols.dilation)
            size = (channels, rows.kernel, cols.kernel)
        # Axes: channel, two of the kernel, output row, (output column, picture).
        self.windows: NDArray[Any] = np.ndarray(
            (*size, high, self.run), planes.dtype, planes, 0, (*steps, down * rows.stride, item)
        )
        step = max(BAND // max(self.depth * self.run, 1), -(-COLUMNS // max(self.run, 1)))
        self.threads = threads_for(self.depth * filters * high * self.run)
        self.bands: list[Rows] = evenly(high, step, self.threads)

    def matrix(self, weight: NDArray[Any]) -> NDArray[Any]:
        """Return filters (F, C, KH, KW) as a matrix (F, depth); a copy only if columns leap."""
        ordered = weight.transpose(0, 1, 3, 2) if self.strided else weight
        return np.ascontiguousarray(ordered, self.windows.dtype).reshape(len(weight), -1)

    def multiply(
        self, weight: NDArray[Any], bias: NDArray[Any] | None, y: NDArray[Any], *, relu: bool
    ) -> None:
        """Write the convolution, and with `relu` its positive part, to y (F, Ho, Wo·N)."""
        matrix = self.matrix(weight)

        def do(bands: Iterable[Rows]) -> None:
            buffer = self._buffer()
            for first, last in bands:
                part = y[:, first:last].reshape(len(y), -1)
                np.matmul(matrix, self._copied(buffer, first, last), out=part)
                finish(part, None if bias is None else bias[:, None], relu=relu)

        share_freely(do, self.bands, self.threads)

    def correlate(self, dy: NDArray[Any]) -> NDArray[Any]:
        """Return dL/dweight (F, C, KH, KW) for dL/dy (F, Ho, Wo·N)."""
        sums: dict[int, NDArray[Any]] = {}

        def do(bands: Sequence[Rows]) -> None:
            buffer = self._buffer()
            total = np.zeros((len(dy), self.depth), dy.dtype)
            for first, last in bands:
                part = dy[:, first:last].reshape(len(dy), -1)
                total += part @ self._copied(buffer, first, last).T
            sums[bands[0][0]] = total

        share_out(do, self.bands, self.threads)
        # In the order of the bands, not of who was ready first.
        first, *others = (sums[key] for key in sorted(sums))
        for other in others:
            first += other
        dw = first.reshape(len(dy), *self.windows.shape[:3])
        return np.ascontiguousarray(dw.transpose(0, 1, 3, 2)) if self.strided else dw

    def _buffer(self) -> NDArray[Any]:
        most = max(last - first for first, last in self.bands)
        return np.empty(self.depth * most * self.run, self.windows.dtype)

    def _copied(self, buffer: NDArray[Any], first: int, last: int) -> NDArray[Any]:
        """Return the windows of output rows `first` to `last` − 1 as (depth, rows · Wo·N)."""
        count = (last - first) * self.run
        matrix = buffer[: self.depth * count].reshape(self.depth, count)
        part = self.windows[:, :, :, first:last]
        np.copyto(matrix.reshape(part.shape), part)
        return matrix
