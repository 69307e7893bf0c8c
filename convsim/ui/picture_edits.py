"""What a person does to the picture, as edits with names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject

from convsim import data
from convsim.document import pixels
from convsim.document.edits import remove_picture
from convsim.formats.pictures import network_input
from convsim.services import opening

if TYPE_CHECKING:
    from convsim.document import Document, Picture
    from convsim.document.document import Crop
    from convsim.services.store import Store
    from convsim.ui.bursts import Bursts

translate = QCoreApplication.translate


def drawn_titles() -> dict[str, str]:
    """Return what can be drawn by a formula."""
    return {
        "checkerboard": translate("pictures", "Checkerboard"),
        "edge": translate("pictures", "Edge"),
        "ramp": translate("pictures", "Gradient"),
        "dot": translate("pictures", "Dot"),
    }


def change_titles() -> dict[str, str]:
    """Return what one click does to the pixels."""
    return {
        "noise": translate("pictures", "Add noise"),
        "up": translate("pictures", "Shift up"),
        "down": translate("pictures", "Shift down"),
        "left": translate("pictures", "Shift left"),
        "right": translate("pictures", "Shift right"),
        "turn": translate("pictures", "Turn by 90°"),
        "mirror": translate("pictures", "Swap left and right"),
        "negative": translate("pictures", "Negative"),
        "blank": translate("pictures", "Blank"),
    }


class PictureEdits(QObject):
    """Edits of the picture that is shown, and of which pictures there are."""

    def __init__(self, store: Store, bursts: Bursts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._bursts = store, bursts

    def draw(self, name: str) -> None:
        """Add a picture that a formula draws, at the size of the input."""
        height, width, _ = self._store.document.network.input_shape
        self.add(opening.picture_of(getattr(data, name)(height, width)), drawn_titles()[name])

    def draw_bar(self, angle: float) -> None:
        """Add a bar of light at an angle."""
        height, width, _ = self._store.document.network.input_shape
        thickness = max(min(height, width) / 10, 1.5)
        picture = opening.picture_of(data.bar(height, width, angle, thickness))
        self.add(picture, self.tr("Bar at {angle}°").format(angle=f"{angle:g}"))

    def add(self, picture: Picture, title: str) -> None:
        """Add a picture and show it."""
        self._store.edit(title, opening.with_picture(self._store.document, picture))

    def show(self, index: int) -> None:
        """Show another one of the pictures."""
        document = self._store.document
        picture = document.pictures[index]
        if picture is not document.picture:
            text = self.tr("Picture {name}").format(name=picture.name)
            self._store.edit(text, opening.with_shown(document, index))

    def remove(self, index: int) -> None:
        """Take a picture out; if it is the one shown, its neighbour is shown."""
        document = self._store.document
        if len(document.pictures) < 2:
            return
        picture = document.pictures[index]
        if picture is document.picture:
            document = opening.with_shown(document, index - 1 if index else 1)
        text = self.tr("Remove picture {name}").format(name=picture.name)
        self._store.edit(text, remove_picture(document, index))

    def change(self, name: str) -> None:
        """Add noise, shift, turn, blank."""
        document = self._store.document
        self._with_image(pixels.CHANGES[name](self._image(document)), change_titles()[name], name)

    def rotate(self, degrees: float) -> None:
        """Turn by any angle, clockwise."""
        image = pixels.rotated(self._image(self._store.document), degrees)
        text = self.tr("Turn by {angle}°").format(angle=f"{degrees:g}")
        # Each turn is a step of undo of its own.
        self._bursts.end()
        self._with_image(image, text, "rotate")

    def paint(self, cells: Iterable[tuple[int, int]], colour: tuple[float, ...]) -> None:
        """Paint pixels; a stroke is one step of undo."""
        image = pixels.painted(self._image(self._store.document), cells, colour)
        self._with_image(image, self.tr("Brush"), "brush")

    def end(self) -> None:
        """End a stroke."""
        self._bursts.end()

    def crop(self, box: Crop | None) -> None:
        """Read only a part of the picture, or all of it again."""
        document = self._store.document
        if document.picture.crop != box:
            text = self.tr("Crop the picture") if box else self.tr("Whole picture")
            picture = replace(document.picture, crop=box)
            self._store.edit(text, opening.with_changed_picture(document, picture))

    def switch(self, channel: int, on: bool) -> None:
        """Switch a channel on or off."""
        document = self._store.document
        off = set(document.picture.off) - {channel} if on else {*document.picture.off, channel}
        picture = replace(document.picture, off=tuple(sorted(off)))
        name = (self.tr("Red"), self.tr("Green"), self.tr("Blue"))[channel]
        text = self.tr("{channel} on") if on else self.tr("{channel} off")
        changed = opening.with_changed_picture(document, picture)
        self._store.edit(text.format(channel=name), changed)

    def _image(self, document: Document) -> pixels.Image:
        """Return what the network reads, with all channels."""
        picture = document.picture
        if not picture.off:
            return document.image
        return network_input(replace(picture, off=()), document.network.input_shape, document.fit)

    def _with_image(self, image: pixels.Image, title: str, key: str) -> None:
        document = self._store.document
        image.setflags(write=False)
        picture = replace(document.picture, pixels=image, crop=None)
        changed = opening.with_changed_picture(document, picture)
        self._bursts.edit(f"picture.{key}", "", lambda _first: title, changed)
