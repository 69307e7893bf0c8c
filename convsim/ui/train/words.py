"""What the Train view says in words: what it is doing, what came out, what may be wrong."""

from __future__ import annotations

from math import ceil, isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from convsim.core.formula import plain_text
from convsim.document import PRESETS
from convsim.document.verdict import unfamiliar
from convsim.services.advice import Finding, Ill
from convsim.services.data_sets import BUNDLED
from convsim.services.recipes import OPTIMIZERS
from convsim.services.spared import missing
from convsim.services.taught import as_taught, lessons
from convsim.services.train_figures import prediction_of
from convsim.services.trainer import State
from convsim.ui.data.words import change_text
from convsim.ui.words import title_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convsim.core.history import History
    from convsim.core.reel import Moment, Reel
    from convsim.core.snapshot import Snapshot
    from convsim.core.trace import Trace
    from convsim.document import Document
    from convsim.document.runs import Run
    from convsim.services.learner import Outcome
    from convsim.services.resuming import Origin
    from convsim.services.trainer import Trainer
    from convsim.services.training import Plan

NAMED = 3
"""Pictures that could not be read are named up to so many."""


def tr(text: str) -> str:
    """Return a text in the reader's language."""
    return QCoreApplication.translate("train", text)


def optimizer_names() -> dict[str, str]:
    """Return what optimizers are called, by the words of recipes; the same in every language."""
    return {
        "sgd": "SGD",
        "momentum": "SGD, momentum 0.9",
        "nesterov": "SGD, Nesterov 0.9",
        "rmsprop": "RMSProp",
        "adam": "Adam",
        "adamw": "AdamW",
    }


def schedule_names() -> dict[str, str]:
    """Return what schedules are called, by the words of recipes."""
    return {"cosine": tr("down to 0"), "constant": tr("constant"), "step": tr("a tenth late")}


def titles() -> dict[str, str]:
    """Return what the data sets that come along are called."""
    texts = {
        "digits": tr("Digits, handwritten"),
        "shapes": tr("Shapes"),
        "bars": tr("Bars at ten angles"),
        "textures": tr("Textures"),
        "letters": tr("Letters, Latin and Hangul"),
    }
    return {name: texts.get(name, name) for name in BUNDLED}


def loss_names() -> dict[str, str]:
    """Return what losses are called, by the words of recipes."""
    return {
        "cross-entropy": tr("cross-entropy"),
        "mean-squared-error": tr("mean squared error"),
        "hinge": tr("hinge"),
    }


def network_name(document: Document) -> str:
    """Return what the network is called."""
    preset = PRESETS.get(document.preset)
    return preset.title if preset else tr("network")


def edit_title(document: Document, data: str) -> str:
    """Return the name of the edit while training runs."""
    return tr("Train {network} on {data}").format(network=network_name(document), data=data)


def past_title(name: str, data: str, shot: Snapshot) -> str:
    """Return the name of the edit when training has ended."""
    if shot.epoch == 1:
        text = tr("Trained {network} on {data}, 1 epoch")
    elif shot.epoch:
        text = tr("Trained {network} on {data}, {n} epochs")
    else:
        text = tr("Trained {network} on {data}, {steps} batches")
    return text.format(network=name, data=data, n=shot.epoch, steps=shot.step)


def progress_text(trainer: Trainer, pictures: int) -> str:
    """Return where the training stands: epoch, batch, speed, time left.

    Parameters
    ----------
    trainer : Trainer
    pictures : int
        In an epoch.
    """
    shot, plan = trainer.newest, trainer.plan
    if trainer.state is State.JUDGING:
        return tr("Trying it on the test pictures…")
    if plan is None or shot is None:
        if not trainer.running:
            return ""
        taught = plan is not None and plan.document.trained
        return tr("Going on from its weights…") if taught else tr("Beginning with new weights…")
    epochs = plan.recipe.epochs
    epoch = min(shot.epoch + 1, epochs)
    size = plan.recipe.batch
    batch = ceil(round((shot.passed - epoch + 1) * pictures) / size)
    batches = ceil(pictures / size)
    text = tr("epoch {epoch} of {epochs}, batch {batch} of {batches}").format(
        epoch=epoch, epochs=epochs, batch=batch, batches=batches
    )
    if trainer.state is State.RUNNING and trainer.speed:
        left = (epochs - shot.passed) * pictures / trainer.speed
        text += " · " + tr("{n} pictures/s, {left} left").format(
            n=f"{trainer.speed:,.0f}", left=duration(left)
        )
    elif trainer.state is State.PAUSED:
        text += " · " + tr("paused")
    return f"{text}. {missing_text(plan)}" if missing(plan.data) else text


