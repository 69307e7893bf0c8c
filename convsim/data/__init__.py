"""Pictures as numbers: files are read and brought to the size of a network's input.

>>> picture = open_picture("cat.png")                             # doctest: +SKIP
>>> x = prepare(picture.pixels, 32, 32, 3)                        # doctest: +SKIP
>>> x.shape, x.dtype                                              # doctest: +SKIP
((32, 32, 3), dtype('float32'))
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.core.fit import Fit
from convsim.core.lazy import later

if TYPE_CHECKING:
    from convsim.data.decoder import decode
    from convsim.data.errors import READABLE, ImageError, Reason
    from convsim.data.notes import Conversion, Note
    from convsim.data.picture import Picture
    from convsim.data.resize import prepare
    from convsim.data.source import open_picture
    from convsim.data.synthetic import bar, checkerboard, dot, edge, ramp
else:
    # Pillow, of which these need much, takes longer to read than the window takes to open.
    __getattr__ = later(
        __name__,
        {
            "decode": "decoder",
            "READABLE": "errors",
            "ImageError": "errors",
            "Reason": "errors",
            "Conversion": "notes",
            "Note": "notes",
            "Picture": "picture",
            "prepare": "resize",
            "open_picture": "source",
            "bar": "synthetic",
            "checkerboard": "synthetic",
            "dot": "synthetic",
            "edge": "synthetic",
            "ramp": "synthetic",
        },
    )

__all__ = [
    "READABLE",
    "Conversion",
    "Fit",
    "ImageError",
    "Note",
    "Picture",
    "Reason",
    "bar",
    "checkerboard",
    "decode",
    "dot",
    "edge",
    "open_picture",
    "prepare",
    "ramp",
]
