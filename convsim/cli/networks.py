"""Which network a command works on: one that comes with the program, a project, or ONNX."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING

from convsim.cli.output import warn
from convsim.cli.parsing import Parser, a_path
from convsim.document.presets import PRESETS

if TYPE_CHECKING:
    from pathlib import Path

    from convsim.core.network import Network
    from convsim.core.place import Place
    from convsim.document import Document
    from convsim.formats.project_reader import Opened


def add_network(parser: Parser) -> None:
    """Add FILE and --preset, of which one must be given."""
    parser.add_argument(
        "--preset",
        metavar="NAME",
        choices=tuple(PRESETS),
        help="a network that comes with ConvSim: " + ", ".join(PRESETS),
    )
    parser.add_argument(
        "file", metavar="FILE", nargs="?", type=a_path, help="a project (.convsim) or an ONNX file"
    )
    add_input_shape(parser)


def add_input_shape(parser: Parser) -> None:
    """Add --input-shape, which an ONNX file may need."""
    parser.add_argument(
        "--input-shape",
        metavar="HxWxC",
        type=_a_shape,
        help="height, width, channels, where an ONNX file leaves them open: 224x224x3",
    )


def preset_name(parser: Parser, options: argparse.Namespace) -> str:
    """Return the preset that was chosen; empty if a file was."""
    if options.preset and options.file:
        parser.error(f"give --preset NAME or FILE, not both; received {str(options.file)!r} too")
    if not options.preset and not options.file:
        parser.error("a network is missing: give --preset NAME or a project file")
    if options.input_shape and not is_onnx(options.file):
        parser.error("--input-shape is for ONNX files that leave the size open")
    return str(options.preset or "")


def document_of(
    parser: Parser, options: argparse.Namespace, image: Path | None = None, *, taught: bool = True
) -> Document:
    """Return the document that was asked for, on another picture if one is given.

    A preset has the weights that it was taught, if it was, unless `taught` is False.
    What was converted or could not be read is said on standard error.
    """
    from convsim.services import opening

    name = preset_name(parser, options)
    if name:
        document = opening.open_preset(name, image, taught=taught)
    elif is_onnx(options.file):
        document = onnx(options.file, options.input_shape, image)
    else:
        document = project(options.file).document
        if image is not None:
            document = opening.with_picture(document, opening.read_picture(image))
    if image is not None or name:
        for note in document.picture.notes:
            warn(f"{document.picture.name}: {note}")
    return document


def file_network(options: argparse.Namespace) -> Network:
    """Return the network of the file that was given."""
    if is_onnx(options.file):
        return onnx(options.file, options.input_shape).network
    return project(options.file).document.network


def misfit(place: Place) -> str:
    """Return one sentence about a layer that does not fit; its name stands in it once."""
    name = place.layer.name
    return f"{name} does not fit: {str(place.error).removeprefix(f'{name}: ')}"


def is_onnx(path: Path | None) -> bool:
    """Return whether a file is to be read as ONNX: its name says so."""
    return path is not None and path.suffix.lower() == ".onnx"


def onnx(path: Path, shape: tuple[int, int, int] | None, image: Path | None = None) -> Document:
    """Return the network of an ONNX file, after saying what a person should know about it."""
    from convsim.services.interchange import open_onnx
    from convsim.services.opening import read_picture

    document, notes = open_onnx(path, shape, read_picture(image) if image else None)
    for note in notes:
        warn(f"{path}: {note}")
    return document


def project(path: Path) -> Opened:
    """Return what a project file holds, after saying what is not as it was in the file."""
    from convsim.services.projects import open_project

    opened = open_project(path)
    for note in (*opened.converted, *opened.missing):
        warn(f"{path}: {note}")
    return opened


def _a_shape(text: str) -> tuple[int, int, int]:
    found = re.fullmatch(r"(\d{1,5})[x×](\d{1,5})[x×](\d{1,5})", text)
    if found is None or "0" in found.groups():
        raise argparse.ArgumentTypeError(
            f"height, width and channels are written like 224x224x3; received {text!r}"
        )
    height, width, channels = map(int, found.groups())
    return height, width, channels
