"""What can go wrong when a picture is drawn or written to a file.

::

    ConvSimError
    └── RenderError          drawing and writing pictures
        ├── FontError        a font file that cannot be used
        └── ExportError      a file that cannot be written as asked
"""

from __future__ import annotations

from convsim.core.errors import ConvSimError


class RenderError(ConvSimError):
    """A picture cannot be drawn or written."""


class FontError(RenderError):
    """A font file is missing or is not the font it should be."""


class ExportError(RenderError):
    """A file cannot be written as asked; the text names the file and what would work."""
