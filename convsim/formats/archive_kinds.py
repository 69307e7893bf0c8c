"""What a zip archive should be: a refusal says it in the words of whoever chose the file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ArchiveKind:
    """A kind of file that is a zip archive.

    Attributes
    ----------
    name : str
        With its article.
    maker : str
        Which files would work: “choose a file that …”.
    unpacked : str
        How it is written without packing it.
    """

    name: str
    maker: str
    unpacked: str


PROJECT = ArchiveKind(
    "a project",
    "ConvSim saved",
    "save it with ConvSim, which stores weights as they are",
)
ARRAYS = ArchiveKind(
    "a .npz file",
    "numpy.savez wrote",
    "save it with numpy.savez, which packs nothing",
)
