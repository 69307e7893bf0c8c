"""Losses: values by hand, gradients by finite differences, and both against PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from convsim.core.errors import LabelError, TrainingError
from convsim.core.losses import LOSSES, CrossEntropy, Hinge, Loss, MeanSquaredError, check_labels

KINDS = [
    CrossEntropy(),
    CrossEntropy(0.1),
    CrossEntropy(0.9),
    Hinge(),
    Hinge(0.3),
    Hinge(1.5, 2),
    MeanSquaredError(),
]
each_loss = pytest.mark.parametrize("loss", KINDS, ids=str)
each_precision = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def drawn(seed: int, classes: int, count: int, dtype: Any = np.float64) -> tuple[Any, Any]:
    rng = np.random.default_rng(seed)
    scores = (3 * rng.standard_normal((classes, count))).astype(dtype)
    return scores, rng.integers(0, classes, count)


def slopes(loss: Loss, y: np.ndarray, target: np.ndarray, step: float = 1e-6) -> np.ndarray:
    """Return the gradient by central differences, one value at a time."""
    out = np.empty_like(y)
    for place in np.ndindex(y.shape):
        sides = []
        for sign in (1, -1):
            moved = y.copy()
            moved[place] += sign * step
            sides.append(loss.value_and_gradient(moved, target)[0])
        out[place] = (sides[0] - sides[1]) / (2 * step)
    return out


@each_loss
@pytest.mark.parametrize(("classes", "count"), [(2, 1), (3, 4), (10, 7)])
def test_the_gradient_is_the_slope(loss, classes, count):
    scores, labels = drawn(classes, classes, count)
    gradient = loss.value_and_gradient(scores, labels)[1]
    np.testing.assert_allclose(gradient, slopes(loss, scores, labels), rtol=1e-6, atol=1e-8)


@each_loss
def test_scores_are_left_as_they_were_and_the_gradient_is_like_them(loss):
    for dtype in (np.float32, np.float64):
        scores, labels = drawn(1, 4, 5, dtype)
        before = scores.copy()
        value, gradient = loss.value_and_gradient(scores, labels)
        assert isinstance(value, float)
        assert (gradient.dtype, gradient.shape) == (scores.dtype, scores.shape)
        np.testing.assert_array_equal(scores, before)


@each_loss
def test_the_parts_of_a_batch_add_up_to_the_whole(loss):
    scores, labels = drawn(2, 5, 7)
    value, gradient = loss.value_and_gradient(scores, labels)
    parts = [
        loss.value_and_gradient(scores[:, a:b], labels[a:b], batch=7) for a, b in ((0, 4), (4, 7))
    ]
    assert sum(part[0] for part in parts) == pytest.approx(value, rel=1e-13)
    np.testing.assert_allclose(np.hstack([part[1] for part in parts]), gradient, rtol=1e-13)


@each_loss
def test_called_a_loss_takes_what_a_network_gives(loss):
    scores, labels = drawn(3, 4, 6)
    assert loss(scores.T, labels) == loss.value_and_gradient(scores, labels)[0]


@each_loss
def test_maps_of_one_pixel_are_scores_too(loss):
    scores, labels = drawn(4, 4, 6)
    value, gradient = loss.value_and_gradient(scores, labels)
    maps = scores[None, :, None, :]
    again, gradients = loss.value_and_gradient(maps, labels)
    assert again == value
    np.testing.assert_array_equal(gradients, gradient[None, :, None, :])
    assert loss(maps.transpose(3, 1, 0, 2), labels) == value


def test_cross_entropy_by_hand():
    scores = np.log(np.array([[0.7, 0.1], [0.2, 0.8], [0.1, 0.1]])) + 5.0
    value, gradient = CrossEntropy().value_and_gradient(scores, np.array([0, 1]))
    assert value == pytest.approx(-(np.log(0.7) + np.log(0.8)) / 2)
    np.testing.assert_allclose(gradient, [[-0.15, 0.05], [0.1, -0.1], [0.05, 0.05]], atol=1e-15)


def test_smoothing_by_hand():
    """Half a percent less than certain: 0.9 for the true class, 0.05 for each other."""
    scores = np.log(np.array([[0.5], [0.3], [0.2]]))
    value, gradient = CrossEntropy(0.15).value_and_gradient(scores, np.array([2]))
    assert value == pytest.approx(-(0.05 * np.log(0.5) + 0.05 * np.log(0.3) + 0.9 * np.log(0.2)))
    np.testing.assert_allclose(gradient[:, 0], [0.45, 0.25, -0.7], atol=1e-15)


@each_precision
def test_cross_entropy_of_huge_scores_neither_overflows_nor_vanishes(dtype):
    scores = np.array([[1000.0, -1000.0, 0.0], [0.0, 0.0, 1000.0]], dtype)
    value, gradient = CrossEntropy().value_and_gradient(scores, np.array([0, 0, 0]))
    assert value == pytest.approx(2000 / 3)
    np.testing.assert_allclose(gradient, [[0, -1 / 3, -1 / 3], [0, 1 / 3, 1 / 3]], rtol=1e-6)


def test_the_hinge_of_the_course_s_notes():
    """CS231n: three pictures, losses 2.9, 0 and 12.9, mean 5.27; here per class."""
    scores = np.array([[3.2, 1.3, 2.2], [5.1, 4.9, 2.5], [-1.7, 2.0, -3.1]])
    for column, hinge in enumerate((2.9, 0.0, 12.9)):
        one = scores[:, column : column + 1]
        assert Hinge()(one.T, np.array([column])) * 3 == pytest.approx(hinge)
    assert Hinge()(scores.T, np.arange(3)) * 3 == pytest.approx(15.8 / 3)


def test_a_class_exactly_at_the_margin_is_no_fault():
    value, gradient = Hinge(1.0).value_and_gradient(np.array([[2.0], [1.0]]), np.array([0]))
    assert value == 0.0
    np.testing.assert_array_equal(gradient, 0.0)


def test_squares_by_hand():
    y = np.array([[1.0, 4.0], [2.0, 0.0]])
    value, gradient = MeanSquaredError().value_and_gradient(y, np.array([[0.0, 2.0], [1.0, 0.0]]))
    assert value == pytest.approx((1 + 0 + 9 + 0) / 4)
    np.testing.assert_allclose(gradient, [[0.5, 1.5], [0.0, 0.0]])
    assert MeanSquaredError()(y.T, np.array([0, 1])) == pytest.approx((0 + 4 + 16 + 1) / 4)


def test_squares_of_a_single_example_by_hand():
    y = np.array([[1.0], [4.0], [2.0]])
    value, gradient = MeanSquaredError().value_and_gradient(y, np.array([[1.0, 1.0, 0.0]]))
    assert value == pytest.approx((0 + 9 + 4) / 3)
    np.testing.assert_allclose(gradient[:, 0], [0.0, 2.0, 4 / 3])


def test_squares_of_maps_go_by_the_network_s_order_of_axes():
    rng = np.random.default_rng(5)
    y, target = rng.standard_normal((2, 3, 4, 5)), rng.standard_normal((5, 3, 2, 4))
    value, gradient = MeanSquaredError().value_and_gradient(y, target)
    wanted = y - target.transpose(2, 1, 3, 0)
    assert value == pytest.approx((wanted**2).mean())
    np.testing.assert_allclose(gradient, 2 * wanted / 120)
    assert MeanSquaredError()(y.transpose(3, 1, 0, 2), target) == pytest.approx(value)


def test_nothing_to_learn_from_a_number_that_is_none():
    for loss in KINDS:
        assert not np.isfinite(
            loss.value_and_gradient(np.full((3, 2), np.nan), np.array([0, 1]))[0]
        )


# What is refused


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (
            [0, 3, 1],
            r"^label 3 of example 1 is out of range: the network has 3 outputs, .* 0 to 2$",
        ),
        ([0, 1, -1], r"^label -1 of example 2 is out of range"),
        ([0.0, 1.0], r"^labels must be whole numbers.*; received float64 \(2,\)$"),
        ([[0, 1]], r"^labels must be whole numbers.*; received int64 \(1, 2\)$"),
    ],
)
def test_labels_that_cannot_be(labels, message):
    for loss in (CrossEntropy(), Hinge()):
        with pytest.raises(LabelError, match=message):
            loss.check((3,), np.array(labels))


def test_the_last_class_and_no_example_are_fine():
    check_labels(np.array([0, 2], np.uint8), 3)
    check_labels(np.array([], np.int64), 3)


def test_labels_for_large_maps_say_what_to_do():
    with pytest.raises(TrainingError, match=r"maps of 24×24×10; end it with Flatten and Dense"):
        CrossEntropy().check((24, 24, 10), np.array([0]))


def test_values_of_another_shape_are_refused():
    loss = MeanSquaredError()
    loss.check((3,), np.zeros((5, 3)))
    loss.check((4, 5, 3), np.zeros((2, 3, 4, 5)))
    with pytest.raises(TrainingError, match=r"values \(N, 3\); received float64 \(5, 2\)$"):
        loss.check((3,), np.zeros((5, 2)))
    with pytest.raises(TrainingError, match=r"values \(N, 3, 4, 5\); received"):
        loss.check((4, 5, 3), np.zeros((2, 4, 5, 3)))
    with pytest.raises(LabelError, match=r"label 3"):
        loss.check((3,), np.array([3]))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: CrossEntropy(1.0), "0 to below 1"),
        (lambda: CrossEntropy(-0.1), "got -0.1"),
        (lambda: Hinge(0.0), "above 0"),
        (lambda: Hinge(1.0, 3), "power must be 1 or 2; got 3"),
    ],
)
def test_settings_that_cannot_be(make, message):
    with pytest.raises(TrainingError, match=message):
        make()


def test_every_loss_is_listed_under_its_word():
    assert list(LOSSES) == ["cross-entropy", "mean-squared-error", "hinge"]
    assert [LOSSES[kind].kind for kind in LOSSES] == list(LOSSES)
    assert [LOSSES[kind].on_scores for kind in LOSSES] == [True, False, True]


# PyTorch


@pytest.mark.torch
@each_loss
@each_precision
@pytest.mark.parametrize(("classes", "count"), [(2, 1), (10, 16), (1000, 3)])
def test_value_and_gradient_are_pytorch_s(loss, dtype, classes, count):
    torch: Any = pytest.importorskip("torch")
    scores, labels = drawn(classes + count, classes, count, dtype)
    theirs = torch.tensor(scores.T.copy(), requires_grad=True)
    truth = torch.tensor(labels)
    functional = torch.nn.functional
    if isinstance(loss, CrossEntropy):
        wanted = functional.cross_entropy(theirs, truth, label_smoothing=loss.smoothing)
    elif isinstance(loss, Hinge):
        wanted = functional.multi_margin_loss(theirs, truth, p=loss.power, margin=loss.margin)
    else:
        wanted = functional.mse_loss(theirs, functional.one_hot(truth, classes).to(theirs.dtype))
    wanted.backward()
    value, gradient = loss.value_and_gradient(scores, labels)
    tight = 1e-5 if dtype is np.float32 else 1e-12
    assert value == pytest.approx(wanted.item(), rel=tight)
    scale = np.abs(gradient).max()
    np.testing.assert_allclose(gradient.T, theirs.grad.numpy(), rtol=tight, atol=tight * scale)
