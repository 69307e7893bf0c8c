"""Walking: what the stage's keys do to the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.services.player import Player, stepped, stepped_inside

if TYPE_CHECKING:
    from convsim.document import Document
    from convsim.services.store import Store


class Walker:
    """Moves the cursor by steps, rows, filters and inner steps; pauses what plays."""

    def __init__(self, store: Store, player: Player) -> None:
        self._store, self._player = store, player

    def toggle(self) -> None:
        """Play, or pause."""
        self._player.set_playing(not self._player.playing)

    def step(self, by: int) -> None:
        """Go to the next or previous position."""
        self._go(stepped(self._store.document, by))

    def inside(self, by: int) -> None:
        """Go one part of a step on or back."""
        self._go(stepped_inside(self._store.document, by))

    def row(self, by: int) -> None:
        """Go one row down or up; in a vector, ten units."""
        document = self._store.document
        if document.walk is not None:
            place = document.walk.position(document.cursor)
            width = document.walk.cols if document.walk.is_map else 10
            if 0 <= place + by * width < document.walk.positions:
                cursor = document.walk.at_position(document.cursor, place + by * width)
                self._go(document.at(cursor))

    def filter(self, by: int) -> None:
        """Go to the same place of the next or previous filter."""
        document = self._store.document
        self._go(document.at(document.cursor._replace(filter=document.cursor.filter + by)))

    def first(self) -> None:
        """Go to the first position of the filter."""
        self._end(0)

    def last(self) -> None:
        """Go to the last position of the filter."""
        document = self._store.document
        if document.walk is not None:
            self._end(document.walk.positions - 1)

    def _end(self, position: int) -> None:
        document = self._store.document
        if document.walk is not None:
            self._go(document.at(document.walk.at_position(document.cursor, position)))

    def _go(self, document: Document | None) -> None:
        self._player.set_playing(False)
        if document is not None:
            self._store.show(document)
