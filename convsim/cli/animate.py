"""``convsim animate``: the window on its way, as a moving picture or as numbered pictures."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from convsim.cli.drawing import add_drawing, opened, placed
from convsim.cli.output import say, warn
from convsim.cli.parsing import Parser, a_path
from convsim.cli.progress import progress
from convsim.figures.registry import FIGURES
from convsim.render.animation import WRITERS
from convsim.services.exporting import ANIMATED, DEFAULT_FPS, FRAME_PX, export_animation, stops

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLES = (
    "convsim animate step --preset grid-stride-2 -o step.gif",
    "convsim animate window net.convsim --at conv1 1 0 0 -o window.gif",
    "convsim animate step --preset lecture --from 1 --to 28 --inside --fps 5 -o inside.webp",
    "convsim animate sweep --preset grid-stride-1 --size square -o frames/",
)
DESCRIPTION = f"""\
Write a figure at every position of a filter, one after the other.
OUT ends in .gif or .webp, or is a folder, which gets numbered PNG pictures.
Sizes in pixels: {", ".join(f"{name} {w}×{h}" for name, (w, h) in FRAME_PX.items())}."""


def run(argv: Sequence[str]) -> int:
    """Write an animation; return the exit status."""
    usage = (
        "KIND (--preset NAME | FILE) [--image FILE] [--at LAYER FILTER ROW COL]\n"
        "       [--from N] [--to N] [--inside] [--fps N] [--theme NAME] [--size NAME] [--quiet]\n"
        "       -o OUT.gif|OUT.webp|DIR/"
    )
    parser = Parser("animate", usage, DESCRIPTION, EXAMPLES)
    add_drawing(parser, tuple(FIGURES), tuple(FRAME_PX))
    parser.add_argument(
        "--from",
        dest="first",
        metavar="N",
        type=_count,
        help="first position, counted from 1; default: that of --at, or 1",
    )
    parser.add_argument(
        "--to",
        dest="last",
        metavar="N",
        type=_count,
        help="last position; default: the filter's last; more goes on with the filters after it",
    )
    parser.add_argument(
        "--inside", action="store_true", help="take every position apart: products, sums, bias, …"
    )
    parser.add_argument(
        "--fps", metavar="N", type=_speed, default=DEFAULT_FPS, help="default: %(default)s a second"
    )
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    parser.add_argument("-o", "--output", metavar="OUT", type=_target, required=True)
    options = parser.read(argv)
    if options.kind not in ANIMATED:
        warn(
            f"{options.kind} stands still, so one picture is all there is; "
            f"figures that move are {', '.join(ANIMATED)}"
        )
    document = opened(parser, options)
    document = placed(document, options.at, keep=options.file is not None)
    first = options.first
    if first is None:
        walk = document.walk
        first = walk.position(document.cursor) + 1 if options.at and walk else 1
    still = options.kind not in ANIMATED
    # Of a figure that stands still, all frames are the first.
    last = first if still else options.last
    taken_apart = options.inside and not still
    total = len(stops(document, first, last, inside=taken_apart))
    with progress(total, "frame", quiet=options.quiet) as advance:
        export_animation(
            document,
            document.new_trace(),
            options.kind,
            options.output,
            first=first,
            last=last,
            inside=taken_apart,
            fps=options.fps,
            size=options.size,
            theme=options.theme,
            progress=advance,
        )
    say(str(options.output))
    return 0


def _count(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"positions are whole numbers from 1; received {text!r}")
    return number


def _speed(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0.01 <= number <= 100:
        raise argparse.ArgumentTypeError(f"frames a second are 0.01 to 100; received {text!r}")
    return number


def _target(text: str) -> Path:
    path = a_path(text)
    folder = text.endswith(("/", "\\"))
    if folder and path.suffix and not path.is_dir():
        raise argparse.ArgumentTypeError(
            f"a new folder's name must have no dot; make {str(path)!r} first or choose another"
        )
    if folder or path.is_dir() or path.suffix.lower() in WRITERS:
        return path
    endings = " or ".join(WRITERS)
    raise argparse.ArgumentTypeError(
        f"the name must end in {endings}, or in / for a folder; received {text!r}"
    )