def missing_text(plan: Plan) -> str:
    """Return which pictures could not be read while a network learnt; empty if all could."""
    names = [one.name for one in missing(plan.data)]
    if not names:
        return ""
    some = ", ".join(names[:NAMED])
    if len(names) > NAMED:
        some += " " + tr("and {n} more").format(n=f"{len(names) - NAMED:,}")
    return tr("Left out, because it cannot be read: {names}.").format(names=some)


def moment_text(moment: Moment) -> str:
    """Return when a moment was, and how well the network did then."""
    if not moment.step:
        return tr("before the first batch")
    text = tr("epoch {passed}, batch {step}").format(
        passed=f"{moment.passed:.2f}", step=f"{moment.step:,}"
    )
    if isfinite(moment.accuracy):
        text += " · " + tr("{share} of this batch right").format(share=f"{moment.accuracy:.0%}")
    return text


def stood_text(trainer: Trainer) -> str:
    """Return where the training stood that the project keeps."""
    origin, history = trainer.origin, trainer.history
    if origin is None:
        return ""
    data, all_ = Path(origin.data).name, origin.choices.epochs
    if history.passed >= all_ - 1e-6:
        return tr(
            "The training on {data} has come to its end, epoch {all}: Resume adds as many epochs "
            "as are set."
        ).format(data=data, all=all_)
    return tr("The training on {data} stood at epoch {n} of {all}: Resume goes on.").format(
        data=data, n=f"{history.passed:.3g}", all=all_
    )


def begin_text(document: Document, *, anew: bool) -> str:
    """Return what the weights were taught already, and what Train begins with.

    Parameters
    ----------
    document : Document
    anew : bool
        Whether it begins with new weights.
    """
    text = ""
    preset = PRESETS.get(document.preset)
    if preset is not None and as_taught(document):
        known = lessons(document.preset)
        text = tr(
            "{network} comes taught on {data}: {share} of {count} test pictures recognised."
        ).format(
            network=preset.title,
            data={"mnist": "MNIST", **titles()}.get(known.data, known.data),
            share=f"{known.accuracy:.1%}",
            count=f"{known.count:,}",
        )
    if anew and text:
        then = tr("Train begins with new weights in place of these.")
    elif anew:
        then = tr("Train begins with new weights.")
    elif document.trained:
        then = tr("Train goes on from its weights.")
    else:
        then = tr("Train begins with the weights that it has.")
    return f"{text} {then}".strip()


def kept_text(reel: Reel) -> str:
    """Return how many moments are kept and what they take."""
    if not reel.moments:
        return ""
    size = reel.size / (1 << 20)
    text = tr("{n} moments · {size} of {room} MB").format(
        n=f"{len(reel.moments):,}", size=f"{size:.3g}", room=f"{reel.room / (1 << 20):.0f}"
    )
    if reel.every > 1:
        text += " · " + tr("1 in {n} kept").format(n=reel.every)
    if reel.cut:
        text += " · " + tr("first {n} layers").format(n=reel.layers)
    return text


def run_name(run: Run) -> str:
    """Return what a kept run is called."""
    return run.name or tr("run {n}").format(n=run.number)


def recipe_words(origin: Origin, differing: Sequence[str]) -> str:
    """Return how a run was trained: all of its settings, or those in which runs differ."""
    choices = origin.choices
    rate = OPTIMIZERS[choices.optimizer][0] if choices.rate is None else choices.rate
    words = {
        "optimizer": optimizer_names()[choices.optimizer],
        "rate": tr("rate {n}").format(n=plain_text(rate)),
        "batch": tr("batch {n}").format(n=choices.batch),
        "epochs": tr("{n} epochs").format(n=choices.epochs),
        "schedule": schedule_names()[choices.schedule],
        "decay": tr("weight decay {n}").format(n=plain_text(choices.decay)),
        "loss": loss_names()[choices.loss],
        "smoothing": tr("label smoothing {n}").format(n=plain_text(choices.smoothing)),
        "dropout": tr("dropout {n}").format(
            n="–" if choices.dropout is None else plain_text(choices.dropout)
        ),
        "shuffle": tr("shuffled") if choices.shuffle else tr("not shuffled"),
        "augmentation": change_text(origin.augmentation) or tr("no augmentation"),
    }
    if choices.dropout is None and not differing:
        words.pop("dropout")
    shown = [text for key, text in words.items() if not differing or key in differing]
    return ", ".join([Path(origin.data).name, *shown])


def result_words(history: History) -> str:
    """Return what a run came to: on what was set aside if there is something."""
    points = history.held or history.learnt
    if not points:
        return ""
    share, n = f"{points[-1].accuracy:.1%}", f"{points[-1].passed:.3g}"
    words = tr("{share} after {n} epoch") if n == "1" else tr("{share} after {n} epochs")
    said = words.format(share=share, n=n)
    return tr("set aside {result}").format(result=said) if history.held else said


