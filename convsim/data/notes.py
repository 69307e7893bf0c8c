"""What was done to a picture on its way in, so that nobody is surprised by its numbers.

A photograph may have been turned, its transparent parts laid on white, its 65,536 shades
scaled to 0..1.  Each such step is a note: a word, and the numbers that belong to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Conversion(StrEnum):
    """What was done; each has one English sentence in `SENTENCES`."""

    FRAME = "frame"
    FRAME_OF_MANY = "frame-of-many"
    COLOURS = "colours"
    PALETTE = "palette"
    ALPHA = "alpha"
    SIXTEEN_TO_EIGHT = "sixteen-to-eight"
    SCALED = "scaled"
    RANGE = "range"
    UNIT_RANGE = "unit-range"
    CONSTANT = "constant"
    NOT_FINITE = "not-finite"
    TURNED = "turned"
    MIRRORED = "mirrored"


SENTENCES: Mapping[Conversion, str] = MappingProxyType(
    {
        Conversion.FRAME: "frame {frame:,} of {frames:,}",
        Conversion.FRAME_OF_MANY: "frame {frame:,} of more than {frames:,}",
        Conversion.COLOURS: "{model} colours converted to RGB",
        Conversion.PALETTE: "palette of {colours} colours converted to RGB",
        Conversion.ALPHA: "transparent parts shown over white",
        Conversion.SIXTEEN_TO_EIGHT: "16 bits a colour, of which the upper 8 are kept",
        Conversion.SCALED: "{bits}-bit values divided by {scale:,}",
        Conversion.RANGE: "values from {low:g} to {high:g} scaled to 0..1",
        Conversion.UNIT_RANGE: "values from {low:g} to {high:g} kept as they are",
        Conversion.CONSTANT: "every value is {low:g}, shown as {shown:g}",
        Conversion.NOT_FINITE: "{count:,} of {total:,} values are not finite, "
        "shown as the nearest finite one, NaN as the smallest",
        Conversion.TURNED: "turned {degrees}° clockwise, as the camera noted (EXIF)",
        Conversion.MIRRORED: "mirrored as the camera noted (EXIF orientation {orientation})",
    }
)


@dataclass(frozen=True, slots=True)
class Note:
    """One conversion, to be shown beside the picture.

    Attributes
    ----------
    conversion : Conversion
        What was done, as a word to look a translation up by.
    facts : tuple of (str, str or number)
        The values that fill the sentence, by name.
    """

    conversion: Conversion
    facts: tuple[tuple[str, str | int | float], ...] = ()

    def __str__(self) -> str:
        return SENTENCES[self.conversion].format(**dict(self.facts))


def note(conversion: Conversion, **facts: str | int | float) -> Note:
    """Return the note that `conversion` was done with these facts.

    >>> str(note(Conversion.FRAME, frame=1, frames=12))
    'frame 1 of 12'
    """
    return Note(conversion, tuple(facts.items()))
