"""A pool's gradient goes to one pixel of each window: the first of the largest, columns first."""

from __future__ import annotations

import numpy as np
import pytest

from convsim.core.engine.pool import Pool, PoolBack
from convsim.core.geometry import Axis
from convsim.core.lowering_pools import max_pool

KERNELS = [(1, 1), (2, 2), (3, 3), (1, 2), (2, 1), (3, 2), (2, 4)]


def maps(levels: int) -> np.ndarray:
    """Return maps (7, 3, 9, 2) with so many different values: few of them make ties."""
    return np.random.default_rng(0).integers(0, levels, (7, 3, 9, 2)).astype(np.float64)


@pytest.mark.parametrize("kernel", KERNELS)
def test_it_is_what_the_layer_says(kernel):
    z = maps(1000)
    pool = Pool(z, kernel)
    rows, cols = (
        Axis(size - size % taps, taps, taps) for size, taps in zip((7, 9), kernel, strict=True)
    )
    for _ in range(2):
        pool.forward()
        wanted = max_pool(z[: rows.size, :, : cols.size], rows, cols)
        np.testing.assert_array_equal(pool.p, wanted)
        z += 1
        z[0] = -z[0]


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("levels", [1, 3, 1000])
def test_one_pixel_of_each_window_gets_the_gradient(kernel, levels):
    tall, wide = kernel
    z = maps(levels)
    pool = Pool(z, kernel)
    dz = np.zeros_like(z)
    back = PoolBack(pool, dz)
    high, broad = 7 // tall, 9 // wide
    for seed in (1, 2):
        pool.forward()
        gradient = np.random.default_rng(seed).integers(1, 99, (high, 3, broad, 2))
        back.g[...] = gradient
        back.backward()
        wanted = np.zeros_like(z)
        for i, c, j, n in np.ndindex(high, 3, broad, 2):
            window = z[i * tall : (i + 1) * tall, c, j * wide : (j + 1) * wide, n]
            # Transposed, so that the first of the largest is sought column by column.
            column, row = np.unravel_index(np.argmax(window.T), (wide, tall))
            wanted[i * tall + row, c, j * wide + column, n] = gradient[i, c, j, n]
        np.testing.assert_array_equal(dz, wanted)
        z[...] = z[::-1].copy()
