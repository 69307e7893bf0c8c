"""Ctrl+C ends every command with status 130 and one quiet line, from the first moment on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

from convsim.cli.interrupts import STOPPED, leaving_at_once
from convsim.formats.project_reader import read_project

PATIENT = """
import builtins, os, sys
real = builtins.__import__
wanted = sys.argv.pop(1)


def slow(name, *rest, **more):
    if name == wanted:
        # The person presses the keys now.
        os.kill(os.getpid(), 2)
    return real(name, *rest, **more)


builtins.__import__ = slow
from convsim.__main__ import main
sys.exit(main())
"""


@pytest.mark.parametrize(
    ("module", "argv"),
    [
        ("convsim.cli.drawing", ["figure", "step", "--preset", "lecture", "-o", "x.png"]),
        ("shiboken6", ["figure", "step", "--preset", "lecture", "-o", "x.png"]),
        ("convsim.ui.window", []),
    ],
)
def test_while_the_program_is_being_read(folder, bare, module, argv):
    done = subprocess.run(
        [sys.executable, "-c", PATIENT, module, *argv],
        env={**bare, "QT_QPA_PLATFORM": "offscreen", "HOME": str(folder)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (STOPPED, b"", b"convsim: stopped\n")
    assert os.listdir(folder) == []


@pytest.mark.skipif(os.name == "nt", reason="shells of Windows have no such status")
def test_before_the_command_line_is_read(bare):
    done = subprocess.run(
        [sys.executable, "-c", PATIENT, "convsim.core.errors", "presets"],
        env=bare,
        capture_output=True,
        timeout=60,
        check=False,
    )
    # A shell makes 130 of it.
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, b"", b"")


@pytest.mark.skipif(os.name == "nt", reason="another program cannot press Ctrl+C there")
@pytest.mark.parametrize("module", ["convsim.figures.stage_conv", "convsim.ui.inspector"])
def test_while_the_window_is_painted_first_and_completed(folder, bare, module):
    done = subprocess.run(
        [sys.executable, "-c", PATIENT, module],
        env={**bare, "QT_QPA_PLATFORM": "offscreen", "HOME": str(folder)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == STOPPED
    assert done.stderr.endswith(b"convsim: stopped\n")
    assert b"Traceback" not in done.stderr


EDITED = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from convsim.document.edits import set_weight
from convsim.ui import app
from convsim.ui.window import MainWindow

shown = MainWindow.settle


def settle(self):
    shown(self)
    store = self.context.store
    if work == "edit":
        store.edit("Weight", set_weight(store.document, 0, (0, 0, 0, 0), 0.625))
    os.kill(os.getpid(), int(number))


_, number, work = sys.argv
MainWindow.settle = settle
from convsim.__main__ import main
del sys.argv[1:]
sys.exit(main())
"""


@pytest.mark.skipif(os.name == "nt", reason="another program cannot press Ctrl+C there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("work", ["edit", "none"])
def test_a_window_is_closed_and_unsaved_work_is_kept(folder, bare, number, work):
    done = subprocess.run(
        [sys.executable, "-c", EDITED, str(int(number)), work],
        env={
            **bare,
            "QT_QPA_PLATFORM": "offscreen",
            "HOME": str(folder),
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_CONFIG_HOME": str(folder / "config"),
        },
        capture_output=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 128 + number
    assert b"Traceback" not in done.stderr
    copies = list((folder / "data").rglob("*.convsim"))
    assert len(copies) == (1 if work == "edit" else 0)
    for copy in copies:
        weights = read_project(copy).document.weights
        assert weights[0]["weight"][0, 0, 0, 0] == 0.625


def test_what_was_before_is_put_back():
    before = signal.getsignal(signal.SIGINT)
    with leaving_at_once():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


def test_other_threads_leave_signals_alone():
    seen = []

    def work():
        with leaving_at_once():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGINT)]
