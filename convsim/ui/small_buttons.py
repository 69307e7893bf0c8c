"""Small controls painted flat: a box to tick, a list to choose from, a chain between numbers."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QStyleOptionComboBox,
    QToolButton,
    QWidget,
)

SIDE = 16.0
TEXT_AT = 26


class TickBox(QCheckBox):
    """A box that is filled, with a tick, while it is on; its text, if it has one, beside it."""

    def sizeHint(self) -> QSize:
        """Return the height of a line of the form, and room for the text."""
        if not self.text():
            return QSize(24, 24)
        metrics = self.fontMetrics()
        wide = TEXT_AT + metrics.horizontalAdvance(self.text()) + 4
        return QSize(wide, max(24, metrics.height() + 6))

    def minimumSizeHint(self) -> QSize:
        """Return the same."""
        return self.sizeHint()

    def hitButton(self, at: QPoint) -> bool:
        """Take a click on the box and a little around it, or on the text."""
        return at.x() < (self.sizeHint().width() if self.text() else 2 * SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box at the left, in the middle of the line."""
        del event
        palette, roles = self.palette(), QPalette.ColorRole
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(2.5, (self.height() - SIDE) / 2 + 0.5, SIDE - 1, SIDE - 1)
        on = self.isChecked()
        accent = palette.color(roles.Accent)
        edge = accent if on or self.hasFocus() else palette.color(roles.PlaceholderText)
        painter.setPen(QPen(edge, 1.0))
        painter.setBrush(accent if on else palette.color(roles.Button))
        painter.drawRoundedRect(box, 4, 4)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-2, -2, 2, 2), 6, 6)
        if on:
            ink = palette.color(roles.HighlightedText)
            pen = QPen(ink, 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            middle = box.center()
            tick = [middle + QPointF(x, y) for x, y in ((-3.5, 0.2), (-1.0, 2.8), (3.8, -2.6))]
            painter.drawPolyline(QPolygonF(tick))
        if self.text():
            painter.setPen(palette.color(roles.WindowText))
            beside = self.rect().adjusted(TEXT_AT, 0, 0, 0)
            middle_left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(beside, middle_left, self.text())


class ChoiceBox(QComboBox):
    """A list that opens on a click, painted as number boxes are."""

    def sizeHint(self) -> QSize:
        """Return the height of a number box."""
        return QSize(super().sizeHint().width() + 8, 26)

    def minimumSizeHint(self) -> QSize:
        """Return the same height."""
        return QSize(super().minimumSizeHint().width(), 26)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a rounded box with a hairline, the choice and an arrow."""
        del event
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        palette, roles = self.palette(), QPalette.ColorRole
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(palette.color(roles.Accent if self.hasFocus() else roles.Mid), 1.0))
        painter.setBrush(palette.color(roles.Button if self.isEnabled() else roles.Window))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        ink = palette.color(roles.Text)
        painter.setPen(ink)
        place = self.rect().adjusted(9, 0, -24, 0)
        text = painter.fontMetrics().elidedText(
            option.currentText, Qt.TextElideMode.ElideRight, place.width()
        )
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        ink.setAlphaF(0.7)
        painter.setPen(QPen(ink, 1.3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        middle = QPointF(self.width() - 13.5, self.height() / 2)
        arrow = [middle + QPointF(x, y) for x, y in ((-3.0, -1.5), (0.0, 1.5), (3.0, -1.5))]
        painter.drawPolyline(QPolygonF(arrow))


class LinkButton(QToolButton):
    """A small chain that is whole while two numbers are tied to each other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setChecked(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        """Return a small square."""
        return QSize(22, 22)

    def minimumSizeHint(self) -> QSize:
        """Return the same square."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw two links, joined while the button is down."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        on = self.isChecked()
        group = palette.ColorGroup.Normal if self.isEnabled() else palette.ColorGroup.Disabled
        role = palette.ColorRole.Accent if self.hasFocus() else palette.ColorRole.Text
        ink = palette.color(group, role)
        if not (on or self.underMouse() or self.hasFocus()):
            ink.setAlphaF(0.55)
        painter.setPen(QPen(ink, 1.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        middle = QPointF(self.width() / 2, self.height() / 2)
        for side in (-1, 1):
            box = QRectF(middle.x() + side * 4.5 - 3.5, middle.y() - 3.5, 7, 7)
            painter.drawArc(box, (90 if side < 0 else -90) * 16, 180 * 16)
            for y in (box.top(), box.bottom()):
                start = QPointF(box.center().x(), y)
                painter.drawLine(start, QPointF(start.x() - side * 2, y))
        if on:
            painter.drawLine(middle - QPointF(3.5, 0), middle + QPointF(3.5, 0))
        if self.hasFocus():
            painter.setPen(QPen(ink, 1.0))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
