"""Choosing what to learn from: a data set that comes along, or the reader's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from convsim.data.sets import Augmentation
from convsim.figures.hint import hint
from convsim.figures.samples import Sample, samples
from convsim.services.data_sets import OWN, open_set
from convsim.services.labelled import labelled_set
from convsim.services.training import VALIDATION
from convsim.ui.data.words import change_text
from convsim.ui.jobs import Job
from convsim.ui.menu_buttons import give_menu
from convsim.ui.scene_view import SceneView
from convsim.ui.small_buttons import ChoiceBox
from convsim.ui.train.words import titles, tr

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from convsim.data.sets import BadFile, DataSet
    from convsim.document import Document
    from convsim.figures.scene import Scene
    from convsim.ui.context import Context
    from convsim.ui.data.browser import DataBrowser

EACH = 3
"""Pictures of each class that are shown."""


class DataChooser(QWidget):
    """A list of data sets, a button for others, and a few pictures of the chosen one.

    Attributes
    ----------
    data : DataSet or None
        The chosen one, at the size of the network's input; None while it is being read, or if
        it cannot be.
    problem : str
        Why there is none.
    augmentation : Augmentation
        What may happen to a picture each time it is learnt from.
    browser : DataBrowser or None
        The look into the data that is open.
    split : function
        Tells the share that is set aside and the seed.
    bar : QHBoxLayout
        The row with the list.

    Signals
    -------
    changed()
        Another one is there.
    """

    changed = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._job: Job | None = None
        self._read: tuple[object, ...] = ()
        self.data: DataSet | None = None
        self.problem = ""
        self.samples: list[Sample] = []
        self.augmentation = Augmentation()
        self.browser: DataBrowser | None = None
        self.split: Callable[[], tuple[float, int]] = lambda: (VALIDATION, 0)
        self.list = ChoiceBox()
        self.list.setAccessibleName(tr("Data set"))
        self.list.setMinimumHeight(26)
        self.list.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.list.setMinimumContentsLength(14)
        # As wide as the longest of these names, where there is room.
        self.list.setMaximumWidth(230)
        for name, title in titles().items():
            self.list.addItem(title, name)
        self.open = QToolButton()
        self.open.setObjectName("segment")
        self.open.setText(tr("Open…"))
        self.open.setToolTip(tr("Your own pictures: a folder with a folder a class, or a file"))
        menu = give_menu(self.open)
        menu.addAction(tr("Label your own…"), self.label_own)
        menu.addAction(tr("Folder…"), self.ask_folder)
        menu.addAction(tr("File (IDX, NPZ, CSV, CIFAR)…"), self.ask_file)
        self.look = QToolButton()
        self.look.setObjectName("segment")
        self.look.setText(tr("Look in…"))
        self.look.setToolTip(
            tr("Every class with its pictures, changes on the way, and what was left out")
        )
        self.look.clicked.connect(lambda _checked=False: self.browse())
        self.augment = QToolButton()
        self.augment.setObjectName("segment")
        self.augment.setText(tr("Augment…"))
        self.augment.setToolTip(
            tr("Mirror, shift or turn the pictures that are learnt from, or add noise")
        )
        self.augment.clicked.connect(lambda _checked=False: self.browse("changes"))
        self._counts = QLabel()
        self._counts.setObjectName("dim")
        self._counts.setContentsMargins(18, 0, 18, 0)
        self._counts.setWordWrap(True)
        self._counts.setAccessibleName(tr("What there is to learn from"))
        self.view = SceneView(self._draw, tr("Pictures to learn from"), self)
        row = QHBoxLayout()
        row.setContentsMargins(18, 4, 18, 4)
        row.setSpacing(8)
        row.addWidget(self.list, 100)
        row.addWidget(self.open)
        row.addWidget(self.look)
        row.addWidget(self.augment)
        row.addStretch(1)
        self.bar = row
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._counts)
        column.addWidget(self.view, 1)
        self.list.currentIndexChanged.connect(lambda _index: self.fetch())
        context.theme_changed.connect(lambda _theme: self.view.refresh())

    @property
    def title(self) -> str:
        """The name of the chosen data set."""
        what = self.list.currentData()
        return what.name if isinstance(what, Path) else str(what)

    @property
    def chosen(self) -> str:
        """The name of the chosen one if it comes along, else its path."""
        return str(self.list.currentData())

    @property
    def reading(self) -> bool:
        """Whether the chosen one is being read."""
        return self._job is not None

    def choose(self, what: str | Path) -> None:
        """Choose a data set by name, or the one at a path."""
        index = next(
            (i for i in range(self.list.count()) if self.list.itemData(i) == what),
            self.list.count(),
        )
        if index == self.list.count() and what == OWN:
            self.list.addItem(tr("Labelled by you"), OWN)
        elif index == self.list.count():
            self.list.addItem(what.name if isinstance(what, Path) else what, what)
        self.list.setCurrentIndex(index)

    def open_anew(self, what: str | Path) -> None:
        """Choose what somebody opens: one on the disk may have been mended, and is read anew."""
        self.choose(what)
        if isinstance(what, Path) and self._job is None:
            self._read = ()
            self.fetch()

    def label_own(self) -> None:
        """Show the picture and its label in the inspector."""
        self._context.label_wanted.emit()

    def show_document(self, document: Document) -> None:
        """List the pictures labelled in a document, once there are some; follow those in use."""
        if document.examples and self.list.findData(OWN) < 0:
            self.list.addItem(tr("Labelled by you"), OWN)
        if self.list.currentData() == OWN:
            self.fetch()

    def ask_folder(self) -> None:
        """Ask for a folder of pictures."""
        title = tr("Choose a folder that holds one folder for each class")
        chosen = QFileDialog.getExistingDirectory(self, title)
        if chosen:
            self.open_anew(Path(chosen))

    def ask_file(self) -> None:
        """Ask for a file of pictures."""
        chosen, _ = QFileDialog.getOpenFileName(self, tr("File of pictures with labels"))
        if chosen:
            self.open_anew(Path(chosen))

    def browse(self, page: str = "classes") -> None:
        """Open the look into the data, on one of its pages."""
        if self.data is None:
            return
        from convsim.ui.data.browser import DataBrowser

        self.close_browser()
        self.browser = DataBrowser(
            self._context, self.data, self.split(), self.augmentation, self.window()
        )
        self.browser.chosen.connect(self._change)
        self.browser.finished.connect(self._forget_browser)
        self.browser.show_page(page)
        self.browser.open()

    def close_browser(self) -> None:
        """Close the look into the data, if it is open."""
        if self.browser is not None:
            self.browser.reject()

    def set_augmentation(self, augmentation: Augmentation) -> None:
        """Take over what may happen to a picture."""
        self.augmentation = augmentation
        self._show_counts()

    def _forget_browser(self) -> None:
        self.browser = None

    def _change(self, augmentation: Augmentation) -> None:
        self.set_augmentation(augmentation)

    def fetch(self) -> None:
        """Read the chosen data set at the size of the network's input, unless it is there."""
        document = self._context.document
        what, shape = self.list.currentData(), document.network.input_shape
        examples = document.examples if what == OWN else ()
        # Held, not named by its address: what is gone may have had the same.
        wanted = (what, shape, document.fit, examples)
        if wanted == self._read or self._job is not None:
            return
        self._read = wanted
        self.data, self.problem, self.samples = None, "", []
        self._say()

        def work(report: Callable[..., None], cancelled: Callable[[], bool]) -> DataSet:
            if what == OWN:
                return labelled_set(examples, shape, document.fit)

            def go_on(done: int, total: int) -> bool:
                report(done, total)
                return not cancelled()

            return open_set(what, shape, document.fit, go_on)

        title = tr("Reading {name}…").format(name=self.title)
        job = Job(title, 0, work, self)
        self._job = job
        job.done.connect(self._take)
        job.failed.connect(self._fail)
        job.ended.connect(self._end)
        job.start()

    def close_jobs(self) -> None:
        """Stop reading, and wait for the thread."""
        self.close_browser()
        if self._job is not None:
            self._job.cancel()
            self._job.wait()

    def _take(self, data: DataSet) -> None:
        self.data = data
        self.samples = samples_of(data)

    def _fail(self, problem: str) -> None:
        self.problem = problem

    def _end(self) -> None:
        self._job = None
        self._say()
        # The network may have another input by now.
        self.fetch()

    def leave_out(self, learnt: DataSet, bad: Sequence[BadFile]) -> None:
        """List files that could not be read as `learnt`, which these data were, was learnt from."""
        data = self.data
        if not bad or data is None or data.labels is not learnt.labels:
            return
        known = {one.name for one in data.bad}
        more = [one for one in bad if one.name not in known]
        if more:
            self.data = replace(data, bad=(*data.bad, *more))
            self._show_counts()

    def _say(self) -> None:
        self._show_counts()
        self.view.refresh()
        self.changed.emit()

    def _show_counts(self) -> None:
        data, text = self.data, ""
        self.look.setEnabled(data is not None)
        if data is not None:
            text = tr("{n} pictures, {k} classes").format(n=f"{len(data):,}", k=len(data.classes))
            if data.test is not None:
                text += " · " + tr("{n} to test").format(n=f"{len(data.test):,}")
            if data.bad:
                text += " · " + tr("{n} unreadable").format(n=f"{len(data.bad):,}")
            if not self.augmentation.none:
                text += " · " + change_text(self.augmentation)
        self._counts.setText(text)
        bad = [f"{one.name}: {one.why}" for one in data.bad[:20]] if data else []
        self._counts.setToolTip("\n".join([text, *(data.notes if data else ()), *bad]))

    def _draw(self, width: float, height: float) -> Scene:
        page = self._context.page(width, height)
        if self.samples:
            return samples(self.samples, page)
        if self.problem:
            return hint(self.problem, page)
        return hint(tr("Reading {name}…").format(name=self.title), page)


def samples_of(data: DataSet) -> list[Sample]:
    """Return the first few pictures of each class."""
    counts = data.counts().tolist()
    found = []
    for label, (name, count) in enumerate(zip(data.classes, counts, strict=True)):
        first = np.flatnonzero(data.labels == label)[:EACH]
        pictures = data.images.batch(first).transpose(0, 2, 3, 1) if len(first) else ()
        found.append(Sample(name, count, list(pictures)))
    return found
