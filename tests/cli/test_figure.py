"""``convsim figure``: every kind in every format, and clear words where there is none."""

from __future__ import annotations

import errno
import os
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication

from convsim.core.step import Cursor, Inside
from convsim.figures.registry import FIGURES
from convsim.services import exporting
from convsim.services.exporting import TAKEN_APART, figure_scene
from convsim.services.opening import open_preset
from tests.services.pictures import save_png

pytestmark = pytest.mark.usefixtures("qapp")

PIXELS = {
    "slide": (4000, 2250),
    "screen": (1920, 1080),
    "square": (2250, 2250),
    "column": (1050, 1050),
}


def text_of(pdf):
    pypdf = pytest.importorskip("pypdf")
    (page,) = pypdf.PdfReader(pdf).pages
    return page, " ".join(page.extract_text().split())


@pytest.mark.parametrize("kind", FIGURES)
def test_every_kind_is_a_picture_of_a_slide(convsim, kind):
    result = convsim("figure", kind, "--preset", "lecture", "-o", "out.png")
    assert (result.status, result.out, result.err) == (0, "out.png\n", "")
    with Image.open("out.png") as picture:
        assert picture.size == PIXELS["slide"]
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
        # Something is drawn, not only paper.
        assert len(picture.convert("RGB").resize((400, 225)).getcolors(1 << 17) or ()) > 20


@pytest.mark.parametrize("kind", FIGURES)
def test_every_kind_is_a_drawing_and_a_page_with_real_text(convsim, kind):
    for name in ("out.svg", "out.pdf"):
        result = convsim("figure", kind, "--preset", "lecture", "-o", name)
        assert (result.status, result.out, result.err) == (0, f"{name}\n", "")
    drawing = ET.parse("out.svg").getroot()
    words = " ".join(" ".join(drawing.itertext()).split())
    page, text = text_of("out.pdf")
    assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx((960, 540))
    title = drawing.findtext("{http://www.w3.org/2000/svg}title")
    assert title
    # The same words stand in both, whatever the order.
    assert len(words) > 20
    assert set(text.split()) - set(words.split()) == set()


@pytest.mark.parametrize("size", PIXELS)
def test_sizes(convsim, size):
    convsim("figure", "sweep", "--preset", "grid-stride-2", "--size", size, "-o", "out.png")
    with Image.open("out.png") as picture:
        assert picture.size == PIXELS[size]


def test_themes_and_transparency(convsim):
    corner = {}
    for theme in ("light", "dark"):
        convsim("figure", "sweep", "--preset", "quiz", "--theme", theme, "--size", "screen",
                "-o", "out.png")  # fmt: skip
        with Image.open("out.png") as picture:
            corner[theme] = np.asarray(picture.convert("RGB"))[1, 1]
    assert corner["light"].min() > 200
    assert corner["dark"].max() < 60
    convsim("figure", "sweep", "--preset", "quiz", "--transparent", "-o", "out.png")
    with Image.open("out.png") as picture:
        assert picture.mode == "RGBA"
        assert np.asarray(picture)[1, 1, 3] == 0


def test_a_stride_that_does_not_fit_is_drawn_and_said(convsim):
    result = convsim("figure", "sweep", "--preset", "grid-stride-3", "-o", "out.pdf")
    assert (result.status, result.err) == (0, "")
    path, said = result.out.splitlines()
    assert path == "out.pdf"
    assert said.startswith("conv1 does not fit: (7−3)/3+1 = 2.33")
    assert "2.33" in text_of("out.pdf")[1]


@pytest.mark.parametrize("kind", ["step", "maps"])
def test_what_a_layer_that_does_not_fit_cannot_show_is_said(convsim, kind):
    result = convsim("figure", kind, "--preset", "grid-stride-3", "-o", "out.pdf")
    assert (result.status, result.err) == (0, "")
    assert result.out.splitlines()[-1] == (
        f"so {kind} cannot be drawn: this is how its window would move"
    )
    assert "no values yet" in text_of("out.pdf")[1]


