"""A line of text becomes glyphs: the shapes of its letters and where each of them stands.

Qt shapes a text once, at a thousand pixels to the em, and every size is a multiple of that.
So a text has the same proportions on a screen, in a PNG and in a PDF.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from operator import itemgetter

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QGlyphRun, QImage, QPainter, QPainterPath, QTextLayout

from convsim.core.record import record
from convsim.render.fonts import font

EM = 1000
"""Pixels to the em at which text is shaped: PDF measures glyphs in the same unit."""

BASELINE = 0.355
"""How far the baseline lies below the optical middle, in ems (see `scene.Text`)."""

LARGEST_RUN = 60.0
"""Pixels up to which `glyph_runs` may be used.

WORKAROUND: above 64 pixels Qt 6.11 draws nothing for a raw font whose size was changed.
"""


@record(eq=False)
class Glyph:
    """One letter shape in a line of text.

    Attributes
    ----------
    face : str
        The font it comes from: family, then style.
    index : int
        Its number in that font.
    text : str
        The characters it stands for; empty if the glyph before it already stands for them.
    x, advance : float
        Where its origin lies and how far the next glyph lies from it, in thousandths of an em.
    path : QPainterPath
        Its outline, y downward, the baseline at 0, in thousandths of an em.
    """

    face: str
    index: int
    text: str
    x: float
    advance: float
    path: QPainterPath


@record(eq=False)
class Shaped:
    """A line of text after shaping: `width` in ems, and its glyphs in reading order."""

    width: float
    glyphs: tuple[Glyph, ...]


_WANTED = (
    QTextLayout.GlyphRunRetrievalFlag.RetrieveGlyphIndexes
    | QTextLayout.GlyphRunRetrievalFlag.RetrieveGlyphPositions
    | QTextLayout.GlyphRunRetrievalFlag.RetrieveStringIndexes
)
"""What is asked of Qt about glyphs; to join flags takes as long as to lay out a number."""
_outlines: dict[tuple[str, int], QPainterPath] = {}


def _layout(text: str, bold: bool) -> tuple[float, list[QGlyphRun]]:
    """Return the width in pixels and the glyph runs of a text at `EM` pixels."""
    layout = QTextLayout(text, font(EM, bold=bold))
    layout.beginLayout()
    line = layout.createLine()
    layout.endLayout()
    runs = layout.glyphRuns(-1, -1, _WANTED)
    return (line.naturalTextWidth() if line.isValid() else 0.0), runs


@lru_cache(maxsize=1024)
def shape(text: str, bold: bool = False) -> Shaped:
    """Return the glyphs of a text; works in any thread."""
    width, runs = _layout(text, bold)
    units = text.encode("utf-16-le", "surrogatepass")  # Qt counts characters in UTF-16 units
    starts = sorted({start for run in runs for start in run.stringIndexes()})
    ends = dict(pairwise([*starts, len(units) // 2]))
    found: list[tuple[int, Glyph]] = []
    for run in runs:
        raw = run.rawFont()
        face = f"{raw.familyName()} {raw.styleName()}"
        indexes = run.glyphIndexes()
        advances = raw.advancesForGlyphIndexes(indexes)
        for index, place, advance, start in zip(
            indexes, run.positions(), advances, run.stringIndexes(), strict=True
        ):
            path = _outlines.get((face, index))
            if path is None:
                path = _outlines[face, index] = raw.pathForGlyph(index)
            part = units[2 * start : 2 * ends.pop(start, start)].decode("utf-16-le", "replace")
            found.append((start, Glyph(face, index, part, place.x(), advance.x(), path)))
    found.sort(key=itemgetter(0))  # Qt lists them font by font
    return Shaped(width / EM, tuple(glyph for _, glyph in found))


@lru_cache(maxsize=1024)
def outline(text: str, bold: bool = False) -> tuple[float, QPainterPath]:
    """Return the width of a text in ems and all its letters as one path of `EM` to the em."""
    shaped = shape(text, bold)
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    for glyph in shaped.glyphs:
        path.addPath(glyph.path.translated(glyph.x, 0))
    return shaped.width, path


@lru_cache(maxsize=4096)
def glyph_runs(text: str, bold: bool, size: float) -> tuple[float, list[QGlyphRun]]:
    """Return the width in pixels of a text of `size` pixels, and runs with the baseline at 0.

    For the main thread only: a Qt raw font belongs to the thread that made it.
    """
    width, runs = _layout(text, bold)
    factor = size / EM
    for run in runs:
        raw = run.rawFont()
        raw.setPixelSize(size)
        run.setRawFont(raw)
        run.setPositions([QPointF(place.x() * factor, 0) for place in run.positions()])
    return width * factor, runs


def warm_up() -> None:
    """Draw a first text of each weight, which takes Qt hundreds of milliseconds.

    Call it once after `fonts.load_fonts`; it also forgets texts that were shaped before.
    """
    for cache in (shape, outline, glyph_runs):
        cache.cache_clear()
    _outlines.clear()
    image = QImage(64, 32, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setPen(QColor(0, 0, 0))
    for bold in (False, True):
        for run in glyph_runs("0.1 한", bold, 12.0)[1]:
            painter.drawGlyphRun(QPointF(2, 20), run)
    painter.end()
