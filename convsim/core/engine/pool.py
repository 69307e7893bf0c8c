"""Max pooling whose windows lie side by side, forward and backward, with its buffers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from convsim.core.layers import Array, Pair


class Pool:
    """The largest of each window.

    Parameters
    ----------
    z : array (H, C, W, N)
        What is pooled.
    kernel : (int, int)
        Rows and columns of a window, which are also the stride.

    Attributes
    ----------
    p, spare : array (Ho, C, Wo, N)
        The largest values, and as much room for whoever goes on with them.
    """

    def __init__(self, z: Array, kernel: Pair) -> None:
        tall, wide = self.kernel = kernel
        high, broad = z.shape[0] // tall, z.shape[2] // wide
        z = z[: high * tall, :, : broad * wide]
        self.rows = [z[i::tall] for i in range(tall)]
        self.tops = np.empty(self.rows[0].shape, z.dtype)
        self.p = np.empty((high, z.shape[1], broad, z.shape[3]), z.dtype)
        self.spare = np.empty_like(self.p)
        columns = [self.tops[:, :, j::wide] for j in range(wide)]
        # Copied first, which takes no longer than to calculate with short runs.
        self.source, self.first = columns[0], np.empty_like(self.p)
        self.columns = [self.first, *columns[1:]]

    def forward(self) -> None:
        """Take the largest down each column first: those runs are long."""
        _largest(self.rows, self.tops)
        self.first[...] = self.source
        _largest(self.columns, self.p)


class PoolBack:
    """The gradient of a pool, which goes to one of the largest values of each window.

    It takes the way back of `Pool.forward`: to the first column of the window that has the
    largest value, and in it to the first row.  The layer's own way takes the first row, and in it
    the first column; the difference is only seen where two windows of a convolution give exactly
    the same sum.

    Parameters
    ----------
    pool : Pool
    dz : array (H, C, W, N)
        Where the gradient of z goes; what no window reads must be 0 there.

    Attributes
    ----------
    g : array (Ho, C, Wo, N)
        Where the gradient of `pool.p` is put; `backward` uses it up.
    """

    def __init__(self, pool: Pool, dz: Array) -> None:
        tall, wide = pool.kernel
        high, broad = pool.p.shape[0], pool.p.shape[2]
        dz = dz[: high * tall, :, : broad * wide]
        self.pool, self.g = pool, pool.spare
        self.tops = np.empty_like(pool.tops)
        self.columns = [self.tops[:, :, j::wide] for j in range(wide)]
        self.rows = [dz[i::tall] for i in range(tall)]
        self.in_column, self.in_row = _Hits(pool.p), _Hits(pool.tops)

    def backward(self) -> None:
        """Give each gradient to a column of its window, and then to a row of that."""
        self.in_column.share_short(self.g, self.pool.columns, self.columns)
        self.in_row.share(self.tops, self.pool.rows, self.rows)


class _Hits:
    """Which of some parts is the first that is the largest.

    Parameters
    ----------
    largest : array
        The largest of the parts, value by value.
    """

    def __init__(self, largest: Array) -> None:
        self.largest = largest
        self.hit, self.factor = np.empty(largest.shape, np.bool_), np.empty_like(largest)

    def share(self, gradient: Array, parts: list[Array], shares: list[Array]) -> None:
        """Give the gradient to the first part that is the largest; what is left goes on."""
        *others, last = shares
        for part, share in zip(parts, others, strict=False):
            np.multiply(gradient, self._hits(part), out=share)
            np.subtract(gradient, share, out=last if share is others[-1] else gradient)
        if not others:
            last[...] = gradient

    def share_short(self, gradient: Array, parts: list[Array], shares: list[Array]) -> None:
        """Do the same where the runs of a share are short: to copy them is faster, and once."""
        *others, last = shares
        for part, share in zip(parts, others, strict=False):
            given = np.multiply(gradient, self._hits(part), out=self.factor)
            share[...] = given
            np.subtract(gradient, given, out=gradient)
        last[...] = gradient

    def _hits(self, part: Array) -> Array:
        """Return 1 where the part is the largest, else 0."""
        np.equal(part, self.largest, out=self.hit)
        # Numbers to multiply with: with truths NumPy would go through a buffer of its own.
        self.factor[...] = self.hit
        return self.factor


def _largest(parts: list[Array], out: Array) -> None:
    """Write the largest of the parts, value by value."""
    np.maximum(parts[0], parts[1 % len(parts)], out=out)
    for part in parts[2:]:
        np.maximum(out, part, out=out)
