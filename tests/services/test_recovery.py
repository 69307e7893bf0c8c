"""Copies of unsaved work: written, offered after a crash, kept until saved or dismissed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest

from convsim.document.edits import set_weight
from convsim.formats import leftovers
from convsim.formats.project_reader import read_project
from convsim.services.autosave import Autosave
from convsim.services.opening import open_preset
from convsim.services.recovery import Recovery
from convsim.services.store import Store
from tests.formats.projects import assert_same

DOCUMENT = open_preset("grid-stride-1")
OTHER = open_preset("grid-stride-2")

CRASH = """
import os, sys
from pathlib import Path
from convsim.services.opening import open_preset
from convsim.services.recovery import Recovery
for preset in sys.argv[2:]:
    recovery = Recovery(Path(sys.argv[1]))
    globals()[preset] = recovery  # its lock is held
    recovery.keep(open_preset(preset), "/home/me/" + preset + ".convsim", preset)
os.kill(os.getpid(), 9)
"""


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "recovery"


def crash(folder, *presets):
    """Run a program that keeps copies and is killed."""
    done = subprocess.run(
        [sys.executable, "-c", CRASH, str(folder), *presets], check=False, timeout=60
    )
    assert done.returncode == -9


def files(folder):
    return sorted(os.listdir(folder)) if folder.exists() else []


def test_nothing_is_offered_where_nothing_was_left(folder):
    assert Recovery(folder).offered() == []
    assert not folder.exists()


def test_the_copy_of_a_window_that_runs_is_not_offered(folder):
    mine = Recovery(folder)
    mine.keep(DOCUMENT, "", "")
    assert mine.offered() == []
    assert Recovery(folder).offered() == []
    mine.drop()
    assert files(folder) == []


def test_the_copy_of_a_window_that_was_killed_is_offered(folder):
    crash(folder, "grid-stride-1")
    (copy,) = Recovery(folder).offered()
    assert_same(read_project(copy.path).document, DOCUMENT)
    assert (copy.number, copy.origin, copy.title) == (
        1, "/home/me/grid-stride-1.convsim", "grid-stride-1",
    )  # fmt: skip
    assert abs(copy.changed - time.time()) < 60
    # Two windows that start at once do not both offer it.
    assert Recovery(folder).offered() == []
    copy.leave()
    (again,) = Recovery(folder).offered()
    again.dismiss()
    assert files(folder) == []


def test_85_the_newest_is_told_by_its_number_not_by_the_clock(folder):
    crash(folder, "grid-stride-1", "grid-stride-2", "grid-padded")
    copies = Recovery(folder).offered()
    assert [copy.title for copy in copies] == ["grid-padded", "grid-stride-2", "grid-stride-1"]
    # The clock was set back by a year in between.
    os.utime(copies[0].path, (time.time() - 31_536_000,) * 2)
    for copy in copies:
        copy.leave()
    copies = Recovery(folder).offered()
    assert [copy.number for copy in copies] == [3, 2, 1]
    for copy in copies:
        copy.dismiss()


def test_a_copy_that_is_taken_over_is_written_on(folder):
    crash(folder, "grid-stride-1")
    recovery = Recovery(folder)
    (copy,) = recovery.offered()
    recovery.take_over(copy)
    recovery.keep(OTHER, "", "")
    assert len([name for name in files(folder) if name.endswith(".convsim")]) == 1
    assert_same(read_project(copy.path).document, OTHER)
    recovery.drop()
    assert files(folder) == []


@pytest.mark.parametrize(
    "note", [b"", b"[]", b'{"number": "1"}', b'{"number": true, "origin": 1, "title": 2}', b"\xff"]
)
def test_a_copy_with_a_bad_note_is_offered_as_the_oldest(folder, note):
    crash(folder, "grid-stride-1")
    (copy,) = Recovery(folder).offered()
    copy.path.with_suffix(".json").write_bytes(note)
    copy.leave()
    (copy,) = Recovery(folder).offered()
    assert (copy.number, copy.origin, copy.title) == (0, "", "")
    copy.dismiss()


def test_what_was_half_written_by_a_program_that_ended_is_removed(folder, monkeypatch):
    folder.mkdir()
    part = folder / ".convsim-1-old.part"
    part.write_bytes(b"PK")
    Recovery(folder).offered()
    assert files(folder) == [part.name], "it may have been made this moment"
    monkeypatch.setattr(leftovers, "FRESH", -1.0)
    Recovery(folder).offered()
    assert files(folder) == []


@pytest.fixture
def store():
    return Store(DOCUMENT)


@pytest.fixture
def autosave(store, folder, qtbot):
    made = Autosave(store, Recovery(folder), lambda: ("/x/net.convsim", "net"), delay_ms=20)
    yield made
    made.close(drop=True)


def edit(store, value=1.5):
    store.edit("Weight", set_weight(store.document, 0, (0, 0, 1, 1), value))


def copies(folder):
    return [folder / name for name in files(folder) if name.endswith(".convsim")]


def test_a_change_is_kept_soon_and_undone_it_is_dropped(qtbot, store, folder, autosave):
    with qtbot.waitSignal(autosave.kept):
        edit(store)
    (path,) = copies(folder)
    assert_same(read_project(path).document, store.document)
    assert json.loads(path.with_suffix(".json").read_bytes()) == {
        "number": 1, "origin": "/x/net.convsim", "title": "net",
    }  # fmt: skip
    store.undo_stack.undo()
    assert files(folder) == []


def test_every_further_change_is_kept_in_the_same_copy(qtbot, store, folder, autosave):
    for value in (1.5, 2.5, 3.5):
        with qtbot.waitSignal(autosave.kept):
            edit(store, value)
    (path,) = copies(folder)
    assert_same(read_project(path).document, store.document)
    store.undo_stack.setClean()
    assert files(folder) == []


def test_changes_while_a_copy_is_written_are_kept_too(qtbot, store, folder, autosave):
    edit(store)
    autosave.keep_now()
    edit(store, 9.0)
    qtbot.waitUntil(
        lambda: (
            bool(copies(folder))
            and read_project(copies(folder)[0]).document.weights[0]["weight"][0, 0, 1, 1] == 9.0
        )
    )


def test_looking_around_is_no_change(qtbot, store, folder, autosave):
    store.show(store.document.at(store.document.cursor._replace(col=2)))
    qtbot.wait(60)
    assert files(folder) == []


def test_a_folder_that_cannot_be_made_is_said(qtbot, store, folder, autosave):
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("in the way")
    with qtbot.waitSignal(autosave.failed) as said:
        edit(store)
    assert said.args == ["File exists"]


def test_a_disk_that_is_full_is_said(qtbot, store, folder, autosave, monkeypatch):
    import errno

    def full(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("convsim.formats.project.Plan.write", full)
    with qtbot.waitSignal(autosave.failed) as said:
        edit(store)
    assert "the disk is full" in said.args[0]
    assert copies(folder) == []


def test_it_is_kept_within_a_minute():
    from convsim.services.autosave import DELAY_MS

    assert DELAY_MS <= 60_000
