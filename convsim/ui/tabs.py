"""The views as tabs: one is built, and its part of the program read, when it is first shown.

The window opens on the Step view; building the others as well would make it open later.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from convsim.ui.stage_panel import StagePanel

if TYPE_CHECKING:
    from convsim.services.player import Player
    from convsim.ui.context import Context
    from convsim.ui.counts_panel import CountsPanel
    from convsim.ui.maps_panel import MapsPanel
    from convsim.ui.overview_panel import OverviewPanel
    from convsim.ui.train.panel import TrainPanel

    Panel = OverviewPanel | StagePanel | MapsPanel | CountsPanel | TrainPanel
    P = TypeVar("P", OverviewPanel, StagePanel, MapsPanel, CountsPanel, TrainPanel)

TABS = ("overview", "step", "maps", "counts", "train")


class Tabs(QTabWidget):
    """Overview, Step, Maps, Counts and Train.

    Attributes
    ----------
    built : list
        The views that were shown so far.

    Signals
    -------
    first_shown(panel)
        A view was built, because it is about to be shown for the first time.
    lab_changed()
        Other commands of the Train view can be used.
    pointed(text)
        What lies under the pointer, in words; empty when nothing does.
    """

    first_shown = Signal(object)
    lab_changed = Signal()
    pointed = Signal(str)

    def __init__(self, context: Context, player: Player, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._player = player
        self.built: list[Panel] = []
        self.setObjectName("stage")
        self.setDocumentMode(True)
        self.tabBar().setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.tabBar().setDrawBase(False)
        for title in (_tr("Overview"), _tr("Step"), _tr("Maps"), _tr("Counts"), _tr("Train")):
            page = QWidget()
            QVBoxLayout(page).setContentsMargins(0, 0, 0, 0)
            self.addTab(page, title)
        self.currentChanged.connect(lambda _index: self.current)

    @property
    def current(self) -> Panel:
        """The view whose tab is chosen."""
        key = TABS[self.currentIndex()]
        if key == "step":
            return self.stage
        if key == "overview":
            return self.overview
        if key == "train":
            return self.train
        return self.maps if key == "maps" else self.counts

    @cached_property
    def overview(self) -> OverviewPanel:
        """The network as blocks, and what windows do to a picture."""
        from convsim.ui.overview_panel import OverviewPanel

        return self._placed("overview", OverviewPanel(self._context))

    @cached_property
    def stage(self) -> StagePanel:
        """One step of one layer."""
        panel = StagePanel(self._context, self._player)
        panel.pointed.connect(self.pointed)
        return self._placed("step", panel)

    @cached_property
    def maps(self) -> MapsPanel:
        """Every activation map of one layer."""
        from convsim.ui.maps_panel import MapsPanel

        panel = MapsPanel(self._context)
        panel.pointed.connect(self.pointed)
        return self._placed("maps", panel)

    @cached_property
    def counts(self) -> CountsPanel:
        """What every layer costs."""
        from convsim.ui.counts_panel import CountsPanel

        return self._placed("counts", CountsPanel(self._context))

    @cached_property
    def train(self) -> TrainPanel:
        """Where the network learns."""
        from convsim.ui.train.panel import TrainPanel

        panel = TrainPanel(self._context)
        panel.state_changed.connect(self.lab_changed)
        return self._placed("train", panel)

    @property
    def lab(self) -> TrainPanel | None:
        """The Train view if it was built."""
        return self.train if "train" in vars(self) else None

    def end_training(self) -> None:
        """End the training, if there is one, and wait for its thread."""
        if self.lab is not None:
            self.lab.close_training()

    def _placed(self, key: str, panel: P) -> P:
        page = self.widget(TABS.index(key))
        layout = page.layout() if page is not None else None
        assert layout is not None
        layout.addWidget(panel)
        panel.show()  # at once: the layout alone would wait for the next turn of the event loop
        self.built.append(panel)
        self.first_shown.emit(panel)
        return panel


def _tr(text: str) -> str:
    return QCoreApplication.translate("MainWindow", text)
