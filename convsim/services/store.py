"""The store holds the one document that is open, and the way back to every earlier one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

if TYPE_CHECKING:
    from convsim.document import Document

UNDO_LIMIT = 200


class Store(QObject):
    """The open document; every change of it goes through here.

    Attributes
    ----------
    undo_stack : QUndoStack
        Edits by name; clean while nothing would be lost.
    has_file : bool
        Whether the document has a file of its own, which an opened picture makes outdated.
    revision : int
        Another number after every edit, undo, redo and load.
    replacing : bool
        While a change is told: whether another network was opened, or an undo came back from it,
        and not an edit of the same one.

    Signals
    -------
    changed(before, after)
        Two `Document`s; compare what matters to you.
    edited(before, after)
        It changed by a new edit, not by undo or redo; comes after `changed`.
    """

    merging: str = ""
    """The key of the edit that is being made; empty for all others, and for undo and redo."""

    changed = Signal(object, object)
    edited = Signal(object, object)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(UNDO_LIMIT)
        self.undo_stack.indexChanged.connect(self._see_clean)
        self.has_file = False
        self.revision = 0
        self.replacing = False

    @property
    def document(self) -> Document:
        """The document as it is now."""
        return self._document

    def edit(self, text: str, document: Document, merge: str = "") -> None:
        """Replace the document by an edited one, as one entry that can be undone.

        Parameters
        ----------
        text : str
            Name of the edit, shown after Undo.
        document : Document
        merge : str
            Edits that follow each other with the same key become one entry, as when a value is
            dragged.
        """
        if document is not self._document:
            before = self._document
            self.merging = merge
            self.undo_stack.push(_Edit(self, text, before, document, merge))
            self.merging = ""
            self.edited.emit(before, document)

    def open(self, text: str, document: Document, *, whole: bool = True) -> None:
        """Replace the document by another one; undo comes back to this one.

        It counts as unmodified unless unsaved edits lie behind it, or a file that holds another;
        what undo then comes back to counts as unmodified too.

        Parameters
        ----------
        text : str
            Name of the edit, shown after Undo.
        document : Document
        whole : bool
            Whether it is another network, not the same one with another picture.
        """
        clean = self.undo_stack.isClean() and not self.has_file
        before = self._document
        if document is not before:
            edit = _Edit(self, text, before, document, "", whole=whole)
            edit.harmless = clean
            self.undo_stack.push(edit)
            if not whole:
                self.edited.emit(before, document)

    def load(self, document: Document) -> None:
        """Replace the document by another one for good: its history begins here."""
        self.revision += 1
        self._replace(document, whole=True)
        self.undo_stack.clear()
        # Clearing leaves a stack unclean that was so by `resetClean`.
        self.undo_stack.setClean()

    @property
    def undone(self) -> Document | None:
        """What redoing everything would lead to; None if nothing was undone, or only opened."""
        stack = self.undo_stack
        ahead = [stack.command(i) for i in range(stack.index(), stack.count())]
        edits = [edit for edit in ahead if isinstance(edit, _Edit)]
        return edits[-1].after if any(not edit.harmless for edit in edits) else None

    def states(self) -> list[Document]:
        """Return every document that undo and redo can come back to."""
        commands = (self.undo_stack.command(i) for i in range(self.undo_stack.count()))
        edits = [command for command in commands if isinstance(command, _Edit)]
        return [state for edit in edits for state in (edit.before, edit.after)]

    def show(self, document: Document) -> None:
        """Replace the document by one that differs only in cursor or view: nothing to undo."""
        if document is not self._document:
            self._replace(document)

    def refine(self, document: Document, merge: str) -> None:
        """Replace the document by a newer state of the last edit, which `merge` must be the key of.

        There is no new entry, and nobody is told that something was edited: training does this
        many times a second.  A document that was saved in the meantime is modified again.
        """
        last = self._last
        if last is not None and last.merge == merge:
            last.after = document
        self._renew(document, merge)

    def amend(self, document: Document, what: str) -> None:
        """Replace the document by a newer state of the last edit, whatever that was.

        As `refine`; `what` tells those who compare with what was before which changes belong
        together.
        """
        last = self._last
        if last is not None:
            last.after = document
        self._renew(document, what)

    @property
    def _last(self) -> _Edit | None:
        """The edit that led here."""
        index = self.undo_stack.index()
        last = self.undo_stack.command(index - 1) if index else None
        return last if isinstance(last, _Edit) else None

    def _renew(self, document: Document, merge: str) -> None:
        self.merging = merge
        self._replace(document)
        self.merging = ""
        if self.undo_stack.isClean():
            self.undo_stack.resetClean()

    def _see_clean(self, index: int) -> None:
        """Take a state for unmodified that only opening led to, or that opening left."""
        around = [self.undo_stack.command(i) for i in (index - 1, index) if i >= 0]
        opened = any(isinstance(edit, _Edit) and edit.harmless for edit in around)
        if opened and not self.has_file:
            self.undo_stack.setClean()

    def _replace(self, document: Document, *, whole: bool = False) -> None:
        before, self._document = self._document, document
        self.replacing = whole
        self.changed.emit(before, document)
        self.replacing = False


class _Edit(QUndoCommand):
    """One edit: the document before and after it; documents share what did not change."""

    harmless = False
    """Whether nothing is lost by it: from one document without unsaved edits to another."""

    def __init__(
        self,
        store: Store,
        text: str,
        before: Document,
        after: Document,
        merge: str,
        *,
        whole: bool = False,
    ) -> None:
        super().__init__(text)
        self._store, self.before, self.after, self.merge = store, before, after, merge
        self._whole = whole

    def redo(self) -> None:
        self._store.revision += 1
        self._store._replace(self.after, whole=self._whole)

    def undo(self) -> None:
        self._store.revision += 1
        self._store._replace(self.before, whole=self._whole)

    def id(self) -> int:
        return hash(self.merge) & 0x7FFFFFFF if self.merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _Edit) or other.merge != self.merge:
            return False
        self.after = other.after
        self.setText(other.text())
        return True
