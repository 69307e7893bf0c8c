"""What a person does to the layers of a network, as edits with names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from convsim.core.errors import ConvSimError
from convsim.document import building
from convsim.document.edits import set_view
from convsim.document.palette import new_block, new_layer
from convsim.ui.layer_rows import folding, row_of, rows_of
from convsim.ui.layer_words import problem_text
from convsim.ui.words import title_of

if TYPE_CHECKING:
    from convsim.core.layers import Layer, Params, Shape
    from convsim.document import Document
    from convsim.document.blocks import Block
    from convsim.services.store import Store


class Builder(QObject):
    """Edits of the network; each is one step of undo.

    Signals
    -------
    refused(text)
        Why something was not done.
    """

    refused = Signal(str)

    def __init__(self, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store

    def add(self, kind: str) -> None:
        """Put a new layer behind the one that is selected."""
        self._insert(lambda shape: (new_layer(kind, shape),), self.tr("Add {names}"))

    def add_block(self, name: str) -> None:
        """Put the layers of a block behind the one that is selected."""
        self._insert(lambda shape: new_block(name, shape), self.tr("Add {names}"))

    def duplicate(self, layers: Sequence[int]) -> None:
        """Put copies behind the layers, weights included."""
        if layers:
            self._edit(
                self._named(self.tr("Duplicate {names}"), layers),
                lambda document: building.duplicate_layers(document, layers),
            )

    def delete(self, layers: Sequence[int]) -> None:
        """Take layers out."""
        if layers:
            self._edit(
                self._named(self.tr("Delete {names}"), layers),
                lambda document: building.remove_layers(document, layers),
            )

    def move(self, layers: Sequence[int], gap: int) -> None:
        """Move layers into the gap before a layer."""
        if layers:
            self._edit(
                self._named(self.tr("Move {names}"), layers),
                lambda document: building.move_layers(document, layers, gap),
            )

    def nudge(self, layers: Sequence[int], by: int) -> None:
        """Move layers up or down past their neighbour, which may be a folded block."""
        if not layers:
            return
        rows = rows_of(self._store.document)[1:]
        if by < 0:
            above = [row.start for row in rows if row.stop <= min(layers)]
            gap = above[-1] if above else 0
        else:
            below = [row.stop for row in rows if row.start > max(layers)]
            gap = below[0] if below else len(self._store.document.network.layers)
        self.move(layers, gap)

    def rename(self, layer: int, name: str) -> None:
        """Give a layer another name."""
        old = self._store.document.network.layers[layer].name
        text = self.tr("Rename {old} → {new}").format(old=old, new=" ".join(name.split()))
        self._edit(text, lambda document: building.rename_layer(document, layer, name))

    def fold(self, block: Block | None = None) -> None:
        """Fold or unfold a block, by default the one in which the document stands."""
        document = self._store.document
        rows = rows_of(document)
        block = block or rows[row_of(rows, document)].block
        if block is not None:
            self._store.show(set_view(document, folded=folding(document, block)))

    def copy(self, layers: Sequence[int]) -> None:
        """Put layers on the clipboard, as the JSON that a project file holds."""
        if not layers:
            return
        from convsim.formats.clip import encode_layers

        document = self._store.document
        made = document.weights.made
        chosen = [document.network.layers[i] for i in layers]
        text = encode_layers(chosen, [made.get(layer.name, {}) for layer in chosen])
        QGuiApplication.clipboard().setText(text.decode())

    def cut(self, layers: Sequence[int]) -> None:
        """Put layers on the clipboard and take them out."""
        self.copy(layers)
        self.delete(layers)

    def paste(self) -> bool:
        """Put the layers on the clipboard behind the selected one; False if it holds none."""
        from convsim.formats.clip import are_layers, decode_layers

        text = QGuiApplication.clipboard().text()
        if not are_layers(text):
            return False
        try:
            layers, params = decode_layers(text.encode())
        except ConvSimError as problem:
            self.refused.emit(problem_text(problem))
            return True
        self._insert(lambda _shape: layers, self.tr("Paste {names}"), params)
        return True

    def bring(self, data: bytes, gap: int) -> None:
        """Put layers of another window, as `copy` writes them, into the gap before a layer."""
        from convsim.formats.clip import decode_layers

        try:
            layers, params = decode_layers(data)
        except ConvSimError as problem:
            self.refused.emit(problem_text(problem))
            return
        self._insert(lambda _shape: layers, self.tr("Bring {names}"), params, gap)

    def _insert(
        self,
        made: Callable[[Shape | None], Sequence[Layer]],
        text: str,
        params: Sequence[Params] = (),
        at: int = -1,
    ) -> None:
        document = self._store.document
        at = _behind(document) if at < 0 else at
        places = document.network.places
        shape = document.network.input_shape if at == 0 else places[at - 1].output_shape

        def edited(document: Document) -> Document:
            return building.insert_layers(document, at, made(shape), params)

        try:
            changed = edited(document)
        except ConvSimError as problem:
            self.refused.emit(problem_text(problem))
            return
        new = range(at, at + len(changed.network.layers) - len(document.network.layers))
        self._store.edit(self._filled(text, changed, new), changed)

    def _edit(self, text: str, made: Callable[[Document], Document]) -> None:
        try:
            changed = made(self._store.document)
        except ConvSimError as problem:
            self.refused.emit(problem_text(problem))
            return
        self._store.edit(text, changed)

    def _named(self, text: str, layers: Sequence[int]) -> str:
        return self._filled(text, self._store.document, layers)

    def _filled(self, text: str, document: Document, layers: Sequence[int]) -> str:
        """Return a text with the names of layers, or their number if there are many."""
        names = [title_of(document.network.layers[i]) for i in layers]
        if len(names) > 3:
            many = self.tr("{n} layers").format(n=len(names))
            return text.format(names=many)
        return text.format(names=", ".join(names))


def _behind(document: Document) -> int:
    """Return where a new layer goes: behind the selected card."""
    rows = rows_of(document)
    return rows[row_of(rows, document)].stop
