"""A GIF, written frame by frame: memory does not grow with the number of frames.

An image in a GIF has only 256 colours, so each brings a palette of its own: the colours that cover
most of what changed are exact, the rest are as near as can be.  Where that is not near enough, as
in a first frame with photographs, further images follow within the frame's own time and mend it,
so a program that counts the images may find more than there are frames.
Pixels that did not change are transparent and take next to no space.

Pillow compresses each frame as a GIF of its own, from which the compressed pixels are taken;
its writer of whole animations would collect all frames first.

Source: CompuServe, Graphics Interchange Format, Version 89a (1990).
"""

from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from PIL import Image

from convsim.render.errors import ExportError
from convsim.render.palette import quantized, worst

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convsim.render.frames import Change

TOLERANCE = 24
"""How far off a pixel may be, of 255, before it is mended."""

FIRST_TOLERANCE = 4
"""The same in the first frame, of which much stays to the end."""

IMAGES = 5
"""Most images in a frame: four that mend have 1,020 colours, as many as a 32×32 photograph."""

_BLINK = 2
"""Hundredths of a second that an image lasts before it is mended: viewers honour no less."""

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
        tolerance = TOLERANCE if self.count else FIRST_TOLERANCE
        self.count += 1
        time, paint = min(end - begin, 65535), change.changed
        colors = change.colors[paint]
        palette, indexes = quantized(colors)
        off = np.zeros(paint.shape, np.int16)
        off[paint] = np.abs(palette[indexes].astype(np.int16) - colors).max(axis=1)
        off[off <= tolerance] = 0
        for left in reversed(range(max(1, min(IMAGES, time // _BLINK)))):
            more = left > 0 and bool(off.any())
            self._image(change, paint, palette, indexes, _BLINK if more else time)
            if not more:
                break
            time -= _BLINK
            paint, palette, indexes = worst(change.colors, off)
            off[paint] = 0

    def _image(
        self,
        change: Change,
        paint: NDArray[np.bool_],
        palette: NDArray[np.uint8],
        indexes: NDArray[np.uint8],
        time: int,
    ) -> None:
        """Write one image: what `paint` marks gets the colours, the rest stays as it is."""
        clear = len(palette)
        cells = np.full(paint.shape, clear, np.uint8)
        cells[paint] = indexes
        bits = max(1, clear.bit_length())
        table = palette.tobytes().ljust(3 << bits, b"\x00")
        control = struct.pack("<BBBBHBB", 0x21, 0xF9, 4, 0x05, time, clear, 0)
        width, height = paint.shape[1], paint.shape[0]
        place = struct.pack("<BHHHHB", 0x2C, change.x, change.y, width, height, 0x80 | (bits - 1))
        self.file.write(control + place + table + compressed(cells))

    def close(self) -> None:
        """Write the end."""
        self.file.write(b"\x3b")


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
