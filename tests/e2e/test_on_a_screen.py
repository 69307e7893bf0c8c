"""A person at a screen: real windows on a virtual X screen, real keys, real mouse."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Start an X server without a screen and return the environment to reach it.

    It fails, and does not skip, where the server is missing: a window nobody opened proves nothing.
    """
    for program in ("Xvfb", "xdotool"):
        assert shutil.which(program), f"{program} is missing; packaging/check.py installs it"
    read, write = os.pipe()
    # Without -noreset the server starts anew when the last window closes, and the next program
    # may come just then.
    size = ["-screen", "0", "1400x900x24"]
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), *size, "-noreset", "-nolisten", "tcp"],
        pass_fds=(write,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as pipe:
        number = pipe.readline().strip()
    assert number, "Xvfb did not start"
    home = tmp_path_factory.mktemp("home")
    yield {
        **os.environ,
        "DISPLAY": f":{number}",
        "QT_QPA_PLATFORM": "xcb",
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_RUNTIME_DIR": str(home),
    }
    server.terminate()
    server.wait(10)


def run(screen: dict[str, str], *command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command on the virtual screen."""
    return subprocess.run(
        command, env=screen, cwd=cwd, text=True, capture_output=True, timeout=240, check=False
    )


def test_a_person_steps_clicks_edits_and_exports(screen: dict[str, str], tmp_path: Path) -> None:
    done = run(screen, sys.executable, "-m", "tests.e2e.person", str(tmp_path), cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all seen" in done.stdout


def test_a_new_user_drops_pictures_sees_it_learn_and_makes_a_slide_of_it(
    screen: dict[str, str], tmp_path: Path
) -> None:
    done = run(screen, sys.executable, "-m", "tests.e2e.learner", str(tmp_path), cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all seen" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("hands", ["keyboard", "mouse"])
def test_a_new_user_builds_breaks_mends_and_gets_everything_back(
    screen: dict[str, str], tmp_path: Path, hands: str
) -> None:
    done = run(screen, sys.executable, "-m", "tests.e2e.builder", str(tmp_path), hands, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all seen" in done.stdout


def test_the_program_starts_and_quits_by_its_key(screen: dict[str, str], tmp_path: Path) -> None:
    program = subprocess.Popen(
        [sys.executable, "-m", "convsim"],
        env=screen,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        window = ""
        while not window and program.poll() is None:
            found = run(
                screen, "xdotool", "search", "--onlyvisible", "--name", "ConvSim", cwd=tmp_path
            )
            window = next(iter(found.stdout.split()[::-1]), "")
        assert window, program.communicate()[0]
        output = ""
        for _ in range(10):  # a key pressed before the window is ready is lost, as for anybody
            run(screen, "xdotool", "windowfocus", window, "key", "ctrl+q", cwd=tmp_path)
            with contextlib.suppress(subprocess.TimeoutExpired):
                output, _errors = program.communicate(timeout=3)
                break
    finally:
        if program.poll() is None:
            program.kill()
            program.communicate()
    assert program.returncode == 0, output
    assert output == ""
