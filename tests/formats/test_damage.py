"""A part of `tests.soak.damage`: files that something is wrong with open, or are refused."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convsim.core.errors import ConvSimError
from convsim.formats import strict_json
from convsim.formats.errors import ArrayFileError, ProjectError
from convsim.formats.peek import peek
from convsim.formats.tensors import TensorReader
from tests.formats.hostile import WEIGHTS, parts_of
from tests.formats.projects import saved
from tests.formats.test_versions import version_1
from tests.soak import damage


def test_damaged_projects_open_or_are_refused():
    numbers = damage.main(600, seed=7)
    assert min(numbers.values()) > 50


@pytest.mark.parametrize("seed", range(40))
def test_a_look_into_a_damaged_project(tmp_path, seed):
    path = tmp_path / "net.convsim"
    path.write_bytes(damage.damaged(random.Random(seed), saved(version_1())))
    try:
        seen = peek(path)
    except ProjectError as problem:
        text = str(problem)
    else:
        text = f"net.convsim: {len(seen.layers)}"
    assert text.startswith("net.convsim: ")


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.text().map(str.encode))
def test_any_bytes_are_json_or_refused(data):
    try:
        tree = strict_json.parse(data)
    except ConvSimError:
        return
    assert tree == json.loads(data)


class Bytes:
    """Bytes as a source."""

    def __init__(self, data):
        self.data = memoryview(data)

    def fill(self, view):
        if len(self.data) < len(view):
            raise ArrayFileError("is cut off")
        view[:] = self.data[: len(view)]
        self.data = self.data[len(view) :]


GOOD = parts_of(saved(version_1()))[WEIGHTS]


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=120)
    | st.tuples(st.integers(0, len(GOOD) - 1), st.binary(max_size=4)).map(
        lambda change: GOOD[: change[0]] + change[1] + GOOD[change[0] + 1 :]
    )
)
def test_any_bytes_are_arrays_or_refused(data):
    try:
        for tensor in TensorReader(Bytes(data), len(data)).tensors():
            assert len(tensor.data) <= len(data)
    except ConvSimError as problem:
        text = str(problem)
    else:
        text = "read"
    assert text
