"""Which network a command works on: one that comes with the program, or a project file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.cli.output import warn
from convsim.cli.parsing import Parser, a_path
from convsim.document.presets import PRESETS

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

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
    parser.add_argument("file", metavar="FILE", nargs="?", type=a_path, help="a project file")


def preset_name(parser: Parser, options: argparse.Namespace) -> str:
    """Return the preset that was chosen; empty if a file was."""
    if options.preset and options.file:
        parser.error(f"give --preset NAME or FILE, not both; received {str(options.file)!r} too")
    if not options.preset and not options.file:
        parser.error("a network is missing: give --preset NAME or a project file")
    return str(options.preset or "")


def document_of(parser: Parser, options: argparse.Namespace, image: Path | None = None) -> Document:
    """Return the document that was asked for, on another picture if one is given.

    What was converted or could not be read is said on standard error.
    """
    from convsim.services import opening

    name = preset_name(parser, options)
    if name:
        document = opening.open_preset(name, image)
    else:
        document = project(options.file).document
        if image is not None:
            document = opening.with_picture(document, opening.read_picture(image))
    if image is not None or name:
        for note in document.picture.notes:
            warn(f"{document.picture.name}: {note}")
    return document


def project(path: Path) -> Opened:
    """Return what a project file holds, after saying what is not as it was in the file."""
    from convsim.services.projects import open_project

    opened = open_project(path)
    for note in (*opened.converted, *opened.missing):
        warn(f"{path.name}: {note}")
    return opened
