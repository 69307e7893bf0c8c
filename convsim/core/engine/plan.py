"""A plan trains one network on batches of one size: few pictures at a time, on several threads.

A chunk of up to 32 pictures goes forward and backward through the whole network while it is in
the cache; each thread has its own buffers, and all gradients are added up at the end.  BLAS works
on one thread meanwhile: two threads with a product each are faster than two on one product.

Which thread does which chunk is fixed, so that the same batch always gives the same bits.
"""

from __future__ import annotations

from itertools import pairwise
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from convsim.core.blas import THREAD_WORK, one_blas_thread, share_out
from convsim.core.engine.build import LearningStages
from convsim.core.engine.chunks import chunk_of, cuts_of, work_of
from convsim.core.engine.groups import suits
from convsim.core.engine.windows import BAND, EDGE, SHARED_EDGE, Room

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from convsim.core.engine.stage import Stage
    from convsim.core.layers import Array, Params, Run
    from convsim.core.losses import Loss
    from convsim.core.place import Stack


HELP_WORK = 25_000_000
"""Multiply-adds of a step from which on a second thread is worth its calls (measured)."""
LONG_WORK = 100_000_000
"""Multiply-adds of a step from which on it is worth asking, in its midst, whether to go on."""


class Task(NamedTuple):
    """What all threads of a step are given; `look_up` raises if the step is not wanted any more."""

    params: Sequence[Params]
    x: Array
    target: Array
    loss: Loss
    look_up: Callable[[], None]


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
        self.workers = [self._worker(share) for share in self.shares]
        self.all = [stages for worker in self.workers for stages in worker.values()]
        self.scores = np.empty((*self.all[0].scores.shape[:-1], batch), self.dtype)
        self.sums: list[Sequence[Params]] = []
        """Where the other threads put their gradients."""

    def _worker(self, share: Sequence[slice]) -> dict[int, LearningStages]:
        """Return the stages of one thread by the size of a chunk."""
        sizes = [part.stop - part.start for part in share]
        shared: dict[int, Any] = {}
        room = self._room()
        # The helper lowers for gradients of weights while this one does for those of inputs.
        back = self._room() if self.helped else room
        return {
            size: LearningStages(self.network, self.depth, size, room, back, shared, sum(sizes))
            for size in set(sizes)
        }

    def _room(self) -> Room:
        return Room(np.empty(BAND, self.dtype), EDGE if len(self.shares) == 1 else SHARED_EDGE)

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
            Says whether to go on.

        Raises
        ------
        AbandonedError
            If `run` says not to go on.  The plan is of no use after that.
        """
        task = Task(params, x, target, loss, run.look_up if self.long else _go_on)
        if not self.sums:
            self.sums = [
                [{name: np.empty_like(array) for name, array in own.items()} for own in into]
                for _ in self.shares[1:]
            ]
        values = [0.0] * len(self.shares)

        def work(threads: Sequence[int]) -> None:
            for thread in threads:
                own = self.sums[thread - 1] if thread else into
                values[thread] = self._learn(thread, task, own)

        with one_blas_thread():
            if self.helped:
                return self._learn_helped(task, into)
            share_out(work, range(len(self.shares)), len(self.shares))
            for sums in self.sums:
                for mine, others in zip(into, sums, strict=True):
                    for name, array in mine.items():
                        array += others[name]
        return sum(values)

    def _learn(self, thread: int, task: Task, into: Sequence[Params]) -> float:
        """Take a thread's chunks forward and back; return their share of the mean loss."""
        worker = self.workers[thread]
        for stages in worker.values():
            for stage in stages.stages:
                stage.begin(task.params[stage.index], into[stage.index])
                stage.turn()
        value = 0.0
        for part in self.shares[thread]:
            stages = worker[part.stop - part.start]
            value += self._forward(stages, part, task)
            for stage in reversed(stages.stages):
                task.look_up()
                stage.back()
                stage.weights()
                stage.inputs()
        for stage in stages.stages:
            stage.finish()
        return value

    def _learn_helped(self, task: Task, into: Sequence[Params]) -> float:
        """Do the same with the only chunk, on two threads.

        One goes forward, and back through the inputs; the other follows with the gradients of
        the weights.
        """
        stages, part = self.all[0], self.shares[0][0]
        turned: SimpleQueue[None] = SimpleQueue()
        queue: SimpleQueue[Stage | None] = SimpleQueue()
        value = 0.0
        for stage in stages.stages:
            stage.begin(task.params[stage.index], into[stage.index])

        def lead() -> None:
            nonlocal value
            try:
                value = self._forward(stages, part, task)
                turned.get()
                for stage in reversed(stages.stages):
                    task.look_up()
                    stage.back()
                    queue.put(stage)
                    stage.inputs()
            finally:
                queue.put(None)

        def follow() -> None:
            try:
                for stage in reversed(stages.stages):
                    stage.turn()
            finally:
                turned.put(None)
            while next_stage := queue.get():
                next_stage.weights()
                next_stage.finish()

        def play(roles: Sequence[Callable[[], None]]) -> None:
            for role in roles:
                role()

        share_out(play, (lead, follow), 2)
        return value

    def _forward(self, stages: LearningStages, part: slice, task: Task) -> float:
        """Take one chunk forward, to the gradient of its scores; return its share of the loss."""
        stages.pictures[...] = task.x[part].transpose(2, 1, 3, 0)
        for stage in stages.stages:
            task.look_up()
            stage.forward()
        self.scores[..., part] = stages.scores
        target = task.target[part]
        value, gradient = task.loss.value_and_gradient(stages.scores, target, self.batch)
        stages.gradient[...] = gradient
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
