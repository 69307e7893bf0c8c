"""From the bytes of a file to a picture, whatever those bytes are.

The file's own header is read first, by code that cannot be made to wait or to fill the
memory; only then does Pillow unpack it.  Every failure comes out as an `ImageError`.
"""

from __future__ import annotations

import io
import struct
import warnings
from threading import Lock
from typing import TYPE_CHECKING

from PIL import (
    BmpImagePlugin,
    ExifTags,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from convsim.data.convert import to_array
from convsim.data.errors import FlawError, Reason
from convsim.data.limits import check_bytes, check_size
from convsim.data.names import shown_name
from convsim.data.notes import Conversion, Note, note
from convsim.data.picture import Picture
from convsim.data.sniff import format_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.ImageFile import ImageFile

    from convsim.data.formats import Format, Header

    Pixels = NDArray[np.uint8] | NDArray[np.float32]

# Named, so that Pillow need not import every reader it has to find these.
READERS = (
    BmpImagePlugin,
    GifImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

# Silencing Pillow's warnings changes a setting of the whole process for a moment.
_quiet = Lock()

Transpose = Image.Transpose
# EXIF orientation: what puts the picture upright, and the clockwise turn that this is, if any.
UPRIGHT: dict[int, tuple[Transpose, int | None]] = {
    2: (Transpose.FLIP_LEFT_RIGHT, None),
    3: (Transpose.ROTATE_180, 180),
    4: (Transpose.FLIP_TOP_BOTTOM, None),
    5: (Transpose.TRANSPOSE, None),
    6: (Transpose.ROTATE_270, 90),
    7: (Transpose.TRANSVERSE, None),
    8: (Transpose.ROTATE_90, 270),
}


def decode(data: bytes, name: str) -> Picture:
    """Return the picture that the bytes of a file hold: the first one, if there are several.

    Parameters
    ----------
    data : bytes
        A whole PNG, JPEG, WebP, BMP, GIF or TIFF file.
    name : str
        What to call it in `Picture.name` and in messages; it says nothing about the format.

    Returns
    -------
    Picture
        Grey (height, width, 1) or RGB (height, width, 3); uint8, or float32 in 0..1 if
        the file has more than 8 bits of grey.  Colour profiles are ignored.

    Raises
    ------
    ImageError
        Whatever is wrong with the bytes, and nothing else.
    """
    shown = shown_name(name)
    try:
        check_bytes(len(data))
        kind = format_of(data)
        return _picture(kind, kind.read(data), shown)
    except FlawError as flaw:
        raise flaw.named(shown) from flaw.__cause__
    except MemoryError as problem:
        raise FlawError(Reason.MEMORY).named(shown) from problem
    except (struct.error, IndexError) as problem:
        # What reads past the end raises these.
        raise FlawError(Reason.TRUNCATED, size=len(data)).named(shown) from problem


def _picture(kind: Format, header: Header, name: str) -> Picture:
    notes: list[Note] = []
    if header.more or header.frames > 1:
        many = Conversion.FRAME_OF_MANY if header.more else Conversion.FRAME
        notes.append(note(many, frame=1, frames=header.frames))
    with _quiet, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pixels = _unpack(kind, header.body, notes)
    return Picture(name, pixels, tuple(notes))


def _unpack(kind: Format, body: bytes, notes: list[Note]) -> Pixels:
    try:
        image = Image.open(io.BytesIO(body), formats=[kind.name.upper()])
        # Our reading of the header and Pillow's might differ.
        check_size(*image.size)
        raw = _stored_as(image)
        return to_array(_upright(image, notes), raw, notes)
    except (FlawError, MemoryError):
        raise
    except (UnidentifiedImageError, NotImplementedError) as problem:
        raise FlawError(Reason.RARE, format=kind.name) from problem
    # Pillow's readers raise whatever their code happens to meet in damaged bytes.
    except Exception as problem:
        if "truncated" in str(problem) or isinstance(problem, EOFError):
            raise struct.error("cut off") from problem
        detail = "its pixels cannot be unpacked"
        raise FlawError(Reason.DAMAGED, format=kind.name, detail=detail) from problem


def _stored_as(image: ImageFile) -> str:
    # Pillow keeps 8 bits of the colours that have 16, and tells so only here.
    args = image.tile[0].args if image.tile else ""
    raw = args[0] if isinstance(args, tuple) and args else args
    return raw if isinstance(raw, str) else ""


def _upright(image: ImageFile, notes: list[Note]) -> Image.Image:
    # Pillow turns TIFF by itself when loading, and then forgets that it did.
    turns_itself = isinstance(image, TiffImagePlugin.TiffImageFile)
    orientation = _orientation(image) if turns_itself else 1
    image.load()
    if not turns_itself:
        orientation = _orientation(image)
    if orientation not in UPRIGHT:
        return image
    transpose, degrees = UPRIGHT[orientation]
    notes.append(
        note(Conversion.TURNED, degrees=degrees)
        if degrees
        else note(Conversion.MIRRORED, orientation=orientation)
    )
    return image if turns_itself else image.transpose(transpose)


def _orientation(image: ImageFile) -> int:
    try:
        value = image.getexif().get(ExifTags.Base.Orientation, 1)
    # A camera's remarks may be damaged in every way without harm to the picture.
    except Exception:  # noqa: BLE001 (Pillow raises nearly anything here)
        return 1
    return value if isinstance(value, int) else 1
