"""A little window to drag files from, as a file manager is: in a process of its own.

Run as ``python -m tests.e2e.drag X Y PATH…``; it ends when the files were dropped, and says where.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QMimeData, QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel


class Held(QLabel):
    """Files that can be taken with the mouse."""

    def __init__(self, paths: list[str]) -> None:
        super().__init__("files")
        self._paths = paths
        self._at = QPoint()
        self.setWindowFlags(Qt.WindowType.FramelessWindowHint | Qt.WindowType.Tool)
        self.resize(90, 90)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Note where it was taken."""
        self._at = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Begin to drag once the mouse has really moved."""
        if (event.position().toPoint() - self._at).manhattanLength() < 8:
            return
        drag = QDrag(self)
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(path) for path in self._paths])
        drag.setMimeData(data)
        done = drag.exec(Qt.DropAction.CopyAction | Qt.DropAction.MoveAction)
        print("dropped", done.name, flush=True)
        # Under X the other program asks for the names only after the drag has ended here.
        QTimer.singleShot(3000, QApplication.quit)


def main(x: str, y: str, *paths: str) -> int:
    """Show the window and wait until its files were dropped."""
    app = QApplication([])
    held = Held(list(paths))
    held.move(int(x), int(y))
    held.show()
    # A test that has gone wrong must not leave it there.
    QTimer.singleShot(60_000, app.quit)
    print("there", flush=True)
    return app.exec()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
