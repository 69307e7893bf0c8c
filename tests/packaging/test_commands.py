"""The two commands hand over to the program and to the checks, and explain why they cannot."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import bootstrap
import check
import checks
import console
import pytest
import start
from checks import Result

PYTHON = Path("venv python")
Main = Callable[[list[str]], int]


class Setup:
    """Stands in for the set-up."""

    error: type[BaseException] | None = None
    groups: list[str]

    def __init__(self, groups: list[str], **wanted: bool) -> None:
        Setup.groups = groups
        self.env = {"HOME": "h"}

    def run(self) -> Path:
        """Do nothing, or fail."""
        if self.error:
            raise self.error("no luck")
        return PYTHON


@pytest.fixture(autouse=True)
def no_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be set up or run."""
    monkeypatch.setattr(bootstrap, "Setup", Setup)
    monkeypatch.setattr(console, "prepare", lambda: None)
    monkeypatch.setattr(Setup, "error", None)
    monkeypatch.setattr(checks, "run_check", lambda one, *rest: Result(one, 0, 1.0, ""))


@pytest.mark.skipif(os.name == "nt", reason="Windows starts a second process")
def test_the_process_becomes_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    became: list[object] = []

    def execve(*arguments: object) -> None:
        became.extend(arguments)
        raise SystemExit

    monkeypatch.setattr(os, "execve", execve)
    with pytest.raises(SystemExit):
        start.main(["my cat.png", "--step"])
    command = ["venv python", "-P", "-m", "convsim", "my cat.png", "--step"]
    assert became == ["venv python", command, {"HOME": "h"}]
    assert Setup.groups == ["program"]


def test_windows_passes_on_the_exit_status(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(subprocess, "call", lambda command, env: 7)
        patch.setattr(os, "name", "nt")
        status = start.main([])
    assert status == 7


@pytest.mark.parametrize("main", [start.main, check.main])
def test_a_set_up_that_fails_says_why(
    main: Main, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Setup, "error", console.SetupError)
    assert main([]) == 1
    assert capsys.readouterr().out == "ConvSim could not be set up: no luck\n"


@pytest.mark.parametrize("main", [start.main, check.main])
def test_it_can_be_stopped(
    main: Main, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Setup, "error", KeyboardInterrupt)
    assert main([]) == 130
    assert "Stopped." in capsys.readouterr().out


def test_all_checks_are_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main([]) == 0
    assert "All of 6 checks passed" in capsys.readouterr().out
    assert Setup.groups == ["program", "dev"]


def test_a_failure_makes_the_command_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        checks, "run_check", lambda one, *rest: Result(one, int(one.name == "e2e"), 1.0, "")
    )
    assert check.main(["--only", "ruff", "--torch"]) == 0
    assert Setup.groups == ["program", "dev", "torch"]
    assert check.main([]) == 1


@pytest.mark.skipif(os.name == "nt", reason="a shell script")
def test_what_ci_runs_is_the_same_command() -> None:
    script = bootstrap.ROOT / ".ci/run"
    assert os.access(script, os.X_OK)
    assert "packaging/check.py --torch" in script.read_text("utf-8")
