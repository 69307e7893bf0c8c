"""Opening a file runs nothing: no process, no network, and no file but the one that is named."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import convsim
from tests.formats.hostile import parts_of, with_manifest, with_table, zipped
from tests.formats.projects import saved
from tests.formats.test_versions import version_1

PACKAGE = Path(convsim.__file__).parent
SOURCES = sorted(PACKAGE.rglob("*.py"))

WATCH = """
import json, os, sys
from pathlib import Path
from convsim.core.errors import ConvSimError
from convsim.formats.peek import peek
from convsim.formats.project_reader import read_project

folder = Path(sys.argv[1])
names = sorted(os.listdir(folder))


def open_all():
    for name in names:
        for read in (read_project, peek):
            try:
                read(folder / name)
            except ConvSimError:
                pass


open_all()  # whatever is imported late is imported now
seen = []
sys.addaudithook(lambda event, args: seen.append((event, repr(args)[:200])))
open_all()
seen = [(event, args) for event, args in seen if event not in ("object.__getattr__",)]
print(json.dumps(seen))
"""
HARMLESS = {"open", "os.listdir", "array.__new__"}


def samples(folder):
    good = saved(version_1())
    (folder / "good.convsim").write_bytes(good)
    (folder / "cut.convsim").write_bytes(good[:700])
    (folder / "text.convsim").write_bytes(b"import os; os.system('touch /tmp/harm')")
    parts = parts_of(good)
    pickled = b"\x80\x04\x95cos\nsystem\n(S'touch harm'\ntR."
    hostile = {
        "up": zipped([*parts.items(), ("../up.txt", b"x")]),
        "pickle": zipped([*parts.items(), ("weights.pkl", pickled)]),
        "pickled-weights": zipped({**parts, "weights.safetensors": pickled}.items()),
        "picture-is-svg": zipped(
            {**parts, "pictures/1.png": b"<svg><image href='http://x/'/></svg>"}.items()
        ),
        "names": with_manifest(lambda t: t["layers"][0].update(name="__import__('os')")),
        "kind": with_manifest(lambda t: t["layers"][0].update(kind="../../os")),
        "table": with_table(lambda t: {"__class__": "os.system", **t}),
    }
    for name, data in hostile.items():
        (folder / f"{name}.convsim").write_bytes(data)


def test_opening_hostile_files_touches_nothing_else(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    samples(folder)
    before = sorted(os.listdir(tmp_path))
    done = subprocess.run(
        [sys.executable, "-c", WATCH, str(folder)],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    seen = json.loads(done.stdout)
    assert len(seen) >= len(os.listdir(folder))
    events = {event for event, _ in seen}
    assert events <= HARMLESS, events
    for event, args in seen:
        if event == "open":
            assert str(folder) in args, args
            assert "'rb'" in args or "'r'" in args or ", None," in args, args
    assert sorted(os.listdir(tmp_path)) == before


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_source_can_run_what_a_file_says(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"eval", "exec", "compile", "__import__"}
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = getattr(node, "module", None) or ""
            names = {alias.name for alias in node.names} | {module}
            assert not names & {"pickle", "cPickle", "marshal", "shelve", "dill", "joblib"}
        if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
            assert isinstance(node.value, ast.Constant)
            assert node.value.value is False
