"""Knows the folder ``.venv``: whether it works, what was installed into it, what is out of date.

A small file in the folder records the hashes of the lock files that were installed. While they
have not changed, nothing is to be done, and finding that out takes a few milliseconds.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tomllib
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from console import SetupError, run_quietly

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

PYTHON = "{}.{}".format(*sys.version_info)

# The lock files of each group of packages. A group is installed in one go; later groups build on
# earlier ones. Where several sets of files are given, the first that can be had is taken: a build
# of PyTorch for the CPU alone is not in the index, but may be in a folder that pip is told of.
GROUPS = {
    "program": (("lock.txt", "lock-build.txt"),),
    "dev": (("lock-dev.txt",),),
    "torch": (
        ("lock-torch.txt", "lock-torch-cpu.txt"),
        ("lock-torch.txt", "lock-torch-index.txt"),
    ),
}
PROJECT = "project"  # ConvSim itself, which has no lock file


@dataclass
class State:
    """What was installed, as recorded inside the environment.

    Attributes
    ----------
    python
        Such as "3.11".
    checkout
        The folder that the environment was made in; it does not survive being moved.
    stamps
        For each group, and for the project itself, the hash of what was installed.
    packages
        Names of folders that must still be there.
    """

    python: str
    checkout: str
    stamps: dict[str, str] = field(default_factory=dict)
    packages: list[str] = field(default_factory=list)


class Environment:
    """The folder ``.venv`` of the checkout at `root`."""

    def __init__(self, root: Path) -> None:
        windows = os.name == "nt"
        self.root = root
        self.folder = root / ".venv"
        self.python = self.folder / ("Scripts/python.exe" if windows else "bin/python")
        library = "Lib" if windows else f"lib/python{PYTHON}"
        self.site = self.folder / library / "site-packages"
        self.record = self.folder / "convsim-setup.json"
        self.unfinished = self.folder / "convsim-setup-unfinished"
        self.log = self.folder / "convsim-setup.log"

    def packages(self) -> list[str]:
        """Return the names of the installed packages' folders; pip may be another any day."""
        try:
            names = os.listdir(self.site)
        except OSError:
            return []
        return sorted(n for n in names if n.endswith(".dist-info") and not n.startswith("pip-"))

    def state(self) -> State | None:
        """Return what is recorded, or None if that is nothing or about something else."""
        try:
            state = State(**json.loads(self.record.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        fits = state.python == PYTHON and state.checkout == str(self.root)
        if not fits or not self.finished():
            return None
        if not set(self.packages()).issuperset(state.packages):
            state.stamps = {}
        return state

    def finished(self) -> bool:
        """Return whether there is a Python that this user may run, and nothing was cut short."""
        return os.access(self.python, os.X_OK) and not self.unfinished.exists()

    def write_state(self, stamps: dict[str, str]) -> None:
        """Record that everything in `stamps` is installed."""
        state = State(PYTHON, str(self.root), stamps, self.packages())
        fresh = self.record.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(state), indent=1), encoding="utf-8")
        fresh.replace(self.record)

    def locks(self, group: str) -> list[list[Path]]:
        """Return the sets of lock files of `group`, the best first."""
        return [[self.root / "packaging" / name for name in names] for names in GROUPS[group]]

    def stamp(self, group: str) -> str:
        """Return the hash of what installing `group` would install."""
        digest = hashlib.sha256()
        if group == PROJECT:
            text = (self.root / "pyproject.toml").read_text(encoding="utf-8")
            content = tomllib.loads(text)
            parts = [content["build-system"], content["project"], content["tool"]["hatch"]]
            digest.update(json.dumps(parts).encode())
        else:
            for paths in self.locks(group):
                for path in paths:
                    digest.update(path.read_bytes())
        return digest.hexdigest()

    def stamps(self) -> dict[str, str]:
        """Return the recorded stamps, none if the record cannot be trusted."""
        state = self.state()
        return state.stamps if state else {}

    def outdated(self, groups: Iterable[str]) -> list[str]:
        """Return those of `groups` that must be installed."""
        stamps = self.stamps()
        return [group for group in groups if stamps.get(group) != self.stamp(group)]

    def usable(self) -> bool:
        """Return whether there is an environment that works and has this Python."""
        if not self.finished():
            return False
        if self.record.exists():
            return self.state() is not None
        # Made by hand, or by another tool.
        ask = "import sys, pip; print('{}.{}'.format(*sys.version_info))"
        status, text = run_quietly([str(self.python), "-I", "-c", ask], dict(os.environ))
        return status == 0 and text.strip() == PYTHON

    def empty(self) -> None:
        """Remove what is in the folder.

        Raises
        ------
        SetupError
            If the folder is something else than an environment.
        """
        if not self.folder.is_dir():
            if self.folder.exists() or self.folder.is_symlink():
                raise SetupError(f"{self.folder} is not a folder; move it away and try again")
            return
        entries = list(self.folder.iterdir())
        names = {entry.name for entry in entries}
        marks = {"pyvenv.cfg", self.unfinished.name, self.record.name}
        if names and not names & marks:
            raise SetupError(f"{self.folder} is no Python environment; move it away and try again")
        # The mark goes last: a removal that is interrupted can be taken up again.
        for entry in sorted(entries, key=lambda path: path == self.unfinished):
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
