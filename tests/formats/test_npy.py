"""A .npy file from anywhere: what is read, what is converted, what is refused and why."""

from __future__ import annotations

import io
import os
import pickle
import tracemalloc

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convsim.formats.errors import ArrayFileError
from convsim.formats.npy import read_pictures
from tests.formats.arrays import described, header, random_pictures

SHAPE = (7, 5, 3)
"""Height, width and channels of the network that reads."""
GOOD = random_pictures(2, 3, 7, 5)
WANTED = "(N, 3, 7, 5) is needed, that is pictures, channels, rows, columns"


def refusal(path, data=None):
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(ArrayFileError) as caught:
        read_pictures(path, SHAPE)
    text = str(caught.value)
    assert "\n" not in text
    name, _, why = text.partition(": ")
    assert name == path.name
    return why


def saved(path, array):
    np.save(path, array, allow_pickle=True)
    return path


@pytest.fixture
def path(tmp_path):
    return tmp_path / "x.npy"


def test_float32_is_read_as_it_is(path):
    pictures, notes = read_pictures(saved(path, GOOD), SHAPE)
    np.testing.assert_array_equal(pictures, GOOD)
    assert pictures.dtype == np.float32
    assert notes == ()


def test_an_array_stored_column_by_column_means_the_same(path):
    pictures, notes = read_pictures(saved(path, np.asfortranarray(GOOD)), SHAPE)
    np.testing.assert_array_equal(pictures, GOOD)
    assert notes == ()


def test_a_header_of_version_2_means_the_same(path):
    with path.open("wb") as file:
        np.lib.format.write_array(file, GOOD, version=(2, 0))
    np.testing.assert_array_equal(read_pictures(path, SHAPE)[0], GOOD)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("<f8", "float64"),
        ("<f2", "float16"),
        (">f4", "byte-swapped float32"),
        (">f8", "byte-swapped float64"),
    ],
)
def test_other_floats_are_converted_and_it_says_so(path, kind, words):
    pictures, notes = read_pictures(saved(path, GOOD.astype(kind)), SHAPE)
    np.testing.assert_array_equal(pictures, GOOD.astype(kind).astype(np.float32))
    assert pictures.dtype == np.dtype("=f4")
    assert notes == (f"x.npy: {words} converted to float32",)


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (np.uint8, "holds uint8 numbers; float32 is needed: save pictures.astype('float32') / 255"),
        (np.int64, "holds int64 numbers; float32 is needed: save pictures.astype('float32')"),
        (np.bool_, "holds bool numbers; float32 is needed: save pictures.astype('float32')"),
        (
            np.complex64,
            "holds complex64 numbers; float32 is needed: save pictures.astype('float32')",
        ),
        ("U4", "holds <U4 numbers; float32 is needed: save pictures.astype('float32')"),
    ],
)
def test_numbers_of_another_kind_are_refused(path, kind, why):
    assert refusal(saved(path, np.zeros((1, 3, 7, 5), kind))) == why


def test_python_objects_are_refused_and_nothing_in_them_runs(path):
    class Evil:
        def __reduce__(self):
            return os.mkdir, (str(path.parent / "executed"),)

    np.save(path, np.array([[[[Evil()]]]], object), allow_pickle=True)
    assert refusal(path) == (
        "holds Python objects, which could run a program when they are read; "
        "save it as pictures.astype('float32')"
    )
    assert refusal(path, pickle.dumps(Evil())) == (
        "is not a NumPy array; write it with numpy.save(path, pictures)"
    )
    assert not (path.parent / "executed").exists()


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        ((7, 5, 3), f"has the shape (7, 5, 3); {WANTED}"),
        ((3, 7, 5), f"has the shape (3, 7, 5); {WANTED}; one picture is pictures[None]"),
        (
            (2, 7, 5, 3),
            f"has the shape (2, 7, 5, 3); {WANTED}; channels come before rows: "
            "use pictures.transpose(0, 3, 1, 2)",
        ),
        ((1, 3, 8, 5), f"has the shape (1, 3, 8, 5); {WANTED}"),
        ((0, 3, 7, 5), f"has the shape (0, 3, 7, 5); {WANTED}"),
        ((), f"has the shape (); {WANTED}"),
    ],
)
def test_another_shape_is_refused_with_what_would_work(path, shape, why):
    assert refusal(saved(path, np.zeros(shape, np.float32))) == why


