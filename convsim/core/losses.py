"""A loss says in one number how wrong a network is; its gradient says which way is better.

Scores lie as everything in the core does, (classes, batch), the batch innermost; a loss that is
*called* takes what `Network.forward` returns, (batch, classes).  Values are means over the batch.

Cross-entropy and hinge work on scores ("logits"), as in PyTorch: numbers of any size, before
Softmax.  A network that ends in Softmax or LogSoftmax keeps that layer for people to look at;
training leaves it out and gives its input to the loss (:mod:`convsim.core.backprop`), which
fuses the two: the gradient is then just "share minus truth", and nothing overflows.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from convsim.core.errors import LabelError, TrainingError

if TYPE_CHECKING:
    from convsim.core.layers import Array, Shape

__all__ = ["LOSSES", "CrossEntropy", "Hinge", "Loss", "MeanSquaredError"]


@dataclass(frozen=True)
class Loss(ABC):
    """What every loss can do.

    Attributes
    ----------
    kind : str
        The word that files and menus use.
    on_scores : bool
        Whether it takes the scores before a final Softmax.
    """

    kind: ClassVar[str]
    on_scores: ClassVar[bool] = True

    def __call__(self, output: Array, target: Array) -> float:
        """Return the mean loss of what `Network.forward` returned.

        Parameters
        ----------
        output : array (N, D) or (N, C, H, W)
            For cross-entropy and hinge the scores, not Softmax's shares.
        target : array
            Labels (N,), whole numbers from 0; for the mean squared error also values of the
            output's shape.

        Raises
        ------
        LabelError
            If a label is not one of the classes.
        TrainingError
            If output or target is of another shape.
        """
        shape = output.shape[1:]
        self.check(shape if len(shape) == 1 else (shape[1], shape[2], shape[0]), target)
        inner = output.transpose(2, 1, 3, 0) if output.ndim == 4 else output.T
        return self.value_and_gradient(inner, target)[0]

    @abstractmethod
    def value_and_gradient(
        self, y: Array, target: Array, batch: int | None = None
    ) -> tuple[float, Array]:
        """Return the loss and its gradient with respect to y.

        Parameters
        ----------
        y : array (D, N) or (H, C, W, N)
            float32 or float64; checked against `target` by :meth:`check`, not here.
        target : array
            As in a call of the loss; N is always the first axis.
        batch : int, optional
            What the sum over examples is divided by, if y is a part of a larger batch: the
            values of all parts then add up to the mean.

        Returns
        -------
        float, array
            The gradient has y's shape and dtype.
        """

    def check(self, shape: Shape, target: Array) -> None:
        """Raise unless `target` suits an output of `shape`, (D,) or (H, W, C)."""
        check_labels(target, class_count(shape))


@dataclass(frozen=True)
class CrossEntropy(Loss):
    """−log of the share that Softmax gives the true class.

    With smoothing ε the truth is 1 − ε + ε/K for the true class and ε/K for the others, which
    keeps the network from being too sure.

    Parameters
    ----------
    smoothing : float
        From 0 (none) to below 1.

    Notes
    -----
    log Softmax is worked out as (x − max) − log Σ exp(x − max), which neither over- nor
    underflows; the gradient is (Softmax(x) − truth)/N.  Smoothing: Szegedy et al.,
    "Rethinking the Inception architecture", 2016, section 7.

    Examples
    --------
    >>> loss = CrossEntropy()
    >>> round(loss(np.zeros((1, 10)), np.array([3])), 4)  # knows nothing: log 10
    2.3026
    """

    smoothing: float = 0.0

    kind: ClassVar[str] = "cross-entropy"

    def __post_init__(self) -> None:
        """Check the smoothing."""
        if not 0.0 <= self.smoothing < 1.0:
            raise TrainingError(
                f"label smoothing must be from 0 to below 1, such as 0.1; got {self.smoothing}"
            )

    def value_and_gradient(
        self, y: Array, target: Array, batch: int | None = None
    ) -> tuple[float, Array]:
        """Return the mean cross-entropy and (Softmax − truth)/N."""
        scores = _columns(y)
        classes, count = scores.shape
        each = np.arange(count)
        total = batch or count
        shifted = scores - np.maximum.reduce(scores, axis=0)
        gradient = np.exp(shifted)
        sums = np.add.reduce(gradient, axis=0)
        losses = np.log(sums)
        true = 1.0 - self.smoothing
        gradient /= sums
        if self.smoothing:
            losses -= true * shifted[target, each] + self.smoothing * shifted.mean(axis=0)
            gradient -= scores.dtype.type(self.smoothing / classes)
        else:
            losses -= shifted[target, each]
        gradient[target, each] -= scores.dtype.type(true)
        gradient /= scores.dtype.type(total)
        return float(np.add.reduce(losses, dtype=np.float64)) / total, gradient.reshape(y.shape)


@dataclass(frozen=True)
class Hinge(Loss):
    """How far each wrong class comes too close to the true one: max(0, margin + s_j − s_y).

    The multi-class hinge of Weston and Watkins (1998): *every* wrong class that is too close
    counts, not only the worst (which would be Crammer and Singer's).  As in PyTorch's
    MultiMarginLoss the sum is divided by the number of classes; CS231n's notes leave that out.

    Parameters
    ----------
    margin : float
        By how much the true class should win.
    power : int
        1, or 2 for the squared hinge.

    Examples
    --------
    >>> round(Hinge()(np.array([[3.2, 5.1, -1.7]]), np.array([0])) * 3, 4)  # CS231n's cat: 2.9
    2.9
    """

    margin: float = 1.0
    power: int = 1

    kind: ClassVar[str] = "hinge"

    def __post_init__(self) -> None:
        """Check margin and power."""
        if not self.margin > 0:
            raise TrainingError(f"margin must be above 0, such as 1; got {self.margin}")
        if self.power not in (1, 2):
            raise TrainingError(f"power must be 1 or 2; got {self.power}")

    def value_and_gradient(
        self, y: Array, target: Array, batch: int | None = None
    ) -> tuple[float, Array]:
        """Return the mean hinge and its gradient; a class exactly at the margin counts as fine."""
        scores = _columns(y)
        classes, count = scores.shape
        each = np.arange(count)
        total = classes * (batch or count)
        over = scores - (scores[target, each] - scores.dtype.type(self.margin))
        over[target, each] = 0.0
        np.maximum(over, 0.0, out=over)
        if self.power == 1:
            value = float(over.sum(dtype=np.float64))
            gradient = (over > 0.0).astype(scores.dtype)
        else:
            value = float(np.square(over).sum(dtype=np.float64))
            gradient = over * scores.dtype.type(2.0)
        gradient[target, each] = -gradient.sum(axis=0)
        gradient /= scores.dtype.type(total)
        return value / total, gradient.reshape(y.shape)


@dataclass(frozen=True)
class MeanSquaredError(Loss):
    """The mean of (y − target)² over all values and the batch, as PyTorch's MSELoss.

    Labels stand for 1 at the true class and 0 elsewhere.

    Examples
    --------
    >>> MeanSquaredError()(np.array([[1.0, 3.0]]), np.array([[1.0, 1.0]]))
    2.0
    """

    kind: ClassVar[str] = "mean-squared-error"
    on_scores: ClassVar[bool] = False

    def value_and_gradient(
        self, y: Array, target: Array, batch: int | None = None
    ) -> tuple[float, Array]:
        """Return the mean of the squares and 2(y − target)/count."""
        count = y.shape[-1]
        total = prod(y.shape[:-1]) * (batch or count)
        gradient = y.copy()
        if target.ndim == 1:
            _columns(gradient)[target, np.arange(count)] -= y.dtype.type(1.0)
        else:
            gradient -= target.transpose(2, 1, 3, 0) if target.ndim == 4 else target.T
        value = float(np.square(gradient).sum(dtype=np.float64)) / total
        gradient *= y.dtype.type(2.0 / total)
        return value, gradient

    def check(self, shape: Shape, target: Array) -> None:
        """Raise unless `target` is labels or values (N, D), (N, C, H, W) of the output's size."""
        if target.ndim == 1 and np.issubdtype(target.dtype, np.integer):
            check_labels(target, class_count(shape))
            return
        wanted = shape if len(shape) == 1 else (shape[2], shape[0], shape[1])
        if target.shape[1:] != wanted or not np.issubdtype(target.dtype, np.number):
            raise TrainingError(
                f"targets must be labels (N,) or values {('N', *wanted)}".replace("'", "")
                + f"; received {target.dtype} {target.shape}"
            )


LOSSES: dict[str, type[Loss]] = {
    kind.kind: kind for kind in (CrossEntropy, MeanSquaredError, Hinge)
}
"""Every loss by the word that files and menus use."""


def class_count(shape: Shape) -> int:
    """Return how many classes an output stands for, or raise TrainingError for large maps."""
    if len(shape) == 3 and shape[:2] != (1, 1):
        raise TrainingError(
            f"labels need one score for each class, but the network gives out maps of "
            f"{'×'.join(map(str, shape))}; end it with Flatten and Dense, or GlobalAvgPool"
        )
    return prod(shape)


def check_labels(labels: Array, classes: int) -> None:
    """Raise LabelError unless all labels are whole numbers from 0 to classes − 1."""
    if labels.ndim != 1 or not np.issubdtype(labels.dtype, np.integer):
        raise LabelError(
            f"labels must be whole numbers, one for each example: an integer array (N,); "
            f"received {labels.dtype} {labels.shape}"
        )
    if labels.size and (labels.min() < 0 or labels.max() >= classes):
        first = int(np.argmax((labels < 0) | (labels >= classes)))
        raise LabelError(
            f"label {labels[first]} of example {first} is out of range: the network has "
            f"{classes} outputs, so labels go from 0 to {classes - 1}"
        )


def _columns(y: Array) -> Array:
    """Return scores as (classes, N), a view: of (D, N), or of maps of one pixel (1, C, 1, N)."""
    return y.reshape(-1, y.shape[-1])
