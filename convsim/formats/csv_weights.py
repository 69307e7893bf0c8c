"""The weights of one layer as a table for a spreadsheet: a row for each filter or unit.

Files have commas between numbers and dots in them.  What is read may as well have semicolons or
tabs, and then commas in the numbers, as spreadsheets of many languages write them.
"""

from __future__ import annotations

import csv
import io
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.errors import LayerError
from convsim.formats.errors import ArrayFileError
from convsim.formats.files import put

if TYPE_CHECKING:
    from pathlib import Path

    from convsim.core.layers import Array, Params, Shape
    from convsim.core.network import Network
    from convsim.document import Weights

MOST_BYTES = 20_000_000
WEIGHT, BIAS = "weight", "bias"


def write_csv(path: Path, network: Network, weights: Weights, layer: str) -> None:
    """Write the weights of one layer, and the biases in the last column.

    Raises
    ------
    LayerError
        If the layer has no weights to lay out in rows.
    ExportError
        If the file cannot be written.
    """
    index = network.index(layer)
    params = weights[index]
    shape = _shape(params, layer)
    head = [f"{WEIGHT} {' '.join(map(str, at))}" for at in np.ndindex(*shape[1:])]
    table = np.asarray(params[WEIGHT], np.float32).reshape(shape[0], -1)
    if BIAS in params:
        head.append(BIAS)
        table = np.concatenate([table, np.asarray(params[BIAS], np.float32)[:, None]], axis=1)
    # The shortest text that is read back as the same float32.
    lines = [",".join(head), *(",".join(map(str, row)) for row in table)]
    put(path, ("\n".join(lines) + "\n").encode())


def read_csv(data: bytes, network: Network, weights: Weights, layer: str) -> Weights:
    """Return a network's weights with those of one layer from a table.

    Parameters
    ----------
    data : bytes
        With or without a first row of titles.
    network : Network
    weights : Weights
    layer : str

    Raises
    ------
    LayerError
        If the layer has no weights to lay out in rows.
    ArrayFileError
        If the table is not one of so many numbers.
    """
    index = network.index(layer)
    params = weights[index]
    shape = _shape(params, layer)
    rows = _rows(data)
    biased = BIAS in params
    columns = prod(shape[1:]) + biased
    if len(rows) != shape[0] or any(len(row) != columns for row in rows):
        wide = next((len(row) for row in rows if len(row) != columns), columns)
        with_bias = ", the last one for the bias" if biased else ""
        raise ArrayFileError(
            f"has {len(rows):,} rows of {wide:,} numbers; {layer} needs {shape[0]:,} rows of "
            f"{columns:,}{with_bias}"
        )
    # A number may be too large for a float: it becomes infinite, which is counted below.
    with np.errstate(over="ignore"):
        table = np.array(rows, np.float64).astype(np.float32)
    if not np.isfinite(table).all():
        raise ArrayFileError(
            f"has {int((~np.isfinite(table)).sum()):,} numbers that are not finite; replace them"
        )
    changed: dict[str, Array] = dict(params)
    changed[WEIGHT] = table[:, : prod(shape[1:])].reshape(shape).copy()
    if biased:
        changed[BIAS] = table[:, -1].copy()
    return weights.replaced(index, changed)


def _shape(params: Params, layer: str) -> Shape:
    if WEIGHT not in params or params[WEIGHT].ndim < 2:
        raise LayerError(f"{layer} has no table of weights; convolutions and dense layers have one")
    return params[WEIGHT].shape


def _rows(data: bytes) -> list[list[float]]:
    if len(data) > MOST_BYTES:
        raise ArrayFileError(f"is {len(data):,} bytes; up to {MOST_BYTES:,} can be read")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise ArrayFileError(f"is not text at byte {problem.start:,}; save it as CSV") from problem
    sign = next((sign for sign in "\t;" if sign in text), ",")
    rows: list[list[float]] = []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text), delimiter=sign), 1):
            if any(cell.strip() for cell in cells):
                row = [_number(cell, sign) for cell in cells]
                if None not in row:
                    rows.append([value for value in row if value is not None])
                elif rows or number > 1:
                    cell = cells[row.index(None)][:40]
                    raise ArrayFileError(f"has {cell!r} in row {number:,}, which is no number")
    except csv.Error as problem:
        raise ArrayFileError(f"is no table: {problem}") from problem
    return rows


def _number(cell: str, sign: str) -> float | None:
    """Return a number, or None if the cell is none."""
    text = cell.strip() if sign == "," else cell.strip().replace(",", ".")
    try:
        return float(text)
    except ValueError:
        return None
