"""Pictures that become unreadable while a network learns are left out, and it goes on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from convsim.core.layers import Dense, Flatten
from convsim.core.network import Network
from convsim.core.recipe import Recipe
from convsim.data import ImageError
from convsim.data.sets.folder import read_folder
from convsim.services.spared import MOST, missing, spared
from convsim.services.training import Plan
from tests.data.sets.files import class_folder
from tests.oracles.documents import made_of

if TYPE_CHECKING:
    from pathlib import Path

    from convsim.data.sets import DataSet

EACH = 20
"""Pictures of a class."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return class_folder(tmp_path, ("cats", "dogs"), each=EACH, size=(6, 6))


def read(folder: Path) -> DataSet:
    return read_folder(folder, (6, 6, 3))


def learnt(data: DataSet) -> list[bytes]:
    """Return the bits of the weights after two epochs."""
    network = Network((6, 6, 3), [Flatten(), Dense(2)])
    plan = Plan(made_of(network), data, Recipe(batch=8, epochs=2), seed=5)
    *_, last = plan.reports()
    return [array.tobytes() for own in last.snapshot.params for array in own.values()]


def test_nothing_changes_while_every_picture_can_be_read(folder: Path) -> None:
    data = spared(read(folder))
    assert learnt(data) == learnt(read(folder))
    assert missing(data) == ()


def test_another_picture_of_its_class_stands_in_and_the_file_is_named(folder: Path) -> None:
    data = spared(read(folder))
    (folder / "dogs" / "3.png").unlink()
    (folder / "dogs" / "4.png").write_bytes(b"no picture")
    # Sorted as words: 0, 1, 10 … 19, 2, 3, 4, 5.
    got = data.images.batch(np.array([EACH + 13, 0, EACH + 15]))
    np.testing.assert_array_equal(got[0], got[2])
    np.testing.assert_array_equal(got[1], read(folder).images.batch(np.array([0]))[0])
    assert [one.name for one in missing(data)] == ["dogs/3.png", "dogs/4.png"]
    assert [one.why[:5] for one in missing(data)] == ["3.png", "4.png"]


def test_a_training_goes_on_and_the_same_pictures_missing_give_the_same_weights(
    folder: Path,
) -> None:
    first, again, whole = spared(read(folder)), spared(read(folder)), learnt(read(folder))
    (folder / "cats" / "11.png").unlink()
    assert learnt(first) == learnt(again) != whole
    assert [one.name for one in missing(first)] == ["cats/11.png"]


def test_if_many_are_missing_it_is_an_error_that_names_one(folder: Path) -> None:
    data = spared(read(folder))
    for path in sorted(folder.rglob("*.png"))[: MOST + 1]:
        path.unlink()
    with pytest.raises(ImageError, match=r"\d\.png"):
        learnt(data)


def test_if_none_of_a_class_is_left_it_is_an_error(folder: Path) -> None:
    few = read(folder)
    data = spared(replace(few, labels=np.array([0, *[1] * (2 * EACH - 1)])))
    (folder / "cats" / "0.png").unlink()
    with pytest.raises(ImageError, match=r"0\.png"):
        data.images.batch(np.array([0, 1]))
