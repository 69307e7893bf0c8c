"""``convsim associate``: project files open with a double click, for this person, on Linux."""

from __future__ import annotations

from collections.abc import Sequence

from convsim.cli.output import say, warn
from convsim.cli.parsing import Parser
from convsim.services.association import associate, dissociate

EXAMPLES = ("convsim associate", "convsim associate --remove")
DESCRIPTION = """\
Tell the desktop that .convsim files are ConvSim's, so that a double click opens them, and put
ConvSim into the menu of programs. Only files in your own folders are written; each is listed.
--remove takes all of it away again."""


def run(argv: Sequence[str]) -> int:
    """Write or remove the desktop's files; return the exit status."""
    parser = Parser("associate", "[--remove]", DESCRIPTION, EXAMPLES)
    parser.add_argument("--remove", action="store_true", help="take it away again")
    options = parser.read(argv)
    paths, problems = dissociate() if options.remove else associate()
    for path in paths:
        say(str(path))
    if options.remove and not paths:
        warn("there was nothing to remove")
    for problem in problems:
        warn(problem)
    return 1 if problems else 0
