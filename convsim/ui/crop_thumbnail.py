"""The picture as opened; a part of it is chosen by a frame, which mouse or keys set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)

from convsim.ui.arrows import ARROWS, KEYPAD
from convsim.ui.style import qcolor
from convsim.ui.thumbnail import Thumbnail

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtWidgets import QWidget

    from convsim.document.document import Crop

SHADE = QColor(0, 0, 0, 120)
STEPS = 16
"""Steps of the arrows from one side of a picture to the other."""
SMALLEST = 3
"""Pixels of the screen that a frame has at least; a click is no frame."""


class CropThumbnail(Thumbnail):
    """Shows the part that is read, and says which part a person wants.

    With the keyboard, the arrows move a frame, Shift and arrows make it larger or smaller, Enter
    takes it and Escape gives it up; with Ctrl too they go pixel by pixel, and Home frames all.

    Attributes
    ----------
    draft : (int, int, int, int) or None
        Top, left, height, width of a frame that the keys have set and nobody took yet.

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
        self.draft: Crop | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setToolTip(
            self.tr(
                "Drag a frame to crop; double-click for the whole picture.\n"
                "Arrows move the frame, Shift+arrows size it, Enter takes it"
            )
        )

    def show_picture(self, pixels: NDArray[Any], crop: Crop | None) -> None:
        """Show a picture and the part of it that is read."""
        self._size = (pixels.shape[0], pixels.shape[1])
        self._crop, self.draft = crop, None
        self._tell()
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
        box = self.box()
        if frame.isNull() and self.hasFocus():
            frame = box
        if frame.isNull():
            return
        painter = QPainter(self)
        for part in (
            QRectF(box.left(), box.top(), box.width(), frame.top() - box.top()),
            QRectF(box.left(), frame.bottom(), box.width(), box.bottom() - frame.bottom()),
            QRectF(box.left(), frame.top(), frame.left() - box.left(), frame.height()),
            QRectF(frame.right(), frame.top(), box.right() - frame.right(), frame.height()),
        ):
            painter.fillRect(part, SHADE)
        dashed = Qt.PenStyle.DashLine if self.draft is not None else Qt.PenStyle.SolidLine
        painter.setPen(QPen(qcolor(self._theme.accent), 1.5, dashed))
        painter.drawRect(frame.adjusted(0.75, 0.75, -0.75, -0.75))
        painter.end()

    def wants_key(self, event: QKeyEvent) -> bool:
        """Keep the keys that set the frame from shortcuts."""
        return self._wanted(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the frame, size it, take it or give it up."""
        key = Qt.Key(event.key())
        if not self._wanted(event):
            super().keyPressEvent(event)
        elif key in ARROWS:
            down, right = ARROWS[key]
            height, width = self._size
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            down *= 1 if fine else max(height // STEPS, 1)
            right *= 1 if fine else max(width // STEPS, 1)
            size = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._set_draft(self._sized(down, right) if size else self._moved(down, right))
        elif key == Qt.Key.Key_Home:
            self._set_draft((0, 0, *self._size))
        else:
            draft, self.draft = self.draft, None
            if key != Qt.Key.Key_Escape and draft is not None:
                self.cropped.emit(None if draft[2:] == self._size else draft)
            self._tell()
            self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keys are about the frame."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Give up a frame that nobody took, unless only the window lost the keyboard."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self.draft = None
            self._tell()
        self.update()

    @property
    def _current(self) -> Crop:
        return self.draft or self._crop or (0, 0, *self._size)

    def _moved(self, down: int, right: int) -> Crop:
        top, left, high, broad = self._current
        height, width = self._size
        top, left = min(max(top + down, 0), height - high), min(max(left + right, 0), width - broad)
        return top, left, high, broad

    def _sized(self, down: int, right: int) -> Crop:
        top, left, high, broad = self._current
        height, width = self._size
        high, broad = max(high + down, 1), max(broad + right, 1)
        # What would grow over the edge grows on the other side.
        high, broad = min(high, height), min(broad, width)
        return min(top, height - high), min(left, width - broad), high, broad

    def _set_draft(self, draft: Crop) -> None:
        self.draft = draft
        self._tell()
        self.update()

    def _wanted(self, event: QKeyEvent) -> bool:
        """Return whether a key is about the frame."""
        key, keys = Qt.Key(event.key()), event.modifiers() & ~KEYPAD
        allowed = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
        if key in ARROWS:
            return not keys & ~allowed
        ends = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
        return not keys and (key == Qt.Key.Key_Home or (key in ends and self.draft is not None))

    def _tell(self) -> None:
        """Say where the frame is, for those who do not see it."""
        top, left, high, broad = self._current
        text = self.tr("Frame: rows {top}–{bottom}, columns {left}–{right} of {height} × {width}")
        said = text.format(
            top=top,
            bottom=top + high - 1,
            left=left,
            right=left + broad - 1,
            height=self._size[0],
            width=self._size[1],
        )
        if self.draft is not None:
            said += ". " + self.tr("Enter takes it, Escape gives it up")
        self.setAccessibleDescription(said)

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
        if self._crop is None and self.draft is None:
            return QRectF()
        box, (height, width) = self.box(), self._size
        top, left, high, broad = self._current
        across, down = box.width() / width, box.height() / height
        return QRectF(
            box.left() + left * across, box.top() + top * down, broad * across, high * down
        )
