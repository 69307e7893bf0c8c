"""Convolution and pooling: settings for rows and columns, and what a policy means."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convsim.core.errors import DoesNotFitError, KernelTooLargeError, LayerError
from convsim.core.geometry import Policy, make_axis
from convsim.core.layers import AvgPool2d, Conv2d, MaxPool2d

WINDOWS = [Conv2d(2, 3, 2), MaxPool2d(3, 2), AvgPool2d(3, 2)]
each_window = pytest.mark.parametrize("layer", WINDOWS, ids=lambda layer: layer.kind)


@each_window
def test_one_number_stands_for_rows_and_columns(layer):
    assert layer.kernel == (3, 3)
    assert layer.stride == (2, 2)
    assert layer.padding == (0, 0)
    assert replace(layer, kernel=(2, 4)).kernel == (2, 4)


@each_window
def test_the_first_of_a_pair_is_for_rows(layer):
    uneven = replace(layer, kernel=(4, 2), stride=(3, 1), padding=(1, 2))
    assert uneven.axes((8, 7, 5)) == (make_axis(8, 4, 3, 1), make_axis(7, 2, 1, 2))
    assert uneven.output_shape((8, 7, 5))[:2] == (3, 10)


@each_window
def test_every_window_can_be_dilated(layer):
    assert layer.spacing == (1, 1)
    assert replace(layer, stride=1, dilation=(2, 3)).axes((9, 9, 1)) == (
        make_axis(9, 3, dilation=2),
        make_axis(9, 3, dilation=3),
    )


@each_window
def test_padding_is_for_rows_and_columns_each_even_or_before_and_after(layer):
    uneven = replace(layer, padding=((1, 2), 1))
    assert uneven.padding == ((1, 2), 1)
    assert uneven.axes((9, 8, 1)) == (make_axis(9, 3, 2, (1, 2)), make_axis(8, 3, 2, 1))
    assert replace(layer, padding=((1, 1), (2, 2))) == replace(layer, padding=(1, 2))
    assert replace(layer, padding=1).padding == (1, 1)


def test_ceil_is_for_pools_alone():
    with pytest.raises(LayerError, match=r"policy must be one of strict, floor, same; got .*ceil"):
        Conv2d(1, 3, policy=Policy.CEIL)
    # The last window hangs over by one pixel; the one behind the input is left out.
    assert MaxPool2d(2, policy=Policy.CEIL).output_shape((5, 6, 1)) == (3, 3, 1)
    assert MaxPool2d(1, 3, 1, policy=Policy.CEIL).output_shape((2, 5, 1)) == (1, 2, 1)


def test_a_pool_without_a_stride_takes_its_kernel_s():
    assert MaxPool2d(2).stride == (2, 2)
    assert AvgPool2d((3, 2)).stride == (3, 2)
    assert MaxPool2d(3, 2).stride == (2, 2)


@each_window
def test_strict_refuses_a_remainder_floor_leaves_it_out_same_pads_it(layer):
    shapes = {
        policy: replace(layer, policy=policy).output_shape((7, 9, 2))
        for policy in (Policy.STRICT, Policy.FLOOR, Policy.SAME)
    }
    assert [shape[:2] for shape in shapes.values()] == [(3, 4), (3, 4), (4, 5)]
    with pytest.raises(DoesNotFitError):
        layer.output_shape((8, 9, 2))
    assert replace(layer, policy=Policy.FLOOR).output_shape((8, 9, 2))[:2] == (3, 4)
    assert replace(layer, policy=Policy.SAME).output_shape((8, 9, 2))[:2] == (4, 5)


@each_window
@pytest.mark.parametrize("policy", [Policy.STRICT, Policy.FLOOR, Policy.SAME])
def test_a_policy_written_as_plain_text_is_that_policy(layer, policy):
    written = replace(layer, policy=str(policy.value))
    assert written == replace(layer, policy=policy)
    assert written.policy is policy
    assert written.axes((7, 9, 2)) == replace(layer, policy=policy).axes((7, 9, 2))


@each_window
def test_a_kernel_larger_than_the_input_is_refused_whatever_the_policy_but_same(layer):
    for policy in (Policy.STRICT, Policy.FLOOR):
        with pytest.raises(KernelTooLargeError, match="input height of 2"):
            replace(layer, policy=policy).output_shape((2, 9, 2))
    assert replace(layer, policy=Policy.SAME).output_shape((2, 9, 2))[:2] == (1, 5)


def test_the_padding_of_a_mean_counts_except_under_same():
    assert AvgPool2d(2).count_padding
    assert AvgPool2d(2, policy=Policy.FLOOR).count_padding
    assert not AvgPool2d(2, policy=Policy.SAME).count_padding
    assert not AvgPool2d(2, count_include_pad=False).count_padding


@each_window
def test_a_picture_as_large_as_the_window_has_one_position(layer):
    assert layer.output_shape((3, 3, 2)) == (1, 1, 2)
    assert [axis.fitting_strides() for axis in layer.axes((3, 3, 2))] == [(1,), (1,)]
