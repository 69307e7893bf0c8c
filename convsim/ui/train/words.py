"""What the Train view says in words: what it is doing, what came out, what may be wrong."""

from __future__ import annotations

from math import ceil, isfinite
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication

from convsim.core.layers import ReLU
from convsim.document import PRESETS
from convsim.document.verdict import unfamiliar
from convsim.services.recipes import OPTIMIZERS
from convsim.services.trainer import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convsim.core.evaluate import Evaluation
    from convsim.core.history import History
    from convsim.core.reel import Moment, Reel
    from convsim.core.snapshot import Snapshot
    from convsim.core.trace import Trace
    from convsim.document import Document
    from convsim.services.learner import Outcome
    from convsim.services.resuming import Origin
    from convsim.services.runs import Run
    from convsim.services.trainer import Trainer


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
    return preset.name if preset else tr("network")


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
        return tr("Beginning…") if trainer.running else ""
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
    return text


def moment_text(moment: Moment) -> str:
    """Return when a moment was, and how well the network did then."""
    if not moment.step:
        return tr("before the first batch")
    text = tr("epoch {passed}, batch {step}").format(
        passed=f"{moment.passed:.2f}", step=f"{moment.step:,}"
    )
    if isfinite(moment.accuracy):
        text += " · " + tr("{share} right").format(share=f"{moment.accuracy:.0%}")
    return text


def kept_text(reel: Reel) -> str:
    """Return how many moments are kept and what they take."""
    if not reel.moments:
        return ""
    size = reel.size / (1 << 20)
    text = tr("{n} moments kept, {size} of {room} MB").format(
        n=f"{len(reel.moments):,}", size=f"{size:.3g}", room=f"{reel.room / (1 << 20):.0f}"
    )
    if reel.every > 1:
        text += " · " + tr("every {n}th").format(n=reel.every)
    if reel.cut:
        text += " · " + tr("first {n} layers").format(n=reel.layers)
    return text


def run_name(run: Run) -> str:
    """Return what a kept run is called."""
    return tr("run {n}").format(n=run.number)


def recipe_words(origin: Origin, differing: Sequence[str]) -> str:
    """Return how a run was trained: all of its settings, or those in which runs differ."""
    choices = origin.choices
    rate = OPTIMIZERS[choices.optimizer][0] if choices.rate is None else choices.rate
    words = {
        "optimizer": optimizer_names()[choices.optimizer],
        "rate": tr("rate {n}").format(n=f"{rate:g}"),
        "batch": tr("batch {n}").format(n=choices.batch),
        "epochs": tr("{n} epochs").format(n=choices.epochs),
        "schedule": schedule_names()[choices.schedule],
        "decay": tr("weight decay {n}").format(n=f"{choices.decay:g}"),
        "loss": loss_names()[choices.loss],
        "smoothing": tr("label smoothing {n}").format(n=f"{choices.smoothing:g}"),
        "dropout": tr("dropout {n}").format(
            n="–" if choices.dropout is None else f"{choices.dropout:g}"
        ),
        "shuffle": tr("shuffled") if choices.shuffle else tr("not shuffled"),
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
    return " → " + tr("{share} after {n} epochs").format(
        share=f"{points[-1].accuracy:.1%}", n=f"{points[-1].passed:.3g}"
    )


def nothing_yet(page: str, trainer: Trainer) -> str:
    """Return what an empty page waits for."""
    if page == "result":
        return tr("After an epoch: which classes are taken for which.")
    if page == "history":
        if trainer.reel.moments:
            return tr("The network has changed since it was trained: train it again.")
        return tr("Press Train: what is kept of the way can then be scrubbed through.")
    return tr("Press Train: the curves are drawn while the network learns.")


def duration(seconds: float) -> str:
    """Return a time as people say it."""
    if seconds < 90:
        return tr("{n} s").format(n=max(round(seconds), 1))
    if seconds < 90 * 60:
        return tr("{n} min").format(n=round(seconds / 60))
    return tr("{n} h").format(n=round(seconds / 3600))


def outcome_text(outcome: Outcome) -> str:
    """Return what came out of a training, in a sentence."""
    if outcome.problem:
        return tr("Training ended: {problem}.").format(problem=outcome.problem)
    if outcome.judged is None:
        return tr("Training ended. Undo brings the weights before it back.")
    result = outcome.judged
    data = outcome.plan.data
    where = tr("test pictures") if data.test is not None else tr("pictures")
    return tr("{share} of {count} {where} recognised. Undo brings the old weights back.").format(
        share=f"{result.accuracy:.1%}", count=f"{result.count:,}", where=where
    )


def advice(checks: Evaluation | None, document: Document, trace: Trace) -> list[str]:
    """Return what may be wrong with what was learnt, one sentence each."""
    found = []
    if checks is not None and checks.confusion.size:
        taken = checks.confusion.sum(axis=0)
        truths = np.count_nonzero(checks.confusion.sum(axis=1))
        if truths > 1 and np.count_nonzero(taken) == 1:
            name = class_name(document, int(taken.argmax()))
            found.append(
                tr(
                    "Whatever it is shown, it says “{name}”. A smaller learning rate, or more "
                    "epochs, may help; see that pictures of every class are there."
                ).format(name=name)
            )
    for index, layer in enumerate(document.network.layers):
        if isinstance(layer, ReLU) and trace.reached(index):
            out = trace.output(index)
            maps = out.reshape(len(out), -1)
            dead = int(np.count_nonzero(~maps.any(axis=1)))
            if 2 * dead > len(maps):
                found.append(
                    tr(
                        "{name}: {n} of {all} outputs are 0 all over for this picture. If it is "
                        "so for every picture they are dead: try a smaller learning rate."
                    ).format(name=layer.name, n=dead, all=len(maps))
                )
    return found


def prediction_text(document: Document, trace: Trace) -> str:
    """Return what the network takes the shown picture for; empty if it cannot be said."""
    last = len(document.network.layers) - 1
    if not document.classes or last < 0 or not trace.reached(last):
        return ""
    scores = trace.output(last).reshape(-1).astype(np.float64)
    kind = document.network.layers[last].kind
    if not np.isfinite(scores).all():
        return ""
    if kind != "softmax":
        scores = np.exp(scores - scores.max())
        scores /= scores.sum()
    best = np.argsort(-scores, kind="stable")[:3].tolist()
    shares = " · ".join(f"{class_name(document, i)} {scores[i]:.0%}" for i in best)
    text = tr("{picture}: {shares}").format(picture=document.picture.name, shares=shares)
    if unfamiliar(document, trace):
        return text + " · " + tr("but unlike what it learnt from: probably none of its classes")
    return text


def class_name(document: Document, index: int) -> str:
    """Return the name of a class, or its number counted from 1."""
    names = document.classes
    return names[index] if index < len(names) else str(index + 1)
