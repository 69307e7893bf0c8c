"""What a network that knows classes takes a new picture for, said once it is worked out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from convsim.ui.train.words import prediction_text

if TYPE_CHECKING:
    from convsim.document import Picture
    from convsim.ui.host import Host


class TakenFor(QObject):
    """Says it in passing, in whichever view the picture came; the Train view says it by itself."""

    def __init__(self, window: Host) -> None:
        super().__init__(window)
        self._window = window
        self._picture: Picture | None = None
        self._before = ""
        window.context.worked.connect(self._look)

    def tell(self, before: str) -> None:
        """Say it of the picture that is open now, behind what there is to say before.

        Parameters
        ----------
        before : str
            What else is to be known of the picture; said at once.
        """
        self._before = before
        self._window.show_message(before)
        self._picture = self._window.context.document.picture
        self._look()

    def _look(self) -> None:
        context = self._window.context
        document = context.document
        last = len(document.network.layers) - 1
        if self._picture is None:
            return
        asked = document.picture is self._picture and document.view.tab != "train"
        if not asked or not document.classes or last < 0:
            self._picture = None
        elif context.tracer.want(last):
            self._picture = None
            said = (self._before, prediction_text(document, context.trace))
            self._window.show_message(" ".join(text for text in said if text))
