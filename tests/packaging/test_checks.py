"""Every check is run, a failure does not stop the others, and the end says what happened."""

from __future__ import annotations

import sys
from pathlib import Path

import check
import checks
import pytest
from checks import CHECKS, Check, Result, check_env, run_check, sum_up
from console import duration

PYTHON = Path(sys.executable)


def test_the_checks_are_those_that_are_promised() -> None:
    names = ["ruff", "format", "types", "imports", "tests", "e2e"]
    assert [one.name for one in CHECKS] == names


def test_they_can_be_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main(["--list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(CHECKS)


def test_some_can_be_chosen() -> None:
    options = check.options_of(["--only", "ruff", "--only", "types", "--torch"], ["ruff", "types"])
    assert options.only == ["ruff", "types"]
    assert options.torch
    with pytest.raises(SystemExit):
        check.options_of(["--only", "nothing"], ["ruff"])


def test_nothing_of_the_desktop_reaches_the_tests() -> None:
    desktop = {"DISPLAY": ":0", "WAYLAND_DISPLAY": "w", "QT_SCALE_FACTOR": "2", "MYPYPATH": "x"}
    desktop |= {"PYTEST_ADDOPTS": "-x", "OMP_NUM_THREADS": "1", "VIRTUAL_ENV": "x"}
    kept = {"HOME": "h", "PATH": "p", "DISPLAY_NAME": "stays"}
    assert check_env({**desktop, **kept}, "r") == {
        **kept,
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_RUNTIME_DIR": "r",
    }


@pytest.mark.parametrize("status", [0, 3])
def test_a_check_reports_its_status(tmp_path: Path, status: int) -> None:
    one = Check("one", "a check", ("-c", f"raise SystemExit({status})"))
    result = run_check(one, PYTHON, tmp_path, check_env({}, str(tmp_path)))
    assert result.status == status
    assert result.seconds > 0


@pytest.mark.parametrize(
    ("test", "status", "closing"),
    [
        ("def test_one(): pass", 0, "1 passed in "),
        ("def test_one(): assert False", 1, "1 failed in "),
        ("import no_such_module", 2, "1 error in "),
        ("", 5, "no tests ran in "),
    ],
)
def test_pytests_closing_line_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], test: str, status: int, closing: str
) -> None:
    (tmp_path / "test_it.py").write_text(test, encoding="utf-8")
    env = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    one = Check("one", "tests", ("-m", "pytest", "--color=auto", "test_it.py"))
    result = run_check(one, PYTHON, tmp_path, env)
    assert result.status == status
    assert result.closing.startswith(closing)
    assert "test session starts" in capsys.readouterr().out
    assert sum_up([result]) == (1 if status else 0)


def test_colours_do_not_hide_the_closing_line() -> None:
    line = "\x1b[32m==== \x1b[32m\x1b[1m8 passed\x1b[0m\x1b[32m in 0.03s\x1b[0m\x1b[32m ====\x1b[0m"
    assert checks.CLOSING.match(line)
    assert not checks.CLOSING.match("tests/test_it.py ..... 8 passed")


def test_the_summary_names_what_failed(capsys: pytest.CaptureFixture[str]) -> None:
    results = [Result(one, int(one.name == "types"), 40.0, "") for one in CHECKS]
    assert sum_up(results) == 1
    out = capsys.readouterr().out
    assert "types    FAILED" in out
    assert "ruff     passed" in out
    assert out.endswith("1 of 6 checks failed in 4 min 0 s: types\n")
    assert sum_up(results[:1]) == 0
    assert capsys.readouterr().out.endswith("All of 1 check passed in 40.0 s.\n")


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.04, "0.0 s"), (59.94, "59.9 s"), (125, "2 min 5 s")]
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text
