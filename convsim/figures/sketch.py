"""A pad to draw a figure on: it collects shapes and clickable areas, then becomes a scene."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convsim.figures.labels import say
from convsim.figures.scene import (
    Anchor,
    Area,
    Cells,
    Color,
    Group,
    Line,
    Polygon,
    Raster,
    Rect,
    Scene,
    Shape,
    Text,
)
from convsim.figures.typography import fitted_size, shortened

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from convsim.figures.page import Page

START, MIDDLE, END = Anchor.START, Anchor.MIDDLE, Anchor.END


class Sketch:
    """Shapes in painting order; colours come from the page's theme unless given.

    Attributes
    ----------
    page : Page
    theme : Theme
        The page's.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.theme = page.theme
        self._items: list[Shape] = []
        self._areas: list[Area] = []

    def say(self, key: str, **fields: object) -> str:
        """Return a word or sentence of the page's labels."""
        return say(self.page.labels, key, **fields)

    def add(self, shape: Shape) -> None:
        """Put a shape on top."""
        self._items.append(shape)

    def area(self, area: Area) -> None:
        """Make a part of the page answer to clicks and hovering."""
        self._areas.append(area)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = 12.0,
        color: Color | None = None,
        anchor: Anchor = START,
        *,
        bold: bool = False,
        room: float = 0.0,
        least: float = 7.0,
    ) -> None:
        """Write one line with its middle at y.

        `room` makes it smaller until it fits; what does not at `least` loses its middle.
        """
        if text and room:
            size = fitted_size(text, size, room, least=min(least, size))
            text = shortened(text, size, room)
        if text:
            self.add(Text(x, y, text, size, color or self.theme.ink, anchor, bold))

    def rect(
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
        """Draw a rectangle."""
        self.add(Rect(x, y, width, height, fill, stroke, stroke_width, radius, dash))

    def line(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        stroke: Color | None = None,
        stroke_width: float = 1.0,
        dash: tuple[float, ...] = (),
    ) -> None:
        """Draw a line, a hairline unless told."""
        self.add(Line(x1, y1, x2, y2, stroke or self.theme.line, stroke_width, dash))

    def polygon(
        self, points: list[tuple[float, float]], fill: Color | None, stroke: Color | None = None
    ) -> None:
        """Draw a closed polygon."""
        self.add(Polygon(tuple(points), fill, stroke))

    def raster(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        pixels: NDArray[np.uint8],
        *,
        smooth: bool = False,
    ) -> None:
        """Draw pixels as crisp cells."""
        self.add(Raster(x, y, width, height, pixels, smooth))

    def cells(
        self,
        x: float,
        y: float,
        cell: float,
        fills: NDArray[np.uint8],
        labels: tuple[str, ...] = (),
        inks: tuple[Color, ...] = (),
        text_size: float = 10.0,
        gap: float = 1.0,
    ) -> None:
        """Draw a grid of squares with a number in each."""
        self.add(Cells(x, y, cell, fills, labels, inks, text_size, gap))

    def hatch(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        pitch: float = 7.0,
        color: Color | None = None,
    ) -> None:
        """Fill a box with thin slanted lines: nothing is there."""
        if width <= 0 or height <= 0:
            return
        reach = width + height
        pitch = max(pitch, reach / 80)
        lines: list[Shape] = []
        at, ink = pitch, color or self.theme.line
        while at < reach:
            lines.append(Line(x + at, y, x + at - height, y + height, ink, 1.0))
            at += pitch
        self.add(Group(tuple(lines), "hatch", clip=(x, y, width, height)))

    def scene(self, title: str, **overrides: Any) -> Scene:
        """Return what has been drawn as a scene of the page's size."""
        size = {"width": self.page.width, "height": self.page.height, **overrides}
        return Scene(
            size["width"],
            size["height"],
            tuple(self._items),
            self.page.background,
            title,
            tuple(self._areas),
        )
