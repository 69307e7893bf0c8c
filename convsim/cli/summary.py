"""``convsim summary``: what every layer gives out and what it costs, as a table or as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from convsim.cli.output import say, shows_unicode
from convsim.cli.parsing import Parser, add_network, network_name
from convsim.document.presets import Preset, find

EXAMPLES = (
    "convsim summary --preset lecture",
    "convsim summary --preset grid-stride-3        # (7−3)/3+1 = 2.33: does not fit",
    "convsim summary --preset vgg16 --json",
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
            preset.build().summary().data(), indent=2, ensure_ascii=not shows_unicode(sys.stdout)
        )
    else:
        text = as_text(preset)
    say(text)
    return 0


def as_text(preset: Preset) -> str:
    """Return title, line and the table of a preset."""
    return "\n".join([preset.title, preset.line, "", str(preset.build().summary())])
