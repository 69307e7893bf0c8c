"""``convsim new``: a project file to begin with."""

from __future__ import annotations

from collections.abc import Sequence

from convsim.cli.output import say, warn
from convsim.cli.parsing import Parser, a_file_ending, a_path
from convsim.document.presets import PRESETS
from convsim.services import opening
from convsim.services.projects import SUFFIX, save_project

EXAMPLES = (
    "convsim new --preset lenet5 -o net.convsim",
    "convsim new --preset lecture --image dog.jpg -o dog.convsim",
    "convsim new -o empty.convsim        a network without layers",
)


def run(argv: Sequence[str]) -> int:
    """Write a project file; return the exit status."""
    parser = Parser(
        "new",
        "[--preset NAME] [--image FILE] -o OUT.convsim",
        "Write a project file: a network that comes with ConvSim, or one without layers.\n"
        "A file that is there already is kept as OUT.convsim.bak.",
        EXAMPLES,
    )
    parser.add_argument(
        "--preset", metavar="NAME", choices=tuple(PRESETS), help="one of " + ", ".join(PRESETS)
    )
    parser.add_argument("--image", metavar="FILE", type=a_path, help="a picture instead of the cat")
    parser.add_argument("-o", "--output", metavar="OUT", type=a_file_ending(SUFFIX), required=True)
    options = parser.read(argv)
    if options.preset:
        document = opening.open_preset(options.preset, options.image)
    else:
        document = opening.new_document()
        if options.image is not None:
            picture = opening.read_picture(options.image)
            document = opening.with_changed_picture(document, picture)
    for note in document.picture.notes:
        warn(f"{document.picture.name}: {note}")
    save_project(options.output, document)
    say(str(options.output))
    return 0
