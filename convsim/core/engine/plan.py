"""A plan trains one network on batches of one size: few pictures at a time, on several threads.

A chunk of up to 32 pictures goes forward and backward through the whole network while it is in
the cache; each thread has its own buffers, and all gradients are added up at the end.  BLAS works
on one thread meanwhile: two threads with a product each are faster than two on one product.

Which thread does which chunk is fixed, so that the same batch always gives the same bits.
"""

from __future__ import annotations

from itertools import pairwise
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import numpy as np

from convsim.core.blas import THREAD_WORK, one_blas_thread
from convsim.core.engine.build import LearningStages
from convsim.core.engine.chunks import chunk_of, cuts_of, work_of
from convsim.core.engine.groups import suits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor

    from convsim.core.engine.stage import Stage
    from convsim.core.layers import Array, Params, Run
    from convsim.core.losses import Loss
    from convsim.core.place import Stack


HELP_WORK = 25_000_000
"""Multiply-adds of a step from which on a second thread is worth its calls (measured)."""
LONG_WORK = 100_000_000
"""Multiply-adds of a step from which on it is worth asking, in its midst, whether to go on."""


class Plan:
    """All that is fixed as long as network, loss and batch size are.

    Parameters
    ----------
    network : Stack
        One that `suits`.
    depth : int
        How many of its layers come before the loss.
    batch : int
        Pictures of a batch.
    dtype : dtype
    threads : int
        Most threads to use.
    """

    def __init__(self, network: Stack, depth: int, batch: int, dtype: Any, threads: int) -> None:
        self.network, self.depth, self.batch = network, depth, batch
        self.dtype, self.limit = np.dtype(dtype), threads
        work = 3 * batch * work_of(network, depth)
        most, threads = threads, min(threads, max(work // THREAD_WORK, 1))
        cuts = cuts_of(batch, threads, chunk_of(network, depth, self.dtype.itemsize))
        parts = [slice(low, high) for low, high in pairwise(cuts)]
        self.shares = [parts[t::threads] for t in range(min(threads, len(parts)))]
        self.helped = most > len(parts) == 1 and work >= HELP_WORK
        self.long = work >= LONG_WORK
        shared: dict[int, tuple[Array, Array]] = {}
        self.workers = [
            {
                size: LearningStages(network, depth, size, self.dtype, shared, batch)
                for size in {part.stop - part.start for part in share}
            }
            for share in self.shares
        ]
        self.all = [stages for worker in self.workers for stages in worker.values()]
        self.scores = np.empty((*self.all[0].scores.shape[:-1], batch), self.dtype)

    def made_for(self, depth: int, batch: int, dtype: Any, threads: int) -> bool:
        """Return whether it is the plan for this."""
        return (self.depth, self.batch, self.dtype, self.limit) == (depth, batch, dtype, threads)

    def step(
        self,
        params: Sequence[Params],
        x: Array,
        target: Array,
        loss: Loss,
        into: Sequence[Params],
        run: Run,
    ) -> float:
        """Return the mean loss; write the gradients to `into`, and the scores to `scores`.

        Parameters
        ----------
        params, into : sequence of mappings
            One a layer; of the plan's dtype.
        x : array (N, C, H, W)
        target : array (N, …)
        loss : Loss
        run : Run
            Lends the other threads, and says whether to go on.

        Raises
        ------
        AbandonedError
            If `run` says not to go on.  The plan is of no use after that.
        """
        self._look_up = run.look_up if self.long else _go_on
        for stages in self.all:
            for stage in stages.stages:
                stage.begin(params[stage.index], into[stage.index])

        def work(thread: int) -> float:
            for stages in self.workers[thread].values():
                for stage in stages.stages:
                    stage.turn()
            return sum(self._learn(thread, part, x, target, loss) for part in self.shares[thread])

        with one_blas_thread():
            if self.helped:
                return self._learn_helped(x, target, loss, run.pool)
            others = [run.pool.submit(work, t) for t in range(1, len(self.shares))]
            try:
                value = work(0)
            finally:
                for other in others:
                    other.exception()  # waits: nobody works in our buffers after this
            value += sum(other.result() for other in others)
            for each in zip(*(stages.stages for stages in self.all), strict=True):
                each[0].collect(each[1:])
        return value

    def _learn(self, thread: int, part: slice, x: Array, target: Array, loss: Loss) -> float:
        """Take one chunk forward and back; return its share of the mean loss."""
        stages = self.workers[thread][part.stop - part.start]
        value = self._forward(stages, part, x, target, loss)
        for stage in reversed(stages.stages):
            self._look_up()
            stage.back()
            stage.weights(part)
            stage.inputs()
        return value

    def _learn_helped(self, x: Array, target: Array, loss: Loss, helper: Executor) -> float:
        """Do the same with the only chunk, on two threads.

        One goes forward, and back through the inputs; the other follows with the gradients of
        the weights.
        """
        stages, part = self.all[0], self.shares[0][0]
        queue: SimpleQueue[Stage | None] = SimpleQueue()

        def turn() -> None:
            for stage in reversed(stages.stages):
                stage.turn()

        def weigh() -> None:
            while stage := queue.get():
                stage.weights(part)
                stage.collect(())

        turned = helper.submit(turn)
        try:
            value = self._forward(stages, part, x, target, loss)
        finally:
            turned.result()
        weighed = helper.submit(weigh)
        try:
            for stage in reversed(stages.stages):
                self._look_up()
                stage.back()
                queue.put(stage)
                stage.inputs()
        finally:
            queue.put(None)
            weighed.result()
        return value

    def _forward(
        self, stages: LearningStages, part: slice, x: Array, target: Array, loss: Loss
    ) -> float:
        """Take one chunk forward, to the gradient of its scores; return its share of the loss."""
        np.copyto(stages.pictures, x[part].transpose(2, 1, 3, 0))
        for stage in stages.stages:
            self._look_up()
            stage.forward()
        self.scores[..., part] = stages.scores
        value, gradient = loss.value_and_gradient(stages.scores, target[part], self.batch)
        np.copyto(stages.gradient, gradient)
        return value


def _go_on() -> None:
    """Ask nobody."""


def plan_for(network: Stack, depth: int, batch: int, dtype: Any, run: Run) -> Plan | None:
    """Return the plan for batches like this one, or None if the network does not suit.

    Plans are kept in `run`: two, because the last batch of an epoch is often smaller.
    """
    for plan in run.plans:
        if plan.network is network and plan.made_for(depth, batch, dtype, run.threads):
            found: Plan = plan
            return found
    if not batch or not suits(network):
        return None
    del run.plans[1:]
    made = Plan(network, depth, batch, dtype, run.threads)
    run.plans.insert(0, made)
    return made
