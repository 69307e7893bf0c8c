"""A second set-up waits for the first, also for one that was killed."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import folderlock
from folderlock import folder_lock

HOLD = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from folderlock import folder_lock
with folder_lock(Path(sys.argv[1]), lambda: None):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_a_second_process_waits_until_the_first_ends(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    code = [sys.executable, "-c", HOLD, str(path), str(Path(folderlock.__file__).parent)]
    with subprocess.Popen(code, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        waited = threading.Event()

        def waiting() -> None:
            waited.set()
            other.kill()  # a process that is killed holds no lock either

        with folder_lock(path, waiting):
            assert waited.is_set()
            assert other.wait() != 0


def test_a_lock_file_that_is_left_over_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.touch()
    for _ in range(2):
        with folder_lock(path, lambda: (_ for _ in ()).throw(AssertionError("waited"))):
            assert path.exists()
