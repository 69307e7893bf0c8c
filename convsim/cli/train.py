"""``convsim train``: a network learns from pictures, and is saved with its new weights."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from math import nan
from typing import TYPE_CHECKING, Any

from convsim.cli.networks import add_network, document_of
from convsim.cli.output import say, warn
from convsim.cli.parsing import Parser, a_file_ending, a_path
from convsim.cli.progress import progress
from convsim.cli.recipes import add_recipe, augmentation_of, recipe_of
from convsim.core.errors import ConvSimError, DivergedError
from convsim.core.recipe import Controls
from convsim.core.reel import Moment, Reel
from convsim.core.snapshot import Phase, Snapshot
from convsim.data import ImageError
from convsim.data.sets import DataSetError
from convsim.render.export import WRITERS
from convsim.services.data_sets import BUNDLED, open_set
from convsim.services.exporting import export_figure, gui_application
from convsim.services.projects import SUFFIX, save_project
from convsim.services.replay import Replay, film_of
from convsim.services.spared import missing, spared
from convsim.services.training import VALIDATION, Epoch, Plan, familiar, judged, trained

if TYPE_CHECKING:
    from pathlib import Path

    from convsim.document import Document, Familiar

EXAMPLES = (
    "convsim train --preset lenet5 --data digits -o digits.convsim",
    "convsim train --preset convnetjs-cifar --data shapes --epochs 15 -o shapes.convsim",
    "convsim train net.convsim --data mnist/ --optimizer momentum --rate 0.05 -o mnist.convsim",
    "convsim train net.convsim --data photos/ --flip --shift 2 --log log.jsonl -o photos.convsim",
)
DESCRIPTION = f"""\
Train a network and save it with its new weights.

