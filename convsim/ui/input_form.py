"""The picture, and how it becomes the network's input: its size, its colours, how it is cut."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from convsim.core.errors import ConvSimError
from convsim.core.fit import Fit
from convsim.core.network import INPUT_FIELD
from convsim.services import camera
from convsim.services.opening import with_fit, with_input_size
from convsim.ui.bursts import Bursts
from convsim.ui.crop_thumbnail import CropThumbnail
from convsim.ui.data.label_row import LabelRow
from convsim.ui.field_row import FieldRow, note_label, say
from convsim.ui.layer_words import bounds_text, problem_text
from convsim.ui.number_boxes import NumberBox
from convsim.ui.picture_edits import PictureEdits
from convsim.ui.picture_strip import PictureStrip
from convsim.ui.picture_tools import Brush, ChannelSwitches, PictureMenus
from convsim.ui.segments import Segments
from convsim.ui.thumbnail import Thumbnail

if TYPE_CHECKING:
    from convsim.document import Document
    from convsim.figures.theme import Theme
    from convsim.services.store import Store

COLOUR, GREY = 3, 1


class InputForm(QWidget):
    """Shows the picture as opened and as the network reads it, with the settings between them.

    Attributes
    ----------
    height_box, width_box : NumberBox
    colours, fit : Segments
    open_button : QPushButton
    camera_button : QPushButton
        Only where there is software for cameras.
    name, size, notes : QLabel

    Signals
    -------
    open_requested()
        Somebody wants another picture.
    learn_requested()
        Somebody wants to train on the labelled pictures.
    live_requested()
        Somebody wants the camera's picture, or to freeze it.
    """

    open_requested = Signal()
    live_requested = Signal()
    learn_requested = Signal()

    def __init__(
        self, store: Store, parent: QWidget | None = None, bursts: Bursts | None = None
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._bursts = bursts or Bursts(store)
        self._edits = PictureEdits(store, self._bursts, self)
        self._shown: Document | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._add_picture(column)
        self._add_settings(column)
        self._connect()
        store.changed.connect(self._follow)
        self._show(store.document)

    def _add_picture(self, column: QVBoxLayout) -> None:
        self.opened = CropThumbnail()
        self.opened.cropped.connect(self._edits.crop)
        self.read = Thumbnail(smooth=False)
        self._captions = QLabel(self.tr("As opened")), QLabel(self.tr("As read"))
        pair = QGridLayout()
        pair.setHorizontalSpacing(8)
        pair.setVerticalSpacing(4)
        for i, (thumbnail, caption) in enumerate(
            zip((self.opened, self.read), self._captions, strict=True)
        ):
            caption.setObjectName("note")
            pair.addWidget(caption, 0, i)
            pair.addWidget(thumbnail, 1, i)
            pair.setColumnStretch(i, 1)
        self.name = note_label("name")
        self.size_text = note_label("note")
        self.notes = note_label("note")
        self.open_button = QPushButton(self.tr("Open picture…"))
        self.open_button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.camera_button = QPushButton(self)
        self.camera_button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.camera_button.setVisible(camera.available())
        self.show_live(False)
        column.addLayout(pair)
        lines = QVBoxLayout()
        lines.setSpacing(2)
        for label in (self.name, self.size_text, self.notes):
            lines.addWidget(label)
        column.addLayout(lines)
        self.strip = PictureStrip()
        self.strip.chosen.connect(self._edits.show)
        self.strip.removed.connect(self._edits.remove)
        self.menus = PictureMenus(self._edits)
        column.addWidget(self.strip)
        column.addWidget(self.open_button)
        column.addWidget(self.camera_button)
        column.addWidget(self.menus)
        column.addSpacing(8)

    def _add_settings(self, column: QVBoxLayout) -> None:
        low, high = int(INPUT_FIELD.low), int(INPUT_FIELD.high)
        self.height_box = NumberBox(low, high)
        self.width_box = NumberBox(low, high)
        self.colours = Segments(
            [
                (str(COLOUR), self.tr("Colour"), self.tr("Red, green and blue: three channels")),
                (str(GREY), self.tr("Grey"), self.tr("Brightness alone: one channel")),
            ],
            self.tr("Colours"),
        )
        self.fit = Segments(
            [
                (Fit.CROP.value, self.tr("Crop"), self.tr("Fill the input, cut off what is over")),
                (Fit.FIT.value, self.tr("Fit"), self.tr("Show all of it, with black bars")),
                (Fit.STRETCH.value, self.tr("Stretch"), self.tr("Fill the input, distorted")),
            ],
            self.tr("If the proportions differ"),
        )
        self.channels = ChannelSwitches(self._edits)
        self._rows = (
            FieldRow(self.tr("Height"), self.height_box, tip=self.tr("Rows of the input")),
            FieldRow(self.tr("Width"), self.width_box, tip=self.tr("Columns of the input")),
            FieldRow(self.tr("Colours"), self.colours, wide=True),
            FieldRow(self.tr("If the proportions differ"), self.fit, wide=True),
            FieldRow(self.tr("Channels that are on"), self.channels, wide=True),
        )
        form = QVBoxLayout()
        form.setSpacing(4)
        for row in self._rows:
            form.addWidget(row)
        column.addLayout(form)
        self.brush = Brush(self._edits)
        self.label = LabelRow(self._store, self._edits)
        column.addWidget(self.brush)
        column.addWidget(self.label)
        for box, row in zip((self.height_box, self.width_box), self._rows[:2], strict=True):
            box.setAccessibleName(row.label.text())

    def _connect(self) -> None:
        self.open_button.clicked.connect(self.open_requested)
        self.label.learn_requested.connect(self.learn_requested)
        self.camera_button.clicked.connect(self.live_requested)
        self.height_box.valueChanged.connect(lambda value: self._resize(0, value))
        self.width_box.valueChanged.connect(lambda value: self._resize(1, value))
        for choice in (self.colours, self.fit):
            choice.chosen.connect(lambda _key: self._bursts.end())
        self.colours.chosen.connect(lambda key: self._resize(2, int(key)))
        self.fit.chosen.connect(lambda key: self._set_fit(Fit(key)))
        for box, row in zip((self.height_box, self.width_box), self._rows[:2], strict=True):
            box.refused.connect(
                lambda text, row=row: row.show_problem(
                    bounds_text(row.label.text(), INPUT_FIELD.low, INPUT_FIELD.high, text)
                )
            )

    def show_live(self, running: bool) -> None:
        """Say what the camera's button does now."""
        text = self.tr("Freeze") if running else self.tr("Live camera")
        self.camera_button.setText(text)
        self.camera_button.setToolTip(
            self.tr("Keep what the camera shows now")
            if running
            else self.tr("Every frame of the camera becomes the picture")
        )

    def set_theme(self, theme: Theme) -> None:
        """Show it in other colours."""
        self.opened.set_theme(theme)
        self.read.set_theme(theme)
        self.brush.set_theme(theme)

    @Slot(object, object)
    def _follow(self, before: Document, after: Document) -> None:
        del before
        if after.view.on_input:
            self._show(after)

    def _show(self, document: Document) -> None:
        """Show what is new since this form was last looked at."""
        shown, self._shown = self._shown, document
        picture = document.picture
        if shown is None or shown.picture is not picture:
            high, broad, channels = picture.pixels.shape
            self.opened.show_picture(picture.pixels, picture.crop)
            self.channels.show_document(document)
            say(self.name, picture.name)
            colours = self.tr("colour") if channels == COLOUR else self.tr("grey")
            text = self.tr("{width} × {height} pixels, {colours}")
            say(self.size_text, text.format(width=broad, height=high, colours=colours))
            say(self.notes, "\n".join(f"{note[:1].upper()}{note[1:]}." for note in picture.notes))
            self.opened.setAccessibleName(self.tr("{name} as opened").format(name=picture.name))
        if shown is None or shown.image is not document.image:
            self.read.show_pixels(document.image)
            self.brush.show_document(document)
            self._rows[4].setVisible(document.image.shape[2] == COLOUR)
            high, broad, channels = document.image.shape
            text = self.tr("The picture as the network reads it: {high} rows, {broad} columns")
            self.read.setAccessibleName(text.format(high=high, broad=broad))
            self.height_box.show_value(high)
            self.width_box.show_value(broad)
            self.colours.show_choice(str(channels))
        self.strip.show_document(document)
        self.fit.show_choice(document.fit.value)
        for row in self._rows:
            row.show_problem("")

    def _resize(self, axis: int, value: int) -> None:
        document = self._store.document
        shape = list(document.network.input_shape)
        old, shape[axis] = shape[axis], value
        words = {COLOUR: self.tr("colour"), GREY: self.tr("grey")}
        title = (self.tr("Height"), self.tr("Width"), self.tr("Colours"))[axis]
        text = self.tr("{title} of the input {old} → {new}")
        first, new = (words[old], words[value]) if axis == 2 else (str(old), str(value))
        height, width, channels = shape
        self._edit(
            f"input.{axis}",
            first,
            lambda first: text.format(title=title, old=first, new=new),
            lambda: with_input_size(document, height, width, channels),
            self._rows[axis],
        )

    def _set_fit(self, fit: Fit) -> None:
        document = self._store.document
        text = self.tr("Picture: {old} → {new}")
        old, new = (self.fit.button(key.value).text().lower() for key in (document.fit, fit))
        self._edit(
            "input.fit",
            old,
            lambda first: text.format(old=first, new=new),
            lambda: with_fit(document, fit),
            self._rows[3],
        )

    def _edit(
        self,
        what: str,
        old: str,
        named: Callable[[str], str],
        made: Callable[[], Document],
        row: FieldRow,
    ) -> None:
        """Make an edit if it changes anything, or say at its row why it cannot be made."""
        before = self._store.document
        try:
            changed = made()
        except ConvSimError as problem:
            row.show_problem(problem_text(problem))
            self._shown = None
            self._show(before)
            row.show_problem(problem_text(problem))
            return
        same = changed.image.shape == before.image.shape and changed.fit is before.fit
        if same:
            self._show(before)
        else:
            self._bursts.edit(what, old, named, changed)
