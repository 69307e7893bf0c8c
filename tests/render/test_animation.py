"""Animations are exact enough, need little memory, and leave nothing behind when they fail."""

from __future__ import annotations

import gc
import tracemalloc
import weakref
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageSequence

from convsim.figures.scene import Raster, Rect, Scene, Text
from convsim.render.animation import write_animation
from convsim.render.errors import ExportError
from convsim.render.frames import changes
from convsim.render.palette import COLORS, quantized, worst
from convsim.render.png import render_image
from tests.render.looking import BLACK, RED, WHITE, seen
from tests.render.scenes import PAPER, picture, stage


def write(frames, path, **options) -> bool:
    """Write an animation of 160×90 pixels, 10 frames a second, unless told otherwise."""
    return write_animation(frames, path, **{"width_px": 160, "height_px": 90, "fps": 10, **options})


def moving(count: int = 6) -> list[Scene]:
    """Return a square that moves over a colourful picture, and stands still once."""
    steps = [*range(count - 1), count - 2]
    shapes = [
        (
            Raster(10, 10, 60, 60, picture(30, 30)),
            Rect(10 * i, 20, 20, 20, fill=RED),
            Text(90, 45, f"{i}", 30, BLACK),
        )
        for i in steps
    ]
    return [Scene(160, 90, items, PAPER) for items in shapes]


def shown(path, times) -> list[np.ndarray]:
    """Return what a viewer shows just before each of some times, in milliseconds."""
    found: list[np.ndarray] = []
    clock = 0
    with Image.open(path) as image:
        for part in ImageSequence.Iterator(image):
            picture = part.convert("RGB")
            clock += part.info["duration"]
            while len(found) < len(times) and times[len(found)] <= clock:
                found.append(np.asarray(picture))
    return found


@pytest.mark.parametrize(("name", "worst_off"), [("a.gif", 16), ("a.webp", 0), ("a.GIF", 16)])
def test_every_frame_is_shown_as_it_was_drawn(tmp_path, name, worst_off):
    path = tmp_path / name
    assert write(moving(), path)
    frames = shown(path, [100, 200, 300, 400, 500, 600])
    assert len(frames) == 6
    for frame, scene in zip(frames, moving(), strict=True):
        drawn = seen(render_image(scene, 160, 90)).astype(int)
        assert np.abs(frame - drawn).max() <= worst_off
        assert np.abs(frame - drawn).mean() < 0.5


@pytest.mark.parametrize("name", ["a.gif", "a.webp"])
def test_it_repeats_for_ever(tmp_path, name):
    write(moving(), tmp_path / name)
    with Image.open(tmp_path / name) as image:
        assert image.info["loop"] == 0


@pytest.mark.parametrize("name", ["a.gif", "a.webp"])
@pytest.mark.parametrize(("fps", "milliseconds"), [(10, 1200), (7, 1710), (24, 500), (0.5, 24000)])
def test_it_lasts_as_long_as_it_should(tmp_path, name, fps, milliseconds):
    write(moving(12), tmp_path / name, fps=fps)
    with Image.open(tmp_path / name) as image:
        total = 0
        for part in ImageSequence.Iterator(image):
            part.load()
            total += part.info["duration"]
    assert total == pytest.approx(milliseconds, abs=5)


def test_flat_areas_are_exact_in_a_gif_and_nothing_is_far_off(tmp_path):
    path = tmp_path / "a.gif"
    write([stage(300)], path, width_px=1280, height_px=720)
    [frame] = shown(path, [100])
    off = np.abs(frame.astype(int) - seen(render_image(stage(300), 1280, 720))).max(axis=-1)
    assert (off == 0).mean() > 0.9
    assert off.mean() < 0.6
    assert off.max() < 40


def test_a_palette_holds_frequent_colours_exactly_and_rare_ones_nearly():
    many = np.repeat([[10, 20, 30], [250, 250, 240]], 5000, axis=0)
    rare = picture(64, 64).reshape(-1, 3)
    colors = np.concatenate([many, rare, [[255, 140, 0]]]).astype(np.uint8)
    palette, indexes = quantized(colors)
    off = np.abs(palette[indexes].astype(int) - colors).max(axis=1)
    assert len(palette) == COLORS
    assert off[:10_000].max() == 0
    assert off.max() < 64


def test_few_colours_are_all_exact():
    colors = picture(10, 10).reshape(-1, 3)
    palette, indexes = quantized(colors)
    assert (palette[indexes] == colors).all()


def test_the_worst_colours_are_mended_first():
    colors = picture(20, 20)
    off = np.arange(400, dtype=np.int16).reshape(20, 20)
    paint, palette, indexes = worst(colors, off)
    assert not paint[0, 0]
    assert paint[19, 19]
    assert (palette[indexes] == colors[paint]).all()


def test_only_what_differs_is_written():
    first, second, *_ = list(changes(moving(), 160, 90))
    assert first.changed.all()
    assert first.changed.shape == (90, 160)
    assert (second.x, second.y) == (0, 20)
    assert second.changed.mean() < 0.6


