"""What ``figure`` and ``animate`` share: which network, which position, which look."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from convsim.cli.networks import add_network, document_of
from convsim.cli.parsing import Parser, a_path
from convsim.core.errors import CursorError
from convsim.core.step import Cursor, Inside, walk_of
from convsim.figures.theme import THEMES
from convsim.services.exporting import DEFAULT_SIZE, DEFAULT_THEME, gui_application

if TYPE_CHECKING:
    from convsim.document import Document

INSIDE = {step.name.lower().replace("_", "-"): step for step in Inside}
"""Inner steps as they are typed: ``channel-sums``."""


class _At(argparse.Action):
    """Reads LAYER FILTER ROW COL: a name and three whole numbers."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        layer, *numbers = list(values or ())
        try:
            setattr(namespace, self.dest, (layer, *(int(number) for number in numbers)))
        except ValueError:
            received = " ".join(map(str, numbers))
            parser.error(f"{option_string}: FILTER ROW COL must be whole numbers; got {received!r}")


def add_drawing(parser: Parser, kinds: Sequence[str], sizes: Sequence[str]) -> None:
    """Add the arguments: what to draw, of which network, how it looks."""
    parser.add_argument("kind", metavar="KIND", choices=tuple(kinds), help=", ".join(kinds))
    add_network(parser)
    parser.add_argument("--image", metavar="FILE", type=a_path, help="a picture instead of its own")
    parser.add_argument(
        "--at",
        nargs=4,
        action=_At,
        metavar=("LAYER", "FILTER", "ROW", "COL"),
        help="where the window stands: filters count from 1, rows and columns from 0",
    )
    parser.add_argument(
        "--theme", choices=tuple(THEMES), default=DEFAULT_THEME, help="default: %(default)s"
    )
    parser.add_argument(
        "--size", choices=tuple(sizes), default=DEFAULT_SIZE, help="default: %(default)s"
    )


def opened(parser: Parser, options: argparse.Namespace) -> Document:
    """Return the document that was asked for, and start what draws without a screen."""
    document = document_of(parser, options, options.image)
    gui_application()
    return document


def placed(
    document: Document, at: tuple[str, int, int, int] | None, *, keep: bool = False
) -> Document:
    """Return the document at a position, or in the middle of the first map.

    Parameters
    ----------
    document : Document
    at : (str, int, int, int), optional
        Layer by name, filter from 1, row and column from 0.
    keep : bool
        Stay where the document stands if no position is given.

    Raises
    ------
    LayerError
        If there is no such layer.
    CursorError
        If the layer has no such filter, row or column.
    """
    if at is None and (keep or document.empty):
        return document
    index = document.network.index(at[0]) if at else 0
    shape = document.network.places[index].output_shape
    if shape is None:  # its figures need no position: they show why it does not fit
        return document.at(Cursor(index))
    walk = walk_of(shape)
    if at is None:
        return document.at(Cursor(index, 0, walk.rows // 2, walk.cols // 2))
    cursor = Cursor(index, at[1] - 1, at[2], at[3])
    if walk.clamped(cursor) != cursor:
        raise CursorError(
            f"{at[0]} has filters 1–{walk.filters}, rows 0–{walk.rows - 1}, "
            f"columns 0–{walk.cols - 1}; received filter {at[1]}, row {at[2]}, column {at[3]}"
        )
    return document.at(cursor)


def inside(document: Document, name: str | None) -> Document:
    """Return the document at an inner step of its position; all of it if none is named.

    Raises
    ------
    CursorError
        If steps of this layer have no such part.
    """
    if name is None:
        return document
    steps = document.inside_steps()
    if INSIDE[name] not in steps:
        names = ", ".join(text for text, step in INSIDE.items() if step in steps)
        raise CursorError(f"steps of {document.layer.name} have no {name}; they have {names}")
    return document.at(document.cursor, INSIDE[name])
