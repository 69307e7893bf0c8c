"""What ConvSim says when a file is not a picture that it can read.

Every message names the file, what was found in it and what would work.  The reason and the
facts are attributes too, so that the window can say the same in another language.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from convsim.core.errors import ConvSimError

if TYPE_CHECKING:
    from collections.abc import Mapping

READABLE = "PNG, JPEG, WebP, BMP, GIF and TIFF"
"""The formats that can be read, as they are listed to people."""


class Reason(StrEnum):
    """Why a picture was refused; `SENTENCES` says each one in English."""

    MISSING = "missing"
    FOLDER = "folder"
    NOT_A_FILE = "not-a-file"
    DENIED = "denied"
    UNREADABLE = "unreadable"
    TOO_MANY_BYTES = "too-many-bytes"
    EMPTY = "empty"
    NOT_A_PICTURE = "not-a-picture"
    OTHER_PICTURE = "other-picture"
    TRUNCATED = "truncated"
    DAMAGED = "damaged"
    RARE = "rare"
    NO_PIXELS = "no-pixels"
    TOO_MANY_PIXELS = "too-many-pixels"
    TOO_MANY_PARTS = "too-many-parts"
    LOOP = "loop"
    NOT_FINITE = "not-finite"
    MEMORY = "memory"


SENTENCES: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.MISSING: "is not there (any more); it may have been moved, renamed or deleted: "
        "choose it again",
        Reason.FOLDER: "is a folder; choose a picture inside it",
        Reason.NOT_A_FILE: "is a device or a pipe, not an ordinary file; "
        "choose a picture that is saved on a disk",
        Reason.DENIED: "may not be read by this user; copy it to a folder of your own, "
        "or change its permissions",
        Reason.UNREADABLE: "cannot be read ({detail}); copy it to this computer and try again",
        Reason.TOO_MANY_BYTES: "holds {megabytes:,} MB; up to {limit:,} MB can be opened: "
        "save it smaller, or as PNG",
        Reason.EMPTY: "is empty (0 bytes); it may not have been saved or downloaded completely: "
        "copy it again",
        Reason.NOT_A_PICTURE: f"is {{what}}, not a picture; {READABLE} can be read",
        Reason.OTHER_PICTURE: f"is {{what}}; {READABLE} can be read: export it as one of these",
        Reason.TRUNCATED: "ends too early, after {size:,} bytes; a part is missing: "
        "download or copy it again",
        Reason.DAMAGED: "is a {format} file, but damaged ({detail}); "
        "open it in a picture program and save it again",
        Reason.RARE: "is a {format} file that is damaged, or of a kind that cannot be read; "
        "open it in a picture program and save it as PNG",
        Reason.NO_PIXELS: "says that it is {width:,}×{height:,} pixels; a picture has at least 1×1",
        Reason.TOO_MANY_PIXELS: "is {width:,}×{height:,} pixels, {megapixels:,} megapixels; "
        "up to {limit:,} megapixels can be opened: make it smaller in a picture program",
        Reason.TOO_MANY_PARTS: "is made of more than {limit:,} {parts}, which no picture needs; "
        "open it in a picture program and save it again",
        Reason.LOOP: "is a {format} file whose list of pages runs in a circle; "
        "open it in a picture program and save it again",
        Reason.NOT_FINITE: "holds no finite number in any of its {total:,} pixels; "
        "export it again with values from 0 to 1",
        Reason.MEMORY: "needs more memory than is free; close other programs, "
        "or make it smaller in a picture program",
    }
)


class ImageError(ConvSimError):
    """A picture that cannot be read; nothing that was open has changed.

    Attributes
    ----------
    name : str
        The file, as it may be shown to people.
    reason : Reason
        What is wrong, as a word to look a translation up by.
    facts : mapping of str to str or int
        The numbers and words that fill the sentence.
    """

    def __init__(self, name: str, reason: Reason, **facts: str | int) -> None:
        self.name, self.reason = name, reason
        self.facts: Mapping[str, str | int] = MappingProxyType(facts)
        super().__init__(f"{name}: {SENTENCES[reason].format(**facts)}")


class FlawError(Exception):
    """What is wrong inside some bytes, before anybody knows the file's name.

    Only for use inside `convsim.data`; `decode` turns it into an `ImageError`.
    """

    def __init__(self, reason: Reason, **facts: str | int) -> None:
        self.reason, self.facts = reason, facts
        super().__init__(f"{reason}: {facts}")

    def named(self, name: str) -> ImageError:
        """Return the error to show for the file `name`."""
        return ImageError(name, self.reason, **self.facts)
