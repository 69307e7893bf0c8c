"""Networks from other programs and for them: ONNX in and out, programs and weights.

What reads and writes them is imported when first needed: the window opens without.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.errors import ConvSimError
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
NPZ, CSV = ".npz", ".csv"
WEIGHT_FILES = (WEIGHTS, NPZ, CSV)
"""Endings of files that hold weights alone; a table (CSV) holds those of one layer."""
SUFFIXES: Mapping[str, str] = MappingProxyType(
    {
        "onnx": ONNX,
        "pytorch": ".py",
        "keras": ".py",
        "safetensors": WEIGHTS,
        "npz": NPZ,
        "csv": CSV,
    }
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


def check_channels(document: Document, name: str) -> None:
    """Refuse a network that reads something else than pictures; `name` is its file's.

    Raises
    ------
    ConvSimError
    """
    channels = document.network.input_shape[2]
    if channels not in CHANNELS:
        raise ConvSimError(
            f"{name}: reads {channels} channels; a project has a picture, which has 1 or 3"
        )


def with_weights(
    document: Document, path: Path, layer: str = ""
) -> tuple[Document, tuple[str, ...]]:
    """Return the document with weights from a file, and what a person should know.

    Parameters
    ----------
    document : Document
    path : Path
        Its ending, one of `WEIGHT_FILES`, says what it is.
    layer : str
        Whose weights a table holds.

    Raises
    ------
    ArrayFileError
        If the file is none, or its weights do not fit.
    LayerError
        If there is no such layer, or it has no table of weights.
    """
    from convsim.formats.weights_files import read_weights

    weights, notes = read_weights(path, document.network, document.weights, layer)
    if path.suffix.lower() == CSV:
        names = {k: v for k, v in document.filter_names.items() if k != layer}
        return replace(document, weights=weights, filter_names=names), notes
    return replace(document, weights=weights, trained=True, filter_names={}, familiar=None), notes


def export_network(
    document: Document, to: str, path: Path, title: str = "", layer: str = ""
) -> tuple[Path, ...]:
    """Write a network with its weights for other programs; return the files that were written.

    Parameters
    ----------
    document : Document
    to : {"onnx", "pytorch", "keras", "safetensors", "npz", "csv"}
    path : Path
        Its name should end as `SUFFIXES` has it.
    title : str
        What the network is called in the file; the file's name if empty.
    layer : str
        Whose weights go into a table.

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
    if to == "npz":
        from convsim.formats.npz_weights import write_npz

        write_npz(path, network, weights)
        return (path,)
    if to == "csv":
        from convsim.formats.csv_weights import write_csv

        write_csv(path, network, weights, layer)
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
