"""The commands that build a network: add, duplicate, delete, move, rename, fold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from convsim.services.commands import Command

if TYPE_CHECKING:
    from convsim.ui.context import Context
    from convsim.ui.layer_list import NetworkPanel

MENU = (
    "network.add",
    "network.duplicate",
    "network.copy",
    "network.cut",
    "network.rename",
    "network.delete",
    "network.up",
    "network.down",
    "network.fold",
)
"""Ids of what the menu of a card offers."""


def tr(text: str) -> str:
    """Return a text in the reader's language."""
    return QCoreApplication.translate("commands", text)


def build_commands(panel: NetworkPanel, context: Context) -> tuple[Command, ...]:
    """Return the commands about the layers that are selected in the list."""
    build = panel.builder

    def some() -> bool:
        return panel.has_chosen

    return (
        Command(
            "network.add",
            tr("Add Layer…"),
            panel.open_palette,
            "network",
            "plus",
            ("Ins", "Ctrl+Shift+A"),
            group="build",
            hint=tr("Behind the selected one; the palette says what each kind does"),
        ),
        Command(
            "network.duplicate",
            tr("Duplicate Layers"),
            lambda: build.duplicate(panel.chosen),
            "network",
            "copy",
            ("Ctrl+D",),
            some,
            group="build",
            hint=tr("With their weights"),
        ),
        Command(
            "network.copy",
            tr("Copy Layers"),
            lambda: build.copy(panel.chosen),
            "network",
            "clipboard-copy",
            enabled=some,
            group="build",
            hint=tr("Ctrl+C in the list; they can be pasted into another window or a text"),
        ),
        Command(
            "network.cut",
            tr("Cut Layers"),
            lambda: build.cut(panel.chosen),
            "network",
            enabled=some,
            group="build",
            hint=tr("Ctrl+X in the list"),
        ),
        Command(
            "network.rename",
            tr("Rename Layer"),
            panel.list.begin_rename,
            "network",
            shortcut=("F2",),
            enabled=some,
            group="build",
        ),
        Command(
            "network.delete",
            tr("Delete Layers"),
            lambda: build.delete(panel.chosen),
            "network",
            "trash-2",
            enabled=some,
            group="build",
            hint=tr("Del in the list; undo brings them back with their weights"),
        ),
        Command(
            "network.up",
            tr("Move Layers Up"),
            lambda: build.nudge(panel.chosen, -1),
            "network",
            shortcut=("Alt+Up",),
            enabled=some,
            group="move",
        ),
        Command(
            "network.down",
            tr("Move Layers Down"),
            lambda: build.nudge(panel.chosen, 1),
            "network",
            shortcut=("Alt+Down",),
            enabled=some,
            group="move",
        ),
        Command(
            "network.fold",
            tr("Fold or Unfold Block"),
            build.fold,
            "network",
            shortcut=("Ctrl+B",),
            enabled=some,
            group="move",
            hint=tr("A residual block, or convolutions up to their pooling, as one card"),
        ),
    )
