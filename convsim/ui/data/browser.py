"""A look into the data set: how many pictures each class has, what they look like, what is bad."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from convsim.figures.contact_sheet import Tile, contact_sheet, fitting
from convsim.figures.hint import hint
from convsim.services.data_look import AVERAGED, SHOWN, looks
from convsim.ui.data.changes import ChangesPage
from convsim.ui.data.words import tr
from convsim.ui.jobs import Job
from convsim.ui.scene_view import SceneView
from convsim.ui.segments import Segments

if TYPE_CHECKING:
    from collections.abc import Callable

    from convsim.data.sets import Augmentation, DataSet
    from convsim.figures.scene import Scene
    from convsim.services.data_look import ClassLook
    from convsim.ui.context import Context


class DataBrowser(QDialog):
    """Pages: the classes with their pictures, changes on the way, and what was left out.

    Attributes
    ----------
    classes : QTreeWidget
        Name, and how many pictures are learnt from, set aside, and tested on.
    view : SceneView
        The mean picture and samples of the chosen class.
    changes : ChangesPage
    bad : QTreeWidget
        Files that cannot be read, and why.
    looks : list of ClassLook
        Empty until they are read.

    Signals
    -------
    chosen(augmentation)
        Other changes were chosen.
    read()
        The classes are shown.
    """

    chosen = Signal(object)
    read = Signal()

    def __init__(
        self,
        context: Context,
        data: DataSet,
        split: tuple[float, int],
        change: Augmentation,
        parent: QWidget,
    ) -> None:
        """Show a data set, split by (share set aside, seed)."""
        super().__init__(parent)
        self._context, self._data, self._split = context, data, split
        self.looks: list[ClassLook] = []
        self.setWindowTitle(tr("Data: {name}").format(name=data.name))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._job: Job | None = None
        self._build(change)
        self.resize(920, 600)
        context.theme_changed.connect(self._repaint)
        self._read()

    def show_page(self, key: str) -> None:
        """Show one of the pages: ``classes``, ``changes`` or ``bad``."""
        self.segments.show_choice(key)
        self.stack.setCurrentIndex(("classes", "changes", "bad").index(key))

    def done(self, result: int) -> None:
        """Stop reading before the dialog goes."""
        if self._job is not None:
            self._job.cancel()
            self._job.wait()
        super().done(result)

    def _build(self, change: Augmentation) -> None:
        data = self._data
        pages = [
            ("classes", tr("Pictures"), tr("How many pictures each class has, and some of them")),
            ("changes", tr("Changes"), tr("What may happen to a picture on the way")),
        ]
        if data.bad or data.notes:
            text = tr("Left out: {n}").format(n=f"{len(data.bad):,}") if data.bad else tr("Notes")
            pages.append(("bad", text, tr("What could not be read, or was converted, and why")))
        self.segments = Segments(pages, tr("What is shown of the data"))
        self.segments.chosen.connect(self.show_page)
        self._summary = QLabel(self._counts_text())
        self._summary.setObjectName("dim")
        self._summary.setWordWrap(True)
        heads = (tr("Class"), tr("Learn"), tr("Set aside"), tr("Test"))
        self.classes = _table(tr("Classes"), heads)
        self.classes.setMaximumWidth(340)
        self.view = SceneView(self._draw, tr("Pictures of the class"), self)
        self.classes.currentItemChanged.connect(self._repaint)
        look = QWidget()
        row = QHBoxLayout(look)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.classes)
        seen = QVBoxLayout()
        seen.addWidget(self.view, 1)
        self._which = QLabel(self._look_text())
        self._which.setObjectName("dim")
        self._which.setWordWrap(True)
        self._which.setVisible(bool(self._which.text()))
        seen.addWidget(self._which)
        row.addLayout(seen, 1)
        self.changes = ChangesPage(self._context, data, self._split[1], change, self)
        self.changes.chosen.connect(self.chosen)
        self.bad = _table(tr("Left out"), (tr("File"), tr("Why")))
        for note in data.notes:
            QTreeWidgetItem(self.bad, [data.name, note])
        for one in data.bad:
            QTreeWidgetItem(self.bad, [one.name, one.why]).setToolTip(1, one.why)
        self.stack = QStackedWidget()
        for page in (look, self.changes, self.bad):
            self.stack.addWidget(page)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 12)
        column.setSpacing(10)
        column.addWidget(self.segments)
        column.addWidget(self._summary)
        column.addWidget(self.stack, 1)
        column.addWidget(self.buttons)
        self.show_page("classes")

    def _counts_text(self) -> str:
        data, (share, seed) = self._data, self._split
        height, width, channels = data.shape
        text = tr("{n} pictures in {k} classes, at {size} for this network").format(
            n=f"{len(data):,}", k=f"{len(data.classes):,}", size=f"{height}×{width}×{channels}"
        )
        if share:
            text += " · " + tr("{share} of each class set aside, drawn with seed {seed}").format(
                share=f"{share:.0%}", seed=seed
            )
        if data.test is not None:
            text += " · " + tr("{n} more to test").format(n=f"{len(data.test):,}")
        return text

    def _look_text(self) -> str:
        """Return which pictures of a class are shown; empty if all are."""
        most = int(self._data.counts().max(initial=0))
        if most <= SHOWN:
            return ""
        mean = tr("the mean of its pictures")
        if most > AVERAGED:
            mean = tr("the mean of its first {n} pictures").format(n=f"{AVERAGED:,}")
        return tr("Of a class: {mean}, then the first {n}.").format(mean=mean, n=SHOWN)

    def _read(self) -> None:
        data, (share, seed) = self._data, self._split

        def work(_report: Callable[[int], None], cancelled: Callable[[], bool]) -> list[ClassLook]:
            return looks(data, share, seed, lambda: not cancelled())

        self._job = Job(tr("Looking at the pictures…"), 0, work, self)
        self._job.done.connect(self._show)
        self._job.failed.connect(self._fail)
        self._job.start()

    def _show(self, found: list[ClassLook]) -> None:
        self.looks = found
        for look in found:
            counts = [f"{n:,}" for n in (look.learnt, look.held, look.test)]
            item = QTreeWidgetItem(self.classes, [look.name, *counts])
            for column in (1, 2, 3):
                item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
        first = self.classes.topLevelItem(0)
        if first is not None:
            self.classes.setCurrentItem(first)
        self.view.refresh()
        self.read.emit()

    def _fail(self, problem: str) -> None:
        self._summary.setText(problem)
        self.view.refresh()

    def _repaint(self, *_args: object) -> None:
        self.view.refresh()
        self.changes.view.refresh()

    def _draw(self, width: float, height: float) -> Scene:
        page = self._context.page(width, height)
        chosen = self.classes.currentItem()
        index = -1 if chosen is None else self.classes.indexOfTopLevelItem(chosen)
        if not 0 <= index < len(self.looks):
            return hint(tr("Looking at the pictures…"), page)
        look = self.looks[index]
        if look.mean is None:
            return hint(tr("There is no picture of this class."), page)
        tiles = [Tile(look.mean, tr("mean of {n}").format(n=f"{look.averaged:,}"), marked=True)]
        tiles += [Tile(picture) for picture in look.pictures]
        columns = fitting(len(tiles), page.width, page.height)
        rows = [tiles[i : i + columns] for i in range(0, len(tiles), columns)]
        return contact_sheet(rows, page, tr("Pictures of “{name}”").format(name=look.name))


def _table(name: str, heads: tuple[str, ...]) -> QTreeWidget:
    """Return a list with columns; the first takes the room that is left, or the last of two."""
    table = QTreeWidget()
    table.setAccessibleName(name)
    table.setHeaderLabels(heads)
    table.setRootIsDecorated(False)
    table.setUniformRowHeights(True)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    header = table.header()
    header.setStretchLastSection(False)
    header.setSectionsMovable(False)
    wide = 0 if len(heads) > 2 else 1
    for column in range(len(heads)):
        mode = QHeaderView.ResizeMode
        header.setSectionResizeMode(
            column, mode.Stretch if column == wide else mode.ResizeToContents
        )
    if len(heads) > 2:
        item = table.headerItem()
        for column in range(1, len(heads)):
            item.setTextAlignment(
                column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            )
    return table
