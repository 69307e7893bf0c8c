"""Scenes to draw: one like the Step stage, and one with everything a scene can hold."""

from __future__ import annotations

import numpy as np

from convsim.figures.scene import (
    Anchor,
    Cells,
    Color,
    Group,
    Line,
    Polygon,
    Raster,
    Rect,
    Scene,
    Shape,
    Text,
)

INK = (32, 33, 36)
GREY = (95, 99, 104)
PAPER = (246, 247, 243)
WHITE = (255, 255, 255)
ACCENT = (230, 159, 0)
BLUE = (47, 111, 222)


def picture(rows: int = 32, cols: int = 32) -> np.ndarray:
    """Return a smooth colourful picture, so that palettes have to work."""
    y, x = np.mgrid[0:rows, 0:cols] / max(rows, cols)
    planes = [np.sin(5 * x + 3 * y), np.cos(7 * x * y + 1), np.sin(9 * (x - y) ** 2 + 2)]
    return (127.5 + 110 * np.stack(planes, axis=-1)).astype(np.uint8)


def signed(values: np.ndarray) -> np.ndarray:
    """Return blue, grey and orange for −1, 0 and 1."""
    low, mid, high = (np.array(c) for c in ((33, 102, 172), (240, 240, 236), (224, 130, 20)))
    part = np.clip(values, -1, 1)[..., None]
    mixed = np.where(part < 0, mid + (mid - low) * part, mid + (high - mid) * part)
    return mixed.astype(np.uint8)


def grid(x: float, y: float, values: np.ndarray, cell: float = 18.0, size: float = 9.0) -> Cells:
    """Return cells with one digit after the point, as the stage shows them."""
    labels = tuple(f"{v:.1f}".replace("-", "−").replace("0.", ".") for v in values.flat)
    inks: tuple[Color, ...] = tuple(WHITE if abs(v) > 0.8 else INK for v in values.flat)
    return Cells(x, y, cell, signed(values), labels, inks, text_size=size)


def stage(step: int = 0, side: int = 28) -> Scene:
    """Return a scene like the Step stage at one position of its window."""
    row, col = divmod(step % (side * side), side)
    pixels = picture()
    kernel = np.outer([1, 2, 0, -2, -1], [1, 2, 3, 2, 1]) / 6
    values = pixels / 255.0
    items: list[Shape] = [
        Text(16, 20, "Input 32×32×3", 11, GREY),
        Raster(16, 36, 240, 240, pixels),
        Rect(16 + col * 7.5, 36 + row * 7.5, 37.5, 37.5, stroke=ACCENT, stroke_width=2),
    ]
    for plane in range(3):
        only = np.zeros_like(pixels)
        only[..., plane] = pixels[..., plane]
        left = 16 + 82 * plane
        items += [
            Raster(left, 290, 76, 76, only),
            Rect(left + col * 2.375, 290 + row * 2.375, 11.875, 11.875, stroke=ACCENT),
            Text(left + 38, 376, "RGB"[plane], 10, GREY, Anchor.MIDDLE),
        ]
        patch = values[row : row + 5, col : col + 5, plane]
        top = 36 + 118 * plane
        items += [
            grid(300, top, patch),
            Text(406, top + 45, "×", 12, GREY, Anchor.MIDDLE),
            grid(420, top, kernel),
            Rect(420, top, 90, 90, stroke=ACCENT, stroke_width=1.5),
            Text(526, top + 45, "=", 12, GREY, Anchor.MIDDLE),
            grid(540, top, patch * kernel),
            Text(690, top + 45, f"{(patch * kernel).sum():+.2f}", 12, INK, Anchor.END, bold=True),
        ]
    seen = np.full((side, side, 3), 255, np.uint8)
    whole = signed(np.sin(np.arange(side * side) / 37.0).reshape(side, side))
    seen.reshape(-1, 3)[: row * side + col + 1] = whole.reshape(-1, 3)[: row * side + col + 1]
    items += [
        Raster(720, 36, 168, 168, seen),
        Rect(720, 36, 168, 168, stroke=(200, 200, 196)),
        Rect(720 + col * 6, 36 + row * 6, 6, 6, stroke=INK, stroke_width=1.5),
        Text(720, 220, f"row {row}, column {col}", 11, GREY),
        Text(720, 244, f"{np.sin(step / 37.0):.3f}".replace("-", "−"), 22, INK, bold=True),
        Rect(16, 396, 872, 44, fill=WHITE, stroke=(220, 220, 214), radius=8),
        Text(32, 418, "Σ 75 products  0.67 + 0.62 + 0.54 = 1.83", 12, INK),
        Text(872, 418, "+ bias −0.10 = 1.73 → ReLU → 1.73", 12, INK, Anchor.END),
        Line(0, 452, 900, 452, (220, 220, 214)),
    ]
    for i in range(7):
        left = 16 + 126 * i
        items += [
            Raster(left, 468, 100, 100, np.roll(whole, 5 * i, axis=1)),
            Rect(left, 468, 100, 100, stroke=(86, 180, 233), stroke_width=1.5),
            Text(left + 50, 582, f"{i + 1} Sobel x", 10, INK, Anchor.MIDDLE),
        ]
    for i in range(12):
        items.append(Line(16 + 60 * i, 592, 40 + 60 * i, 592, GREY))
        items.append(Text(46 + 60 * i, 592, f"{i * 25} ms", 8, GREY))
    return Scene(900, 600, tuple(items), PAPER, f"Position {step + 1} of {side * side}")


