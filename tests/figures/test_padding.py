"""Padding: 32 → 28 → 24 without it, 32 → 32 → 32 with (F − 1)/2 zeros."""

from __future__ import annotations

import numpy as np
import pytest

from convsim.core.geometry import make_axis
from convsim.document.edits import set_field
from convsim.figures.padding import padding
from convsim.figures.scene import Cells
from convsim.figures.shrinking import keeping_axis, padding_text, rows_of
from convsim.figures.theme import LIGHT
from tests.figures.pages import PAGES, document, draw, texts, words

SLIDE = PAGES["slide"]


@pytest.mark.parametrize(("kernel", "zeros"), [(1, 0), (3, 1), (5, 2), (7, 3), (11, 5)])
def test_half_the_kernel_keeps_the_size(kernel, zeros):
    kept = keeping_axis(make_axis(32, kernel))
    assert (kept.before, kept.after, kept.count) == (zeros, zeros, 32)


def test_an_even_kernel_needs_one_zero_more_on_one_side():
    kept = keeping_axis(make_axis(32, 4))
    assert (kept.before, kept.after, kept.count) == (1, 2, 32)
    assert padding_text(kept) == "1 + 2"


@pytest.mark.parametrize("kernel", [1, 2, 3, 4, 5, 7])
@pytest.mark.parametrize("dilation", [1, 2, 3])
def test_with_padding_every_layer_keeps_the_size(kernel, dilation):
    axis = make_axis(20, kernel, dilation=dilation)
    _, kept = rows_of((axis, axis))
    assert set(kept.sizes) == {(20, 20)}


def test_without_padding_the_lecture_shrinks_by_four_a_layer():
    axis = make_axis(32, 5)
    bare, kept = rows_of((axis, axis))
    assert [size for size, _ in bare.sizes] == [32, 28, 24, 20, 16, 12]
    assert bare.layers == kept.layers == (0, 1, 2, 3, 4, 5)


def test_a_large_picture_shows_every_tenth_layer():
    axis = make_axis(224, 3)
    bare, _ = rows_of((axis, axis))
    assert bare.layers == (0, 10, 20, 30, 40, 50)
    assert [size for size, _ in bare.sizes] == [224 - 2 * n for n in bare.layers]


def test_the_row_ends_where_the_window_no_longer_fits():
    axis = make_axis(7, 3)
    assert [size for size, _ in rows_of((axis, axis))[0].sizes] == [7, 5, 3, 1]


def test_the_sizes_and_the_rule_are_written():
    numbers = [text.text for text in texts(draw(padding, document("lecture"), SLIDE)) if text.bold]
    assert numbers.count("32") == 7
    written = words(draw(padding, document("lecture"), SLIDE))
    for line in ("28", "12", "3 → 1", "5 → 2", "7 → 3", "(32 + 2·2 − 5)/1 + 1 = 32"):
        assert line in written.splitlines() or line in written


def test_small_inputs_show_their_pixels_and_the_zeros_around():
    shown = document("grid-padded")
    scene = draw(padding, shown, SLIDE)
    cells = [s for s in scene.walk() if isinstance(s, Cells)]
    pixels = np.array([int(label) for label in cells[0].labels]).reshape(7, 7)
    np.testing.assert_array_equal(pixels, shown.image[..., 0])
    assert [text.text for text in texts(scene)].count("0") == 9 * 9 - 7 * 7
    assert "What Conv 1 reads, padding 1" in words(scene)


def test_without_padding_it_shows_what_would_keep_the_size():
    written = words(draw(padding, document("lecture"), SLIDE))
    assert "What Conv 1 would read with padding 2" in written
    assert "Conv 1: (32 + 2·0 − 5)/1 + 1 = 28" in written
    assert "With padding 2: (32 + 2·2 − 5)/1 + 1 = 32" in written


def test_zeros_that_leave_a_remainder_at_the_layer_s_stride_are_said_not_to_fit():
    scene = draw(padding, document("alexnet"), SLIDE)
    bad = [text for text in texts(scene) if text.color == LIGHT.warn]
    assert "not a whole number" in " ".join(text.text for text in bad)
    assert "(227 + 2·5 − 11)/4 + 1 = 57.5" in " ".join(text.text for text in bad)
    assert not any(t.color == LIGHT.warn for t in texts(draw(padding, document("lecture"), SLIDE)))


def test_an_even_window_is_explained():
    shown = set_field(document("lecture"), 0, "kernel", (4, 4))
    written = words(draw(padding, shown, SLIDE))
    assert "An even window needs one zero more on one side." in written
    assert "4 → 1 + 2" in written
