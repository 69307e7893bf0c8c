"""``convsim figure``: one figure as a picture, a drawing or a page; the same as from the window."""

from __future__ import annotations

from collections.abc import Sequence

from convsim.cli.drawing import INSIDE, add_drawing, inside, opened, placed
from convsim.cli.networks import misfit
from convsim.cli.output import say, warn
from convsim.cli.parsing import Parser, a_file_ending
from convsim.figures.registry import FIGURES, NEED_VALUES
from convsim.render.export import SIZES, WRITERS
from convsim.services.exporting import TAKEN_APART, export_figure

EXAMPLES = (
    "convsim figure step --preset lecture -o step.png",
    "convsim figure step --preset lecture --image dog.jpg --at conv1 2 12 7 -o dog.svg",
    "convsim figure step --preset lecture --inside products -o products.pdf",
    "convsim figure volumes net.convsim -o net.svg",
    "convsim figure sweep --preset grid-stride-3 --transparent -o does-not-fit.pdf",
    "convsim figure volumes --preset alexnet --theme dark --size screen -o alexnet.png",
)
DESCRIPTION = """\
Write a figure to a file: PNG, SVG or PDF, as the ending of its name says.
slide is 13.33 × 7.5 inches (4000×2250 pixels), screen 1920×1080 pixels,
square 7.5 × 7.5 inches (2250×2250 pixels), column 3.5 × 3.5 inches (1050×1050 pixels)."""


def run(argv: Sequence[str]) -> int:
    """Write one figure; return the exit status."""
    usage = (
        "KIND (--preset NAME | FILE) [--image FILE] [--at LAYER FILTER ROW COL]\n"
        "       [--inside PART] [--theme NAME] [--transparent] [--size NAME] -o OUT.png|svg|pdf"
    )
    parser = Parser("figure", usage, DESCRIPTION, EXAMPLES)
    add_drawing(parser, tuple(FIGURES), tuple(SIZES))
    parser.add_argument(
        "--inside", metavar="PART", choices=tuple(INSIDE), help="stop inside: " + ", ".join(INSIDE)
    )
    parser.add_argument("--transparent", action="store_true", help="nothing behind the figure")
    parser.add_argument(
        "-o", "--output", metavar="OUT", type=a_file_ending(*WRITERS), required=True
    )
    options = parser.read(argv)
    document = opened(parser, options)
    document = placed(document, options.at, keep=options.file is not None)
    if options.inside and options.kind not in TAKEN_APART:
        warn(
            f"{options.kind} shows no part of a step, so --inside changes nothing; "
            f"figures that do are {', '.join(TAKEN_APART)}"
        )
    else:
        document = inside(document, options.inside)
    export_figure(
        document,
        document.new_trace(),
        options.kind,
        options.output,
        size=options.size,
        theme=options.theme,
        transparent=options.transparent,
    )
    say(str(options.output))
    bad = document.network.bad_place
    if bad is not None:
        say(misfit(bad))
        if document.place.output_shape is None and options.kind in NEED_VALUES:
            say(f"so {options.kind} cannot be drawn: this is how its window would move")
    return 0
