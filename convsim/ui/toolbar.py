"""The bar above the stage: the few things that everybody needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from convsim.core.lazy import deferred
from convsim.document import PRESETS, Document
from convsim.ui.icons import icon

if TYPE_CHECKING:
    from convsim.figures.theme import Theme
    from convsim.ui.actions import Actions

# Read when the first menu closes: a start does without.
let_go = deferred(__name__, "menu_buttons", "let_go")


class MainBar(QToolBar):
    """Open, preset, undo, redo, export; theme, presentation and help at the right.

    Attributes
    ----------
    undo_button, redo_button : QToolButton
    """

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self._actions = actions
        self.setWindowTitle(self.tr("Main"))
        self.setObjectName("toolbar")
        self.setMovable(False)
        self.setIconSize(QSize(16, 16))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        mark = QLabel("ConvSim")
        mark.setObjectName("wordmark")
        self.addWidget(mark)
        self.addAction(actions["file.open"])
        self._preset = self._menu([f"preset.{name}" for name in PRESETS], self.tr("Network"))
        self.addWidget(self._preset)
        self.undo_button, self.redo_button = (
            _ActionButton(actions[id_]) for id_ in ("edit.undo", "edit.redo")
        )
        self.addWidget(self.undo_button)
        self.addWidget(self.redo_button)
        exports = ["file.export", "file.animate", "edit.copy"]
        self._export = self._menu(exports, self.tr("Export what is shown"))
        self._export.setObjectName("primary")
        self._export.setText(self.tr("Export figure") + " ▾")
        self.addWidget(self._export)
        spacer = QWidget()
        spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(spacer)
        for id_ in ("view.theme", "view.presentation", "help.keys"):
            self._add_bare(id_)
        for button in self.findChildren(QToolButton):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def show_document(self, document: Document) -> None:
        """Name the network that is open."""
        preset = PRESETS.get(document.preset)
        title = preset.title.split(":")[0] if preset else self.tr("Network")
        self._preset.setText(f"{title} ▾")

    def set_theme(self, theme: Theme) -> None:
        """Tint the icons that no command has."""
        self._preset.setIcon(icon("layers", theme))
        self._export.setIcon(icon("download", theme, theme.accent_ink))

    def _menu(self, ids: list[str], tip: str) -> QToolButton:
        button = QToolButton()
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        menu.setToolTipsVisible(True)
        for id_ in ids:
            menu.addAction(self._actions[id_])
        menu.aboutToHide.connect(lambda: let_go(button))
        button.setMenu(menu)
        return button

    def _add_bare(self, id_: str) -> None:
        button = QToolButton()
        button.setObjectName("bare")
        button.setDefaultAction(self._actions[id_])
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        button.setAccessibleName(self._actions.commands[id_].text)
        self.addWidget(button)


class _ActionButton(QToolButton):
    """Does what an action does, under the words it began with.

    A bar is laid out again whenever one of its own actions changes; this one's changes with every
    edit and takes no other room.
    """

    def __init__(self, action: QAction) -> None:
        super().__init__()
        self._action = action
        self._icon = 0
        self.setText(action.text())
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        action = self._action
        if self._icon != action.icon().cacheKey():
            self._icon = action.icon().cacheKey()
            self.setIcon(action.icon())
        self.setEnabled(action.isEnabled())
        self.setToolTip(action.toolTip())
        self.setStatusTip(action.statusTip())
