"""The worst mistakes: pictures of which a network was sure, and wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convsim.figures.captions import heading
from convsim.figures.colors import photo_pixels
from convsim.figures.parts import Box
from convsim.figures.sketch import END, MIDDLE, Sketch
from convsim.figures.typography import shortened, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from convsim.figures.page import Page
    from convsim.figures.scene import Color, Scene

WORDS = 36.0
GAP = 14.0
NARROWEST, WIDEST = 78.0, 150.0
BARS = 6
TOLD = 0.0005
"""What all other classes have together is told if it does not read 0.0%."""
SMALLEST = 10.0
"""Em height of what a picture was taken for."""


@dataclass(frozen=True, eq=False)
class Wrong:
    """A picture that was taken for something else.

    Attributes
    ----------
    picture : array (H, W, C)
        float32 in 0…1.
    truth, taken : str
        Names of classes.
    truth_share, taken_share : float
        What the network gave to each.
    """

    picture: NDArray[np.float32]
    truth: str
    taken: str
    truth_share: float
    taken_share: float


@dataclass(frozen=True, eq=False)
class Prediction:
    """What the network takes the shown picture for.

    Attributes
    ----------
    picture : array (H, W, C)
        As the network reads it, float32 in 0…1.
    name : str
    shares : tuple of (name, share)
        The likeliest classes, the best first.
    """

    picture: NDArray[np.float32]
    name: str
    shares: tuple[tuple[str, float], ...]


def mistakes(wrong: Sequence[Wrong], prediction: Prediction | None, page: Page) -> Scene:
    """Return the worst mistakes as pictures; on the left, what the shown picture is taken for."""
    sketch = Sketch(page)
    title = sketch.say("mistakes_title") if wrong else sketch.say("no_mistakes")
    box = heading(sketch, title)
    if prediction is not None:
        wide = min(max(box.width * 0.26, 150.0), 240.0)
        _prediction(sketch, Box(box.x, box.y, wide, box.height), prediction)
        box = Box(box.x + wide + 28, box.y, box.width - wide - 28, box.height)
    if not page.titled:
        sketch.text(box.x, box.y + 10, title, 13, page.theme.ink, bold=True, room=box.width)
        box = Box(box.x, box.y + 28, box.width, box.height - 28)
    _tiles(sketch, box, wrong)
    said = [f"{one.truth} → {one.taken} ({one.taken_share:.0%})" for one in wrong]
    return sketch.scene("; ".join([title, *said]))


def _tiles(sketch: Sketch, box: Box, wrong: Sequence[Wrong]) -> None:
    theme = sketch.theme
    if not wrong:
        return
    most = max(int((box.width + GAP) / (NARROWEST + GAP)), 1)
    cols = next(
        (c for c in range(1, most + 1) if _high(box, c) * -(-len(wrong) // c) <= box.height + GAP),
        most,
    )
    side = min((box.width + GAP) / cols - GAP, WIDEST)
    rows = max(int((box.height + GAP) / (side + WORDS + GAP)), 1)
    for i, one in enumerate(wrong[: rows * cols]):
        x, y = box.x + i % cols * (side + GAP), box.y + i // cols * (side + WORDS + GAP)
        tall, broad = one.picture.shape[:2]
        scale = side / max(tall, broad)
        pixels = photo_pixels(one.picture)
        left = x + (side - broad * scale) / 2
        sketch.raster(left, y, broad * scale, tall * scale, pixels, smooth=scale < 1)
        middle = x + side / 2
        sketch.text(
            middle, y + side + 10, one.truth, 12, theme.ink, MIDDLE, bold=True, room=side, least=10
        )
        share = f"{one.taken_share:.0%}"
        text = sketch.say("taken_as", name=one.taken, share=share)
        if text_width(text, SMALLEST) > side:
            # What the name means stands above all of them.
            left_over = side - text_width(f" {share}", SMALLEST)
            text = f"{shortened(one.taken, SMALLEST, left_over)} {share}"
        sketch.text(
            middle, y + side + 26, text, 11.5, theme.warn, MIDDLE, room=side, least=SMALLEST
        )


def _high(box: Box, cols: int) -> float:
    """Return the height of a row if so many stand side by side."""
    return min((box.width + GAP) / cols - GAP, WIDEST) + WORDS + GAP


def _rest(bars: Sequence[tuple[str, float, Color]]) -> float:
    return 1.0 - sum(share for _, share, _ in bars)


def _prediction(sketch: Sketch, box: Box, one: Prediction) -> None:
    theme = sketch.theme
    sketch.text(box.x, box.y + 10, one.name, 13, theme.ink, bold=True, room=box.width, least=10)
    side = min(box.width * 0.62, box.height * 0.42, 130.0)
    tall, broad = one.picture.shape[:2]
    scale = side / max(tall, broad)
    pixels = photo_pixels(one.picture)
    sketch.raster(box.x, box.y + 28, broad * scale, tall * scale, pixels, smooth=scale < 1)
    y = box.y + 28 + side + 20
    rows = max(int((box.bottom - y) / 22), 1)
    bars = [(name, share, theme.ink) for name, share in one.shares[: min(rows, BARS)]]
    if rows > 1 and _rest(bars) >= TOLD:
        # All rows together are 100%: the last one is what has no row of its own.
        bars = bars[: rows - 1]
        bars.append((sketch.say("other_classes"), _rest(bars), theme.dim))
    for name, share, ink in bars:
        sketch.text(box.x, y, name, 12, ink, room=box.width * 0.36, least=10)
        left, wide = box.x + box.width * 0.38, box.width * 0.34
        sketch.rect(left, y - 6, wide, 12, theme.line, None, 0, 3)
        if share * wide >= 1:
            sketch.rect(left, y - 6, share * wide, 12, theme.accent, None, 0, 3)
        sketch.text(box.right, y, f"{share:.1%}", 12, theme.ink, END)
        y += 22
