"""Tests of the command line call it as a shell does: with arguments, in some folder."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from convsim.cli import main

DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
PROJECT = Path(__file__).resolve().parents[2]


@dataclass
class Result:
    """What a command left behind: exit status, standard output, standard error."""

    status: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def convsim(capsys) -> Callable[..., Result]:
    """Return a function that runs a command in this process."""

    def run(*argv: object) -> Result:
        status = main([str(a) for a in argv])
        captured = capsys.readouterr()
        return Result(status, captured.out, captured.err)

    return run


@pytest.fixture
def bare() -> dict[str, str]:
    """Return the environment of a process of its own, without a display."""
    clean = {k: v for k, v in os.environ.items() if k not in DISPLAYS}
    return {**clean, "PYTHONPATH": str(PROJECT), "PYTHONIOENCODING": "utf-8"}


@pytest.fixture
def shell(folder, bare) -> Callable[..., Result]:
    """Return a function that runs a command in a process of its own, without a display."""

    def run(*argv: object, code: str = "", **env: str) -> Result:
        start = ["-c", code] if code else ["-m", "convsim"]
        done = subprocess.run(
            [sys.executable, *start, *map(str, argv)],
            cwd=folder,
            env={**bare, **env},
            capture_output=True,
            timeout=120,
            check=False,
        )
        out, err = (text.decode("utf-8", "replace") for text in (done.stdout, done.stderr))
        return Result(done.returncode, out, err)

    return run