def test_a_frame_that_does_not_differ_is_one_pixel():
    *_, last = changes(moving(), 160, 90)
    assert last.changed.shape == (1, 1)


@pytest.mark.parametrize("name", ["a.gif", "a.webp"])
def test_the_same_frames_make_the_same_file(tmp_path, name):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        write(moving(), tmp_path / folder / name)
    assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


@pytest.mark.parametrize("name", ["a.gif", "a.webp", "folder"])
def test_frames_are_drawn_one_at_a_time(tmp_path, name):
    pictures: list[weakref.ref[np.ndarray]] = []
    most = 0

    def frames():
        nonlocal most
        for i in range(20):
            pixels = picture(9, 9)
            pictures.append(weakref.ref(pixels))
            yield Scene(160, 90, (Raster(i, 0, 90, 90, pixels),))
            del pixels
            most = max(most, sum(ref() is not None for ref in pictures))

    write(frames(), tmp_path / name)
    assert most <= 2


@pytest.mark.parametrize("name", ["a.gif", "a.webp"])
def test_memory_does_not_grow_with_the_number_of_frames(tmp_path, name):
    def peak(count: int) -> int:
        frames = (
            Scene(400, 400, (Raster(i % 9, 0, 390, 390, picture(40, 40)),)) for i in range(count)
        )
        gc.collect()
        tracemalloc.reset_peak()
        write(frames, tmp_path / name, width_px=400, height_px=400)
        return tracemalloc.get_traced_memory()[1]

    tracemalloc.start()
    try:
        peak(12)
        few, many = peak(12), peak(60)
    finally:
        tracemalloc.stop()
    size = (tmp_path / name).stat().st_size
    assert many - few < min(size / 2, 100_000)


def test_a_folder_gets_numbered_pictures_and_keeps_what_is_in_it(tmp_path):
    other = tmp_path / "notes.txt"
    other.write_text("mine")
    (tmp_path / "frame-0002.png").write_bytes(b"old")
    assert write(moving(3), tmp_path, total=3)
    names = sorted(file.name for file in tmp_path.iterdir())
    assert names == ["frame-0001.png", "frame-0002.png", "frame-0003.png", "notes.txt"]
    assert other.read_text() == "mine"
    with Image.open(tmp_path / "frame-0002.png") as image:
        assert (np.asarray(image) == seen(render_image(moving(3)[1], 160, 90))).all()


def test_a_new_folder_is_made_and_numbers_are_long_enough(tmp_path):
    folder = tmp_path / "frames"
    write(moving(2), folder, total=12_345)
    assert sorted(file.name for file in folder.iterdir()) == ["frame-00001.png", "frame-00002.png"]


@pytest.mark.parametrize("name", ["a.gif", "a.webp", "folder", "."])
def test_cancelled_it_leaves_no_trace(tmp_path, name):
    other = tmp_path / "notes.txt"
    other.write_text("mine")
    done: list[int] = []
    finished = write(
        moving(),
        tmp_path / name,
        progress=done.append,
        cancelled=lambda: len(done) >= 3,
    )
    assert not finished
    assert done == [1, 2, 3]
    assert list(tmp_path.iterdir()) == [other]


@pytest.mark.parametrize("name", ["a.gif", "a.webp", "folder"])
def test_a_frame_that_fails_leaves_no_trace(tmp_path, name):
    def frames():
        yield from moving(3)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write(frames(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_an_animation_that_fails_leaves_the_old_one(tmp_path):
    path = tmp_path / "a.gif"
    path.write_bytes(b"old")
    with pytest.raises(ExportError, match="there are no frames"):
        write([], path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["a.gif", "a.webp", "folder"])
def test_progress_counts_the_frames_that_are_done(tmp_path, name):
    done: list[int] = []
    assert write(moving(), tmp_path / name, progress=done.append)
    assert done == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("a.avi", {}, r"\.avi is not an animation .*; use \.gif, \.webp, or a folder"),
        ("none/a.gif", {}, "there is no folder"),
        ("none/a", {}, "there is no folder"),
        ("file", {}, "it is a file; choose a folder"),
        ("a.gif", {"fps": 0}, "more than 0 frames a second; got 0"),
        ("a.gif", {"width_px": 70_000, "height_px": 2}, "at most 65535 pixels"),
        ("a.webp", {"width_px": 20_000, "height_px": 2}, "at most 16383 pixels"),
    ],
)
def test_what_cannot_be_written_is_said_in_one_line(tmp_path, name, options, said):
    (tmp_path / "file").write_text("x")
    with pytest.raises(ExportError, match=said):
        write(moving(2), tmp_path / name, **options)
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_a_scene_without_a_background_stands_on_white(tmp_path):
    scene = replace(moving(2)[0], background=None)
    write([scene], tmp_path / "a.gif")
    [frame] = shown(tmp_path / "a.gif", [100])
    assert tuple(frame[88, 158]) == WHITE
