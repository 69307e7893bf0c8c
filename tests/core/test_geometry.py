"""Where a window may stand: every answer of `Axis` is checked by trying all places."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convsim.core.errors import DoesNotFitError, GeometryError, KernelTooLargeError
from convsim.core.geometry import (
    Axis,
    Policy,
    ReceptiveField,
    make_axis,
    reads_map,
    receptive_field,
)
from convsim.core.layers import AvgPool2d, Conv2d, MaxPool2d
from convsim.core.network import Network
from tests.oracles.draws import any_axes, careful, ceil_axes, uneven_axes
from tests.oracles.evaluate import evaluate
from tests.oracles.loops import same, way_of

AXES = any_axes() | uneven_axes()
ALL = AXES | ceil_axes()


def tried(axis: Axis) -> list[list[int]]:
    """Return what each position reads, found by trying every place."""
    return way_of(axis).positions(axis.size)


def ends_at_the_edge(axis: Axis) -> bool:
    """Whether the last window that can be placed ends at the last (padded) pixel."""
    places = tried(axis)
    return bool(places) and places[-1][-1] == axis.size + axis.after - 1


# Positions


@careful(400)
@given(ALL)
def test_the_count_is_the_number_of_places_where_the_window_can_stand(axis):
    assert axis.count == len(tried(axis))


@careful(400)
@given(ALL)
def test_each_position_reads_the_pixels_at_its_taps(axis):
    places = tried(axis)
    assert [list(axis.taps(p)) for p in range(axis.count)] == places
    assert [axis.start(p) for p in range(axis.count)] == [taps[0] for taps in places]
    assert all(taps[-1] - taps[0] + 1 == axis.extent for taps in places)


@careful(400)
@given(AXES)
def test_fits_means_that_the_last_window_ends_at_the_edge(axis):
    assert axis.fits == ends_at_the_edge(axis)


@careful(400)
@given(AXES)
def test_the_quotient_is_exact_and_whole_just_when_the_window_fits(axis):
    way = axis.size + axis.before + axis.after - (axis.dilation * (axis.kernel - 1) + 1)
    assert axis.quotient == Fraction(way, axis.stride) + 1
    assert axis.fits == (axis.quotient.denominator == 1 and way >= 0)
    if axis.fits:
        assert axis.quotient == axis.count


@careful(400)
@given(ALL)
def test_reads_counts_the_positions_that_read_each_pixel(axis):
    counts = [sum(pixel in taps for taps in tried(axis)) for pixel in range(axis.size)]
    assert axis.reads().tolist() == counts


@careful(400)
@given(ALL)
def test_readers_are_the_positions_whose_taps_hold_the_pixel(axis):
    for pixel in range(-axis.before, axis.size + axis.after):
        wanted = [p for p in range(axis.count) if pixel in axis.taps(p)]
        assert list(axis.readers(pixel)) == wanted


@careful(100)
@given(ALL, ALL)
def test_a_map_of_reads_counts_the_windows_over_rows_and_columns(rows, cols):
    counts = np.zeros((rows.size, cols.size), int)
    for read_rows in tried(rows):
        for read_cols in tried(cols):
            for row in read_rows:
                for col in read_cols:
                    if 0 <= row < rows.size and 0 <= col < cols.size:
                        counts[row, col] += 1
    np.testing.assert_array_equal(reads_map(rows, cols), counts)


def test_a_large_stride_leaves_pixels_that_no_window_reads():
    assert make_axis(7, 2, 3, policy=Policy.FLOOR).reads().tolist() == [1, 1, 0, 1, 1, 0, 0]
    assert make_axis(7, 3, dilation=2).reads().tolist() == [1, 1, 2, 1, 2, 1, 1]


# Policies


@careful(300)
@given(st.integers(1, 40), st.integers(1, 9), st.integers(1, 9), st.integers(1, 3))
def test_same_gives_one_position_for_each_started_stride(size, kernel, stride, dilation):
    axis = make_axis(size, kernel, stride, 3, dilation, Policy.SAME)
    assert axis.count == ceil(size / stride)
    assert way_of(axis) == same(size, kernel, stride, dilation)
    assert axis.check() is axis


@careful(200)
@given(st.integers(1, 40), st.integers(1, 9))
def test_same_at_stride_1_keeps_the_size_and_puts_the_odd_zero_last(size, kernel):
    axis = make_axis(size, kernel, policy=Policy.SAME)
    assert axis.count == size
    assert axis.before + axis.after == kernel - 1
    assert axis.after - axis.before in (0, 1)


@careful(200)
@given(st.integers(1, 40), st.integers(0, 8))
def test_half_the_kernel_less_one_keeps_the_size(size, half):
    assert make_axis(size, 2 * half + 1, padding=half).count == size


@careful(400)
@given(AXES)
def test_check_refuses_a_window_that_is_too_large_and_under_strict_a_remainder(axis):
    if not tried(axis):
        with pytest.raises(KernelTooLargeError):
            axis.check()
    elif axis.policy is Policy.STRICT and not ends_at_the_edge(axis):
        with pytest.raises(DoesNotFitError):
            axis.check()
    else:
        assert axis.check() is axis


def test_padding_goes_on_both_sides():
    assert make_axis(7, 3, padding=2) == Axis(7, 3, 1, 2, 2)
    assert make_axis(7, 3, 2, 1, 2, Policy.FLOOR) == Axis(7, 3, 2, 1, 1, 2, Policy.FLOOR)


# What would fit


@careful(400)
@given(AXES)
def test_fitting_strides_are_all_the_strides_that_fit(axis):
    strides = axis.fitting_strides()
    if not tried(axis):
        assert strides == ()
        return
    # A window that fills the input cannot move: every stride would do, and 1 says it all.
    most = max(axis.padded - axis.extent, 1)
    assert list(strides) == [
        s for s in range(1, most + 1) if ends_at_the_edge(replace(axis, stride=s))
    ]


@careful(300)
@given(AXES, st.integers(1, 5))
def test_fitting_paddings_are_the_smallest_that_fit(axis, most):
    paddings = axis.fitting_paddings(most)
    fitting = [
        p
        for p in range(axis.extent)
        if ends_at_the_edge(replace(axis, before=p, after=p, policy=Policy.STRICT))
    ]
    assert list(paddings) == fitting[:most]


@careful(300)
@given(AXES, st.integers(1, 5))
def test_fitting_kernels_are_the_nearest_that_fit(axis, most):
    kernels = axis.fitting_kernels(most)
    fitting = [k for k in range(1, axis.padded + 1) if ends_at_the_edge(replace(axis, kernel=k))]
    assert set(kernels) <= set(fitting)
    assert list(kernels) == sorted(kernels)
    assert len(kernels) == min(most, len(fitting))
    farthest = max((abs(k - axis.kernel) for k in kernels), default=0)
    assert all(abs(k - axis.kernel) >= farthest for k in set(fitting) - set(kernels))


def test_the_7x7_of_the_lecture_is_told_what_fits():
    axis = make_axis(7, 3, 3)
    assert axis.fitting_strides() == (1, 2, 4)
    assert axis.fitting_paddings() == (1,)
    assert axis.fitting_kernels() == (1, 4, 7)


# Messages


def refusal(axis: Axis) -> GeometryError | None:
    """Return why a network may not use this axis."""
    try:
        axis.check()
    except GeometryError as error:
        return error
    return None


def test_a_stride_that_does_not_fit_says_what_would():
    axis = make_axis(7, 3, 3)
    with pytest.raises(DoesNotFitError) as caught:
        axis.check()
    assert str(caught.value) == (
        "(7−3)/3+1 = 2.33… is not a whole number: stride 3 does not fit; strides that fit: 1, 2, 4"
    )
    error = caught.value
    assert (error.size, error.kernel, error.stride) == (7, 3, 3)
    assert (error.before, error.after) == (0, 0)
    assert error.quotient == Fraction(7, 3)
    assert error.strides == (1, 2, 4)


def test_the_message_shows_padding_and_the_extent_of_a_dilated_kernel():
    with pytest.raises(DoesNotFitError, match=r"^\(8\+1\+1−5\)/2\+1 = 3\.5 is not a whole number"):
        make_axis(8, 3, 2, 1, 2).check()


def test_a_kernel_that_is_too_large_says_which_padding_helps():
    with pytest.raises(KernelTooLargeError) as caught:
        make_axis(3, 5).check("input height")
    assert str(caught.value) == (
        "kernel of 5 is larger than the input height of 3 with padding 0; padding 1 makes it fit"
    )
    error = caught.value
    assert (error.size, error.kernel, error.before, error.after) == (3, 5, 0, 0)
    assert error.padding == 1


def test_a_kernel_that_is_too_large_shows_uneven_padding():
    with pytest.raises(KernelTooLargeError, match=r"of 3 with padding 0\+1; padding 2 makes"):
        Axis(3, 7, before=0, after=1).check()


@pytest.mark.parametrize(
    ("axis", "advice"),
    [
        (make_axis(2, 5, 3), "padding 3 makes it fit"),
        (make_axis(2, 5, 2), "padding 2 with stride 1 makes it fit"),
        (make_axis(2, 5, 2, policy=Policy.FLOOR), "padding 2 makes it fit"),
        (make_axis(1, 3, 1, 0, 3), "padding 3 makes it fit"),
    ],
)
def test_the_padding_that_is_advised_is_the_truth(axis, advice):
    with pytest.raises(KernelTooLargeError) as caught:
        axis.check()
    assert str(caught.value).endswith(f"; {advice}")


@careful(400)
@given(AXES)
def test_what_a_message_advises_can_be_used(axis):
    error = refusal(axis)
    if isinstance(error, DoesNotFitError):
        assert error.strides
        for stride in error.strides:
            assert refusal(replace(axis, stride=stride)) is None
    if isinstance(error, KernelTooLargeError):
        step, padding = error.stride or axis.stride, error.padding
        assert refusal(replace(axis, before=padding, after=padding, stride=step)) is None
        padding -= 1
        assert refusal(replace(axis, before=padding, after=padding, stride=step)) is not None


# Formulas


@careful(400)
@given(AXES)
def test_the_size_formula_gives_its_result(axis):
    if axis.policy is Policy.SAME:
        axis = make_axis(axis.size, axis.kernel, axis.stride, 0, axis.dilation, policy=Policy.SAME)
    formula = axis.formula("width")
    assert formula.key == "width"
    assert evaluate(formula.tokens) == formula.result
    if tried(axis) and (axis.policy is not Policy.STRICT or axis.fits):
        assert formula.result == axis.count


@pytest.mark.parametrize(
    ("axis", "symbols", "numbers"),
    [
        (make_axis(7, 3, 3), "(N + 2·P − F)/S + 1", "(7 + 2·0 − 3)/3 + 1 = 2.33…"),
        (make_axis(32, 5, 1, 2), "(N + 2·P − F)/S + 1", "(32 + 2·2 − 5)/1 + 1 = 32"),
        (
            make_axis(7, 3, 3, policy=Policy.FLOOR),
            "⌊(N + 2·P − F)/S⌋ + 1",
            "⌊(7 + 2·0 − 3)/3⌋ + 1 = 2",
        ),
        (
            make_axis(7, 3, 2, policy=Policy.FLOOR),
            "(N + 2·P − F)/S + 1",
            "(7 + 2·0 − 3)/2 + 1 = 3",
        ),
        (make_axis(7, 3, 2, policy=Policy.SAME), "⌈N/S⌉", "⌈7/2⌉ = 4"),
        (
            make_axis(9, 3, 2, 0, 2),
            "(N + 2·P − (D·(F − 1) + 1))/S + 1",
            "(9 + 2·0 − (2·(3 − 1) + 1))/2 + 1 = 3",
        ),
        (Axis(7, 4, 1, 1, 2), "(N + P₁ + P₂ − F)/S + 1", "(7 + 1 + 2 − 4)/1 + 1 = 7"),
    ],
)
def test_the_size_formula_reads_as_in_the_textbook(axis, symbols, numbers):
    formula = axis.formula("height")
    assert formula.symbols() == symbols
    assert str(formula) == numbers


def test_a_window_that_is_too_large_has_a_formula_too():
    assert str(make_axis(5, 7).formula("height")) == "(5 + 2·0 − 7)/1 + 1 = −1"
    floor = make_axis(5, 7, policy=Policy.FLOOR).formula("height")
    assert str(floor) == "⌊(5 + 2·0 − 7)/1⌋ + 1 = −1"


# Receptive fields


def seen(axes: list[Axis], neuron: int) -> set[int]:
    """Return the pixels that change a neuron's value when they change, one layer at a time."""
    pixels = {neuron}
    for axis in reversed(axes):
        pixels = {p for n in pixels for p in tried(axis)[n] if 0 <= p < axis.size}
    return pixels


