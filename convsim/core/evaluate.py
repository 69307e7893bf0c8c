"""How good a network is on pictures it was not trained on, and which classes it mixes up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.backprop import score_network
from convsim.core.errors import TrainingError
from convsim.core.examples import Examples, as_examples
from convsim.core.losses import CrossEntropy, Loss, class_count

if TYPE_CHECKING:
    from convsim.core.layers import Array, Params
    from convsim.core.network import Network


MOST = 24
"""Mistakes that are remembered."""


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What came out for a whole set of examples.

    Attributes
    ----------
    count : int
        Examples seen.
    loss : float
        Mean loss.
    confusion : array (K, K)
        int64: how many examples of the row's class were taken for the column's; no rows where
        the targets were values and not labels.
    ranks : array (K,)
        int64: for how many examples the true class was the best, the second best, …
    worst : tuple of Mistake
        The surest of the wrong answers, the worst first; none where the targets were values.
    """

    count: int
    loss: float
    confusion: Array
    ranks: Array
    worst: tuple[Mistake, ...] = ()

    @property
    def accuracy(self) -> float:
        """Share of examples whose best class is the true one; nan without labels."""
        return self.top(1)

    def top(self, k: int) -> float:
        """Return the share of examples whose true class is among the `k` best.

        Of classes with equal scores the one with the smaller number counts as better.
        """
        if k < 1:
            raise TrainingError(f"top-k needs a k of at least 1, such as 5; got {k}")
        return float(self.ranks[:k].sum() / self.count) if self.ranks.size else float("nan")

    @property
    def per_class(self) -> tuple[ClassScore, ...]:
        """Recall and precision of each class."""
        truth, taken = self.confusion.sum(axis=1), self.confusion.sum(axis=0)
        return tuple(
            ClassScore(int(t), _share(right, t), _share(right, p))
            for right, t, p in zip(self.confusion.diagonal(), truth, taken, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Mistake:
    """An example that was taken for another class.

    Attributes
    ----------
    index : int
        Its place among the examples, from 0.
    truth, taken : int
        Its class, and what it was taken for.
    truth_share, taken_share : float
        What Softmax gives to each, from 0 to 1.
    """

    index: int
    truth: int
    taken: int
    truth_share: float
    taken_share: float


@dataclass(frozen=True, slots=True)
class ClassScore:
    """How well one class is known.

    Attributes
    ----------
    count : int
        Examples of this class.
    recall : float
        Share of them that were recognised; nan if there were none.
    precision : float
        Share of the examples taken for this class that are of it; nan if there were none.
    """

    count: int
    recall: float
    precision: float


def evaluate(
    network: Network,
    params: Sequence[Params],
    data: Examples | tuple[Array, Array],
    loss: Loss | None = None,
    batch: int = 256,
) -> Evaluation:
    """Run a network over all examples, as it is used and not as it is trained (no Dropout).

    Parameters
    ----------
    network : Network
    params : sequence of mappings
        One a layer.
    data : Examples or (pictures, targets)
        Pictures (M, C, H, W); labels (M,), or values for the mean squared error.
    loss : Loss, optional
        Cross-entropy if left out.
    batch : int
        Examples at a time; it makes no difference to the counts.

    Raises
    ------
    TrainingError
        If there are no examples, or the targets do not suit the network.
    """
    loss = CrossEntropy() if loss is None else loss
    head = score_network(network, loss)
    shape = head.output_shape
    classes, count, total = 0, 0, 0.0
    confusion, ranks = np.zeros((0, 0), np.int64), np.zeros(0, np.int64)
    worst: list[Mistake] = []
    for pictures, targets in as_examples(data).batches(batch):
        loss.check(shape, targets)
        if targets.ndim == 1 and not classes:
            classes = class_count(shape)
            confusion, ranks = np.zeros((classes, classes), np.int64), np.zeros(classes, np.int64)
        y = head.forward(params, pictures)
        total += loss(y, targets) * len(targets)
        first, count = count, count + len(targets)
        if classes:
            scores = y.reshape(-1, classes).T
            np.add.at(confusion, (targets, scores.argmax(axis=0)), 1)
            ranks += np.bincount(ranks_of(scores, targets), minlength=classes)
            worst = _worst([*worst, *mistakes_in(scores, targets, first)])
    if not count:
        raise TrainingError("there are no examples to evaluate; give at least one")
    return Evaluation(count, total / count, confusion, ranks, tuple(worst))


def mistakes_in(scores: Array, labels: Array, first: int) -> list[Mistake]:
    """Return the examples whose best class is another, for scores (K, N) and labels (N,)."""
    with np.errstate(all="ignore"):
        shares = np.exp(scores - scores.max(axis=0))
        shares /= shares.sum(axis=0)
    best = scores.argmax(axis=0)
    return [
        Mistake(
            first + i,
            int(labels[i]),
            int(best[i]),
            float(shares[labels[i], i]),
            float(shares[best[i], i]),
        )
        for i in np.flatnonzero(best != labels).tolist()
    ]


def _worst(mistakes: list[Mistake]) -> list[Mistake]:
    return sorted(mistakes, key=lambda one: (-one.taken_share, one.index))[:MOST]


def ranks_of(scores: Array, labels: Array) -> Array:
    """Return how many classes beat the true one, for scores (K, N) and labels (N,): (N,).

    Of equal scores the first counts as better, as for `argmax`.
    """
    own = scores[labels, np.arange(labels.size)]
    earlier = np.arange(len(scores))[:, None] < labels
    beaten: Array = np.count_nonzero((scores > own) | ((scores == own) & earlier), axis=0)
    return beaten


def _share(part: int, whole: int) -> float:
    return float(part / whole) if whole else float("nan")
