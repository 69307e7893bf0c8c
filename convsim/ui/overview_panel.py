"""The Overview: the network as blocks, and what windows, strides and padding do to a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from convsim.core.layers import WindowLayer
from convsim.document.edits import select_layer, set_view
from convsim.figures.registry import FIGURES
from convsim.ui.scene_view import SceneView
from convsim.ui.segments import Segments
from convsim.ui.stage_panel import clicked_cursor

if TYPE_CHECKING:
    from convsim.document import Document
    from convsim.figures.scene import Area, Scene
    from convsim.ui.context import Context


class OverviewPanel(QWidget):
    """One of four figures about the whole: volumes, tiles, sweep, padding."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._context = context
        self.segments = Segments(
            (
                ("volumes", self.tr("Volumes"), self.tr("Every layer's output as a block")),
                ("tiles", self.tr("Tiles"), self.tr("The picture cut into the layer's windows")),
                (
                    "sweep",
                    self.tr("Stride"),
                    self.tr("All positions, and how often pixels are read"),
                ),
                (
                    "padding",
                    self.tr("Padding"),
                    self.tr("Sizes over several layers, with and without"),
                ),
            ),
            self.tr("What the overview shows"),
        )
        self.segments.chosen.connect(self._choose)
        self.view = SceneView(self._draw, self.tr("Overview"), self)
        self.view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.view.clicked.connect(self._click)
        head = QHBoxLayout()
        head.setContentsMargins(18, 10, 18, 4)
        head.addWidget(self.segments)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self.view, 1)
        context.changed.connect(self._show)
        context.worked.connect(self.view.refresh)
        context.compared.connect(self.view.refresh)
        context.theme_changed.connect(lambda _theme: self.view.refresh())
        self._show(None, context.document)

    def _draw(self, width: float, height: float) -> Scene:
        document = self._context.document
        # Only the tiles and the sweep look at numbers, and only at the layer's input.
        needs = (
            -1 if document.view.overview in ("volumes", "padding") else document.cursor.layer - 1
        )
        return self._context.draw(FIGURES[document.view.overview], width, height, needs)

    def _show(self, before: Document | None, document: Document) -> None:
        del before
        self.segments.show_choice(document.view.overview)
        self.view.refresh()

    def _choose(self, key: str) -> None:
        document = self._context.document
        if key != "volumes" and not isinstance(document.layer, WindowLayer):
            windows = [
                i for i, one in enumerate(document.network.layers) if isinstance(one, WindowLayer)
            ]
            if windows:
                nearest = min(windows, key=lambda i: abs(i - document.cursor.layer))
                document = select_layer(document, nearest)
        self._context.store.show(set_view(document, overview=key))

    def _click(self, area: Area, row: int, col: int) -> None:
        if self._context.held:
            return  # what is seen is not what the cursor stands in
        document = self._context.document
        if area.name == "layer":
            if area.layer < 0:
                self._context.store.show(set_view(document, on_input=True))
            else:
                self._context.store.show(select_layer(document, area.layer))
            return
        cursor = clicked_cursor(document, area, row, col)
        if cursor is not None:
            self._context.store.show(document.at(cursor))
