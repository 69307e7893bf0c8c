"""Which way the arrows point, for whatever is moved by them."""

from __future__ import annotations

from types import MappingProxyType

from PySide6.QtCore import Qt

ARROWS = MappingProxyType(
    {
        Qt.Key.Key_Up: (-1, 0),
        Qt.Key.Key_Down: (1, 0),
        Qt.Key.Key_Left: (0, -1),
        Qt.Key.Key_Right: (0, 1),
    }
)
"""Rows down and columns to the right."""
FAR = 5
"""Cells that Ctrl and an arrow go."""
KEYPAD = Qt.KeyboardModifier.KeypadModifier
"""The arrows of some keyboards say that they are part of the number pad."""
