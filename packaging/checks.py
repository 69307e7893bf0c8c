"""Runs the checks one after another, goes on after a failure, and sums up at the end."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

from console import duration, say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# pytest's closing line, such as "===== 812 passed, 3 skipped in 88.30s (0:01:28) =====".
CLOSING = re.compile(r"^(?:\x1b\[[\d;]*m)*=+ .*(?:passed|failed|error|no tests ran).*$")
COLOUR = re.compile(r"\x1b\[[\d;]*m")
# Variables by which a developer's desktop would reach into the tests.
LEAKS = re.compile(
    r"QT_|QML|QSG_|PYTEST_|PYTHONPATH|MYPY|RUFF_|COVERAGE_|COV_CORE|PYQTGRAPH_|OMP_|OPENBLAS_|MKL_"
    r"|(DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|VIRTUAL_ENV)$"
)


class Check(NamedTuple):
    """One check: its short name, what it looks at, and the arguments for Python."""

    name: str
    title: str
    arguments: tuple[str, ...]


# The import linter has no `python -m` form.
LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"
PYTEST = ("-m", "pytest", "--color=auto")
CHECKS = (
    Check("ruff", "mistakes and style (ruff check)", ("-m", "ruff", "check", ".")),
    Check("format", "layout of the code (ruff format)", ("-m", "ruff", "format", "--check", ".")),
    Check("types", "types (mypy)", ("-m", "mypy")),
    Check("imports", "rooms (import-linter)", ("-c", LINT_IMPORTS, "--no-logo")),
    Check("tests", "tests without a screen (pytest)", (*PYTEST, "--ignore=tests/e2e")),
    Check("e2e", "tests of a real window on a virtual screen (pytest)", (*PYTEST, "tests/e2e")),
)


class Result(NamedTuple):
    """How a check ended."""

    check: Check
    status: int
    seconds: float
    closing: str


def check_env(env: dict[str, str], runtime: str) -> dict[str, str]:
    """Return the environment variables for a check: nothing of the desktop, Qt without a screen.

    Parameters
    ----------
    env
        The variables as they are.
    runtime
        A private folder for the files of a session, which Qt asks for.
    """
    kept = {name: value for name, value in env.items() if not LEAKS.match(name)}
    return kept | {"QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": runtime}


def run_check(check: Check, python: Path, root: Path, env: dict[str, str]) -> Result:
    """Run one check, passing on what it prints, and keep pytest's closing line."""
    say(f"\n── {check.title} ──")
    started = time.monotonic()
    # -P: only installed packages and the paths named in pyproject.toml are importable.
    command = [str(python), "-P", *check.arguments]
    if "pytest" not in check.arguments:
        status = subprocess.run(
            command, cwd=root, env=env, stdin=subprocess.DEVNULL, check=False
        ).returncode
        return Result(check, status, time.monotonic() - started, "")
    if sys.stdout.isatty():
        command[command.index("--color=auto")] = "--color=yes"
    closing = ""
    with subprocess.Popen(
        command,
        cwd=root,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            say(line.rstrip("\n"))
            if CLOSING.match(line):
                closing = COLOUR.sub("", line).strip().strip("= ")
    return Result(check, process.returncode, time.monotonic() - started, closing)


def sum_up(results: Sequence[Result]) -> int:
    """Print a table of `results`, and return the number of checks that failed.

    A pytest that found no tests ends with status 5, which is a failure like any other.
    """
    say("\n── summary ──")
    for check, status, seconds, closing in results:
        word = "FAILED" if status else "passed"
        say(f"{check.name:8} {word}  {duration(seconds):>12}  {closing}".rstrip())
    failed = [result.check.name for result in results if result.status]
    took = duration(sum(result.seconds for result in results))
    count = f"{len(results)} check{'s' if len(results) != 1 else ''}"
    if failed:
        say(f"\n{len(failed)} of {count} failed in {took}: {', '.join(failed)}")
    else:
        say(f"\nAll of {count} passed in {took}.")
    return len(failed)
