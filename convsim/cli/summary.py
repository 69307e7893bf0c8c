"""``convsim summary``: what every layer gives out and what it costs, as a table or as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from convsim.cli.networks import add_network, file_network, preset_name
from convsim.cli.output import one_line, say, shows_unicode
from convsim.cli.parsing import Parser
from convsim.document.presets import find

if TYPE_CHECKING:
    from convsim.core.network import Network

EXAMPLES = (
    "convsim summary --preset lecture",
    "convsim summary --preset grid-stride-3        # (7−3)/3+1 = 2.33: does not fit",
    "convsim summary --preset vgg16 --json",
    "convsim summary net.convsim",
    "convsim summary model.onnx",
)


def run(argv: Sequence[str]) -> int:
    """Print the summary of a network; return the exit status."""
    parser = Parser(
        "summary",
        "(--preset NAME | FILE [--input-shape HxWxC]) [--json]",
        "Show sizes, weights, multiply-adds and memory of every layer.\n"
        "A layer that does not fit is shown with the reason.",
        EXAMPLES,
    )
    add_network(parser)
    parser.add_argument("--json", action="store_true", help="for programs: exact numbers as JSON")
    options = parser.read(argv)
    name = preset_name(parser, options)
    if name:
        preset = find(name)
        network, heading = preset.network, [preset.title, preset.line]
    else:
        network, heading = file_network(options), [one_line(options.file.name)]
    if options.json:
        # A terminal that cannot show − gets it as \u2212, which means the same.
        text = json.dumps(
            network.summary().data(), indent=2, ensure_ascii=not shows_unicode(sys.stdout)
        )
    else:
        text = as_text(network, heading)
    say(text)
    return 0


def as_text(network: Network, heading: Sequence[str]) -> str:
    """Return the lines of a heading and the table of a network."""
    return "\n".join([*heading, "", str(network.summary())])
