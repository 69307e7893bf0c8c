"""The ripple: the difference is after less before, and its count is of the cells that moved."""

from __future__ import annotations

import numpy as np
import pytest

from convsim.core.step import Cursor
from convsim.document.building import move_layers, rename_layer
from convsim.document.edits import set_bias, set_field, set_weight
from convsim.figures.page import Page
from convsim.figures.ripple import comparable, moved, ripple, touched
from convsim.services.opening import open_preset


def test_a_weight_moves_every_cell_of_its_own_map_and_no_other(lecture):
    before = lecture.new_trace()
    after = set_weight(lecture, 0, (3, 0, 0, 0), 1.0).new_trace()
    difference = moved(after, before, 0)
    old = float(lecture.weights[0]["weight"][3, 0, 0, 0])
    expected = (1.0 - old) * lecture.image[:28, :28, 0]
    np.testing.assert_allclose(difference[3], expected, atol=1e-5)
    assert touched(difference) == (784, 1)


def test_a_pixel_moves_just_the_cells_whose_window_saw_it(lecture):
    image = np.array(lecture.image)
    image[16, 16] = 1 - image[16, 16]
    after = lecture.new_trace().after_edit(lecture.network, lecture.weights, image)
    difference = moved(after, lecture.new_trace(), 0)
    rows, cols = np.nonzero(difference[2])
    assert (rows.min(), rows.max(), cols.min(), cols.max()) == (12, 16, 12, 16)
    assert touched(difference[2:3]) == (25, 1)


def test_what_is_below_each_map_is_its_number_of_cells(lecture):
    changed = set_bias(lecture, 0, 4, 0.5).at(Cursor(0))
    scene = ripple(changed, changed.new_trace(), Page(700, 120), lecture.new_trace())
    texts = [item.text for item in scene.items if hasattr(item, "text")]
    assert texts == ["0 of 784"] * 4 + ["784 of 784", "0 of 784"]
    assert [area.filter for area in scene.areas] == list(range(6))


def test_a_vector_is_compared_value_by_value():
    document = open_preset("lenet5")
    changed = set_bias(document, 7, 5, 1.0).at(Cursor(7))
    scene = ripple(changed, changed.new_trace(), Page(700, 120), document.new_trace())
    assert scene.items
    assert touched(moved(changed.new_trace(), document.new_trace(), 7)) == (1, 1)


@pytest.mark.parametrize(
    ("edit", "layers"),
    [
        (lambda d: set_field(d, 2, "stride", (19, 19)), [0, 1]),
        (lambda d: rename_layer(d, 1, "rectifier"), [0, 2, 3]),
        (lambda d: move_layers(d, [3], 2), [0, 1]),
        (lambda d: set_bias(d, 0, 0, 1.0), [0, 1, 2, 3]),
    ],
)
def test_only_the_same_layer_of_the_same_shape_is_compared(lecture, edit, layers):
    changed, before = edit(lecture), lecture.new_trace()
    assert [i for i in range(4) if comparable(changed, before, i)] == layers
    assert not comparable(lecture, None, 0)
