"""Sets up what ConvSim needs, step by step, and does nothing where nothing is to be done.

Both commands for people, start.py and check.py, begin here. It uses the standard library only,
since nothing else is there yet.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import system
from console import Progress, SetupError, duration, run_quietly, say
from environment import PROJECT, Environment
from folderlock import folder_lock
from pipwords import explain, not_to_be_had, package_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent

# Settings that would send packages elsewhere, or hold them back.
ASTRAY = {"PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_CONSTRAINT", "PIP_REQUIREMENT", "PIP_USER"}
# The settings of Python that do not change which modules it finds.
HARMLESS = {"PYTHONUTF8", "PYTHONIOENCODING", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}


def clean_env(env: Mapping[str, str]) -> dict[str, str]:
    """Return `env` without the variables that lead Python or pip astray, and with a home folder."""
    kept = {
        name: value
        for name, value in env.items()
        if name in HARMLESS or not (name.startswith("PYTHON") or name in ASTRAY)
    }
    if os.name != "nt" and not kept.get("HOME"):
        import pwd

        try:
            kept["HOME"] = pwd.getpwuid(os.getuid()).pw_dir
        except KeyError:  # a container may run under a number without a name
            kept["HOME"] = "/"
    return kept


class Setup:
    """One run of the set-up.

    Parameters
    ----------
    groups
        Names of the groups of packages that are wanted; see `environment.GROUPS`.
    window
        Whether the libraries of a real X11 window are wanted.
    tests
        Whether the programs that tests start are wanted.
    root
        The checkout.
    """

    def __init__(
        self,
        groups: Sequence[str],
        *,
        window: bool = False,
        tests: bool = False,
        root: Path = ROOT,
    ) -> None:
        self.groups = (*groups, PROJECT)
        self.window = window
        self.tests = tests
        self.environment = Environment(root)
        self.env = clean_env(os.environ)
        self.progress = Progress(0)

    def run(self) -> Path:
        """Do what is to be done, and return the environment's Python.

        Raises
        ------
        SetupError
            If that cannot be done; the message is for a person.
        """
        started = time.monotonic()
        try:
            if self.missing() or self.outdated():
                with folder_lock(self.environment.root / ".venv.lock", self.waiting):
                    self.run_steps()
        except OSError as error:
            raise SetupError(f"{error.strerror}: {error.filename}") from error
        if self.progress.number:
            say(f"Set up in {duration(time.monotonic() - started)}.")
        return self.environment.python

    def missing(self) -> dict[str, str]:
        """Return what the operating system lacks."""
        venv = not self.environment.finished()
        return system.missing(window=self.window, tests=self.tests, venv=venv)

    def outdated(self) -> list[str]:
        """Return the groups that must be installed."""
        return self.environment.outdated(self.groups)

    def waiting(self) -> None:
        """Say why nothing happens."""
        say("Another set-up is at work in this folder; waiting for it …")

    def run_steps(self) -> None:
        """Do what is to be done, the folder being ours alone."""
        gone = self.missing()
        usable = self.environment.usable()
        outdated = self.outdated()
        self.progress.total = bool(gone and system.may_install()) + (not usable) + len(outdated)
        if gone and system.may_install():
            gone = system.provide(gone, self.progress)
        if gone:
            self.report(gone)
        if not usable:
            self.make_environment()
            outdated = self.outdated()
        for group in outdated:
            self.install(group)

    def report(self, gone: Mapping[str, str]) -> None:
        """Say what the system lacks, and stop unless only some tests want it."""
        names = ", ".join(sorted(gone))
        if not set(gone) <= set(system.TEST_PROGRAMS):
            raise SetupError(f"this system lacks {names}.\n{system.advice(gone)}")
        say(f"This system lacks {names}; tests that use it will fail.\n{system.advice(gone)}")

    def make_environment(self) -> None:
        """Make the folder ``.venv``, in place of one that does not work."""
        environment = self.environment
        with self.progress.step("Making a Python environment in .venv"):
            environment.folder.parent.mkdir(parents=True, exist_ok=True)
            environment.empty()
            environment.folder.mkdir(exist_ok=True)
            environment.unfinished.touch()
            # If this Python belongs to the very environment, it has just been removed.
            python = getattr(sys, "_base_executable", "") or sys.executable
            command = [python, "-m", "venv", str(environment.folder)]
            status, text = run_quietly(command, self.env, self.progress)
            if status:
                lines = text.strip().splitlines() or [f"exit status {status}"]
                raise SetupError(f"Python could not make an environment: {lines[-1]}")
            environment.write_state({})
            environment.unfinished.unlink()

    def install(self, group: str) -> None:
        """Install one group of packages, or the project itself, and record it."""
        environment = self.environment
        stamps = environment.stamps()
        if group == PROJECT:
            title = "Connecting ConvSim to its environment"
            choices = [["--no-build-isolation", "--no-index", "--editable", str(environment.root)]]
        else:
            why = "the lock file has changed" if group in stamps else "first time only"
            title = f"Installing {self.contents(group)} ({why})"
            choices = []
            for paths in environment.locks(group):
                files = [word for path in paths for word in ("--requirement", str(path))]
                choices.append(["--require-hashes", "--only-binary=:all:", "--retries=2", *files])
        with self.progress.step(title):
            environment.unfinished.touch()
            self.pip_install(choices)
            if group == PROJECT:
                self.spell_path()
            environment.write_state({**stamps, group: environment.stamp(group)})
            environment.unfinished.unlink()
        if group == PROJECT:
            self.try_import()

    def contents(self, group: str) -> str:
        """Return what `group` is, in a few words."""
        if group == "torch":
            return "PyTorch"
        text = "".join(path.read_text("utf-8") for path in self.environment.locks(group)[0])
        count = sum("==" in line for line in text.splitlines() if line[:1].isalnum())
        return f"{count} developers' packages" if group == "dev" else f"{count} packages"

    def pip_install(self, choices: Sequence[Sequence[str]]) -> None:
        """Let pip install the first of `choices` that can be had.

        Raises
        ------
        SetupError
            If none of them can be installed; the message says why the last could not.
        """
        environment = self.environment
        pip = [str(environment.python), "-I", "-m", "pip", "--disable-pip-version-check"]
        pip += ["--no-input", "install", "--no-deps", "--progress-bar=off"]
        for choice in choices:
            status, text = run_quietly([*pip, *choice], self.env, self.progress, package_of)
            environment.log.write_text(text, encoding="utf-8")
            if status == 0:
                return
            if not_to_be_had(text) is None:
                break
        # Before this line pip only downloads; what it leaves behind then is whole.
        if "Installing collected packages" not in text:
            environment.unfinished.unlink()
        raise SetupError(f"{explain(text)}\nThe whole story is in {environment.log}")

    def spell_path(self) -> None:
        """Write the checkout's path in ASCII, where it is not.

        Python below 3.13 reads a .pth file in the encoding of the locale, which may be any. A
        line that begins with "import" is run, and a string can spell all letters.
        """
        path = str(self.environment.root)
        if not path.isascii():
            for file in self.environment.site.glob("_convsim*.pth"):
                file.write_text(f"import sys; sys.path.append({path!a})\n", encoding="ascii")

    def try_import(self) -> None:
        """Check that the environment's Python finds ConvSim."""
        command = [str(self.environment.python), "-I", "-c", "import convsim"]
        status, text = run_quietly(command, self.env)
        if status:
            self.environment.write_state({})
            lines = text.strip().splitlines() or [f"exit status {status}"]
            raise SetupError(f"the environment cannot import ConvSim: {lines[-1]}")
