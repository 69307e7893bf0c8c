"""Pieces of photographs: each class is a surface.  Turned, mirrored and tinted by chance.

The pieces to learn from and the pieces to be judged by come from different parts of each
photograph, so that no pixel is in both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

JUDGED = 0.25
"""The part of each photograph, at its right, that only test pictures are cut from."""


def draw(
    rng: np.random.Generator,
    labels: NDArray[np.int64],
    size: int,
    channels: int,
    photographs: Sequence[NDArray[np.float32]],
    *,
    test: bool = False,
) -> NDArray[np.float32]:
    """Return one piece for each label, (N, C, H, W) in 0…1.

    Parameters
    ----------
    photographs : sequence of arrays (H, W)
        Grey, in 0…1, one a class; each wide enough for a piece in its smaller part.
    test : bool
        Whether to cut from the part that is kept for judging.
    """
    out = np.empty((len(labels), channels, size, size), np.float32)
    tint = 1 + rng.uniform(-0.15, 0.15, (len(labels), channels)).astype(np.float32)
    # The same mean and a contrast of chance: neither brightness nor contrast tells.
    mean = rng.uniform(0.35, 0.65, len(labels)).astype(np.float32)
    spread = rng.uniform(0.12, 0.2, len(labels)).astype(np.float32)
    noise = rng.standard_normal((len(labels), size, size), np.float32) * np.float32(0.02)
    for k, label in enumerate(labels):
        photograph = photographs[label]
        height, width = photograph.shape
        border = round(width * (1 - JUDGED))
        first, last = (border, width - size) if test else (0, border - size)
        row = rng.integers(0, height - size + 1)
        col = rng.integers(first, last + 1)
        piece = photograph[row : row + size, col : col + size]
        piece = np.rot90(piece, int(rng.integers(4)))
        if rng.random() < 0.5:
            piece = piece[:, ::-1]
        flat = (piece - piece.mean()) / max(float(piece.std()), 1e-3)
        grey = mean[k] + spread[k] * flat + noise[k]
        out[k] = grey * tint[k][:, None, None]
    return np.clip(out, 0, 1)
