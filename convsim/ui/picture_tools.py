"""Menus and a brush for the picture: what to draw, what to do to its pixels, which channels."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from convsim.ui.letters import MOST, letter_picture
from convsim.ui.menu_buttons import give_menu
from convsim.ui.picture_edits import PictureEdits, change_titles, drawn_titles
from convsim.ui.pixel_canvas import PixelCanvas

if TYPE_CHECKING:
    from convsim.document import Document
    from convsim.figures.theme import Theme

ANGLES = range(0, 180, 15)
COLOURS = (
    ("black", (0.0, 0.0, 0.0)),
    ("grey", (0.5, 0.5, 0.5)),
    ("white", (1.0, 1.0, 1.0)),
    ("red", (1.0, 0.0, 0.0)),
    ("green", (0.0, 1.0, 0.0)),
    ("blue", (0.0, 0.0, 1.0)),
)


class PictureMenus(QWidget):
    """Two menus: pictures drawn by a formula or a font, and what is done to pixels.

    Attributes
    ----------
    draw, change : QMenu
        Filled when first opened.
    """

    def __init__(self, edits: PictureEdits, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._edits = edits
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.draw = self._menu(row, self.tr("Draw"), self._fill_draw)
        self.change = self._menu(row, self.tr("Pixels"), self._fill_change)

    def _menu(self, row: QHBoxLayout, text: str, fill: Callable[[QMenu], None]) -> QMenu:
        button = QToolButton()
        button.setObjectName("segment")
        button.setText(f"{text} ▾")
        button.setAccessibleName(text)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        menu = give_menu(button)
        menu.aboutToShow.connect(lambda: fill(menu) if menu.isEmpty() else None)
        row.addWidget(button)
        return menu

    def _fill_draw(self, menu: QMenu) -> None:
        bars = menu.addMenu(self.tr("Bar"))
        for angle in ANGLES:
            action = bars.addAction(self.tr("Bar at {angle}°").format(angle=angle))
            action.triggered.connect(partial(self._draw_bar, angle))
        bars.addSeparator()
        bars.addAction(self.tr("Another angle…")).triggered.connect(self._ask_angle)
        for name, title in drawn_titles().items():
            menu.addAction(title).triggered.connect(partial(self._draw, name))
        menu.addAction(self.tr("Letters…")).triggered.connect(self._ask_letters)

    def _fill_change(self, menu: QMenu) -> None:
        for name, title in change_titles().items():
            menu.addAction(title).triggered.connect(partial(self._change, name))
            if name == "turn":
                other = menu.addAction(self.tr("Turn by another angle…"))
                other.triggered.connect(self._ask_turn)

    def _ask_turn(self) -> None:
        title, question = self.tr("Turn"), self.tr("Degrees; positive numbers turn clockwise")
        angle, taken = QInputDialog.getDouble(self, title, question, 15, -360, 360, 1)
        if taken and angle % 360:
            self._edits.rotate(angle)

    def _draw(self, name: str, _checked: bool = False) -> None:
        self._edits.draw(name)

    def _draw_bar(self, angle: float, _checked: bool = False) -> None:
        self._edits.draw_bar(angle)

    def _change(self, name: str, _checked: bool = False) -> None:
        self._edits.change(name)

    def _ask_angle(self) -> None:
        title, question = self.tr("Bar"), self.tr("Angle in degrees: 0 lies flat, 90 stands")
        angle, taken = QInputDialog.getDouble(self, title, question, 22.5, 0, 180, 1)
        if taken:
            self._edits.draw_bar(angle)

    def _ask_letters(self) -> None:
        question = self.tr("Up to {n} letters of any script").format(n=MOST)
        text, taken = QInputDialog.getText(self, self.tr("Letters"), question, text="가")
        if taken and text.strip():
            picture = letter_picture(text)
            self._edits.add(picture, self.tr("Letters {text}").format(text=picture.name))


class ChannelSwitches(QWidget):
    """Three buttons that are down while a channel is on; hidden for grey pictures."""

    def __init__(self, edits: PictureEdits, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        names = (self.tr("Red"), self.tr("Green"), self.tr("Blue"))
        self.buttons: list[QToolButton] = []
        for channel, name in enumerate(names):
            button = QToolButton()
            button.setObjectName("segment")
            button.setText(name)
            button.setToolTip(self.tr("Off: the channel is all zeros"))
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda on, channel=channel: edits.switch(channel, on))
            row.addWidget(button)
            self.buttons.append(button)
        row.addStretch(1)

    def show_document(self, document: Document) -> None:
        """Show which channels are on."""
        for channel, button in enumerate(self.buttons):
            button.setChecked(channel not in document.picture.off)


class Brush(QWidget):
    """Colours, and the pixels to paint with them.

    Attributes
    ----------
    canvas : PixelCanvas
    colours : dict from name to QToolButton
    """

    def __init__(self, edits: PictureEdits, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._edits = edits
        self._channels = 3
        title = QLabel(self.tr("Brush"))
        title.setObjectName("heading")
        self._group = QButtonGroup(self)
        self.colours: dict[str, QToolButton] = {}
        row = QHBoxLayout()
        row.setSpacing(3)
        names = {
            "black": self.tr("Black"),
            "grey": self.tr("Grey brush"),
            "white": self.tr("White"),
            "red": self.tr("Red brush"),
            "green": self.tr("Green brush"),
            "blue": self.tr("Blue brush"),
        }
        for key, colour in COLOURS:
            button = QToolButton()
            button.setObjectName("segment")
            button.setCheckable(True)
            button.setIcon(_swatch(colour))
            button.setIconSize(QSize(14, 14))
            button.setToolTip(names[key])
            button.setAccessibleName(names[key])
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._group.addButton(button)
            row.addWidget(button)
            self.colours[key] = button
        row.addStretch(1)
        self.colours["white"].setChecked(True)
        self.canvas = PixelCanvas()
        self.canvas.painted.connect(self._paint)
        self.canvas.let_go.connect(edits.end)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(6)
        column.addWidget(title)
        column.addLayout(row)
        column.addWidget(self.canvas)

    def show_document(self, document: Document) -> None:
        """Show the pixels, and the colours that they can have."""
        self.canvas.show_image(document.image)
        self._channels = document.image.shape[2]
        for key in ("red", "green", "blue"):
            self.colours[key].setVisible(self._channels == 3)
        coloured = any(self.colours[key].isChecked() for key in ("red", "green", "blue"))
        if self._channels == 1 and coloured:
            self.colours["white"].setChecked(True)

    def set_theme(self, theme: Theme) -> None:
        """Show it in other colours."""
        self.canvas.set_theme(theme)

    def _paint(self, cells: list[tuple[int, int]]) -> None:
        colour = next(c for key, c in COLOURS if self.colours[key].isChecked())
        self._edits.paint(cells, colour[: self._channels])


def _swatch(colour: tuple[float, ...]) -> QIcon:
    pixmap = QPixmap(14, 14)
    pixmap.fill(QColor.fromRgbF(*colour))
    painter = QPainter(pixmap)
    painter.setPen(QColor(Qt.GlobalColor.gray))
    painter.drawRect(0, 0, 13, 13)
    painter.end()
    return QIcon(pixmap)
