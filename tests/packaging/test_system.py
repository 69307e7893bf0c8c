"""What the operating system lacks is found, installed where that is allowed, or asked for."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence

import console
import pytest
import system

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")


class Apt:
    """Stands in for apt-get: knows some packages, and which files they bring."""

    def __init__(self, known: Sequence[str] = (), error: str = "E: Unable to locate package x\n"):
        self.known = set(known)
        self.error = error
        self.installed: set[str] = set()
        self.commands: list[list[str]] = []

    def __call__(self, command: Sequence[str], *rest: object) -> tuple[int, str]:
        self.commands.append(list(command))
        if command[0] == "apt-cache":
            return 0, "Candidate: 1\n" if command[-1] in self.known else ""
        if "update" in command:
            return 0, ""
        names = set(command[command.index("--no-install-recommends") + 1 :])
        if not names <= self.known:
            return 100, self.error
        self.installed |= names
        return 0, ""


def pretend(monkeypatch: pytest.MonkeyPatch, *, missing: set[str], root: bool = True) -> None:
    """Let all but `missing` be there, on a Debian-like system."""
    monkeypatch.setattr(system, "present", lambda name: name not in missing)
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(os, "geteuid", lambda: 0 if root else 1000)


def test_what_is_there_is_not_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, missing=set())
    assert system.missing(window=True, tests=True, venv=True) == {}


def test_a_window_and_tests_want_more(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, missing={"libGL.so.1", "libxcb-cursor.so.0", "Xvfb"})
    assert system.missing() == {"libGL.so.1": "libgl1"}
    assert system.missing(window=True).keys() == {"libGL.so.1", "libxcb-cursor.so.0"}
    assert system.missing(tests=True).keys() == {"libGL.so.1", "Xvfb"}


@pytest.mark.parametrize(("prefix", "wanted"), [("/usr", True), ("/elsewhere", False)])
def test_debians_package_mends_debians_python_only(
    monkeypatch: pytest.MonkeyPatch, prefix: str, *, wanted: bool
) -> None:
    pretend(monkeypatch, missing={"ensurepip"})
    monkeypatch.setattr(sys, "base_prefix", prefix)
    package = "python{}.{}-venv".format(*sys.version_info)
    assert system.missing(venv=True) == ({"ensurepip": package} if wanted else {})


def test_presence_is_looked_up() -> None:
    assert system.present("libc.so.6")
    assert not system.present("libnosuchthing.so.1")
    assert system.present("sh")
    assert not system.present("no-such-program")
    assert system.present("ensurepip") in (True, False)


@pytest.mark.parametrize(
    ("env", "xcb"),
    [
        ({}, False),
        ({"DISPLAY": ":0"}, True),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, False),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, False),
        ({"WAYLAND_DISPLAY": "wayland-0", "QT_QPA_PLATFORM": "xcb"}, True),
    ],
)
def test_which_windows_go_through_x11(env: dict[str, str], *, xcb: bool) -> None:
    assert system.needs_xcb(env) is xcb


def test_the_one_command_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = {"libGL.so.1": "libgl1", "libglib-2.0.so.0": "libg", "libgthread-2.0.so.0": "libg"}
    pretend(monkeypatch, missing=set(gone), root=False)
    assert not system.may_install()
    assert system.advice(gone).splitlines()[-1].strip() == (
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends libg libgl1"
    )
    pretend(monkeypatch, missing=set(gone))
    assert "sudo" not in system.advice(gone)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert "apt" not in system.advice(gone)


def test_packages_are_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    apt = Apt(["libgl1", "libegl1"])
    monkeypatch.setattr(system, "run_quietly", apt)
    system.install(["libgl1", "libegl1", "libgl1"], console.Progress(1))
    assert apt.installed == {"libgl1", "libegl1"}
    assert ["update" in command for command in apt.commands] == [True, False]


def test_a_renamed_package_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    apt = Apt(["libgl1", "libglib2.0-0t64"])
    monkeypatch.setattr(system, "run_quietly", apt)
    system.install(["libgl1", "libglib2.0-0"], console.Progress(1))
    assert apt.installed == {"libgl1", "libglib2.0-0t64"}


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("E: Unable to locate package x\n", "Unable to locate package x"),
        ("E: Failed to fetch somewhere  Temporary failure resolving\n", "is there a network?"),
        ("", "it did not say why"),
    ],
)
def test_apts_failure_is_explained(
    monkeypatch: pytest.MonkeyPatch, error: str, reason: str
) -> None:
    monkeypatch.setattr(system, "run_quietly", Apt([], error))
    with pytest.raises(console.SetupError) as caught:
        system.install(["libgl1"], console.Progress(1))
    assert str(caught.value).startswith("apt-get could not install libgl1: ")
    assert str(caught.value).endswith(reason)


def test_what_is_still_missing_is_returned(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend(monkeypatch, missing={"libGL.so.1"})
    monkeypatch.setattr(system, "run_quietly", Apt([]))
    gone = {"libGL.so.1": "libgl1", "libEGL.so.1": "libegl1"}
    assert system.provide(gone, console.Progress(1)) == {"libGL.so.1": "libgl1"}
    assert "[1/1] Installing 2 system packages" in capsys.readouterr().out
