"""An SVG keeps text as text and looks the same in another program."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from convsim.figures.scene import Cells, Group, Raster, Rect, Scene, Text
from convsim.render.png import render_image
from convsim.render.svg import svg_text, write_svg
from convsim.services import resources
from tests.render.looking import BLACK, RED, difference, seen
from tests.render.scenes import everything, picture, stage

SVG = "{http://www.w3.org/2000/svg}"

needs_rsvg = pytest.mark.skipif(
    shutil.which("rsvg-convert") is None, reason="needs librsvg2-bin as a second renderer"
)


def tree(*shapes, **options) -> ET.Element:
    return ET.fromstring(svg_text(Scene(100, 100, shapes), 1, 1, **options))


def by_rsvg(scene: Scene, width: int, folder) -> np.ndarray:
    """Draw a scene by librsvg, which finds the bundled font and no other."""
    config = folder / "fonts.conf"
    config.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{resources.fonts()[0].parent}</dir><cachedir>{folder}/cache</cachedir></fontconfig>"
    )
    source = svg_text(scene, scene.width / 72, scene.height / 72).encode()
    done = subprocess.run(
        ["rsvg-convert", "-w", str(width)],
        input=source,
        capture_output=True,
        check=True,
        env={**os.environ, "FONTCONFIG_FILE": str(config)},
        timeout=60,
    )
    with Image.open(io.BytesIO(done.stdout)) as image:
        return np.asarray(image.convert("RGB"))


def test_the_same_scene_gives_the_same_text():
    assert svg_text(everything(), 10, 5) == svg_text(everything(), 10, 5)


def test_it_has_a_size_on_paper_and_units_of_the_scene():
    root = ET.fromstring(svg_text(everything(), 40 / 3, 7.5))
    assert (root.get("width"), root.get("height")) == ("960pt", "540pt")
    assert root.get("viewBox") == "0 0 960 540"
    assert root.findtext(f"{SVG}title") == "Everything a scene can hold"


def test_text_stays_text():
    texts = [
        "".join(e.itertext())
        for e in ET.fromstring(svg_text(everything(), 10, 5)).iter(f"{SVG}text")
    ]
    assert "합성곱 신경망 · 필터 5×5" in texts
    assert 'Σ 75 products → 0.67 × −1.25 ÷ 3 = −0.28 <&> "quoted"' in texts
    assert texts.count("−1.0") == 2


def test_what_xml_forbids_is_dropped():
    [text] = tree(Text(1, 1, "a\x00\x1b\ud800<b>\uffff", 8, BLACK)).iter(f"{SVG}text")
    assert text.text == "a<b>"


def test_a_group_has_a_name_of_its_own_and_a_title():
    inner = Group((), name="input plane", title="Red & green")
    groups = [g for g in tree(inner, inner).iter(f"{SVG}g") if g.get("id")]
    assert [g.get("id") for g in groups] == ["input-plane", "input-plane-2"]
    assert groups[0].findtext(f"{SVG}title") == "Red & green"


def test_transparent_leaves_the_background_out():
    assert len(list(tree(Rect(0, 0, 1, 1, fill=RED)).iter(f"{SVG}rect"))) == 2
    assert len(list(tree(Rect(0, 0, 1, 1, fill=RED), transparent=True).iter(f"{SVG}rect"))) == 1


def test_an_opacity_is_kept():
    [rect] = tree(Rect(0, 0, 1, 1, fill=(1, 2, 3, 51)), transparent=True).iter(f"{SVG}rect")
    assert (rect.get("fill"), rect.get("fill-opacity")) == ("#010203", "0.2")


def test_it_is_written_to_a_file(tmp_path):
    path = tmp_path / "a.svg"
    write_svg(stage(), path, width_in=10, height_in=5)
    assert path.read_text(encoding="utf-8") == svg_text(stage(), 10, 5)


@needs_rsvg
@pytest.mark.parametrize("scene", [everything(), stage(300)], ids=["everything", "stage"])
def test_another_renderer_draws_what_we_draw(scene, tmp_path):
    width, height = 2 * round(scene.width), 2 * round(scene.height)
    theirs = by_rsvg(scene, width, tmp_path)
    ours = seen(render_image(scene, width, height))
    off = difference(theirs, ours)
    assert off.mean() < 2
    assert (off > 64).mean() < 0.01  # librsvg knows no tabular digits


@needs_rsvg
def test_cells_and_rasters_are_sharp_in_another_renderer(tmp_path):
    own = picture(8, 8)
    shapes = (
        Raster(10, 10, 200, 200, own),
        Cells(250, 10, 25, own, gap=0),
        Cells(10, 250, 25, own, gap=2),
    )
    pixels = by_rsvg(Scene(500, 500, shapes), 1000, tmp_path)
    for left, top in ((10, 10), (250, 10), (10, 250)):
        for row in range(8):
            for col in range(8):
                x, y = 2 * (left + 25 * col), 2 * (top + 25 * row)
                inside = pixels[y + 4 : y + 46, x + 4 : x + 46].astype(int)
                assert np.abs(inside - own[row, col]).max() <= 1
