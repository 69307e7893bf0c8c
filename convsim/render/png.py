"""A scene becomes pixels: an image for the clipboard, a frame of an animation, or a PNG file.

The same scene gives the same bytes on every run, with a window or without one: text is filled as
outlines, because a platform's glyphs depend on its settings, and the file holds no date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage, QImageWriter, QPainter

from convsim.formats.files import put
from convsim.render.device import color
from convsim.render.errors import ExportError
from convsim.render.page import backdrop, fit
from convsim.render.painter import paint

if TYPE_CHECKING:
    from pathlib import Path

    from convsim.figures.scene import Scene


def render_image(scene: Scene, width_px: int, height_px: int, transparent: bool = False) -> QImage:
    """Return a scene as an image; works in any thread.

    Parameters
    ----------
    transparent : bool
        Leave the background out.  Otherwise a scene without one stands on white.

    Raises
    ------
    ExportError
        If there is not enough memory for so many pixels.
    """
    kind = QImage.Format.Format_ARGB32_Premultiplied if transparent else QImage.Format.Format_RGB32
    image = QImage(width_px, height_px, kind)
    if image.isNull():
        msg = f"no memory for a picture of {width_px}×{height_px} pixels; choose a smaller one"
        raise ExportError(msg)
    page = backdrop(scene, transparent)
    image.fill(color((0, 0, 0, 0) if page.background is None else page.background))
    scale, left, top = fit(scene, width_px, height_px)
    painter = QPainter(image)
    try:
        painter.translate(round(left), round(top))
        paint(page, painter, scale=scale, outlines=True)
    finally:
        painter.end()
    return image


def write_png(
    scene: Scene,
    target: Path | BinaryIO,
    *,
    width_px: int,
    height_px: int,
    dpi: float,
    transparent: bool = False,
) -> None:
    """Write a scene as PNG; `dpi` says how large it is on paper."""
    image = render_image(scene, width_px, height_px, transparent)
    image.convertTo(QImage.Format.Format_ARGB32 if transparent else QImage.Format.Format_RGB888)
    dots_per_metre = round(dpi / 0.0254)
    image.setDotsPerMeterX(dots_per_metre)
    image.setDotsPerMeterY(dots_per_metre)
    if scene.title:
        image.setText("Title", scene.title)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, b"png")
    if not writer.write(image):
        msg = f"cannot encode the picture as PNG: {writer.errorString()}"
        raise ExportError(msg)
    put(target, bytes(buffer.data().data()))
