"""The questions that are asked before work could be lost, each in one sentence."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from PySide6 import QtWidgets
from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from convsim.formats.project_reader import Opened

MOST_LINES = 12
"""Of what was missing in a file; the rest is counted."""


class Answer(Enum):
    """What the person chose."""

    SAVE = auto()
    SAVE_AS = auto()
    DISCARD = auto()
    CANCEL = auto()


def tr(text: str) -> str:
    """Return a text in the reader's language."""
    return QCoreApplication.translate("questions", text)


def shown(name: str) -> str:
    """Return a file's name as one harmless line."""
    from convsim.data.names import plain

    return plain(name, 200)


def save_first(parent: QWidget, name: str) -> Answer:
    """Ask whether edits are to be saved before something else takes their place."""
    box = _box(parent, tr("Save the changes to “{name}”?").format(name=name))
    box.setInformativeText(tr("Without saving, a copy stays under File ▸ Open Recent for a while."))
    save = box.addButton(tr("Save"), QtWidgets.QMessageBox.ButtonRole.AcceptRole)
    discard = box.addButton(tr("Discard"), QtWidgets.QMessageBox.ButtonRole.DestructiveRole)
    box.addButton(QtWidgets.QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(save)
    box.exec()
    clicked = box.clickedButton()
    if clicked is save:
        return Answer.SAVE
    return Answer.DISCARD if clicked is discard else Answer.CANCEL


def overwrite_changed(parent: QWidget, name: str) -> Answer:
    """Ask whether to write over a file that somebody else has changed."""
    text = tr("“{name}” was changed by another program since it was opened.")
    box = _box(parent, text.format(name=shown(name)))
    box.setInformativeText(tr("Saving replaces those changes; they stay as a backup beside it."))
    save = box.addButton(tr("Replace"), QtWidgets.QMessageBox.ButtonRole.DestructiveRole)
    other = box.addButton(tr("Save As…"), QtWidgets.QMessageBox.ButtonRole.AcceptRole)
    box.addButton(QtWidgets.QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(other)
    box.exec()
    clicked = box.clickedButton()
    if clicked is other:
        return Answer.SAVE_AS
    return Answer.SAVE if clicked is save else Answer.CANCEL


def reload_changed(parent: QWidget, name: str) -> bool:
    """Ask whether to show a file anew that somebody else has changed."""
    text = tr("“{name}” was changed by another program.")
    box = _box(parent, text.format(name=shown(name)))
    box.setInformativeText(tr("Reading it anew drops edits of yours that are not saved."))
    again = box.addButton(tr("Read Anew"), QtWidgets.QMessageBox.ButtonRole.DestructiveRole)
    keep = box.addButton(tr("Keep Mine"), QtWidgets.QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(keep)
    box.exec()
    return box.clickedButton() is again


def save_elsewhere(parent: QWidget, problem: str) -> bool:
    """Say why saving failed and offer another place."""
    box = _box(parent, problem, QtWidgets.QMessageBox.Icon.Warning)
    box.setInformativeText(tr("Nothing is lost: your work is still open."))
    other = box.addButton(tr("Save As…"), QtWidgets.QMessageBox.ButtonRole.AcceptRole)
    box.addButton(QtWidgets.QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(other)
    box.exec()
    return box.clickedButton() is other


def open_backup(parent: QWidget, problem: str, name: str) -> bool:
    """Say why a file cannot be opened and offer the version before it."""
    box = _box(parent, problem, QtWidgets.QMessageBox.Icon.Warning)
    box.setInformativeText(tr("The version saved before it is in “{name}”.").format(name=name))
    backup = box.addButton(tr("Open Backup"), QtWidgets.QMessageBox.ButtonRole.AcceptRole)
    box.addButton(QtWidgets.QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(backup)
    box.exec()
    return box.clickedButton() is backup


def say_opened(parent: QWidget, name: str, opened: Opened, *, locked: bool) -> None:
    """Say what is not as in the file; nothing if all is."""
    if locked:
        text = tr("“{name}” is open in another window; here it can be read and saved elsewhere.")
        _inform(parent, text.format(name=shown(name)))
    lines = list(opened.missing or opened.converted)
    if not lines:
        return
    if not opened.missing:
        text = tr("Opened “{name}”; some things were converted.")
    else:
        text = tr("Opened “{name}”, but not all of it. Saving will ask for another name.")
    more = len(lines) - MOST_LINES
    if more > 0:
        lines[MOST_LINES:] = [tr("… and {n} more").format(n=more)]
    _inform(parent, text.format(name=shown(name)), "\n".join(lines))


def _inform(parent: QWidget, text: str, details: str = "") -> None:
    box = _box(parent, text, QtWidgets.QMessageBox.Icon.Information)
    box.setInformativeText(details)
    box.addButton(QtWidgets.QMessageBox.StandardButton.Ok)
    box.exec()


def _box(
    parent: QWidget,
    text: str,
    icon: QtWidgets.QMessageBox.Icon | None = None,
) -> QtWidgets.QMessageBox:
    box = QtWidgets.QMessageBox(parent)
    box.setIcon(QtWidgets.QMessageBox.Icon.Question if icon is None else icon)
    box.setWindowTitle(tr("ConvSim"))
    box.setText(text)
    # Its box is deleted with the window; a long session must not collect them.
    box.finished.connect(box.deleteLater)
    return box
