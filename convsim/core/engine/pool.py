"""Max pooling whose windows lie side by side, forward and backward, with its buffers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from convsim.core.layers import Array, Pair


class Pool:
    """The largest of each window, and the gradient back to the first of the largest.

    Parameters
    ----------
    z, dz : array (H, C, W, N)
        What is pooled, and where its gradient goes; what no window reads must be 0 in dz.
    kernel : (int, int)
        Rows and columns of a window, which are also the stride.

    Attributes
    ----------
    p, g : array (Ho, C, Wo, N)
        The largest values, and where their gradient is put; `backward` uses it up.
    """

    def __init__(self, z: Array, dz: Array, kernel: Pair) -> None:
        tall, wide = kernel
        high, broad = z.shape[0] // tall, z.shape[2] // wide
        z, dz = (a[: high * tall, :, : broad * wide] for a in (z, dz))
        self.rows = [z[i::tall] for i in range(tall)]
        tops = np.empty(self.rows[0].shape, z.dtype)
        self.tops = tops
        self.columns = [tops[:, :, j::wide] for j in range(wide)]
        self.p = np.empty((high, z.shape[1], broad, z.shape[3]), z.dtype)
        self.g = np.empty_like(self.p)
        self.taps = [
            (z[i::tall, :, j::wide], dz[i::tall, :, j::wide])
            for i in range(tall)
            for j in range(wide)
        ]
        self.hit = np.empty(self.p.shape, np.bool_)

    def forward(self) -> None:
        """Take the largest down each column first: those runs are long."""
        largest(self.rows, self.tops)
        largest(self.columns, self.p)

    def backward(self) -> None:
        """Give each gradient to the first tap that is the largest; what is left goes on."""
        *others, (_, last) = self.taps
        for tap, share in others:
            np.equal(tap, self.p, out=self.hit)
            np.multiply(self.g, self.hit, out=share)
            np.subtract(self.g, share, out=self.g)
        np.copyto(last, self.g)


def largest(parts: list[Array], out: Array) -> None:
    """Write the largest of the parts, value by value."""
    np.maximum(parts[0], parts[1 % len(parts)], out=out)
    for part in parts[2:]:
        np.maximum(out, part, out=out)
