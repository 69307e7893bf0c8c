"""From frame to frame little changes: only what differs is worth writing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QImage

from convsim.render.png import render_image

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convsim.figures.scene import Scene


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """The rectangle in which a frame differs from the one before.

    Attributes
    ----------
    x, y : int
        Its top left corner, in pixels, both even (WebP can count only in pairs).
    colors : (rows, columns, 3) uint8
        What is there now.
    changed : (rows, columns) bool
        Which pixels are different.  All are in the first frame.
    """

    x: int
    y: int
    colors: NDArray[np.uint8]
    changed: NDArray[np.bool_]


def changes(frames: Iterable[Scene], width_px: int, height_px: int) -> Iterator[Change]:
    """Draw frames one by one, keeping no more than two, and yield how each differs.

    A frame that differs nowhere yields one pixel, so that every frame has its time.
    """
    before: NDArray[np.uint32] | None = None
    for scene in frames:
        now = _values(render_image(scene, width_px, height_px))
        differs = np.ones(now.shape, np.bool_) if before is None else now != before
        rows, cols = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
        top, bottom = (int(rows[0]) & ~1, int(rows[-1]) + 1) if rows.size else (0, 1)
        left, right = (int(cols[0]) & ~1, int(cols[-1]) + 1) if cols.size else (0, 1)
        part = np.ascontiguousarray(now[top:bottom, left:right])
        colors = part.view(np.uint8).reshape(*part.shape, 4)[..., 2::-1]
        yield Change(left, top, colors, differs[top:bottom, left:right])
        before = now


def _values(image: QImage) -> NDArray[np.uint32]:
    """Return a copy of an opaque image as (rows, columns) uint32."""
    data = np.frombuffer(image.constBits(), np.uint32)
    return data.reshape(image.height(), image.width()).copy()
