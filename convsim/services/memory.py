"""How much memory the way back takes: every array counted once, however many states share it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convsim.core.layers import Array
    from convsim.document import Document


def held_bytes(documents: Iterable[Document]) -> int:
    """Return the bytes of all arrays in some documents; shared ones count once."""
    seen: dict[int, int] = {}
    for document in documents:
        for array in _arrays(document):
            whole = array
            while whole.base is not None and hasattr(whole.base, "nbytes"):
                whole = whole.base
            seen[id(whole)] = int(whole.nbytes)
    return sum(seen.values())


def _arrays(document: Document) -> Iterator[Array]:
    yield document.image
    for picture in document.pictures:
        yield picture.pixels
    for params in document.weights.made.values():
        yield from params.values()
