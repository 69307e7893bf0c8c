"""A GIF, written frame by frame: memory does not grow with the number of frames.

A frame has only 256 colours, so each brings a palette of its own: the colours that cover most of
what changed are exact, the rest are as near as can be.  Pixels that did not change are transparent
and take next to no space.

Pillow compresses each frame as a GIF of its own, from which the compressed pixels are taken;
its writer of whole animations would collect all frames first.

Source: CompuServe, Graphics Interchange Format, Version 89a (1990).
"""

from __future__ import annotations

import struct
from io import BytesIO
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from convsim.render.errors import ExportError
from convsim.render.frames import Change

COLORS = 255
"""Colours a frame may have, besides transparent."""

EXACT = 128
"""How many of them are the most frequent ones; measured on 5×5 grids with numbers: a mean error
of 0.5 of 255, and 15 at most.  With fewer the mean grows, with more the worst."""

_CHUNK = 1 << 14
_LARGEST = 65535


class GifWriter:
    """Writes an animation that repeats for ever.

    Parameters
    ----------
    file : BinaryIO
        Where it goes; it is written from front to back.
    width, height : int
        Size of all frames in pixels.
    fps : float
        Frames a second.  GIF counts hundredths of a second, and viewers slow down what is faster
        than 50, so that is the limit.
    """

    def __init__(self, file: BinaryIO, width: int, height: int, fps: float) -> None:
        if max(width, height) > _LARGEST:
            msg = f"a GIF is at most {_LARGEST} pixels wide and high; got {width}×{height}"
            raise ExportError(msg)
        self.file, self.fps, self.count = file, min(fps, 50.0), 0
        file.write(b"GIF89a" + struct.pack("<HHBBB", width, height, 0x70, 0, 0))
        file.write(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00")

    def add(self, change: Change) -> None:
        """Write the next frame."""
        # From rounded times, not of rounded durations, so that errors do not add up.
        begin, end = (round(100 * n / self.fps) for n in (self.count, self.count + 1))
        self.count += 1
        palette, indexes = quantized(change.colors[change.changed])
        clear = len(palette)
        cells = np.full(change.changed.shape, clear, np.uint8)
        cells[change.changed] = indexes
        bits = max(1, clear.bit_length())
        table = palette.tobytes().ljust(3 << bits, b"\x00")
        height, width = cells.shape
        control = struct.pack("<BBBBHBB", 0x21, 0xF9, 4, 0x05, min(end - begin, 65535), clear, 0)
        place = struct.pack("<BHHHHB", 0x2C, change.x, change.y, width, height, 0x80 | (bits - 1))
        self.file.write(control + place + table + compressed(cells))

    def close(self) -> None:
        """Write the end."""
        self.file.write(b"\x3b")


def quantized(colors: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Choose a palette and say which of its colours each pixel gets.

    Parameters
    ----------
    colors : (pixels, 3) uint8

    Returns
    -------
    palette : (at most `COLORS`, 3) uint8
    indexes : (pixels,) uint8
    """
    wide = colors.astype(np.uint32)
    values = wide[:, 0] << 16 | wide[:, 1] << 8 | wide[:, 2]
    unique, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    shades = np.stack([unique >> 16, unique >> 8 & 255, unique & 255], axis=1).astype(np.uint8)
    if len(unique) <= COLORS:
        return shades, inverse.astype(np.uint8)
    order = np.argsort(-counts, kind="stable")
    rest = Image.fromarray(shades[order[EXACT:], None])
    # This method looks after rare colours too; a median cut turns an orange frame to grey.
    few = rest.quantize(COLORS - EXACT, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    others = np.array(few.getpalette(), np.uint8).reshape(-1, 3)[: COLORS - EXACT]
    palette = np.concatenate([shades[order[:EXACT]], others])
    nearest = np.empty(len(shades), np.uint8)
    points = palette.astype(np.float32)
    lengths = (points**2).sum(axis=1)
    for start in range(0, len(shades), _CHUNK):
        part = shades[start : start + _CHUNK].astype(np.float32)
        nearest[start : start + _CHUNK] = (lengths - 2 * part @ points.T).argmin(axis=1)
    return palette, nearest[inverse]


def compressed(cells: NDArray[np.uint8]) -> bytes:
    """Return (rows, columns) palette indexes as the compressed pixels of a GIF frame."""
    image = Image.fromarray(cells).convert("P")
    image.putpalette(bytes(768))
    file = BytesIO()
    image.save(file, "GIF", optimize=False, interlace=0)
    data = file.getvalue()
    at = 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)
    while data[at] == 0x21:  # skip what is said about the frame
        at += 2
        while data[at]:
            at += 1 + data[at]
        at += 1
    flags = data[at + 9]
    return data[at + 10 + (3 << (flags & 7) + 1 if flags & 0x80 else 0) : -1]
