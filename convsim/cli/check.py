"""``convsim check``: whether a project file is whole, and if not, what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence

from convsim.cli.networks import misfit
from convsim.cli.output import say
from convsim.cli.parsing import Parser, a_path
from convsim.core.counts import totals
from convsim.services.projects import open_project

EXAMPLES = ("convsim check net.convsim",)
DESCRIPTION = """\
Read a project file completely, compare every checksum, and say what is wrong.
The exit status is 0 if nothing is missing, and 1 otherwise."""


def run(argv: Sequence[str]) -> int:
    """Check a project file; return the exit status."""
    parser = Parser("check", "FILE", DESCRIPTION, EXAMPLES)
    parser.add_argument("file", metavar="FILE", type=a_path, help="a project file")
    path = parser.read(argv).file
    opened = open_project(path)
    for note in (*opened.missing, *opened.converted):
        say(f"{path}: {note}")
    network = opened.document.network
    counts = totals(network)
    layers = "1 layer" if len(network.layers) == 1 else f"{len(network.layers)} layers"
    parameters = counts.weights + counts.biases
    state = "is damaged or not known in full" if opened.missing else "is whole"
    say(f"{path} {state}: {layers}, {parameters:,} parameters")
    bad = network.bad_place
    if bad is not None:
        say(misfit(bad))
    return 1 if opened.missing else 0
