"""A PNG is exact, says how large it is on paper, and is the same everywhere."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import sys
import threading

import numpy as np
import pytest
from PIL import Image

from convsim.figures.scene import Raster, Rect, Scene
from convsim.render.errors import ExportError
from convsim.render.png import render_image, write_png
from tests.render.looking import RED, WHITE, box_of, seen, where
from tests.render.scenes import PAPER, everything, picture

SQUARE = Scene(100, 100, (Rect(10, 10, 80, 80, fill=RED),))


def png(scene, width=300, height=300, **options) -> bytes:
    file = io.BytesIO()
    write_png(scene, file, width_px=width, height_px=height, dpi=300, **options)
    return file.getvalue()


def test_the_same_scene_gives_the_same_bytes():
    assert png(everything(), 1920, 1080) == png(everything(), 1920, 1080)


def test_it_says_its_resolution_and_title():
    with Image.open(io.BytesIO(png(everything(), 640, 360))) as image:
        assert image.size == (640, 360)
        assert image.mode == "RGB"
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.02)
        assert image.info["Title"] == "Everything a scene can hold"


def test_it_holds_no_date():
    assert b"tIME" not in png(SQUARE)
    assert b"date:" not in png(SQUARE)


def test_transparent_leaves_the_background_out():
    scene = Scene(100, 100, SQUARE.items, PAPER)
    with Image.open(io.BytesIO(png(scene, transparent=True))) as image:
        pixels = np.asarray(image)
    assert tuple(pixels[0, 0]) == (0, 0, 0, 0)
    assert tuple(pixels[150, 150]) == (*RED, 255)


def test_without_a_background_it_stands_on_white():
    assert where(seen(render_image(SQUARE, 300, 300)), WHITE)[:30].all()


def test_another_shape_of_page_shows_the_whole_scene_in_the_middle():
    scene = Scene(100, 100, SQUARE.items, PAPER)
    pixels = seen(render_image(scene, 400, 200))
    assert box_of(where(pixels, RED)) == (120, 20, 280, 180)
    assert where(pixels, PAPER)[:, :100].all()


def test_cells_are_sharp_at_print_size():
    own = picture(32, 32)
    pixels = seen(render_image(Scene(960, 540, (Raster(100, 100, 240, 240, own),)), 4000, 2250))
    step = 240 / 32 * 4000 / 960
    for row in range(0, 32, 5):
        for col in range(0, 32, 5):
            top, left = (round(100 * 4000 / 960 + step * i) for i in (row, col))
            size = int(step) - 1
            assert (pixels[top + 1 : top + size, left + 1 : left + size] == own[row, col]).all()


def test_it_can_be_drawn_in_any_thread():
    found = []
    thread = threading.Thread(target=lambda: found.append(png(everything(), 960, 540)))
    thread.start()
    thread.join()
    assert found == [png(everything(), 960, 540)]


def test_too_many_pixels_are_refused():
    with pytest.raises(ExportError, match="100000×100000"):
        render_image(SQUARE, 100_000, 100_000)


PROGRAM = """
import hashlib, io
from PySide6.QtGui import QGuiApplication
app = QGuiApplication(["test"])
from convsim.render import export, fonts
from convsim.services import resources
from tests.render.scenes import everything
from pathlib import Path
import sys
fonts.load_fonts(resources.fonts())
for ending in (".png", ".svg", ".pdf"):
    export.export(everything(), Path(sys.argv[1]) / ("a" + ending), export.SIZES["screen"])
print(app.platformName())
"""


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("xvfb-run") is None, reason="needs a virtual screen")
def test_files_are_the_same_with_a_screen_and_without(tmp_path):
    digests = []
    for platform, prefix in (("offscreen", []), ("xcb", ["xvfb-run", "-a"])):
        folder = tmp_path / platform
        folder.mkdir()
        command = [*prefix, sys.executable, "-c", PROGRAM, str(folder)]
        environment = {**os.environ, "QT_QPA_PLATFORM": platform}
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=True, timeout=120
        )
        assert done.stdout.strip() == platform
        files = sorted(folder.iterdir())
        digests.append([hashlib.sha256(file.read_bytes()).hexdigest() for file in files])
    assert len(digests[0]) == 3
    assert digests[0] == digests[1]
