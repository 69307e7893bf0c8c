"""Project files for tests: documents as bytes and back, and documents compared part by part."""

from __future__ import annotations

import io
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from convsim.formats.project import put_project
from convsim.formats.project_reader import Opened, project_in

if TYPE_CHECKING:
    import numpy as np

    from convsim.document import Document
    from convsim.document.progress import Progress


def saved(document: Document) -> bytes:
    """Return the bytes of a document's project file."""
    file = io.BytesIO()
    put_project(file, document)
    return file.getvalue()


def opened(data: bytes) -> Opened:
    """Return what the bytes of a project file hold."""
    return project_in(io.BytesIO(data), len(data))


def again(document: Document) -> Document:
    """Return a document saved and opened; nothing may have been said about it."""
    result = opened(saved(document))
    assert (result.converted, result.missing, result.older) == ((), (), False)
    return result.document


def assert_same(a: Document, b: Document) -> None:
    """Compare two documents, bit by bit and in every field that there is."""
    for spec in fields(a):
        mine, other = getattr(a, spec.name), getattr(b, spec.name)
        if spec.name == "weights":
            assert (mine.seed, mine.numbers) == (other.seed, other.numbers)
            assert_same_arrays(_stored(mine.made), _stored(other.made))
            assert _somebodys(mine.chosen) == _somebodys(other.chosen)
        elif spec.name in ("picture", "pictures"):
            assert_same_pictures(mine, other, several=spec.name == "pictures")
        elif spec.name == "image":
            assert_same_arrays({"image": mine}, {"image": other})
        elif spec.name == "examples":
            assert [one.label for one in mine] == [one.label for one in other]
            assert_same_arrays(
                {str(i): one.pixels for i, one in enumerate(mine)},
                {str(i): one.pixels for i, one in enumerate(other)},
            )
        elif spec.name == "progress":
            assert_same_progress(mine, other)
        elif spec.name == "extras":
            assert (mine.fields, mine.files) == (other.fields, other.files)
            assert mine.arrays.keys() == other.arrays.keys()
        else:
            assert mine == other, spec.name
            assert type(mine) is type(other), spec.name


def _somebodys(chosen: dict) -> dict:
    return {name: units for name, units in chosen.items() if units}


def assert_same_arrays(a: dict, b: dict) -> None:
    """Compare arrays by name: kind, shape, every bit."""
    assert a.keys() == b.keys()
    for name in a:
        assert (a[name].dtype, a[name].shape) == (b[name].dtype, b[name].shape), name
        assert a[name].tobytes() == b[name].tobytes(), name


def _stored(made: dict) -> dict[str, np.ndarray]:
    return {f"{layer}.{key}": v for layer, params in made.items() for key, v in params.items()}


def assert_same_progress(a: Progress | None, b: Progress | None) -> None:
    """Compare where two trainings stand, bit by bit."""
    if a is None or b is None:
        assert a is b
        return
    for spec in fields(a):
        mine, other = getattr(a, spec.name), getattr(b, spec.name)
        if spec.name == "memory":
            assert_same_arrays(mine, other)
        elif spec.name == "rng":
            assert mine.tolist() == other.tolist()
        elif spec.name == "params" and mine is not None:
            for left, right in zip(mine, other, strict=True):
                assert_same_arrays(left, right)
        else:
            assert mine == other, spec.name


def assert_same_pictures(mine: Any, other: Any, *, several: bool) -> None:
    """Compare pictures, bit by bit."""
    both = (mine, other) if several else ((mine,), (other,))
    for left, right in zip(*both, strict=True):
        for part in fields(left):
            if part.name != "pixels":
                assert getattr(left, part.name) == getattr(right, part.name), part.name
        assert_same_arrays({"pixels": left.pixels}, {"pixels": right.pixels})
