"""The page a figure is drawn on: its size, its colours, its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field

from convsim.core.record import record
from convsim.core.trace import Trace
from convsim.document.document import Document
from convsim.figures.labels import ENGLISH, Labels
from convsim.figures.scene import Color, Scene
from convsim.figures.theme import LIGHT, Theme


@record
class Page:
    """What a figure needs to know besides the document.

    Attributes
    ----------
    width, height : float
        In units; a slide is 960 × 540 points, the stage as many as it has pixels.
    theme : Theme
    labels : mapping
        Words by key.
    titled : bool
        Whether the figure says above itself what it shows; the window says that elsewhere.
    transparent : bool
        Whether nothing is painted behind the figure.
    """

    width: float = 960.0
    height: float = 540.0
    theme: Theme = LIGHT
    labels: Labels = field(default_factory=lambda: ENGLISH)
    titled: bool = True
    transparent: bool = False

    @property
    def background(self) -> Color | None:
        """The colour behind the figure, None if transparent."""
        return None if self.transparent else self.theme.paper


FigureFunction = Callable[[Document, Trace, Page], Scene]
