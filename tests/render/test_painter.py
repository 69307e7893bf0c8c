"""How shapes meet the pixels: sharp, exact in colour, and in line with each other."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter, QTransform

from convsim.figures.scene import Cells, Group, Line, Polygon, Raster, Rect, Scene, Text
from convsim.render.painter import paint
from tests.render.looking import BLACK, RED, WHITE, box_of, ink_box, painted, seen, where
from tests.render.scenes import everything, stage

SCALES = (1.0, 1.1, 1.25, 1.5, 2.0, 2.7, 4000 / 960)


def colors(rows: int, cols: int) -> np.ndarray:
    """Return a different colour for each cell, none of them white or a mixture."""
    values = np.arange(rows * cols).reshape(rows, cols)
    return np.stack([40 + values, 200 - values, 3 * values % 256], axis=-1).astype(np.uint8)


def edge(value: float) -> int:
    """Round as the painter documents it, halves upward."""
    return math.floor(value + 0.5 + 1e-6)


@pytest.mark.parametrize("scale", SCALES)
def test_every_cell_has_its_exact_colour_up_to_its_edges(scale):
    fills = colors(5, 5)
    pixels = painted(Cells(7.3, 11.9, 16.4, fills, gap=1), scale=scale)
    gap = edge(scale)
    sizes = set()
    for row in range(5):
        for col in range(5):
            left, top, right, bottom = box_of(where(pixels, tuple(fills[row, col])))
            assert left == edge((7.3 + 16.4 * col) * scale) + gap // 2
            assert top == edge((11.9 + 16.4 * row) * scale) + gap // 2
            assert right == edge((7.3 + 16.4 * (col + 1)) * scale) - (gap - gap // 2)
            assert bottom == edge((11.9 + 16.4 * (row + 1)) * scale) - (gap - gap // 2)
            assert (pixels[top:bottom, left:right] == fills[row, col]).all()
            sizes |= {right - left, bottom - top}
    assert max(sizes) - min(sizes) <= 1


@pytest.mark.parametrize("scale", SCALES)
def test_a_raster_shows_its_own_colours_and_no_other(scale):
    own = colors(9, 13)
    pixels = painted(Raster(3.7, 5.1, 13 * 5.3, 9 * 6.1, own), scale=scale)
    shown = {tuple(c) for c in pixels.reshape(-1, 3)} - {WHITE}
    assert shown == {tuple(c) for c in own.reshape(-1, 3)}


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize(("row", "col"), [(0, 0), (3, 4), (8, 12)])
def test_a_frame_around_a_pixel_of_a_raster_fits_it(scale, row, col):
    own = colors(9, 13)
    raster = Raster(3.7, 5.1, 13 * 5.3, 9 * 6.1, own)
    box = (3.7 + col * 5.3, 5.1 + row * 6.1, 5.3, 6.1)
    alone = where(painted(raster, scale=scale), tuple(own[row, col]))
    covered = where(painted(raster, Rect(*box, fill=RED), scale=scale), RED)
    assert (alone == covered).all()


def test_a_frame_lies_in_the_gap_around_the_cells():
    cells = Cells(10, 10, 20, colors(3, 3), gap=1)
    alone = painted(cells)
    framed = painted(cells, Rect(30, 30, 20, 20, stroke=RED, stroke_width=1))
    changed = (alone != framed).any(axis=-1)
    assert changed.any()
    assert where(alone, WHITE)[changed].all()


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_a_device_pixel_ratio_is_only_a_scale(ratio):
    for shape in stage().items[:40]:
        by_ratio = painted(shape, ratio=ratio, side=120)
        by_scale = painted(shape, scale=ratio, side=120)
        assert (by_ratio == by_scale).all()


@pytest.mark.parametrize("scale", SCALES)
def test_a_hairline_is_sharp_and_as_wide_as_another(scale):
    level = where(painted(Line(10, 33.3, 90, 33.3, RED, 0.5), scale=scale), RED)
    upright = where(painted(Line(41.7, 10, 41.7, 90, RED, 0.5), scale=scale), RED)
    wide = max(1, edge(0.5 * scale))
    assert level.any(axis=1).sum() == upright.any(axis=0).sum() == wide
    assert level.sum() == upright.sum()


def test_a_dashed_line_has_dashes_and_no_grey_edges():
    pixels = painted(Line(10, 50, 90, 50, BLACK, 1, (4, 4)))
    rows = (pixels != 255).any(axis=(1, 2))
    assert rows.sum() == 1
    assert where(pixels, BLACK)[rows].sum() == 40


def test_a_translucent_frame_is_painted_once_everywhere():
    pixels = painted(Rect(20, 20, 40, 40, stroke=(0, 0, 0, 128), stroke_width=6))
    assert len({tuple(c) for c in pixels.reshape(-1, 3)} - {WHITE}) == 1


def test_edges_of_a_polygon_along_an_axis_are_sharp_and_slanted_ones_smooth():
    square = Polygon(((10.3, 10.3), (50.7, 10.3), (50.7, 40.7), (10.3, 40.7)), fill=RED)
    shown = {tuple(c) for c in painted(square, scale=1.3).reshape(-1, 3)}
    assert shown == {WHITE, RED}
    triangle = Polygon(((10, 10), (50, 30), (10, 50)), fill=RED)
    assert len({tuple(c) for c in painted(triangle).reshape(-1, 3)}) > 3


def test_a_polyline_is_not_closed():
    line = Polygon(((10, 10), (90, 10), (90, 90)), stroke=RED, stroke_width=2, open=True)
    pixels = painted(line)
    assert where(pixels, WHITE)[40:60, 10:60].all()


def test_a_group_is_cut_off_at_its_clip():
    inside = Group((Rect(0, 0, 100, 100, fill=RED),), clip=(20, 30, 40, 50))
    after = Rect(90, 90, 5, 5, fill=BLACK)
    pixels = painted(inside, after)
    assert box_of(where(pixels, RED)) == (20, 30, 60, 80)
    assert where(pixels, BLACK).sum() == 25


@pytest.mark.parametrize("scale", [1.0, 1.3, 2.0])
def test_a_part_painted_again_is_what_it_was(scale):
    shapes = everything().items
    whole = painted(*shapes, scale=scale, side=700)
    part = painted(*shapes, scale=scale, side=700, clip=(100, 90, 320, 140))
    left, top, right, bottom = (edge(v * scale) for v in (100, 90, 420, 230))
    assert (part[top:bottom, left:right] == whole[top:bottom, left:right]).all()
    part[top:bottom, left:right] = 255
    assert (part == 255).all()


def test_see_through_pixels_mix_with_what_is_below():
    pixel = np.array([[[255, 0, 0, 51]]], np.uint8)
    assert (painted(Raster(10, 10, 20, 20, pixel))[20, 20] == (255, 204, 204)).all()


def test_a_smooth_raster_averages_what_it_shrinks():
    board = np.where(np.indices((200, 200)).sum(axis=0) % 2 == 0, 255, 0)
    board = np.repeat(board[..., None], 3, axis=2).astype(np.uint8)
    inner = painted(Raster(10, 10, 50, 50, board, smooth=True))[15:55, 15:55].astype(int)
    assert abs(inner - 127).max() < 40


def test_a_label_stands_in_the_middle_of_its_cell():
    fills = np.full((1, 3, 3), 255, np.uint8)
    cells = Cells(10, 10, 24, fills, ("", "0", ""), (BLACK,) * 3, text_size=12)
    left, top, right, bottom = ink_box(painted(cells, scale=4))
    assert (left + right) / 2 / 4 == pytest.approx(46, abs=0.5)
    assert (top + bottom) / 2 / 4 == pytest.approx(22, abs=0.5)


def test_the_painter_is_left_as_it_was():
    image = QImage(50, 50, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(2)
    painter = QPainter(image)
    painter.translate(3, 4)
    before = painter.worldTransform(), painter.renderHints(), painter.hasClipping()
    paint(Scene(10, 10, (Text(1, 5, "x", 5, RED),)), painter, clip=(0, 0, 5, 5), outlines=True)
    after = painter.worldTransform(), painter.renderHints(), painter.hasClipping()
    painter.end()
    assert before == after
    assert before[0] == QTransform.fromTranslate(3, 4)


def test_a_painter_may_be_moved_by_part_of_a_pixel():
    cells = Cells(10, 10, 20, colors(3, 3), gap=0)
    shown = {tuple(c) for c in painted(cells, at=(0.4, 0.7)).reshape(-1, 3)} - {WHITE}
    assert shown == {tuple(c) for c in colors(3, 3).reshape(-1, 3)}


def test_the_same_scene_gives_the_same_pixels():
    images = []
    for _ in range(2):
        image = QImage(900, 600, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        paint(stage(10), painter)
        painter.end()
        images.append(seen(image))
    assert (images[0] == images[1]).all()
