"""A place on the disk becomes a picture, or a sentence that names the place and the remedy."""

from __future__ import annotations

import os
import sys

import numpy as np
import pytest

from convsim.data import ImageError, Reason, open_picture
from convsim.services import resources
from tests.data import pictures

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")


def refusal(path):
    with pytest.raises(ImageError) as caught:
        open_picture(path)
    return caught.value


def test_a_picture_is_called_by_the_last_part_of_its_path(tmp_path):
    path = tmp_path / "cat.png"
    path.write_bytes(pictures.file_of("PNG"))
    for place in (path, str(path)):
        picture = open_picture(place)
        assert picture.name == "cat.png"
        np.testing.assert_array_equal(picture.pixels, pictures.photograph())


def test_the_bundled_cat_is_nine_pixels_a_cell_of_a_32_by_32_input():
    cat = open_picture(resources.image("cat.png"))
    assert (cat.height, cat.width, cat.channels) == (288, 288, 3)
    assert cat.notes == ()


def test_case_16_a_file_that_is_gone(tmp_path):
    path = tmp_path / "cat.png"
    path.write_bytes(pictures.file_of("PNG"))
    open_picture(path)
    path.unlink()
    assert str(refusal(path)) == (
        "cat.png: is not there (any more); it may have been moved, renamed or deleted: "
        "choose it again"
    )


def test_case_16_its_folder_is_gone(tmp_path):
    assert refusal(tmp_path / "holidays" / "cat.png").reason is Reason.MISSING
    (tmp_path / "file").touch()
    assert refusal(tmp_path / "file" / "cat.png").reason is Reason.MISSING


def test_an_empty_file(tmp_path):
    path = tmp_path / "cat.png"
    path.touch()
    assert str(refusal(path)).startswith("cat.png: is empty (0 bytes)")


def test_a_folder(tmp_path):
    folder = tmp_path / "cats.png"
    folder.mkdir()
    assert str(refusal(folder)) == "cats.png: is a folder; choose a picture inside it"


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows has no such users")
def test_a_file_of_somebody_else(tmp_path):
    path = tmp_path / "cat.png"
    path.write_bytes(pictures.file_of("PNG"))
    path.chmod(0)
    user = os.geteuid()
    try:
        if user == 0:
            # The administrator may read everything, so become nobody for a moment.
            os.seteuid(65_534)
        error = refusal(path)
    finally:
        os.seteuid(user)
    assert str(error) == (
        "cat.png: may not be read by this user; copy it to a folder of your own, "
        "or change its permissions"
    )


@posix_only
@pytest.mark.timeout(10)
def test_a_pipe_does_not_make_us_wait(tmp_path):
    pipe = tmp_path / "cat.png"
    os.mkfifo(pipe)
    assert str(refusal(pipe)) == (
        "cat.png: is a device or a pipe, not an ordinary file; "
        "choose a picture that is saved on a disk"
    )


@posix_only
@pytest.mark.timeout(10)
def test_a_pipe_put_in_the_place_of_a_file_does_not_either(tmp_path, monkeypatch):
    pipe, file = tmp_path / "cat.png", tmp_path / "other.png"
    os.mkfifo(pipe)
    file.write_bytes(pictures.file_of("PNG"))
    looked_at = os.stat(file)
    monkeypatch.setattr("convsim.data.source.os.stat", lambda _: looked_at)
    assert refusal(pipe).reason is Reason.NOT_A_FILE


@posix_only
@pytest.mark.timeout(10)
def test_a_device_without_end():
    assert refusal("/dev/zero").reason is Reason.NOT_A_FILE


def test_a_file_that_is_too_long_is_not_read(tmp_path):
    path = tmp_path / "film.gif"
    with path.open("wb") as file:
        # A hole: it takes no space on the disk.
        file.truncate(612_000_000)
    assert str(refusal(path)) == (
        "film.gif: holds 612 MB; up to 300 MB can be opened: save it smaller, or as PNG"
    )


@posix_only
def test_a_link_is_followed_and_a_loop_of_links_is_told(tmp_path):
    (tmp_path / "real.png").write_bytes(pictures.file_of("PNG"))
    (tmp_path / "link.png").symlink_to("real.png")
    assert open_picture(tmp_path / "link.png").name == "link.png"
    (tmp_path / "a.png").symlink_to("b.png")
    (tmp_path / "b.png").symlink_to("a.png")
    assert refusal(tmp_path / "a.png").reason is Reason.UNREADABLE


@pytest.mark.parametrize("name", ["고양이 🐈.png", "a b'c\".png", "-.png"])
def test_any_name_that_a_disk_takes(tmp_path, name):
    if sys.platform == "win32" and '"' in name:
        pytest.skip("Windows does not take it")
    path = tmp_path / name
    path.write_bytes(pictures.file_of("PNG"))
    assert open_picture(path).name == name


@posix_only
def test_a_name_with_a_newline_is_shown_on_one_line(tmp_path):
    path = tmp_path / "cat\n.png"
    path.write_bytes(pictures.file_of("PNG"))
    assert open_picture(path).name == "cat\ufffd.png"


def test_names_that_no_disk_takes(tmp_path):
    assert refusal(tmp_path / "cat\0.png").reason is Reason.MISSING
    error = refusal(tmp_path / ("a" * 300 + ".png"))
    assert error.reason in (Reason.UNREADABLE, Reason.MISSING)
    assert len(str(error)) < 250
    assert isinstance(refusal(""), ImageError)


def test_a_disk_that_fails_while_reading(tmp_path, monkeypatch):
    path = tmp_path / "cat.png"
    path.write_bytes(pictures.file_of("PNG"))

    def fail(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("convsim.data.source.os.open", fail)
    assert str(refusal(path)) == (
        "cat.png: cannot be read (Input/output error); copy it to this computer and try again"
    )