def test_values_that_are_not_finite_are_counted(path):
    array = GOOD.copy()
    array[0, 0, 0, :2] = np.nan, np.inf
    assert refusal(saved(path, array)) == (
        "2 of 210 values are not finite (NaN or infinite); replace them and save the array again"
    )


def test_a_double_that_is_too_large_for_a_float_is_not_finite_either(path):
    array = GOOD.astype(np.float64)
    array[0, 0, 0, 0] = 1e300
    assert refusal(saved(path, array)).startswith("1 of 210 values is not finite")


def test_a_huge_claim_is_refused_before_any_memory_is_taken(path):
    path.write_bytes(described((2**31, 3, 7, 5), "<f8"))
    tracemalloc.start()
    try:
        why = refusal(path)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    assert why == (
        "is too short: (2147483648, 3, 7, 5) of float64 needs 1,803,886,264,320 bytes, "
        "0 are there; copy it again"
    )


def test_a_long_header_is_refused_before_it_is_read(path):
    path.write_bytes(header("{}", (2, 0), claims=2**32 - 1))
    tracemalloc.start()
    try:
        assert refusal(path) == "has a damaged .npy header; save the array again"
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is empty (0 bytes); save the array again"),
        (b"hello", "is not a NumPy array; write it with numpy.save(path, pictures)"),
        (b"PK\x03\x04....", "is an archive (.npz or zip), not one array; write it with numpy.save"),
        (b"\x93NUM", "is not a NumPy array; write it with numpy.save(path, pictures)"),
        (b"\x93NUMPY\x01", "ends too early, inside its header; copy it again"),
        (b"\x93NUMPY\x09\x00", "is a .npy file of version 9.0; 1.0 and 2.0 can be read"),
        (b"\x93NUMPY\x01\x00", "has a damaged .npy header; save the array again"),
        (header("{'descr': '<f4'}"), "has a damaged .npy header; save the array again"),
        (header("os.system('true')"), "has a damaged .npy header; save the array again"),
        (header("(" * 9000), "has a damaged .npy header; save the array again"),
        (header("-" * 9000 + "1"), "has a damaged .npy header; save the array again"),
        (described("many"), "has a damaged .npy header; save the array again"),
        (described((2, 3), "<q9"), "has a damaged .npy header; save the array again"),
        (described((-1, 3, 7, 5)), f"has the shape (-1, 3, 7, 5); {WANTED}"),
        (described((10**30, 3, 7, 5)), "has the shape of absurd numbers; "),
        (described((1,) * 50), "has the shape of 50 dimensions; "),
        (described((2, 3, 7, 5)), "is too short: (2, 3, 7, 5) of float32 needs 840 bytes, 0 are"),
        (
            described((1, 3, 7, 5)) + b"\0" * 421,
            "is too long: 1 byte follows the array; save the array again",
        ),
        (
            described((1, 3, 7, 5)) + b"\0" * 419,
            "is too short: (1, 3, 7, 5) of float32 needs 420 bytes, 419 are there; copy it again",
        ),
    ],
)
def test_damaged_files_say_what_is_wrong(path, data, why):
    assert refusal(path, data).startswith(why)


def test_places_that_are_no_files(path, tmp_path):
    assert refusal(path) == "there is no such file; check the name"
    assert refusal(tmp_path) == "is a folder; give a .npy file"
    os.mkfifo(path)
    assert refusal(path) == "is a device or a pipe; give a .npy file that is saved on a disk"


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_whatever_bytes_are_changed_it_is_read_or_refused(path, data):
    buffer = io.BytesIO()
    np.save(buffer, GOOD)
    raw = bytearray(buffer.getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, 140))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(raw[: data.draw(st.integers(0, len(raw)))]))
    try:
        pictures, _ = read_pictures(path, SHAPE)
    except ArrayFileError:
        return
    assert pictures.dtype == np.float32
    assert pictures.shape[1:] == (3, 7, 5)
