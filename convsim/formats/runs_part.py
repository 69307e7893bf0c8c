"""Kept runs as a part of a project: recipes in words, points of curves as arrays.

A run that cannot be read is left out and listed; the network, and the other runs, open all the
same.  Points are float64, so that they come back bit by bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Protocol, TypeVar

import msgspec
import numpy as np

from convsim.core.errors import ConvSimError
from convsim.core.history import MOST, MOST_HELD, MOST_MARKS, History, Mark, Point
from convsim.data.names import plain
from convsim.document.runs import LAST, LONGEST, Run, Runs
from convsim.document.runs import MOST as MOST_RUNS
from convsim.formats.array_part import arrays_in
from convsim.formats.errors import ProjectError
from convsim.formats.manifest import in_words
from convsim.formats.tensors import Raw, Tensor
from convsim.formats.training_part import MOST_SETTINGS, Count, MarkData

if TYPE_CHECKING:
    from convsim.document import Document
    from convsim.formats.archive import Archive

T = TypeVar("T")

RUNS = "runs.safetensors"
LEARNT, HELD = "learnt", "held"
COLUMNS = 5
"""Numbers of a point: step, examples, loss, accuracy, epochs passed."""
LARGEST = 2**53
"""Whole numbers up to here are exact as float64."""
LONGEST_TEXT = 200
"""Letters of a network's name or a value."""
LONGEST_PATH = 4096


class RunData(msgspec.Struct, kw_only=True, forbid_unknown_fields=False):
    """A run as the description has it; its points are in arrays."""

    number: Annotated[int, msgspec.Meta(ge=1, le=LAST)]
    color: Annotated[int, msgspec.Meta(ge=0, le=99)]
    name: str = ""
    network: str
    data: str
    pictures: Count
    settings: dict[str, str | int | float | bool | None]
    augmentation: dict[str, str | int | float | bool | None] = {}
    marks: list[MarkData] = []


class RunsData(msgspec.Struct, kw_only=True, forbid_unknown_fields=False):
    """All runs; each is checked by itself."""

    given: Annotated[int, msgspec.Meta(ge=0, le=LAST)]
    kept: list[Any] = []


class Noted(Protocol):
    """Where sentences about what happened go."""

    missing: list[str]


def runs_data(document: Document) -> dict[str, Any] | None:
    """Return what the description says of a document's runs, None if none was ever kept."""
    if document.runs is None:
        return None
    return {
        "given": int(document.runs.given),
        "kept": [
            {
                "number": int(run.number),
                "color": int(run.color),
                "name": run.name,
                "network": run.network,
                "data": run.data,
                "pictures": int(run.pictures),
                "settings": dict(run.settings),
                "augmentation": dict(run.augmentation),
                "marks": [[m.step, m.passed, m.what, m.before, m.after] for m in run.history.marks],
            }
            for run in document.runs.kept
        ],
    }


def runs_arrays(document: Document) -> list[Raw]:
    """Return the points of all kept runs, by their numbers: (points, 5) float64."""
    runs = document.runs.kept if document.runs is not None else ()
    return [
        _raw(f"{run.number}.{which}", points)
        for run in runs
        for which, points in ((LEARNT, run.history.learnt), (HELD, run.history.held))
    ]


def _raw(name: str, points: tuple[Point, ...]) -> Raw:
    rows = [[p.step, p.seen, p.loss, p.accuracy, p.passed] for p in points]
    table = np.array(rows, "<f8").reshape(len(rows), COLUMNS)
    return Raw(name, "F64", table.shape, table.reshape(-1).view(np.uint8))


def read_runs(archive: Archive, data: Any, notes: Noted) -> Runs | None:
    """Return the kept runs; those that cannot be read are noted.

    Parameters
    ----------
    archive : Archive
    data : any
        What the description says of them, unchecked; None if it says nothing.
    notes : Noted
    """
    if data is None:
        return None
    try:
        told = _convert(data, RunsData, "$.runs")
        if len(told.kept) > MOST_RUNS:
            raise ProjectError(
                f"$.runs.kept holds {len(told.kept):,}; up to {MOST_RUNS} can be read"
            )
        tensors = arrays_in(archive, RUNS)
    except (ConvSimError, ValueError) as problem:
        notes.missing.append(f"its kept runs cannot be read: {problem}")
        return None
    found: list[Run] = []
    for index, one in enumerate(told.kept):
        path = f"$.runs.kept[{index}]"
        try:
            run = _run(_convert(one, RunData, path), tensors)
            if any(other.number == run.number for other in found):
                raise ProjectError(f"{path}.number: there are two runs {run.number}")
            found.append(run)
        except (ConvSimError, ValueError, OverflowError) as problem:
            notes.missing.append(f"the kept run {index + 1} cannot be read: {problem}")
    given = max([told.given, *(run.number for run in found)])
    return Runs(tuple(found), given)


def _convert(data: Any, kind: type[T], path: str) -> T:
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as problem:
        raise ProjectError(in_words(str(problem)).replace("$", path, 1)) from problem


def _run(data: RunData, tensors: dict[str, Tensor]) -> Run:
    for name, things, most in (
        ("marks", data.marks, MOST_MARKS),
        ("settings", data.settings, MOST_SETTINGS),
        ("augmentation", data.augmentation, MOST_SETTINGS),
    ):
        if len(things) > most:
            raise ProjectError(f"{name} holds {len(things):,}; up to {most:,} are read")
    return Run(
        data.number,
        data.color,
        plain(data.name, LONGEST),
        plain(data.network, LONGEST_TEXT),
        plain(data.data, LONGEST_PATH),
        data.pictures,
        data.settings,
        data.augmentation,
        History(
            _points(tensors, f"{data.number}.{LEARNT}", MOST),
            _points(tensors, f"{data.number}.{HELD}", MOST_HELD),
            tuple(
                Mark(step, passed, *(plain(text, LONGEST_TEXT) for text in texts))
                for step, passed, *texts in data.marks
            ),
        ),
    )


def _points(tensors: dict[str, Tensor], name: str, most: int) -> tuple[Point, ...]:
    tensor = tensors.get(name)
    if tensor is None:
        raise ProjectError(f"{RUNS} has no {name!r}")
    shape = tensor.shape
    if tensor.dtype != "F64" or len(shape) != 2 or shape[1] != COLUMNS or shape[0] > most:
        raise ProjectError(
            f"{RUNS}: {name!r} holds {tensor.dtype} of {'×'.join(map(str, shape))}; "
            f"F64 of up to {most:,}×{COLUMNS} can be read"
        )
    table = tensor.data.view("<f8").reshape(shape)
    if not _sound(table):
        raise ProjectError(f"{RUNS}: {name!r} holds values that are no points of a curve")
    return tuple(
        Point(int(step), int(seen), loss, accuracy, passed)
        for step, seen, loss, accuracy, passed in table.tolist()
    )


def _sound(table: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> bool:
    """Return whether the rows are points in order: without labels, there is no accuracy."""
    counts, accuracy = table[:, :2], table[:, 3]
    with np.errstate(invalid="ignore"):
        right = np.isnan(accuracy) | ((accuracy >= 0) & (accuracy <= 1))
    return bool(
        np.isfinite(table[:, (0, 1, 2, 4)]).all()
        and (counts >= 0).all()
        and (counts < LARGEST).all()
        and (counts == np.floor(counts)).all()
        and (np.diff(table[:, 0]) >= 0).all()
        and (table[:, 4] >= 0).all()
        and (table[:, 4] < LARGEST).all()
        and right.all()
    )
