"""BMP: a short header, and the pixels from the bottom row to the top.

Source: Windows BITMAPFILEHEADER, BITMAPCOREHEADER and BITMAPINFOHEADER.
"""

from __future__ import annotations

from struct import unpack_from

from convsim.data.errors import FlawError, Reason
from convsim.data.formats.header import Header
from convsim.data.limits import check_size

CORE_HEADER = 12
HEADERS = {CORE_HEADER, 16, 40, 52, 56, 64, 108, 124}


def matches(data: bytes) -> bool:
    """Whether `data` starts as a BMP file does."""
    return data[:2] == b"BM" and len(data) > 2 and (len(data) < 18 or data[14] in HEADERS)


def read(data: bytes) -> Header:
    """Find the size.

    Parameters
    ----------
    data : bytes
        A whole BMP file.

    Returns
    -------
    Header
        Always one frame.

    Raises
    ------
    FlawError
        Too large, or a header of unknown length.
    """
    (length,) = unpack_from("<I", data, 14)
    if length not in HEADERS:
        raise FlawError(
            Reason.DAMAGED, format="BMP", detail=f"a header of {length:,} bytes is unknown"
        )
    if length == CORE_HEADER:
        width, height = unpack_from("<HH", data, 18)
    else:
        width, height = unpack_from("<Ii", data, 18)
        # A negative height says that the rows go from top to bottom.
        height = abs(height)
    check_size(width, height)
    return Header(width, height, data)
