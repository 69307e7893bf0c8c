"""The commands of the Train view: begin, pause, a batch, an epoch, stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QCoreApplication

from convsim.services.commands import Command

if TYPE_CHECKING:
    from collections.abc import Callable

    from convsim.ui.train.panel import TrainPanel


def tr(text: str) -> str:
    """Return a text in the reader's language."""
    return QCoreApplication.translate("commands", text)


class Views(Protocol):
    """Where the Train view is, or will be."""

    @property
    def train(self) -> TrainPanel:
        """The view, built now if it was not yet."""

    @property
    def lab(self) -> TrainPanel | None:
        """The view if it was built."""


def train_commands(
    tabs: Callable[[], Views], show_tab: Callable[[str], None], keeps: Callable[[], bool]
) -> tuple[Command, ...]:
    """Return the commands; the view is built when the first of them is used.

    Parameters
    ----------
    tabs : function
        The views, when they are there.
    show_tab : function
        Shows one of them.
    keeps : function
        Whether the document keeps a training that can go on.
    """

    def resumable() -> bool:
        lab = tabs().lab
        return keeps() if lab is None else lab.desk.can_resume

    def doing(deed: Callable[[TrainPanel], None]) -> Callable[[], None]:
        def run() -> None:
            show_tab("train")
            deed(tabs().train)

        return run

    def asking(question: Callable[[TrainPanel], bool], *, unbuilt: bool) -> Callable[[], bool]:
        def enabled() -> bool:
            lab = tabs().lab
            return unbuilt if lab is None else question(lab)

        return enabled

    return (
        Command(
            "train.toggle",
            tr("Train or Pause"),
            doing(lambda lab: lab.head.press_key(lab.desk.toggle)),
            "train",
            "play",
            ("Ctrl+Return",),
            asking(lambda lab: lab.desk.can_train, unbuilt=True),
            hint=tr("The network of the document learns from the chosen pictures"),
        ),
        Command(
            "train.batch",
            tr("One Batch"),
            doing(lambda lab: lab.head.press_key(lab.desk.one_batch)),
            "train",
            "step-forward",
            ("Ctrl+.",),
            asking(lambda lab: lab.desk.can_train, unbuilt=True),
            hint=tr("Learn from one batch and halt"),
        ),
        Command(
            "train.epoch",
            tr("One Epoch"),
            doing(lambda lab: lab.head.press_key(lab.desk.one_epoch)),
            "train",
            "skip-forward",
            ("Ctrl+Shift+.", "Ctrl+>"),
            asking(lambda lab: lab.desk.can_train, unbuilt=True),
            hint=tr("Learn from every picture once and halt"),
        ),
        Command(
            "train.resume",
            tr("Resume"),
            doing(lambda lab: lab.desk.resume()),
            "train",
            "rotate-ccw",
            ("Ctrl+Alt+Return",),
            resumable,
            hint=tr("Go on where the training that the project keeps stood"),
        ),
        Command(
            "train.rate",
            tr("Find Learning Rate"),
            doing(lambda lab: lab.display.find_rate()),
            "train",
            enabled=asking(
                lambda lab: lab.desk.can_train and not lab.trainer.running, unbuilt=True
            ),
            group="rate",
            hint=tr("Try larger and larger rates for a moment; the weights stay as they are"),
        ),
        Command(
            "train.stop",
            tr("Stop"),
            doing(lambda lab: lab.trainer.stop()),
            "train",
            shortcut=("Ctrl+Shift+Return",),
            enabled=asking(lambda lab: lab.trainer.running, unbuilt=False),
            hint=tr("End, keep what was learnt, and try it on the test pictures"),
        ),
    )
