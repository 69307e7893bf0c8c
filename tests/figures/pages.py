"""Documents to draw, pages to draw them on, and what must hold of every page."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.layers import WindowLayer
from convsim.core.trace import Trace
from convsim.document import Picture
from convsim.document.presets import PRESETS, cross, find
from convsim.figures.labels import ENGLISH
from convsim.figures.page import Page
from convsim.figures.scene import Anchor, Cells, Scene, Text
from convsim.figures.theme import DARK
from convsim.figures.typography import text_width
from convsim.figures.what import window_place

if TYPE_CHECKING:
    from convsim.core.geometry import Axis
    from convsim.document.document import Document
    from convsim.figures.page import FigureFunction

NAMES = tuple(PRESETS)
PAGES = {
    "slide": Page(960, 540),
    "square": Page(540, 540, DARK),
    "column": Page(420, 420),
    "small": Page(560, 300, titled=False),
    "large": Page(1600, 1000, DARK, titled=False),
    "tall": Page(700, 900, titled=False, transparent=True),
}
HEIGHT = 0.72
"""How high a line is, in ems: from a descender to a capital, near enough."""


class Untouchable(Trace):
    """A trace that nobody may ask for anything: the figure needs no weights and no activations."""

    def reach(self, index, stop=lambda: False):
        raise AssertionError(f"asked for the output of layer {index}")


@cache
def document(name: str) -> Document:
    """Return a preset on a smooth picture, or on its own drawing."""
    preset = find(name)
    high, wide, channels = preset.build().input_shape
    if preset.picture == "cross":
        image = np.array(cross())
    else:
        y, x = np.mgrid[0:high, 0:wide] / high
        planes = [0.5 + 0.5 * np.sin(9 * x + 5 * y), x * y, 0.5 + 0.5 * np.cos(8 * y)]
        image = np.stack(planes[:channels], axis=-1)
    image = np.ascontiguousarray(image, np.float32)
    return preset.document(Picture("picture.png", image), image)


def draw(figure: FigureFunction, shown: Document, page: Page) -> Scene:
    """Return the scene, and fail if it needed weights or activations."""
    scene = figure(shown, Untouchable(shown.network, shown.weights, shown.image), page)
    assert not set(shown.weights.made) - {"conv1"}
    return scene


def window_of(shown: Document) -> tuple[int, Axis, Axis]:
    """Return the index of the layer whose window is looked at, and its rows and columns."""
    place = window_place(shown)
    assert place is not None
    assert isinstance(place.layer, WindowLayer)
    assert place.input_shape is not None
    return place.index, *place.layer.axes(place.input_shape)


def longer(page: Page) -> Page:
    """Return the page with words a third longer, as another language may have them."""
    words = {
        key: text + text[: len(text) // 3] if "{" not in text else text + " more"
        for key, text in ENGLISH.items()
    }
    return replace(page, labels=words)


def texts(scene: Scene) -> list[Text]:
    """Return all texts of a scene."""
    return [shape for shape in scene.walk() if isinstance(shape, Text)]


def words(scene: Scene) -> str:
    """Return all texts of a scene, those in cells too, a line each."""
    lines = [text.text for text in texts(scene)]
    lines += [label for s in scene.walk() if isinstance(s, Cells) for label in s.labels]
    return "\n".join(lines)


def box(text: Text) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of a text as it will be, near enough."""
    width = text_width(text.text, text.size, bold=text.bold)
    share = {Anchor.START: 0.0, Anchor.MIDDLE: 0.5, Anchor.END: 1.0}[text.anchor]
    left = text.x - share * width
    half = text.size * HEIGHT / 2
    return left, text.y - half, left + width, text.y + half


def check_page(scene: Scene, page: Page) -> None:
    """Fail if something is outside the page, too small, or on top of something else."""
    assert (scene.width, scene.height) == (page.width, page.height)
    assert scene.title
    assert scene.background == page.background
    boxes = [(text, box(text)) for text in texts(scene)]
    for text, (left, top, right, bottom) in boxes:
        inside = left >= 0 and top >= 0 and right <= page.width + 0.5 and bottom <= page.height
        assert inside, f"{text.text!r} at {left:.0f}–{right:.0f}, {top:.0f}–{bottom:.0f} is cut off"
        assert text.size >= 7, f"{text.text!r} has {text.size:.1f} units"
    for (one, a), (two, b) in combinations(boxes, 2):
        apart = a[2] <= b[0] + 0.5 or b[2] <= a[0] + 0.5 or a[3] <= b[1] + 0.5 or b[3] <= a[1] + 0.5
        assert apart, f"{one.text!r} and {two.text!r} overlap"
    for shape in scene.walk():
        if isinstance(shape, Cells) and shape.labels:
            assert shape.text_size >= 8
            widest = max(text_width(label, shape.text_size) for label in shape.labels)
            assert widest <= shape.cell, f"{widest:.1f} in cells of {shape.cell:.1f}"
    for area in scene.areas:
        assert area.x >= -0.5, area
        assert area.y >= -0.5, area
        assert area.x + area.width <= page.width + 0.5, area
        assert area.y + area.height <= page.height + 0.5, area
        assert area.width > 0, area
        assert area.height > 0, area
