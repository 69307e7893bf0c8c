"""How weights begin: small and random, so that signals neither die out nor explode on their way.

How large "small" is follows from how many products are summed up: `reads` of them in one output
value (fan-in), and each input value takes part in `writes` (fan-out).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from math import prod, sqrt
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

__all__ = [
    "HE_NORMAL",
    "STARTS",
    "Constant",
    "He",
    "LeCun",
    "Orthogonal",
    "Scaled",
    "Start",
    "Xavier",
]

from convsim.core.record import record

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Weights = NDArray[np.float32]


@record
class Start(ABC):
    """A way to begin; biases always begin at zero."""

    @abstractmethod
    def draw(
        self, rng: np.random.Generator, shape: tuple[int, ...], reads: int, writes: int
    ) -> Weights:
        """Return fresh weights.

        Parameters
        ----------
        rng : numpy.random.Generator
        shape : tuple of int
            (filters, channels, kernel height, kernel width) or (outputs, inputs).
        reads, writes : int
            Fan-in and fan-out of the whole layer, as `Layer.fans` returns them.

        Returns
        -------
        array of that shape, float32
        """


@record
class Scaled(Start):
    """Random numbers with a variance that depends on the fans.

    Parameters
    ----------
    uniform : bool
        Between ±√(3·variance), all equally likely, instead of normally distributed.
    """

    uniform: bool = False

    @abstractmethod
    def variance(self, reads: int, writes: int) -> float:
        """Return the variance of a weight."""

    def draw(
        self, rng: np.random.Generator, shape: tuple[int, ...], reads: int, writes: int
    ) -> Weights:
        """Return weights of this variance."""
        variance = self.variance(reads, writes)
        if self.uniform:
            bound = sqrt(3.0 * variance)
            return rng.uniform(-bound, bound, shape).astype(np.float32)
        values = rng.standard_normal(shape, np.float32)
        values *= np.float32(sqrt(variance))
        return values


@record
class He(Scaled):
    """Variance 2/reads: for layers before ReLU, which halves what comes through.

    Source: He et al., "Delving deep into rectifiers", 2015.
    """

    def variance(self, reads: int, writes: int) -> float:
        """Return 2/reads."""
        del writes
        return 2.0 / reads


@record
class Xavier(Scaled):
    """Variance 2/(reads + writes): a middle way between forward and backward.

    Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural
    networks", 2010.
    """

    def variance(self, reads: int, writes: int) -> float:
        """Return 2/(reads + writes)."""
        return 2.0 / (reads + writes)


@record
class LeCun(Scaled):
    """Variance 1/reads: what comes out varies as much as what goes in.

    Source: LeCun et al., "Efficient backprop", 1998, section 4.6.
    """

    def variance(self, reads: int, writes: int) -> float:
        """Return 1/reads."""
        del writes
        return 1.0 / reads


@record
class Orthogonal(Start):
    """Filters at right angles to each other, each of length `gain`: none repeats another.

    With more filters than inputs it is the inputs that stay at right angles.
    Source: Saxe et al., "Exact solutions to the nonlinear dynamics of learning in deep linear
    neural networks", 2014.

    Examples
    --------
    >>> weights = Orthogonal().draw(np.random.default_rng(0), (2, 3), 3, 2)
    >>> np.round(weights @ weights.T, 5) + 0.0
    array([[1., 0.],
           [0., 1.]], dtype=float32)
    """

    gain: float = 1.0

    def draw(
        self, rng: np.random.Generator, shape: tuple[int, ...], reads: int, writes: int
    ) -> Weights:
        """Return the Q of a random matrix, its signs mended so that every rotation is as likely."""
        del reads, writes
        rows, columns = shape[0], prod(shape[1:])
        drawn = rng.standard_normal((max(rows, columns), min(rows, columns)))
        q, r = np.linalg.qr(drawn)
        q *= np.sign(np.diagonal(r))
        matrix = q if rows >= columns else q.T
        return (self.gain * matrix).reshape(shape).astype(np.float32)


@record
class Constant(Start):
    """The same number everywhere.

    A network that begins so learns badly: all its filters stay alike.
    """

    value: float = 0.0

    def draw(
        self, rng: np.random.Generator, shape: tuple[int, ...], reads: int, writes: int
    ) -> Weights:
        """Return `value` everywhere."""
        del rng, reads, writes
        return np.full(shape, self.value, np.float32)


HE_NORMAL = He()

STARTS: MappingProxyType[str, Start] = MappingProxyType(
    {
        "he-normal": HE_NORMAL,
        "he-uniform": He(uniform=True),
        "xavier-normal": Xavier(),
        "xavier-uniform": Xavier(uniform=True),
        "lecun-normal": LeCun(),
        "lecun-uniform": LeCun(uniform=True),
        "orthogonal": Orthogonal(),
        "zeros": Constant(),
    }
)
"""Every way to begin by the word that menus use."""
