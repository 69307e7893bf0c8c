"""Batch norm: each channel is moved and scaled until its mean is 0 and its variance 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from convsim.core.errors import LayerError
from convsim.core.formula import Formula, Term, product
from convsim.core.init import HE_NORMAL, Start
from convsim.core.layers.base import Field, Layer, Params, Shape, channel_axis
from convsim.core.record import record

if TYPE_CHECKING:
    from convsim.core.layers.run import Array, Backward, Run


@record
class BatchNorm2d(Layer):
    """Channel by channel (x − mean)/√(variance + eps) · weight + bias.

    While it learns, mean and variance are those of the batch; at inference they are running ones,
    collected during training.  For a vector every value is a channel.
    Source: Ioffe and Szegedy, "Batch normalization", 2015.

    Parameters
    ----------
    momentum : float
        Share of the new batch in the running statistics, as in PyTorch (Keras' is 1 less this).
    eps : float
        Added to the variance, so that a constant channel divides by no zero.
    name : str
        Unique in its network; numbered by the network if empty.

    Notes
    -----
    Weights are one scale a channel, biases one shift a channel; running statistics are not
    weights and are not counted.  It can be computed in place, so it counts no memory.

    Examples
    --------
    >>> list(BatchNorm2d().param_shapes((8, 8, 6)))
    ['weight', 'bias', 'running_mean', 'running_var']
    """

    momentum: float = 0.1
    eps: float = 1e-5

    kind: ClassVar[str] = "batchnorm"
    in_place: ClassVar[bool] = True
    fields: ClassVar[tuple[Field, ...]] = (
        Field("momentum", "number", 0, 1),
        Field("eps", "number", 1e-12, 1),
    )

    def output_shape(self, shape: Shape) -> Shape:
        """Return the same shape."""
        return shape

    def param_shapes(self, shape: Shape) -> dict[str, Shape]:
        """Return ``weight``, ``bias``, ``running_mean``, ``running_var``, all (channels,)."""
        names = ("weight", "bias", "running_mean", "running_var")
        return dict.fromkeys(names, (shape[-1],))

    def init(
        self, rng: np.random.Generator, shape: Shape, start: Start = HE_NORMAL
    ) -> dict[str, Array]:
        """Return scale 1, shift 0, mean 0, variance 1: nothing changes before training."""
        del rng, start
        ones = ("weight", "running_var")
        return {
            name: (np.ones if name in ones else np.zeros)(size, np.float32)
            for name, size in self.param_shapes(shape).items()
        }

    def forward(self, params: Params, x: Array) -> Array:
        """Return the values normalised by the running statistics, scaled and shifted."""
        scale = params["weight"] / np.sqrt(params["running_var"].astype(x.dtype) + self.eps)
        shift = params["bias"] - params["running_mean"] * scale
        return np.asarray(x * _spread(scale, x) + _spread(shift, x))

    def learn(self, params: Params, x: Array, run: Run) -> tuple[Array, Backward]:
        """Return the values normalised by the batch's own statistics, scaled and shifted.

        The new running statistics go to `run.statistics`; the running variance is the unbiased
        one, as in PyTorch.

        Raises
        ------
        LayerError
            If a channel has a single value: its variance says nothing.
        """
        axes = (1,) if x.ndim == 2 else (0, 2, 3)
        count = x.size // max(x.shape[channel_axis(x)], 1)
        if count < 2:
            raise LayerError(
                f"{self.name or self.kind} learns from at least two values of each channel; "
                f"received {count}: use larger maps or more pictures at once"
            )
        mean = x.mean(axis=axes)
        centred = x - _spread(mean, x)
        variance = (centred * centred).mean(axis=axes)
        inverse = 1 / np.sqrt(variance + x.dtype.type(self.eps))
        normal = centred * _spread(inverse, x)
        weight = params["weight"].astype(x.dtype, copy=False)
        y = normal * _spread(weight, x) + _spread(params["bias"], x)
        new = {"running_mean": mean, "running_var": variance * (count / (count - 1))}
        run.statistics[self.name] = {
            name: ((1 - self.momentum) * params[name] + self.momentum * value).astype(
                params[name].dtype
            )
            for name, value in new.items()
        }

        def backward(dy: Array) -> tuple[Array, dict[str, Array]]:
            bias = dy.sum(axis=axes)
            scale = (dy * normal).sum(axis=axes)
            # Mean and variance depend on every value: their share is taken off the gradient.
            own = dy - _spread(bias / count, x) - normal * _spread(scale / count, x)
            return own * _spread(weight * inverse, x), {"weight": scale, "bias": bias}

        return y, backward

    def weight_formula(self, shape: Shape) -> Formula:
        """Return one scale for each channel."""
        return product("weights", Term("C", shape[-1]))

    def multiply_adds(self, shape: Shape) -> Formula:
        """Return one for each value: at inference scale and shift are one multiply-add."""
        return product(
            "multiply_adds", *(Term(s, n) for s, n in zip("HWC"[-len(shape) :], shape, strict=True))
        )


def _spread(values: Array, x: Array) -> Array:
    """Return one value a channel so that it lies along the channels of x, of x's dtype."""
    return values.astype(x.dtype, copy=False).reshape((-1, 1) if x.ndim == 2 else (-1, 1, 1))
