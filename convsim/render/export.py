"""One picture goes into a file: the ending of its name says how, a size says how large."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convsim.formats.files import shown
from convsim.render.errors import ExportError
from convsim.render.pdf import write_pdf
from convsim.render.png import write_png
from convsim.render.svg import write_svg

if TYPE_CHECKING:
    from pathlib import Path

    from convsim.figures.scene import Scene


@dataclass(frozen=True, slots=True)
class Size:
    """How large a figure is: on the page, in units for laying it out, and in pixels.

    Attributes
    ----------
    width, height : float
        In units: the size of the scene to lay out.
    width_in, height_in : float
        In inches, in SVG and PDF.
    dpi : int
        Pixels an inch in PNG.
    """

    name: str
    width: float
    height: float
    width_in: float
    height_in: float
    dpi: int

    @property
    def width_px(self) -> int:
        """Width in pixels."""
        return round(self.width_in * self.dpi)

    @property
    def height_px(self) -> int:
        """Height in pixels."""
        return round(self.height_in * self.dpi)


SIZES: dict[str, Size] = {
    size.name: size
    for size in (
        Size("slide", 960, 540, 40 / 3, 7.5, 300),
        Size("screen", 960, 540, 40 / 3, 7.5, 144),
        Size("square", 540, 540, 7.5, 7.5, 300),
        Size("column", 420, 420, 3.5, 3.5, 300),
    )
}
"""The sizes to choose from; slide and screen are laid out alike."""


def _png(scene: Scene, path: Path, size: Size, transparent: bool) -> None:
    write_png(
        scene,
        path,
        width_px=size.width_px,
        height_px=size.height_px,
        dpi=size.dpi,
        transparent=transparent,
    )


def _svg(scene: Scene, path: Path, size: Size, transparent: bool) -> None:
    inches = {"width_in": size.width_in, "height_in": size.height_in}
    write_svg(scene, path, **inches, transparent=transparent)


def _pdf(scene: Scene, path: Path, size: Size, transparent: bool) -> None:
    inches = {"width_in": size.width_in, "height_in": size.height_in}
    write_pdf(scene, path, **inches, transparent=transparent)


WRITERS: dict[str, Callable[[Scene, Path, Size, bool], None]] = {
    ".png": _png,
    ".svg": _svg,
    ".pdf": _pdf,
}
"""For each ending of a file name what writes it."""


def export(scene: Scene, path: Path, size: Size, transparent: bool = False) -> None:
    """Write a scene to a file; the same scene makes the same bytes.

    Parameters
    ----------
    path : Path
        Ends in one of `WRITERS`, in small or capital letters.
    size : Size
        A scene of other proportions is shown whole, in the middle of its background.
    transparent : bool
        Leave the background out.

    Raises
    ------
    ExportError
        If the ending is unknown or the file cannot be written.  Nothing is left behind, and a
        file that was there before is unchanged.
    """
    writer = WRITERS.get(path.suffix.lower())
    if writer is None:
        got = (
            f"{path.suffix} is not a picture ConvSim can write"
            if path.suffix
            else "it has no ending"
        )
        msg = f"cannot write {shown(path)}: {got}; use {', '.join(WRITERS)}"
        raise ExportError(msg)
    writer(scene, path, size, transparent)
