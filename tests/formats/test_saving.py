"""Saving fails in every way that a disk has: the file is then what it was, and nothing is left."""

from __future__ import annotations

import errno
import io
import itertools
import os
import shutil
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from threading import Event

import pytest

from convsim.formats import files
from convsim.formats.errors import ArchiveError, ExportError
from convsim.formats.files import replacing
from convsim.formats.project import Plan, write_project
from convsim.formats.project_reader import read_project
from convsim.services.opening import open_preset
from convsim.services.projects import save_project
from tests.formats.projects import assert_same, saved

OLD, NEW = open_preset("grid-stride-1"), open_preset("lenet5")
list(NEW.weights)
OLD_BYTES, NEW_BYTES = saved(OLD), saved(NEW)


class Disk:
    """Counts what is asked of the disk, and fails at the k-th."""

    def __init__(self, monkeypatch, k, code=errno.EIO):
        self.count, self.k, self.code = 0, k, code
        self.failed = ""
        for name in ("fsync", "replace", "link", "close"):
            monkeypatch.setattr(os, name, self.counting(name, getattr(os, name)))
        monkeypatch.setattr(shutil, "copymode", self.counting("copymode", shutil.copymode))
        monkeypatch.setattr(files, "open", self.open, raising=False)

    def step(self, name):
        self.count += 1
        if self.count == self.k:
            self.failed = name
            raise OSError(self.code, os.strerror(self.code))

    def counting(self, name, real):
        def call(*args, **kwargs):
            self.step(name)
            return real(*args, **kwargs)

        return call

    def open(self, path, mode):
        self.step("open")
        if mode == "rb":
            return Path(path).open("rb")
        return io.BufferedWriter(_Raw(self, path), 4096)


class _Raw(io.FileIO):
    """A file whose every write is counted."""

    def __init__(self, disk, path):
        super().__init__(path, "xb")
        self.disk = disk

    def write(self, data):
        self.disk.step("write")
        return super().write(data)


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC])
def test_whatever_fails_the_file_is_old_or_new(tmp_path, there, code):
    path, backup = tmp_path / "net.convsim", tmp_path / "net.convsim.bak"
    failed = set()
    for k in itertools.count(1):
        for leftover in tmp_path.iterdir():
            leftover.unlink()
        if there:
            path.write_bytes(OLD_BYTES)
        said = ""
        with pytest.MonkeyPatch.context() as monkeypatch:
            disk = Disk(monkeypatch, k, code)
            try:
                write_project(path, NEW, backup)
            except ExportError as problem:
                said = str(problem)
        failed.add(disk.failed)
        now = path.read_bytes() if path.exists() else None
        assert now in ((OLD_BYTES if there else None), NEW_BYTES), disk.failed
        # What went wrong is said, unless the new file is there nevertheless.
        assert said or now == NEW_BYTES, disk.failed
        assert not said or "net.convsim" in said
        assert not list(tmp_path.glob(".convsim*")), disk.failed
        if not disk.failed:
            break
    assert k > 15
    assert {"", "open", "write", "fsync", "replace"} <= failed


def test_what_the_disk_holds_is_compared_with_what_was_written(tmp_path):
    path = tmp_path / "net.convsim"
    path.write_bytes(OLD_BYTES)

    class Lying(io.BytesIO):
        def __init__(self, real):
            super().__init__(real[:2000] + bytes([real[2000] ^ 1]) + real[2001:])

    with (
        pytest.raises(ArchiveError, match="is damaged"),
        replacing(path, lambda file: Plan(NEW).check(Lying(file.read()))) as file,
    ):
        file.write(NEW_BYTES)
    assert path.read_bytes() == OLD_BYTES
    assert os.listdir(tmp_path) == ["net.convsim"]


@pytest.mark.parametrize("fails", [True, False])
def test_a_large_file_goes_to_the_disk_while_it_is_written(tmp_path, monkeypatch, fails):
    """And what the disk says then counts, though it may say it only once."""
    path = tmp_path / "net.convsim"
    path.write_bytes(OLD_BYTES)
    monkeypatch.setattr(files, "PORTION", 1000)
    asked, fsync = Event(), os.fsync

    def failing(handle: int) -> None:
        first = not asked.is_set()
        asked.set()
        if first and fails:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", failing)
    with (
        pytest.raises(ExportError, match="error") if fails else nullcontext(),
        replacing(path, size=len(NEW_BYTES)) as file,
    ):
        file.write(NEW_BYTES[:5000])
        file.flush()
        assert asked.wait(5)
        file.write(NEW_BYTES[5000:])
    assert path.read_bytes() == (OLD_BYTES if fails else NEW_BYTES)
    assert os.listdir(tmp_path) == ["net.convsim"]


