"""All kinds of figures by name: what the window, the command line and the exports draw."""

from __future__ import annotations

from functools import wraps
from types import MappingProxyType
from typing import TYPE_CHECKING

from convsim.core.errors import ConvSimError
from convsim.figures.counts import counts
from convsim.figures.filters import filters
from convsim.figures.hint import hint
from convsim.figures.labels import say
from convsim.figures.maps import maps
from convsim.figures.padding import padding
from convsim.figures.products import products
from convsim.figures.stage import step
from convsim.figures.sweep import sweep, sweep_instead
from convsim.figures.tiles import tiles
from convsim.figures.volumes import volumes
from convsim.figures.window import window

if TYPE_CHECKING:
    from convsim.core.trace import Trace
    from convsim.document.document import Document
    from convsim.figures.page import FigureFunction, Page
    from convsim.figures.scene import Scene


class UnknownFigureError(ConvSimError):
    """There is no such kind of figure.

    Attributes
    ----------
    kind : str
        What was asked for.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(f"no figure is called {kind!r}; there are {', '.join(FIGURES)}")


def fitting(figure: FigureFunction) -> FigureFunction:
    """Return the figure, with the sweep in its place while the cursor's layer does not fit.

    Such a layer has no numbers to show; the sweep says so, and why.
    """

    @wraps(figure)
    def fitted(document: Document, trace: Trace, page: Page) -> Scene:
        if document.empty:
            return hint(say(page.labels, "empty"), page)
        if document.place.output_shape is None:
            return sweep_instead(document, trace, page)
        return figure(document, trace, page)

    return fitted


def filled(figure: FigureFunction) -> FigureFunction:
    """Return the figure, with a hint in its place while the network has no layer."""

    @wraps(figure)
    def drawn(document: Document, trace: Trace, page: Page) -> Scene:
        if document.empty:
            return hint(say(page.labels, "empty"), page)
        return figure(document, trace, page)

    return drawn


FIGURES: MappingProxyType[str, FigureFunction] = MappingProxyType(
    {
        "step": step,
        "volumes": volumes,
        "tiles": filled(tiles),
        "window": fitting(window),
        "products": fitting(products),
        "sweep": filled(sweep),
        "padding": filled(padding),
        "maps": fitting(maps),
        "filters": fitting(filters),
        "counts": counts,
    }
)
"""The function of each kind, in the order in which they are offered."""

NEED_VALUES = frozenset({"step", "window", "products", "maps", "filters"})
"""Kinds of which a layer that does not fit has none: its sweep is drawn in their place."""


def draw(kind: str, document: Document, trace: Trace, page: Page) -> Scene:
    """Return a figure.

    Parameters
    ----------
    kind : str
        A key of `FIGURES`.
    document : Document
    trace : Trace
        Worked out as far as the figure needs.
    page : Page

    Raises
    ------
    UnknownFigureError
        If there is no such kind; the message lists those there are.
    """
    if kind not in FIGURES:
        raise UnknownFigureError(kind)
    return FIGURES[kind](document, trace, page)
