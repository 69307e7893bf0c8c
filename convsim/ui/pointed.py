"""What lies under the pointer, in words: which number it is, and where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convsim.core.errors import ConvSimError
from convsim.core.layers import WindowLayer
from convsim.core.step import ConvFrame, PoolFrame, SpreadFrame
from convsim.figures import digits
from convsim.figures.parts import (
    activation_after,
    channel_name,
    layer_title,
    source_shape,
    source_title,
    written_maps,
)
from convsim.ui.words import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convsim.core.trace import Trace
    from convsim.document import Document
    from convsim.figures.labels import Labels
    from convsim.figures.scene import Area
    from convsim.ui.context import Context

DECIMALS = 4
"""One more than the stage writes at most."""
FACTORS = ("patch", "kernel", "product")
"""The areas of the grids between the input and the map."""


def pointed_text(context: Context, area: Area, row: int, col: int) -> str:
    """Return value and origin of the cell under the pointer, in words; empty where there is none.

    Parameters
    ----------
    context : Context
        Says which document is shown, with its numbers.
    area : Area
    row, col : int
        The cell, as the area counts them.
    """
    document, trace = context.shown
    try:
        if area.name in FACTORS:
            return _factor(document, trace, area, row, col, context.labels)
        if area.name == "input" and area.layer < 0 and document.place.output_shape is None:
            # Nothing is worked out of a network that begins with what does not fit.
            return _cell(context, area, document.image.transpose(2, 0, 1), row, col)
        if area.name in ("input", "output", "map", "unit", "units") and trace.reached(area.layer):
            values = trace.output(area.layer)
            if values.ndim == 1:
                return _unit(context, area, values, row, col)
            return _cell(context, area, values, row, col)
    except ConvSimError:
        # What does not fit has no numbers, and says so elsewhere.
        pass
    return ""


def _cell(context: Context, area: Area, values: NDArray[Any], row: int, col: int) -> str:
    document, trace = context.shown
    if area.name == "output" and area.layer == document.cursor.layer:
        # The stage's own map is shown as it is after a following ReLU.
        values = written_maps(document, trace)
    if not (0 <= row < values.shape[1] and 0 <= col < values.shape[2]):
        return tr("row {row}, column {col} lies in the padding").format(
            row=digits.text(row, 0), col=digits.text(col, 0)
        )
    name = _name(context, area)
    if area.filter >= 0:
        text = tr("{name}, channel {n}, row {row}, column {col}: value {value}")
        if area.layer >= 0:
            text = tr("{name}, map {n}, row {row}, column {col}: value {value}")
        value = _number(values[area.filter, row, col])
        place = text.format(name=name, n=area.filter + 1, row=row, col=col, value=value)
    else:
        shown = values[:3, row, col].tolist()
        decimals = digits.decimals_for(shown)
        numbers = ", ".join(digits.text(v, decimals) for v in shown)
        text = tr("{name}, row {row}, column {col}: {numbers}")
        place = text.format(name=name, row=row, col=col, numbers=numbers)
    reads = area.name == "input" and area.layer == document.cursor.layer - 1
    if reads and isinstance(document.layer, WindowLayer):
        axes = document.layer.axes(source_shape(document))
        times = int(axes[0].reads()[row] * axes[1].reads()[col])
        few = {0: tr("read by no position"), 1: tr("read by 1 position")}
        place += " · " + few.get(times, tr("read by {n} positions")).format(n=times)
    return place


def _unit(context: Context, area: Area, values: NDArray[Any], row: int, col: int) -> str:
    """Return the value of a unit, and what a following activation makes of it."""
    document = context.shown[0]
    at = area.filter if area.name == "unit" else row * area.cols + col
    if not 0 <= at < values.size:
        return ""
    text = tr("{name}, unit {n}: value {value}").format(
        name=_name(context, area), n=f"{at + 1:,}", value=_number(values[at])
    )
    after = activation_after(document) if area.layer == document.cursor.layer else None
    if after is not None:
        made = tr("after {name}: {value}")
        name, value = layer_title(after, context.labels), float(after.curve(values)[at])
        text += " · " + made.format(name=name, value=_number(value))
    return text


def _factor(
    document: Document, trace: Trace, area: Area, row: int, col: int, labels: Labels
) -> str:
    """Return what a number of the window, of the filter or of their products is."""
    if not trace.reached(document.cursor.layer - 1):
        return ""
    frame = document.frame(trace)
    if isinstance(frame, PoolFrame) and _within(frame.patch, row, col):
        return _pooled(document, frame, row, col, labels)
    cell = (area.filter, row, col)
    if not isinstance(frame, ConvFrame) or not _within(frame.patch, *cell):
        return ""
    value, weight = float(frame.patch[cell]), float(frame.kernel[cell])
    at = frame.rows.taps[row], frame.cols.taps[col]
    if area.name == "patch":
        channel = frame.first + area.filter
        return f"{labels['window']}: {_source(document, labels, channel, *at, value)}"
    if area.name == "kernel":
        return _weight(document, frame, cell, weight, labels)
    product = float(frame.products[cell])
    rounded = [digits.rounded(v, DECIMALS) for v in (value, weight, product)]
    text = tr(
        "{products}: {value} under the window × weight {weight} {equals} {product}, "
        "one of the {n} that are added up"
    )
    return text.format(
        products=labels["products"],
        value=_number(value),
        weight=_number(weight),
        equals="=" if rounded[0] * rounded[1] == rounded[2] else "≈",
        product=_number(product),
        n=f"{frame.products.size:,}",
    )


def _weight(
    document: Document, frame: ConvFrame, cell: tuple[int, int, int], weight: float, labels: Labels
) -> str:
    channel, row, col = cell
    if isinstance(frame, SpreadFrame):
        row, col = frame.tap_rows[row], frame.tap_cols[col]
    where = tr("row {row}, column {col}").format(row=row, col=col)
    if source_shape(document)[2] > 1:
        seen = channel_name(document, frame.first + channel)
        where = f"{tr('channel {name}').format(name=seen)}, {where}"
    walk = document.walk
    assert walk is not None
    text = tr("{filter}, {where}: weight {weight}, the same at all {n} positions")
    return text.format(
        filter=labels["filter"].format(n=document.cursor.filter + 1),
        where=where,
        weight=_number(weight),
        n=f"{walk.rows * walk.cols:,}",
    )


def _pooled(document: Document, frame: PoolFrame, row: int, col: int, labels: Labels) -> str:
    at = frame.rows.taps[row], frame.cols.taps[col]
    value = float(frame.patch[row, col])
    text = f"{labels['window']}: {_source(document, labels, document.cursor.filter, *at, value)}"
    if frame.switch == (row, col) and value == value:
        text += " · " + tr("the maximum")
    return text


def _source(
    document: Document, labels: Labels, channel: int, row: int, col: int, value: float
) -> str:
    """Return where a number under the window was read, and what it is."""
    rows, cols, depth = source_shape(document)
    where = tr("row {row}, column {col}").format(row=digits.text(row, 0), col=digits.text(col, 0))
    if not (0 <= row < rows and 0 <= col < cols):
        if value != value:
            return tr("{where} lies in the padding and is left out").format(where=where)
        return tr("{where} lies in the padding: value {value}").format(where=where, value="0")
    name = source_title(document, labels)
    if depth > 1:
        text = tr("channel {name}") if document.cursor.layer == 0 else tr("map {name}")
        name += ", " + text.format(name=channel_name(document, channel))
    return tr("{name}, {where}: value {value}").format(name=name, where=where, value=_number(value))


def _within(values: NDArray[Any], *cell: int) -> bool:
    """Return whether there is such a cell: what is painted may be a moment older."""
    return all(0 <= at < size for at, size in zip(cell, values.shape, strict=True))


def _name(context: Context, area: Area) -> str:
    layers = context.shown[0].network.layers
    if 0 <= area.layer < len(layers):
        return layer_title(layers[area.layer], context.labels)
    return context.labels["input"]


def _number(value: float) -> str:
    value = float(value)
    return digits.text(value, 0 if value.is_integer() else DECIMALS)
