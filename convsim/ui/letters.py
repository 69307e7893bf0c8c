"""A letter as a picture: white on black, in any script that a font of the system has."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from convsim.document import Picture
from convsim.render.fonts import FAMILY

MOST = 4
"""Letters of one picture."""
SIDE = 256


def letter_picture(text: str) -> Picture:
    """Return white letters on black, (256, 256, 1) uint8, as large as they fit."""
    text = text.strip()[:MOST]
    image = QImage(SIDE, SIDE, QImage.Format.Format_Grayscale8)
    image.fill(0)
    font = QFont(FAMILY)
    font.setWeight(QFont.Weight.Bold)
    font.setPixelSize(SIDE)
    box = QFontMetricsF(font).tightBoundingRect(text)
    scale = 0.8 * SIDE / max(box.width(), box.height(), 1.0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font)
    painter.setPen(QColor(Qt.GlobalColor.white))
    painter.translate(SIDE / 2, SIDE / 2)
    painter.scale(scale, scale)
    middle = QRectF(box).center()
    painter.drawText(-middle, text)
    painter.end()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(SIDE, image.bytesPerLine())
    pixels = np.array(rows[:, :SIDE, None])
    pixels.setflags(write=False)
    return Picture(text, pixels)
