"""The weights of one filter, plane by plane, to be read exactly and changed by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from convsim.core.capacity import TooLargeError
from convsim.core.layers import Array, Conv2d, ConvTranspose2d
from convsim.document.edits import set_view
from convsim.document.planes import filter_index, unit_count
from convsim.figures.colors import largest
from convsim.figures.theme import LIGHT, Theme
from convsim.ui.bursts import Bursts
from convsim.ui.field_row import FieldRow, note_label, reveal, say
from convsim.ui.kernel_grid import KernelGrid
from convsim.ui.kernel_tools import KernelTools
from convsim.ui.layer_words import bounds_text
from convsim.ui.number_boxes import DecimalBox, NumberBox
from convsim.ui.segments import Segments
from convsim.ui.steady import Held, Steady
from convsim.ui.weight_edits import FINE, WeightEdits, copied

if TYPE_CHECKING:
    from convsim.document import Document
    from convsim.services.store import Store


class KernelEditor(QWidget):
    """Filter and plane to look at, the grid of weights, and the filter's bias.

    It hides while the cursor's layer is no convolution, transposed or not, with an input.  Which
    filter and plane are shown is the document's cursor and view: changing them is nothing to undo.

    Attributes
    ----------
    grid : KernelGrid
    filter_box, channel_box : NumberBox
        Counted from 1.
    planes : Segments
        R, G and B, in place of the channel's number where the input is a colour picture.
    bias_box : DecimalBox
    tools : KernelTools
        What is done to a whole filter at once.
    problem : QLabel
        Why what was typed or pasted was not taken; hidden otherwise.
    """

    def __init__(
        self, store: Store, parent: QWidget | None = None, bursts: Bursts | None = None
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._edits = WeightEdits(store, bursts or Bursts(store), self)
        self._theme = LIGHT
        self._build()
        store.changed.connect(self._follow)
        self._show(store.document)

    def _build(self) -> None:
        self.title = QLabel()
        self.title.setObjectName("heading")
        self.title.setWordWrap(True)
        self.filter_box = NumberBox(1, 1)
        self.filter_box.setAccessibleName(self.tr("Filter"))
        self.channel_box = NumberBox(1, 1)
        self.channel_box.setAccessibleName(self.tr("Input channel"))
        self.planes = Segments(
            [
                ("0", "R", self.tr("Red plane")),
                ("1", "G", self.tr("Green plane")),
                ("2", "B", self.tr("Blue plane")),
            ],
            self.tr("Plane"),
        )
        self.grid = KernelGrid()
        self.bias_box = DecimalBox(FINE)
        self.bias_box.setAccessibleName(self.tr("Bias of the filter"))
        self.readout = note_label("note")
        self.problem = note_label("problem")
        self.channel_box.setPrefix(self.tr("ch. "))
        self.filter_box.setToolTip(self.tr("Filter"))
        self.channel_box.setToolTip(self.tr("Input channel"))
        self.tools = KernelTools(self._edits, self.problem)
        self._bias_row = FieldRow(
            self.tr("Bias"), self.bias_box, tip=self.tr("Added to the sum at every position")
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.title)
        row = self._places = QHBoxLayout()
        row.setSpacing(8)
        self._rooms = Held(self.filter_box), Held(self.channel_box)
        for room in self._rooms:
            row.addWidget(room, 1)
        row.addWidget(self.planes)
        column.addLayout(row)
        column.addWidget(self.tools)
        column.addWidget(self.grid)
        column.addWidget(Steady(self.readout))
        column.addWidget(self.problem)
        column.addWidget(self._bias_row)
        self.filter_box.valueChanged.connect(self._go_to_filter)
        self.channel_box.valueChanged.connect(lambda number: self._go_to_plane(number - 1))
        self.planes.chosen.connect(lambda key: self._go_to_plane(int(key)))
        for box in (self.filter_box, self.channel_box):
            box.refused.connect(
                lambda text, box=box: say(
                    self.problem,
                    bounds_text(box.accessibleName(), box.minimum(), box.maximum(), text),
                )
            )
        self.bias_box.valueChanged.connect(self._set_bias)
        self.bias_box.refused.connect(
            lambda text: self._bias_row.show_problem(self._edits.not_a_number(text))
        )
        self.grid.pointed.connect(self._point)
        self.grid.entered.connect(self._enter)
        self.grid.nudged.connect(self._nudge)
        self.grid.let_go.connect(self._edits.end)
        self.grid.copied.connect(self.copy)
        self.grid.pasted.connect(self.paste)

    # -- what is shown ---------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Show it in other colours."""
        self._theme = theme
        self.grid.set_theme(theme, theme.filter_color(self._filter))

    @property
    def _filter(self) -> int:
        return self._store.document.cursor.filter

    @property
    def _plane(self) -> int:
        """The plane of the view, if the layer has that many."""
        return min(self._store.document.view.plane, len(self._planes) - 1)

    @property
    def _planes(self) -> Array:
        """The weights of the filter: (channels, kernel height, width)."""
        document = self._store.document
        weight = document.weights[document.cursor.layer]["weight"]
        return weight[filter_index(document.layer, weight.shape, self._filter)]

    @Slot(object, object)
    def _follow(self, before: Document, after: Document) -> None:
        same_numbers = before.weights is after.weights and before.network is after.network
        same_place = before.cursor[:2] == after.cursor[:2] and before.view.plane == after.view.plane
        if same_numbers and same_place and before.filter_names is after.filter_names:
            return
        if not same_place or before.layer.name != after.layer.name:
            # A number half typed is not meant for what is shown now.
            self.grid.close_editor()
        self._show(after)

    def _show(self, document: Document) -> None:
        layer = document.layer
        convolves = isinstance(layer, Conv2d | ConvTranspose2d)
        there = convolves and document.place.input_shape is not None and _has_weights(document)
        reveal(self, there)
        if not there:
            return
        planes = self._planes
        filters, channels = unit_count(layer, document.weights[document.cursor.layer]), len(planes)
        name = document.filter_name(layer.name, self._filter)
        if not name and document.is_random(document.cursor.layer, self._filter):
            name = self.tr("random")
        title = self.tr("Filter {n}").format(n=self._filter + 1)
        self.title.setText(f"{title} · {name}" if name else title)
        _show_place(self.filter_box, self._filter, filters)
        _show_place(self.channel_box, self._plane, channels)
        # Without an output there are no positions, so there is no way to another filter.
        self.filter_box.setEnabled(document.walk is not None)
        colour = document.cursor.layer == 0 and channels == 3
        filter_room, channel_room = self._rooms
        filter_room.setVisible(filters > 1)
        channel_room.setVisible(channels > 1 and not colour)
        self.planes.setVisible(colour)
        self._arrange()
        self.planes.show_choice(str(self._plane))
        self._bias_row.show_problem("")
        frame = self._theme.filter_color(self._filter)
        self.grid.show_values(planes[self._plane], largest(planes), frame)
        self.grid.setAccessibleName(
            self.tr("Weights of filter {n}, channel {m}").format(
                n=self._filter + 1, m=self._plane + 1
            )
        )
        params = document.weights[document.cursor.layer]
        self._bias_row.setVisible("bias" in params)
        if "bias" in params:
            self.bias_box.show_value(float(params["bias"][self._filter]))
        say(self.problem, "")
        self._point(*self.grid.selected)

    def _point(self, row: int, col: int) -> None:
        say(self.readout, self.grid.cell_text(row, col))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put filter and channel below each other where both do not fit into one line."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        boxes = [room for room in self._rooms if not room.isHidden()]
        need = sum(room.held.sizeHint().width() for room in boxes) + self._places.spacing()
        ways = QBoxLayout.Direction
        beside = len(boxes) < 2 or need <= self.width()
        self._places.setDirection(ways.LeftToRight if beside else ways.TopToBottom)

    # -- where to look ---------------------------------------------------------------------

    def _go_to_filter(self, number: int) -> None:
        document = self._store.document
        cursor = document.cursor._replace(filter=number - 1)
        self._store.show(document.at(cursor, document.inside))

    def _go_to_plane(self, plane: int) -> None:
        document = self._store.document
        if plane != document.view.plane:
            self._store.show(set_view(document, plane=plane))

    # -- edits -----------------------------------------------------------------------------

    def _at(self, row: int, col: int) -> tuple[int, int, int, int]:
        return self._filter, self._plane, row, col

    @property
    def _gone(self) -> bool:
        """Whether what was typed or pressed comes too late: the layer went away meanwhile."""
        return self._store.document.empty or self.isHidden()

    def _enter(self, row: int, col: int, text: str) -> None:
        if self._gone:
            return
        problem = self._edits.enter(self._at(row, col), text)
        if problem:
            self.grid.refuse()
        say(self.problem, problem)

    def _nudge(self, row: int, col: int, steps: int, coarse: bool) -> None:
        if not self._gone:
            say(self.problem, self._edits.nudge(self._at(row, col), steps, coarse))

    def _set_bias(self, value: float) -> None:
        if not self._gone:
            self._bias_row.show_problem(self._edits.set_bias(self._filter, value))

    @Slot()
    def copy(self) -> None:
        """Put the plane on the clipboard."""
        QGuiApplication.clipboard().setText(copied(self.grid.values))

    @Slot()
    def paste(self) -> None:
        """Write the numbers on the clipboard over the plane, or from the selected cell on."""
        text = QGuiApplication.clipboard().text()
        corner = self.grid.selected
        if not self._gone:
            say(self.problem, self._edits.paste(self._filter, self._plane, corner, text))


def _has_weights(document: Document) -> bool:
    try:
        return "weight" in document.weights[document.cursor.layer]
    except TooLargeError:
        return False


def _show_place(box: NumberBox, index: int, total: int) -> None:
    """Show which of how many."""
    if box.suffix() != f" / {total}":
        blocked = box.blockSignals(True)
        box.setMaximum(total)
        box.setSuffix(f" / {total}")
        box.blockSignals(blocked)
    box.show_value(index + 1)
