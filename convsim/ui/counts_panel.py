"""The Counts view: what every layer costs, as formulas with numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from convsim.document.edits import select_layer
from convsim.figures.counts import counts, counts_height
from convsim.ui.scene_view import SceneView

if TYPE_CHECKING:
    from convsim.document import Document
    from convsim.figures.scene import Area, Scene
    from convsim.ui.context import Context


class CountsPanel(QScrollArea):
    """The ledger; long networks scroll."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._context = context
        self.view = SceneView(self._draw, self.tr("Counts"), self)
        self.view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.view.clicked.connect(self._click)
        self.setWidget(self.view)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        context.changed.connect(self._show)
        context.compared.connect(self.view.refresh)
        context.theme_changed.connect(lambda _theme: self.view.refresh())
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the ledger as high as its rows need."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room, zoom = self.maximumViewportSize(), self.view.zoom
        high = counts_height(self._context.document, room.width() / zoom, room.height() / zoom)
        self.view.setMinimumHeight(int(high * zoom))

    def _draw(self, width: float, height: float) -> Scene:
        return self._context.draw(counts, width, height, -1)

    def _show(self, before: Document, document: Document) -> None:
        if before.network is not document.network:
            self._fit()
        self.view.refresh()

    def _click(self, area: Area, row: int, col: int) -> None:
        del row, col
        if area.name == "layer" and area.layer >= 0 and not self._context.held:
            self._context.store.show(select_layer(self._context.document, area.layer))
