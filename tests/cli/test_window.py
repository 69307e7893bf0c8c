"""``convsim``: the window where there is a display, the lecture's figures where there is none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from convsim.cli import COMMANDS, headless, stamp
from convsim.cli.stamp import STAMP
from convsim.figures.registry import FIGURES
from tests.data.sets.files import mnist
from tests.services.pictures import frame_count, save_png

DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
NO_DISPLAY = (
    "convsim: there is no display (DISPLAY and WAYLAND_DISPLAY are not set), so no window; "
    "writing the figures of 'lecture' on {name} instead\n"
)


@pytest.fixture
def opened(monkeypatch):
    """Stand in for the window, and tell what it was opened on."""
    seen = []

    def run(path, settled):
        seen.append(path)
        settled()
        return 0

    monkeypatch.setattr("convsim.ui.app.run", run)
    return seen


@pytest.fixture
def nowhere(monkeypatch, qapp):
    """Take the display away."""
    monkeypatch.setattr("sys.platform", "linux")
    for name in DISPLAYS:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def brief(monkeypatch):
    """Write two drawings and a still animation only: it is about where they go."""

    def still(_document, _trace, _kind, path, **_options):
        path.write_bytes(b"GIF89a")

    monkeypatch.setattr(headless, "FIGURES", {"step": None, "filters": None})
    monkeypatch.setattr(headless, "WRITERS", {".svg": None})
    monkeypatch.setattr(headless, "export_animation", still)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    ("argv", "path"),
    [
        ([], None),
        (["cat.png"], "cat.png"),
        (["./summary"], "summary"),
        (["--", "summary"], "summary"),
        (["--", "-cat.png"], "-cat.png"),
        (["고양이 🐈\n.png"], "고양이 🐈\n.png"),
    ],
)
def test_the_window_opens_on_the_picture(convsim, opened, monkeypatch, argv, path):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    if path is not None:
        save_png(path)
    result = convsim(*argv)
    assert (result.status, result.out, result.err) == (0, "", "")
    assert opened == [None if path is None else Path(path)]


@pytest.mark.usefixtures("qapp")
def test_a_file_that_is_no_picture_is_one_line_and_no_window(convsim, folder):
    (folder / "notes.png").write_text("Dear diary")
    result = convsim("notes.png")
    assert (result.status, result.out) == (1, "")
    assert result.err == (
        "convsim: notes.png: is text, not a picture; "
        "PNG, JPEG, WebP, BMP, GIF and TIFF can be read\n"
    )


def test_a_project_that_is_none_is_one_line_and_no_window(convsim, folder, monkeypatch, qapp):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    (folder / "net.convsim").write_bytes(b"Dear diary, today")
    result = convsim("net.convsim")
    assert (result.status, result.out) == (1, "")
    assert result.err == (
        "convsim: net.convsim: is not a project (no zip archive); "
        "choose a file that ConvSim saved\n"
    )


def test_a_network_of_another_program_is_opened_or_refused_in_one_line(
    convsim, folder, opened, monkeypatch, qapp
):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    (folder / "net.onnx").write_bytes(b"whatever")
    assert convsim("net.onnx").status == 0
    assert opened == [Path("net.onnx")]
    monkeypatch.undo()
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.chdir(folder)
    result = convsim("net.onnx")
    assert (result.status, result.out) == (1, "")
    assert result.err.startswith("convsim: net.onnx: ")
    assert result.err.count("\n") == 1


@pytest.mark.slow
def test_without_a_display_the_figures_of_an_onnx_network_are_written(convsim, folder, nowhere):
    convsim("export", "--preset", "grid-stride-1", "--to", "onnx", "-o", "net.onnx")
    result = convsim("net.onnx")
    assert result.status == 0
    assert "writing the figures of 'net.onnx' on cat.png instead" in result.err
    assert str(Path("convsim-figures") / "net-step.svg") in result.out


def test_without_a_display_a_data_set_is_for_another_command(convsim, folder, nowhere):
    mnist(folder)
    result = convsim("train-images-idx3-ubyte")
    assert (result.status, result.out) == (1, "")
    assert "is a data set, and there is no display" in result.err
    assert "convsim train --preset lenet5 --data train-images-idx3-ubyte -o" in result.err


def test_a_mistyped_command_lists_the_commands(convsim):
    result = convsim("sumary")
    assert (result.status, result.out) == (1, "")
    assert result.err == (
        f"convsim: sumary: there is no such file, and no such command; "
        f"commands are {', '.join(COMMANDS)}\n"
    )


@pytest.mark.slow
def test_without_a_display_every_figure_of_the_lecture_is_written(shell, folder):
    result = shell()
    assert (result.status, result.err) == (0, NO_DISPLAY.format(name="cat.png"))
    names = [f"lecture-{kind}.{e}" for kind in FIGURES for e in ("png", "svg", "pdf")]
    paths = [Path("convsim-figures") / name for name in (*names, "lecture-step.gif")]
    assert result.out.splitlines() == [str(path) for path in paths]
    assert all((folder / path).stat().st_size > 1000 for path in paths)
    assert os.listdir(folder) == ["convsim-figures"]
    assert {*os.listdir(folder / "convsim-figures")} == {STAMP, *(p.name for p in paths)}
    assert frame_count(folder / paths[-1]) == 28


def test_the_same_again_draws_nothing_and_says_where_it_is(
    convsim, nowhere, brief, folder, monkeypatch
):
    first = convsim()
    before = {p: p.stat().st_mtime_ns for p in (folder / "convsim-figures").iterdir()}
    monkeypatch.delattr(headless, "export_figure")
    again = convsim()
    assert (again.status, again.out) == (0, first.out)
    assert again.err == (
        "convsim: there is no display (DISPLAY and WAYLAND_DISPLAY are not set), so no window; "
        "the figures of 'lecture' on cat.png are here already\n"
    )
    assert {p: p.stat().st_mtime_ns for p in (folder / "convsim-figures").iterdir()} == before
    assert os.listdir(folder) == ["convsim-figures"]


def test_a_figure_that_was_changed_is_kept_and_all_are_drawn_in_another_folder(
    convsim, nowhere, brief, folder
):
    convsim()
    (folder / "convsim-figures" / "lecture-step.svg").write_text("mine now")
    for _ in range(2):
        result = convsim()
        assert result.out.splitlines()[0] == str(Path("convsim-figures-2") / "lecture-step.svg")
    assert (folder / "convsim-figures" / "lecture-step.svg").read_text() == "mine now"
    assert sorted(os.listdir(folder)) == ["convsim-figures", "convsim-figures-2"]


def test_another_version_that_draws_the_same_needs_no_new_folder(
    convsim, nowhere, brief, folder, monkeypatch
):
    first = convsim()
    monkeypatch.setattr(stamp, "__version__", "99.0")
    again = convsim()
    assert again == first
    assert os.listdir(folder) == ["convsim-figures"]
    assert "are here already" in convsim().err


@pytest.mark.parametrize("noted", ["", "[]", "{}", '{"made_from": 1, "files": [2]}'])
def test_a_note_that_says_nothing_is_no_reason_not_to_draw(convsim, nowhere, brief, folder, noted):
    first = convsim()
    (folder / "convsim-figures" / STAMP).write_text(noted)
    assert convsim() == first


def test_what_is_there_already_is_never_touched(convsim, nowhere, brief, folder):
    (folder / "convsim-figures").mkdir()
    (folder / "convsim-figures" / "lecture-step.svg").write_text("mine")
    (folder / "convsim-figures-2").write_text("mine too")
    result = convsim()
    assert result.status == 0
    assert result.out.splitlines()[0] == str(Path("convsim-figures-3") / "lecture-step.svg")
    assert (folder / "convsim-figures" / "lecture-step.svg").read_text() == "mine"
    assert (folder / "convsim-figures-2").read_text() == "mine too"
    assert sorted(os.listdir(folder)) == [
        "convsim-figures", "convsim-figures-2", "convsim-figures-3",
    ]  # fmt: skip


def test_the_picture_that_was_given_is_drawn(convsim, nowhere, brief, folder):
    save_png("mine.png")
    result = convsim("mine.png")
    assert result.status == 0
    assert result.err == NO_DISPLAY.format(name="mine.png")
    own = (folder / "convsim-figures" / "lecture-step.svg").read_bytes()
    convsim()
    assert own != (folder / "convsim-figures-2" / "lecture-step.svg").read_bytes()


def test_a_projects_figures_are_named_after_it(convsim, nowhere, brief, folder):
    convsim("new", "--preset", "quiz", "-o", "mine.convsim")
    result = convsim("mine.convsim")
    assert result.status == 0
    assert "writing the figures of 'mine.convsim' on cat.png instead" in result.err
    assert sorted(os.listdir(folder / "convsim-figures")) == [
        ".made-from.json", "mine-filters.svg", "mine-step.gif", "mine-step.svg",
    ]  # fmt: skip


def test_a_picture_that_cannot_be_read_makes_no_folder(convsim, nowhere, brief, folder):
    result = convsim("gone.png")
    assert (result.status, result.out) == (1, "")
    assert result.err.startswith("convsim: gone.png: is not there")
    assert os.listdir(folder) == []


def test_stopped_half_way_no_folder_is_left(convsim, nowhere, brief, folder, monkeypatch):
    def stop(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(headless, "export_animation", stop)
    result = convsim()
    assert (result.status, result.out) == (130, "")
    assert result.err.endswith("convsim: stopped\n")
    assert os.listdir(folder) == []


def test_a_folder_that_cannot_be_written_to_is_one_line(convsim, nowhere, brief, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    result = convsim()
    assert (result.status, result.out) == (1, "")
    assert result.err.splitlines()[-1] == (
        "convsim: cannot write 'convsim-figures': writing in '.' is not permitted; "
        "choose another folder"
    )
