"""What a file is opened as: by what is in it, whatever it is called."""

from __future__ import annotations

import gzip
import pickle

import numpy as np
import pytest

from convsim.formats.csv_weights import write_csv
from convsim.formats.npz_weights import write_npz
from convsim.services.file_kinds import Kind, data_at, kind_of, together
from convsim.services.opening import open_preset
from convsim.services.projects import save_project
from tests.data.sets import files
from tests.services.pictures import save_png


def test_pictures_with_labels_are_data_whatever_form_they_have(tmp_path):
    files.mnist(tmp_path, packed=True)
    files.cifar(tmp_path / "data_batch_1.bin", np.arange(5)[:, None])
    np.savez(tmp_path / "a.npz", x=files.pictures(4, 8, 8), y=np.arange(4))
    np.savez_compressed(tmp_path / "b.npz", anything=np.arange(4))
    (tmp_path / "table.csv").write_text("label,pixel0\n3,7\n")
    (tmp_path / "digits").write_bytes(files.idx(files.pictures(3, 5, 5)))
    (tmp_path / "cifar.pkl").write_bytes(pickle.dumps([1]))
    (tmp_path / "data_batch_1").write_bytes(pickle.dumps([1], 2))
    (tmp_path / "cifar-10-binary.tar.gz").write_bytes(gzip.compress(b"x" * 100))
    np.save(tmp_path / "one.npy", np.arange(3))
    assert {path.name: kind_of(path) for path in tmp_path.iterdir()} == {
        path.name: Kind.DATA for path in tmp_path.iterdir()
    }
    assert kind_of(tmp_path) is Kind.DATA


def test_weights_are_told_from_data_of_the_same_ending(tmp_path):
    document = open_preset("lenet5")
    write_npz(tmp_path / "w.npz", document.network, document.weights)
    write_csv(tmp_path / "w.csv", document.network, document.weights, "conv1")
    table = (tmp_path / "w.csv").read_bytes()
    (tmp_path / "excel.csv").write_bytes(b"\xef\xbb\xbf" + table)
    (tmp_path / "w.safetensors").write_bytes(b"")
    assert {kind_of(path) for path in tmp_path.iterdir()} == {Kind.WEIGHTS}


def test_projects_networks_and_pictures_are_what_they_were(tmp_path):
    save_project(tmp_path / "net.convsim", open_preset("lecture"))
    (tmp_path / "renamed.zip").write_bytes((tmp_path / "net.convsim").read_bytes())
    save_png(tmp_path / "cat.png")
    (tmp_path / "notes.gif").write_text("no picture")
    (tmp_path / "icon.ico").write_bytes(b"\0\0\1\0\1\0\x10\x10")
    (tmp_path / "empty").write_bytes(b"")
    kinds = {path.name: kind_of(path) for path in tmp_path.iterdir()}
    assert kinds == {
        "net.convsim": Kind.PROJECT,
        "renamed.zip": Kind.PROJECT,
        "cat.png": Kind.PICTURE,
        "notes.gif": Kind.PICTURE,
        "icon.ico": Kind.PICTURE,
        "empty": Kind.PICTURE,
    }
    assert kind_of(tmp_path / "model.onnx") is Kind.NETWORK
    assert kind_of(tmp_path / "gone.convsim") is Kind.PROJECT


@pytest.mark.parametrize("name", ["gone.npz", "gone.csv", "gone", "a\0b.bin"])
def test_what_is_not_there_is_left_to_who_says_so_best(tmp_path, name):
    assert kind_of(tmp_path / name) is Kind.PICTURE


def test_one_of_mnists_files_stands_for_all_four(tmp_path):
    files.mnist(tmp_path)
    assert data_at(tmp_path / "t10k-labels-idx1-ubyte") == tmp_path
    other = tmp_path / "other"
    other.mkdir()
    alone = other / "digits-images-idx3-ubyte"
    alone.write_bytes(files.idx(files.pictures(3, 5, 5)))
    assert data_at(alone) == alone


def test_the_files_of_one_data_set_are_one_also_when_dropped_together(tmp_path):
    for number in (1, 2):
        files.cifar(tmp_path / f"data_batch_{number}.bin", np.arange(5)[:, None], number)
    first, second = sorted(tmp_path.iterdir())
    assert together([first, second]) == tmp_path
    assert together([first]) == first
    assert together([first, tmp_path.parent / "x.png"]) == first