def everything() -> Scene:
    """Return a scene that holds every kind of shape and every hard case."""
    front = ((60.0, 330.0), (200.0, 330.0), (200.0, 470.0), (60.0, 470.0))
    side = ((200.0, 330.0), (240.0, 300.0), (240.0, 440.0), (200.0, 470.0))
    top = ((60.0, 330.0), (100.0, 300.0), (240.0, 300.0), (200.0, 330.0))
    hatching = tuple(
        Line(300 + 12 * i, 470, 300 + 12 * i - 60, 410, (180, 180, 176), 0.75) for i in range(18)
    )
    curve = tuple((600.0 + i * 3, 440.0 - (max(0, i - 40) * 2.2)) for i in range(80))
    see_through = np.zeros((4, 4, 4), np.uint8)
    see_through[..., 0] = 213
    see_through[..., 3] = np.linspace(0, 255, 16).reshape(4, 4)
    values = np.linspace(-1, 1, 25).reshape(5, 5)
    items: tuple[Shape, ...] = (
        Text(24, 28, "Everything a scene can hold", 20, INK, bold=True),
        Text(936, 28, "합성곱 신경망 · 필터 5×5", 16, INK, Anchor.END),
        Text(24, 54, 'Σ 75 products → 0.67 × −1.25 ÷ 3 = −0.28 <&> "quoted"', 12, GREY),
        Raster(24, 80, 200, 200, picture(), smooth=False),
        Rect(24 + 6.25 * 10, 80 + 6.25 * 10, 31.25, 31.25, stroke=ACCENT, stroke_width=2),
        Raster(240, 80, 100, 100, picture(227, 227), smooth=True),
        Raster(240, 190, 90, 90, see_through),
        Rect(240, 190, 90, 90, stroke=INK, stroke_width=0.75),
        Group(
            (grid(360, 80, values, 40, 12), Rect(360, 80, 200, 200, stroke=ACCENT, stroke_width=2)),
            name="kernel",
            title="Kernel of filter 1 & friends",
        ),
        grid(580, 80, values, 16, 7),
        Cells(580, 180, 4, signed(np.sin(np.arange(400)).reshape(20, 20)), gap=0),
        Rect(700, 80, 120, 60, fill=WHITE, stroke=BLUE, radius=10),
        Text(760, 110, "rounded", 13, BLUE, Anchor.MIDDLE),
        Rect(700, 160, 120, 60, stroke=GREY, dash=(6, 4)),
        Rect(840, 80, 96, 140, fill=(213, 94, 0, 96), stroke=(0, 114, 178, 128), stroke_width=6),
        Line(700, 250, 936, 250, INK, 1),
        Line(700, 262, 936, 262, INK, 1, (2, 3)),
        Line(700, 274, 936, 290, BLUE, 1.5),
        Polygon(top, fill=(225, 238, 250), stroke=INK),
        Polygon(side, fill=(190, 214, 240), stroke=INK),
        Polygon(front, fill=(208, 228, 246), stroke=INK),
        Text(130, 490, "32", 14, INK, Anchor.MIDDLE),
        Group((Rect(300, 410, 160, 60, fill=WHITE), *hatching), clip=(300, 410, 160, 60)),
        Rect(300, 410, 160, 60, stroke=GREY),
        Polygon(curve, stroke=(0, 158, 115), stroke_width=2, open=True),
        Text(300, 330, "left", 12, INK),
        Text(380, 330, "middle", 12, INK, Anchor.MIDDLE),
        Text(460, 330, "right", 12, INK, Anchor.END),
        Line(380, 320, 380, 340, (213, 94, 0), 0.5),
        *(Text(300, 350 + 12 * i, f"{1.1**i:8.3f} 111.888", 8 + i, INK) for i in range(4)),
    )
    return Scene(960, 540, items, PAPER, "Everything a scene can hold")
