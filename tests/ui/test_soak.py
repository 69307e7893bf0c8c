"""Tenths of `tests.soak.crashes` and `tests.soak.sessions`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "count"), [("crashes", 4), ("sessions", 20)])
def test_nothing_is_lost_and_nothing_piles_up(name, count):
    done = subprocess.run(
        [sys.executable, "-m", f"tests.soak.{name}", str(count)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=150,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
