"""The pictures of a project side by side, to switch between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QIcon, QPixmap
from PySide6.QtWidgets import QToolButton, QWidget

from convsim.ui.field_row import reveal
from convsim.ui.flow import Flow
from convsim.ui.thumbnail import pixmap_of

if TYPE_CHECKING:
    from convsim.document import Document, Picture

SIDE = 40


class PictureStrip(QWidget):
    """One button a picture; hidden while there is only one.

    Signals
    -------
    chosen(index), removed(index)
    """

    chosen = Signal(int)
    removed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[Picture, ...] = ()
        self.buttons: list[QToolButton] = []
        self._flow = Flow(self, 4)
        self.setAccessibleName(self.tr("Pictures"))

    def show_document(self, document: Document) -> None:
        """Show the pictures of a document."""
        if document.pictures != self._shown:
            self._shown = document.pictures
            self._build(document.pictures)
        for button, picture in zip(self.buttons, document.pictures, strict=True):
            button.setChecked(picture is document.picture)
        reveal(self, len(self.buttons) > 1)

    def _build(self, pictures: tuple[Picture, ...]) -> None:
        for button in self.buttons:
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = [self._button(i, picture) for i, picture in enumerate(pictures)]
        for button in self.buttons:
            self._flow.addWidget(button)
            button.show()
        self.updateGeometry()

    def _button(self, index: int, picture: Picture) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("segment")
        button.setCheckable(True)
        button.setIcon(QIcon(_face(picture)))
        button.setIconSize(QSize(SIDE - 10, SIDE - 10))
        button.setToolTip(self.tr("{name}; the right button removes it").format(name=picture.name))
        button.setAccessibleName(self.tr("Show {name}").format(name=picture.name))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _on=False: self.chosen.emit(index))
        remove = QAction(self.tr("Remove"), button)
        remove.setShortcut("Del")
        remove.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        remove.triggered.connect(lambda _on=False: self.removed.emit(index))
        button.addAction(remove)
        button.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        return button


def _face(picture: Picture) -> QPixmap:
    """Return a picture for a button, which itself only makes pictures smaller."""
    pixmap = pixmap_of(picture.pixels, smooth=True)
    if max(pixmap.width(), pixmap.height()) < SIDE:
        pixmap = pixmap.scaled(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio)
    return pixmap
