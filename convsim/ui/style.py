"""How widgets look: Fusion with a palette and a few rules made from the theme's colours.

Qt does not switch colour schemes on every platform, so both schemes are ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from convsim.render.fonts import FAMILY
from convsim.ui.sheet import make_rules

if TYPE_CHECKING:
    from convsim.figures.scene import Color
    from convsim.figures.theme import Theme

TEXT_SIZE = 13
"""Pixels of ordinary text."""


def apply_theme(app: QApplication, theme: Theme, text_size: int = TEXT_SIZE) -> None:
    """Give the whole program the colours of a theme and the bundled font.

    Call it when a window has been put together, not before: with a style sheet, every widget that
    is put into another one has its style worked out anew, and most are put somewhere twice.
    """
    set_basics(app, theme, text_size)
    rules = make_rules(theme, text_size)
    if rules != app.styleSheet():
        # Every widget is polished anew: a twentieth of a second even where nothing changes.
        app.setStyleSheet(rules)


def set_basics(app: QApplication, theme: Theme, text_size: int = TEXT_SIZE) -> None:
    """Set what widgets should find when they are made: font and palette."""
    font = QFont(FAMILY)
    font.setPixelSize(text_size)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setFeature(QFont.Tag("tnum"), 1)
    app.setFont(font)
    app.setPalette(make_palette(theme))


def make_palette(theme: Theme) -> QPalette:
    """Return a palette with the theme's colours in every role that Fusion uses."""
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: theme.panel,
        QPalette.ColorRole.Base: theme.panel,
        QPalette.ColorRole.AlternateBase: theme.raised,
        QPalette.ColorRole.Button: theme.raised,
        QPalette.ColorRole.Text: theme.ink,
        QPalette.ColorRole.WindowText: theme.ink,
        QPalette.ColorRole.ButtonText: theme.ink,
        QPalette.ColorRole.BrightText: theme.warn,
        QPalette.ColorRole.ToolTipBase: theme.raised,
        QPalette.ColorRole.ToolTipText: theme.ink,
        QPalette.ColorRole.PlaceholderText: theme.faint,
        QPalette.ColorRole.Highlight: theme.accent,
        QPalette.ColorRole.HighlightedText: theme.accent_ink,
        QPalette.ColorRole.Link: theme.accent,
        QPalette.ColorRole.Accent: theme.accent,
        QPalette.ColorRole.Light: theme.raised,
        QPalette.ColorRole.Midlight: theme.raised,
        QPalette.ColorRole.Mid: theme.line,
        QPalette.ColorRole.Dark: theme.line,
        QPalette.ColorRole.Shadow: theme.line,
    }
    for role, value in roles.items():
        palette.setColor(role, qcolor(value))
    off = QPalette.ColorGroup.Disabled
    for role in (
        QPalette.ColorRole.Text,
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.ButtonText,
    ):
        palette.setColor(off, role, qcolor(theme.faint))
    return palette


def qcolor(color: Color) -> QColor:
    """Return a theme's colour as Qt's."""
    return QColor(*color)
