"""The few numbers that a picture file states about itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Header:
    """What was learnt by walking through a file.

    Attributes
    ----------
    width, height : int
        Size of the picture in pixels, already checked against the limits.
    body : bytes
        The file with everything left out that its pixels do not need.
    frames : int
        Pictures in the file: frames of an animation, or pages.
    more : bool
        The counting was given up; there are more than `frames`.
    """

    width: int
    height: int
    body: bytes
    frames: int = 1
    more: bool = False


@dataclass(frozen=True, slots=True)
class Format:
    """One format of picture files.

    Attributes
    ----------
    name : str
        As people write it; in capitals it is Pillow's name for its reader.
    matches : callable
        Whether bytes start as files of this format do.
    read : callable
        Bytes to `Header`; raises `FlawError`, and `struct.error` or `IndexError` where the
        file ends too early.
    """

    name: str
    matches: Callable[[bytes], bool]
    read: Callable[[bytes], Header]
