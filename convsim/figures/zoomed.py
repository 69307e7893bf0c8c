"""A scene made larger as a whole: on a large page the same drawing, not more empty space."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from convsim.figures.scene import (
    Area,
    Cells,
    Group,
    Line,
    Polygon,
    Raster,
    Rect,
    Scene,
    Shape,
    Text,
)

if TYPE_CHECKING:
    from convsim.figures.page import Page

FULL = (1180.0, 680.0)
"""Up to this width and height a drawing keeps its text size."""
MOST = 1.6


def zoom_of(page: Page) -> float:
    """Return how much larger than planned a drawing becomes on this page."""
    return min(max(min(page.width / FULL[0], page.height / FULL[1]), 1.0), MOST)


def planned(page: Page) -> Page:
    """Return the page in the size that a drawing is planned for."""
    factor = zoom_of(page)
    return replace(page, width=page.width / factor, height=page.height / factor)


def zoomed(scene: Scene, page: Page) -> Scene:
    """Return a scene that was drawn for `planned(page)` in the size of the page."""
    factor = zoom_of(page)
    if factor == 1.0:
        return scene
    return Scene(
        page.width,
        page.height,
        tuple(_shape(shape, factor) for shape in scene.items),
        scene.background,
        scene.title,
        tuple(_area(area, factor) for area in scene.areas),
    )


def _area(area: Area, k: float) -> Area:
    return replace(area, x=area.x * k, y=area.y * k, width=area.width * k, height=area.height * k)


def _shape(shape: Shape, k: float) -> Shape:
    if isinstance(shape, Text):
        return Text(
            shape.x * k,
            shape.y * k,
            shape.text,
            shape.size * k,
            shape.color,
            shape.anchor,
            shape.bold,
        )
    if isinstance(shape, Rect):
        return Rect(
            shape.x * k,
            shape.y * k,
            shape.width * k,
            shape.height * k,
            shape.fill,
            shape.stroke,
            shape.stroke_width * k,
            shape.radius * k,
            tuple(length * k for length in shape.dash),
        )
    if isinstance(shape, Line):
        ends = (shape.x1 * k, shape.y1 * k, shape.x2 * k, shape.y2 * k)
        dash = tuple(length * k for length in shape.dash)
        return Line(*ends, shape.stroke, shape.stroke_width * k, dash)
    if isinstance(shape, Cells):
        return replace(
            shape,
            x=shape.x * k,
            y=shape.y * k,
            cell=shape.cell * k,
            text_size=shape.text_size * k,
            gap=shape.gap * k,
        )
    if isinstance(shape, Raster):
        return replace(
            shape, x=shape.x * k, y=shape.y * k, width=shape.width * k, height=shape.height * k
        )
    if isinstance(shape, Polygon):
        points = tuple((x * k, y * k) for x, y in shape.points)
        return replace(shape, points=points, stroke_width=shape.stroke_width * k)
    clip = shape.clip
    return Group(
        tuple(_shape(item, k) for item in shape.items),
        shape.name,
        shape.title,
        None if clip is None else (clip[0] * k, clip[1] * k, clip[2] * k, clip[3] * k),
    )
