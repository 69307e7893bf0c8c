"""A program with nothing of ConvSim in it that makes as much of Qt as its first window shows.

It is the least that `convsim` can cost at its start: the same number of widgets, menus and commands
under the same style sheet, the same two fonts, and as many cells, numbers and pictures painted, but
no network, no document, no layout of our own and not one module of ours.  `tests.bench.startup`
times it beside the bare window and the real program.
"""

from __future__ import annotations

from pathlib import Path

from convsim.figures.theme import LIGHT
from convsim.services.resources import fonts
from convsim.ui.sheet import make_rules


def floor(folder: str) -> str:
    """Return the program; its style sheet is put into a folder first, so that it only reads it."""
    sheet = Path(folder) / "sheet.qss"
    sheet.write_text(make_rules(LIGHT, 13), encoding="utf-8")
    paths = [str(path) for path in fonts()]
    return PROGRAM.replace("SHEET", repr(str(sheet))).replace("FONTS", repr(paths))


PROGRAM = """
import numpy
from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import (QAction, QColor, QFont, QFontDatabase, QImage, QKeySequence, QPainter,
                           QPen, QStandardItem, QStandardItemModel)
from PySide6.QtWidgets import (QApplication, QDockWidget, QHBoxLayout, QLabel, QListView,
                               QMainWindow, QMenu, QSlider, QTabWidget, QToolButton, QVBoxLayout,
                               QWidget)

pixels = numpy.zeros((32, 32, 3), numpy.uint8) + 128
values = numpy.linspace(-1, 1, 75)

class Stage(QWidget):
    def paintEvent(self, event):
        painter = QPainter(self)
        picture = QImage(pixels.data, 32, 32, 96, QImage.Format.Format_RGB888)
        for at in range(5):
            painter.drawImage(QRectF(10 + 70 * at, 10, 60, 60), picture)
        painter.setPen(QPen(QColor("black")))
        for grid in range(3):
            for at, value in enumerate(values):
                box = QRectF(200 + 110 * grid + 20 * (at % 5), 80 + 20 * (at // 5), 19, 19)
                painter.fillRect(box, QColor(200, 100 + at, 90))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{value:.2f}")
        for at in range(30):
            painter.drawText(QRectF(10, 90 + 12 * at, 180, 12), 0, f"row {at}, column 13")

class Strip(QWidget):
    def paintEvent(self, event):
        painter = QPainter(self)
        picture = QImage(pixels.data, 32, 32, 96, QImage.Format.Format_RGB888)
        for at in range(6):
            painter.drawImage(QRectF(10 + 110 * at, 20, 96, 96), picture)
            painter.drawText(QRectF(10 + 110 * at, 118, 96, 14), 0, f"{at} vertical edges")
        QTimer.singleShot(0, painted)  # all widgets are painted in one go

def painted():
    print("painted", flush=True)
    app.quit()

app = QApplication(["floor", "-style", "Fusion"])
for path in FONTS:
    QFontDatabase.addApplicationFont(path)
font = QFont("Pretendard")
font.setPixelSize(13)
app.setFont(font)
app.setStyleSheet(open(SHEET, encoding="utf-8").read())
window = QMainWindow()
for menu in range(6):
    made = window.menuBar().addMenu(f"&Menu{menu}")
    for number in range(16):
        action = QAction(f"Command {number}", window)
        action.setShortcut(QKeySequence(f"Ctrl+Alt+{chr(65 + menu)},{chr(65 + number)}"))
        made.addAction(action)
    made.addMenu(QMenu("More", made))
bar = window.addToolBar("Tools")
for number in range(10):
    bar.addAction(QAction(f"Tool {number}", window))
centre, column = QWidget(), QVBoxLayout()
tabs = QTabWidget()
for name in ("Overview", "Step", "Maps", "Counts", "Train"):
    page, inside = QWidget(), QVBoxLayout()
    page.setLayout(inside)
    if name == "Step":
        inside.addWidget(Stage(), 1)
        row = QHBoxLayout()
        for number in range(20):
            button = QToolButton()
            button.setText("x")
            row.addWidget(button)
        row.addWidget(QSlider(Qt.Orientation.Horizontal))
        inside.addLayout(row)
    tabs.addTab(page, name)
tabs.setCurrentIndex(1)
strip = Strip()
strip.setFixedHeight(150)
column.addWidget(tabs, 1)
column.addWidget(strip)
centre.setLayout(column)
window.setCentralWidget(centre)
cards = QStandardItemModel()
for number in range(6):
    cards.appendRow(QStandardItem(f"Conv {number}, 28x28x6, 6 of 5x5, stride 1, pad 0"))
network, below = QWidget(), QVBoxLayout()
cardlist = QListView()
cardlist.setModel(cards)
below.addWidget(cardlist)
for number in range(8):
    below.addWidget(QLabel(f"1,966 parameters {number}"))
network.setLayout(below)
for side, widget in (("Left", network), ("Right", QWidget())):
    dock = QDockWidget(side)
    dock.setWidget(widget)
    window.addDockWidget(Qt.DockWidgetArea[f"{side}DockWidgetArea"], dock)
window.statusBar().showMessage("Conv 1, filter 1 at row 12, column 13")
window.resize(1280, 800)
window.show()
app.exec()
"""
