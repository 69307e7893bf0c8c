"""``convsim animate``: one frame a position, and nothing half-written when it is stopped."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time

import pytest
from PIL import Image

from convsim.services import exporting
from tests.services.pictures import frame_count

pytestmark = pytest.mark.usefixtures("qapp")


def size_of(path):
    with Image.open(path) as picture:
        return picture.size


def test_a_gif_has_a_frame_for_every_position(convsim):
    result = convsim("animate", "step", "--preset", "grid-stride-2", "-o", "out.gif")
    assert (result.status, result.out, result.err) == (0, "out.gif\n", "")
    assert size_of("out.gif") == (1280, 720)
    assert frame_count("out.gif") == 9


def test_a_range_of_positions_and_their_speed(convsim):
    result = convsim("animate", "step", "--preset", "lecture", "--from", 27, "--to", 30,
                     "--fps", 4, "-o", "out.webp")  # fmt: skip
    assert result.status == 0
    with Image.open("out.webp") as picture:
        assert getattr(picture, "n_frames", 1) == 4
    assert frame_count("out.webp", fps=4) == 4


def test_inside_every_position_are_its_parts(convsim, folder):
    result = convsim("animate", "step", "--preset", "lecture", "--to", 2, "--inside",
                     "-o", "parts/")  # fmt: skip
    assert (result.status, result.out) == (0, "parts\n")
    # Products, channel sums, total, bias, ReLU, write: twice.
    names = sorted(os.listdir(folder / "parts"))
    assert names == [f"frame-{n:04}.png" for n in range(1, 13)]
    pictures = {(folder / "parts" / name).read_bytes() for name in names}
    assert len(pictures) == 12
    assert size_of(folder / "parts" / names[0]) == (1280, 720)


def test_it_begins_where_one_says_and_goes_on_through_the_filters(convsim, monkeypatch):
    seen = []

    def note(document, *_args, **_kwargs):
        seen.append(document.cursor)
        return real(document, *_args, **_kwargs)

    real = exporting.figure_scene
    monkeypatch.setattr(exporting, "figure_scene", note)
    convsim("animate", "step", "--preset", "lecture", "--at", "conv1", 2, 27, 26, "--to", 786,
            "--size", "column", "-o", "out.gif")  # fmt: skip
    assert [cursor[1:] for cursor in seen] == [(1, 27, 26), (1, 27, 27), (2, 0, 0), (2, 0, 1)]


def test_units_of_a_vector_are_its_positions(convsim):
    result = convsim("animate", "step", "--preset", "lenet5", "--at", "dense3", 1, 0, 0,
                     "--size", "column", "-o", "out.gif")  # fmt: skip
    assert result.status == 0
    assert size_of("out.gif") == (560, 560)
    assert frame_count("out.gif") == 10


@pytest.mark.parametrize(
    ("argv", "received"), [(["--from", 5, "--to", 4], "5 to 4"), (["--from", 10], "10 to 9")]
)
def test_a_range_that_is_none(convsim, argv, received):
    result = convsim("animate", "step", "--preset", "grid-stride-2", *argv, "-o", "out.gif")
    assert (result.status, result.out) == (1, "")
    assert result.err == f"convsim: conv1 has positions 1 to 9; received {received}\n"


def test_more_positions_than_all_filters_have(convsim):
    result = convsim("animate", "step", "--preset", "lecture", "--to", 5000, "-o", "out.gif")
    assert result.err == (
        "convsim: conv1 has positions 1 to 784 (4,704 with the filters after it); "
        "received 1 to 5,000\n"
    )


def test_a_layer_that_does_not_fit_has_no_positions(convsim, folder):
    result = convsim("animate", "step", "--preset", "grid-stride-3", "-o", "out.gif")
    assert (result.status, result.out) == (1, "")
    assert result.err.startswith("convsim: (7−3)/3+1 = 2.33… is not a whole number")
    assert os.listdir(folder) == []


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (
            ["-o", "out.mp4"],
            "argument -o/--output: the name must end in .gif or .webp, or in / for a folder; "
            "received 'out.mp4'",
        ),
        (
            ["-o", "frames.v2/"],
            "argument -o/--output: a new folder's name must have no dot; "
            "make 'frames.v2' first or choose another",
        ),
        (
            ["-o", "a.gif", "--from", "0"],
            "argument --from: positions are whole numbers from 1; received '0'",
        ),
        (
            ["-o", "a.gif", "--to", "many"],
            "argument --to: positions are whole numbers from 1; received 'many'",
        ),
        (
            ["-o", "a.gif", "--fps", "nan"],
            "argument --fps: frames a second are 0.01 to 100; received 'nan'",
        ),
    ],
)
def test_wrong_usage(convsim, argv, message):
    result = convsim("animate", "step", "--preset", "quiz", *argv)
    assert (result.status, result.out) == (2, "")
    assert result.err.splitlines()[-1] == f"convsim animate: error: {message}"


def test_a_figure_that_stands_still_is_one_picture_and_says_so(convsim):
    result = convsim("animate", "counts", "--preset", "quiz", "--to", 2, "-o", "a.gif")
    assert (result.status, result.out) == (0, "a.gif\n")
    assert result.err == (
        "convsim: counts stands still, so one picture is all there is; figures that move are "
        "step, window, products, sweep, padding, tiles, volumes\n"
    )
    assert frame_count("a.gif") == 1


def test_a_network_without_layers_has_nothing_to_move(convsim, folder):
    convsim("new", "-o", "net.convsim")
    result = convsim("animate", "step", "net.convsim", "-o", "a.gif")
    assert result.status == 1
    assert result.err == "convsim: this network has no layer yet, so nothing moves\n"


@pytest.mark.skipif(os.name == "nt" or not hasattr(os, "getuid"), reason="mounts a small disk")
def test_a_full_disk_is_said_of_the_folder_that_was_named(convsim, folder):
    if os.getuid() != 0:
        pytest.skip("mounting a small disk needs root")
    disk = folder / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", str(disk)], check=True)
    try:
        result = convsim("animate", "step", "--preset", "lecture", "-o", "disk/frames/")
        assert result.status == 1
        assert result.err == (
            "convsim: cannot write 'disk/frames': the disk is full; "
            "free some space or choose another disk\n"
        )
        assert os.listdir(disk) == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)


class Screen:
    """Counts frames, and stops the work at the third one."""

    def __init__(self, problem):
        self.problem, self.count = problem, 0
        self.draw = exporting.figure_scene

    def __call__(self, *args, **kwargs):
        self.count += 1
        if self.count == 3:
            raise self.problem
        return self.draw(*args, **kwargs)


@pytest.mark.parametrize("target", ["out.gif", "out.webp", "out/"])
@pytest.mark.parametrize(
    ("problem", "status", "line"),
    [
        (KeyboardInterrupt(), 130, "stopped"),
        (
            OSError(errno.ENOSPC, "No space left on device"),
            1,
            "cannot write '{target}': the disk is full; free some space or choose another disk",
        ),
    ],
)
def test_stopped_half_way_nothing_is_left(
    convsim, folder, monkeypatch, target, problem, status, line
):
    monkeypatch.setattr(exporting, "figure_scene", Screen(problem))
    result = convsim("animate", "step", "--preset", "grid-stride-1", "-o", target)
    expected = line.format(target=target.rstrip("/"))
    assert (result.status, result.out, result.err) == (status, "", f"convsim: {expected}\n")
    assert os.listdir(folder) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C is no signal that can be sent there")
def test_ctrl_c_in_a_terminal_leaves_nothing(bare, folder):
    command = ["animate", "step", "--preset", "lecture", "-o", "out.gif"]
    with subprocess.Popen(
        [sys.executable, "-m", "convsim", *command], stderr=subprocess.PIPE, env=bare, cwd=folder
    ) as process:
        begun = time.monotonic()
        while not os.listdir(folder):
            assert process.poll() is None
            assert time.monotonic() - begun < 60
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (130, b"convsim: stopped\n")
    assert os.listdir(folder) == []


def test_progress_is_shown_to_a_terminal_only_and_not_if_it_should_be_quiet(convsim, monkeypatch):
    arguments = ["animate", "step", "--preset", "grid-stride-2", "--size", "column", "-o", "a.gif"]
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    assert "9/9" in convsim(*arguments).err or "frame" in convsim(*arguments).err
    assert convsim(*arguments, "--quiet").err == ""
