"""A widget that shows a scene and says what was clicked or pointed at."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from convsim.figures.scene import Area, Scene
from convsim.render.painter import paint

Drawing = Callable[[float, float], Scene]


class SceneView(QWidget):
    """Paints what its drawing function makes for the widget's size.

    The scene is made when it is about to be painted, so several changes cost one drawing; one that
    looks as it did before is not painted again.

    Attributes
    ----------
    zoom : float
        Pixels a unit: above 1 in a presentation.
    scene : Scene or None
        What was drawn last.

    Signals
    -------
    clicked(area, row, column)
    hovered(area, row, column)
        Area None when the pointer left all areas.
    painted()
        The scene is on the widget, or was there already.
    """

    clicked = Signal(object, int, int)
    hovered = Signal(object, int, int)
    painted = Signal()

    def __init__(self, drawing: Drawing, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawing = drawing
        self._name = name
        self._stale = True
        self._asked = False
        self.zoom = 1.0
        self.scene: Scene | None = None
        self._shown: Scene | None = None
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)

    def refresh(self) -> None:
        """Draw anew before the next painting, and paint if it looks other than before."""
        self._stale = True
        if not self._asked:
            self._asked = True
            # It comes before Qt paints what waits to be painted.
            QCoreApplication.postEvent(self, QEvent(QEvent.Type.User))

    def customEvent(self, event: QEvent) -> None:
        """Draw what was asked for; while nobody sees it, it waits until somebody does."""
        del event
        self._asked = False
        if not self.isVisible():
            return
        scene, shown = self.current_scene(), self._shown
        if shown is scene:
            return
        self._shown = scene
        if shown is None or shown.page != scene.page:
            self.update()
            return
        # Read when first needed: a start does without.
        from convsim.figures.changes import changed_box

        box = changed_box(shown, scene)
        if box is None:
            self.painted.emit()
            return
        x, y, width, height = (length * self.zoom for length in box)
        self.update(QRectF(x, y, width, height).toAlignedRect().adjusted(-1, -1, 1, 1))

    def set_zoom(self, zoom: float) -> None:
        """Draw everything larger."""
        self.zoom = zoom
        self.refresh()
        self.update()

    def current_scene(self) -> Scene:
        """Return the scene for the widget's size, made now if something changed."""
        if self._stale or self.scene is None:
            self.scene = self._drawing(self.width() / self.zoom, self.height() / self.zoom)
            self._stale = False
            self.setAccessibleDescription(self.scene.title)
        return self.scene

    def minimumSizeHint(self) -> QSize:
        """Return a size below which nothing can be read."""
        return QSize(320, 120)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the scene, or the part of it that waits to be painted."""
        scene, rect, zoom = self.current_scene(), event.rect(), self.zoom
        part = None
        if rect != self.rect():
            # A pixel more, where pixels of the screen are no whole ones of the widget.
            wide = rect.adjusted(-1, -1, 1, 1)
            part = (wide.x() / zoom, wide.y() / zoom, wide.width() / zoom, wide.height() / zoom)
            if scene is not self._shown and not self._asked:
                self.update()  # the rest of it too
        if not self._asked:
            # Else this may be a picture of the widget only: what comes compares with the screen.
            self._shown = scene
        painter = QPainter(self)
        try:
            covered = scene.width * zoom >= self.width() and scene.height * zoom >= self.height()
            if scene.background is not None and not covered:
                # Not by `fillRect`, which costs 2 ms of the start (`convsim.render.device`).
                painter.setBackground(QColor(*scene.background))
                painter.eraseRect(rect)
            paint(scene, painter, scale=zoom, clip=part)
        except BaseException:
            self._shown = None  # nobody knows what is there
            raise
        finally:
            # A painter that outlives its widget's painting takes the whole program down.
            painter.end()
        self.painted.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out anew for the new size."""
        self._stale = True
        super().resizeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Say what was clicked."""
        found = self._found(event.position())
        if event.button() == Qt.MouseButton.LeftButton and found is not None:
            self.clicked.emit(*found)
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what is pointed at, and drag the window along while the button is down."""
        found = self._found(event.position())
        shape = Qt.CursorShape.PointingHandCursor if found else Qt.CursorShape.ArrowCursor
        if self.cursor().shape() != shape:
            self.setCursor(shape)
        self.hovered.emit(*(found or (None, 0, 0)))
        if found is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self.clicked.emit(*found)

    def leaveEvent(self, event: QEvent) -> None:
        """Say that nothing is pointed at."""
        self.hovered.emit(None, 0, 0)
        super().leaveEvent(event)

    def _found(self, at: QPointF) -> tuple[Area, int, int] | None:
        if self.scene is None:
            return None
        x, y = at.x() / self.zoom, at.y() / self.zoom
        area = self.scene.area_at(x, y)
        cell = area.cell_at(x, y) if area is not None else None
        return (area, *cell) if area is not None and cell is not None else None
