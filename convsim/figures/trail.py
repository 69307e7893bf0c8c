"""What a window has read so far, and what it will never read, laid over its input as a tint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convsim.core.geometry import Axis
    from convsim.core.step import Cursor
    from convsim.figures.scene import Color
    from convsim.figures.sketch import Sketch

Place = tuple[float, float, float, float]
"""x, y, width and height in units."""


def draw_trail(
    sketch: Sketch, place: Place, cursor: Cursor, axes: tuple[Axis, Axis], color: Color
) -> None:
    """Tint what the windows before the cursor have read; `place` is the input without padding."""
    rows, cols = axes
    earlier = _read(rows, range(cursor.row))
    now = _read(rows, range(cursor.row, cursor.row + 1))
    so_far = _read(cols, range(cursor.col))
    mask = np.outer(earlier, cols.reads() > 0) | np.outer(now, so_far)
    if mask.any():
        _tint(sketch, place, mask, color, 34)


def draw_unread(sketch: Sketch, place: Place, axes: tuple[Axis, Axis]) -> None:
    """Veil the pixels that no window ever reads."""
    never_row, never_col = (axis.reads() == 0 for axis in axes)
    if never_row.any() or never_col.any():
        mask = never_row[:, None] | never_col[None, :]
        _tint(sketch, place, mask, sketch.theme.warn, 120)


def _read(axis: Axis, positions: range) -> NDArray[np.bool_]:
    """Return which pixels of an axis windows at these positions read: (size,)."""
    taps = np.arange(axis.kernel) * axis.dilation - axis.before
    starts = np.arange(positions.start, positions.stop) * axis.stride
    pixels = (starts[:, None] + taps).ravel()
    mask = np.zeros(axis.size, np.bool_)
    mask[pixels[(pixels >= 0) & (pixels < axis.size)]] = True
    return mask


def _tint(
    sketch: Sketch, place: Place, mask: NDArray[np.bool_], color: Color, opacity: int
) -> None:
    # Built as whole pixels at once: four bytes of colour where the mask is set, else nothing.
    pixel = np.array([*color[:3], opacity], np.uint8).view(np.uint32)[0]
    tint = np.where(mask, pixel, np.uint32(0)).view(np.uint8).reshape(*mask.shape, 4)
    sketch.raster(*place, tint)
