"""What can go wrong when a picture is drawn or written to a file.

::

    ConvSimError
    ├── ExportError          a file that cannot be written as asked
    └── RenderError          drawing pictures
        └── FontError        a font file that cannot be used
"""

from __future__ import annotations

from convsim.core.errors import ConvSimError
from convsim.formats.errors import ExportError

__all__ = ["ExportError", "FontError", "RenderError"]


class RenderError(ConvSimError):
    """A picture cannot be drawn."""


class FontError(RenderError):
    """A font file is missing or is not the font it should be."""
