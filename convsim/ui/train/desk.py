"""What begins, changes and goes on with a training: the form, the data and the trainer together."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from convsim.core.errors import ConvSimError
from convsim.core.train import check_finite
from convsim.document.ending import with_ending
from convsim.services.data_sets import BUNDLED, OWN
from convsim.services.results import About, Result, Results, recalled
from convsim.services.resuming import (
    Origin,
    augmentation_of,
    can_resume,
    choices_of,
    done_by,
    total_of,
)
from convsim.services.spared import missing, spared
from convsim.services.trainer import PUBLISH, State, Trainer
from convsim.services.training import VALIDATION, Plan, with_new_weights
from convsim.ui.train.data import DataChooser
from convsim.ui.train.form import TrainForm
from convsim.ui.train.words import edit_title, network_name, past_title, tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from convsim.core.recipe import Recipe
    from convsim.document.progress import Progress
    from convsim.ui.context import Context


class Desk(QObject):
    """Where a training is set up and steered.

    Attributes
    ----------
    trainer : Trainer
    data : DataChooser
    form : TrainForm
    pictures : int
        In an epoch of the training that runs, or ran last.
    about : About or None
        What the things that are said are about; another object once that changes.

    Signals
    -------
    begun()
    changed()
        The recipe of the training that runs is another one.
    refused(text)
        What was asked for cannot be done, and why.
    ready()
        The pictures are there, or cannot be had.
    turned()
        What is known of a training is about something else now.
    """

    begun = Signal()
    changed = Signal()
    refused = Signal(str)
    ready = Signal()
    turned = Signal()

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._waiting: Callable[[], None] | None = None
        self.pictures = 1
        self.about: About | None = None
        self._results = Results()
        self.trainer = Trainer(context.store, lambda: not context.tracer.working, self)
        self.data = DataChooser(context)
        self.form = TrainForm()
        self.data.split = lambda: (self.form.validation.value(), self.form.seed.value())
        self.data.changed.connect(self._take_data)
        self.data.list.currentIndexChanged.connect(lambda _index: self.follow())
        self.form.edited.connect(self._change)
        self.trainer.moved.connect(self._list_missing)
        self.trainer.ended.connect(lambda _outcome: self._list_missing())
        self.trainer.ended.connect(lambda _outcome: self._remember())

    @property
    def can_train(self) -> bool:
        """Whether there is something to train on, or it is being read, and time to do so."""
        return not self.data.problem and self.trainer.state is not State.JUDGING

    @property
    def can_resume(self) -> bool:
        """Whether the document keeps a training that can go on."""
        return not self.trainer.running and can_resume(self._context.document)

    def toggle(self) -> None:
        """Begin to train, pause, or go on, whichever is next."""
        if self.waits(self.toggle):
            return
        if self.trainer.state is State.RUNNING:
            self.trainer.pause()
        elif self.trainer.state is State.PAUSED:
            self.trainer.resume()
        elif self.trainer.state is State.IDLE:
            self._begin(paused=False)

    def one_batch(self) -> None:
        """Learn from one batch and halt."""
        if self.waits(self.one_batch):
            return
        if self.trainer.running or self._begin(paused=True):
            self.trainer.step()

    def one_epoch(self) -> None:
        """Learn until the epoch ends and halt."""
        if self.waits(self.one_epoch):
            return
        if self.trainer.running or self._begin(paused=True):
            self.trainer.epoch()

    def resume(self) -> None:
        """Go on with the training that the document keeps, as if it had never stopped."""
        document = self._context.document
        progress = document.progress
        if self.trainer.running or progress is None or not can_resume(document):
            return
        self.data.choose(progress.data if progress.data in (*BUNDLED, OWN) else Path(progress.data))
        if self.waits(self.resume):
            return
        choices = choices_of(progress)
        if progress.epoch >= choices.epochs:
            # It had come to its end: as many epochs more as the form says.
            choices = replace(choices, epochs=progress.epoch + self.form.epochs.value())
        self.form.show_choices(choices)
        self.form.seed.setValue(progress.seed)
        self.form.validation.setValue(progress.validation)
        self._begin(paused=False, resume=progress)

    def follow(self) -> None:
        """Let what is known of a training be about the open network, its weights and the data."""
        about = self._now
        if self.trainer.running or about.same(self.about):
            return
        self.about = about
        self.trainer.show(self._known(about))
        self.turned.emit()

    def adopt(self) -> None:
        """Show the settings of the training that a project that was opened keeps.

        A folder on the disk is not looked into before somebody asks for it.
        """
        document = self._context.document
        progress = document.progress
        if progress is None or not can_resume(document) or self.trainer.running:
            return
        self.form.show_choices(choices_of(progress))
        self.form.seed.setValue(progress.seed)
        self.form.validation.setValue(progress.validation)
        if progress.data in BUNDLED or (progress.data == OWN and document.examples):
            self.data.choose(progress.data)
        self.data.set_augmentation(augmentation_of(progress))

    @property
    def _now(self) -> About:
        document = self._context.document
        return About(document.network, document.weights, self.data.chosen)

    def _known(self, about: About) -> Result:
        """Return what is known of a training of these weights on these data."""
        document = self._context.document
        progress = document.progress
        found = self._results.get(about)
        if found is not None:
            return found
        # What a path leads to is not looked at: its curves are shown whatever is chosen.
        other = progress is not None and progress.data in (*BUNDLED, OWN)
        if progress is None or (other and progress.data != about.data):
            return Result()
        return recalled(document, network_name(document)) or Result()

    def _remember(self) -> None:
        """Keep what came out, for as long as somebody can come back to these weights."""
        self.about = self._now
        if self.trainer.holds:
            self._results.put(self.about, self.trainer.result)
        elif self.trainer.history.steps:
            # Somebody has undone it, or put other weights in their place.
            self.trainer.show(self._known(self.about))

    def _list_missing(self) -> None:
        """List the pictures that could not be read in the midst of a training with those before."""
        plan = self.trainer.plan
        if plan is not None:
            self.data.leave_out(plan.data, missing(plan.data))

    def plan(self) -> Plan:
        """Return what the form and the data say now; `pictures` follows.

        Raises
        ------
        ConvSimError
            If it cannot be trained.
        """
        document, data = self._context.document, self.data.data
        if data is None:
            raise ConvSimError(self.data.problem or "there is no data set to learn from yet")
        document.network.check()
        check_finite(document.network, document.weights)
        plan = Plan(
            document,
            spared(data),
            seed=self.form.seed.value(),
            validation=self.form.validation.value(),
            augmentation=self.data.augmentation,
        )
        learnt, _ = plan.parts()
        self.pictures = len(learnt.targets)
        return replace(plan, recipe=self.form.choices().recipe(self.pictures, PUBLISH))

    def first_plan(self) -> Plan:
        """Return the plan with the weights that Train would begin with.

        Raises
        ------
        ConvSimError
            If it cannot be trained.
        """
        plan = self.plan()
        if not self.form.begin.currentData():
            return plan
        return replace(plan, document=with_new_weights(plan.document, plan.seed))

    def give_end(self) -> None:
        """Put behind the network what it lacks to tell the classes apart, as an edit of its own."""
        data, store = self.data.data, self._context.store
        if data is None:
            return
        ended = with_ending(store.document, len(data.classes))
        if ended is not store.document:
            store.edit(tr("An end for {n} classes").format(n=len(data.classes)), ended)

    def waits(self, deed: Callable[[], None]) -> bool:
        """Return whether the pictures are still being read: then it is done when they are there."""
        if self.data.data is None and self.data.reading:
            self._waiting = deed
            return True
        return False

    def close(self) -> None:
        """End training and reading, and wait for their threads."""
        self.data.close_jobs()
        self.trainer.close()

    def _begin(self, *, paused: bool, resume: Progress | None = None) -> bool:
        """Begin to train; return whether that was possible."""
        if self.data.data is None:
            return False
        if resume is not None:
            self.data.set_augmentation(augmentation_of(resume))
        else:
            self.give_end()
        document = self._context.document
        try:
            plan = self.first_plan() if resume is None else self.plan()
            if resume is not None and resume.pictures != self.pictures:
                text = tr(
                    "The data have changed: there were {then} pictures to learn from, now there "
                    "are {now}. Train begins anew with these."
                )
                then, now = f"{resume.pictures:,}", f"{self.pictures:,}"
                self.refused.emit(text.format(then=then, now=now))
                return False
            recipe, origin = self._recipe(resume)
        except ConvSimError as problem:
            self.refused.emit(str(problem))
            return False
        title = self.data.title
        self.trainer.start(
            replace(plan, recipe=recipe),
            edit_title(document, title),
            partial(past_title, network_name(document), title),
            paused=paused,
            origin=origin,
            resume=resume,
            name=network_name(document),
        )
        self.begun.emit()
        return True

    def _recipe(self, resume: Progress | None) -> tuple[Recipe, Origin]:
        """Return the recipe that the form says, for all that is left of a training."""
        choices, done = self.form.choices(), done_by(resume)
        total = choices.batches(self.pictures, done)
        if resume is not None and resume.epoch < choices_of(resume).epochs:
            total = total_of(resume) or total
        origin = Origin(self.data.chosen, self.pictures, choices, total, self.data.augmentation)
        return choices.recipe(self.pictures, PUBLISH, done, total), origin

    def _take_data(self) -> None:
        deed, self._waiting = self._waiting, None
        data = self.data.data
        if data is not None and not self.trainer.running:
            self.form.suggest_epochs(round(len(data) * (1 - VALIDATION)))
        self.follow()
        self.ready.emit()
        if deed is not None and data is not None:
            deed()

    def _change(self) -> None:
        """Let the training that runs go by other settings from the next batch on."""
        trainer = self.trainer
        shot = trainer.newest
        if not trainer.running:
            return
        done = (shot.step, shot.passed) if shot else (0, 0.0)
        choices = self.form.choices()
        try:
            recipe = choices.recipe(self.pictures, PUBLISH, done)
        except ConvSimError as problem:
            self.refused.emit(str(problem))
            return
        total = choices.batches(self.pictures, done)
        augmentation = trainer.plan.augmentation if trainer.plan else self.data.augmentation
        origin = Origin(self.data.chosen, self.pictures, choices, total, augmentation)
        trainer.change(recipe, origin)
        self.changed.emit()
