"""Labelled pictures as a part of a project: labels in words, pixels as arrays of bytes.

A picture that cannot be read is left out and listed; the others are kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from convsim.data.names import plain
from convsim.document.example import Example
from convsim.document.labelled import LONGEST, MOST
from convsim.formats.array_part import arrays_in
from convsim.formats.errors import ProjectError
from convsim.formats.tensors import Raw, Tensor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convsim.document import Document
    from convsim.formats.archive import Archive

EXAMPLES = "examples.safetensors"
LARGEST = 4096
"""Rows or columns of a labelled picture."""


class Noted(Protocol):
    """Where sentences about what happened go."""

    missing: list[str]


def examples_arrays(document: Document) -> list[Raw]:
    """Return the pixels of all labelled pictures, by their numbers from 1."""
    return [
        Raw(str(index), "U8", one.pixels.shape, np.ascontiguousarray(one.pixels).reshape(-1))
        for index, one in enumerate(document.examples, 1)
    ]


def read_examples(archive: Archive, labels: Sequence[str], notes: Noted) -> tuple[Example, ...]:
    """Return the labelled pictures.

    Parameters
    ----------
    archive : Archive
    labels : sequence of str
        As the description has them, in order.
    notes : Noted

    Raises
    ------
    ProjectError
        If their part is damaged.
    """
    if not labels:
        return ()
    if len(labels) > MOST:
        raise ProjectError(f"$.examples holds {len(labels):,}; up to {MOST:,} can be read")
    tensors = arrays_in(archive, EXAMPLES)
    found = []
    for index, label in enumerate(labels, 1):
        name, tensor = plain(label, LONGEST), tensors.get(str(index))
        if tensor is None:
            notes.missing.append(f"the labelled picture {index} ({name}) is missing")
        elif not _is_picture(tensor):
            shape = "×".join(map(str, tensor.shape))
            notes.missing.append(
                f"the labelled picture {index} ({name}) holds {tensor.dtype} of {shape}: "
                "no picture of bytes"
            )
        else:
            pixels = tensor.data.reshape(tensor.shape)
            pixels.setflags(write=False)
            found.append(Example(name, pixels))
    return tuple(found)


def _is_picture(tensor: Tensor) -> bool:
    shape = tensor.shape
    return (
        tensor.dtype == "U8"
        and len(shape) == 3
        and shape[2] in (1, 3)
        and all(0 < size <= LARGEST for size in shape[:2])
    )
