"""What a newer program put into a project file, kept so that saving does not lose it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any

from convsim.core.record import record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@record(eq=False)
class Extras:
    """Parts of a file that this version of the program does not know.

    Attributes
    ----------
    fields : mapping from place to values by name
        Plain JSON values.  The place is ``""`` for the whole, ``view``, or ``layer:conv1``.
    arrays : mapping from name to (kind, shape, bytes)
        Arrays that belong to nothing that is known.
    files : mapping from name to bytes
        Other parts of the archive.
    """

    fields: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    arrays: Mapping[str, tuple[str, tuple[int, ...], NDArray[np.uint8]]] = field(
        default_factory=dict
    )
    files: Mapping[str, bytes] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self.fields or self.arrays or self.files)
