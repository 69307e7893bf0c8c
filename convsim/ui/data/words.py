"""What the views of the data say in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from convsim.data.sets import Augmentation


def tr(text: str) -> str:
    """Return a text in the reader's language."""
    return QCoreApplication.translate("data", text)


def change_text(change: Augmentation) -> str:
    """Return what happens to pictures, shortly; empty if nothing does.

    Bounds are written as people do: "mirrored, ±2 px, ±10°, noise 0.05".
    """
    parts = []
    if change.flip:
        parts.append(tr("mirrored"))
    if change.shift:
        parts.append(tr("±{n} px").format(n=change.shift))
    if change.rotate:
        parts.append(f"±{change.rotate:g}°")
    if change.noise:
        parts.append(tr("noise {n}").format(n=f"{change.noise:g}"))
    return ", ".join(parts)
