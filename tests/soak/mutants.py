"""Would the tests notice a mistake in a kernel?  Makes thirty, one at a time, and runs the tests.

    python -m tests.soak.mutants [--seed 1] [--count 30] [--no-torch]

The mistakes are drawn from a seed over the syntax trees of the kernels (`tests.soak.mutations`).
Each is made in a copy of the checkout, and the tests of that part run there.  A mistake is caught
if a test fails or does not come to an end.  Ends with status 1 if one was not caught.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.soak.mutations import EQUIVALENT, drawn

if TYPE_CHECKING:
    from tests.soak.mutations import Mutation

ROOT = Path(__file__).parents[2]
PARTS = {
    "convsim/core/engine": ("tests/core/engine/test_[cdgs]*.py", "tests/core/engine"),
    "convsim/core/losses": ("tests/core/test_losses.py",),
    "convsim/core/optim": ("tests/core/optim",),
    "convsim/core/strips": ("tests/core/test_strips.py", "tests/core/test_low*.py"),
    "convsim/core/window_bands": ("tests/core/test_low*.py",),
    "convsim/core": (
        "tests/core/layers/test_contract.py",
        "tests/core/layers/test_[gk]*.py",
        "tests/core/layers",
        "tests/core/test_low*.py",
        "tests/core/test_[a-e]*.py",
        "tests/core/test_[gin]*.py",
        "tests/core/step",
    ),
}
"""The tests of each part of the sources, those that fail soonest first."""
LIMIT = 400
"""Seconds after which tests count as not coming to an end."""


@dataclass(frozen=True)
class Trial:
    """A mutation and what became of it: the test that failed, or nothing."""

    mutation: Mutation
    caught_by: str

    def __str__(self) -> str:
        """Return one line: caught or not, the mutation, the test."""
        word = "caught  " if self.caught_by else "SURVIVED"
        return f"{word}  {self.mutation}" + f"   [{self.caught_by}]" * bool(self.caught_by)


@contextmanager
def checkout() -> Iterator[Path]:
    """Give a copy of what the tests of the core need, and remove it afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("convsim", "tests"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", copy)
        os.symlink(ROOT / "resources", copy / "resources")
        yield copy


def run_tests(copy: Path, tests: tuple[str, ...], *, torch: bool) -> str:
    """Return the first test that fails in a copy, or an empty text."""
    env = {**os.environ, "PYTHONPATH": str(copy)}
    there = [str(path.relative_to(copy)) for test in tests for path in sorted(copy.glob(test))]
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--tb=no"]
    command += [*([] if torch else ["-m", "not torch"]), *there]
    try:
        done = subprocess.run(
            command, cwd=copy, env=env, capture_output=True, text=True, timeout=LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        return f"no end after {LIMIT} s"
    if done.returncode == 0:
        return ""
    found = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    return found[1] if found else f"pytest ended with {done.returncode}"


def tests_of(path: Path) -> tuple[str, ...]:
    """Return the tests of a source file."""
    return next(tests for part, tests in PARTS.items() if str(path).startswith(part))


def trials(copy: Path, mutations: list[Mutation], *, torch: bool) -> Iterator[Trial]:
    """Make one mistake after the other in a copy, and say what became of it."""
    for number, mutation in enumerate(mutations):
        file = copy / mutation.path
        whole = file.read_text("utf-8")
        for text, shift in ((mutation.source, 2 * number + 1), (whole, 2 * number + 2)):
            file.write_text(text, "utf-8")
            # Cached byte code is told from that of another source by the second of its change.
            os.utime(file, (time.time() + 10 * shift,) * 2)
            if text is mutation.source:
                yield Trial(mutation, run_tests(copy, tests_of(mutation.path), torch=torch))


def main() -> int:
    """Try as many mutations as asked for, print what became of each, return the status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--no-torch", action="store_true", help="without the tests of PyTorch")
    options = parser.parse_args()
    torch = not options.no_torch
    mutations, there_are, excluded = drawn(ROOT, options.seed, options.count)
    print(f"{there_are} mutations; left out by rule:")
    for rule, argument in EQUIVALENT.items():
        print(f"  {excluded[rule]:3} {rule}: {argument}")
    with checkout() as copy:
        for tests in PARTS.values():
            failed = run_tests(copy, tests, torch=torch)
            if failed:
                print(f"the tests fail without any mistake: {failed}")
                return 2
        caught = 0
        for trial in trials(copy, mutations, torch=torch):
            print(trial, flush=True)
            caught += bool(trial.caught_by)
    print(f"{caught} of {options.count} caught (seed {options.seed})")
    return 0 if caught == options.count else 1


if __name__ == "__main__":
    sys.exit(main())
