"""The set-up does what is to be done, once, and takes up again what was cut short."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import bootstrap
import console
import environment
import pytest
import system

if TYPE_CHECKING:
    from tests.packaging.conftest import Programs

PACKAGES = "lock.txt lock-build.txt"
PROGRAM = [PACKAGES, "project", "import"]
NEW = ["venv", *PROGRAM]
CPU = "lock-torch.txt lock-torch-cpu.txt"
INDEX = "lock-torch.txt lock-torch-index.txt"
RETRY = "Temporary failure in name resolution\nERROR: No matching distribution found for numpy\n"


def set_up(root: Path, *groups: str) -> Path:
    """Run the set-up of `groups`, the program's by default."""
    return bootstrap.Setup(groups or ("program",), root=root).run()


def locked(root: Path, name: str) -> int:
    """Return how many packages a lock file names."""
    lines = (root / "packaging" / name).read_text(encoding="utf-8").splitlines()
    return sum("==" in line for line in lines)


def test_the_first_run_does_everything_and_the_second_nothing(
    checkout: Path, programs: Programs, capsys: pytest.CaptureFixture[str]
) -> None:
    assert set_up(checkout) == programs.env.python
    assert programs.asked == NEW
    said = capsys.readouterr().out
    assert "[1/3] Making a Python environment" in said
    total = locked(checkout, "lock.txt") + locked(checkout, "lock-build.txt")
    assert f"[2/3] Installing {total} packages (first time only) …" in said
    assert "[3/3] Connecting ConvSim" in said
    programs.asked.clear()
    set_up(checkout)
    assert programs.asked == []
    assert capsys.readouterr().out == ""


def test_developers_get_more(checkout: Path, programs: Programs) -> None:
    set_up(checkout)
    programs.asked.clear()
    set_up(checkout, "program", "dev")
    assert programs.asked == ["lock-dev.txt"]


def test_a_pytorch_for_the_cpu_is_preferred(checkout: Path, programs: Programs) -> None:
    for _ in range(2):
        set_up(checkout, "program", "torch")
    assert programs.asked == ["venv", PACKAGES, CPU, "project", "import"]


def test_without_one_the_index_has_its_own(checkout: Path, programs: Programs) -> None:
    programs.fails[CPU] = "ERROR: No matching distribution found for torch==2.13.0+cpu\n"
    for _ in range(2):
        set_up(checkout, "program", "torch")
    assert programs.asked == ["venv", PACKAGES, CPU, INDEX, "project", "import"]


def test_without_a_network_nothing_else_is_tried(checkout: Path, programs: Programs) -> None:
    programs.fails[CPU] = RETRY
    with pytest.raises(console.SetupError, match="is there a network"):
        set_up(checkout, "program", "torch")
    assert programs.asked == ["venv", PACKAGES, CPU]


