"""Data sets on a disk: read as they were meant, or refused with the file, the place and the way."""

from __future__ import annotations

import gzip
import pickle

import numpy as np
import pytest

from convsim.data import prepare
from convsim.data.sets import DataSetError, open_data
from convsim.data.sets.idx import read_idx
from tests.data.sets import files

GREY, COLOUR = (28, 28, 1), (32, 32, 3)


def refusal(path, shape=GREY):
    with pytest.raises(DataSetError) as caught:
        open_data(path, shape)
    return str(caught.value)


@pytest.mark.parametrize("packed", [False, True])
def test_a_folder_with_mnists_four_files_is_one_data_set_with_its_own_test_part(tmp_path, packed):
    held = files.mnist(tmp_path, packed=packed)
    data = open_data(tmp_path, GREY)
    assert data.test is not None
    for part, stem in ((data, "train"), (data.test, "t10k")):
        x, y = held[stem]
        batch = part.images.batch(np.arange(len(x)))
        np.testing.assert_array_equal(batch, x[:, None] / np.float32(255))
        np.testing.assert_array_equal(part.labels, y)
    assert data.classes == data.test.classes == tuple("0123456789")


@pytest.mark.parametrize("name", ["emnist-images-idx3-ubyte", "emnist-labels-idx1-ubyte.gz"])
def test_an_idx_file_brings_the_one_beside_it_that_belongs_to_it(tmp_path, name):
    x = files.pictures(6, 28, 28)
    (tmp_path / "emnist-images-idx3-ubyte").write_bytes(files.idx(x))
    labels = gzip.compress(files.idx(np.array([2, 1, 0, 2, 1, 0])))
    (tmp_path / "emnist-labels-idx1-ubyte.gz").write_bytes(labels)
    data = open_data(tmp_path / name, GREY)
    np.testing.assert_array_equal(data.images.batch(np.arange(6)), x[:, None] / np.float32(255))
    assert data.labels.tolist() == [2, 1, 0, 2, 1, 0]


def test_an_idx_file_alone_says_what_must_lie_beside_it(tmp_path):
    (tmp_path / "my-images-idx3-ubyte").write_bytes(files.idx(files.pictures(6, 28, 28)))
    (tmp_path / "numbers").write_bytes(files.idx(files.pictures(6, 28, 28)))
    words = "holds pictures alone; the file that belongs to it, called the same with “labels”"
    assert words in refusal(tmp_path / "my-images-idx3-ubyte")
    assert words in refusal(tmp_path / "numbers")


def test_an_archive_or_a_single_array_is_refused_with_the_way_out(tmp_path):
    (tmp_path / "cifar-10-binary.tar.gz").write_bytes(gzip.compress(b"x"))
    assert "is an archive; unpack it, and choose the folder" in refusal(
        tmp_path / "cifar-10-binary.tar.gz"
    )
    np.save(tmp_path / "x.npy", np.arange(3))
    assert "is one array, and pictures need their labels" in refusal(tmp_path / "x.npy")


def test_an_idx_file_is_read_as_its_header_says(tmp_path):
    held = files.pictures(3, 5, 4)
    (tmp_path / "x").write_bytes(files.idx(held))
    np.testing.assert_array_equal(read_idx(tmp_path / "x", 3), held)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "ends after 0 bytes, in its header of 8"),
        (b"\0\0\x08", "ends after 3 bytes, in its header of 8"),
        (b"PNG!" * 4, "is no IDX file"),
        (b"\0\0\x0d\x01\0\0\0\x01\0\0\0\0", "holds IDX values of type 13; type 8"),
        (b"\0\0\x08\x03" + bytes(12), "holds an array of 3 axes; labels"),
        (b"\0\0\x08\x01\0\0\0\x09\1\2", "says that it holds 9 bytes, but 2 follow"),
        (b"\0\0\x08\x01\0\0\0\x01\1\2", "says that it holds 1 bytes, but 2 follow"),
        (b"\0\0\x08\x01\xff\xff\xff\xff\1", "says that it holds 4294967295 bytes"),
        (b"\x1f\x8b\x08\0rubbish", "is damaged"),
        (gzip.compress(b"\0\0\x08\x01\0\0\0\x02\1\1")[:-9], "is damaged"),
    ],
)
def test_a_wrong_idx_file_is_refused_by_name(tmp_path, content, words):
    files.mnist(tmp_path)
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(content)
    assert refusal(tmp_path).startswith("train-labels-idx1-ubyte: ")
    assert words in refusal(tmp_path)


