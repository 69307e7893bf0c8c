"""Opening: a preset with its picture, or another picture in the same network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim import data
from convsim.core.errors import LayerError
from convsim.core.fit import Fit
from convsim.core.network import INPUT_FIELD, Network
from convsim.document import Document, Picture, View, Weights
from convsim.document.edits import add_picture, set_picture, show_picture
from convsim.document.presets import cross, find
from convsim.formats.pictures import input_from_png, network_input
from convsim.services.start_picture import CAT, SMALL, cat, small_cat

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from convsim.data import Picture as Decoded

START_PRESET = "lecture"
EMPTY_INPUT = (32, 32, 3)
"""Height, width and channels of a network without layers."""


def open_preset(name: str, image: Path | None = None, *, taught: bool = True) -> Document:
    """Return the document of a preset, on its own picture or on a file.

    Parameters
    ----------
    name : str
    image : Path, optional
    taught : bool
        Whether to give it the weights that come along, if it has some: it has learnt already.

    Raises
    ------
    LayerError
        If there is no such preset.
    ImageError
        If the file is not a picture that can be read.
    """
    preset = find(name)
    if image is not None:
        picture = read_picture(image)
    elif preset.picture == "cross":
        picture = Picture("cross", cross())
    else:
        picture = cat()
    shape = preset.network.input_shape
    if picture.name == CAT and image is None and shape == SMALL:
        document = preset.document(picture, input_from_png(small_cat()))
    else:
        document = preset.document(picture, network_input(picture, shape, Fit.CROP))
    return _with_lessons(document) if taught and preset.taught else document


def _with_lessons(document: Document) -> Document:
    # Read when it is wanted: the window starts with a network whose filters were chosen.
    from convsim.services.taught import with_lessons

    return with_lessons(document)


def new_document() -> Document:
    """Return a network without layers on the program's own picture, to be built from nothing."""
    picture = cat()
    network = Network(EMPTY_INPUT, ())
    image = network_input(picture, EMPTY_INPUT, Fit.CROP)
    view = View(tab="overview", on_input=True)
    return Document(network, Weights(network), picture, image, view=view)


def read_picture(path: Path) -> Picture:
    """Return the picture in a file."""
    return _kept(data.open_picture(path))


def decode_picture(file: bytes, name: str) -> Picture:
    """Return the picture that a file's bytes, from the clipboard say, hold."""
    return _kept(data.decode(file, name))


def picture_of(pixels: Decoded) -> Picture:
    """Return pixels from elsewhere as a picture of a document."""
    return _kept(pixels)


def with_picture(document: Document, picture: Picture) -> Document:
    """Return the document on one more picture, cut to the network's input."""
    return add_picture(document, picture, _image(document, picture, document.fit))


def with_shown(document: Document, index: int) -> Document:
    """Return the document on another one of its pictures, cut to the network's input."""
    image = _image(document, document.pictures[index], document.fit)
    return show_picture(document, index, image)


def with_changed_picture(document: Document, picture: Picture) -> Document:
    """Return the document with another picture in the place of the one that is shown."""
    return set_picture(document, picture, _image(document, picture, document.fit))


def with_fit(document: Document, fit: Fit) -> Document:
    """Return the document with its picture brought to the input in another way."""
    image = _image(document, document.picture, fit)
    return set_picture(document, document.picture, image, fit)


def with_input_size(document: Document, height: int, width: int, channels: int) -> Document:
    """Return the document with another input size; channels 1 is grey, 3 is colour.

    The picture is cut anew from the original; weights that do not depend on the size are kept.

    Raises
    ------
    LayerError
        If the size is out of bounds: nothing has been allocated then.
    """
    for size in (height, width):
        INPUT_FIELD.check(size, "network")
    if channels not in (1, 3):
        raise LayerError(f"network: channels must be 1 (grey) or 3 (colour); got {channels}")
    image = network_input(document.picture, (height, width, channels), document.fit)
    return set_picture(document, document.picture, image)


def keep_picture(document: Document, other: Document) -> Document:
    """Return `other`, a preset just opened, on the picture that `document` shows.

    A teacher who opened her own picture keeps it when she changes the network.
    """
    image = _image(other, document.picture, document.fit)
    return set_picture(other, document.picture, image, document.fit)


def _image(document: Document, picture: Picture, fit: Fit) -> NDArray[np.float32]:
    return network_input(picture, document.network.input_shape, fit)


def _kept(picture: Decoded) -> Picture:
    return Picture(picture.name, picture.pixels, tuple(str(note) for note in picture.notes))
