"""Maps drawn as a solid block, obliquely: height and width in front, depth behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from convsim.figures.scene import Color
    from convsim.figures.sketch import Sketch

RUN, RISE = 0.78, 0.52
"""How far one unit of depth goes to the right and up."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block whose front face has its upper left corner at (x, y); all lengths in units."""

    x: float
    y: float
    width: float
    height: float
    depth: float

    @property
    def run(self) -> float:
        """How far the back lies to the right of the front."""
        return self.depth * RUN

    @property
    def rise(self) -> float:
        """How far the back lies above the front."""
        return self.depth * RISE

    @property
    def right(self) -> float:
        """The x of the rightmost edge, at the back."""
        return self.x + self.width + self.run

    @property
    def top(self) -> float:
        """The y of the uppermost edge, at the back."""
        return self.y - self.rise

    @property
    def bottom(self) -> float:
        """The y of the front's lower edge."""
        return self.y + self.height


def mixed(a: Color, b: Color, share: float) -> Color:
    """Return the colour that lies at `share` between two, 0 for the first."""
    r, g, bl = (round(p + (q - p) * share) for p, q in zip(a[:3], b[:3], strict=True))
    return r, g, bl


def draw_block(
    sketch: Sketch,
    block: Block,
    *,
    slices: int = 1,
    stroke: Color | None = None,
    stroke_width: float = 1.0,
    picture: NDArray[np.uint8] | None = None,
) -> None:
    """Draw a block with light from above left.

    Parameters
    ----------
    slices : int
        Into how many maps the depth is cut; shown where the cuts are far enough apart.
    picture : array (H, W, 3), optional
        Pixels on the front face.
    """
    theme = sketch.theme
    line = stroke or mixed(theme.line, theme.dim, 0.45)
    shade = mixed(theme.panel, theme.dim, 0.30)
    light = mixed(theme.panel, theme.dim, 0.07)
    face = mixed(theme.panel, theme.dim, 0.15)
    x, y, w, h, run, rise = block.x, block.y, block.width, block.height, block.run, block.rise
    top = [(x, y), (x + run, y - rise), (x + w + run, y - rise), (x + w, y)]
    side = [(x + w, y), (x + w + run, y - rise), (x + w + run, y + h - rise), (x + w, y + h)]
    sketch.polygon(top, light, line)
    sketch.polygon(side, shade, line)
    if slices > 1 and run / slices >= 2.4:
        cut = mixed(shade, line, 0.6)
        for i in range(1, slices):
            dx, dy = run * i / slices, rise * i / slices
            sketch.line(x + dx, y - dy, x + w + dx, y - dy, cut, 0.75)
            sketch.line(x + w + dx, y - dy, x + w + dx, y + h - dy, cut, 0.75)
    if picture is not None:
        sketch.raster(x, y, w, h, picture, smooth=picture.shape[1] > w)
        sketch.rect(x, y, w, h, None, line, stroke_width)
    else:
        sketch.rect(x, y, w, h, face, line, stroke_width)


def draw_ghost(sketch: Sketch, block: Block, stroke: Color) -> None:
    """Draw only the visible edges of a block, dashed: it is not there."""
    dash = (4.0, 3.0)
    x, y, w, h, run, rise = block.x, block.y, block.width, block.height, block.run, block.rise
    sketch.rect(x, y, w, h, None, stroke, 1.4, dash=dash)
    back = (x + w + run, y - rise)
    for x1, y1, x2, y2 in (
        (x, y, x + run, y - rise),
        (x + w, y, *back),
        (x + w, y + h, x + w + run, y + h - rise),
        (x + run, y - rise, *back),
        (*back, x + w + run, y + h - rise),
    ):
        sketch.line(x1, y1, x2, y2, stroke, 1.4, dash)