def on_top_of_each_other(axes: list[Axis], size: int) -> list[Axis]:
    """Return the same windows on an input of `size`, each on the output of the one before."""
    sized: list[Axis] = []
    for axis in axes:
        sized.append(replace(axis, size=sized[-1].count if sized else size))
    return sized


@st.composite
def stacks(draw):
    """Draw up to four windows on top of each other, each on the output of the one before."""
    size, axes = draw(st.integers(8, 40)), []
    for _ in range(draw(st.integers(1, 4))):
        axis = make_axis(
            size,
            draw(st.integers(1, 4)),
            draw(st.integers(1, 3)),
            draw(st.integers(0, 2)),
            draw(st.integers(1, 2)),
            draw(st.sampled_from([Policy.FLOOR, Policy.SAME])),
        )
        if axis.count == 0:
            break
        axes.append(axis)
        size = axis.count
    return axes


@careful(300)
@given(stacks())
def test_a_neuron_sees_nothing_outside_its_receptive_field(axes):
    field = receptive_field(axes)
    for neuron in range(axes[-1].count if axes else 1):
        first = field.start + neuron * field.jump
        assert seen(axes, neuron) <= set(range(first, first + field.size))


@careful(200)
@given(stacks())
def test_without_padding_and_gaps_a_neuron_sees_all_of_its_receptive_field(axes):
    dense = [
        replace(axis, before=0, after=0, dilation=1, kernel=max(axis.kernel, axis.stride))
        for axis in axes
    ]
    dense = on_top_of_each_other(dense, 200)
    field = receptive_field(dense)
    for neuron in range(0, dense[-1].count if dense else 1, 7):
        first = field.start + neuron * field.jump
        assert seen(dense, neuron) == set(range(first, first + field.size))


