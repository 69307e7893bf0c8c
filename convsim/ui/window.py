"""The main window: network, stage, inspector and strip around one document."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6 import QtWidgets
from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QMenu, QVBoxLayout, QWidget

from convsim import __version__
from convsim.document import PRESETS, Document
from convsim.document.edits import select_layer, set_view
from convsim.figures.theme import THEMES
from convsim.ui.actions import Actions
from convsim.ui.build_commands import MENU
from convsim.ui.docks import Docks
from convsim.ui.files import Files
from convsim.ui.host import Host
from convsim.ui.inside_chips import InsideChips
from convsim.ui.layer_list import NetworkPanel
from convsim.ui.projects import Projects
from convsim.ui.recent_menu import RecentMenu
from convsim.ui.status import Status
from convsim.ui.strip import StripPanel
from convsim.ui.style import TEXT_SIZE, apply_theme
from convsim.ui.tabs import TABS, Tabs
from convsim.ui.toolbar import MainBar
from convsim.ui.walker import Walker

if TYPE_CHECKING:
    from pathlib import Path

    from convsim.services.settings import Settings
    from convsim.ui.arrivals import Arrivals
    from convsim.ui.history_panel import HistoryPanel
    from convsim.ui.inspector import Inspector
    from convsim.ui.live import Live
    from convsim.ui.network_files import NetworkFiles
    from convsim.ui.scene_view import SceneView
    from convsim.ui.tabs import Panel
    from convsim.ui.weights_files import WeightsFiles

PRESENTATION_ZOOM = 1.35


class MainWindow(Host):
    """Everything around one document.

    Attributes
    ----------
    walker : Walker
    files : Files
        Opening pictures, exporting, clipboard.
    projects : Projects
        Opening and saving projects.
    actions_ : Actions
        The table of commands as Qt actions.
    weights_files : WeightsFiles
        Weights from files and into them.
    status : Status
        What the step does, and what the network costs.
    recent : RecentMenu
        The projects used last.
    presenting : bool
        Whether the panels are hidden and the figures large.

    Signals
    -------
    opened()
        Network, stage and maps are painted for the first time.
    completed()
        What the first painting did without is there too.
    """

    opened = Signal()
    completed = Signal()

    def __init__(
        self,
        document: Document,
        settings: Settings,
        settings_path: Path,
        data: Path | None = None,
    ) -> None:
        """Make the window; `data` is the folder for copies of unsaved work."""
        super().__init__(document, settings, settings_path)
        self.presenting = False
        self._strip_waits = False
        self.walker = Walker(self.context.store, self.player)
        self.files = Files(self)
        self.projects = Projects(self, data or settings_path.parent)
        self._painted = False
        self._unasked = False
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(True)
        self._build_docks()
        self._build_tabs()
        self.status = Status(self.context)
        self.setStatusBar(self.status)
        self.actions_ = Actions(self, self)
        self._menus = self.actions_.fill_menu_bar(self.menuBar())
        self.recent = RecentMenu(self.projects, self)
        entries = self._menus["file"].actions()
        after = entries[entries.index(self.actions_["file.open"]) + 1]
        self._menus["file"].insertMenu(after, self.recent)
        self.bar = MainBar(self.actions_, self)
        self.addToolBar(self.bar)
        self._add_dock_switches()
        self._connect()
        self.resize(1280, 800)
        self.docks.restore(settings.geometry, settings.layout)
        self._apply_theme()
        self._show(None, self.context.document)
        self.current_view.setFocus()

    def settle(self) -> None:
        """Do what can wait until the window is there: say and offer what is left from before."""
        problem = self.write_settings()
        if problem:
            self.show_message(problem)
        self.projects.offer_recovered()

    # -- what commands do ------------------------------------------------------------------

    @cached_property
    def arrivals(self) -> Arrivals:
        """Where files go: looking into them is not needed to open the window."""
        from convsim.ui.arrivals import Arrivals

        return Arrivals(
            self,
            self.files,
            self.projects,
            lambda: self.network_files,
            lambda: self.weights_files,
        )

    def open_path(self, path: Path) -> None:
        """Open whatever lies at a path."""
        self.arrivals.open(path)

    def label_picture(self) -> None:
        """Show where the picture is labelled, with the keyboard there."""
        self.context.store.show(set_view(self.context.document, on_input=True))
        dock = self.docks.all[1]
        dock.show()
        dock.raise_()
        self.inspector.show_label()

    def begin(self, title: str, document: Document) -> None:
        """Show another document: as an edit, or, if a file is open, as one without a file.

        Kept runs and labelled pictures stay: to compare, or to be learnt from by another network.
        """
        from convsim.document.work import with_work

        document = with_work(document, self.context.document)
        if self.projects.path is None:
            self.context.store.open(title, document)
        else:
            self.projects.replace(document)

    def paste(self) -> None:
        """Put layers in, or open a picture, whichever lies on the clipboard."""
        if not self.network.builder.paste():
            self.files.paste_picture()

    def show_tab(self, key: str) -> None:
        """Show one of the views."""
        self.context.store.show(set_view(self.context.document, tab=key))

    def move_layer(self, by: int) -> None:
        """Select the next or previous layer."""
        document = self.context.document
        index = document.cursor.layer + by
        if 0 <= index < len(document.network.layers):
            self.context.store.show(select_layer(document, index))

    @property
    def is_live(self) -> bool:
        """Whether the camera's frames are shown as they come."""
        return "live" in vars(self) and self.live.running

    def toggle_live(self) -> None:
        """Show the camera's frames as they come, or freeze what is seen."""
        self.live.toggle()

    def toggle_theme(self) -> None:
        """Change between light and dark."""
        self.context.set_theme(THEMES["light" if self.context.theme.name == "dark" else "dark"])
        self._apply_theme()

    def toggle_presentation(self) -> None:
        """Hide the panels and enlarge the figures, or end that."""
        self.presenting = not self.presenting
        if self.presenting:
            self.docks.hide()
        for panel in self.tabs.built:
            panel.view.set_zoom(self._zoom)
        self._apply_theme()
        if not self.presenting:
            # With small words again: panels that are shown keep room for the words they have.
            self.docks.show_again()
        self.actions_.refresh()

    def next_panel(self) -> None:
        """Give the keyboard to the next of list, stage and inspector that is shown."""
        panels = [
            (self.network, self.network.list),
            (self.tabs, self.current_view),
            (self.inspector, self.inspector.first_field()),
        ]
        shown = [(panel, target) for panel, target in panels if target and target.isVisible()]
        now = QApplication.focusWidget()
        here = [i for i, (panel, _) in enumerate(shown) if now and panel.isAncestorOf(now)]
        if shown:
            _, target = shown[(here[0] + 1) % len(shown) if here else 0]
            target.setFocus(Qt.FocusReason.TabFocusReason)

    def reset_layout(self) -> None:
        """Put every panel back where it was at the first start."""
        self.docks.reset()
        self._make_room(fits=self.context.document.place.output_shape is not None)

    def show_keys(self) -> None:
        """Show the sheet of keyboard shortcuts."""
        from convsim.ui.keys_dialog import KeysDialog

        KeysDialog(self.actions_.commands.values(), self).exec()

    def show_about(self) -> None:
        """Say what this program is."""
        text = self.tr(
            "<b>ConvSim {version}</b><p>See a convolutional network work: on any picture, "
            "cell by cell, with every number in view.</p><p>MIT licence. The cat is Chelsea, "
            "from scikit-image (CC0). Font: Pretendard (OFL). Icons: Lucide (ISC).</p>"
        )
        QtWidgets.QMessageBox.about(
            self, self.tr("About ConvSim"), text.format(version=__version__)
        )

    def close_unasked(self) -> None:
        """Close at once; unsaved work is offered at the next start."""
        self._unasked = True
        self.close()

    def close_window(self) -> None:
        """Close, if nothing would be lost or the person agrees."""
        self.close()

    # -- building --------------------------------------------------------------------------

    def _build_docks(self) -> None:
        self.network = NetworkPanel(self.context)
        self.strip = StripPanel(self.context)
        self.docks = Docks(self, self.network, self.strip)

    @cached_property
    def inspector(self) -> Inspector:
        """What is selected, in numbers: built after the first painting, or when it is needed."""
        from convsim.ui.inspector import Inspector

        panel = Inspector(self.context.store)
        panel.set_theme(self.context.theme)
        panel.open_requested.connect(self.files.ask_picture)
        panel.learn_requested.connect(lambda: self.arrivals.learn_from_labelled())
        panel.live_requested.connect(lambda: self.actions_.run("file.camera"))
        self.docks.fill("inspector", panel)
        return panel

    @cached_property
    def weights_files(self) -> WeightsFiles:
        """Weights from files and into them: made when first asked for."""
        from convsim.ui.weights_files import WeightsFiles

        return WeightsFiles(self)

    @cached_property
    def network_files(self) -> NetworkFiles:
        """Networks of other programs: needed by few, so made when first asked for."""
        from convsim.ui.network_files import NetworkFiles

        return NetworkFiles(self)

    @cached_property
    def live(self) -> Live:
        """The camera's picture; made when somebody wants it."""
        from convsim.ui.live import Live

        live = Live(self.context.store, self)
        live.failed.connect(self.show_error)
        live.changed.connect(self._show_live)
        return live

    def _show_live(self, running: bool) -> None:
        self.inspector.input_form.show_live(running)
        self.actions_.refresh()

    @cached_property
    def history(self) -> HistoryPanel:
        """The names of all edits: built after the first painting, or when it is needed."""
        from convsim.ui.history_panel import HistoryPanel

        panel = HistoryPanel(self.context.store)
        self.docks.fill("history", panel)
        return panel

    def paintEvent(self, event: QPaintEvent) -> None:
        """Go on once all widgets are painted, which happens in one go, whichever tab is shown."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.opened.emit)

    def _complete(self) -> None:
        """Build what the first painting did without."""
        _ = self.inspector, self.history
        self.completed.emit()

    def _build_tabs(self) -> None:
        self.tabs = Tabs(self.context, self.player)
        self.tabs.first_shown.connect(self._adopt)
        self.tabs.lab_changed.connect(self._refresh_commands)
        self.stage = self.tabs.stage
        self.chips = InsideChips(self.tabs)
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
    def current_view(self) -> SceneView:
        """The scene of the tab that is shown."""
        return self.tabs.current.view

    @property
    def _zoom(self) -> float:
        return PRESENTATION_ZOOM if self.presenting else 1.0

    def _adopt(self, panel: Panel) -> None:
        """Make a view that was just built behave like the others."""
        view = panel.view
        view.set_zoom(self._zoom)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(
            lambda at: self._context_menu(view).popup(view.mapToGlobal(at))
        )

    def _add_dock_switches(self) -> None:
        view = self._menus["view"]
        view.addSeparator()
        for dock in self.docks.all:
            view.addAction(dock.toggleViewAction())

    def _connect(self) -> None:
        self.context.changed.connect(self._show)
        self.context.worked.connect(lambda: self._show(None, self.context.document))
        stack = self.context.store.undo_stack
        stack.cleanChanged.connect(self._show_title)
        self.projects.changed.connect(self._show_title)
        stack.indexChanged.connect(self._show_undo)
        self.context.label_wanted.connect(self.label_picture)
        self.tabs.pointed.connect(self.status.point)
        self.strip.pointed.connect(self.status.point)
        self.stage.asked.connect(self.actions_.run)
        self.network.asked.connect(self.actions_.run)
        self.network.menu_wanted.connect(self._show_layer_menu)
        self.opened.connect(self._complete, Qt.ConnectionType.QueuedConnection)
        self.tabs.currentChanged.connect(lambda index: self.show_tab(TABS[index]))
        self.player.playing_changed.connect(lambda _playing: self.actions_.refresh())

    def _show_layer_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for id_ in MENU:
            menu.addAction(self.actions_[id_])
        menu.popup(at)

    def _context_menu(self, view: SceneView) -> QMenu:
        menu = QMenu(view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        third = "file.curves" if self.context.document.view.tab == "train" else "file.animate"
        for id_ in ("edit.copy", "file.export", third, "edit.paste"):
            menu.addAction(self.actions_[id_])
        return menu

    # -- showing ---------------------------------------------------------------------------

    def _show(self, before: Document | None, document: Document) -> None:
        if self.tabs.currentIndex() != TABS.index(document.view.tab):
            self.tabs.setCurrentIndex(TABS.index(document.view.tab))
            self.current_view.setFocus()
        if before is None or before.network is not document.network:
            self.status.show_costs(document)
        if before is None or _title(before) != _title(document):
            self._show_title()
            self.bar.show_document(document)
        if (
            before is None
            or before.view.tab != document.view.tab
            or (
                (before.walk is None) != (document.walk is None)
                or before.preset != document.preset
                or (before.progress is None) != (document.progress is None)
            )
        ):
            self.actions_.refresh()
        self.chips.show_document(document)
        self._make_room(fits=document.place.output_shape is not None)
        self.status.show_sentence(document)

    def _make_room(self, *, fits: bool) -> None:
        """Put the strip away while there are no maps: the card needs the room."""
        strip = self.docks.all[2]
        if not fits and not strip.isHidden() and not self.presenting:
            strip.hide()
            self._strip_waits = True
        elif fits and self._strip_waits and not self.presenting:
            strip.show()
            self._strip_waits = False

    def _refresh_commands(self) -> None:
        self.actions_.refresh()

    def _show_title(self, _clean: object = None) -> None:
        title = self.projects.title or _title(self.context.document)
        # A star in a name would be taken for the mark of a change.
        self.setWindowTitle(title.replace("[*]", "[*][*]") + "[*] – ConvSim")
        self.setWindowModified(not self.context.store.undo_stack.isClean())

    def _show_undo(self, _index: object = None) -> None:
        stack = self.context.store.undo_stack
        for id_, verb, text in (
            ("edit.undo", self.tr("Undo"), stack.undoText()),
            ("edit.redo", self.tr("Redo"), stack.redoText()),
        ):
            action = self.actions_[id_]
            keys, what = self.actions_.commands[id_].shortcut[0], f"{verb} {text}".strip()
            tip = f"{what} ({keys})"
            if action.toolTip() == tip:
                continue
            action.setToolTip(tip)
            action.setText(what)
        self.actions_.refresh()

    def _apply_theme(self) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme = self.context.theme
        apply_theme(app, theme, TEXT_SIZE + (4 if self.presenting else 0))
        if "inspector" in vars(self):
            self.inspector.set_theme(theme)
        self.bar.set_theme(theme)
        self.actions_.tint(theme)

    # -- Qt --------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Show what was before the last edit while B is held down."""
        if event.key() == Qt.Key.Key_B and not event.modifiers():
            self.context.hold_before(True)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Show what is now again."""
        if event.key() == Qt.Key.Key_B and not event.isAutoRepeat():
            self.context.hold_before(False)
        else:
            super().keyReleaseEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept files and pictures."""
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            _copy(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        _copy(event)
        data = event.mimeData()
        # The other program waits until this returns: open afterwards.
        found = self.files.picture_in(data)
        if found is None:
            self.show_message(self.files.not_droppable())
        QTimer.singleShot(0, self, lambda: self.files.open_found(found))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask if edits would be lost; then remember and stop everything that runs."""
        if not self._unasked and not self._may_close():
            event.ignore()
            return
        self.player.set_playing(False)
        self.files.close()
        if self.is_live:
            self.live.freeze()
        if "network_files" in vars(self):
            self.network_files.close()
        self.projects.close(unasked=self._unasked)
        if self.presenting:
            self.toggle_presentation()
        self._make_room(fits=True)
        theme, speed = self.context.theme.name, self.player.speed
        self.remember(theme=theme, speed=speed, **self.docks.saved())
        self.write_settings()
        # What works in the background may need seconds to stop; nobody should have to watch that.
        self.hide()
        self.tabs.end_training()
        self.context.close()
        # The stack says that it is emptied while it is destroyed, when nobody is left to hear it.
        self.context.store.undo_stack.blockSignals(True)
        event.accept()

    def changeEvent(self, event: QEvent) -> None:
        """Look whether another program has changed the file, whenever people come back."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            # Nobody would hear that the key is let go.
            self.context.hold_before(False)
        elif event.type() == QEvent.Type.ActivationChange:
            QTimer.singleShot(0, self, self.projects.look_at_disk)

    def _may_close(self) -> bool:
        """Ask about unsaved edits; if they are being saved, close when that is done."""
        inside, agreed = True, False

        def leave() -> None:
            nonlocal agreed
            agreed = True
            if not inside:
                self.close()

        self.projects.leave_then(leave)
        inside = False
        return agreed


def _title(document: Document) -> str:
    preset = PRESETS.get(document.preset)
    name = document.picture.name
    return f"{name} — {preset.title}" if preset else name


def _copy(event: QDropEvent) -> None:
    """Accept as a copy: after a move the other program may delete its file."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()
