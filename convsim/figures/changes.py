"""Which part of a scene looks other than it did; the rest need not be painted again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convsim.figures.scene import (
    SHIFT,
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
from convsim.figures.typography import most_width

if TYPE_CHECKING:
    from collections.abc import Iterator

Box = tuple[float, float, float, float]
"""x, y, width and height in units."""
MOST = 0.7
"""Of a scene: where more changed, all of it is painted, without looking on."""


def changed_box(one: Scene, other: Scene) -> Box | None:
    """Return the box in which two scenes differ, or None if they look alike to the last pixel.

    What scenes say to people who cannot see them, and where they are clicked, does not count.

    Examples
    --------
    >>> before = Scene(90, 60, (Rect(10, 10, 20, 20), Rect(50, 10, 20, 20)))
    >>> after = Scene(90, 60, (Rect(10, 10, 20, 20), Rect(50, 10, 20, 30)))
    >>> changed_box(before, after)
    (47.0, 7.0, 26.0, 36.0)
    >>> changed_box(before, before) is None
    True
    """
    whole = (0.0, 0.0, other.width, other.height)
    if one.page != other.page or len(one.items) != len(other.items):
        return whole
    left, top, right, bottom = other.width, other.height, 0.0, 0.0
    for x, y, width, height in _boxes(one.items, other.items):
        left, top = min(left, x), min(top, y)
        right, bottom = max(right, x + width), max(bottom, y + height)
        if (right - left) * (bottom - top) > MOST * other.width * other.height:
            return whole
    return (left, top, right - left, bottom - top) if right > left else None


def bounds(shape: Shape) -> Box:
    """Return a box that holds all of a shape, with what its edges and letters may stand out."""
    x, y, width, height = _BOUNDS[type(shape)](shape)
    out = 2 + getattr(shape, "stroke_width", 0.0)
    return x - out, y - out, width + 2 * out, height + 2 * out


def touching(shapes: tuple[Shape, ...], box: Box) -> tuple[Shape, ...]:
    """Return the shapes of which something may lie in a box, in their order."""
    left, top, right, bottom = box[0], box[1], box[0] + box[2], box[1] + box[3]

    def touches(shape: Shape) -> bool:
        x, y, width, height = bounds(shape)
        return x < right and y < bottom and x + width > left and y + height > top

    return tuple(filter(touches, shapes))


def _boxes(ones: tuple[Shape, ...], others: tuple[Shape, ...]) -> Iterator[Box]:
    for one, other in zip(ones, others, strict=True):
        if one is other or _same(one, other):
            continue
        if (
            isinstance(one, Group)
            and isinstance(other, Group)
            and one.clip == other.clip
            and len(one.items) == len(other.items)
        ):
            yield from _boxes(one.items, other.items)
        else:
            yield bounds(one)
            yield bounds(other)


def _same(one: Shape, other: Shape) -> bool:
    if type(one) is not type(other) or isinstance(one, Group):
        return False
    ours, theirs = vars(one), vars(other)
    array = "pixels" if isinstance(one, Raster) else "fills" if isinstance(one, Cells) else None
    if array is None:
        return ours == theirs
    if any(value != theirs[key] for key, value in ours.items() if key != array):
        return False
    mine, yours = ours[array], theirs[array]
    return mine is yours or (mine.shape == yours.shape and bool((mine == yours).all()))


def _box(shape: Rect | Raster | Cells) -> Box:
    return shape.x, shape.y, shape.width, shape.height


def _cells(cells: Cells) -> Box:
    x, y, width, height = _box(cells)
    # In small cells a label may stand out; it is a number, of letters no wider than this.
    letters = max(map(len, cells.labels), default=0)
    out = max(max(letters * 0.7, 1.2) * cells.text_size - cells.cell, 0.0) / 2 if letters else 0.0
    return x - out, y - out, width + 2 * out, height + 2 * out


def _line(line: Line) -> Box:
    return _around(((line.x1, line.y1), (line.x2, line.y2)))


def _text(text: Text) -> Box:
    # Widths are known near enough only: half a letter more at each side.
    width = 1.1 * most_width(text.text, text.size, bold=text.bold) + text.size
    left = text.x - SHIFT[text.anchor] * (width - text.size) - text.size / 2
    return left, text.y - text.size, width, 2 * text.size


def _group(group: Group) -> Box:
    if group.clip is not None:
        return group.clip
    return _around(
        tuple(
            corner
            for x, y, width, height in map(bounds, group.items)
            for corner in ((x, y), (x + width, y + height))
        )
    )


def _around(points: tuple[tuple[float, float], ...]) -> Box:
    if not points:
        return 0.0, 0.0, 0.0, 0.0
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)


_BOUNDS: dict[type, Any] = {
    Rect: _box,
    Raster: _box,
    Cells: _cells,
    Line: _line,
    Polygon: lambda polygon: _around(polygon.points),
    Text: _text,
    Group: _group,
}
