"""The Step view: the stage, the card for what does not fit, and the timeline below."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from convsim.core.layers import ConvTranspose2d, WindowLayer
from convsim.core.step import Cursor, walk_of
from convsim.document.edits import set_view
from convsim.figures.stage import step
from convsim.ui.scene_view import SceneView
from convsim.ui.timeline import Timeline

if TYPE_CHECKING:
    from convsim.document import Document
    from convsim.figures.scene import Area, Scene
    from convsim.figures.theme import Theme
    from convsim.services.player import Player
    from convsim.ui.context import Context
    from convsim.ui.fit_card import FitCard


class StagePanel(QWidget):
    """Stage and timeline of the cursor's layer.

    Signals
    -------
    asked(id)
        A button asks for the command of this id.
    pointed(text)
        What lies under the pointer, in words; empty when nothing does.
    """

    asked = Signal(str)
    pointed = Signal(str)

    def __init__(self, context: Context, player: Player, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._context = context
        self.view = SceneView(self._draw, self.tr("Stage"), self)
        self.view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.view.clicked.connect(self._jump)
        self.view.hovered.connect(self._point)
        self.timeline = Timeline(player, context.theme, self)
        self.timeline.asked.connect(self.asked)
        self.timeline.scrubbed.connect(self._scrub)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view, 1)
        column.addWidget(self.timeline)
        context.changed.connect(self._show)
        context.worked.connect(self.view.refresh)
        context.compared.connect(self.view.refresh)
        context.theme_changed.connect(self._set_theme)
        self._show(None, context.document)

    @cached_property
    def card(self) -> FitCard:
        """What does not fit, and what would: made for the first layer that does not."""
        from convsim.ui.fit_card import FitCard

        card = FitCard(self._context.store, self)
        self._column.insertWidget(1, card)
        return card

    def _draw(self, width: float, height: float) -> Scene:
        return self._context.draw(step, width, height, self._context.document.cursor.layer)

    def _show(self, before: Document | None, document: Document) -> None:
        del before
        fits = document.place.output_shape is not None
        wrong = not fits and not document.empty
        if wrong or "card" in vars(self):
            self.card.setVisible(wrong)
        self.timeline.setVisible(fits)
        self.timeline.show_document(document)
        self.view.refresh()

    def _set_theme(self, theme: Theme) -> None:
        self.timeline.set_theme(theme)
        self.view.refresh()

    def _scrub(self, position: int) -> None:
        document = self._context.document
        if document.walk is not None:
            self._context.store.show(
                document.at(document.walk.at_position(document.cursor, position))
            )

    def _jump(self, area: Area, row: int, col: int) -> None:
        """Go where was clicked: an output cell, or the first position that reads an input pixel."""
        if self._context.held:
            return  # what is seen is not what the cursor stands in
        document = self._context.document
        cursor = clicked_cursor(document, area, row, col)
        if cursor is not None:
            self._context.store.show(document.at(cursor))
        elif area.name in ("patch", "kernel", "product") and area.filter >= 0:
            self._context.store.show(set_view(document, plane=area.filter))

    def _point(self, area: Area | None, row: int, col: int) -> None:
        # Read when first pointed at: a start does without.
        from convsim.ui.pointed import pointed_text

        self.pointed.emit(pointed_text(self._context, area, row, col) if area else "")


def clicked_cursor(document: Document, area: Area, row: int, col: int) -> Cursor | None:
    """Return where a click leads, or None if it leads nowhere.

    A figure may show another layer than the cursor's: the area says which.
    """
    index = area.layer + 1 if area.name == "input" else area.layer
    if not 0 <= index < len(document.network.layers):
        index = document.cursor.layer
    place = document.network.places[index]
    if place.input_shape is None or place.output_shape is None:
        return None
    filter_ = document.cursor.filter if index == document.cursor.layer else 0
    here = Cursor(index, area.filter if area.filter >= 0 else filter_)
    if area.name == "output":
        return here._replace(row=row, col=col)
    if area.name == "unit":
        return here
    if area.name == "units":
        return here._replace(filter=row * area.cols + col)
    if area.name != "input":
        return None
    here = here._replace(filter=filter_)
    if isinstance(place.layer, ConvTranspose2d):
        # Of all cells that the pixel is spread over, the middle one.
        rows, cols = (
            min(max(axis.taps(at)[axis.kernel // 2], 0), axis.size - 1)
            for axis, at in zip(place.layer.axes(place.input_shape), (row, col), strict=True)
        )
        return here._replace(row=rows, col=cols)
    if not isinstance(place.layer, WindowLayer):
        return here._replace(row=row, col=col) if walk_of(place.output_shape).is_map else None
    axes = place.layer.axes(place.input_shape)
    readers = [axis.readers(at) for axis, at in zip(axes, (row, col), strict=True)]
    if not all(readers):
        return None
    # Of all windows that saw this pixel, the one whose middle is nearest.
    rows, cols = (found[len(found) // 2] for found in readers)
    return here._replace(row=rows, col=cols)
