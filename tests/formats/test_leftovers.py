"""What a killed program left half written goes; what a program still writes stays."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from convsim.formats import leftovers
from convsim.formats.files import replacing
from convsim.services.opening import open_preset
from convsim.services.projects import open_project, save_project

ROOT = Path(__file__).parents[2]
WRITER = """
import sys
from pathlib import Path
from convsim.formats.files import replacing
with replacing(Path(sys.argv[1])) as file:
    file.write(b"half")
    file.flush()
    print("writing", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def _old_enough(monkeypatch):
    """Let what was just made count as made a while ago."""
    monkeypatch.setattr(leftovers, "FRESH", -1.0)


@pytest.fixture
def writer(tmp_path):
    """Return another program in the midst of writing ``net.convsim``."""
    command = [sys.executable, "-c", WRITER, str(tmp_path / "net.convsim")]
    process = subprocess.Popen(
        command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    yield process
    process.kill()
    process.communicate()


def parts(folder):
    return sorted(folder.glob(".convsim-*.part"))


@pytest.mark.parametrize("deed", ["open", "save"])
def test_a_killed_save_is_cleaned_up_by_the_next_one(tmp_path, writer, deed):
    path = tmp_path / "net.convsim"
    other = tmp_path / "other.convsim"
    save_project(other, open_preset("quiz"))
    assert len(parts(tmp_path)) == 1, "it is still being written"
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    assert len(parts(tmp_path)) == 1
    if deed == "open":
        open_project(other)
    else:
        save_project(path, open_preset("quiz"))
    assert parts(tmp_path) == []


def test_our_own_writing_is_not_disturbed(tmp_path):
    path = tmp_path / "net.bin"
    with replacing(path) as file:
        leftovers.sweep(tmp_path)
        file.write(b"whole")
    assert path.read_bytes() == b"whole"


def test_what_was_made_this_moment_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(leftovers, "FRESH", 60.0)
    (tmp_path / ".convsim-1-00.part").write_bytes(b"PK")
    leftovers.sweep(tmp_path)
    assert len(parts(tmp_path)) == 1


def test_other_names_and_links_are_left_alone(tmp_path):
    other = tmp_path / "elsewhere"
    other.write_bytes(b"mine")
    (tmp_path / ".convsim-notes").write_bytes(b"mine")
    (tmp_path / ".convsim-1-00.part").symlink_to(other)
    leftovers.sweep(tmp_path)
    assert other.read_bytes() == b"mine"
    assert (tmp_path / ".convsim-notes").exists()


def test_a_folder_that_cannot_be_read_is_no_problem(tmp_path):
    leftovers.sweep(tmp_path / "missing")
