"""Back-propagation: from the error at the end of a network back to the share of every weight.

Forward, each layer hands over how gradients go back through it; backward, those functions are
called in the opposite order.  Where one output is read by two layers, as the input of a residual
block is, the gradients of both are added.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from convsim.core.engine.plan import plan_for
from convsim.core.layers import LogSoftmax, Softmax
from convsim.core.network import Network, check_pictures, from_inner, to_inner

if TYPE_CHECKING:
    from convsim.core.engine.plan import Plan
    from convsim.core.layers import Array, Backward, Params, Run
    from convsim.core.losses import Loss


class Learned(NamedTuple):
    """What one batch teaches.

    Attributes
    ----------
    value : float
        Mean loss.
    gradients : sequence of mappings
        One a layer, keyed and shaped like its trained parameters.
    scores : array (N, D) or (N, C, H, W)
        What the loss was given: the output, before a final Softmax where the loss wants scores.
    """

    value: float
    gradients: Sequence[Params]
    scores: Array


def value_and_gradients(
    network: Network,
    params: Sequence[Params],
    x: Array,
    target: Array,
    loss: Loss,
    run: Run,
    into: Sequence[Params] | None = None,
) -> Learned:
    """Return the loss of a batch and its gradient with respect to every trained parameter.

    Parameters
    ----------
    network : Network
    params : sequence of mappings
        One a layer, of the shapes that the network needs; not changed.
    x : array (N, C, H, W)
        Pictures, float32 or float64.
    target : array
        Labels (N,) or values; checked before by `Loss.check`.
    loss : Loss
    run : Run
        Lends random numbers and buffers, and collects new running statistics.
    into : sequence of mappings of arrays, optional
        Where to write the gradients, one mapping a layer; fresh arrays are made without it.

    Returns
    -------
    Learned

    Raises
    ------
    AbandonedError
        If `run` says not to go on; `into` then holds nothing of use.
    """
    check_pictures(x, network.input_shape)
    depth = score_depth(network, loss)
    plan = plan_for(network, depth, len(x), x.dtype, run) if _of_one_type(params, x) else None
    if plan:
        return _by_plan(plan, params, x, target, loss, run, into)
    return value_and_gradients_by_layer(network, params, x, target, loss, run, into)


def value_and_gradients_by_layer(
    network: Network,
    params: Sequence[Params],
    x: Array,
    target: Array,
    loss: Loss,
    run: Run,
    into: Sequence[Params] | None = None,
) -> Learned:
    """Return what `value_and_gradients` does, by each layer's own `learn` and the whole batch."""
    depth = score_depth(network, loss)
    outputs = [to_inner(x, network.input_shape)]
    ways: list[Backward] = []
    for index in range(depth):
        run.look_up()
        first, *others = (outputs[source + 1] for source in network.sources(index))
        y, way = network.layers[index].learn(params[index], first, run, *others)
        outputs.append(y)
        ways.append(way)
    value, dy = loss.value_and_gradient(outputs[-1], target)
    gradients: list[Params] = [{} for _ in network.layers]
    # By output, −1 for the picture, what has come back to it so far.
    came: dict[int, Array] = {depth - 1: dy}
    for index in reversed(range(depth)):
        run.look_up()
        dx, gradients[index] = ways[index](came.pop(index))
        for source in network.sources(index):
            came[source] = came[source] + dx if source in came else dx
    if into is not None:
        for given, wanted in zip(gradients, into, strict=True):
            for name, array in wanted.items():
                np.copyto(array, given[name])
        gradients = list(into)
    return Learned(value, gradients, from_inner(outputs[-1]))


def _of_one_type(params: Sequence[Params], x: Array) -> bool:
    """Return whether weights and pictures are of one dtype, as a plan needs them."""
    return all(array.dtype == x.dtype for own in params for array in own.values())


def _by_plan(
    plan: Plan,
    params: Sequence[Params],
    x: Array,
    target: Array,
    loss: Loss,
    run: Run,
    into: Sequence[Params] | None,
) -> Learned:
    if into is None:
        into = [{name: np.zeros_like(array) for name, array in own.items()} for own in params]
    value = plan.step(params, x, target, loss, into, run)
    return Learned(value, into, from_inner(plan.scores.copy()))


def score_depth(network: Network, loss: Loss) -> int:
    """Return how many layers come before the loss: a final Softmax is left out if it wants scores.

    Softmax and LogSoftmax belong to cross-entropy, which works them out itself.
    """
    layers = network.layers
    ends = bool(layers) and isinstance(layers[-1], Softmax | LogSoftmax)
    return len(layers) - 1 if ends and loss.on_scores else len(layers)


def score_network(network: Network, loss: Loss) -> Network:
    """Return the network whose output the loss is given."""
    depth = score_depth(network, loss)
    if depth == len(network.layers):
        return network
    return Network(network.input_shape, network.layers[:depth])