DATA is the name of a data set that comes with ConvSim ({", ".join(BUNDLED)}),
or a path: a folder with one folder of pictures a class, a folder with MNIST's IDX files or
CIFAR's binary files, a CIFAR .bin file, a .csv table or a .npz file with x and y.
Pictures are brought to the size of the network's input. The same seed gives the same weights.
A preset begins with new weights, a project with its own.
Ctrl+C stops after the batch that is under way and saves what has been learnt so far."""


def run(argv: Sequence[str]) -> int:
    """Train and save; return the exit status."""
    usage = "(--preset NAME | FILE) --data (NAME | PATH) [--epochs N] [options] -o OUT.convsim"
    parser = Parser("train", usage, DESCRIPTION, EXAMPLES)
    add_network(parser)
    parser.add_argument("--data", metavar="DATA", required=True, help="a name or a path")
    add_recipe(parser)
    parser.add_argument(
        "--validation",
        metavar="SHARE",
        type=float,
        default=VALIDATION,
        help=f"part of the pictures that is set aside to judge by; default {VALIDATION}",
    )
    parser.add_argument(
        "--taught",
        action="store_true",
        help="go on from the weights that the preset comes with, not from new ones",
    )
    parser.add_argument("--log", metavar="LOG.jsonl", type=a_path, help="a line for each epoch")
    parser.add_argument(
        "--film",
        metavar="OUT.svg",
        type=a_file_ending(*WRITERS),
        help="a slide of how the first filters came about, epoch by epoch: " + ", ".join(WRITERS),
    )
    parser.add_argument("-o", "--output", metavar="OUT", type=a_file_ending(SUFFIX), required=True)
    options = parser.read(argv)
    document = document_of(parser, options, taught=options.taught)
    document.network.check()
    data = open_set(options.data, document.network.input_shape)
    for note in (*data.notes, *(f"left out {bad.name}: {bad.why}" for bad in data.bad)):
        warn(f"{data.name}: {note}")
    plan = Plan(
        document,
        spared(data),
        seed=options.seed,
        validation=options.validation,
        augmentation=augmentation_of(options),
    )
    learnt, _ = plan.parts()
    plan = replace(plan, recipe=recipe_of(options, len(learnt.targets)))
    moments = [Moment(0, 0.0, nan, nan, tuple(document.weights))]
    last = _train(plan, options.log, moments)
    known: Familiar | None = None
    # The picture that ended it may turn up again here.
    with suppress_trouble():
        known = familiar(plan, last.params)
    for bad in missing(plan.data):
        warn(f"{data.name}: left out {bad.name}: {bad.why}")
    save_project(options.output, trained(document, last.params, data.classes, known))
    if options.film is not None:
        write_film(options.film, document, moments)
    result = judged(document.network, last.params, plan.data)
    part = "test pictures" if data.test else "pictures"
    say(f"{options.output}: {result.accuracy:.2%} of {result.count:,} {part} right")
    # What was saved is worth having, but not what was asked for.
    return 0 if last.phase in (Phase.DONE, Phase.STOPPED) else 1


def _train(plan: Plan, path: Path | None, moments: list[Moment]) -> Snapshot:
    """Return the last snapshot; Ctrl+C, or a picture that cannot be read, makes it come sooner.

    The ends of epochs are added to `moments`.
    """
    controls = Controls(plan.recipe)
    learnt, _ = plan.parts()
    total = plan.recipe.epochs * len(learnt.targets)
    last: Snapshot | None = None
    reports = plan.reports(controls)
    with (
        log_to(path) as log,
        progress(total, "picture") as advance,
        stopping(controls),
        suppress_trouble(),
    ):
        for report in reports:
            last = report.snapshot
            advance(min(last.step * plan.recipe.batch, total))
            if report.epoch is not None:
                log(entries(report.epoch, last))
                means = (report.epoch.loss, report.epoch.accuracy)
                moments.append(Moment(last.step, last.passed, *means, last.params))
    if last is None:
        # Nothing was learnt before it went wrong: what it was is said already.
        raise ConvSimError("nothing was learnt that could be saved")
    if last.phase is Phase.STOPPED:
        warn(f"stopped after {last.step:,} batches; what was learnt so far is saved")
    return last


def write_film(path: Path, document: Document, moments: Sequence[Moment]) -> None:
    """Write the first filters at the start and after epochs as a slide."""
    reel = Reel()
    for moment in moments:
        reel = reel.with_moment(moment)
    if film_of(document, reel) is None:
        raise ConvSimError("the network has no convolution, so there are no filters to show")
    gui_application()
    replay = Replay(reel)
    figures = {"film": replay.figure("film", 0)}
    export_figure(document, document.new_trace(), "film", path, more=figures)
    say(f"{path}: {len(reel.moments)} moments of the filters")


def entries(epoch: Epoch, snapshot: Snapshot) -> dict[str, float | int | None]:
    """Return what the log says of an epoch."""
    check = epoch.check
    return {
        "epoch": epoch.number,
        "step": snapshot.step,
        "rate": snapshot.rate,
        "loss": epoch.loss,
        "accuracy": epoch.accuracy,
        "validation_loss": check.loss if check else None,
        "validation_accuracy": check.accuracy if check else None,
    }


@contextmanager
def log_to(path: Path | None) -> Iterator[Callable[[dict[str, Any]], None]]:
    """Yield what writes a line of JSON, at once, so that the file can be followed meanwhile."""
    if path is None:
        yield lambda values: None
        return
    try:
        with path.open("w", encoding="utf-8") as file:

            def write(values: dict[str, Any]) -> None:
                file.write(json.dumps(values) + "\n")
                file.flush()

            yield write
    except OSError as problem:
        reason = problem.strerror or problem
        raise ConvSimError(f"{path}: the log cannot be written ({reason})") from problem


@contextmanager
def suppress_trouble() -> Iterator[None]:
    """Say what ended the training; the last good weights are worth saving all the same."""
    try:
        yield
    except (DivergedError, ImageError, DataSetError) as problem:
        warn(f"{problem}; the weights before it are saved")


@contextmanager
def stopping(controls: Controls) -> Iterator[None]:
    """Let Ctrl+C end training between two batches instead of in the middle of one."""
    before = signal.signal(signal.SIGINT, lambda number, frame: controls.stop())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
