"""Networks from other programs and for them: ONNX in and out, programs and weights.

What reads and writes them is imported when first needed: the window opens without.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.fit import Fit
from convsim.document import Document, Weights
from convsim.formats.errors import ExportError
from convsim.formats.pictures import network_input
from convsim.services.start_picture import cat

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from convsim.core.layers import Shape
    from convsim.document import Picture

ONNX = ".onnx"
WEIGHTS = ".safetensors"
SUFFIXES: Mapping[str, str] = MappingProxyType(
    {"onnx": ONNX, "pytorch": ".py", "keras": ".py", "safetensors": WEIGHTS}
)
"""What a network can be written as, and how the name of such a file ends."""
CHANNELS = (1, 3)
"""What pictures have."""


def open_onnx(
    path: Path, shape: tuple[int, int, int] | None = None, picture: Picture | None = None
) -> tuple[Document, tuple[str, ...]]:
    """Return the network in an ONNX file as a document, and what a person should know about it.

    Parameters
    ----------
    path : Path
    shape : (int, int, int), optional
        Height, width and channels of the picture, for a file that leaves them open.
    picture : Picture, optional
        The picture to begin with; the program's own if not given.

    Raises
    ------
    OnnxError
        As `convsim.formats.onnx.reader.import_onnx`.
    """
    from convsim.formats.onnx.reader import import_onnx

    found = import_onnx(path, shape)
    network = found.network
    weights = Weights(network, 0, found.params)
    notes = list(found.notes)
    channels = network.input_shape[2]
    if channels not in CHANNELS:
        notes.append(f"it reads {channels} channels; each gets the picture in grey")
    shown = picture or cat()
    image = _image(shown, network.input_shape)
    document = Document(network, weights, shown, image, trained=bool(found.params))
    return document, tuple(notes)


def with_weights(document: Document, path: Path) -> tuple[Document, tuple[str, ...]]:
    """Return the document with weights from a safetensors file, and what a person should know.

    Raises
    ------
    ArrayFileError
        If the file is none, or its weights do not fit.
    """
    from convsim.formats.safetensors import read_safetensors

    weights, notes = read_safetensors(path, document.network, document.weights)
    return replace(document, weights=weights, trained=True, filter_names={}), notes


def export_network(document: Document, to: str, path: Path, title: str = "") -> tuple[Path, ...]:
    """Write a network with its weights for other programs; return the files that were written.

    Parameters
    ----------
    document : Document
    to : {"onnx", "pytorch", "keras", "safetensors"}
    path : Path
        Its name should end as `SUFFIXES` has it.
    title : str
        What the network is called in the file; the file's name if empty.

    Raises
    ------
    ConvSimError
        If a layer does not fit, or the file cannot be written.
    """
    network, weights = document.network, document.weights
    title = title or path.stem
    if to == "onnx":
        from convsim.formats.onnx.writer import export_onnx

        export_onnx(path, network, weights, title)
        return (path,)
    if to == "safetensors":
        from convsim.formats.safetensors import write_safetensors

        write_safetensors(path, network, weights)
        return (path,)
    if to not in SUFFIXES:
        raise ExportError(f"a network can be written as {', '.join(SUFFIXES)}; received {to!r}")
    from convsim.formats.code.writer import write_program

    return write_program(path, network, weights, to, title)


def _image(picture: Picture, shape: Shape) -> NDArray[np.float32]:
    """Return a picture as the network reads it; grey in every channel where it has others."""
    height, width, channels = shape
    if channels in CHANNELS:
        return network_input(picture, shape, Fit.CROP)
    grey = network_input(picture, (height, width, 1), Fit.CROP)
    image = np.repeat(grey, channels, axis=2)
    image.setflags(write=False)
    return image
