"""A file is written whole or not at all, and what goes wrong is said in one line."""

from __future__ import annotations

import errno
import os

import pytest

from convsim.core.errors import ConvSimError
from convsim.figures.scene import Rect, Scene
from convsim.render.errors import ExportError
from convsim.render.export import SIZES, WRITERS, export
from tests.render.looking import RED

SCENE = Scene(960, 540, (Rect(10, 10, 80, 80, fill=RED),), title="A square")
SCREEN = SIZES["screen"]


def failing(number: int):
    """Return a stand-in for a system call that fails."""

    def fail(*_args: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize(
    ("name", "units", "inches", "pixels"),
    [
        ("slide", (960, 540), (13.333, 7.5), (4000, 2250)),
        ("screen", (960, 540), (13.333, 7.5), (1920, 1080)),
        ("square", (540, 540), (7.5, 7.5), (2250, 2250)),
        ("column", (420, 420), (3.5, 3.5), (1050, 1050)),
    ],
)
def test_sizes(name, units, inches, pixels):
    size = SIZES[name]
    assert (size.width, size.height) == units
    assert (size.width_in, size.height_in) == pytest.approx(inches, abs=1e-3)
    assert (size.width_px, size.height_px) == pixels


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("a.png", b"\x89PNG"),
        ("a.SVG", b"<?xml"),
        ("그림.pdf", b"%PDF-1.4"),
        ("a b\n.png", b"\x89PNG"),
    ],
)
def test_the_ending_says_what_is_written(tmp_path, name, start):
    export(SCENE, tmp_path / name, SCREEN)
    assert (tmp_path / name).read_bytes().startswith(start)
    assert [file.name for file in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("ending", WRITERS)
def test_the_same_scene_makes_the_same_file(tmp_path, ending):
    for name in "ab":
        export(SCENE, tmp_path / (name + ending), SCREEN, transparent=True)
    assert (tmp_path / f"a{ending}").read_bytes() == (tmp_path / f"b{ending}").read_bytes()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a.bmp", ".bmp is not a picture ConvSim can write; use .png, .svg, .pdf"),
        ("a", "it has no ending; use .png, .svg, .pdf"),
        ("none/a.png", "there is no folder"),
        ("folder.png", "it is a folder; choose the name of a file"),
        ("x" * 300 + ".pdf", "a name of 304 characters is too long"),
        ("file/a.png", "there is no folder"),
    ],
)
def test_what_cannot_be_written_is_said_in_one_line(tmp_path, name, said):
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "file").write_text("x")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(ExportError) as caught:
        export(SCENE, tmp_path / name, SCREEN)
    assert isinstance(caught.value, ConvSimError)
    assert said in str(caught.value)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EACCES, "not permitted; choose another folder"),
        (errno.EIO, os.strerror(errno.EIO)),
    ],
)
@pytest.mark.parametrize("ending", WRITERS)
def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path, monkeypatch, number, said, ending
):
    path = tmp_path / f"a{ending}"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", failing(number))
    with pytest.raises(ExportError, match=said):
        export(SCENE, path, SCREEN)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_may_not_be_written_stays(tmp_path, monkeypatch):
    path = tmp_path / "a.png"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(ExportError, match="not permitted"):
        export(SCENE, path, SCREEN)
    assert path.read_bytes() == b"old"


def test_a_line_break_in_a_name_is_not_one_in_the_message(tmp_path):
    with pytest.raises(ExportError) as caught:
        export(SCENE, tmp_path / "a\nb" / "c.png", SCREEN)
    assert "\n" not in str(caught.value)


def test_a_symbolic_link_is_written_through(tmp_path):
    (tmp_path / "real").mkdir()
    real, link = tmp_path / "real" / "a.png", tmp_path / "link.png"
    real.write_bytes(b"old")
    link.symlink_to(real)
    export(SCENE, link, SCREEN)
    assert link.is_symlink()
    assert real.read_bytes().startswith(b"\x89PNG")


def test_who_may_read_a_file_stays(tmp_path):
    path = tmp_path / "a.svg"
    path.write_bytes(b"old")
    path.chmod(0o640)
    export(SCENE, path, SCREEN)
    assert path.stat().st_mode & 0o777 == 0o640
