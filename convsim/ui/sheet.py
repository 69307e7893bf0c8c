"""The style sheet: flat bars, hairlines, one accent, made from the colours of a theme.

One sheet serves the whole program.  A widget with a sheet of its own would have the styles of all
widgets inside it worked out a second time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convsim.figures.scene import Color
    from convsim.figures.theme import Theme


def css(color: Color) -> str:
    """Return a colour as style sheets write it."""
    return "#{:02x}{:02x}{:02x}".format(*color[:3])


def make_rules(theme: Theme, text_size: int) -> str:
    """Return the style sheet.

    Parameters
    ----------
    theme : Theme
    text_size : int
        Pixels of ordinary text; the other sizes follow from it.
    """
    return _everywhere(theme, text_size) + _panels(theme, text_size)


def _everywhere(theme: Theme, text_size: int) -> str:
    line, ink, dim = css(theme.line), css(theme.ink), css(theme.dim)
    panel, paper, raised = css(theme.panel), css(theme.paper), css(theme.raised)
    accent, soft, on_accent = css(theme.accent), css(theme.accent_soft), css(theme.accent_ink)
    faint = css(theme.faint)
    return f"""
    QMainWindow {{ background: {panel}; }}
    QMainWindow::separator {{ background: {line}; }}
    QMainWindow::separator {{ width: 1px; height: 1px; }}
    QMainWindow::separator:hover {{ background: {accent}; }}
    QMenuBar {{ background: {panel}; padding: 2px 6px; }}
    QMenuBar::item {{ padding: 4px 9px; border-radius: 4px; background: transparent; }}
    QMenuBar::item:selected {{ background: {soft}; }}
    QMenu {{ background: {panel}; border: 1px solid {line}; padding: 4px; }}
    QMenu::item {{ padding: 5px 22px 5px 10px; border-radius: 4px; }}
    QMenu::item:selected {{ background: {soft}; color: {ink}; }}
    QMenu::item:disabled {{ color: {faint}; }}
    QMenu::separator {{ height: 1px; background: {line}; margin: 4px 6px; }}
    QMenu::icon {{ padding-left: 6px; }}
    QToolBar {{ background: {panel}; border: none; border-bottom: 1px solid {line};
        padding: 5px 10px; spacing: 6px; }}
    QToolBar QLabel#wordmark {{ font-size: {text_size + 3}px; font-weight: 600;
        padding: 0 10px 0 2px; }}
    QToolBar QToolButton {{ border: 1px solid {line}; border-radius: 6px; padding: 4px 9px;
        background: {raised}; color: {ink}; }}
    QToolBar QToolButton:hover, QToolButton#segment:hover {{ background: {soft}; }}
    QToolBar QToolButton:pressed {{ background: {line}; }}
    QToolBar QToolButton:disabled {{ color: {faint}; background: {panel}; }}
    QToolBar QToolButton:focus, QToolButton:focus {{ border: 1px solid {accent}; }}
    QToolBar QToolButton#primary {{ background: {accent}; color: {on_accent};
        border-color: {accent}; font-weight: 600; }}
    QToolBar QToolButton#primary:focus {{ border: 2px solid {ink}; padding: 3px 8px; }}
    QToolBar QToolButton#bare {{ border-color: transparent; background: transparent;
        padding: 4px 6px; }}
    QToolButton::menu-indicator {{ image: none; }}
    QDockWidget {{ font-weight: 600; titlebar-close-icon: none; }}
    QDockWidget::title {{ background: {panel}; padding: 8px 12px 4px 12px; text-align: left; }}
    QTabWidget#stage::pane {{ border: none; border-top: 1px solid {line}; background: {paper}; }}
    QTabWidget#stage::tab-bar {{ left: 10px; }}
    QTabBar::tab {{ background: {paper}; color: {dim}; padding: 8px 8px 7px 8px; border: none;
        border-bottom: 3px solid transparent; margin-right: 2px; }}
    QTabBar::tab:selected {{ color: {ink}; font-weight: 600; border-bottom-color: {accent}; }}
    QTabBar::tab:hover {{ color: {ink}; }}
    QTabBar::tab:focus {{ color: {accent}; }}
    QWidget#page {{ background: {paper}; }}
    QToolButton#segment, QToolButton#chip {{ border: 1px solid {line}; border-radius: 6px;
        padding: 3px 8px; background: {panel}; color: {dim}; }}
    QToolButton#chip {{ padding: 3px 2px; }}
    QToolButton#segment:checked:focus {{ border: 2px solid {accent}; padding: 2px 7px; }}
    QToolButton#chip:checked:focus {{ border: 2px solid {accent}; padding: 2px 1px; }}
    QToolButton#segment::menu-indicator {{ image: none; width: 0; }}
    QToolButton#segment:checked, QToolButton#chip:checked {{ background: {soft}; color: {accent};
        border-color: {accent}; font-weight: 600; }}
    QToolButton#round {{ border: 1px solid {line}; border-radius: 7px; padding: 5px;
        background: {panel}; }}
    QToolButton#round:hover {{ background: {soft}; }}
    QToolButton#round:checked {{ background: {soft}; border-color: {accent}; }}
    QToolButton#play {{ border: none; border-radius: 17px; background: {accent};
        min-width: 34px; min-height: 34px; max-width: 34px; max-height: 34px; }}
    QToolButton#play:focus {{ border: 2px solid {ink}; }}
    QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {line}; }}
    QSlider::sub-page:horizontal {{ height: 4px; border-radius: 2px; background: {accent}; }}
    QSlider::handle:horizontal {{ width: 14px; height: 14px; margin: -6px 0; border-radius: 8px;
        background: {accent}; border: 1px solid {panel}; }}
    QStatusBar {{ background: {panel}; border-top: 1px solid {line}; color: {dim}; }}
    QStatusBar::item {{ border: none; }}
    QStatusBar QLabel {{ color: {dim}; padding: 2px 8px; }}
    QListView {{ background: {panel}; border: none; outline: none; }}
    QFrame#palette {{ background: {panel}; border: 1px solid {line}; }}
    QListWidget#kinds {{ background: {panel}; }}
    QLineEdit {{ background: {raised}; color: {ink}; border: 1px solid {line};
        border-radius: 5px; padding: 4px 7px; selection-background-color: {accent}; }}
    QLineEdit:focus {{ border-color: {accent}; }}
    QAbstractSpinBox QLineEdit, QComboBox QLineEdit {{ border: none; padding: 0;
        background: transparent; }}
    QCheckBox::indicator:unchecked {{ width: 13px; height: 13px; border: 1px solid {dim};
        border-radius: 3px; background: {raised}; }}
    QCheckBox::indicator:unchecked:focus {{ border: 2px solid {accent}; width: 11px;
        height: 11px; }}
    QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
    QTreeWidget {{ background: {panel}; border: 1px solid {line}; border-radius: 6px;
        outline: none; }}
    QTreeWidget::item {{ padding: 4px 6px; }}
    QTreeWidget::item:selected {{ background: {soft}; color: {ink}; }}
    QHeaderView {{ background: {panel}; border: none; }}
    QHeaderView::section {{ background: {panel}; color: {dim}; padding: 5px 6px; border: none;
        border-bottom: 1px solid {line}; }}
    QDialog QPushButton {{ background: {raised}; color: {ink}; padding: 5px 14px;
        border: 1px solid {line}; border-radius: 6px; min-width: 56px; }}
    QDialog QPushButton:default {{ background: {accent}; color: {on_accent};
        border-color: {accent}; }}
    QDialog QPushButton:hover {{ border-color: {accent}; }}
    QDialog QPushButton:focus {{ border: 2px solid {ink}; padding: 4px 13px; }}
    QWidget#page > QPushButton {{ background: {panel}; color: {ink}; padding: 4px 11px;
        border: 1px solid {line}; border-radius: 6px; }}
    QWidget#page > QPushButton:hover {{ background: {soft}; }}
    QWidget#page > QPushButton:disabled {{ color: {faint}; background: {paper}; }}
    QWidget#page > QPushButton:focus {{ border: 2px solid {accent}; padding: 3px 10px; }}
    QWidget#page > QPushButton#primary {{ background: {accent}; color: {on_accent};
        border-color: {accent}; font-weight: 600; min-width: 66px; }}
    QWidget#page > QPushButton#primary:disabled {{ background: {line}; color: {dim};
        border-color: {line}; }}
    QWidget#page > QPushButton#primary:focus {{ border: 2px solid {ink}; padding: 3px 10px; }}
    QLabel#problem {{ color: {css(theme.warn)}; }}
    QProgressBar {{ border: none; border-radius: 2px; background: {line}; }}
    QProgressBar::chunk {{ border-radius: 2px; background: {accent}; }}
    QScrollArea {{ background: transparent; border: none; }}
    QToolTip {{ background: {raised}; color: {ink}; border: 1px solid {line}; padding: 4px 6px; }}
    QLabel#dim, QLabel#hint {{ color: {dim}; }}
    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
    QScrollBar::handle {{ background: {line}; border-radius: 5px; min-height: 24px;
        min-width: 24px; }}
    QScrollBar::handle:hover {{ background: {faint}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    """


def _panels(theme: Theme, text_size: int) -> str:
    """Return the rules for the inspector and the card: titles, notes, problems, buttons."""
    small, large = max(text_size - 1, 11), text_size + 3
    line, ink, dim, warn = css(theme.line), css(theme.ink), css(theme.dim), css(theme.warn)
    panel, paper, raised = css(theme.panel), css(theme.paper), css(theme.raised)
    accent, soft = css(theme.accent), css(theme.accent_soft)
    return f"""
    QScrollArea#inspector, QScrollArea#inspector QWidget#page {{ background: {panel}; }}
    QScrollArea#fit, QScrollArea#fit QWidget#page {{ background: {panel}; }}
    QScrollArea#fit {{ border-top: 1px solid {line}; }}
    ScrollPanel QLabel#title {{ font-size: {large}px; font-weight: 600; color: {ink}; }}
    ScrollPanel QLabel#heading, ScrollPanel QLabel#name {{ font-weight: 600; color: {ink}; }}
    ScrollPanel QLabel#dim {{ color: {dim}; }}
    ScrollPanel QLabel#note {{ color: {dim}; font-size: {small}px; }}
    ScrollPanel QLabel#problem {{ color: {warn}; font-size: {small}px; }}
    ScrollPanel QFrame#card {{ background: {paper}; border: none; border-radius: 8px; }}
    ScrollPanel QFrame#card QLabel#formula {{ color: {ink}; }}
    ScrollPanel QFrame#card QLabel#formula[wrong="true"] {{ color: {warn}; }}
    ScrollPanel QLabel#sum {{ font-size: {text_size + 4}px; color: {warn}; }}
    ScrollPanel QPushButton {{ background: {raised}; color: {ink}; padding: 5px 10px;
        border: 1px solid {line}; border-radius: 6px; }}
    ScrollPanel QPushButton:hover {{ background: {soft}; }}
    ScrollPanel QPushButton:pressed {{ background: {line}; }}
    ScrollPanel QPushButton:focus {{ border-color: {accent}; }}
    QScrollArea#fit QPushButton {{ padding: 3px 9px; }}
    ScrollPanel QToolButton#segment {{ padding: 3px 6px; }}
    ScrollPanel QLineEdit#cell {{ background: {panel}; color: {ink};
        border: 2px solid {accent}; border-radius: 3px; padding: 0; }}
    """