def nothing_yet(page: str, trainer: Trainer) -> str:
    """Return what an empty page waits for."""
    past = trainer.history.steps > 0 and not trainer.running
    if page in ("result", "mistakes", "inside") and past and trainer.plan is None:
        return tr("A project keeps the curves alone: press Resume to see this again.")
    if page == "result":
        return tr("After an epoch: which classes are taken for which.")
    if page == "mistakes":
        return tr("After an epoch: the pictures of which it was sure, and wrong.")
    if page == "inside":
        return tr("Press Train: how weights and gradients are spread, and how large steps are.")
    if page == "history":
        if trainer.reel.moments:
            return tr("The network has changed since it was trained: train it again.")
        if trainer.history.steps and not trainer.running:
            return tr(
                "A project keeps the curves, not the way: press Resume, and what is learnt from "
                "then on can be scrubbed through."
            )
        return tr("Press Train: what is kept of the way can then be scrubbed through.")
    return tr("Press Train: the curves are drawn while the network learns.")


def duration(seconds: float) -> str:
    """Return a time as people say it."""
    if seconds < 90:
        return tr("{n} s").format(n=max(round(seconds), 1))
    if seconds < 90 * 60:
        return tr("{n} min").format(n=round(seconds / 60))
    return tr("{n} h").format(n=round(seconds / 3600))


def outcome_text(
    outcome: Outcome, *, held: float | None = None, begun: bool = True, lost: bool = False
) -> str:
    """Return what came out of a training, in a sentence.

    Parameters
    ----------
    outcome : Outcome
    held : float, optional
        The share recognised of those set aside: without test pictures it tells the most.
    begun : bool
        Whether it had learnt from a batch.
    lost : bool
        Whether somebody has put other weights in the place of those that it learnt.
    """
    if lost:
        return tr("Training ended: the network or its weights were changed.")
    if outcome.problem and not begun:
        return tr("It cannot be trained: {problem}.").format(problem=outcome.problem)
    if outcome.problem:
        ended = tr("Training ended: {problem}. What it had learnt is kept.")
        return ended.format(problem=outcome.problem)
    if outcome.snapshot is None or not outcome.snapshot.step:
        return tr("Training ended before the first batch.")
    if outcome.judged is None:
        return tr(
            "Training ended before it was tried on the test pictures. Undo brings the weights "
            "before it back."
        )
    result = outcome.judged
    data = outcome.plan.data
    text = tr("{share} of {count} test pictures recognised.")
    if data.test is None:
        text = tr(
            "{share} of all {count} pictures recognised, those it learnt from among them: on "
            "others it may do worse."
        )
        if held is not None:
            text = tr(
                "{held} of those set aside recognised, and {share} of all {count}, those it "
                "learnt from among them."
            )
    share = f"{result.accuracy:.1%}"
    said = text.format(share=share, count=f"{result.count:,}", held=f"{held or 0.0:.1%}")
    left_out = missing_text(outcome.plan)
    return " ".join(filter(None, (said, left_out, tr("Undo brings the old weights back."))))


def finding_text(found: Finding, document: Document, *, augmented: bool = False) -> str:
    """Return what may be wrong, and what may help, in words."""
    if found.ill is Ill.ORDERED:
        return tr(
            "The pictures come class by class and are not shuffled: it learns one class after "
            "the other and forgets the one before."
        )
    if found.ill is Ill.ONE_CLASS:
        return tr(
            "Whatever it is shown, it says “{name}”. A smaller learning rate, or more epochs, may "
            "help; see that pictures of every class are there."
        ).format(name=class_name(document, found.index))
    if found.ill is Ill.DEAD:
        layers = document.network.layers
        name = title_of(layers[found.index]) if found.index < len(layers) else ""
        return tr(
            "{name}: {n} of {all} are 0 for every picture, so they are dead and learn no more: "
            "try a smaller learning rate."
        ).format(name=name, n=found.count, all=found.all)
    help_ = tr("Fewer epochs, more pictures, augmentation or weight decay help.")
    if augmented:
        help_ = tr("Fewer epochs, more pictures or weight decay help.")
    text = tr(
        "It learns its pictures by heart: on those set aside it was best after epoch {n} and has "
        "got worse since."
    ).format(n=found.count)
    return f"{text} {help_}"


def prediction_text(document: Document, trace: Trace) -> str:
    """Return what the network takes the shown picture for; empty if it cannot be said."""
    found = prediction_of(document, trace)
    if found is None:
        return ""
    shares = " · ".join(f"{name} ({share:.0%})" for name, share in found.shares[:3])
    text = tr("{picture}: {shares}")
    if unfamiliar(document, trace):
        text = tr("{picture}: probably none of its classes; the likeliest are {shares}")
    return text.format(picture=found.name, shares=shares)


def class_name(document: Document, index: int) -> str:
    """Return the name of a class, or its number counted from 1."""
    names = document.classes
    return names[index] if index < len(names) else str(index + 1)
