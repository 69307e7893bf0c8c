"""``convsim evaluate``: how many pictures a network gets right, and which classes it mixes up."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from convsim.cli.networks import add_network, document_of
from convsim.cli.output import say, warn
from convsim.cli.parsing import Parser
from convsim.services.data_sets import BUNDLED, open_set
from convsim.services.training import judged, strangers

if TYPE_CHECKING:
    from convsim.core.evaluate import Evaluation

EXAMPLES = (
    "convsim evaluate digits.convsim --data digits",
    "convsim evaluate mnist.convsim --data mnist/ --json",
)
DESCRIPTION = f"""\
Say how many pictures of a data set a network gets right.

DATA is the name of a data set that comes with ConvSim ({", ".join(BUNDLED)}),
or a path, as for `convsim train`. Of a data set with a test part of its own, as the four files
of MNIST, that part is used, else all of it.
The JSON has `accuracy` (0 to 1), `count` and `confusion`: for each true class how many pictures
were taken for each class, and `none_of_its_classes`: how many are so unlike those learnt from
that they are probably of none, or null where nothing was set aside to measure that by."""


def run(argv: Sequence[str]) -> int:
    """Evaluate and print; return the exit status."""
    usage = "(--preset NAME | FILE) --data (NAME | PATH) [--json]"
    parser = Parser("evaluate", usage, DESCRIPTION, EXAMPLES)
    add_network(parser)
    parser.add_argument("--data", metavar="DATA", required=True, help="a name or a path")
    parser.add_argument("--json", action="store_true", help="for other programs")
    options = parser.read(argv)
    document = document_of(parser, options)
    document.network.check()
    data = open_set(options.data, document.network.input_shape)
    for note in (*data.notes, *(f"left out {bad.name}: {bad.why}" for bad in data.bad)):
        warn(f"{data.name}: {note}")
    result = judged(document.network, document.weights, data)
    known = document.familiar if document.trained else None
    none = None if known is None else strangers(document.network, document.weights, data, known)
    if options.json:
        say(json.dumps(as_json(result, none)))
        return 0
    say(in_words(result, data.classes))
    if none is not None:
        say(f"{none:,} of {result.count:,} are unlike what it learnt: probably none of its classes")
    return 0


def as_json(result: Evaluation, none: int | None = None) -> dict[str, object]:
    """Return what other programs want to know.

    Parameters
    ----------
    result : Evaluation
    none : int or None
        How many pictures are probably of none of the classes, if that can be told.
    """
    return {
        "accuracy": result.accuracy,
        "count": result.count,
        "loss": result.loss,
        "confusion": result.confusion.tolist(),
        "none_of_its_classes": none,
    }


def in_words(result: Evaluation, classes: Sequence[str]) -> str:
    """Return lines for people: the whole, and each class with what it is taken for most often."""
    lines = [f"{result.accuracy:.2%} of {result.count:,} pictures right"]
    wide = max(map(len, classes))
    for name, row, score in zip(classes, result.confusion, result.per_class, strict=False):
        if not score.count:
            continue
        line = f"  {name:<{wide}}  {score.recall:7.2%} of {score.count:,}"
        wrong = row.copy()
        wrong[classes.index(name)] = 0
        if wrong.any():
            worst = int(wrong.argmax())
            taken = classes[worst] if worst < len(classes) else f"class {worst}"
            line += f"; most often taken for {taken}: {wrong[worst]:,}"
        lines.append(line)
    return "\n".join(lines)
