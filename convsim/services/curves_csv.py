"""Training curves as a table for a spreadsheet: one line for each point."""

from __future__ import annotations

import csv
import io
from math import ceil
from typing import TYPE_CHECKING

from convsim.formats.files import put

if TYPE_CHECKING:
    from pathlib import Path

    from convsim.core.history import History

COLUMNS = ("step", "epoch", "loss", "accuracy", "validation loss", "validation accuracy")


def curves_table(history: History) -> str:
    """Return the table as CSV text, with a header.

    Parameters
    ----------
    history : History
        Of a long training its points are means of several batches, named after the last one.
        Steps and epochs count from 1; a cell without a number is empty.
    """
    learnt = {point.step: point for point in history.learnt}
    held = {point.step: point for point in history.held}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for step in sorted({*learnt, *held}):
        here = learnt.get(step) or held[step]
        row: list[float | str] = [step, max(ceil(here.passed - 1e-9), 1)]
        for points in (learnt, held):
            point = points.get(step)
            row += ("", "") if point is None else (point.loss, point.accuracy)
        writer.writerow(row)
    return text.getvalue()


def write_curves(path: Path, history: History) -> None:
    """Write the table to a file; ExportError if that cannot be done, and nothing is left."""
    put(path, curves_table(history).encode())
