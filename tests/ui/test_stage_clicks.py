"""A click on the stage goes to the cell that it is about, in every kind of layer."""

from __future__ import annotations

from convsim.core.layers import Conv2d, ConvTranspose2d, ReLU, residual
from convsim.core.network import Network
from convsim.core.step import Cursor, SpreadFrame
from convsim.figures.page import Page
from convsim.figures.stage import step
from convsim.ui.stage_panel import clicked_cursor
from tests.oracles.documents import made_of


def area(document, name):
    """Return the first area of the stage that is called so."""
    scene = step(document, document.new_trace(), Page(width=800, height=400))
    return next(area for area in scene.areas if area.name == name)


def test_a_pixel_leads_to_the_middle_of_what_it_is_spread_over():
    document = made_of(Network((5, 5, 2), [ConvTranspose2d(3, 3, 2)])).at(Cursor(0, 1, 0, 0))
    there = clicked_cursor(document, area(document, "input"), 2, 4)
    assert there == Cursor(0, 1, 5, 9)
    frame = document.at(there).frame(document.new_trace())
    assert isinstance(frame, SpreadFrame)
    assert 2 in frame.rows.taps
    assert 4 in frame.cols.taps


def test_a_click_on_either_map_of_a_residual_sum_leads_nowhere_else():
    network = Network((6, 6, 2), residual(Conv2d(2, 3, padding=1), ReLU()))
    document = made_of(network).at(Cursor(2, 1, 3, 3))
    assert clicked_cursor(document, area(document, "map"), 1, 1) is None
    there = clicked_cursor(document, area(document, "output"), 1, 1)
    assert there == Cursor(2, 1, 1, 1)


def test_planes_of_a_group_are_counted_within_it():
    document = made_of(Network((6, 6, 4), [Conv2d(4, 3, groups=2)])).at(Cursor(0, 3, 1, 1))
    scene = step(document, document.new_trace(), Page(width=800, height=400))
    planes = [area.filter for area in scene.areas if area.name == "kernel"]
    assert planes == [0, 1]
