"""The inspector: what is selected, the picture or one layer, in numbers that can be changed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from convsim.core.layers import Conv2d
from convsim.figures.parts import layer_title
from convsim.figures.theme import LIGHT, Theme
from convsim.ui.bursts import Bursts
from convsim.ui.docks import WIDTH
from convsim.ui.field_row import note_label, say
from convsim.ui.formula_box import KEYS, FormulaBox
from convsim.ui.kernel_editor import KernelEditor
from convsim.ui.layer_form import LayerForm
from convsim.ui.layer_words import error_sentence, kind_sentences
from convsim.ui.scroll_panel import ScrollPanel
from convsim.ui.style import TEXT_SIZE
from convsim.ui.words import figure_labels

if TYPE_CHECKING:
    from convsim.document import Document
    from convsim.services.store import Store
    from convsim.ui.input_form import InputForm

LEFT, RIGHT = 12, 14
"""Room at the sides of the panel; the scroll bar lies on the right one."""


class Inspector(ScrollPanel):
    """Title, settings, formulas and weights of the selected layer, or the picture's form.

    It scrolls up and down by itself and never sideways.

    Attributes
    ----------
    title, sentence, state : QLabel
        The name of what is selected, what it does, and what is wrong with it.
    layer_form : LayerForm
    formulas, costs : FormulaBox
        Output size and weights; multiply-adds and memory, below the weights if they are shown.
    kernel : KernelEditor
    input_form : InputForm

    Signals
    -------
    open_requested()
        Somebody wants to open another picture.
    learn_requested()
        Somebody wants to train on the labelled pictures.
    live_requested()
        Somebody wants the camera's picture, or to freeze it.
    """

    open_requested = Signal()
    live_requested = Signal()
    learn_requested = Signal()

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels = figure_labels()
        self._theme = LIGHT
        self.setMinimumWidth(WIDTH)
        self.setAccessibleName(self.tr("Inspector"))
        self.setObjectName("inspector")
        # It hides what lies behind it, so that panel and window are not painted with every number.
        self.setAutoFillBackground(True)
        page = self._page = QWidget()
        page.setObjectName("page")
        page.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.title = QLabel()
        self.title.setObjectName("title")
        self.title.setWordWrap(True)
        self.sentence = note_label("note")
        self.state = note_label("problem")
        self._layer_page = QWidget(page)
        self._store = store
        bursts = self._bursts = Bursts(store)
        self.layer_form = LayerForm(store, self._layer_page, bursts)
        self.formulas = FormulaBox(self._layer_page)
        self.kernel = KernelEditor(store, self._layer_page, bursts)
        self.costs = FormulaBox(self._layer_page)
        layer_column = QVBoxLayout(self._layer_page)
        layer_column.setContentsMargins(0, 0, 0, 0)
        layer_column.setSpacing(11)
        # What is wrong stands below the boxes: above them it would push them away from the pointer.
        for part in (self.layer_form, self.state, self.formulas, self.kernel, self.costs):
            layer_column.addWidget(part)
        column = self._column = QVBoxLayout(page)
        column.setSpacing(4)
        column.addWidget(self.title)
        column.addWidget(self.sentence)
        column.addSpacing(6)
        column.addWidget(self._layer_page)
        column.addStretch(1)
        column.setContentsMargins(LEFT, 2, RIGHT, 16)
        self.setWidget(page)
        store.changed.connect(self._follow)
        self._show(store.document)

    @cached_property
    def input_form(self) -> InputForm:
        """The picture's settings: made when the picture is first selected."""
        from convsim.ui.input_form import InputForm

        form = InputForm(self._store, self._page, self._bursts)
        form.set_theme(self._theme)
        form.open_requested.connect(self.open_requested)
        form.learn_requested.connect(self.learn_requested)
        # Below the name there is more to say now.
        form.label.taken.connect(self.show_label)
        form.live_requested.connect(self.live_requested)
        self._column.insertWidget(self._column.indexOf(self._layer_page) + 1, form)
        return form

    def show_label(self) -> None:
        """Show the row that labels the picture, with the keyboard in it."""
        name = self.input_form.label.name

        def go() -> None:
            self.ensureWidgetVisible(self.input_form.label, 0, 12)
            name.setFocus(Qt.FocusReason.OtherFocusReason)

        # Where the row is, is known when all that has just been shown has its place.
        QTimer.singleShot(0, self, go)

    def changeEvent(self, event: QEvent) -> None:
        """Keep room for the words of the boxes when they become larger."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._keep_room()

    def showEvent(self, event: QShowEvent) -> None:
        """Take the room for words that became larger while nobody saw them."""
        super().showEvent(event)
        self._keep_room()

    def _keep_room(self) -> None:
        size = max(self.fontInfo().pixelSize(), TEXT_SIZE)
        # A presentation hides the panel: it is not to come back wider than it was.
        if self.isVisible() or size == TEXT_SIZE:
            self.setMinimumWidth(WIDTH * size // TEXT_SIZE)

    def first_field(self) -> QWidget | None:
        """Return what the keyboard comes to first: the first box, or whatever else there is."""
        page = self._page
        found = [
            child
            for child in page.findChildren(QWidget)
            if child.isVisibleTo(page)
            and child.isEnabled()
            and child.focusPolicy() & Qt.FocusPolicy.TabFocus
        ]
        boxes = [child for child in found if isinstance(child, QAbstractSpinBox)]
        return next(iter(boxes or found), None)

    def set_theme(self, theme: Theme) -> None:
        """Show everything in other colours."""
        self._theme = theme
        self.kernel.set_theme(theme)
        if "input_form" in vars(self):
            self.input_form.set_theme(theme)

    @Slot(object, object)
    def _follow(self, before: Document, after: Document) -> None:
        same = (
            before.network is after.network
            and before.cursor.layer == after.cursor.layer
            and before.view.on_input == after.view.on_input
        )
        if not same:
            self._show(after)
            if before.cursor.layer != after.cursor.layer or (
                before.view.on_input != after.view.on_input
            ):
                self.verticalScrollBar().setValue(0)

    def _show(self, document: Document) -> None:
        on_input = document.view.on_input or document.empty
        self._layer_page.setVisible(not on_input)
        if on_input or "input_form" in vars(self):
            self.input_form.setVisible(on_input)
        if on_input:
            self.title.setText(self.tr("Input"))
            say(self.sentence, self.tr("What the first layer reads."))
            say(self.state, "")
            return
        place = document.place
        self.title.setText(layer_title(place.layer, self._labels))
        say(self.sentence, kind_sentences().get(place.layer.kind, ""))
        bad = document.network.bad_place
        state = ""
        if place.error is not None:
            state = self.tr("Does not fit. {why}").format(why=error_sentence(place))
        elif place.waiting and bad is not None:
            name = layer_title(bad.layer, self._labels)
            state = self.tr("Waits for {name}, which does not fit.").format(name=name)
        say(self.state, state)
        # The weights come between what they follow from and what they cost.
        split = len(KEYS) // 2 if isinstance(place.layer, Conv2d) else len(KEYS)
        self.formulas.show_place(place, KEYS[:split])
        self.costs.show_place(place, KEYS[split:])
