"""A checkout on paper: the files that the set-up reads, and no network."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import bootstrap
import environment
import pytest
import system

PACKAGING = Path(environment.__file__).parent


@dataclass
class Programs:
    """Stands in for python -m venv and pip: notes what was asked, and leaves what they leave.

    Attributes
    ----------
    asked
        One word a command: "venv", the lock files' names, "project" or "import".
    fails
        For such a word, what the program prints before it fails.
    """

    env: environment.Environment
    asked: list[str] = field(default_factory=list)
    fails: dict[str, str] = field(default_factory=dict)

    def __call__(self, command: Sequence[str], *rest: object) -> tuple[int, str]:
        word = self.word(command)
        self.asked.append(word)
        if word in self.fails:
            return 1, self.fails[word]
        if word == "venv":
            self.make()
        elif word.startswith("lock"):
            (self.env.site / "numpy-2.4.6.dist-info").mkdir(exist_ok=True)
        elif word == "project":
            (self.env.site / "_convsim.pth").write_text(str(self.env.root), encoding="utf-8")
        return 0, "3.11" if word == "probe" else ""

    def word(self, command: Sequence[str]) -> str:
        """Return what `command` is about."""
        if "venv" in command:
            return "venv"
        if "--editable" in command:
            return "project"
        if "--requirement" in command:
            assert "--require-hashes" in command
            assert "--only-binary=:all:" in command
            return " ".join(Path(word).name for word in command if word.endswith(".txt"))
        return "import" if command[-1] == "import convsim" else "probe"

    def make(self) -> None:
        """Leave what `python -m venv` leaves."""
        self.env.site.mkdir(parents=True)
        self.env.python.parent.mkdir(exist_ok=True)
        self.env.python.touch(mode=0o755)
        (self.env.folder / "pyvenv.cfg").touch()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a folder with the lock files and pyproject.toml of this checkout."""
    root = tmp_path / "a checkout"
    (root / "packaging").mkdir(parents=True)
    for path in PACKAGING.glob("lock*.txt"):
        shutil.copy(path, root / "packaging")
    shutil.copy(PACKAGING.parent / "pyproject.toml", root)
    return root


@pytest.fixture
def programs(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    """Return stand-ins for pip and venv, on a system that lacks nothing."""
    stand_in = Programs(environment.Environment(checkout))
    monkeypatch.setattr(bootstrap, "run_quietly", stand_in)
    monkeypatch.setattr(environment, "run_quietly", stand_in)
    monkeypatch.setattr(environment, "PYTHON", "3.11")
    monkeypatch.setattr(system, "missing", lambda **wanted: {})
    return stand_in
