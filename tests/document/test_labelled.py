"""Labelled pictures live in the document and survive the file."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest

from convsim.core.errors import ConvSimError
from convsim.data.sets import DataSetError
from convsim.document.example import Example
from convsim.document.labelled import MOST, labels_of, with_example, without_examples
from convsim.formats.archive import Archive
from convsim.formats.examples_part import EXAMPLES, examples_arrays
from convsim.formats.project import put_project
from convsim.formats.tensors import Raw
from convsim.services.labelled import labelled_set
from convsim.services.opening import open_preset, with_input_size
from tests.formats.projects import again, assert_same, opened, saved


@pytest.fixture
def lenet():
    return open_preset("lenet5", taught=False)


def test_the_picture_is_kept_as_the_network_reads_it(lenet):
    one = with_example(lenet, "  a   cat ")
    assert one.examples[0].label == "a cat"
    assert one.examples[0].pixels.dtype == np.uint8
    np.testing.assert_allclose(one.examples[0].pixels / 255, lenet.image, atol=0.51 / 255)
    assert lenet.examples == ()


@pytest.mark.parametrize("label", ["", "  ", "x" * 61])
def test_a_label_that_is_none_is_refused(lenet, label):
    with pytest.raises(ConvSimError, match="label"):
        with_example(lenet, label)


def test_there_is_room_for_so_many(lenet):
    full = replace(lenet, examples=(Example("a", np.zeros((2, 2, 1), np.uint8)),) * MOST)
    with pytest.raises(ConvSimError, match="folders, one a class"):
        with_example(full, "a")


def test_they_are_taken_out_by_number(lenet):
    three = with_example(with_example(with_example(lenet, "a"), "b"), "a")
    assert labels_of(three) == {"a": [0, 2], "b": [1]}
    assert labels_of(without_examples(three, [0, 1])) == {"a": [0]}


def test_they_come_back_from_the_file_also_after_the_input_was_resized(lenet):
    one = with_example(lenet, "cat")
    other = with_example(with_input_size(one, 40, 20, 3), "가")
    assert_same(again(other), other)
    data = labelled_set(other.examples, (9, 9, 1))
    assert data.classes == ("cat", "가")
    assert data.images.batch(np.arange(2)).shape == (2, 1, 9, 9)


@pytest.mark.parametrize("labels", [[], ["a", "a"]])
def test_fewer_than_two_kinds_are_no_data_set(labels):
    some = [Example(label, np.zeros((2, 2, 1), np.uint8)) for label in labels]
    with pytest.raises(DataSetError, match="two classes at least"):
        labelled_set(some, (2, 2, 1))


def test_what_is_no_picture_in_the_file_is_listed_and_the_rest_is_kept(lenet, monkeypatch):
    two = with_example(with_example(lenet, "good"), "bad")

    def spoilt(document):
        first, _ = examples_arrays(document)
        return [first, Raw("2", "U8", (2, 2), np.zeros(4, np.uint8))]

    monkeypatch.setattr("convsim.formats.project.examples_arrays", spoilt)
    result = opened(saved(two))
    assert [one.label for one in result.document.examples] == ["good"]
    assert any("labelled picture 2 (bad)" in note for note in result.missing)


def test_the_part_is_there_only_if_something_is_labelled(lenet):
    for document, there in ((lenet, False), (with_example(lenet, "a"), True)):
        file = io.BytesIO()
        put_project(file, document)
        assert (EXAMPLES in Archive(file, len(file.getvalue())).parts) is there
