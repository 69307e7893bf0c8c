"""Project files on a desktop: written into an empty HOME, understood by its tools, removed."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from convsim.formats.errors import ExportError
from convsim.services import association
from convsim.services.association import (
    DEFAULTS,
    ENTRY,
    MIME,
    associate,
    desktop_entry,
    dissociate,
    quoted,
    with_default,
    without_default,
)
from convsim.services.opening import open_preset
from convsim.services.projects import save_project

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="desktops of Linux")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Return an empty HOME."""
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def files(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def asked(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout


def test_everything_lies_in_the_persons_own_folders(home, monkeypatch):
    monkeypatch.setattr(association, "_ran", lambda _arguments: True)
    monkeypatch.setattr(shutil, "which", lambda tool: f"/usr/bin/{tool}")
    paths, problems = associate()
    assert problems == []
    assert files(home) == sorted(str(path.relative_to(home)) for path in paths)
    assert files(home) == [
        ".config/mimeapps.list",
        f".local/share/applications/{ENTRY}",
        ".local/share/icons/hicolor/scalable/apps/convsim.svg",
        ".local/share/icons/hicolor/scalable/mimetypes/application-x-convsim.svg",
        ".local/share/mime/packages/convsim.xml",
    ]
    associate()
    assert (home / ".config/mimeapps.list").read_text() == f"{DEFAULTS}\n{MIME}={ENTRY}\n"
    gone, _ = dissociate()
    assert sorted(gone) == sorted(paths)
    assert files(home) == [".config/mimeapps.list"]
    assert dissociate() == ([], [])


@pytest.mark.skipif(
    not (shutil.which("update-mime-database") and shutil.which("gio")),
    reason="the desktop's own tools are not installed",
)
def test_the_desktop_knows_the_file_and_the_program(home):
    _, problems = associate()
    assert problems == []
    net = home / "my net.convsim"
    save_project(net, open_preset("quiz"))
    assert MIME in asked("gio", "info", "-a", "standard::content-type", str(net))
    assert ENTRY in asked("gio", "mime", MIME)


def test_a_double_click_opens_the_project(home):
    monkey = home / "my net.convsim"
    save_project(monkey, open_preset("quiz"))
    line = next(
        line for line in desktop_entry(association.command()).splitlines() if "Exec=" in line
    )
    arguments = [
        str(monkey) if word == "%f" else word for word in shlex.split(line.removeprefix("Exec="))
    ]
    # The window is closed as soon as it is there: what it opened is remembered then.
    program = (
        "import os, sys\n"
        "from convsim.ui.window import MainWindow\n"
        "shown = MainWindow.settle\n"
        "MainWindow.settle = lambda self: (shown(self), os.kill(os.getpid(), 15))\n"
        "from convsim.__main__ import main\n"
        "sys.exit(main())\n"
    )
    assert arguments[1:4] == ["-P", "-m", "convsim"]
    done = subprocess.run(
        [arguments[0], "-c", program, *arguments[4:]],
        env={**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 143, done.stderr
    settings = next(home.rglob("settings.json")).read_text("utf-8")
    assert "my net.convsim" in settings


def test_what_others_chose_stays():
    text = "# mine\n[Added Associations]\na/b=c.desktop\n\n[Default Applications]\nx/y=z.desktop\n"
    added = with_default(text)
    assert added.splitlines()[5] == f"{MIME}={ENTRY}"
    assert without_default(added) == text
    assert with_default(added) == added


@pytest.mark.parametrize(
    ("part", "line"),
    [
        ("/usr/bin/python3", "/usr/bin/python3"),
        ("/my folder/python", '"/my folder/python"'),
        ("100%", "100%%"),
        ('a"b', '"a\\\\"b"'),
    ],
)
def test_arguments_are_quoted_as_the_specification_has_it(part, line):
    assert quoted(part) == line


def test_without_the_tools_it_says_what_to_install(home, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _tool: None)
    _, (problem,) = associate()
    assert "install the package shared-mime-info" in problem


def test_other_systems_are_told_another_way(home, monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    for deed in (associate, dissociate):
        with pytest.raises(ExportError, match="on Linux only, and this is win32"):
            deed()
    assert files(home) == []


def test_a_home_that_cannot_be_written_is_said(home):
    (home / ".local").write_text("a file, not a folder")
    with pytest.raises(ExportError, match=r"cannot write .*convsim\.desktop"):
        associate()
