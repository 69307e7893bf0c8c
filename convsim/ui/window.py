"""The main window: network, stage, inspector and strip around one document."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QLabel,
    QMainWindow,
    QMenu,
    QMessageBox,
    QSizePolicy,
    QTabWidget,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from convsim import __version__
from convsim.core.counts import totals
from convsim.document import PRESETS, Document
from convsim.document.edits import select_layer, set_view
from convsim.figures.theme import THEMES
from convsim.services import settings as settings_file
from convsim.services.player import Player
from convsim.services.settings import Settings
from convsim.ui.actions import Actions
from convsim.ui.context import Context
from convsim.ui.counts_panel import CountsPanel
from convsim.ui.files import Files
from convsim.ui.icons import icon
from convsim.ui.inside_chips import InsideChips
from convsim.ui.inspector import Inspector
from convsim.ui.keys_dialog import KeysDialog
from convsim.ui.layer_list import NetworkPanel
from convsim.ui.maps_panel import MapsPanel
from convsim.ui.overview_panel import OverviewPanel
from convsim.ui.scene_view import SceneView
from convsim.ui.stage_panel import StagePanel
from convsim.ui.strip import StripPanel
from convsim.ui.style import TEXT_SIZE, apply_theme
from convsim.ui.walker import Walker
from convsim.ui.words import step_sentence

TABS = ("overview", "step", "maps", "counts")
LAYOUT_VERSION = 1
PRESENTATION_ZOOM = 1.35


class MainWindow(QMainWindow):
    """Everything around one document.

    Attributes
    ----------
    context : Context
    player : Player
    walker : Walker
    files : Files
        Opening, exporting, clipboard.
    actions_ : Actions
        The table of commands as Qt actions.
    presenting : bool
        Whether the panels are hidden and the figures large.
    """

    def __init__(self, document: Document, settings: Settings, settings_path: Path) -> None:
        super().__init__()
        self._settings, self._settings_path = settings, settings_path
        self.presenting = False
        self.context = Context(document, settings.theme, self)
        self.player = Player(self.context.store, self)
        self.player.speed = settings.speed
        self.walker = Walker(self.context.store, self.player)
        self.files = Files(self)
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(True)
        self._build_docks()
        self._build_tabs()
        self._build_status()
        self.actions_ = Actions(self)
        self._menus = self.actions_.fill_menu_bar(self.menuBar())
        self._build_toolbar()
        self._add_dock_switches()
        self._connect()
        self.resize(1280, 800)
        self.reset_layout()
        self._restore()
        self._apply_theme()
        self._show(None, self.context.document)
        self.stage.view.setFocus()

    # -- what commands do ------------------------------------------------------------------

    def show_tab(self, key: str) -> None:
        """Show one of the views."""
        self.context.store.show(set_view(self.context.document, tab=key))

    def move_layer(self, by: int) -> None:
        """Select the next or previous layer."""
        document = self.context.document
        index = document.cursor.layer + by
        if 0 <= index < len(document.network.layers):
            self.context.store.show(select_layer(document, index))

    def toggle_theme(self) -> None:
        """Change between light and dark."""
        self.context.set_theme(THEMES["light" if self.context.theme.name == "dark" else "dark"])
        self._apply_theme()

    def toggle_presentation(self) -> None:
        """Hide the panels and enlarge the figures, or end that."""
        self.presenting = not self.presenting
        if self.presenting:
            self._before_presenting = self.saveState(LAYOUT_VERSION)
            for dock in self._docks:
                dock.hide()
        else:
            self.restoreState(self._before_presenting, LAYOUT_VERSION)
        zoom = PRESENTATION_ZOOM if self.presenting else 1.0
        for view in self._views:
            view.set_zoom(zoom)
        self._apply_theme()
        self.actions_.refresh()

    def reset_layout(self) -> None:
        """Put every panel back where it was at the first start."""
        left, right, below = self._docks
        for dock, area in (
            (left, Qt.DockWidgetArea.LeftDockWidgetArea),
            (right, Qt.DockWidgetArea.RightDockWidgetArea),
            (below, Qt.DockWidgetArea.BottomDockWidgetArea),
        ):
            dock.setFloating(False)
            self.addDockWidget(area, dock)
            dock.show()
        for corner, area in (
            (Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea),
            (Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea),
        ):
            self.setCorner(corner, area)
        narrow = self.width() < 1150
        side = 202 if narrow else 222
        self.resizeDocks([left, right], [side, side], Qt.Orientation.Horizontal)
        self.resizeDocks([below], [134 if self.height() < 760 else 166], Qt.Orientation.Vertical)

    def show_keys(self) -> None:
        """Show the sheet of keyboard shortcuts."""
        KeysDialog(self.actions_.commands.values(), self).exec()

    def show_about(self) -> None:
        """Say what this program is."""
        text = self.tr(
            "<b>ConvSim {version}</b><p>See a convolutional network work: on any picture, "
            "cell by cell, with every number in view.</p><p>MIT licence. The cat is Chelsea, "
            "from scikit-image (CC0). Font: Pretendard (OFL). Icons: Lucide (ISC).</p>"
        )
        QMessageBox.about(self, self.tr("About ConvSim"), text.format(version=__version__))

    def close_window(self) -> None:
        """Close, if nothing would be lost or the person agrees."""
        self.close()

    def show_error(self, text: str) -> None:
        """Say what could not be done; the document stays as it was."""
        QMessageBox.warning(self, self.tr("ConvSim"), text)

    def remember(self, **changes: str | float) -> None:
        """Remember a setting for the next start."""
        self._settings = replace(self._settings, **changes)  # type: ignore[arg-type]

    @property
    def settings(self) -> Settings:
        """What is remembered now."""
        return self._settings

    # -- building --------------------------------------------------------------------------

    def _build_docks(self) -> None:
        self.network = NetworkPanel(self.context)
        self.inspector = Inspector(self.context.store)
        self.inspector.set_theme(self.context.theme)
        self.strip = StripPanel(self.context)
        self._docks = tuple(
            self._dock(name, title, widget)
            for name, title, widget in (
                ("network", self.tr("Network"), self.network),
                ("inspector", self.tr("Inspector"), self.inspector),
                ("strip", self.tr("Activation maps"), self.strip),
            )
        )
        # The strip has a heading of its own; a second one would only take room.
        self._docks[2].setTitleBarWidget(QWidget())

    def _dock(self, name: str, title: str, widget: QWidget) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setWidget(widget)
        return dock

    def _build_tabs(self) -> None:
        self.overview = OverviewPanel(self.context)
        self.stage = StagePanel(self.context, self.player)
        self.maps = MapsPanel(self.context)
        self.counts = CountsPanel(self.context)
        self.tabs = QTabWidget()
        self.tabs.setObjectName("stage")
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.tabs.tabBar().setDrawBase(False)
        titles = (self.tr("Overview"), self.tr("Step"), self.tr("Maps"), self.tr("Counts"))
        panels = (self.overview, self.stage, self.maps, self.counts)
        for panel, title in zip(panels, titles, strict=True):
            self.tabs.addTab(panel, title)
        self.chips = InsideChips()
        self.chips.chosen.connect(
            lambda inside: self.context.store.show(
                self.context.document.at(self.context.document.cursor, inside)
            )
        )
        self.tabs.setCornerWidget(self.chips, Qt.Corner.TopRightCorner)
        holder = QWidget()
        holder.setObjectName("page")
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tabs)
        self.setCentralWidget(holder)

    @property
    def _views(self) -> tuple[SceneView, ...]:
        return (self.overview.view, self.stage.view, self.maps.view, self.counts.view)

    @property
    def current_view(self) -> SceneView:
        """The scene of the tab that is shown."""
        return self._views[self.tabs.currentIndex()]

    def _build_status(self) -> None:
        self._sentence = QLabel()
        self._sentence.setAccessibleName(self.tr("What this step does"))
        self._sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._costs = QLabel()
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().addWidget(self._sentence, 1)
        self.statusBar().addPermanentWidget(self._costs)

    def _build_toolbar(self) -> None:
        bar = QToolBar(self.tr("Main"), self)
        bar.setObjectName("toolbar")
        bar.setMovable(False)
        bar.setIconSize(QSize(16, 16))
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        mark = QLabel("ConvSim")
        mark.setObjectName("wordmark")
        bar.addWidget(mark)
        bar.addAction(self.actions_["file.open"])
        self._preset_button = self._menu_button(
            [f"preset.{name}" for name in PRESETS], self.tr("Choose a network"), "layers"
        )
        bar.addWidget(self._preset_button)
        bar.addAction(self.actions_["edit.undo"])
        bar.addAction(self.actions_["edit.redo"])
        export = self._menu_button(
            ["file.export", "file.animate", "edit.copy"], self.tr("Export what is shown"), "download"
        )
        export.setObjectName("primary")
        export.setText(self.tr("Export figure") + " ▾")
        export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        bar.addWidget(export)
        self._export_button = export
        spacer = QWidget()
        spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(spacer)
        for id_ in ("view.theme", "view.presentation", "help.keys"):
            button = QToolButton()
            button.setObjectName("bare")
            button.setDefaultAction(self.actions_[id_])
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            button.setAccessibleName(self.actions_.commands[id_].text)
            bar.addWidget(button)
        for child in bar.findChildren(QToolButton):
            child.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.addToolBar(bar)

    def _menu_button(self, ids: list[str], tip: str, icon_name: str) -> QToolButton:
        button = QToolButton()
        button.setProperty("iconName", icon_name)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        menu.setToolTipsVisible(True)
        for id_ in ids:
            menu.addAction(self.actions_[id_])
        button.setMenu(menu)
        return button

    def _add_dock_switches(self) -> None:
        view = self._menus["view"]
        view.addSeparator()
        for dock in self._docks:
            view.addAction(dock.toggleViewAction())

    def _connect(self) -> None:
        self.context.changed.connect(self._show)
        self.context.worked.connect(lambda: self._show(None, self.context.document))
        stack = self.context.store.undo_stack
        stack.cleanChanged.connect(lambda _clean: self._show_title())
        stack.indexChanged.connect(lambda _index: self._show_undo())
        for panel in (self.stage, self.strip, self.maps):
            panel.pointed.connect(self._point)
        self.stage.asked.connect(self.actions_.run)
        self.inspector.open_requested.connect(self.files.ask_picture)
        self.tabs.currentChanged.connect(lambda index: self.show_tab(TABS[index]))
        self.player.playing_changed.connect(lambda _playing: self.actions_.refresh())
        for view in self._views:
            view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            view.customContextMenuRequested.connect(
                lambda at, view=view: self._context_menu(view).popup(view.mapToGlobal(at))
            )

    def _context_menu(self, view: SceneView) -> QMenu:
        menu = QMenu(view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for id_ in ("edit.copy", "file.export", "file.animate", "edit.paste"):
            menu.addAction(self.actions_[id_])
        return menu

    # -- showing ---------------------------------------------------------------------------

    def _show(self, before: Document | None, document: Document) -> None:
        if self.tabs.currentIndex() != TABS.index(document.view.tab):
            self.tabs.setCurrentIndex(TABS.index(document.view.tab))
            self.current_view.setFocus()
        if before is None or before.network is not document.network:
            counts = totals(document.network)
            text = self.tr("{work} multiply-adds · {memory}")
            self._costs.setText(
                text.format(work=_short(counts.multiply_adds), memory=_bytes(counts.memory_bytes))
            )
        if before is None or _title(before) != _title(document):
            self._show_title()
            preset = PRESETS.get(document.preset)
            self._preset_button.setText(f"{preset.title.split(':')[0]} ▾" if preset else "▾")
        if before is None or before.view.tab != document.view.tab or (
            (before.walk is None) != (document.walk is None) or before.preset != document.preset
        ):
            self.actions_.refresh()
        self.chips.show_document(document)
        self._show_sentence(document)

    def _show_sentence(self, document: Document) -> None:
        place = document.place
        text = ""
        if place.error is not None:
            text = str(place.error)
        elif place.output_shape is not None and self.context.trace.reached(document.cursor.layer):
            frame = document.frame(self.context.trace)
            text = step_sentence(document, frame, self.context.labels)
        self._sentence.setText(text)
        self._sentence.setAccessibleDescription(text)

    def _point(self, text: str) -> None:
        if text:
            self._sentence.setText(text)
        else:
            self._show_sentence(self.context.document)

    def _show_title(self) -> None:
        self.setWindowTitle(_title(self.context.document) + "[*] – ConvSim")
        self.setWindowModified(not self.context.store.undo_stack.isClean())

    def _show_undo(self) -> None:
        stack = self.context.store.undo_stack
        for id_, verb, text in (
            ("edit.undo", self.tr("Undo"), stack.undoText()),
            ("edit.redo", self.tr("Redo"), stack.redoText()),
        ):
            action = self.actions_[id_]
            keys = self.actions_.commands[id_].shortcut[0]
            action.setToolTip(f"{verb} {text} ({keys})".replace("  ", " "))
            action.setText(f"{verb} {text}".strip())
            action.setIconText(verb)
        self.actions_.refresh()

    def _apply_theme(self) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme = self.context.theme
        apply_theme(app, theme, TEXT_SIZE + (4 if self.presenting else 0))
        self.inspector.set_theme(theme)
        self.actions_.tint()
        name = "sun" if theme.name == "dark" else "moon"
        self.actions_["view.theme"].setIcon(icon(name, theme))
        for button in (self._preset_button, self._export_button):
            color = theme.accent_ink if button is self._export_button else theme.ink
            button.setIcon(icon(button.property("iconName"), theme, color))

    # -- remembering -----------------------------------------------------------------------

    def _restore(self) -> None:
        if self._settings.geometry:
            self.restoreGeometry(QByteArray.fromBase64(self._settings.geometry.encode()))
        if self._settings.layout:
            state = QByteArray.fromBase64(self._settings.layout.encode())
            if not self.restoreState(state, LAYOUT_VERSION):
                self.reset_layout()

    def _keep_settings(self) -> None:
        if self.presenting:
            self.toggle_presentation()
        geometry = self.saveGeometry().toBase64().toStdString()
        layout = self.saveState(LAYOUT_VERSION).toBase64().toStdString()
        self.remember(
            theme=self.context.theme.name,
            speed=self.player.speed,
            geometry=geometry,
            layout=layout,
        )
        settings_file.save(self._settings_path, self._settings)

    # -- Qt --------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept files and pictures."""
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        event.acceptProposedAction()
        data = event.mimeData()
        # The other program waits until this returns: open afterwards.
        found = self.files.picture_in(data)
        QTimer.singleShot(0, self, lambda: self.files.open_found(found))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask if edits would be lost; then remember and stop everything that runs."""
        if not self.context.store.undo_stack.isClean() and not self.files.agree_to_lose():
            event.ignore()
            return
        self.player.set_playing(False)
        self.files.close()
        self._keep_settings()
        self.context.close()
        event.accept()


def _title(document: Document) -> str:
    preset = PRESETS.get(document.preset)
    return f"{document.picture.name} — {preset.title if preset else document.preset}"


def _short(number: int) -> str:
    for size, letter in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if number >= size:
            return f"{number / size:.2f} {letter}"
    return str(number)


def _bytes(number: int) -> str:
    if number < 1024**2 / 50:
        return f"{number / 1024:.1f} KiB"
    return f"{number / 1024**2:.2f} MiB"
