"""Colours and sizes of every figure and of the window: one light and one dark set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.core.record import record

if TYPE_CHECKING:
    from convsim.figures.scene import Color


@record
class Theme:
    """A set of colours that belong together, each (red, green, blue).

    Attributes
    ----------
    paper, panel, raised : Color
        Behind everything, of cards, and of things that lie on cards.
    line : Color
        Hairlines.
    ink, dim, faint : Color
        Text that matters, text that explains, text that waits.
    accent, accent_soft : Color
        The one colour of what is chosen, and its pale ground.
    warn, warn_soft : Color
        What does not fit, and its pale ground.
    negative, zero, positive : Color
        Ends and middle of the map for signed values; zero is grey.
    filters : tuple of Color
        One a filter, in turn: the set of Okabe and Ito (2008), told apart by everybody.
    """

    name: str
    paper: Color
    panel: Color
    raised: Color
    line: Color
    ink: Color
    dim: Color
    faint: Color
    accent: Color
    accent_ink: Color
    accent_soft: Color
    warn: Color
    warn_soft: Color
    negative: Color
    zero: Color
    positive: Color
    filters: tuple[Color, ...]

    def filter_color(self, index: int) -> Color:
        """Return the colour of a filter, counted from 0."""
        return self.filters[index % len(self.filters)]


LIGHT = Theme(
    name="light",
    paper=(246, 246, 242),
    panel=(255, 255, 255),
    raised=(250, 250, 248),
    line=(221, 221, 215),
    ink=(29, 33, 38),
    dim=(91, 97, 105),
    faint=(150, 154, 158),
    accent=(43, 106, 221),
    accent_ink=(255, 255, 255),
    accent_soft=(233, 240, 253),
    warn=(176, 74, 10),
    warn_soft=(253, 240, 228),
    negative=(24, 98, 172),
    zero=(234, 234, 230),
    positive=(214, 112, 30),
    filters=(
        (230, 159, 0),
        (86, 180, 233),
        (0, 158, 115),
        (204, 121, 167),
        (0, 114, 178),
        (213, 94, 0),
        (190, 175, 20),
    ),
)

DARK = Theme(
    name="dark",
    paper=(26, 28, 32),
    panel=(35, 38, 43),
    raised=(43, 46, 52),
    line=(62, 66, 74),
    ink=(236, 238, 241),
    dim=(166, 173, 182),
    faint=(118, 125, 135),
    accent=(92, 148, 250),
    accent_ink=(12, 18, 30),
    accent_soft=(38, 53, 82),
    warn=(255, 171, 102),
    warn_soft=(66, 48, 34),
    negative=(82, 160, 240),
    zero=(66, 70, 76),
    positive=(245, 148, 62),
    filters=(
        (240, 172, 30),
        (104, 190, 240),
        (30, 180, 138),
        (218, 140, 184),
        (64, 150, 214),
        (236, 118, 40),
        (232, 216, 70),
    ),
)

THEMES = {theme.name: theme for theme in (LIGHT, DARK)}
