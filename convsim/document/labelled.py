"""Pictures that a person labelled: kept in the document, so that a network can learn from them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.errors import ConvSimError, ParameterError
from convsim.document.example import Example

if TYPE_CHECKING:
    from convsim.document.document import Document

MOST = 2000
"""Labelled pictures that a document keeps; more belong in folders."""
LONGEST = 60
"""Letters of a label."""


def with_example(document: Document, label: str) -> Document:
    """Return the document with the picture that the network reads kept under a label.

    Raises
    ------
    ConvSimError
        If the label is empty or too long, or there is no room for more.
    """
    label = " ".join(label.split())
    if not label:
        raise ParameterError("a label is missing: say what the picture shows, such as “cat”")
    if len(label) > LONGEST:
        raise ParameterError(f"a label has up to {LONGEST} letters; got {len(label)}")
    if len(document.examples) >= MOST:
        raise ConvSimError(
            f"{MOST:,} pictures are labelled, which is as many as a document keeps; "
            "put more of them into folders, one a class"
        )
    if document.image.shape[2] not in (1, 3):
        raise ConvSimError("only pictures of one or three channels can be labelled")
    pixels = np.rint(np.clip(document.image, 0, 1) * 255).astype(np.uint8)
    pixels.setflags(write=False)
    return replace(document, examples=(*document.examples, Example(label, pixels)))


def without_examples(document: Document, numbers: Collection[int]) -> Document:
    """Return the document without some of its labelled pictures, counted from 0."""
    gone = set(numbers)
    kept = tuple(one for index, one in enumerate(document.examples) if index not in gone)
    return replace(document, examples=kept)


def labels_of(document: Document) -> dict[str, list[int]]:
    """Return the numbers of the labelled pictures by label, in the order of the first of each."""
    found: dict[str, list[int]] = {}
    for index, one in enumerate(document.examples):
        found.setdefault(one.label, []).append(index)
    return found