def test_a_changed_lock_file_is_installed(
    checkout: Path, programs: Programs, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up(checkout)
    programs.asked.clear()
    (checkout / "packaging/lock-build.txt").write_text("hatchling==9\n", encoding="utf-8")
    set_up(checkout)
    assert programs.asked == [PACKAGES]
    total = locked(checkout, "lock.txt") + 1
    assert f" {total} packages (the lock file has changed)" in capsys.readouterr().out


def test_only_what_concerns_the_installation_counts(checkout: Path, programs: Programs) -> None:
    set_up(checkout)
    programs.asked.clear()
    path = checkout / "pyproject.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("line-length = 100", "line-length = 99"), encoding="utf-8")
    set_up(checkout)
    assert programs.asked == []
    path.write_text(
        text.replace("convsim.__main__:main", "convsim.__main__:start"), encoding="utf-8"
    )
    set_up(checkout)
    assert programs.asked == ["project", "import"]


def test_what_pip_could_not_download_is_tried_again(checkout: Path, programs: Programs) -> None:
    programs.fails[PACKAGES] = RETRY
    with pytest.raises(console.SetupError, match="numpy could not be downloaded"):
        set_up(checkout)
    assert programs.env.log.read_text("utf-8") == RETRY
    programs.fails.clear()
    programs.asked.clear()
    set_up(checkout)
    assert programs.asked == PROGRAM


def test_what_pip_left_half_installed_is_made_again(checkout: Path, programs: Programs) -> None:
    programs.fails[PACKAGES] = "Installing collected packages: numpy\nERROR: no more memory\n"
    with pytest.raises(console.SetupError, match="no more memory"):
        set_up(checkout)
    programs.fails.clear()
    programs.asked.clear()
    set_up(checkout)
    assert programs.asked == NEW


@pytest.mark.parametrize("word", ["venv", PACKAGES, "project"])
def test_an_interrupted_run_is_made_again(
    checkout: Path, programs: Programs, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    def interrupted(command: list[str], *rest: object) -> tuple[int, str]:
        if programs.word(command) == word:
            raise KeyboardInterrupt
        return programs(command, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(bootstrap, "run_quietly", interrupted)
        with pytest.raises(KeyboardInterrupt):
            set_up(checkout)
    programs.asked.clear()
    set_up(checkout)
    assert programs.asked == NEW


def test_a_program_that_cannot_be_imported_is_no_success(
    checkout: Path, programs: Programs
) -> None:
    programs.fails["import"] = "Traceback\nModuleNotFoundError: No module named 'convsim'\n"
    with pytest.raises(console.SetupError, match="cannot import ConvSim: ModuleNotFound"):
        set_up(checkout)
    programs.fails.clear()
    set_up(checkout)
    assert programs.asked[-3:] == PROGRAM


def test_no_environment_can_be_made(checkout: Path, programs: Programs) -> None:
    programs.fails["venv"] = "Error: no ensurepip\n"
    with pytest.raises(console.SetupError, match="Error: no ensurepip"):
        set_up(checkout)


def test_a_folder_that_cannot_be_written(checkout: Path, programs: Programs) -> None:
    (checkout / ".venv.lock").mkdir()
    with pytest.raises(console.SetupError, match="directory"):
        set_up(checkout)


def test_letters_of_any_language_in_the_path(checkout: Path, programs: Programs) -> None:
    root = checkout.rename(checkout.with_name("강의 ü"))
    programs.env = environment.Environment(root)
    set_up(root)
    line = (programs.env.site / "_convsim.pth").read_text(encoding="ascii")
    paths: list[str] = []
    exec(line.replace("import sys; sys.path", "paths"), {"paths": paths})
    assert paths == [str(root)]


@pytest.mark.parametrize("root", [True, False])
def test_what_the_system_lacks(
    checkout: Path,
    programs: Programs,
    monkeypatch: pytest.MonkeyPatch,
    *,
    root: bool,
) -> None:
    monkeypatch.setattr(system, "missing", lambda **wanted: {"libGL.so.1": "libgl1"})
    monkeypatch.setattr(system, "may_install", lambda: root)
    monkeypatch.setattr(system, "provide", lambda gone, progress: {})
    if root:
        set_up(checkout)
        assert programs.asked == NEW
    else:
        with pytest.raises(console.SetupError, match=r"lacks libGL\.so\.1"):
            set_up(checkout)
        assert programs.asked == []  # nothing is downloaded for a program that cannot start


def test_what_only_tests_lack_stops_nothing(
    checkout: Path,
    programs: Programs,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(system, "missing", lambda **wanted: {"Xvfb": "xvfb"})
    monkeypatch.setattr(system, "may_install", lambda: False)
    set_up(checkout)
    assert "lacks Xvfb; tests that use it will fail" in capsys.readouterr().out
    assert programs.asked == NEW


def test_variables_that_lead_astray_are_dropped() -> None:
    given = {"PYTHONPATH": "x", "PYTHONHOME": "x", "PIP_TARGET": "x", "PIP_CERT": "c", "HOME": "h"}
    assert bootstrap.clean_env({**given, "PYTHONUTF8": "1"}) == {
        "PIP_CERT": "c",
        "HOME": "h",
        "PYTHONUTF8": "1",
    }


@pytest.mark.skipif(os.name == "nt", reason="Windows has no HOME")
@pytest.mark.parametrize("env", [{}, {"HOME": ""}])
def test_there_is_always_a_home(env: dict[str, str]) -> None:
    assert Path(bootstrap.clean_env(env)["HOME"]).is_absolute()
