"""The picture as opened; a part of it is chosen by dragging a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen

from convsim.ui.style import qcolor
from convsim.ui.thumbnail import Thumbnail

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtWidgets import QWidget

    from convsim.document.document import Crop

SHADE = QColor(0, 0, 0, 120)
SMALLEST = 3
"""Pixels of the screen that a frame has at least; a click is no frame."""


class CropThumbnail(Thumbnail):
    """Shows the part that is read, and says which part a person wants.

    Signals
    -------
    cropped(crop)
        Top, left, height, width in pixels of the picture; None for all of it.
    """

    cropped = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, smooth=True)
        self._size = (1, 1)
        self._crop: Crop | None = None
        self._from: QPointF | None = None
        self._frame = QRectF()
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setToolTip(self.tr("Drag a frame to crop; double-click for the whole picture"))

    def show_picture(self, pixels: NDArray[Any], crop: Crop | None) -> None:
        """Show a picture and the part of it that is read."""
        self._size = pixels.shape[:2]
        self._crop = crop
        self.show_pixels(pixels)

    def crop_of(self, frame: QRectF) -> Crop | None:
        """Return a frame on the screen in pixels of the picture; None if it is too small."""
        box = self.box()
        frame = frame.intersected(box)
        if frame.width() < SMALLEST or frame.height() < SMALLEST:
            return None
        height, width = self._size
        top = int((frame.top() - box.top()) * height / box.height())
        left = int((frame.left() - box.left()) * width / box.width())
        high = max(round(frame.height() * height / box.height()), 1)
        broad = max(round(frame.width() * width / box.width()), 1)
        return top, left, min(high, height - top), min(broad, width - left)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture, darker where it is not read."""
        super().paintEvent(event)
        frame = self._frame if self._from is not None else self._shown_frame()
        if frame.isNull():
            return
        box = self.box()
        painter = QPainter(self)
        for part in (
            QRectF(box.left(), box.top(), box.width(), frame.top() - box.top()),
            QRectF(box.left(), frame.bottom(), box.width(), box.bottom() - frame.bottom()),
            QRectF(box.left(), frame.top(), frame.left() - box.left(), frame.height()),
            QRectF(frame.right(), frame.top(), box.right() - frame.right(), frame.height()),
        ):
            painter.fillRect(part, SHADE)
        painter.setPen(QPen(qcolor(self._theme.accent), 1.5))
        painter.drawRect(frame)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a frame."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._from = event.position()
            self._frame = QRectF()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw it larger."""
        if self._from is not None:
            self._frame = QRectF(self._from, event.position()).normalized() & self.box()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Take what is in the frame."""
        del event
        frame, started = self._frame, self._from is not None
        self._from, self._frame = None, QRectF()
        crop = self.crop_of(frame) if started else None
        if crop is not None:
            self.cropped.emit(crop)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take the whole picture."""
        del event
        self._from = None
        self.cropped.emit(None)

    def _shown_frame(self) -> QRectF:
        if self._crop is None:
            return QRectF()
        box, (height, width) = self.box(), self._size
        top, left, high, broad = self._crop
        across, down = box.width() / width, box.height() / height
        return QRectF(
            box.left() + left * across, box.top() + top * down, broad * across, high * down
        )
