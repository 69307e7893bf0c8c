"""The live picture: every frame of a camera becomes the picture, until it is frozen.

All of it is one step of undo.  Whoever changes the picture otherwise, draws in it say, freezes it.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance

from convsim.core.errors import ConvSimError
from convsim.document import Picture
from convsim.services import opening
from convsim.services.camera import Camera

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from convsim.services.store import Store

_serial = count(1)


class Source(Protocol):
    """What frames come from: a `Camera`, or what stands in for one."""

    framed: SignalInstance
    failed: SignalInstance

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """End."""


class Live(QObject):
    """Puts frames into the document.

    Attributes
    ----------
    running : bool

    Signals
    -------
    changed(running)
    failed(text)

    Parameters
    ----------
    store : Store
    make : function
        Returns a source of frames.
    """

    changed = Signal(bool)
    failed = Signal(str)

    def __init__(
        self,
        store: Store,
        parent: QObject | None = None,
        make: Callable[[QObject], Source] = Camera,
    ) -> None:
        super().__init__(parent)
        self._store, self._make = store, make
        self._source: Source | None = None
        self._shown: Picture | None = None
        self._key = ""

    @property
    def running(self) -> bool:
        """Whether frames are shown as they come."""
        return self._source is not None

    def toggle(self) -> None:
        """Begin, or freeze what is seen."""
        if self.running:
            self.freeze()
        else:
            self._begin()

    def freeze(self) -> None:
        """Keep the last frame as the picture."""
        source, self._source = self._source, None
        if source is not None:
            source.stop()
            if isinstance(source, QObject):
                source.deleteLater()
            self._shown = None
            self.changed.emit(False)

    def _begin(self) -> None:
        source = self._make(self)
        self._source, self._shown = source, None
        self._key = f"live#{next(_serial)}"
        source.framed.connect(self._show)
        source.failed.connect(self._fail)
        self.changed.emit(True)
        source.start()

    def _show(self, pixels: NDArray[Any]) -> None:
        if not self.running:
            return
        store = self._store
        document = store.document
        try:
            if self._shown is None:
                picture = Picture(self.tr("camera"), pixels)
                store.edit(self.tr("Live camera"), opening.with_picture(document, picture))
            elif document.picture is self._shown:
                picture = replace(self._shown, pixels=pixels)
                store.amend(opening.with_changed_picture(document, picture), self._key)
            else:
                # Another picture was opened, or undo went past it: that one stays.
                self.freeze()
                return
        except ConvSimError as problem:
            self._fail(str(problem))
            return
        self._shown = store.document.picture

    def _fail(self, text: str) -> None:
        self.freeze()
        self.failed.emit(text)
