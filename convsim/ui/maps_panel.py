"""The Maps view: all activation maps large, all filters, or one map to zoom into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from convsim.document.edits import set_view
from convsim.figures.colors import largest
from convsim.figures.maps import map_head
from convsim.figures.registry import FIGURES
from convsim.figures.ripple import moved
from convsim.figures.ripple_maps import ripple_head, ripple_maps
from convsim.figures.scene import Area, Scene
from convsim.ui.compare_buttons import CompareButtons
from convsim.ui.scene_view import SceneView
from convsim.ui.segments import Segments

if TYPE_CHECKING:
    from convsim.core.trace import Trace
    from convsim.document import Document
    from convsim.figures.page import Page
    from convsim.figures.theme import Theme
    from convsim.ui.context import Context
    from convsim.ui.zoom_view import ZoomView


ZOOM_HEAD = 40
"""Pixels above the map that is zoomed into, for its name and the scale of its colours."""


class MapsPanel(QWidget):
    """Maps, filters, or one map to zoom.

    Signals
    -------
    pointed(text)
        Value and position under the pointer.
    """

    pointed = Signal(str)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._context = context
        self._zoom: ZoomView | None = None
        self._zoom_head: SceneView | None = None
        self.segments = Segments(
            (
                ("maps", self.tr("Maps"), self.tr("Every activation map of the layer")),
                ("filters", self.tr("Filters"), self.tr("Every filter of the layer")),
                ("zoom", self.tr("Zoom"), self.tr("The chosen map, to pan and zoom")),
            ),
            self.tr("What the maps view shows"),
        )
        self.segments.chosen.connect(
            lambda key: context.store.show(set_view(context.document, maps=key))
        )
        self.view = SceneView(self._draw, self.tr("Maps"), self)
        self.view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.view.clicked.connect(self._click)
        self.view.hovered.connect(self._point)
        head = QHBoxLayout()
        head.setContentsMargins(18, 10, 18, 4)
        head.addWidget(self.segments)
        head.addStretch(1)
        head.addWidget(CompareButtons(context))
        self._stack = QStackedLayout()
        self._stack.addWidget(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addLayout(self._stack, 1)
        context.changed.connect(self._show)
        context.worked.connect(lambda: self._show(None, context.document))
        context.compared.connect(lambda: self._show(None, context.document))
        context.theme_changed.connect(self._set_theme)
        self._show(None, context.document)

    def _draw(self, width: float, height: float) -> Scene:
        document = self._context.document
        kind = "filters" if document.view.maps == "filters" else "maps"
        figure = FIGURES[kind]
        before = self._compared_with
        if kind == "maps" and before is not None:

            def difference(document: Document, trace: Trace, page: Page) -> Scene:
                return ripple_maps(document, trace, page, before)

            figure = difference
        return self._context.draw(figure, width, height, document.cursor.layer)

    @property
    def _compared_with(self) -> Trace | None:
        """The numbers before the last edit, if the difference to them is to be shown."""
        context = self._context
        if context.held or not context.difference or context.document.empty:
            return None
        return context.before_edit(context.document.cursor.layer)

    def _draw_zoom_head(self, width: float, height: float) -> Scene:
        before = self._compared_with

        def head(document: Document, trace: Trace, page: Page) -> Scene:
            if before is not None:
                return ripple_head(document, trace, page, before)
            return map_head(document, trace, page)

        return self._context.draw(head, width, height, self._context.document.cursor.layer)

    def _show(self, before: Document | None, document: Document) -> None:
        del before
        self.segments.show_choice(document.view.maps)
        if document.view.maps == "zoom" and document.view.tab == "maps":
            self._show_zoom(document)
        else:
            self._stack.setCurrentWidget(self.view)
            self.view.refresh()

    def _show_zoom(self, document: Document) -> None:
        document, trace = self._context.shown
        shape = document.place.output_shape
        index = document.cursor.layer
        if shape is None or len(shape) != 3 or not self._there(trace, index):
            self._stack.setCurrentWidget(self.view)
            self.view.refresh()
            return
        if self._zoom is None or self._zoom_head is None:
            self._zoom, self._zoom_head = self._zoom_page()
        before = self._compared_with
        maps = moved(trace, before, index) if before is not None else trace.output(index)
        self._zoom.show_map(maps[document.cursor.filter], largest(maps))
        self._zoom_head.refresh()
        self._stack.setCurrentIndex(1)

    def _there(self, trace: Trace, index: int) -> bool:
        if trace is self._context.trace:
            return self._context.tracer.want(index)
        return trace.reached(index)

    def _zoom_page(self) -> tuple[ZoomView, SceneView]:
        """Make the page of the map that is zoomed into: its head, and the map."""
        # pyqtgraph takes a third of a second to import: only for those who zoom.
        from convsim.ui.zoom_view import ZoomView

        page = QWidget(self)
        head = SceneView(self._draw_zoom_head, self.tr("What the map is"), page)
        head.setFixedHeight(ZOOM_HEAD)
        zoom = ZoomView(self._context.theme, page)
        zoom.hovered.connect(self._point_zoomed)
        zoom.clicked.connect(self._click_zoomed)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 14, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(zoom, 1)
        self._stack.addWidget(page)
        return zoom, head

    def _set_theme(self, theme: Theme) -> None:
        if self._zoom is not None:
            self._zoom.set_theme(theme)
        self._show(None, self._context.document)

    def _click(self, area: Area, row: int, col: int) -> None:
        if self._context.held:
            return  # what is seen is not what the cursor stands in
        document = self._context.document
        if area.name in ("map", "filter"):
            cursor = document.cursor._replace(filter=area.filter)
            if area.name == "map" and document.walk is not None and document.walk.is_map:
                cursor = cursor._replace(row=row, col=col)
            self._context.store.show(document.at(cursor))
        elif area.name in ("unit", "units"):
            unit = area.filter if area.name == "unit" else row * area.cols + col
            self._context.store.show(document.at(document.cursor._replace(filter=unit)))

    def _point(self, area: Area | None, row: int, col: int) -> None:
        from convsim.ui.pointed import pointed_text

        self.pointed.emit(pointed_text(self._context, area, row, col) if area else "")

    def _point_zoomed(self, row: int, col: int) -> None:
        cursor = self._context.document.cursor
        area = Area("map", 0, 0, 1, 1, layer=cursor.layer, filter=cursor.filter)
        self._point(area if row >= 0 else None, row, col)

    def _click_zoomed(self, row: int, col: int) -> None:
        if self._context.held:
            return
        document = self._context.document
        self._context.store.show(document.at(document.cursor._replace(row=row, col=col)))
