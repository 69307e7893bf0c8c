"""The strip: every activation map of the chosen layer, live, in one row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollBar, QVBoxLayout, QWidget

from convsim.core.layers import Activation
from convsim.document.edits import set_view
from convsim.figures.columns import remark
from convsim.figures.maps import strip, strip_capacity
from convsim.figures.parts import layer_title, shape_text
from convsim.figures.ripple import moved, ripple, touched
from convsim.ui.compare_buttons import CompareButtons
from convsim.ui.scene_view import SceneView
from convsim.ui.steady import Steady

if TYPE_CHECKING:
    from convsim.core.trace import Trace
    from convsim.document import Document
    from convsim.figures.page import Page
    from convsim.figures.scene import Area, Scene
    from convsim.ui.context import Context


class StripPanel(QWidget):
    """One row of maps with a scroll bar when there are many.

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
        # It hides what lies behind it, so that panel and window are not painted with every number.
        self.setAutoFillBackground(True)
        self._context = context
        self._first = 0
        self._scrolled = False
        self._title = QLabel()
        # Where the window is narrow a long title takes two lines, and never widens the window.
        self._title.setWordWrap(True)
        self._title.setObjectName("dim")
        self.view = SceneView(self._draw, self.tr("Activation maps"), self)
        self.view.setMinimumHeight(96)
        self.view.clicked.connect(self._choose)
        self.view.hovered.connect(self._point)
        self._bar = QScrollBar(Qt.Orientation.Horizontal)
        self._bar.setAccessibleName(self.tr("Which maps are shown"))
        self._bar.valueChanged.connect(self._scroll)
        # Its room stays when it is hidden, or the maps would change size as it comes and goes.
        policy = self._bar.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._bar.setSizePolicy(policy)
        buttons = CompareButtons(context)
        self.before_button, self.difference_button = (
            buttons.before_button,
            buttons.difference_button,
        )
        head = QHBoxLayout()
        head.setContentsMargins(18, 6, 18, 2)
        head.setSpacing(6)
        head.addWidget(Steady(self._title), 1)
        head.addWidget(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.view, 1)
        column.addWidget(self._bar)
        context.changed.connect(self._show)
        context.worked.connect(self._change)
        context.compared.connect(self._change)
        context.theme_changed.connect(lambda _theme: self.view.refresh())
        self._show(None, context.document)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll sideways."""
        self._bar.wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many maps as there is room for."""
        super().resizeEvent(event)
        chosen = self._context.document.cursor.filter
        seen = self._first <= chosen < self._first + self._bar.pageStep()
        if seen and not self._scrolled:
            # What had to make way while there was less room comes back.
            self._first = 0
        self._fit_bar(chosen if seen else None)

    def _change(self) -> None:
        self._title.setText(self._heading(self._context.document))
        self.view.refresh()

    @property
    def _before(self) -> Trace | None:
        """The numbers before the last edit, where there is something to compare."""
        return self._context.before_edit(self._context.document.cursor.layer)

    def _draw(self, width: float, height: float) -> Scene:
        document = self._context.document

        def figure(document: Document, trace: Trace, page: Page) -> Scene:
            before = self._before if self._context.difference else None
            if before is not None and not self._context.held:
                return ripple(document, trace, page, before, self._first)
            return strip(document, trace, page, self._first)

        return self._context.draw(figure, width, height, document.cursor.layer)

    def _fit_bar(self, chosen: int | None = None) -> None:
        """Let the bar go as far as there are maps, and to one that is to be seen."""
        walk = self._context.document.walk
        width, height = self.view.width(), self.view.height()
        count = walk.filters if walk is not None and walk.is_map else 1
        shown = max(strip_capacity(self._context.document, width, height), 1)
        self._bar.blockSignals(True)
        self._bar.setRange(0, max(count - shown, 0))
        self._bar.setPageStep(shown)
        if chosen is not None:
            self._reveal(chosen)
        self._first = min(self._first, max(count - shown, 0))
        self._bar.setValue(self._first)
        self._bar.blockSignals(False)
        self._bar.setVisible(count > shown)

    def _show(self, before: Document | None, document: Document) -> None:
        moved = before is not None and before.cursor.filter == document.cursor.filter
        other = before is not None and before.cursor.layer != document.cursor.layer
        if other:
            self._first, self._scrolled = 0, False
        if (
            before is None
            or not moved
            or other
            or before.network is not document.network
            or before.weights is not document.weights
            or before.image is not document.image
            or before.view.tab != document.view.tab
        ):
            self._title.setText(self._heading(document))
            self._fit_bar(document.cursor.filter if other or not moved else None)
            self.view.refresh()

    def _reveal(self, filter_: int) -> None:
        shown = max(self._bar.pageStep(), 1)
        if filter_ < self._first:
            self._first = filter_
        elif filter_ >= self._first + shown:
            self._first = filter_ - shown + 1

    def _heading(self, document: Document) -> str:
        text = self._what(document)
        # Above may stand an earlier moment of a training.
        now = text and document.view.tab == "train" and not self._context.held
        return self.tr("Now: {maps}").format(maps=text) if now else text

    def _what(self, document: Document) -> str:
        if document.empty:
            return ""
        if self._context.held:
            past, _ = self._context.shown
            if past.empty:
                return ""
            return self.tr("{layer} before the last edit   {shape}").format(
                layer=layer_title(past.layer, self._context.labels),
                shape=shape_text(past.place.output_shape),
            )
        title = layer_title(document.layer, self._context.labels)
        shape = shape_text(document.place.output_shape)
        before = self._before
        if before is not None and self._context.difference:
            return self._moved(title, before)
        if document.place.output_shape is None:
            return self.tr("Maps of {layer}: none yet").format(layer=title)
        if len(document.place.output_shape) == 1:
            text = self.tr("Values of {layer}   {shape}").format(layer=title, shape=shape)
            return text + self._remark(document)
        follower = document.follower
        if isinstance(follower, Activation):
            name = self._context.labels[follower.kind]
            text = self.tr("Maps of {layer}, before {name}   {shape}").replace("{name}", name)
        else:
            text = self.tr("Activation maps of {layer}   {shape}")
        return text.format(layer=title, shape=shape) + self._remark(document)

    def _moved(self, title: str, before: Trace) -> str:
        """Say how many cells of a layer the last edit moved."""
        index = self._context.document.cursor.layer
        if not self._context.tracer.want(index):
            return title
        difference = moved(self._context.trace, before, index)
        cells, maps = touched(difference)
        if difference.ndim == 1:
            text = self.tr("{layer}: {cells} of {all} values moved")
        else:
            text = self.tr("{layer}: {cells} of {all} cells moved, in {n} of {m} maps")
        return text.format(
            layer=title, cells=f"{cells:,}", all=f"{difference.size:,}", n=maps, m=len(difference)
        )

    def _remark(self, document: Document) -> str:
        """Say what nobody taught: predictions that mean nothing yet, random filters."""
        said = remark(document, self._context.trace, document.cursor.layer)
        if said:
            texts = {
                "untrained": self.tr("untrained"),
                "no_class": self.tr("unlike what it learnt: probably none of its classes"),
            }
            return "   ·   " + texts[said]
        index = document.cursor.layer
        vector = document.walk is not None and not document.walk.is_map
        if document.is_random(index):
            words = self.tr("random weights") if vector else self.tr("random filters")
            return "   ·   " + words
        shape = document.place.output_shape
        count = document.random_units(index)
        if count and shape is not None and not vector:
            words = self.tr("{n} of {all} filters random").format(n=count, all=shape[-1])
            return "   ·   " + words
        return ""

    def _scroll(self, first: int) -> None:
        self._first, self._scrolled = first, True
        self.view.refresh()

    def _choose(self, area: Area, row: int, col: int) -> None:
        if self._context.held:
            return  # what is seen is not what the cursor stands in
        document = self._context.document
        if area.name == "map":
            cursor = document.cursor._replace(filter=area.filter)
            if document.walk is not None and document.walk.is_map:
                cursor = cursor._replace(row=row, col=col)
            self._context.store.show(set_view(document.at(cursor), on_input=False))
        elif area.name in ("unit", "units"):
            unit = area.filter if area.name == "unit" else row * area.cols + col
            self._context.store.show(document.at(document.cursor._replace(filter=unit)))

    def _point(self, area: Area | None, row: int, col: int) -> None:
        from convsim.ui.pointed import pointed_text

        self.pointed.emit(pointed_text(self._context, area, row, col) if area else "")
