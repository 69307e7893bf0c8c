"""The picture with what one neuron sees of it, and those pixels enlarged beside it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.formula import number_text
from convsim.figures.captions import heading as page_heading
from convsim.figures.colors import PLANES, photo_pixels, signed_pixels, tint_pixels
from convsim.figures.columns import HEAD, heading
from convsim.figures.filling import NUMBER_CELL, number_grid
from convsim.figures.memo import remembered
from convsim.figures.parts import Box, shape_text, window_mark
from convsim.figures.scene import Area, Group, Rect, Scene
from convsim.figures.sight import Sight, sight_of
from convsim.figures.sketch import MIDDLE, Sketch
from convsim.figures.stage import step_title
from convsim.figures.typography import wrapped
from convsim.figures.zoomed import planned, zoomed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convsim.core.trace import Trace
    from convsim.document.document import Document
    from convsim.figures.page import Page

MARGIN_SHARE = 0.12
"""Padding is drawn as far as this share of the picture; deep fields reach out much further."""
LARGEST_CELL = 60.0
WORDS = 66.0
TILE_GAP = 16.0
NAMED = 18.0
"""Room for R, G or B below the pixels of a plane."""


def window(document: Document, trace: Trace, page: Page) -> Scene:
    """Return the picture with the receptive field at the cursor, and the field enlarged."""
    whole, page = page, planned(page)
    sketch = Sketch(page)
    title = sketch.say("window_title", step=step_title(document, page))
    box = page_heading(sketch, title)
    sight = sight_of(document)
    wide = box.width >= 0.85 * box.height
    gap = 28.0 if wide else 16.0
    if wide:
        side = min(box.height - HEAD, box.width * (0.6 if box.width > 1.15 * box.height else 0.54))
        picture = Box(box.x, box.y, side, box.height)
        rest = Box(box.x + side + gap, box.y, box.width - side - gap, box.height)
    else:
        side = min(box.width, (box.height - gap) * 0.56)
        picture = Box(box.x, box.y, box.width, side)
        rest = Box(box.x, box.y + side + gap, box.width, box.height - side - gap)
    _draw_picture(sketch, picture, document, trace, sight)
    _draw_field(sketch, rest, document, sight, beside=not wide)
    return zoomed(sketch.scene(title), whole)


def _draw_picture(sketch: Sketch, box: Box, document: Document, trace: Trace, sight: Sight) -> None:
    """Draw the picture with its padding hatched, and the field as a frame over it."""
    theme = sketch.theme
    high, wide, channels = document.network.input_shape
    title = f"{sketch.say('picture')}  {shape_text(document.network.input_shape)}"
    heading(sketch, box, title)
    before = [_margin(reach, size) for reach, size in zip(sight.before, (high, wide), strict=True)]
    after = [_margin(reach, size) for reach, size in zip(sight.after, (high, wide), strict=True)]
    rows, cols = high + before[0] + after[0], wide + before[1] + after[1]
    cell = min(box.width / cols, (box.height - HEAD) / rows)
    cell = float(int(cell)) if cell >= 6 else cell
    x, y = box.x, box.y + HEAD
    if any(before) or any(after):
        sketch.rect(x, y, cell * cols, cell * rows, theme.panel)
        sketch.hatch(x, y, cell * cols, cell * rows)
        sketch.rect(x, y, cell * cols, cell * rows, None, theme.faint)
    left, top = x + cell * before[1], y + cell * before[0]
    if channels in (1, 3):
        pixels = remembered(trace, "photo", lambda: photo_pixels(trace.image))
    else:
        pixels = signed_pixels(trace.image[..., 0], 1.0, theme)
    sketch.raster(left, top, cell * wide, cell * high, pixels, smooth=cell < 1)
    sketch.rect(left, top, cell * wide, cell * high, None, theme.line)
    color = theme.filter_color(document.cursor.filter)
    mark = Box(
        left + cell * sight.left, top + cell * sight.top, cell * sight.cols, cell * sight.rows
    )
    # The pixels outside the field are dimmed, so that it is seen even on a busy picture.
    _veil(sketch, Box(left, top, cell * wide, cell * high), mark)
    seen = Box(x, y, cell * cols, cell * rows)
    framed = Sketch(sketch.page)
    window_mark(framed, mark, color, 2.4)
    room = 1.5
    clip = (seen.x - room, seen.y - room, seen.width + 2 * room, seen.height + 2 * room)
    sketch.add(Group(framed.scene("").items, "field", clip=clip))
    sketch.area(Area("input", left, top, cell * wide, cell * high, high, wide, layer=-1))


def _margin(reach: int, size: int) -> int:
    return min(reach, math.ceil(size * MARGIN_SHARE))


def _veil(sketch: Sketch, picture: Box, mark: Box) -> None:
    """Dim the picture around the field: four strips."""
    red, green, blue = sketch.theme.paper[:3]
    color = (red, green, blue, 64)
    left, right = (min(max(v, picture.x), picture.right) for v in (mark.x, mark.right))
    top, bottom = (min(max(v, picture.y), picture.bottom) for v in (mark.y, mark.bottom))
    strips = (
        (picture.x, picture.y, picture.width, top - picture.y),
        (picture.x, bottom, picture.width, picture.bottom - bottom),
        (picture.x, top, left - picture.x, bottom - top),
        (right, top, picture.right - right, bottom - top),
    )
    for x, y, width, height in strips:
        if width > 0.5 and height > 0.5:
            sketch.add(Rect(x, y, width, height, color))


def _draw_field(
    sketch: Sketch, box: Box, document: Document, sight: Sight, *, beside: bool
) -> None:
    """Draw the pixels of the field, with numbers if they fit, and say where they lie."""
    lines = _words(sketch, sight, document)
    size = {"rows": sight.rows, "cols": sight.cols}
    heading(sketch, box, sketch.say("field", **size), sketch.say("field_short", **size))
    if beside:
        room = Box(box.x, box.y + HEAD, box.width * 0.6, box.height - HEAD)
    else:
        room = Box(box.x, box.y + HEAD, box.width, box.height - HEAD - WORDS)
    place = _draw_pixels(sketch, room, document, sight)
    if beside:
        x, y = max(place.right + 16, box.x + 90), box.y + HEAD
    else:
        x, y = box.x, place.bottom + 8
    for i, line in enumerate(lines):
        width = box.right - x
        if i == 0:
            sketch.text(x, y + 8, line, 12.5, room=width)
            y += 18
            continue
        for part in wrapped(line, 11.5, width):
            if y + 16 <= box.bottom + 6:
                sketch.text(x, y + 8, part, 11.5, sketch.theme.dim, room=width)
            y += 16


def _words(sketch: Sketch, sight: Sight, document: Document) -> list[str]:
    signed = [str(v).replace("-", "−") for v in (sight.top, sight.bottom, sight.left, sight.right)]
    keys = ("top", "bottom", "left", "right")
    lines = [sketch.say("field_at", **dict(zip(keys, signed, strict=True)))]
    if not any(sight.jump):
        lines.append(sketch.say("field_all"))
    else:
        down, right = sight.jump
        jump = "×".join(number_text(n) for n in ((down,) if down == right else (down, right)))
        lines.append(sketch.say("field_next", jump=jump))
    high, wide, _ = document.network.input_shape
    if sight.top < 0 or sight.left < 0 or sight.bottom >= high or sight.right >= wide:
        lines.append(sketch.say("field_padding"))
    return lines


def _draw_pixels(sketch: Sketch, box: Box, document: Document, sight: Sight) -> Box:
    """Draw the field's pixels: plane by plane with numbers, or as a piece of the picture."""
    image = document.image
    patch = np.full((sight.rows, sight.cols, image.shape[2]), np.nan, np.float32)
    rows = range(max(sight.top, 0), min(sight.bottom + 1, image.shape[0]))
    cols = range(max(sight.left, 0), min(sight.right + 1, image.shape[1]))
    if rows and cols:
        patch[
            rows.start - sight.top : rows.stop - sight.top,
            cols.start - sight.left : cols.stop - sight.left,
        ] = image[rows.start : rows.stop, cols.start : cols.stop]
    colour = patch.shape[2] == 3
    cell, across = _grid(box, sight, 4 if colour else 1)
    if cell >= NUMBER_CELL and (colour or patch.shape[2] == 1):
        return _draw_planes(sketch, box, document, patch, cell, across)
    cell = min(box.width / sight.cols, box.height / sight.rows)
    place = Box(box.x, box.y, cell * sight.cols, cell * sight.rows)
    return _draw_piece(sketch, place, document, patch)


