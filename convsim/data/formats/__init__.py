"""What is written at the start of a picture file: how large it is, and where its parts are.

Each format has one small file here that walks through the parts of a file without unpacking
any.  That way a picture that is too large, cut off or built to be endless is refused before
anything costs memory or time, and remarks that are longer than the picture are left out.
"""

from __future__ import annotations

from convsim.data.formats import bmp, gif, jpeg, png, tiff, webp
from convsim.data.formats.header import Format, Header

FORMATS: tuple[Format, ...] = (
    Format("PNG", png.matches, png.read),
    Format("JPEG", jpeg.matches, jpeg.read),
    Format("WebP", webp.matches, webp.read),
    Format("BMP", bmp.matches, bmp.read),
    Format("GIF", gif.matches, gif.read),
    Format("TIFF", tiff.matches, tiff.read),
)
"""The only formats that are ever handed to Pillow, whatever a file's name says."""

__all__ = ["FORMATS", "Format", "Header"]
