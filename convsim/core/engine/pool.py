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
        self.columns = [self.tops[:, :, j::wide] for j in range(wide)]
        self.p = np.empty((high, z.shape[1], broad, z.shape[3]), z.dtype)
        self.spare = np.empty_like(self.p)

    def forward(self) -> None:
        """Take the largest down each column first: those runs are long."""
        _largest(self.rows, self.tops)
        _largest(self.columns, self.p)


class PoolBack:
    """The gradient of a pool, which goes to the first of the largest values of each window.

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
        self.p, self.g = pool.p, pool.spare
        self.hit = np.empty(self.p.shape, np.bool_)
        self.taps = [
            (row[:, :, j::wide], dz[i::tall, :, j::wide])
            for i, row in enumerate(pool.rows)
            for j in range(wide)
        ]

    def backward(self) -> None:
        """Give each gradient to the first tap that is the largest; what is left goes on."""
        *others, (_, last) = self.taps
        for tap, share in others:
            np.equal(tap, self.p, out=self.hit)
            np.multiply(self.g, self.hit, out=share)
            np.subtract(self.g, share, out=self.g)
        np.copyto(last, self.g)


def _largest(parts: list[Array], out: Array) -> None:
    """Write the largest of the parts, value by value."""
    np.maximum(parts[0], parts[1 % len(parts)], out=out)
    for part in parts[2:]:
        np.maximum(out, part, out=out)
