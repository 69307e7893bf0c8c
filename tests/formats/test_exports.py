"""The room's public names are the ones it lists, and cost nothing until they are used."""

from __future__ import annotations

import subprocess
import sys

import convsim.formats


def test_every_listed_name_exists_with_its_documentation():
    for name in convsim.formats.__all__:
        assert getattr(convsim.formats, name).__doc__


def test_the_room_imports_neither_onnx_nor_torch_until_it_must():
    program = (
        "import sys, convsim.formats; first = set(sys.modules); from convsim.formats import *;"
        "print(*first & {'convsim.formats.onnx.reader', 'msgspec'}, *set(sys.modules) & {'onnx',"
        " 'torch', 'keras', 'PySide6'})"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "\n"), done.stderr
