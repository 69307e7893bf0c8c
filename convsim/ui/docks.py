"""The panels around the stage: where they stand, and how they come back there."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QCoreApplication, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

LAYOUT_VERSION = 1
WIDTH = 200
"""The least that the panels at the right take."""
NARROW = 1150
"""Below this width of the window the side panels take less."""


class Docks:
    """Network left, inspector right, maps below; the history, at the right too, when wanted.

    The window opens with the rooms of inspector and history empty, and fills them afterwards.

    Attributes
    ----------
    all : tuple of QDockWidget
        In this order.
    """

    def __init__(
        self,
        window: QMainWindow,
        network: QWidget,
        strip: QWidget,
    ) -> None:
        self._window = window
        titles = (
            ("network", _tr("Network"), network),
            ("inspector", _tr("Inspector"), _empty()),
            ("strip", _tr("Activation maps"), strip),
            ("history", _tr("History"), _empty()),
        )
        self.all = tuple(self._dock(*entry) for entry in titles)
        # The strip has a heading of its own; a second one would only take room.
        self.all[2].setTitleBarWidget(QWidget())
        self._before_hiding = QByteArray()

    def fill(self, name: str, panel: QWidget) -> None:
        """Put a panel where only its room was kept; nothing else moves."""
        dock = next(dock for dock in self.all if dock.objectName() == name)
        empty = dock.widget()
        dock.setWidget(panel)
        panel.show()  # at once: the layout alone would wait for the next turn of the event loop
        empty.deleteLater()

    def reset(self) -> None:
        """Put every panel back where it was at the first start."""
        window = self._window
        left, right, below, history = self.all
        for dock, area in (
            (left, Qt.DockWidgetArea.LeftDockWidgetArea),
            (right, Qt.DockWidgetArea.RightDockWidgetArea),
            (below, Qt.DockWidgetArea.BottomDockWidgetArea),
            (history, Qt.DockWidgetArea.RightDockWidgetArea),
        ):
            dock.setFloating(False)
            window.addDockWidget(area, dock)
            dock.setVisible(dock is not history)
        for corner, area in (
            (Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea),
            (Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea),
        ):
            window.setCorner(corner, area)
        side = 204 if window.width() < NARROW else 222
        window.resizeDocks([left, right], [side, side], Qt.Orientation.Horizontal)
        height = 134 if window.height() < 760 else 166
        window.resizeDocks([below], [height], Qt.Orientation.Vertical)

    def hide(self) -> None:
        """Hide all panels, to come back as they were."""
        self._before_hiding = self._window.saveState(LAYOUT_VERSION)
        for dock in self.all:
            dock.hide()

    def show_again(self) -> None:
        """Bring the panels back as they were before `hide`."""
        self._window.restoreState(self._before_hiding, LAYOUT_VERSION)

    def saved(self) -> dict[str, str]:
        """Return the window's place and its panels, as settings."""
        return {
            "geometry": self._window.saveGeometry().toBase64().toStdString(),
            "layout": self._window.saveState(LAYOUT_VERSION).toBase64().toStdString(),
        }

    def restore(self, geometry: str, layout: str) -> None:
        """Bring back what `saved` returned, or make the first layout where that cannot be used."""
        if geometry:
            self._window.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
        state = QByteArray.fromBase64(layout.encode())
        if not layout or not self._window.restoreState(state, LAYOUT_VERSION):
            self.reset()

    def _dock(self, name: str, title: str, widget: QWidget) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(name)
        dock.setWidget(widget)
        return dock


def _empty() -> QWidget:
    """Return what keeps the room of a panel that is not built yet."""
    empty = QWidget()
    empty.setMinimumWidth(WIDTH)
    return empty


def _tr(text: str) -> str:
    return QCoreApplication.translate("docks", text)
