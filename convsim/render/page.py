"""What every file format needs: how a scene lies on a page, and a grid as single shapes."""

from __future__ import annotations

from dataclasses import replace

from convsim.figures.scene import Anchor, Cells, Rect, Scene, Text

WHITE = (255, 255, 255)


def fit(scene: Scene, width: float, height: float) -> tuple[float, float, float]:
    """Return the scale, and the left and top offset, that show a whole scene amid a page."""
    scale = min(width / scene.width, height / scene.height)
    return scale, (width - scene.width * scale) / 2, (height - scene.height * scale) / 2


def backdrop(scene: Scene, transparent: bool) -> Scene:
    """Return the scene with the background it has on a page: none, its own, or white."""
    if transparent:
        return replace(scene, background=None)
    return scene if scene.background is not None else replace(scene, background=WHITE)


def number(value: float) -> str:
    """Return a number with at most four digits after the point, and no more than it needs."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def cell_parts(cells: Cells) -> tuple[list[Rect], list[Text]]:
    """Return a rectangle for each cell of a grid, and its labels, as shapes of their own."""
    step, half, side = cells.cell, cells.gap / 2, cells.cell - cells.gap
    rects: list[Rect] = []
    texts: list[Text] = []
    for i, (red, green, blue) in enumerate(cells.fills.reshape(-1, 3).tolist()):
        row, col = divmod(i, cells.fills.shape[1])
        x, y = cells.x + col * step, cells.y + row * step
        rects.append(Rect(x + half, y + half, side, side, fill=(red, green, blue)))
        if cells.labels and cells.labels[i]:
            middle = (x + step / 2, y + step / 2)
            texts.append(
                Text(*middle, cells.labels[i], cells.text_size, cells.inks[i], Anchor.MIDDLE)
            )
    return rects, texts
