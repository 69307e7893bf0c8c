"""The rows of the layer list: the picture, then every layer, or a folded block as one row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.core.record import record
from convsim.document.blocks import Block, blocks_of

if TYPE_CHECKING:
    from convsim.document import Document


@record
class Row:
    """One card.

    Attributes
    ----------
    start, stop : int
        The layers it stands for: the first and the one behind the last; −1 and 0 for the picture.
    block : Block or None
        The block it is part of.
    folded : bool
        Whether it stands for the whole block.
    """

    start: int
    stop: int
    block: Block | None = None
    folded: bool = False

    @property
    def layers(self) -> range:
        """The layers it stands for; none for the picture."""
        return range(max(self.start, 0), self.stop)

    @property
    def opens(self) -> bool:
        """Whether the mark that folds and unfolds the block stands here."""
        return self.block is not None and self.start == self.block.start


def rows_of(document: Document) -> tuple[Row, ...]:
    """Return the rows of a document, in order."""
    blocks = {i: block for block in blocks_of(document.network) for i in _places(block)}
    rows = [Row(-1, 0)]
    index = 0
    while index < len(document.network.layers):
        block = blocks.get(index)
        folded = block is not None and _name(document, block) in document.view.folded
        stop = block.stop if block is not None and folded else index + 1
        rows.append(Row(index, stop, block, folded))
        index = stop
    return tuple(rows)


def row_of(rows: tuple[Row, ...], document: Document) -> int:
    """Return the row in which the document stands."""
    if document.view.on_input or document.empty:
        return 0
    return next(i for i, row in enumerate(rows) if document.cursor.layer in row.layers)


def folding(document: Document, block: Block) -> frozenset[str]:
    """Return what is folded after a block is folded, or unfolded if it was."""
    return document.view.folded ^ {_name(document, block)}


def _name(document: Document, block: Block) -> str:
    return document.network.layers[block.start].name


def _places(block: Block) -> range:
    return range(block.start, block.stop)
