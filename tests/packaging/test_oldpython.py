"""An old Python is told what is needed, by files that it can read."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import oldpython
import pytest

PACKAGING = Path(oldpython.__file__).parent


def test_a_new_python_is_accepted() -> None:
    assert oldpython.refusal((3, 11)) == ""
    assert oldpython.refusal((3, 15)) == ""
    oldpython.refuse()


def test_an_old_python_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert oldpython.refusal((3, 9)) == "Python 3.11 or newer is needed; found 3.9."


def test_a_newer_one_beside_it_is_suggested(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: name if name == "python3.12" else None)
    assert oldpython.refusal((3, 9)).endswith(
        "You may have one: try python3.12 instead of python3."
    )


def test_the_program_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.version_info", (3, 10, 4, "final", 0))
    with pytest.raises(SystemExit, match=r"found 3\.10"):
        oldpython.refuse()


@pytest.mark.parametrize("name", ["oldpython.py", "start.py", "check.py"])
def test_old_pythons_can_read_it(name: str) -> None:
    tree = ast.parse((PACKAGING / name).read_text("utf-8"), feature_version=(3, 7))
    # What is imported at the top must be in an old standard library too, or be oldpython.
    names = {a.name for node in tree.body if isinstance(node, ast.Import) for a in node.names}
    froms = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    assert names <= {"argparse", "os", "subprocess", "sys", "shutil", "tempfile", "oldpython"}
    assert not froms