def test_a_large_file_that_nobody_finishes_is_taken_away(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "PORTION", 1000)

    def stop_midway() -> None:
        with replacing(tmp_path / "net.convsim", size=1 << 20) as file:
            file.write(NEW_BYTES)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop_midway()
    assert not os.listdir(tmp_path)


def test_84_a_symbolic_link_is_written_through(tmp_path):
    real = tmp_path / "real" / "net.convsim"
    real.parent.mkdir()
    real.write_bytes(OLD_BYTES)
    link = tmp_path / "link.convsim"
    link.symlink_to(real)
    save_project(link, NEW)
    assert link.is_symlink()
    assert real.read_bytes() == NEW_BYTES
    assert real.with_name("net.convsim.bak").read_bytes() == OLD_BYTES


def test_81_a_file_held_open_by_another_program_is_tried_ten_times(tmp_path, monkeypatch):
    # Simulated: only Windows refuses to move a file over one that is open.
    path = tmp_path / "net.convsim"
    tries, real = [], os.replace

    def refuse(source, target):
        tries.append(target)
        if len(tries) <= busy:
            problem = PermissionError(errno.EACCES, "Permission denied")
            problem.winerror = 32  # type: ignore[attr-defined]
            raise problem
        real(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    monkeypatch.setattr(files, "WAIT", 0.001)
    busy = 9
    write_project(path, NEW)
    assert path.read_bytes() == NEW_BYTES
    assert len(tries) == 10
    busy = 20
    tries.clear()
    with pytest.raises(ExportError, match="is not permitted"):
        write_project(path, OLD)
    assert len(tries) == 10
    assert path.read_bytes() == NEW_BYTES
    assert os.listdir(tmp_path) == ["net.convsim"]


def test_ten_tries_take_two_seconds():
    assert pytest.approx(2.0) == files.TRIES * files.WAIT


@pytest.mark.parametrize(
    "name", ["🐈 고양이.convsim", "two\nlines.convsim", "a" * 240, " .convsim"]
)
def test_82_odd_names_work(tmp_path, name):
    path = tmp_path / name
    save_project(path, OLD)
    assert_same(read_project(path).document, OLD)


def test_82_a_name_that_is_too_long_says_so(tmp_path):
    with pytest.raises(ExportError, match="a name of 300 characters is too long; choose a shorter"):
        save_project(tmp_path / ("a" * 300), OLD)
    assert os.listdir(tmp_path) == []


def test_a_folder_that_is_not_there_and_a_folder_in_the_way(tmp_path):
    with pytest.raises(ExportError, match=r"there is no folder .*; make it first"):
        save_project(tmp_path / "no" / "net.convsim", OLD)
    with pytest.raises(ExportError, match="it is a folder; choose the name of a file"):
        save_project(tmp_path, OLD)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 200 KB, mounted; skipped where that is not allowed."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(place)]
    if (
        sys.platform != "linux"
        or subprocess.run(command, check=False, capture_output=True).returncode
    ):
        pytest.skip("only root on Linux may mount a disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_75_a_disk_that_is_full(small_disk):
    path = small_disk / "net.convsim"
    path.write_bytes(OLD_BYTES)
    with pytest.raises(ExportError) as caught:
        save_project(path, NEW)
    assert str(caught.value) == (
        f"cannot write '{path}': the disk is full: it needs 0.4 MB, 0.2 MB free; "
        "free some space or choose another disk"
    )
    assert path.read_bytes() == OLD_BYTES
    assert os.listdir(small_disk) == ["net.convsim"]


def test_75_a_disk_that_is_full_simulated(tmp_path, monkeypatch):
    path = tmp_path / "net.convsim"
    path.write_bytes(OLD_BYTES)
    Disk(monkeypatch, 5, errno.ENOSPC)
    with pytest.raises(ExportError, match=r"the disk is full: it needs 0\.4 MB, [\d.,]+ MB free;"):
        write_project(path, NEW)
    monkeypatch.undo()
    assert path.read_bytes() == OLD_BYTES
    assert os.listdir(tmp_path) == ["net.convsim"]


def test_76_a_place_that_is_read_only(small_disk):
    path = small_disk / "net.convsim"
    path.write_bytes(OLD_BYTES)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(ExportError, match="is not permitted; choose another folder"):
        save_project(path, OLD)
    assert path.read_bytes() == OLD_BYTES


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_86_killed_at_random_moments_the_file_is_old_or_new():
    done = subprocess.run(
        [sys.executable, "-m", "tests.soak.saves", "30"],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("; 0 bad files\n")
