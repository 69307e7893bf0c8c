"""The ledger: weights, multiply-adds and memory of every layer, and what sharing saves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convsim.core.counts import totals
from convsim.core.formula import number_text
from convsim.figures import digits
from convsim.figures.captions import footnote, heading, sizes_of
from convsim.figures.ledger import NUMBERS, Row, columns_of, rows_of
from convsim.figures.page import Page
from convsim.figures.parts import Box
from convsim.figures.scene import Area, Color, Scene
from convsim.figures.sharing import draw_sharing, sharing_height
from convsim.figures.sketch import END, START, Sketch
from convsim.figures.typography import text_width

if TYPE_CHECKING:
    from convsim.core.network import Network
    from convsim.core.trace import Trace
    from convsim.document.document import Document

FORMULA = 0.8
"""Size of a formula beside that of its number."""
SINGLE, DOUBLE = 1.75, 2.9
"""Height of a row without and with formulas, in ems."""
SUM_LINE = 1.5
COMFORTABLE = 12.5
LEAST = 7.0


@dataclass(frozen=True)
class Style:
    """One way to set the ledger: what is in it, and the size below which another way is better."""

    formulas: bool
    compared: bool
    panel: bool
    merged: bool
    least: float


STYLES = (
    Style(formulas=True, compared=True, panel=True, merged=False, least=10.5),
    Style(formulas=True, compared=True, panel=False, merged=False, least=10.5),
    Style(formulas=True, compared=False, panel=True, merged=False, least=10.0),
    Style(formulas=False, compared=True, panel=True, merged=False, least=10.0),
    Style(formulas=False, compared=True, panel=False, merged=False, least=9.5),
    Style(formulas=False, compared=False, panel=True, merged=False, least=9.0),
    Style(formulas=False, compared=True, panel=False, merged=True, least=8.5),
    Style(formulas=False, compared=False, panel=True, merged=True, least=LEAST),
    Style(formulas=False, compared=False, panel=False, merged=True, least=0.0),
)
"""From the fullest to the barest."""


@dataclass(frozen=True)
class Table:
    """The rows and columns of a ledger, with sizes that fit."""

    rows: list[Row]
    columns: tuple[str, ...]
    style: Style
    size: float
    sums: tuple[str, ...]
    """What is written below the rows."""


def counts(document: Document, trace: Trace, page: Page) -> Scene:
    """Return the ledger of the network; needs no weights and no activations."""
    del trace
    sketch = Sketch(page)
    title = sketch.say("counts_title")
    box = footnote(sketch, heading(sketch, title), sketch.say("counts_note"))
    table = _fitting(sketch, document, box)
    high = _table_height(table)
    top = _draw_table(sketch, Box(box.x, box.y, box.width, high), table, document)
    top = _draw_sums(sketch, Box(box.x, top + 4, box.width, 0), table)
    if table.style.panel:
        room = Box(box.x, top + 6, box.width, box.bottom - top - 6)
        draw_sharing(sketch, room, document, table.size)
    return sketch.scene(title)


def counts_height(document: Document, width: float = 0.0, room: float = 0.0) -> float:
    """Return how high the page must be for all rows with formulas at a comfortable size.

    That is `room` if a page of this width and height says as much in letters as large.
    """
    sketch = Sketch(Page(titled=False))
    rows = rows_of(sketch, document.network, merged=False)
    table = Table(rows, NUMBERS, STYLES[0], COMFORTABLE, ())
    panel = sharing_height(sketch, document, 640.0, COMFORTABLE) + 6
    # Margins, the note on two lines, the line of sums on two, what is left out.
    high = _table_height(table) + panel + 36 + 48 + 5.5 * COMFORTABLE
    if room >= high or width <= 0:
        return high
    set_in = [_set_in(document, width, height) for height in (room, high)]
    return room if set_in[0] == set_in[1] else high


def _set_in(document: Document, width: float, height: float) -> tuple[Style, float]:
    """Return how the ledger is set on a page of the window."""
    sketch = Sketch(Page(width, height, titled=False))
    box = footnote(sketch, heading(sketch, sketch.say("counts_title")), sketch.say("counts_note"))
    table = _fitting(sketch, document, box)
    return table.style, table.size


def _fitting(sketch: Sketch, document: Document, box: Box) -> Table:
    """Return the fullest ledger whose text is not too small for the box."""
    # A slide with few rows may use its room; the window keeps the size of its other text.
    body = sizes_of(sketch.page).body
    largest = min(body * 1.15, 15.0) if sketch.page.titled else min(body, 14.0)
    lines = {merged: rows_of(sketch, document.network, merged=merged) for merged in (False, True)}
    full = _sums(sketch, document.network)
    left_out = (sketch.say("head_unshared"), sketch.say("head_connected"))
    cut = (*full, sketch.say("counts_narrow", columns=", ".join(left_out)))
    for style in STYLES:
        sums = full if style.compared else cut
        rows = lines[style.merged]
        columns = columns_of(rows, compared=style.compared)
        # All widths grow with the size of the text.
        unit = _table_width(sketch, Table(rows, columns, style, 1.0, sums))
        size = min(largest, box.width / unit)
        while size >= max(style.least, LEAST):
            table = Table(rows, columns, style, size, sums)
            panel = sharing_height(sketch, document, box.width, size) + 6 if style.panel else 0.0
            below = len(_sum_lines(table, box.width)) * size * SUM_LINE + 4
            if _table_height(table) + below + panel <= box.height:
                return table
            size -= 0.25
    # The barest ledger has no room for a line about what it leaves out.
    return Table(lines[True], NUMBERS, STYLES[-1], LEAST, full)


def _row_height(row: Row, table: Table) -> float:
    double = table.style.formulas and row.has_formula
    # Small text on a full page is set closer.
    single = SINGLE if table.size >= 9 else 1.5 if table.style.panel else 1.36
    return table.size * (DOUBLE if double else single)


def _table_height(table: Table) -> float:
    return sum(_row_height(row, table) for row in table.rows) + table.size * 1.8


def _widths(sketch: Sketch, table: Table) -> list[float]:
    """Return the least width of each column, name and output first."""
    size = table.size
    names = [text_width(row.name, size, bold=True) for row in table.rows]
    shapes = [text_width(row.shape, size) for row in table.rows]
    shapes.append(text_width(sketch.say("head_output"), size))
    widths = [max(names), max(shapes)]
    for key in table.columns:
        cells = [row.cells[key] for row in table.rows if key in row.cells]
        texts = [text_width(cell.text, size, bold=True) for cell in cells]
        if table.style.formulas:
            texts += [text_width(cell.formula, size * FORMULA) for cell in cells]
        texts.append(text_width(sketch.say(f"head_{key}"), size))
        widths.append(max(texts))
    return widths


def _table_width(sketch: Sketch, table: Table) -> float:
    widths = _widths(sketch, table)
    return sum(widths) + table.size * (1.2 * (len(widths) - 1) + 1.6)


def _draw_table(sketch: Sketch, box: Box, table: Table, document: Document) -> float:
    """Draw all rows; return where they end."""
    theme, size = sketch.theme, table.size
    pad = size * 0.8
    widths = _widths(sketch, table)
    spare = (box.width - 2 * pad - sum(widths)) / (len(widths) - 1)
    rights: list[float] = []
    x = box.x + pad
    for width in widths:
        x += width
        rights.append(x)
        x += spare
    head = size * 1.8
    sketch.rect(box.x, box.y + head, box.width, box.height - head, theme.panel, theme.line, 1, 6)
    heads = [sketch.say("head_output"), *(sketch.say(f"head_{key}") for key in table.columns)]
    sketch.text(box.x + pad, box.y + head / 2, sketch.say("head_layer"), size, theme.dim)
    for right, text in zip(rights[1:], heads, strict=True):
        sketch.text(right, box.y + head / 2, text, size, theme.dim, END)
    y = box.y + head
    for i, row in enumerate(table.rows):
        high = _row_height(row, table)
        _draw_row(
            sketch, Box(box.x, y, box.width, high), row, table, rights, document, first=i == 0
        )
        y += high
    return y


def _draw_row(
    sketch: Sketch,
    box: Box,
    row: Row,
    table: Table,
    rights: Sequence[float],
    document: Document,
    *,
    first: bool,
) -> None:
    theme, size = sketch.theme, table.size
    total = row.state == "total"
    here = -1 if document.view.on_input else document.cursor.layer
    if here in row.layers:
        sketch.rect(
            box.x + 1, box.y + 1, box.width - 2, box.height - 2, theme.accent_soft, radius=5
        )
    elif not first:
        ink = theme.dim if total else theme.line
        sketch.line(box.x + size * 0.8, box.y, box.right - size * 0.8, box.y, ink)
    if not total:
        sketch.area(Area("layer", box.x, box.y, box.width, box.height, layer=row.layer))
    y = box.middle[1]
    inks: dict[str, Color] = {"bad": theme.warn, "waits": theme.faint}
    ink = inks.get(row.state, theme.ink)
    bold = total or here in row.layers
    sketch.text(box.x + size * 0.8, y, row.name, size, ink, START, bold=bold)
    sketch.text(rights[1], y, row.shape, size, ink, END)
    double = table.style.formulas and row.has_formula
    for right, key in zip(rights[2:], table.columns, strict=True):
        cell = row.cells.get(key)
        if cell is None:
            continue
        shift = size * 0.62 if double and cell.formula else 0.0
        color = theme.faint if cell.faint else theme.ink
        sketch.text(right, y - shift, cell.text, size, color, END, bold=total)
        if double and cell.formula:
            low = y + size * 0.66
            sketch.text(right, low, cell.formula, size * FORMULA, theme.dim, END)


def _sums(sketch: Sketch, network: Network) -> tuple[str, ...]:
    total = totals(network)
    weights = sketch.say(
        "counts_sum",
        weights=number_text(total.weights),
        biases=number_text(total.biases),
        sum=number_text(total.weights + total.biases),
    )
    unit, name = (2**20, "MiB") if total.memory_bytes >= 2**20 else (2**10, "KiB")
    short = digits.rounded(total.memory_bytes / unit, 1)
    memory = sketch.say(
        "counts_memory",
        bytes=number_text(total.memory_bytes),
        equals="=" if short * unit == total.memory_bytes else "≈",
        size=f"{digits.text(float(short), 1)} {name}",
    )
    return weights, memory


def _sum_lines(table: Table, room: float) -> tuple[str, ...]:
    """Return the sums on one line if they fit, else on two."""
    one = "   ·   ".join(table.sums)
    return (one,) if text_width(one, table.size) <= room else table.sums


def _draw_sums(sketch: Sketch, box: Box, table: Table) -> float:
    y, size = box.y, table.size
    for line in _sum_lines(table, box.width):
        sketch.text(box.x, y + size * SUM_LINE / 2, line, size, room=box.width)
        y += size * SUM_LINE
    return y
