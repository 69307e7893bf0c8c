"""Answering the program's questions as a person does: by pressing a button of the box."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QPushButton


@contextmanager
def answers(*labels: str) -> Iterator[list[str]]:
    """Press these buttons, one a question, in order; yield what was asked.

    The block may not end before all have been asked, and nothing more may be.
    """
    asked: list[str] = []
    left = list(labels)
    timer = QTimer()
    timer.setInterval(5)

    def look() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QDialog) or not box.isVisible() or box.property("answered"):
            return
        buttons = {b.text().replace("&", ""): b for b in box.findChildren(QPushButton)}
        if left and left[0] in buttons:
            text = f"{box.text()}\n{box.informativeText()}" if isinstance(box, QMessageBox) else ""
            asked.append(text.strip())
            box.setProperty("answered", True)
            buttons[left.pop(0)].click()
        elif isinstance(box, QMessageBox):
            asked.append(f"UNEXPECTED {box.text()} {sorted(buttons)}")
            box.setProperty("answered", True)
            box.reject()

    timer.timeout.connect(look)
    timer.start()
    try:
        yield asked
    finally:
        timer.stop()
    assert not left, f"never asked: {left}; asked: {asked}"
    assert not [text for text in asked if text.startswith("UNEXPECTED")], asked
