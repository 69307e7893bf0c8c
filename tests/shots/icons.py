"""Draws the icons of the program, which are line drawings, as one picture that is quick to read.

    python -m tests.shots.icons

It is the same at every start, and to draw twenty of them takes Qt 6 ms; `convsim.ui.icons` takes
them from the picture and tints them.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from convsim.services import resources
from convsim.ui.icons import DRAWN, DRAWN_SIZE

if TYPE_CHECKING:
    from pathlib import Path


def line_drawings() -> dict[str, Path]:
    """Return the drawings in the theme's ink by name, in the order of the picture."""
    files = sorted(resources.find("icons").glob("*.svg"))
    return {file.stem: file for file in files if file.stem != "convsim"}


def draw() -> QImage:
    """Return all of them below each other, white where there is ink."""
    drawings = line_drawings()
    size = DRAWN_SIZE
    image = QImage(size, size * len(drawings), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.black)
    painter = QPainter(image)
    for at, file in enumerate(drawings.values()):
        text = file.read_text(encoding="utf-8").replace("currentColor", "white")
        place = QRectF(0, at * size, size, size)
        QSvgRenderer(QByteArray(text.encode())).render(painter, place)
    painter.end()
    image = image.convertToFormat(QImage.Format.Format_Grayscale8)
    image.setText("names", " ".join(drawings))
    return image


def main() -> None:
    """Draw and save."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QGuiApplication([])
    path = resources.find("icons") / DRAWN
    draw().save(str(path))
    print(path)
    del app


if __name__ == "__main__":
    main()
