"""Pictures that stay on the disk are the same as those in memory, and a lost file is named."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

from convsim.core.recipe import Recipe
from convsim.data.sets import ArrayImages, DataSet, DataSetError, cifar, idx, open_data
from convsim.data.sets.stored import JoinedImages, StoredImages
from convsim.formats import npz_data
from convsim.formats.npz_data import read_npz
from convsim.services.opening import open_preset
from convsim.services.training import Plan
from tests.data.sets import files


@pytest.fixture(params=["in memory", "stored"])
def place(request, monkeypatch):
    """Every reader once as it is, and once as if the memory held nothing."""
    if request.param == "stored":
        for module in (idx, cifar, npz_data):
            monkeypatch.setattr(module, "IN_MEMORY", 0)
    return StoredImages if request.param == "stored" else ArrayImages


def check(images, wanted):
    """Fail unless all pictures, and some in disorder and twice, are those (N, C, H, W)."""
    for some in (np.arange(len(wanted)), np.array([3, 0, 3, 2])):
        batch = images.batch(some)
        assert batch.dtype == np.float32
        assert batch.flags.writeable
        np.testing.assert_array_equal(batch, wanted[some] / np.float32(255))


def test_idx(tmp_path, place):
    held = files.mnist(tmp_path)
    data = open_data(tmp_path, (28, 28, 1))
    assert isinstance(data.images, place)
    check(data.images, held["train"][0][:, None])


def test_cifar(tmp_path, place):
    held = [
        files.cifar(tmp_path / f"data_batch_{k}.bin", np.full((3, 1), k), seed=k) for k in (1, 2)
    ]
    data = open_data(tmp_path, (32, 32, 3))
    assert isinstance(data.images, JoinedImages)
    assert all(isinstance(part, place) for part in data.images.parts)
    check(data.images, np.concatenate(held))
    np.testing.assert_array_equal(data.labels, [1, 1, 1, 2, 2, 2])


@pytest.mark.parametrize("shape", [(28, 28), (8, 6, 3), (3, 8, 6), (1, 5, 4)])
def test_npz(tmp_path, place, shape):
    x = files.pictures(5, *shape)
    np.savez(tmp_path / "x.npz", x=x, y=np.arange(5))
    data = read_npz(tmp_path / "x.npz")
    assert isinstance(data.images, place)
    wanted = x[:, None] if len(shape) == 2 else x
    check(data.images, wanted.transpose(0, 3, 1, 2) if shape[-1] == 3 else wanted)


def test_a_packed_npz_and_one_of_floats_are_read_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(npz_data, "IN_MEMORY", 0)
    x = files.pictures(5, 9, 9)
    np.savez_compressed(tmp_path / "a.npz", x=x, y=np.arange(5))
    np.savez(tmp_path / "b.npz", x=x.astype(np.float32), y=np.arange(5))
    for name in ("a.npz", "b.npz"):
        data = read_npz(tmp_path / name)
        assert isinstance(data.images, ArrayImages)
        check(data.images, x[:, None])


def test_a_stored_npz_that_is_damaged_is_refused_before_it_is_used(tmp_path, monkeypatch):
    monkeypatch.setattr(npz_data, "IN_MEMORY", 0)
    path = tmp_path / "x.npz"
    np.savez(path, x=np.zeros((50, 9, 9), np.uint8), y=np.arange(50) % 3)
    data = bytearray(path.read_bytes())
    data[2000] ^= 1
    path.write_bytes(data)
    with pytest.raises(DataSetError, match=r"x\.npy is damaged"):
        read_npz(path)


def test_a_file_that_is_cut_off_in_the_middle_of_an_epoch_ends_it_by_name(tmp_path, monkeypatch):
    monkeypatch.setattr(idx, "IN_MEMORY", 0)
    files.mnist(tmp_path, train=200)
    data = open_data(tmp_path, (28, 28, 1))
    plan = Plan(open_preset("lenet5", taught=False), data, Recipe(batch=10, epochs=50))
    reports, seen = plan.reports(), []
    seen.append(next(reports))
    with (tmp_path / "train-images-idx3-ubyte").open("r+b") as file:
        file.truncate(5000)
    with pytest.raises(DataSetError, match=r"train-images-idx3-ubyte: ends before its picture"):
        seen.extend(reports)
    last = seen[-1].snapshot
    assert last.step >= 1
    assert all(np.isfinite(v).all() for own in last.params for v in own.values())


def test_a_file_that_is_gone_is_named(tmp_path):
    images = StoredImages(tmp_path / "gone.bin", 0, 4, 9, (1, 2, 2))
    with pytest.raises(DataSetError, match=r"gone.bin: can no longer be read \(No such file"):
        images.batch(np.array([1]))


def test_a_data_set_larger_than_the_memory_that_is_allowed_is_learnt_from():
    """The proof at full size is `python -m tests.soak.streaming`."""
    command = [sys.executable, "-m", "tests.soak.streaming", "160", "60"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert result.returncode == 0, result.stderr
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["form"] for line in lines] == ["idx", "cifar", "npz"]
    assert all(line["megabytes"] > 2 * line["room"] for line in lines)
    assert all(line["seen"] >= 0.89 * line["pictures"] for line in lines)


def test_a_data_set_of_other_pictures_can_be_joined():
    parts = [ArrayImages(files.pictures(n, 1, 4, 4, seed=n)) for n in (2, 3)]
    data = DataSet("both", ("a", "b"), JoinedImages(parts), np.array([0, 1, 0, 1, 1]))
    assert data.shape == (4, 4, 1)
    check(data.images, np.concatenate([part.array for part in parts]))
