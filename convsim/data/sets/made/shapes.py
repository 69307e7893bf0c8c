"""Ten plain shapes of any colour, size and angle, anywhere on a plain ground."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convsim.data.sets.made.canvas import mixed, shaded, turned, two_colours

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convsim.data.sets.made.canvas import Values

CLASSES = (
    "circle", "ring", "square", "frame", "triangle", "plus", "star", "crescent", "bar", "dots",
)  # fmt: skip
REACH = 0.12
"""How far the middle may be from the picture's, as a part of its side."""


def draw(
    rng: np.random.Generator, labels: NDArray[np.int64], size: int, channels: int
) -> NDArray[np.float32]:
    """Return one picture for each label, (N, C, H, W) in 0…1."""
    count = len(labels)
    radius = (size * rng.uniform(0.22, 0.36, count)).astype(np.float32)[:, None, None]
    angle = rng.uniform(0, 2 * np.pi, count).astype(np.float32)
    x, y = turned(rng, count, size, REACH * size, angle)
    distance = np.empty_like(x)
    for label, shape in enumerate(_DISTANCES):
        of_it = labels == label
        distance[of_it] = shape(x[of_it], y[of_it], radius[of_it])
    # One pixel from inside to outside, as a good drawing program smooths its edges.
    inside = np.clip(0.5 - distance, 0, 1)
    ink, paper = two_colours(rng, count, channels, 0.25, lighter=True)
    return shaded(rng, mixed(inside, ink, paper), 0.3, 0.03)


# Each returns how far a place is outside the shape of radius r, in pixels; negative inside.


def _circle(x: Values, y: Values, r: Values) -> Values:
    return np.asarray(np.hypot(x, y) - r)


def _ring(x: Values, y: Values, r: Values) -> Values:
    return np.asarray(np.abs(np.hypot(x, y) - 0.78 * r) - 0.22 * r)


def _square(x: Values, y: Values, r: Values) -> Values:
    return np.asarray(np.maximum(np.abs(x), np.abs(y)) - 0.85 * r)


def _frame(x: Values, y: Values, r: Values) -> Values:
    return np.asarray(np.abs(np.maximum(np.abs(x), np.abs(y)) - 0.68 * r) - 0.2 * r)


def _triangle(x: Values, y: Values, r: Values) -> Values:
    slanted = np.float32(np.sqrt(3) / 2) * np.abs(x) + y / 2
    return np.asarray(np.maximum(slanted, -y) - 0.55 * r)


def _plus(x: Values, y: Values, r: Values) -> Values:
    long, short = np.maximum(np.abs(x), np.abs(y)), np.minimum(np.abs(x), np.abs(y))
    return np.asarray(np.maximum(long - r, short - 0.28 * r))


def _star(x: Values, y: Values, r: Values) -> Values:
    fifth = np.float32(2 * np.pi / 5)
    turn = np.arctan2(x, y)
    turn = np.abs((turn + fifth / 2) % fifth - fifth / 2)
    far = np.hypot(x, y)
    # In one tenth of the star its edge is the line from the tip (r, 0) to the notch.
    along, across = far * np.cos(turn), far * np.sin(turn)
    notch_x = 0.42 * r * np.cos(fifth / 2)
    notch_y = 0.42 * r * np.sin(fifth / 2)
    length = np.hypot(1.15 * r - notch_x, notch_y)
    return np.asarray((notch_y * (along - 1.15 * r) + (1.15 * r - notch_x) * across) / length)


def _crescent(x: Values, y: Values, r: Values) -> Values:
    return np.asarray(np.maximum(np.hypot(x, y) - r, 0.85 * r - np.hypot(x - 0.5 * r, y)))


def _bar(x: Values, y: Values, r: Values) -> Values:
    return np.asarray(np.maximum(np.abs(x) - 1.1 * r, np.abs(y) - 0.24 * r))


def _dots(x: Values, y: Values, r: Values) -> Values:
    return np.asarray(np.hypot(np.abs(x) - 0.65 * r, y) - 0.38 * r)


_DISTANCES = (_circle, _ring, _square, _frame, _triangle, _plus, _star, _crescent, _bar, _dots)
