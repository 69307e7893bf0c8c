"""A scene is a list of shapes: everything ConvSim shows or exports is first one of these.

Coordinates are in *units*: x to the right, y downward, the origin at the top left.  A unit is a
point (1/72 inch) on a slide and a logical pixel on the screen.  Nothing here knows how wide a
letter is: every text says where its anchor lies, so laying out needs no font.

Every shape is immutable and says all about itself, so a painter is a plain loop.  The shapes of
which a scene has thousands write out how they are made, which is twice as fast.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING

from convsim.core.record import record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Color = tuple[int, int, int] | tuple[int, int, int, int]
"""Red, green, blue and, if given, opacity, each 0 to 255."""


class Anchor(StrEnum):
    """Which point of a text lies at its x."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


SHIFT = {Anchor.START: 0.0, Anchor.MIDDLE: 0.5, Anchor.END: 1.0}
"""The part of its width by which a text starts left of its anchor."""


@record
class Rect:
    """A rectangle; `radius` rounds its corners, the stroke straddles its edge."""

    x: float
    y: float
    width: float
    height: float
    fill: Color | None = None
    stroke: Color | None = None
    stroke_width: float = 1.0
    radius: float = 0.0
    dash: tuple[float, ...] = ()

    def __init__(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: Color | None = None,
        stroke: Color | None = None,
        stroke_width: float = 1.0,
        radius: float = 0.0,
        dash: tuple[float, ...] = (),
    ) -> None:
        self.__dict__.update(
            x=x,
            y=y,
            width=width,
            height=height,
            fill=fill,
            stroke=stroke,
            stroke_width=stroke_width,
            radius=radius,
            dash=dash,
        )


@record
class Line:
    """A straight line; `dash` alternates drawn and skipped lengths, in units."""

    x1: float
    y1: float
    x2: float
    y2: float
    stroke: Color
    stroke_width: float = 1.0
    dash: tuple[float, ...] = ()

    def __init__(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        stroke: Color,
        stroke_width: float = 1.0,
        dash: tuple[float, ...] = (),
    ) -> None:
        self.__dict__.update(
            x1=x1,
            y1=y1,
            x2=x2,
            y2=y2,
            stroke=stroke,
            stroke_width=stroke_width,
            dash=dash,
        )


@record
class Polygon:
    """Points joined in order; closed unless `open`, in which case it is a polyline without fill."""

    points: tuple[tuple[float, float], ...]
    fill: Color | None = None
    stroke: Color | None = None
    stroke_width: float = 1.0
    open: bool = False

    def __init__(
        self,
        points: tuple[tuple[float, float], ...],
        fill: Color | None = None,
        stroke: Color | None = None,
        stroke_width: float = 1.0,
        open: bool = False,
    ) -> None:
        self.__dict__.update(
            points=points,
            fill=fill,
            stroke=stroke,
            stroke_width=stroke_width,
            open=open,
        )


@record
class Text:
    """One line of text whose optical middle (half the height of a digit) lies at `y`.

    `size` is the em height in units; digits are always tabular.  `bold` is the semi-bold weight.
    A painter puts the baseline at ``y + 0.355 * size``.
    """

    x: float
    y: float
    text: str
    size: float
    color: Color
    anchor: Anchor = Anchor.START
    bold: bool = False

    def __init__(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        color: Color,
        anchor: Anchor = Anchor.START,
        bold: bool = False,
    ) -> None:
        self.__dict__.update(
            x=x,
            y=y,
            text=text,
            size=size,
            color=color,
            anchor=anchor,
            bold=bold,
        )


@record(eq=False)
class Raster:
    """Pixels as crisp cells: `pixels` is (rows, columns, 3 or 4) uint8, stretched to the box.

    Each pixel becomes a sharp-edged cell, never blurred, unless `smooth` (for photographs that
    are shown smaller than they are).
    """

    x: float
    y: float
    width: float
    height: float
    pixels: NDArray[np.uint8]
    smooth: bool = False


@record(eq=False)
class Cells:
    """A grid of coloured squares with a number in each, as a kernel or a patch is drawn.

    `fills` is (rows, columns, 3) uint8.  `labels` holds one text a cell, row by row, or is empty
    when the cells are too small for numbers; `inks` then holds one colour a label.  `gap` is left
    free between the cells.
    """

    x: float
    y: float
    cell: float
    fills: NDArray[np.uint8]
    labels: tuple[str, ...] = ()
    inks: tuple[Color, ...] = ()
    text_size: float = 10.0
    gap: float = 1.0

    @property
    def width(self) -> float:
        """Total width in units."""
        return self.cell * float(self.fills.shape[1])

    @property
    def height(self) -> float:
        """Total height in units."""
        return self.cell * float(self.fills.shape[0])


@record
class Group:
    """Shapes that belong together.

    `name` is a short machine name ("input", "products"); `title` is for people who cannot see it.
    Shapes outside `clip` (x, y, width, height) are cut off.
    """

    items: tuple[Shape, ...]
    name: str = ""
    title: str = ""
    clip: tuple[float, float, float, float] | None = None


Shape = Rect | Line | Polygon | Text | Raster | Cells | Group


@record
class Area:
    """A part of the scene that stands for a grid, so that a click or hover finds its cell.

    `row0` and `col0` are the coordinates of its first cell (negative where padding is drawn).
    `filter` is the 0-based filter, channel or plane that it shows, −1 if it stands for
    no single one.
    """

    name: str
    x: float
    y: float
    width: float
    height: float
    rows: int = 1
    cols: int = 1
    row0: int = 0
    col0: int = 0
    layer: int = -1
    filter: int = -1

    def cell_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Return (row, column) of the cell under a point, or None outside."""
        if not (self.x <= x < self.x + self.width and self.y <= y < self.y + self.height):
            return None
        row = int((y - self.y) / self.height * self.rows)
        col = int((x - self.x) / self.width * self.cols)
        return self.row0 + row, self.col0 + col


@record
class Scene:
    """Shapes in painting order on a page of `width` × `height` units.

    `title` is the one sentence that says what the picture shows (for screen readers, the SVG
    title and notes).  `background` None is transparent.
    """

    width: float
    height: float
    items: tuple[Shape, ...]
    background: Color | None = None
    title: str = ""
    areas: tuple[Area, ...] = field(default=())

    @property
    def page(self) -> tuple[float, float, Color | None]:
        """Width, height and background: what is seen around the shapes too."""
        return self.width, self.height, self.background

    def area_at(self, x: float, y: float) -> Area | None:
        """Return the topmost area under a point."""
        for area in reversed(self.areas):
            if area.cell_at(x, y) is not None:
                return area
        return None

    def walk(self) -> Iterator[Shape]:
        """Yield every shape, groups before what they hold."""
        stack: list[Shape] = list(reversed(self.items))
        while stack:
            shape = stack.pop()
            yield shape
            if isinstance(shape, Group):
                stack.extend(reversed(shape.items))
