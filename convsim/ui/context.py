"""What every panel of the window shares: the store, the numbers, the colours, the words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from convsim.core.errors import ConvSimError
from convsim.figures.page import FigureFunction, Page
from convsim.figures.parts import layer_title
from convsim.figures.ripple import comparable
from convsim.figures.theme import THEMES, Theme
from convsim.services.store import Store
from convsim.services.tracer import Tracer, is_quick
from convsim.ui.words import figure_labels

if TYPE_CHECKING:
    from convsim.core.trace import Trace
    from convsim.document import Document
    from convsim.figures.scene import Scene


class Context(QObject):
    """The open document with its activations, and how it is shown.

    Attributes
    ----------
    store : Store
    tracer : Tracer
    theme : Theme
    held : bool
        Whether everything is shown as it was before the last edit.
    difference : bool
        Whether maps are shown as what the last edit moved.

    Signals
    -------
    changed(before, after)
        The document changed, and the trace follows it already.
    worked()
        Numbers that were missing are there.
    theme_changed(theme)
    label_wanted()
        Somebody wants to label the picture.
    compared()
        What was before the last edit is shown, or no longer, or the difference to it.
    """

    changed = Signal(object, object)
    worked = Signal()
    theme_changed = Signal(object)
    label_wanted = Signal()
    compared = Signal()

    def __init__(self, document: Document, theme: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store = Store(document, self)
        self.tracer = Tracer(document, self)
        self.theme: Theme = THEMES.get(theme, THEMES["light"])
        self.labels = figure_labels()
        self.problem = ""
        self.held = self.difference = False
        self._past: Document | None = None
        self._before: Trace | None = None
        self._burst = ""
        self.store.changed.connect(self._follow)
        self.tracer.reached.connect(lambda _index: self.worked.emit())
        self.tracer.failed.connect(self._fail)

    @property
    def document(self) -> Document:
        """The open document."""
        return self.store.document

    @property
    def trace(self) -> Trace:
        """Its activations, as far as they are worked out."""
        return self.tracer.trace

    def set_theme(self, theme: Theme) -> None:
        """Show everything in other colours."""
        self.theme = theme
        self.theme_changed.emit(theme)

    def page(self, width: float, height: float) -> Page:
        """Return a page of the window: no title of its own, and never too small to lay out."""
        return Page(max(width, 300.0), max(height, 80.0), self.theme, self.labels, titled=False)

    def draw(
        self,
        figure: FigureFunction,
        width: float,
        height: float,
        needs: int,
        *,
        always_now: bool = False,
    ) -> Scene:
        """Return a figure, or a sentence that says what it waits for.

        Parameters
        ----------
        figure : function
        width, height : float
        needs : int
            The last layer whose output the figure shows; −1 for the picture alone.
        always_now : bool
            Whether the figure is never shown as it was before the last edit.
        """
        page = self.page(width, height)
        document, trace = (self.document, self.trace) if always_now else self.shown
        if document is not self.document:
            needs = min(needs, len(document.network.layers) - 1)
        if document.empty:
            text = self.tr("No layers yet. “Add layer” in the list shows what there is.")
            return _hint(text, page)
        places = document.network.places[: needs + 1]
        fits = all(place.output_shape is not None for place in places)
        if fits and trace is not self.trace and not _kept(trace, needs):
            name = layer_title(document.network.layers[needs], self.labels)
            text = self.tr("How {name} was before the last edit would take long to work out.")
            return _hint(text.format(name=name), page)
        if fits and trace is self.trace and not self.tracer.want(needs):
            name = layer_title(document.network.layers[needs], self.labels)
            if self.problem:
                return _hint(self.problem, page)
            return _hint(self.tr("Working out {name}…").format(name=name), page)
        try:
            return figure(document, trace, page)
        except ConvSimError as problem:
            return _hint(str(problem), page)

    def close(self) -> None:
        """End the background work."""
        self.tracer.close()

    @property
    def has_before(self) -> bool:
        """Whether there was an edit, whose other side can be shown."""
        return self._past is not None

    def hold_before(self, held: bool) -> None:
        """Show everything as it was before the last edit, as long as something is held down."""
        if held != self.held and (self.has_before or not held):
            self.held = held
            self.compared.emit()

    def set_difference(self, on: bool) -> None:
        """Show maps as what the last edit moved, or as they are."""
        if on != self.difference:
            self.difference = on
            self.compared.emit()

    @property
    def shown(self) -> tuple[Document, Trace]:
        """What figures are drawn of: the document as it is, or as it was before the last edit."""
        now, past, before = self.document, self._past, self._before
        if not self.held or past is None or before is None:
            return now, self.trace
        return replace(past, view=now.view).at(now.cursor, now.inside), before

    def before_edit(self, index: int) -> Trace | None:
        """Return the numbers before the last edit, if a layer's can be compared with those now.

        A drag counts as one edit: its beginning is what was before.
        """
        trace = self._before
        if trace is None or not comparable(self.document, trace, index):
            return None
        return trace if _kept(trace, index) else None

    def _follow(self, before: Document, after: Document) -> None:
        self.problem = ""
        trace, merging = self.trace, self.store.merging
        self.tracer.follow(after)
        if self.trace is not trace:
            if not merging or merging != self._burst:
                self._past, self._before = before, trace
            self._burst = merging
        if self.held and before.network is not after.network:
            # Whoever edits on looks at what comes of it; the numbers are those of the new network.
            self.hold_before(False)
        self.changed.emit(before, after)

    def _fail(self, problem: str) -> None:
        self.problem = problem
        self.worked.emit()


def _hint(text: str, page: Page) -> Scene:
    # Read when first needed: a start has something to show.
    from convsim.figures.hint import hint

    return hint(text, page)


def _kept(trace: Trace, index: int) -> bool:
    """Return whether an older trace has a layer, or has it in no time."""
    if not trace.reached(index):
        if not is_quick(trace, index):
            return False
        trace.reach(index)
    return True
