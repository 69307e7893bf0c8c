"""Data sets in .npz files: the usual names and layouts, and nothing that could run a program."""

from __future__ import annotations

import numpy as np
import pytest

from convsim.data.sets import DataSetError
from convsim.services.data_sets import open_set
from tests.data.sets.files import pictures

SHAPE = (6, 5, 3)


def saved(tmp_path, **arrays):
    np.savez(tmp_path / "d.npz", **arrays)
    return tmp_path / "d.npz"


def refusal(path):
    with pytest.raises(DataSetError) as caught:
        open_set(path, SHAPE)
    return str(caught.value)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize(("x", "y"), [("x", "y"), ("x_train", "y_train"), ("images", "labels")])
@pytest.mark.parametrize("layout", [(0, 1, 2, 3), (0, 2, 3, 1)], ids=["NCHW", "NHWC"])
def test_pictures_and_labels_are_found_by_their_usual_names(tmp_path, save, x, y, layout):
    raw, labels = pictures(4, 3, 6, 5), np.array([2, 0, 1, 2])
    save(tmp_path / "d.npz", **{x: raw.transpose(layout), y: labels})
    data = open_set(tmp_path / "d.npz", SHAPE)
    np.testing.assert_array_equal(data.images.batch(np.arange(4)), raw / np.float32(255))
    np.testing.assert_array_equal(data.labels, labels)
    assert data.classes == ("0", "1", "2")
    assert data.test is None


def test_a_test_part_is_kept_apart(tmp_path):
    path = saved(
        tmp_path,
        x_train=pictures(4, 6, 5, 3),
        y_train=np.array([[0], [1], [0], [1]]),
        x_test=pictures(2, 6, 5, 3),
        y_test=np.array([[3], [1]]),
    )
    data = open_set(path, SHAPE)
    assert data.test is not None
    assert data.test.labels.tolist() == [3, 1]
    assert data.classes == data.test.classes == ("0", "1", "2", "3")


@pytest.mark.parametrize("scale", [1, 255])
def test_floats_are_of_zero_to_one_or_to_255(tmp_path, scale):
    values = np.random.default_rng(0).random((3, 3, 6, 5)) * scale
    values[0, 0, 0, 0] = scale
    data = open_set(saved(tmp_path, x=values, y=np.array([0, 1, 1])), SHAPE)
    np.testing.assert_allclose(data.images.batch(np.arange(3)), values / scale, rtol=1e-6)


GOOD = {"x": pictures(2, 6, 5, 3), "y": np.array([0, 1])}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"x": np.array([object(), None])}, "x.npy holds object"),
        ({"y": np.array(["cat", "dog"])}, "y.npy holds"),
        ({"y": np.array([0.5, 1.0])}, "y must be whole numbers"),
        ({"x": pictures(2, 6, 5, 4)}, "x has the shape (2, 6, 5, 4)"),
        ({"x": np.full((2, 6, 5), np.nan)}, "x holds values that are not finite"),
        ({"x": np.full((2, 6, 5), -1.0)}, "x goes from -1 to 0"),
        ({"y": np.array([0, 1_000_000])}, "has the label 1,000,000"),
        ({"y": np.array([0, 1, 1])}, "2 pictures but 3 labels"),
    ],
)
def test_what_cannot_be_used_is_refused_by_the_name_of_the_array(tmp_path, changes, words):
    assert words in refusal(saved(tmp_path, **{**GOOD, **changes}))


def test_a_file_without_the_names_says_which_would_do(tmp_path):
    assert "no pictures and labels called x_train/y_train or" in refusal(saved(tmp_path, a=[1]))


@pytest.mark.parametrize("kind", ["uint8", "int8", "uint16", "int32", "uint64"])
def test_labels_are_whole_numbers_of_any_width(tmp_path, kind):
    labels = np.array([2, 0, 1, 2], kind)
    data = open_set(saved(tmp_path, x=pictures(4, 6, 5, 3), y=labels), SHAPE)
    assert data.labels.tolist() == [2, 0, 1, 2]


def test_a_label_beyond_int64_is_too_large_and_not_below_zero(tmp_path):
    labels = np.array([0, 2**64 - 1], np.uint64)
    assert "labels go up to" in refusal(saved(tmp_path, **{**GOOD, "y": labels}))


def test_what_is_no_archive_is_refused(tmp_path):
    (tmp_path / "d.npz").write_bytes(b"nothing of the kind")
    assert refusal(tmp_path / "d.npz") == (
        "d.npz: is not a .npz file (no zip archive); choose a file that numpy.savez wrote"
    )


def test_what_is_packed_too_tightly_is_told_how_it_would_be_read(tmp_path):
    blank = np.zeros((4000, 28, 28), np.uint8)
    np.savez_compressed(tmp_path / "d.npz", x=blank, y=np.zeros(4000, np.uint8))
    text = refusal(tmp_path / "d.npz")
    assert text.startswith("d.npz: 'x.npy' would unpack to 3,136,128 bytes, more than 100 times")
    assert text.endswith("; save it with numpy.savez, which packs nothing")
