"""The look of what is special about the inspector and the card: titles, notes, problems, cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.ui.style import css

if TYPE_CHECKING:
    from convsim.figures.theme import Theme


def panel_rules(theme: Theme, text_size: int) -> str:
    """Return a style sheet for a panel, on top of the program's own.

    Parameters
    ----------
    theme : Theme
    text_size : int
        Pixels of ordinary text; the other sizes follow from it.
    """
    small, large = max(text_size - 1, 11), text_size + 3
    return f"""
    QScrollArea#inspector, QScrollArea#inspector QWidget#page {{ background: {css(theme.panel)}; }}
    QLabel#title {{ font-size: {large}px; font-weight: 600; color: {css(theme.ink)}; }}
    QLabel#heading, QLabel#name {{ font-weight: 600; color: {css(theme.ink)}; }}
    QLabel#dim {{ color: {css(theme.dim)}; }}
    QLabel#note {{ color: {css(theme.dim)}; font-size: {small}px; }}
    QLabel#problem {{ color: {css(theme.warn)}; font-size: {small}px; }}
    QFrame#card {{ background: {css(theme.paper)}; border: none; border-radius: 8px; }}
    QFrame#card QLabel#formula {{ color: {css(theme.ink)}; }}
    QFrame#card QLabel#formula[wrong="true"] {{ color: {css(theme.warn)}; }}
    QScrollArea#fit, QScrollArea#fit QWidget#page {{ background: {css(theme.panel)}; }}
    QScrollArea#fit {{ border-top: 1px solid {css(theme.line)}; }}
    QLabel#sum {{ font-size: {text_size + 4}px; color: {css(theme.warn)}; }}
    QPushButton {{ background: {css(theme.raised)}; color: {css(theme.ink)}; padding: 5px 10px;
        border: 1px solid {css(theme.line)}; border-radius: 6px; }}
    QPushButton:hover {{ background: {css(theme.accent_soft)}; }}
    QPushButton:pressed {{ background: {css(theme.line)}; }}
    QPushButton:focus {{ border-color: {css(theme.accent)}; }}
    QScrollArea#fit QPushButton {{ padding: 3px 9px; }}
    QToolButton#segment {{ padding: 3px 6px; }}
    QLineEdit#cell {{ background: {css(theme.panel)}; color: {css(theme.ink)};
        border: 2px solid {css(theme.accent)}; border-radius: 3px; padding: 0; }}
    """