def _grid(box: Box, sight: Sight, count: int) -> tuple[float, int]:
    """Return the side of a cell and how many tiles go side by side, so that tiles are largest."""
    best = (0.0, 1)
    named = NAMED if count > 1 else 0.0
    for across in (4, 2, 1) if count > 1 else (1,):
        down = -(-count // across)
        width = (box.width - TILE_GAP * (across - 1)) / across
        height = (box.height - named * down - 4 * (down - 1)) / down
        cell = min(width / sight.cols, height / sight.rows, LARGEST_CELL)
        best = max(best, (float(int(max(cell, 0.0))), across))
    return best


def _draw_planes(
    sketch: Sketch,
    box: Box,
    document: Document,
    patch: NDArray[np.float32],
    cell: float,
    across: int,
) -> Box:
    """Draw a colour field as it looks and plane by plane with numbers; a grey one once."""
    theme, color = sketch.theme, sketch.theme.filter_color(document.cursor.filter)
    rows, cols, channels = patch.shape
    wide, high = cell * cols, cell * rows
    names = (sketch.say("colours"), *"RGB") if channels == 3 else ("",)
    place = box
    for i, name in enumerate(names):
        down, right = divmod(i, across)
        x = box.x + right * (wide + TILE_GAP)
        y = box.y + down * (high + NAMED + 4)
        place = Box(x, y, wide, high)
        if channels == 3 and i == 0:
            _draw_piece(sketch, place, document, patch)
        else:
            values = patch[..., max(i - 1, 0)]
            known = np.nan_to_num(values)
            if channels == 3:
                fills = tint_pixels(known, PLANES[i - 1], theme)
            else:
                fills = photo_pixels(known[..., None])
            outside = np.isnan(values)[..., None]
            fills = np.where(outside, np.array(theme.panel[:3], np.uint8), fills)
            number_grid(sketch, x, y, cell, values, fills)
            sketch.rect(x - 1, y - 1, wide + 2, high + 2, None, color, 2)
        sketch.text(x + wide / 2, y + high + 11, name, 11, theme.dim, MIDDLE)
    named = NAMED if channels == 3 else 0.0
    width = min(across, len(names)) * (wide + TILE_GAP) - TILE_GAP
    return Box(box.x, box.y, width, place.bottom + named - box.y)


def _draw_piece(sketch: Sketch, place: Box, document: Document, patch: NDArray[np.float32]) -> Box:
    """Draw the field as a piece of the picture, what lies outside it hatched."""
    theme, color = sketch.theme, sketch.theme.filter_color(document.cursor.filter)
    cell = place.width / patch.shape[1]
    pixels = np.zeros((*patch.shape[:2], 4), np.uint8)
    shown = patch if patch.shape[2] == 3 else patch[..., :1]
    pixels[..., :3] = photo_pixels(np.nan_to_num(shown))
    pixels[..., 3] = np.where(np.isnan(patch[..., 0]), 0, 255)
    sketch.rect(place.x, place.y, place.width, place.height, theme.panel)
    sketch.hatch(place.x, place.y, place.width, place.height)
    sketch.raster(place.x, place.y, place.width, place.height, pixels, smooth=cell < 1)
    sketch.rect(place.x - 1, place.y - 1, place.width + 2, place.height + 2, None, color, 2)
    return place
