"""Ctrl+C ends every command with status 130 and one quiet line, from the first moment on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

from convsim.cli.interrupts import STOPPED, leaving_at_once

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
        ("convsim.core.errors", ["presets"]),
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
