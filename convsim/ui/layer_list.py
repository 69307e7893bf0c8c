"""The network's panel: what it answers, the layers as cards, what to add, and the total."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from convsim.core.capacity import TooLargeError, check_room, network_bytes
from convsim.core.counts import totals
from convsim.document import PRESETS, Document
from convsim.document.building import renewed
from convsim.document.edits import select_layer, set_view
from convsim.figures.parts import layer_title
from convsim.ui.builder import Builder
from convsim.ui.field_row import note_label, say
from convsim.ui.icons import icon
from convsim.ui.layer_rows import row_of
from convsim.ui.layer_view import LayerView
from convsim.ui.layer_words import problem_text
from convsim.ui.steady import Steady

if TYPE_CHECKING:
    from convsim.figures.theme import Theme
    from convsim.ui.context import Context
    from convsim.ui.palette_list import PaletteList


class NetworkPanel(QWidget):
    """The lecture line that the preset answers, the cards, a button to add more, and the total.

    Attributes
    ----------
    list : LayerView
    builder : Builder
    add_button : QToolButton
        Opens the palette.
    note : QLabel
        Which weights the last edit made anew, or why it was not made; hidden otherwise.

    Signals
    -------
    asked(id)
        A button or a key asks for the command of this id.
    menu_wanted(at)
        The right button was pressed on a card; a point on the screen.
    """

    asked = Signal(str)
    menu_wanted = Signal(QPoint)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._palette: PaletteList | None = None
        self._kept: set[str] = set()
        self._known: set[str] = set()
        self.setMinimumWidth(190)
        # It hides what lies behind it, so that panel and window are not painted with every number.
        self.setAutoFillBackground(True)
        self._line = QLabel()
        self._line.setObjectName("hint")
        self._line.setWordWrap(True)
        self._line.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._line.setContentsMargins(12, 0, 12, 6)
        self._line_room = Steady(self._line)
        self.note = note_label("hint")
        self._said = False
        self.note.setContentsMargins(12, 6, 12, 0)
        self._total = QLabel()
        self._total.setContentsMargins(12, 6, 12, 0)
        self._total.setWordWrap(True)
        self.list = LayerView(context)
        self.builder = Builder(context.store, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._line_room)
        column.addWidget(self.list, 1)
        column.addWidget(self.note)
        column.addWidget(Steady(self._total))
        # Last, so that no word above moves it away from the pointer.
        column.addLayout(self._make_buttons())
        self._connect()
        self._show(None, context.document)

    def _make_buttons(self) -> QHBoxLayout:
        self.add_button = self._button("network.add", "plus", self.tr("Add a layer (Insert)"))
        self.add_button.setText(self.tr("Add layer"))
        self.add_button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.add_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._icons = {
            self.add_button: "plus",
            self._button("network.duplicate", "copy", self.tr("Duplicate (Ctrl+D)")): "copy",
            self._button("network.delete", "trash-2", self.tr("Delete (Del)")): "trash-2",
        }
        row = QHBoxLayout()
        row.setContentsMargins(10, 8, 10, 10)
        row.setSpacing(6)
        for button in self._icons:
            row.addWidget(button, 1 if button is self.add_button else 0)
        self._tint(self._context.theme)
        return row

    def _button(self, command: str, name: str, tip: str) -> QToolButton:
        del name
        button = QToolButton()
        button.setObjectName("round")
        button.setIconSize(QSize(16, 16))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _checked=False: self.asked.emit(command))
        return button

    def _connect(self) -> None:
        self.list.selectionModel().currentChanged.connect(self._choose)
        self.list.rows.modelAboutToBeReset.connect(self._keep_selection)
        self.list.rows.modelReset.connect(self._select_again)
        self.list.rows.moved.connect(self.builder.move)
        self.list.rows.brought.connect(self.builder.bring)
        self.list.rows.renamed.connect(self.builder.rename)
        self.list.asked.connect(self.asked)
        self.list.folded.connect(self.builder.fold)
        self.list.menu_wanted.connect(self.menu_wanted)
        self.builder.refused.connect(self._say)
        self._context.changed.connect(self._show)
        self._context.store.edited.connect(self._say_renewed)
        self._context.theme_changed.connect(self._set_theme)

    # -- what commands do ------------------------------------------------------------------

    def open_palette(self) -> None:
        """Show what can be added."""
        if self._palette is None:
            # Built when first opened: starting the program does not wait for it.
            from convsim.ui.palette_list import PaletteList

            self._palette = PaletteList(self._context, self.window())
            self._palette.closed.connect(self.list.setFocus)
            self._palette.kind_taken.connect(self.builder.add)
            self._palette.block_taken.connect(self.builder.add_block)
        self._palette.open_at(self.add_button)

    @property
    def chosen(self) -> list[int]:
        """The layers that commands are about: the selected ones, else the cursor's."""
        document = self._context.document
        layers = self.list.chosen()
        alone = [] if document.view.on_input or document.empty else [document.cursor.layer]
        return layers or alone

    @property
    def has_chosen(self) -> bool:
        """Whether there is a layer that commands are about: asked many times an edit."""
        document = self._context.document
        alone = not (document.view.on_input or document.empty)
        return alone or bool(self.list.chosen())

    # -- showing ---------------------------------------------------------------------------

    def _show(self, before: Document | None, document: Document) -> None:
        changed = before is None or before.network is not document.network
        if changed:
            # What is said next, of the same edit, takes its place: hiding the note first would lay
            # out the list twice.
            self._said = False
            QTimer.singleShot(0, self, self._hush)
        row = row_of(self.list.rows.rows, document)
        if self.list.currentIndex().row() != row or self._context.store.replacing:
            # By the model: the list itself would ask the keyboard, and Ctrl adds to a selection.
            self.list.selectionModel().setCurrentIndex(
                self.list.rows.index(row, 0), QItemSelectionModel.SelectionFlag.ClearAndSelect
            )
        # The picture is no layer: it is neither taken out nor there twice.
        for button in self._icons:
            button.setEnabled(button is self.add_button or self.has_chosen)
        if not changed:
            return
        self._show_line(before, document)
        self._total.setText(self._total_text(document))

    def _show_line(self, before: Document | None, document: Document) -> None:
        """Show what the preset answers while that is true; after an edit, where it comes from."""
        preset = PRESETS.get(document.preset)
        line = preset.line if preset else ""
        if preset and not preset.holds(document.network):
            line = self.tr("Changed from “{preset}”.").format(preset=preset.title)
        if before is None or line != self._line.text():
            # The list below would jump at the first edit, and back when it is undone.
            stays = before is not None and before.preset == document.preset
            self._line_room.setMinimumHeight(self._line_room.height() if stays else 0)
            self._line.setText(line)
            self._line_room.setVisible(bool(line))

    def _total_text(self, document: Document) -> str:
        """Return the sum of all parameters; a part of them would be mistaken for all of them."""
        bad = document.network.bad_place
        if document.empty:
            return ""
        if bad is not None:
            text = self.tr("No totals: {layer} does not fit")
            return text.format(layer=layer_title(bad.layer, self._context.labels))
        counts = totals(document.network)
        if counts.biases == 1:
            text = self.tr("{all} parameters: {weights} weights + 1 bias")
        else:
            text = self.tr("{all} parameters: {weights} weights + {biases} biases")
        return text.format(
            all=f"{counts.weights + counts.biases:,}",
            weights=f"{counts.weights:,}",
            biases=f"{counts.biases:,}",
        )

    def _keep_selection(self) -> None:
        names = self.list.rows.names
        self._kept = {names[i] for i in self.list.chosen()}
        self._known = set(names)

    def _select_again(self) -> None:
        """Select what an edit brought, else what was selected before it moved."""
        document, model = self._context.document, self.list.rows
        selection = QItemSelectionModel.SelectionFlag
        here = model.index(row_of(model.rows, document), 0)
        self.list.selectionModel().setCurrentIndex(here, selection.ClearAndSelect)
        if self._context.store.replacing:
            self.list.scrollTo(here)
            return
        names = set(model.names)
        wanted = names - self._known if len(names - self._known) < len(names) else set()
        wanted = wanted or self._kept
        rows = [
            model.index(i, 0)
            for i, row in enumerate(model.rows)
            if row.layers and wanted.issuperset(model.names[n] for n in row.layers)
        ]
        if here in rows:
            for index in rows:
                self.list.selectionModel().select(index, selection.Select)
        self.list.scrollTo(here)

    def _say(self, text: str) -> None:
        self._said = True
        say(self.note, text)

    def _hush(self) -> None:
        if not self._said:
            say(self.note, "")

    def _say_renewed(self, before: Document, after: Document) -> None:
        if before.network is after.network:
            return
        try:
            check_room(network_bytes(after.network))
        except TooLargeError as problem:
            self._say(problem_text(problem))
            return
        titles = {
            layer.name: layer_title(layer, self._context.labels) for layer in after.network.layers
        }
        names = [titles[name] for name in renewed(before, after)]
        if names:
            text = self.tr("New weights in {names}: their shape changed.")
            some = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
            self._say(text.format(names=some))

    def _choose(self, index: QModelIndex) -> None:
        document = self._context.document
        if not index.isValid() or index.row() == row_of(self.list.rows.rows, document):
            return
        row = self.list.rows.rows[index.row()]
        if row.start < 0:
            # The first layer's stage is the one that shows the picture.
            first = document if document.empty else select_layer(document, 0)
            self._context.store.show(set_view(first, on_input=True))
        else:
            self._context.store.show(select_layer(document, row.start))

    def _set_theme(self, theme: Theme) -> None:
        self.list.viewport().update()
        self._tint(theme)

    def _tint(self, theme: Theme) -> None:
        for button, name in self._icons.items():
            button.setIcon(icon(name, theme))
