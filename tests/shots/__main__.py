"""Starts the program and takes a picture of every view, light and dark, large and small.

    python -m tests.shots [-o FOLDER] [--only WORD]

README's picture is `step-light-1280x800.png` of these, copied to resources/images/readme.png by
`--readme`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from typing import TYPE_CHECKING

from PySide6.QtCore import QDeadlineTimer, QEvent, QEventLoop, QPoint
from PySide6.QtWidgets import QApplication, QWidget

from convsim.core.step import Cursor, Inside
from convsim.document import PRESETS
from convsim.document.building import remove_layers
from convsim.document.edits import set_field, set_view
from convsim.services.opening import open_preset, with_input_size
from convsim.services.settings import Settings
from convsim.ui.app import make_application
from convsim.ui.export_dialog import AnimationDialog, FigureDialog
from convsim.ui.keys_dialog import KeysDialog
from convsim.ui.window import MainWindow
from tests.shots import data, networks, training

if TYPE_CHECKING:
    from convsim.document import Document

SIZES = ((1280, 800), (1024, 700))
THEMES = ("light", "dark")
README = Path("resources/images/readme.png")


@dataclass(frozen=True)
class Shot:
    """One picture: a name, a preset, and how to get from the preset to what is shown."""

    name: str
    preset: str
    change: Callable[[Document], Document]


def _at(layer: int, filter_: int, row: int, col: int, inside: Inside = Inside.WRITE):
    return lambda document: document.at(Cursor(layer, filter_, row, col), inside)


def _view(layer: int = 0, **changes: object):
    return lambda document: set_view(document.at(Cursor(layer, 0, 2, 3)), **changes)


SHOTS = (
    Shot("step", "lecture", _at(0, 0, 12, 13)),
    Shot("step-products", "lecture", _at(0, 0, 12, 13, Inside.PRODUCTS)),
    Shot("step-sums", "lecture", _at(0, 4, 12, 13, Inside.CHANNEL_SUMS)),
    Shot("step-bias", "lecture", _at(0, 1, 3, 20, Inside.BIAS)),
    Shot("step-conv2", "lecture", _at(2, 3, 10, 10)),
    Shot("step-relu", "lecture", _at(1, 0, 12, 13)),
    *(Shot(f"preset-{name}", name, lambda document: document) for name in PRESETS),
    Shot("step-grid", "grid-stride-2", _at(0, 0, 1, 1)),
    Shot("step-padded", "grid-padded", _at(0, 0, 0, 0)),
    Shot("step-misfit", "grid-stride-3", lambda document: document),
    Shot("step-pool", "lenet5", _at(2, 0, 6, 5)),
    Shot("step-flatten", "lenet5", _at(6, 120, 0, 0)),
    Shot("step-dense", "lenet5", _at(7, 17, 0, 0)),
    Shot("step-softmax", "lenet5", _at(12, 3, 0, 0)),
    Shot("step-alexnet", "alexnet", _at(0, 5, 20, 21)),
    Shot(
        "step-dilation",
        "lecture",
        lambda d: set_field(d, 0, "dilation", (2, 2)).at(Cursor(0, 0, 9, 9)),
    ),
    Shot("step-waiting", "lecture", lambda d: set_field(d, 0, "stride", (5, 5)).at(Cursor(2))),
    Shot("step-too-large", "grid-stride-1", lambda d: set_field(d, 0, "kernel", (9, 9))),
    Shot("step-7x7", "lecture", lambda d: with_input_size(d, 11, 11, 3)),
    Shot("step-vgg16-late", "vgg16", _at(4, 100, 50, 60)),
    Shot("empty", "lecture", lambda d: remove_layers(d, range(4))),
    Shot("volumes", "lecture", _view(tab="overview")),
    Shot("volumes-vgg16", "vgg16", _view(tab="overview")),
    Shot("volumes-vgg-mini", "vgg-mini", _view(tab="overview")),
    Shot("volumes-resnet", "resnet-mini", _view(tab="overview")),
    Shot("step-residual", "resnet-mini", _at(8, 3, 12, 13)),
    Shot("step-batchnorm", "resnet-mini", _at(1, 3, 12, 13)),
    Shot("maps-resnet", "resnet-mini", _view(8, tab="maps")),
    Shot("counts-resnet", "resnet-mini", _view(tab="counts")),
    Shot("tiles", "lecture", _view(tab="overview", overview="tiles")),
    Shot("sweep", "grid-stride-2", _view(tab="overview", overview="sweep")),
    Shot("sweep-misfit", "grid-stride-3", _view(tab="overview", overview="sweep")),
    Shot("sweep-lecture", "lecture", _view(tab="overview", overview="sweep")),
    Shot("padding", "lecture", _view(tab="overview", overview="padding")),
    Shot("volumes-misfit", "grid-stride-3", _view(tab="overview")),
    Shot("tiles-alexnet", "alexnet", _view(tab="overview", overview="tiles")),
    Shot("padding-alexnet", "alexnet", _view(tab="overview", overview="padding")),
    Shot("maps", "lecture", _view(tab="maps")),
    Shot("maps-many", "tiny-vgg", _view(2, tab="maps")),
    Shot("maps-vector", "lenet5", _view(12, tab="maps")),
    Shot("maps-misfit", "grid-stride-3", _view(tab="maps")),
    Shot("filters", "lecture", _view(tab="maps", maps="filters")),
    Shot("filters-alexnet", "alexnet", _view(tab="maps", maps="filters")),
    Shot("filters-none", "lecture", _view(1, tab="maps", maps="filters")),
    Shot("zoom", "lecture", _view(tab="maps", maps="zoom")),
    Shot("counts", "lecture", _view(tab="counts")),
    Shot("counts-vgg16", "vgg16", _view(tab="counts")),
    Shot("counts-misfit", "grid-stride-3", _view(tab="counts")),
    Shot("train", "lenet5", _view(tab="train")),
    Shot("input", "lecture", _view(on_input=True)),
    *(Shot(f"step-{name}", "lecture", change) for name, change in networks.STAGES.items()),
)


def _dialog(make: Callable[[MainWindow], QWidget]) -> Callable[[MainWindow], QWidget]:
    """Return what makes a dialog and waits until its preview is there."""

    def opened(window: MainWindow) -> QWidget:
        dialog = make(window)
        dialog.show()
        return dialog

    return opened


def _menu(window: MainWindow) -> QWidget:
    menu = window._context_menu(window.stage.view)
    menu.popup(QPoint(40, 40))
    return menu


def _presentation(window: MainWindow) -> QWidget:
    window.toggle_presentation()
    return window


PAGES = {
    "train-curves": training.trained("curves"),
    "train-inside": training.trained("inside"),
    "train-mistakes": training.trained("mistakes"),
    "train-filters": training.replayed("filters"),
    "train-neuron": training.replayed("neuron"),
    "train-strip": training.replayed("film"),
    "train-result": training.trained("result"),
    "train-export": training.curves_export,
    "train-runs": training.kept_runs,
    "train-rates": training.rates,
    "train-ending": training.ending,
    "train-data": data.chosen,
    "data-label": data.labelling,
    "data-classes": data.browser("classes"),
    "data-changes": data.browser("changes"),
}
"""What the Train view shows after a training, by name."""

SIDES: dict[str, Callable[[MainWindow], QWidget]] = {
    "side-export": _dialog(
        lambda w: FigureDialog(w.context, "step", w.settings, w),
    ),
    "side-animate": _dialog(
        lambda w: AnimationDialog(w.context, "step", w.settings, w),
    ),
    "side-keys": _dialog(lambda w: KeysDialog(w.actions_.commands.values(), w)),
    "side-menu": _menu,
    "side-presentation": _presentation,
}
"""Dialogs, menus and modes, by name: each made from a window on the lecture."""


def main() -> int:
    """Take the pictures; return 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.shots", description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=Path("build/shots"))
    parser.add_argument("--only", default="", help="words, with commas: shots whose name holds one")
    parser.add_argument("--readme", action="store_true", help="renew README's picture")
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)
    make_application()
    words = args.only.split(",")
    wanted = [shot for shot in SHOTS if any(word in shot.name for word in words)]
    for path in take(wanted, args.output):
        print(path)
    for name, open_side in SIDES.items():
        if any(word in name for word in words):
            for theme in THEMES:
                path = args.output / f"{name}-{theme}.png"
                document = _at(0, 0, 12, 13)(open_preset("lecture"))
                shoot(document, theme, SIZES[0], path, open_side)
                print(path)
    for name, open_page in PAGES.items():
        if any(word in name for word in words):
            for theme in THEMES:
                for size in SIZES:
                    path = args.output / f"{name}-{theme}-{size[0]}x{size[1]}.png"
                    document = _view(tab="train")(open_preset("lenet5"))
                    shoot(document, theme, size, path, open_page)
                    print(path)
    if args.readme:
        shutil.copyfile(args.output / "step-light-1280x800.png", README)
        print(README)
    return 0