def test_half_of_a_test_part_is_missing_by_name(tmp_path):
    files.mnist(tmp_path)
    (tmp_path / "t10k-labels-idx1-ubyte").unlink()
    assert "t10k-labels-idx1-ubyte (or t10k-labels-idx1-ubyte.gz) is missing" in refusal(tmp_path)


def test_cifar_10_is_read_from_its_five_files_and_the_test_file(tmp_path):
    held = []
    for k in range(1, 6):
        held.append(files.cifar(tmp_path / f"data_batch_{k}.bin", np.full((4, 1), k), seed=k))
    judged = files.cifar(tmp_path / "test_batch.bin", np.full((2, 1), 9), seed=9)
    data = open_data(tmp_path, COLOUR)
    batch = data.images.batch(np.arange(20))
    np.testing.assert_array_equal(batch, np.concatenate(held) / np.float32(255))
    np.testing.assert_array_equal(data.labels, np.repeat(np.arange(1, 6), 4))
    assert data.classes[3] == "cat"
    assert data.test is not None
    np.testing.assert_array_equal(data.test.images.batch(np.arange(2)), judged / np.float32(255))


def test_cifar_100_takes_the_fine_label(tmp_path):
    coarse_and_fine = np.array([[3, 77], [5, 12]])
    files.cifar(tmp_path / "train.bin", coarse_and_fine)
    names = [f"class {k}" for k in range(100)]
    (tmp_path / "fine_label_names.txt").write_text("\n".join(names), encoding="utf-8")
    data = open_data(tmp_path, COLOUR)
    assert data.labels.tolist() == [77, 12]
    assert data.classes[77] == "class 77"


def test_a_cifar_file_of_another_length_is_refused(tmp_path):
    (tmp_path / "x.bin").write_bytes(bytes(1000))
    assert "x.bin: holds 1,000 bytes, no multiple of" in refusal(tmp_path / "x.bin", COLOUR)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("header", [True, False])
def test_a_table_has_a_label_and_then_pixels_in_each_line(tmp_path, separator, header):
    x, y = files.pictures(6, 16), [0, 2, 1, 0, 2, 2]
    lines = [separator.join(map(str, (label, *row))) for label, row in zip(y, x, strict=True)]
    if header:
        lines.insert(0, separator.join(["label", *(f"p{k}" for k in range(16))]))
    (tmp_path / "t.csv").write_text("\n".join(lines), encoding="utf-8")
    data = open_data(tmp_path / "t.csv", (4, 4, 1))
    batch = data.images.batch(np.arange(6))
    np.testing.assert_allclose(batch, x.reshape(6, 1, 4, 4) / 255, rtol=1e-6)
    assert data.labels.tolist() == y
    assert data.classes == ("0", "1", "2")


def test_labels_of_a_table_may_be_words(tmp_path):
    (tmp_path / "t.csv").write_text("dog,0,1,1,0\ncat,1,1,0,0\n", encoding="utf-8")
    data = open_data(tmp_path / "t.csv", (2, 2, 1))
    assert data.classes == ("cat", "dog")
    assert data.labels.tolist() == [1, 0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no line"),
        ("1,2,3,4,5\n1,2,3,4\n", "line 2 holds 3 pixels, the lines before 4"),
        ("1,2,3,4,5\n1,2,x,4,5\n", "line 2 holds something that is no number"),
        ("1,2,3,nan,5\n1,1,1,1,1\n2,1,inf,1,1", "line 3 holds something that is no number"),
        ("1,2,3\n", "2 values a line are no square picture"),
    ],
)
def test_a_wrong_table_is_refused_with_the_line(tmp_path, text, words):
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    assert words in refusal(tmp_path / "t.csv")