@careful(100)
@given(stacks())
def test_a_neuron_far_from_the_edge_sees_both_ends_of_its_field(axes):
    sized = on_top_of_each_other([replace(axis, policy=Policy.FLOOR) for axis in axes], 200)
    field = receptive_field(sized)
    middle = (sized[-1].count if sized else 1) // 2
    pixels = seen(sized, middle)
    assert min(pixels) == field.start + middle * field.jump
    assert max(pixels) - min(pixels) + 1 == field.size


@pytest.mark.parametrize(
    ("size", "layers"),
    [
        (24, [Conv2d(2, 3), Conv2d(2, 3), Conv2d(2, 3)]),
        (24, [Conv2d(2, 3, padding=1), MaxPool2d(2), Conv2d(3, 3, padding=1)]),
        (25, [Conv2d(2, 5, 2, 2), Conv2d(1, 3, 2, 1), AvgPool2d(3, 2)]),
        (24, [Conv2d(2, 3, dilation=2), Conv2d(2, (3, 1)), Conv2d(1, (1, 4))]),
    ],
    ids=["three 3×3", "pool", "strides", "dilation and uneven kernels"],
)
def test_a_pixel_changes_just_the_neurons_that_have_it_in_their_field(size, layers):
    network = Network((size, size, 1), layers)
    params = [
        {name: np.abs(array) + 0.1 for name, array in made.items()} for made in network.init()
    ]
    axes = [
        layer.axes(place.input_shape)
        for layer, place in zip(layers, network.places, strict=True)
        if place.input_shape
    ]
    fields = [receptive_field(pair) for pair in zip(*axes, strict=True)]
    height, width, _ = network.output_shape
    neuron = (height // 2, width // 2)
    # One picture for each pixel, in which that pixel is lit.
    pictures = np.eye(size * size).reshape(-1, 1, size, size)
    unlit = network.forward(params, np.zeros((1, 1, size, size)))[0, 0][neuron]
    changed = (network.forward(params, pictures)[:, 0, *neuron] != unlit).reshape(size, size)
    for axis, field in enumerate(fields):
        lines = np.flatnonzero(changed.any(axis=1 - axis))
        first = field.start + neuron[axis] * field.jump
        assert (lines[0], lines[-1]) == (first, first + field.size - 1)


def test_no_layer_at_all_sees_one_pixel():
    assert receptive_field([]) == ReceptiveField(1, 1, 0)


def test_padding_moves_the_field_to_the_left_by_as_much_as_a_step_is_wide():
    first, second = make_axis(32, 5, 2, 2), make_axis(16, 3, 1, 1)
    assert receptive_field([first, second]) == ReceptiveField(size=9, jump=2, start=-4)


# Axes as values


def test_an_axis_is_a_value():
    assert make_axis(7, 3) == Axis(7, 3)
    assert hash(make_axis(7, 3)) == hash(Axis(7, 3))
    assert make_axis(7, 3) != make_axis(7, 3, 2)
