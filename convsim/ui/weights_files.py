"""Weights from a file and into one: those of all layers, or of one as a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6 import QtWidgets
from PySide6.QtCore import QObject

from convsim.core.errors import ConvSimError

if TYPE_CHECKING:
    from convsim.ui.host import Host


class WeightsFiles(QObject):
    """What the window does with files of weights."""

    def __init__(self, window: Host) -> None:
        super().__init__(window)
        self._window = window

    @property
    def _folder(self) -> str:
        settings = self._window.settings
        return settings.project_folder or settings.folder

    def ask_import(self) -> None:
        """Ask for a file and take its weights, as one edit."""
        every = self.tr("Weights")
        name, _ = QtWidgets.QFileDialog.getOpenFileName(
            self._window,
            self.tr("Import weights"),
            self._folder,
            f"{every} (*.safetensors *.npz *.csv);;{self.tr('All files (*)')}",
        )
        if name:
            self.take(Path(name))

    def take(self, path: Path) -> None:
        """Take the weights in a file; a table is for the layer that is selected."""
        # What reads such files is not needed to open the window.
        from convsim.services.interchange import with_weights

        document = self._window.context.document
        try:
            changed, notes = with_weights(document, path, document.layer.name)
        except ConvSimError as problem:
            self._window.show_error(str(problem))
            return
        text = self.tr("Weights from {name}").format(name=path.name)
        self._window.context.store.edit(text, changed)
        self._window.show_message("; ".join((text, *notes)))

    def ask_export(self) -> None:
        """Ask for a name and write the weights; the ending says how."""
        from convsim.services.interchange import SUFFIXES, WEIGHT_FILES

        document = self._window.context.document
        table = self.tr("Table of {layer}").format(layer=document.layer.name)
        stem = Path(self._folder) / (document.preset or self.tr("weights"))
        name, _ = QtWidgets.QFileDialog.getSaveFileName(
            self._window,
            self.tr("Export weights"),
            f"{stem}.safetensors",
            f"Safetensors (*.safetensors);;NumPy (*.npz);;{table} (*.csv)",
        )
        if not name:
            return
        path = Path(name)
        if path.suffix.lower() not in WEIGHT_FILES:
            path = Path(f"{name}.safetensors")
        kind = next(kind for kind, suffix in SUFFIXES.items() if suffix == path.suffix.lower())
        self._write(path, kind)

    def _write(self, path: Path, kind: str) -> None:
        from convsim.services.interchange import export_network

        document = self._window.context.document
        try:
            export_network(document, kind, path, layer=document.layer.name)
        except ConvSimError as problem:
            self._window.show_error(str(problem))
            return
        self._window.show_message(self.tr("Written: {path}").format(path=path))
