"""``convsim summary``: what every layer gives out and what it costs, as a table or as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from convsim.cli.output import say, shows_unicode
from convsim.cli.parsing import Parser, add_network, network_name
from convsim.core.counts import Counts, input_bytes, layer_counts, layer_formulas, totals
from convsim.core.formula import Formula, number_text
from convsim.document.presets import Preset, find

if TYPE_CHECKING:
    from convsim.core.layers import Shape
    from convsim.core.network import Network, Place

EXAMPLES = (
    "convsim summary --preset lecture",
    "convsim summary --preset grid-stride-3        # (7−3)/3+1 = 2.33: does not fit",
    "convsim summary --preset vgg16 --json",
)

HEADS = (
    "layer", "kind", "output", "output size", "", "weights", "biases", "multiply-adds", "bytes"
)  # fmt: skip
RIGHT = {"weights", "biases", "multiply-adds", "bytes"}
"""Columns of numbers, which stand below each other digit by digit."""

CONVENTIONS = (
    "Sizes are height × width × channels.",
    "Multiply-adds are for one picture, without biases.",
    "Bytes are those of one picture's activations: 4 a value; layers that work in place need none;",
    "the total includes the input.",
)


def run(argv: Sequence[str]) -> int:
    """Print the summary of a network; return the exit status."""
    parser = Parser(
        "summary",
        "(--preset NAME | FILE) [--json]",
        "Show sizes, weights, multiply-adds and memory of every layer.\n"
        "A layer that does not fit is shown with the reason.",
        EXAMPLES,
    )
    add_network(parser)
    parser.add_argument("--json", action="store_true", help="for programs: exact numbers as JSON")
    options = parser.read(argv)
    preset = find(network_name(parser, options))
    if options.json:
        # A terminal that cannot show − gets it as \u2212, which means the same.
        text = json.dumps(
            as_data(preset.build()), indent=2, ensure_ascii=not shows_unicode(sys.stdout)
        )
    else:
        text = as_text(preset)
    say(text)
    return 0


def as_data(network: Network) -> dict[str, Any]:
    """Return the summary as JSON has it: ``input_shape``, ``layers`` and ``totals``.

    Shapes are [height, width, channels], for vectors [1, 1, values], and null where a layer does
    not fit or waits for one that does not; such a layer has an ``error`` too.
    """
    return {
        "input_shape": list(network.input_shape),
        "layers": [_layer_data(place) for place in network.places],
        "totals": asdict(totals(network)),
    }


def _layer_data(place: Place) -> dict[str, Any]:
    shape = place.output_shape
    data: dict[str, Any] = {
        "name": place.layer.name,
        "kind": place.layer.kind,
        "output_shape": list(shape if len(shape) == 3 else (1, 1, *shape)) if shape else None,
        **asdict(layer_counts(place)),
    }
    if place.error is not None:
        data["error"] = str(place.error)
    return data


def as_text(preset: Preset) -> str:
    """Return the summary as a table with formulas."""
    network = preset.build()
    image = (
        "input",
        "",
        _size(network.input_shape),
        "",
        "",
        "",
        "",
        "",
        f"{input_bytes(network):,}",
    )
    rows = [HEADS, image, *(_row(place) for place in network.places)]
    total = totals(network)
    rows.append(("total", "", "", "", "", *_numbers(total)))
    lines = [preset.title, preset.line, "", *_aligned(rows), ""]
    for place in network.places:
        if place.error is not None:
            lines += [f"{place.layer.name} does not fit: {place.error}", ""]
    both = total.weights + total.biases
    ending = "" if total.biases == 1 else "es"
    together = f"{total.weights:,} weights + {total.biases:,} bias{ending} = {both:,} parameters."
    return "\n".join([*lines, together, *CONVENTIONS])


def _row(place: Place) -> tuple[str, ...]:
    output = _size(place.output_shape) if place.output_shape else "does not fit"
    if place.waiting:
        output = "waits"
    weights = layer_formulas(place).get("weights")
    factors = weights.numbers() if weights is not None and weights.result else ""
    numbers = ("", "", "", "") if place.waiting else _numbers(layer_counts(place))
    return place.layer.name, place.layer.kind, output, _size_formula(place), factors, *numbers


def _size_formula(place: Place) -> str:
    if place.input_shape is None or len(place.input_shape) != 3:
        return ""
    formulas = place.layer.size_formulas(place.input_shape)
    texts = [_solved(formula) for formula in formulas]
    if len(texts) == 2 and texts[0] != texts[1]:
        return f"{texts[0]}, {texts[1]}"
    return texts[0] if texts else ""


def _solved(formula: Formula) -> str:
    return f"{formula.numbers()} = {number_text(formula.result)}"


def _numbers(counts: Counts) -> tuple[str, str, str, str]:
    return (
        f"{counts.weights:,}",
        f"{counts.biases:,}",
        f"{counts.multiply_adds:,}",
        f"{counts.memory_bytes:,}",
    )


def _size(shape: Shape) -> str:
    return "×".join(str(n) for n in shape)


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = (
            cell.rjust(width) if head in RIGHT else cell.ljust(width)
            for head, cell, width in zip(HEADS, row, widths, strict=True)
        )
        lines.append("  ".join(cells).rstrip())
    return lines
