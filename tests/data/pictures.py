"""Picture files for the tests, made in code, so that nobody has to wonder what is in them."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from PIL import Image

FORMATS = ("PNG", "JPEG", "WebP", "BMP", "GIF", "TIFF")


def photograph(height=12, width=16):
    """Return smooth colours, (height, width, 3) uint8, no two neighbours alike."""
    y, x = np.mgrid[:height, :width]
    planes = [x * 255 // (width - 1), y * 255 // (height - 1), (x + y) * 8 % 256]
    return np.stack(planes, axis=-1).astype(np.uint8)


def save(image, kind, **options):
    """Return the file that Pillow writes for an image or an array."""
    if isinstance(image, np.ndarray):
        image = Image.fromarray(image)
    file = io.BytesIO()
    image.save(file, kind.upper(), **options)
    return file.getvalue()


def file_of(kind, **options):
    """Return a file with the photograph in one of the formats."""
    return save(photograph(), kind, **options)


# PNG


def chunk(name, content):
    return (
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", _crc(name + content))
    )


def png(width, height, pixels=b"", *, bits=8, colour=2, before=(), after=()):
    """Return a PNG of any size and depth; `pixels` are the rows, each after its filter byte."""
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    chunks = [
        (b"IHDR", header),
        *before,
        (b"IDAT", zlib.compress(pixels, 9)),
        *after,
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*each) for each in chunks)


def insert_chunk(file, name, content, *, at_end=False):
    """Return the PNG with one chunk more, after its header or before its end."""
    place = len(file) - 12 if at_end else 33
    return file[:place] + chunk(name, content) + file[place:]


def _crc(content):
    return zlib.crc32(content)


# BMP


def bmp_header(width, height):
    """Return a BMP of 24 bits that has a header and no pixels."""
    return (
        b"BM"
        + struct.pack("<IHHI", 54, 0, 0, 54)
        + struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    )


# GIF


def gif(frames, width=2, height=2):
    """Return an animation of `frames` equal pictures, none merged with its neighbour."""
    palette = bytes((0, 0, 0, 255, 255, 255))
    picture = struct.pack("<BHHHHB", 0x2C, 0, 0, width, height, 0) + b"\x02\x03\x44\x02\x05\x00"
    return (
        b"GIF89a"
        + struct.pack("<HHBBB", width, height, 0x80, 0, 0)
        + palette
        + picture * frames
        + b"\x3b"
    )


# TIFF

SHORT, LONG = 3, 4


def tiff(values, *, sample_format=1, order="<", bits=None, following=0):
    """Return a TIFF of one channel: one directory, one strip, not compressed.

    Parameters
    ----------
    values : NDArray, shape (height, width)
        Its dtype is how the values are written.
    sample_format : int
        1 for whole numbers, 2 for signed ones, 3 for floating point.
    following : int
        Where the next directory is said to be; 0 says that there is none.
    """
    height, width = values.shape
    strip = values.astype(values.dtype.newbyteorder(order)).tobytes()
    return directory(
        [
            (256, LONG, width),
            (257, LONG, height),
            (258, SHORT, bits or values.dtype.itemsize * 8),
            (259, SHORT, 1),
            (262, SHORT, 1),
            (273, LONG, 8),
            (277, SHORT, 1),
            (278, LONG, height),
            (279, LONG, len(strip)),
            (339, SHORT, sample_format),
        ],
        strip,
        order=order,
        following=following,
    )


def directory(tags, strip=b"", *, order="<", following=0):
    """Return a TIFF with `strip` at byte 8 and then one directory of (tag, type, value)."""
    strip += b"\0" * (len(strip) % 2)
    start = b"II*\0" if order == "<" else b"MM\0*"
    entries = b"".join(
        struct.pack(f"{order}HHI", tag, kind, 1)
        + struct.pack(f"{order}{'H' if kind == SHORT else 'I'}", value).ljust(4, b"\0")
        for tag, kind, value in tags
    )
    return (
        start
        + struct.pack(f"{order}I", 8 + len(strip))
        + strip
        + struct.pack(f"{order}H", len(tags))
        + entries
        + struct.pack(f"{order}I", following)
    )


def directory_place(file):
    """Return where the first directory of a TIFF lies."""
    return struct.unpack_from("<I", file, 4)[0]


def next_place(file):
    """Return where a TIFF says where its second directory is."""
    start = directory_place(file)
    return start + 2 + 12 * struct.unpack_from("<H", file, start)[0]


# WebP


def webp_header(width, height):
    """Return the first 30 bytes of an extended WebP."""
    low = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    body = b"WEBPVP8X" + struct.pack("<II", 10, 0) + low
    return b"RIFF" + struct.pack("<I", len(body)) + body
