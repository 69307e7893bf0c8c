"""A snapshot is what a training shows of itself between two batches."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convsim.core.checkpoint import Checkpoint
    from convsim.core.layers import Params
    from convsim.core.recipe import Change
    from convsim.core.vitals import Vitals


class Phase(StrEnum):
    """Why a snapshot was taken."""

    RUNNING = "running"
    EPOCH = "epoch"
    PAUSED = "paused"
    DONE = "done"
    STOPPED = "stopped"
    DIVERGED = "diverged"


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The state of a training between two batches.

    Attributes
    ----------
    generation : int
        The number that the caller gave this training, so that a late snapshot can be told.
    step, epoch : int
        Batches seen in all; epochs that are over, so the number, counted from 0, of the one it
        stands in.
    seen : int
        Examples since the snapshot before.
    loss, accuracy : float
        Means over these examples; nan if there were none, and the
        accuracy also where the targets are values.
    rate : float
        Learning rate of the last step.
    params : tuple of mappings
        Parameters after the step, running statistics included: arrays of their own, read-only.
    phase : Phase
        Whether it goes on, and if not, why.
    checkpoint : Checkpoint or None
        What a later run goes on from; of the snapshots of phase RUNNING only some have one.
    passed : float
        Epochs that are over, with the part of the one it stands in as far as that is known.
    vitals : Vitals or None
        How the newest step went that was looked at; None if none was since the snapshot before.
    changes : tuple of Change
        Since the snapshot before: other recipes that training went over to.
    """

    generation: int
    step: int
    epoch: int
    seen: int
    loss: float
    accuracy: float
    rate: float
    params: tuple[Params, ...]
    phase: Phase = Phase.RUNNING
    checkpoint: Checkpoint | None = None
    passed: float = 0.0
    changes: tuple[Change, ...] = ()
    vitals: Vitals | None = None