def test_a_folder_of_pictures_has_one_folder_a_class(tmp_path):
    files.class_folder(tmp_path, ("dog", "cat"), each=3)
    data = open_data(tmp_path, COLOUR)
    assert data.classes == ("cat", "dog")
    assert data.labels.tolist() == [0, 0, 0, 1, 1, 1]
    raw = files.pictures(1, 30, 40, 3, seed=10)[0]
    wanted = prepare(raw, *COLOUR).transpose(2, 0, 1)
    for _ in range(2):  # decoded, and then remembered
        np.testing.assert_array_equal(data.images.batch(np.array([0]))[0], wanted)


def test_bad_files_of_a_folder_are_listed_and_left_out(tmp_path):
    files.class_folder(tmp_path)
    (tmp_path / "cat" / "1.png").write_bytes(b"no picture")
    (tmp_path / "cat" / "notes.txt").write_text("not looked at", encoding="utf-8")
    data = open_data(tmp_path, COLOUR)
    assert len(data) == 5
    assert [bad.name for bad in data.bad] == ["cat/1.png"]
    assert "is text, not a picture" in data.bad[0].why


def test_a_picture_that_vanishes_is_named_when_its_turn_comes(tmp_path):
    files.class_folder(tmp_path)
    data = open_data(tmp_path, COLOUR)
    (tmp_path / "cat" / "0.png").unlink()
    with pytest.raises(Exception, match=r"0\.png: is not there"):
        data.images.batch(np.array([0]))


def test_reading_a_folder_can_be_stopped(tmp_path):
    files.class_folder(tmp_path)
    told = []

    def progress(done, total):
        told.append((done, total))
        return done < 2

    with pytest.raises(DataSetError, match="stopped after 2 of 6"):
        open_data(tmp_path, COLOUR, progress=progress)
    assert told == [(0, 6), (1, 6), (2, 6)]


def test_one_class_is_not_enough(tmp_path):
    files.class_folder(tmp_path, ("cat",))
    assert "one folder in it holds pictures" in refusal(tmp_path)
    (tmp_path / "dog").mkdir()
    (tmp_path / "dog" / "0.png").write_bytes(b"")
    assert "1 of 4 pictures cannot be read" in refusal(tmp_path)


def test_pickled_files_are_refused_with_the_way_out(tmp_path):
    (tmp_path / "x.csv").write_bytes(pickle.dumps({"data": [1]}))
    assert "is a pickled file" in refusal(tmp_path / "x.csv")
    assert "numpy.savez" in refusal(tmp_path / "x.csv")
    (tmp_path / "py").mkdir()
    (tmp_path / "py" / "data_batch_1").write_bytes(b"\x80\x03")
    assert "take its binary version" in refusal(tmp_path / "py")


def test_what_is_none_of_these_is_refused_with_what_can_be_read(tmp_path):
    (tmp_path / "x.doc").write_bytes(b"?")
    assert "x.doc: is no data set that can be read; what can: a folder" in refusal(
        tmp_path / "x.doc"
    )
    assert "is no data set that can be read" in refusal(tmp_path)
    assert "there is no such file or folder" in refusal(tmp_path / "none")


def test_pictures_are_brought_to_the_networks_input(tmp_path):
    held = files.mnist(tmp_path)
    data = open_data(tmp_path, COLOUR)
    x = held["train"][0][4]
    wanted = prepare(x[..., None].astype(np.float32) / np.float32(255), *COLOUR)
    for _ in range(2):
        batch = data.images.batch(np.array([4, 1, 4]))
        assert batch.shape == (3, 3, 32, 32)
        np.testing.assert_array_equal(batch[0], wanted.transpose(2, 0, 1))
        np.testing.assert_array_equal(batch[0], batch[2])
    assert data.test is not None
    assert data.test.shape == COLOUR
