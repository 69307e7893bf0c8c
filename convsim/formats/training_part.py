"""Where a training stands, as a part of a project: numbers in words, long vectors as arrays.

What cannot be read of it is left out and listed: the network and its weights open all the same.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import msgspec
import numpy as np

from convsim.core.checkpoint import rng_from_words
from convsim.core.errors import ConvSimError
from convsim.core.history import MOST, MOST_HELD, MOST_MARKS, History, Mark, Point
from convsim.document.progress import Progress, Setting
from convsim.formats.array_part import arrays_in
from convsim.formats.errors import ProjectError
from convsim.formats.manifest import in_words
from convsim.formats.tensors import Raw, Tensor, as_float32, as_raw

if TYPE_CHECKING:
    from convsim.core.layers import Array, Params
    from convsim.core.network import Network
    from convsim.document import Document
    from convsim.formats.archive import Archive

TRAINING = "training.safetensors"
MEMORY, WEIGHT = "memory.", "weight."
MOST_SETTINGS = 50

Count = Annotated[int, msgspec.Meta(ge=0, le=2**62)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
PointData = tuple[Count, Count, float, float, float]
MarkData = tuple[Count, float, str, str, str]


class TrainingData(msgspec.Struct, kw_only=True, forbid_unknown_fields=False):
    """A training as the description has it; `rng` is six words of 64 bits in hexadecimal."""

    data: str
    pictures: Count
    validation: Share
    settings: dict[str, str | int | float | bool | None]
    augmentation: dict[str, str | int | float | bool | None] = {}
    seed: Count
    step: Count
    epoch: Count
    position: Count
    rng: tuple[str, str, str, str, str, str]
    learnt: list[PointData] = []
    held: list[PointData] = []
    marks: list[MarkData] = []


class Noted(Protocol):
    """Where sentences about what happened go."""

    missing: list[str]


def training_data(document: Document) -> dict[str, Any] | None:
    """Return what the description says of a document's training, None if there is none."""
    progress = document.progress
    if progress is None or not progress.fits(document.network):
        return None
    history = progress.history
    return {
        "data": progress.data,
        "pictures": int(progress.pictures),
        "validation": float(progress.validation),
        "settings": dict(progress.settings),
        "augmentation": dict(progress.augmentation),
        "seed": int(progress.seed),
        "step": int(progress.step),
        "epoch": int(progress.epoch),
        "position": int(progress.position),
        "rng": [f"{int(word):016x}" for word in progress.rng],
        "learnt": _listed(history.learnt),
        "held": _listed(history.held),
        "marks": [[m.step, m.passed, m.what, m.before, m.after] for m in history.marks],
    }


def _listed(points: tuple[Point, ...]) -> list[list[float]]:
    # Without labels there is no accuracy, and JSON has no word for that.
    return [
        [p.step, p.seen, p.loss, p.accuracy if isfinite(p.accuracy) else -1.0, p.passed]
        for p in points
    ]


def training_arrays(document: Document) -> list[Raw]:
    """Return the arrays of a document's training."""
    progress = document.progress
    if progress is None or not progress.fits(document.network):
        return []
    found = [as_raw(MEMORY + name, array) for name, array in progress.memory.items()]
    for layer, own in zip(document.network.layers, progress.params or (), strict=False):
        found += [as_raw(f"{WEIGHT}{layer.name}.{key}", array) for key, array in own.items()]
    return found


def read_training(archive: Archive, data: Any, network: Network, notes: Noted) -> Progress | None:
    """Return where the training stands, or None and a note if that cannot be told.

    Parameters
    ----------
    archive : Archive
    data : any
        What the description says of it, unchecked; None if it says nothing.
    network : Network
    notes : Noted
    """
    if data is None:
        return None
    try:
        return _progress(archive, msgspec.convert(data, TrainingData), network)
    except msgspec.ValidationError as problem:
        reason = in_words(str(problem)).replace("$", "$.training", 1)
    except (ConvSimError, ValueError, OverflowError) as problem:
        reason = str(problem)
    notes.missing.append(f"its training cannot be gone on with: {reason}")
    return None


def _progress(archive: Archive, data: TrainingData, network: Network) -> Progress:
    for name, things, most in (
        ("learnt", data.learnt, MOST),
        ("held", data.held, MOST_HELD),
        ("marks", data.marks, MOST_MARKS),
        ("settings", data.settings, MOST_SETTINGS),
        ("augmentation", data.augmentation, MOST_SETTINGS),
    ):
        if len(things) > most:
            raise ProjectError(f"$.training.{name} holds {len(things):,}; up to {most:,} are read")
    tensors = arrays_in(archive, TRAINING)
    memory = {
        name.removeprefix(MEMORY): _finite(tensor)
        for name, tensor in tensors.items()
        if name.startswith(MEMORY)
    }
    rng = np.array([int(word, 16) for word in data.rng], np.uint64)
    rng_from_words(rng)  # raises if this is no state of the generator
    settings: dict[str, Setting] = dict(data.settings)
    progress = Progress(
        data.data,
        data.pictures,
        data.validation,
        settings,
        dict(data.augmentation),
        memory,
        data.seed,
        data.step,
        data.epoch,
        data.position,
        rng,
        History(
            _points(data.learnt),
            _points(data.held),
            tuple(Mark(*mark) for mark in data.marks),
        ),
        _params(tensors, network),
    )
    if not progress.fits(network):
        raise ProjectError("its vectors are not as long as the network has weights")
    return progress


def _params(tensors: dict[str, Tensor], network: Network) -> tuple[Params, ...] | None:
    if not any(name.startswith(WEIGHT) for name in tensors):
        return None
    made: list[Params] = []
    for index, (layer, shapes) in enumerate(zip(network.layers, network.param_shapes, strict=True)):
        names = {key: f"{WEIGHT}{layer.name}.{key}" for key in shapes}
        missing = [name for name in names.values() if name not in tensors]
        if missing:
            raise ProjectError(f"{TRAINING} has no {missing[0]!r}")
        own = {key: _finite(tensors[name]) for key, name in names.items()}
        made.append(network.checked_params(index, own))
    return tuple(made)


def _points(data: list[PointData]) -> tuple[Point, ...]:
    return tuple(
        Point(step, seen, loss, accuracy if accuracy >= 0 else float("nan"), passed)
        for step, seen, loss, accuracy, passed in data
    )


def _finite(tensor: Tensor) -> Array:
    values, _ = as_float32(tensor)
    if not np.isfinite(values).all():
        raise ProjectError(f"{TRAINING}: {tensor.name!r} holds values that are no numbers")
    values.setflags(write=False)
    return values
