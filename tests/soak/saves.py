"""A program is killed at random moments of saving: the file is the old or the new one, whole.

python -m tests.soak.saves [COUNT]     300 kills by default, with `kill -9`
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from convsim.formats.project import write_project
from convsim.formats.project_reader import read_project
from convsim.services.opening import open_preset
from tests.formats.projects import saved

FULL = 300
LONGEST = 0.06
"""Seconds before a kill; a saving takes a fifth of it."""


def main(count: int = FULL) -> int:
    """Kill so many savings; return how many files were neither old nor new."""
    documents = [open_preset("lecture"), open_preset("lenet5")]
    for document in documents:
        list(document.weights)
    whole = [saved(document) for document in documents]
    chance = random.Random(5)
    bad = halves = 0
    with tempfile.TemporaryDirectory() as folder:
        path, backup = Path(folder) / "net.convsim", Path(folder) / "net.convsim.bak"
        write_project(path, documents[0])
        for _ in range(count):
            child = os.fork()
            if child == 0:
                _save_for_ever(path, backup, documents)
            time.sleep(chance.uniform(0, LONGEST))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            for file in (path, backup):
                if file.exists() and file.read_bytes() not in whole:
                    bad += 1
            read_project(path)
            for part in Path(folder).glob(".convsim-*.part"):
                halves += 1
                part.unlink()
    print(f"{count} kills during saving, {halves} of them in the midst of writing; {bad} bad files")
    return bad


def _save_for_ever(path: Path, backup: Path, documents: list) -> None:
    try:
        while True:
            for document in documents:
                write_project(path, document, backup)
    finally:
        os._exit(1)


if __name__ == "__main__":
    sys.exit(bool(main(int(sys.argv[1]) if len(sys.argv) > 1 else FULL)))