def take(shots: list[Shot], folder: Path) -> Iterator[Path]:
    """Yield the path of each picture as soon as it is written."""
    for shot in shots:
        document = shot.change(open_preset(shot.preset))
        for theme in THEMES:
            for width, height in SIZES:
                path = folder / f"{shot.name}-{theme}-{width}x{height}.png"
                shoot(document, theme, (width, height), path)
                yield path


def shoot(
    document: Document,
    theme: str,
    size: tuple[int, int],
    path: Path,
    side: Callable[[MainWindow], QWidget] = lambda window: window,
) -> None:
    """Open a window on the document, wait until its numbers are there, and keep its picture.

    `side` may open something else, whose picture is kept instead.
    """
    window = MainWindow(document, Settings(theme=theme), path.parent / "settings" / "s.json")
    window.resize(*size)
    window.reset_layout()
    window.show()
    loop = QEventLoop()
    patience = QDeadlineTimer(60_000)
    loop.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 200)
    while window.context.tracer.working and not patience.hasExpired():
        loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 100)
    loop.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 200)
    shown = side(window)
    loop.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 200)
    shown.grab().save(str(path))
    if shown is not window:
        shown.close()
    window.context.store.undo_stack.setClean()
    window.close()
    window.deleteLater()
    # Outside a running event loop only this deletes it; a window left behind is styled again with
    # each later one, and the pictures come slower and slower.
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


if __name__ == "__main__":
    sys.exit(main())
