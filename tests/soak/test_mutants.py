"""A tenth of the mutations of the kernels, and the mutations themselves."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from tests.soak.mutants import ROOT, checkout, trials
from tests.soak.mutations import drawn, measured_names, mutated, sites, targets, variants

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = '''"""A small kernel."""

FAST = 10
"""From so many on the other way is faster (measured)."""


def kernel(x: "list[int] | None", low: int = 0) -> float:
    """Return something."""
    if low < 0 and x:
        raise ValueError(f"low must be {0} or more")
    if len(x) > FAST:
        return 1.0
    return -sum(x[low + 1 : 2]) * (0.5 if x is None else 2)
'''


@pytest.fixture
def small(tmp_path: Path) -> Path:
    folder = tmp_path / "convsim/core/layers"
    folder.mkdir(parents=True)
    (folder / "one.py").write_text(SOURCE)
    return tmp_path


def test_every_kind_of_mistake_is_made_and_nothing_else(small):
    found, excluded = sites(small)
    changes = sorted(f"{m.before} → {m.after}" for m in (mutated(small, s) for s in found))
    assert changes == sorted(
        [
            "low < 0 and x → low < 0 or x",
            "low < 0 → low <= 0",
            "0 → 1",
            "1.0 → 3.0",
            "-sum(x[low + 1:2]) * (0.5 if x is None else 2) → "
            "-sum(x[low + 1:2]) / (0.5 if x is None else 2)",
            "-sum(x[low + 1:2]) → sum(x[low + 1:2])",
            "low + 1:2 → low + 1 + 1:2",
            "low + 1:2 → low + 1:2 + 1",
            "low + 1 → low - 1",
            "1 → 2",
            "2 → 3",
            "0.5 if x is None else 2 → 2 if x is None else 0.5",
            "0.5 → 2.0",
            "x is None → x is not None",
            "2 → 3",
        ]
    )
    assert measured_names(small) == {"FAST"}
    assert excluded["speed"] == 1


def test_a_mutation_changes_one_place_of_one_file(small):
    for site in sites(small)[0]:
        mutation = mutated(small, site)
        assert mutation.path == targets(small)[0]
        assert mutation.source != ast.unparse(ast.parse(SOURCE))
        assert mutation.line > 6


def test_a_seed_draws_the_same_ones():
    one, two, other = (drawn(ROOT, seed, 5)[0] for seed in (1, 1, 2))
    assert one == two != other


def test_texts_and_what_is_no_mistake_have_no_variants():
    assert not list(variants(ast.parse("'text'").body[0].value))  # type: ignore[attr-defined]
    assert not list(variants(ast.parse("x").body[0].value))  # type: ignore[attr-defined]


@pytest.mark.slow
def test_mistakes_in_the_kernels_are_caught():
    """Three of the thirty that `python -m tests.soak.mutants` makes."""
    with checkout() as copy:
        tried = list(trials(copy, drawn(ROOT, 1, 3)[0], torch=False))
    assert [str(trial) for trial in tried if not trial.caught_by] == []
