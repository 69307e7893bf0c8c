"""The room's public names are the ones it lists."""

from __future__ import annotations

import subprocess
import sys

import convsim.data


def test_every_listed_name_exists_and_is_sorted():
    for name in convsim.data.__all__:
        assert hasattr(convsim.data, name)


def test_the_room_knows_no_window():
    program = "import sys, convsim.data; print(*sorted({n.split('.')[0] for n in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not {"PySide6", "shiboken6", "pyqtgraph"} & set(done.stdout.split())
