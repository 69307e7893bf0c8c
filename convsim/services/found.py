"""The weights that a training finds, in the document: one edit, with ever newer states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.services.training import trained

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from convsim.core.layers import Params
    from convsim.core.snapshot import Snapshot
    from convsim.document import Document, Familiar
    from convsim.services.store import Store

    Dressed = Callable[[Document, Sequence[Params]], Document]


class Found:
    """What one training after the other has found, as the document shows it.

    Parameters
    ----------
    store : Store
    dress : function (document, params) → document
        Adds what the training needs to go on later.

    Attributes
    ----------
    shown : Snapshot or None
        What of the training that runs, or ran last, the document shows.
    showing : bool
        Whether a change of the document is one made here.
    """

    def __init__(self, store: Store, dress: Dressed) -> None:
        self._store, self._dress = store, dress
        self._number = 0
        self._title = ""
        self._past: Callable[[Snapshot], str] = lambda _shot: ""
        self._classes: tuple[str, ...] = ()
        self.shown: Snapshot | None = None
        self.showing = False

    def begin(self, title: str, past: Callable[[Snapshot], str], classes: tuple[str, ...]) -> None:
        """Await the weights of another training.

        Parameters
        ----------
        title : str
            Name of the edit while it runs.
        past : function
            Its name when it has ended, from the last snapshot.
        classes : tuple of str
            What it learns to tell apart.
        """
        self._number += 1
        self._title, self._past, self._classes = title, past, classes
        self.shown = None

    def show(self, newest: Snapshot) -> None:
        """Show weights: the first as an edit, the others as states of that edit."""
        document = self._document(newest)
        self.showing = True
        if self.shown is None:
            self._store.edit(self._title, document, self._key)
        else:
            self._store.refine(document, self._key)
        self.showing = False
        self.shown = newest

    def name(self, known: Familiar | None = None) -> None:
        """Name the edit after what was done, now that it is over."""
        if self.shown is None:
            return
        # The same once more, as another value: an edit that changes nothing is none.
        same = self._document(self.shown, known)
        self.showing = True
        self._store.edit(self._past(self.shown), same, self._key)
        self.showing = False

    def _document(self, shot: Snapshot, known: Familiar | None = None) -> Document:
        """Return the document with a snapshot's weights, and with what it needs to go on."""
        document = trained(self._store.document, shot.params, self._classes, known)
        return self._dress(document, shot.params)

    @property
    def _key(self) -> str:
        return f"training {self._number}"