def test_the_window_stands_where_one_says(convsim):
    result = convsim("figure", "step", "--preset", "lecture", "--at", "conv2", 10, 0, 23,
                     "-o", "out.pdf")  # fmt: skip
    assert result.status == 0
    text = text_of("out.pdf")[1].lower()
    assert "filter 10, row 0, column 23" in text


def test_without_a_position_it_stands_in_the_middle_of_the_first_map(convsim):
    convsim("figure", "step", "--preset", "lecture", "-o", "out.pdf")
    assert "filter 1, row 14, column 14" in text_of("out.pdf")[1].lower()


def test_every_inner_step_looks_different(convsim, folder):
    pages = set()
    for part in ("products", "channel-sums", "total", "bias", "activation", "write"):
        result = convsim("figure", "step", "--preset", "lecture", "--inside", part, "-o", "o.svg")
        assert result.status == 0
        pages.add((folder / "o.svg").read_bytes())
    assert len(pages) == 6


@pytest.mark.parametrize(
    ("theme", "size", "transparent"), [("light", "slide", False), ("dark", "screen", True)]
)
@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_the_window_makes_the_same_file_byte_for_byte(
    convsim, folder, theme, size, transparent, ending
):
    assert isinstance(QApplication.instance(), QApplication)
    document = open_preset("lecture").at(Cursor(0, 1, 12, 7), Inside.PRODUCTS)
    exporting.export_figure(
        document,
        document.new_trace(),
        "step",
        folder / f"window.{ending}",
        size=size,
        theme=theme,
        transparent=transparent,
    )
    convsim("figure", "step", "--preset", "lecture", "--at", "conv1", 2, 12, 7, "--inside",
            "products", "--theme", theme, "--size", size, *["--transparent"] * transparent,
            "-o", f"shell.{ending}")  # fmt: skip
    assert (folder / f"window.{ending}").read_bytes() == (folder / f"shell.{ending}").read_bytes()


def test_without_a_display_it_makes_the_same_file_too(convsim, shell, folder):
    arguments = ("figure", "step", "--preset", "quiz", "--size", "screen", "-o")
    assert convsim(*arguments, "here.png").status == 0
    # Whatever display the shell names, it is never asked for.
    result = shell(*arguments, "there.png", DISPLAY=":987")
    assert (result.status, result.out, result.err) == (0, "there.png\n", "")
    assert (folder / "here.png").read_bytes() == (folder / "there.png").read_bytes()


def test_a_picture_of_ones_own_with_a_difficult_name(convsim):
    name = "고양이 🐈\n-x.png"
    save_png(name)
    result = convsim("figure", "step", "--preset", "lecture", "--image", name, "-o", "🐈\n.svg")
    assert (result.status, result.err) == (0, "")
    ET.parse("🐈\n.svg")


def test_conversions_of_the_picture_are_said_beside_the_result(convsim):
    Image.new("CMYK", (40, 40)).save("print.tiff")
    result = convsim("figure", "sweep", "--preset", "quiz", "--image", "print.tiff", "-o", "o.svg")
    assert (result.status, result.out) == (0, "o.svg\n")
    assert result.err == "convsim: print.tiff: CMYK colours converted to RGB\n"


