"""Everything the program shows lies where `services.resources` says, with its licence."""

from __future__ import annotations

import hashlib
import re
import xml.etree.ElementTree as ET

import pytest

from convsim.core.errors import ConvSimError
from convsim.services import resources

ICONS = [
    "chevron-down",
    "chevron-left",
    "chevron-right",
    "chevron-up",
    "circle-help",
    "clipboard-copy",
    "clipboard-paste",
    "download",
    "eye",
    "eye-off",
    "film",
    "folder-open",
    "grid-3x3",
    "history",
    "image",
    "info",
    "layers",
    "maximize",
    "minus",
    "monitor",
    "moon",
    "pause",
    "play",
    "plus",
    "presentation",
    "redo-2",
    "repeat",
    "rotate-ccw",
    "settings",
    "skip-back",
    "skip-forward",
    "step-back",
    "step-forward",
    "sun",
    "table",
    "undo-2",
    "x",
]


def test_the_cat_is_there():
    assert resources.image("cat.png").is_file()


@pytest.mark.parametrize("name", ICONS)
def test_an_icon_is_a_drawing_that_takes_the_colour_of_the_palette(name):
    drawing = ET.parse(resources.icon(name)).getroot()
    assert drawing.tag.endswith("svg")
    assert drawing.get("viewBox") == "0 0 24 24"
    assert drawing.get("stroke") == "currentColor"


def test_the_programs_own_icon_is_there_as_drawing_and_as_picture():
    assert resources.icon("convsim").is_file()
    assert resources.find("icons", "convsim.png").is_file()


def test_the_fonts_are_unmodified():
    sums = dict(
        reversed(line.split())
        for line in re.findall(
            r"^[0-9a-f]{64}  \S+$", resources.find("README.md").read_text("utf-8"), re.MULTILINE
        )
    )
    assert [font.name for font in resources.fonts()] == [
        "Pretendard-Regular.otf",
        "Pretendard-SemiBold.otf",
    ]
    for font in resources.fonts():
        assert hashlib.sha256(font.read_bytes()).hexdigest() == sums[f"fonts/{font.name}"]


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (("fonts", "LICENSE-Pretendard.txt"), "SIL Open Font License"),
        (("icons", "LICENSE-Lucide.txt"), "ISC License"),
    ],
)
def test_what_others_made_comes_with_its_licence(place, words):
    assert words in resources.find(*place).read_text("utf-8")


def test_every_file_is_described_in_the_readme():
    # A file that nobody wrote down is a file whose licence nobody knows.
    described = resources.find("README.md").read_text("utf-8")
    for folder in ("images", "fonts"):
        for file in resources.find(folder).iterdir():
            assert file.name in described


def test_a_missing_resource_says_which_one_and_what_to_do():
    with pytest.raises(ConvSimError) as caught:
        resources.icon("no-such-icon")
    assert str(caught.value) == (
        "icons/no-such-icon.svg: this part of ConvSim is missing from the installation; "
        "install it again"
    )


@pytest.mark.parametrize("parts", [("..", "pyproject.toml"), ("images", "..", "..", "LICENSE")])
def test_nothing_outside_the_resources_is_found(parts):
    with pytest.raises(resources.ResourceError):
        resources.find(*parts)


def test_an_installed_copy_looks_inside_the_package_only(tmp_path, monkeypatch):
    installed = tmp_path / "convsim" / "_resources"
    (installed / "images").mkdir(parents=True)
    (installed / "images" / "cat.png").touch()
    monkeypatch.setattr(resources, "INSTALLED", installed)
    assert resources.root() == installed
    assert resources.image("cat.png") == (installed / "images" / "cat.png").resolve()
    with pytest.raises(resources.ResourceError):
        resources.icon("play")
