"""Every overview on every page: nothing cut off, nothing on top of anything, nothing worked out."""

from __future__ import annotations

import pytest

from convsim.core.geometry import Policy
from convsim.core.step import Cursor
from convsim.document.edits import select_layer, set_field
from convsim.figures.counts import counts
from convsim.figures.padding import padding
from convsim.figures.sweep import sweep
from convsim.figures.tiles import tiles
from convsim.figures.volumes import volumes
from tests.figures.pages import NAMES, PAGES, check_page, document, draw, longer, words

FIGURES = {figure.__name__: figure for figure in (volumes, tiles, sweep, padding, counts)}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("preset", NAMES)
@pytest.mark.parametrize("figure", FIGURES)
def test_every_preset_fits_on_every_page(figure, preset, page):
    check_page(draw(FIGURES[figure], document(preset), PAGES[page]), PAGES[page])


def odd_documents():
    """Return networks that do not fit, or that are unusual."""
    lecture, lenet, grid = document("lecture"), document("lenet5"), document("grid-stride-2")
    last = document("vgg16")
    return {
        "does not fit, others wait": set_field(lenet, 3, "kernel", (4, 4)),
        "first does not fit": set_field(lecture, 0, "stride", (2, 2)),
        "too large": set_field(grid, 0, "kernel", (9, 9)),
        "rows and columns differ": set_field(grid, 0, "kernel", (3, 1)),
        "dilated": set_field(lecture, 0, "dilation", (2, 2)),
        "even": set_field(lecture, 0, "kernel", (4, 4)),
        "one": set_field(lecture, 0, "kernel", (1, 1)),
        "floor": set_field(set_field(lecture, 0, "policy", Policy.FLOOR), 0, "stride", (5, 5)),
        "same": set_field(set_field(lecture, 0, "policy", Policy.SAME), 0, "stride", (2, 2)),
        "gaps": set_field(set_field(lecture, 0, "kernel", (2, 2)), 0, "stride", (3, 3)),
        "much padding": set_field(grid, 0, "padding", (7, 7)),
        "deep": select_layer(last, 28),
        "dense": select_layer(last, 33),
        "second": lecture.at(Cursor(2, 9, 23, 23)),
    }


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("kind", odd_documents())
@pytest.mark.parametrize("figure", FIGURES)
def test_odd_networks_are_drawn_too(figure, kind, page):
    check_page(draw(FIGURES[figure], odd_documents()[kind], PAGES[page]), PAGES[page])


@pytest.mark.parametrize("preset", ["lecture", "grid-stride-3", "lenet5", "vgg16"])
@pytest.mark.parametrize("figure", FIGURES)
def test_longer_words_still_fit_on_a_slide(figure, preset):
    page = longer(PAGES["slide"])
    check_page(draw(FIGURES[figure], document(preset), page), page)


@pytest.mark.parametrize("figure", ["tiles", "sweep", "padding"])
def test_a_network_without_a_window_says_so(figure):
    lecture = document("lecture")
    network = type(lecture.network)(lecture.network.input_shape, [])
    shown = type(lecture)(network, lecture.weights, lecture.picture, lecture.image)
    scene = draw(FIGURES[figure], shown, PAGES["slide"])
    assert "add a convolution" in words(scene)
    check_page(scene, PAGES["slide"])