@pytest.mark.parametrize(
    ("argv", "line"),
    [
        (
            ["--at", "conv9", 1, 0, 0],
            "no layer is called 'conv9'; this network has conv1, relu1, conv2, relu2",
        ),
        (
            ["--at", "conv1", 7, 0, 0],
            "conv1 has filters 1–6, rows 0–27, columns 0–27; received filter 7, row 0, column 0",
        ),
        (
            ["--at", "conv1", 0, 0, -1],
            "conv1 has filters 1–6, rows 0–27, columns 0–27; received filter 0, row 0, column -1",
        ),
        (
            ["--at", "relu1", 1, 0, 0, "--inside", "channel-sums"],
            "steps of relu1 have no channel-sums; they have activation, write",
        ),
        (
            ["--image", "gone.png"],
            "gone.png: is not there (any more); it may have been moved, renamed or deleted: "
            "choose it again",
        ),
    ],
)
def test_what_is_known_only_after_opening_is_one_line(convsim, folder, argv, line):
    result = convsim("figure", "step", "--preset", "lecture", *argv, "-o", "out.png")
    assert (result.status, result.out, result.err) == (1, "", f"convsim: {line}\n")
    assert not (folder / "out.png").exists()


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["blob", "-o", "a.png"], "argument KIND: invalid choice: 'blob' (choose from "),
        (["step"], "the following arguments are required: -o/--output"),
        (
            ["step", "-o", "a.jpg"],
            "argument -o/--output: the name must end in .png, .svg, .pdf; received 'a.jpg'",
        ),
        (["step", "-o", "a.png", "--size", "a4"], "argument --size: invalid choice: 'a4'"),
        (["step", "-o", "a.png", "--theme", "red"], "argument --theme: invalid choice: 'red'"),
        (["step", "-o", "a.png", "--inside", "sum"], "argument --inside: invalid choice: 'sum'"),
        (["step", "-o", "a.png", "--at", "conv1", "1"], "argument --at: expected 4 arguments"),
        (
            ["step", "-o", "a.png", "--at", "conv1", "1", "2", "x"],
            "--at: FILTER ROW COL must be whole numbers; got '1 2 x'",
        ),
    ],
)
def test_wrong_usage(convsim, argv, message):
    result = convsim("figure", *argv, "--preset", "lecture")
    assert (result.status, result.out) == (2, "")
    assert f"convsim figure: error: {message}" in result.err.splitlines()[-1]


def test_a_network_file_may_stand_anywhere(convsim):
    for argv in (
        ["net.convsim", "-o", "a.png"],
        ["-o", "a.png", "net.convsim"],
        ["-o", "a.png", "--", "-n"],
    ):
        result = convsim("figure", "step", *argv)
        assert result.status == 1
        assert ": is not there (any more); it may have been moved" in result.err


def test_places_that_cannot_be_written_to(convsim, folder):
    Path("file").touch()
    result = convsim("figure", "sweep", "--preset", "quiz", "-o", "no/out.svg")
    assert (result.status, result.out) == (1, "")
    assert result.err == (
        "convsim: cannot write 'no/out.svg': there is no folder 'no'; "
        "make it first or choose another\n"
    )
    (folder / "out.svg").mkdir()
    result = convsim("figure", "sweep", "--preset", "quiz", "-o", "out.svg")
    assert result.status == 1
    assert result.err == (
        "convsim: cannot write 'out.svg': it is a folder; choose the name of a file\n"
    )


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(convsim, folder, monkeypatch, ending):
    (folder / f"out.{ending}").write_bytes(b"old")

    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    result = convsim("figure", "sweep", "--preset", "quiz", "-o", f"out.{ending}")
    assert (result.status, result.out) == (1, "")
    assert result.err == (
        f"convsim: cannot write 'out.{ending}': the disk is full; "
        "free some space or choose another disk\n"
    )
    assert os.listdir(folder) == [f"out.{ending}"]
    assert (folder / f"out.{ending}").read_bytes() == b"old"


def test_parts_of_a_step_are_not_asked_of_figures_that_show_none(convsim, folder):
    result = convsim(
        "figure", "volumes", "--preset", "lecture", "--inside", "products", "-o", "v.svg"
    )
    assert (result.status, result.out) == (0, "v.svg\n")
    assert result.err == (
        "convsim: volumes shows no part of a step, so --inside changes nothing; "
        "figures that do are step, products\n"
    )


@pytest.mark.parametrize("kind", FIGURES)
def test_figures_that_show_parts_of_a_step_are_those_that_are_named(lecture, kind, qapp):
    document = lecture.at(Cursor(0, 0, 3, 3))
    trace = document.new_trace()
    scenes = {
        repr(figure_scene(document.at(document.cursor, inside), trace, kind).items)
        for inside in document.inside_steps()
    }
    assert (len(scenes) > 1) == (kind in TAKEN_APART)
