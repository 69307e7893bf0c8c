"""Exporting: the figures and animations that the window and the command line both write.

Both call the same functions with the same defaults, so both make the same file.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from convsim.core.errors import CursorError
from convsim.core.step import Cursor, Inside
from convsim.figures.labels import ENGLISH, Labels
from convsim.figures.page import Page
from convsim.figures.registry import draw
from convsim.figures.theme import THEMES
from convsim.render.animation import write_animation
from convsim.render.export import SIZES, export
from convsim.render.fonts import load_fonts
from convsim.render.png import render_image
from convsim.services import resources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from PySide6.QtGui import QImage

    from convsim.core.trace import Trace
    from convsim.document import Document
    from convsim.figures.page import FigureFunction
    from convsim.figures.scene import Scene

DEFAULT_SIZE = "slide"
DEFAULT_THEME = "light"
DEFAULT_FPS = 10
FRAME_PX = {
    "slide": (1280, 720),
    "screen": (1920, 1080),
    "square": (720, 720),
    "column": (560, 560),
}
"""Width and height of animations in pixels: smaller than pictures, for there are many of them."""

ANIMATED = ("step", "window", "products", "sweep", "padding", "tiles", "volumes")
"""Kinds of figures that change from position to position; the others stand still."""

TAKEN_APART = ("step", "products")
"""Kinds of figures that show how far a position has been worked out."""

NO_MORE: Mapping[str, FigureFunction] = MappingProxyType({})
"""No figures beside those of the registry."""

_application: list[QGuiApplication] = []


def gui_application() -> QGuiApplication:
    """Return Qt's application with the bundled fonts, made without a screen if there is none yet.

    Whether a display is there makes no difference: what is drawn into files never needs one.
    """
    running = QGuiApplication.instance()
    if not isinstance(running, QGuiApplication):
        running = QGuiApplication(["convsim", "-platform", "offscreen"])
        # Qt's application ends when nobody holds it.
        _application.append(running)
    load_fonts(resources.fonts())
    return running


def figure_scene(
    document: Document,
    trace: Trace,
    kind: str,
    *,
    size: str = DEFAULT_SIZE,
    theme: str = DEFAULT_THEME,
    transparent: bool = False,
    labels: Labels = ENGLISH,
    more: Mapping[str, FigureFunction] = NO_MORE,
) -> Scene:
    """Return a figure as shapes on a page.

    Parameters
    ----------
    document : Document
    trace : Trace
        Its activations; worked out further as the figure needs them.
    kind : str
        A key of `convsim.figures.registry.FIGURES` or of `more`.
    size : str
        A key of `convsim.render.export.SIZES`.
    theme : str
        A key of `convsim.figures.theme.THEMES`.
    transparent : bool
        Leave out what lies behind the figure.
    labels : mapping
        The words in it.
    more : mapping of str to function
        Figures of what is not in the document, by kind: those of a training.

    Raises
    ------
    ConvSimError
        If the figure cannot be drawn of this document.
    """
    page = Page(
        SIZES[size].width,
        SIZES[size].height,
        THEMES[theme],
        labels,
        titled=True,
        transparent=transparent,
    )
    figure = more.get(kind)
    return figure(document, trace, page) if figure else draw(kind, document, trace, page)


def export_figure(
    document: Document,
    trace: Trace,
    kind: str,
    path: Path,
    *,
    size: str = DEFAULT_SIZE,
    theme: str = DEFAULT_THEME,
    transparent: bool = False,
    labels: Labels = ENGLISH,
    more: Mapping[str, FigureFunction] = NO_MORE,
) -> None:
    """Write a figure to a file whose ending says the format: .png, .svg or .pdf.

    Raises
    ------
    ExportError
        If the file cannot be written; nothing half-written is left.
    ConvSimError
        If the figure cannot be drawn of this document.
    """
    scene = figure_scene(
        document,
        trace,
        kind,
        size=size,
        theme=theme,
        transparent=transparent,
        labels=labels,
        more=more,
    )
    export(scene, path, SIZES[size], transparent)


def figure_image(
    document: Document,
    trace: Trace,
    kind: str,
    *,
    size: str = DEFAULT_SIZE,
    theme: str = DEFAULT_THEME,
    transparent: bool = False,
    labels: Labels = ENGLISH,
    more: Mapping[str, FigureFunction] = NO_MORE,
) -> QImage:
    """Return a figure as pixels, for the clipboard."""
    scene = figure_scene(
        document,
        trace,
        kind,
        size=size,
        theme=theme,
        transparent=transparent,
        labels=labels,
        more=more,
    )
    page = SIZES[size]
    return render_image(scene, page.width_px, page.height_px, transparent)


def stops(
    document: Document, first: int = 1, last: int | None = None, *, inside: bool = False
) -> list[Document]:
    """Return the document at every position of a range, one a frame of an animation.

    Parameters
    ----------
    document : Document
        Its cursor says which layer and filter.
    first, last : int
        Positions counted from 1; the last one of the filter if not given.  Numbers beyond the
        filter's positions are those of the filters after it.
    inside : bool
        Whether every position is taken apart into its inner steps.

    Raises
    ------
    CursorError
        If there are no such positions.
    GeometryError
        If the layer does not fit.
    """
    walk = document.walk
    if document.empty:
        raise CursorError("this network has no layer yet, so nothing moves")
    if walk is None:
        document.network.check()
        raise CursorError(f"{document.layer.name} has no positions")
    before = document.cursor.filter * walk.positions if walk.is_map else 0
    most = walk.total - before
    last = walk.positions if last is None else last
    if not 1 <= first <= last <= most:
        beyond = f" ({most:,} with the filters after it)" if most > walk.positions else ""
        raise CursorError(
            f"{document.layer.name} has positions 1 to {walk.positions:,}{beyond}; "
            f"received {first:,} to {last:,}"
        )
    start = Cursor(document.cursor.layer)
    steps = document.inside_steps() if inside else (Inside.WRITE,)
    return [
        document.at(walk.moved(start, before + position), step)
        for position in range(first - 1, last)
        for step in steps
    ]


def frames(
    documents: Iterable[Document],
    trace: Trace,
    kind: str,
    *,
    size: str = DEFAULT_SIZE,
    theme: str = DEFAULT_THEME,
    labels: Labels = ENGLISH,
) -> Iterator[Scene]:
    """Yield the figure of each document, one at a time."""
    for document in documents:
        yield figure_scene(document, trace, kind, size=size, theme=theme, labels=labels)


def export_scenes(
    scenes: Callable[[Page], Iterable[Scene]],
    path: Path,
    total: int,
    *,
    fps: float = DEFAULT_FPS,
    size: str = DEFAULT_SIZE,
    theme: str = DEFAULT_THEME,
    labels: Labels = ENGLISH,
    progress: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> bool:
    """Write any scenes as an animation: .gif, .webp or a folder; see `export_animation`.

    Parameters
    ----------
    scenes : function of Page
        Gives `total` scenes, each of which may be made when it is asked for.
    """
    page = Page(SIZES[size].width, SIZES[size].height, THEMES[theme], labels)
    width, height = FRAME_PX[size]
    return write_animation(
        scenes(page),
        path,
        width_px=width,
        height_px=height,
        fps=fps,
        total=total,
        progress=progress,
        cancelled=cancelled,
    )


def export_animation(
    document: Document,
    trace: Trace,
    kind: str,
    path: Path,
    *,
    first: int = 1,
    last: int | None = None,
    inside: bool = False,
    fps: float = DEFAULT_FPS,
    size: str = DEFAULT_SIZE,
    theme: str = DEFAULT_THEME,
    labels: Labels = ENGLISH,
    progress: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> bool:
    """Write the figure at every position of a range as an animation: .gif, .webp or a folder.

    Parameters
    ----------
    document, trace, kind, size, theme, labels
        As for `figure_scene`; the size in pixels is that of `FRAME_PX`.
    first, last, inside
        As for `stops`.
    fps : float
        Frames a second.
    progress : function, optional
        Called with the number of frames that are done.
    cancelled : function, optional
        Asked between frames; once true, what is half-written is removed.

    Returns
    -------
    bool
        Whether it was written; False if it was cancelled.
    """
    documents = stops(document, first, last, inside=inside)
    return export_scenes(
        lambda _page: frames(documents, trace, kind, size=size, theme=theme, labels=labels),
        path,
        len(documents),
        fps=fps,
        size=size,
        theme=theme,
        labels=labels,
        progress=progress,
        cancelled=cancelled,
    )
