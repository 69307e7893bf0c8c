"""Runs that are kept in a project: loss-free, bounded, and no reason not to open the rest."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from convsim.core.history import MOST, MOST_HELD, MOST_MARKS, History, Mark, Point
from convsim.document.runs import LAST, NO_RUNS
from convsim.document.runs import MOST as MOST_RUNS
from convsim.formats.runs_part import RUNS
from convsim.formats.tensors import Raw, table_of
from convsim.services.opening import open_preset
from tests.formats.hostile import MANIFEST, parts_of, with_wrong_bit, zipped
from tests.formats.projects import again, assert_same, opened, saved

if TYPE_CHECKING:
    from collections.abc import Callable

    from convsim.document import Document


def history(count: int = 3, seed: int = 0) -> History:
    draw = np.random.default_rng(seed)
    return History(
        tuple(
            Point(i, 32, float(draw.random()), float(draw.random()), i / 7)
            for i in range(1, count + 1)
        ),
        (Point(count, 9, 1 / 3, 0.5, 1.0),),
        (Mark(1, 0.1, "rate", "0.1", "0.2"),),
    )


def with_runs(*histories: History) -> Document:
    runs = NO_RUNS
    settings = {"optimizer": "adam", "rate": None, "batch": 32, "shuffle": True, "total": 82}
    for one in histories:
        runs = runs.with_run("lenet5", "사진/숫자", 40, settings, {"flip": True, "noise": 0.1}, one)
    return replace(open_preset("grid-stride-1"), runs=runs)


def changed(document: Document, change: Callable[[dict[str, Any]], object]) -> bytes:
    parts = parts_of(saved(document))
    manifest = json.loads(parts[MANIFEST])
    change(manifest["runs"])
    parts[MANIFEST] = json.dumps(manifest).encode()
    return zipped(parts.items())


def with_table(document: Document, *raws: Raw) -> bytes:
    parts = parts_of(saved(document))
    head, _ = table_of(raws)
    parts[RUNS] = head + b"".join(raw.data.tobytes() for raw in raws)
    return zipped(parts.items())


def points(name: str, table: list[list[float]]) -> Raw:
    rows = np.array(table, "<f8").reshape(len(table), -1)
    return Raw(name, "F64", rows.shape, rows.reshape(-1).view(np.uint8))


def test_runs_come_back_bit_by_bit_in_the_same_bytes() -> None:
    document = with_runs(history(), history(5, 1), replace(history(2), learnt=()))
    assert document.runs is not None
    document = replace(document, runs=document.runs.without(2).renamed(3, "큰 걸음"))
    assert_same(again(document), document)
    assert saved(again(document)) == saved(document)


def test_a_run_without_accuracy_comes_back_too() -> None:
    curves = History((Point(1, 32, 0.1, float("nan"), 0.5),))
    runs = again(with_runs(curves)).runs
    assert runs is not None
    assert repr(runs.kept[0].history) == repr(curves)


def test_numbers_are_not_given_again_after_all_runs_were_forgotten_and_saved() -> None:
    document = with_runs(history())
    assert document.runs is not None
    runs = again(replace(document, runs=document.runs.without(1))).runs
    assert runs is not None
    assert (runs.kept, runs.given) == ((), 1)


def test_a_single_wrong_bit_in_a_curve_is_found() -> None:
    result = opened(with_wrong_bit(parts_of(saved(with_runs(history()))), RUNS))
    assert result.document.runs is None
    (note,) = result.missing
    assert "runs.safetensors is damaged (its checksum is wrong)" in note


def test_a_run_that_is_kept_after_the_last_number_comes_back() -> None:
    document = with_runs(history())
    assert document.runs is not None
    data = changed(document, lambda runs: runs.update(given=LAST))
    runs = opened(data).document.runs
    assert runs is not None
    more = replace(document, runs=runs.with_run("lenet5", "x", 9, {}, {}, history(9, 3)))
    assert_same(again(more), more)


def test_without_runs_the_file_says_nothing_of_them() -> None:
    data = saved(open_preset("grid-stride-1"))
    assert b"runs" not in data
    assert "runs" not in json.loads(parts_of(data)[MANIFEST])


def test_the_longest_runs_take_a_bounded_part_of_a_file_and_come_back() -> None:
    every = [Point(i, 32, 1 / i, 0.5, float(i)) for i in range(1, 3 * MOST_HELD)]
    marks = [Mark(i, float(i), "rate", "0.1", "0.2") for i in range(2 * MOST_MARKS)]
    long = History().with_points(every, every, marks)
    document = with_runs(*(replace(long, learnt=long.learnt[i:]) for i in range(MOST_RUNS)))
    assert document.runs is not None
    assert document.runs.full
    data = saved(document)
    assert_same(opened(data).document, document)
    rows = MOST_RUNS * (MOST + MOST_HELD)
    assert len(data) < 40 * rows + 100_000


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda runs: runs.update(kept=3), "$.runs.kept must be a list"),
        (lambda runs: runs.update(given=-1), "$.runs.given must be at least 0"),
        (lambda runs: runs["kept"].extend(runs["kept"][:1] * 9), "holds 11; up to 4 can be read"),
    ],
)
def test_absurd_runs_are_left_out_and_said(change, words: str) -> None:
    document = with_runs(history(), history(5, 1))
    result = opened(changed(document, change))
    assert result.document.runs is None
    (note,) = result.missing
    assert note.startswith("its kept runs cannot be read: ")
    assert words in note


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("number", 0, "$.runs.kept[1].number must be at least 1"),
        ("number", 2**31, "$.runs.kept[1].number must be at most 1,000,000"),
        ("number", 1, "there are two runs 1"),
        ("number", 7, "has no '7.learnt'"),
        ("color", "red", "must be a whole number"),
        ("name", None, "must be text"),
        ("settings", {"rate": [1]}, "settings"),
        ("settings", {str(i): i for i in range(51)}, "holds 51; up to 50"),
        ("marks", [[1, 0.5, "rate", "a"]], "$.runs.kept[1].marks"),
        ("marks", [[1, 0.5, "rate", "a", "b"]] * 1001, "holds 1,001; up to 1,000"),
    ],
)
def test_one_doubtful_run_leaves_the_others(path: str, value: object, words: str) -> None:
    def change(runs: dict[str, Any]) -> None:
        runs["kept"][1][path] = value

    document = with_runs(history(), history(5, 1), history(4, 2))
    result = opened(changed(document, change))
    assert result.document.runs is not None
    assert [run.number for run in result.document.runs.kept] == [1, 3]
    assert result.document.runs.given == 3
    (note,) = result.missing
    assert note.startswith("the kept run 2 cannot be read: ")
    assert words in note


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ([[1, 32, 0.5, 0.5]], "holds F64 of 1×4; F64 of up to 2,000×5 can be read"),
        ([[1, 32, 0.5, 0.5, 1]] * (MOST + 1), "2001×5"),
        ([[1, 32, np.inf, 0.5, 1]], "no points of a curve"),
        ([[1, 32, 0.5, 7.0, 1]], "no points of a curve"),
        ([[1.5, 32, 0.5, 0.5, 1]], "no points of a curve"),
        ([[2, 32, 0.5, 0.5, 1], [1, 32, 0.5, 0.5, 1]], "no points of a curve"),
        ([[1, 32, 0.5, 0.5, 1e300]], "no points of a curve"),
    ],
)
def test_curves_that_are_none_leave_their_run_out(table: list[list[float]], words: str) -> None:
    held = points("1.held", [[1, 9, 0.5, 0.5, 1]])
    result = opened(with_table(with_runs(history()), points("1.learnt", table), held))
    assert result.document.runs is not None
    assert result.document.runs.kept == ()
    assert words in result.missing[0]


def test_a_damaged_part_leaves_all_runs_out_and_the_network_opens() -> None:
    document = with_runs(history())
    parts = parts_of(saved(document))
    parts[RUNS] = parts[RUNS][:-8]
    result = opened(zipped(parts.items()))
    assert_same(replace(document, runs=None), result.document)
    assert "its kept runs cannot be read: runs.safetensors is too short" in result.missing[0]


def test_curves_without_a_description_belong_to_nothing() -> None:
    parts = parts_of(saved(with_runs(history())))
    manifest = json.loads(parts[MANIFEST])
    del manifest["runs"]
    parts[MANIFEST] = json.dumps(manifest).encode()
    result = opened(zipped(parts.items()))
    assert result.document.runs is None
    assert not result.document.extras


def test_texts_of_a_file_are_cleaned_and_shortened() -> None:
    def change(runs: dict[str, Any]) -> None:
        runs["kept"][0].update(name="a\nb" + "x" * 99, network="\u202eten")
        runs["kept"][0]["marks"] = [[1, 0.1, "ra\0te", "y" * 999, "0.2"]]

    runs = opened(changed(with_runs(history()), change)).document.runs
    assert runs is not None
    (run,) = runs.kept
    assert len(run.name) <= 30
    assert "\n" not in run.name + run.network
    assert len(run.history.marks[0].before) <= 200
