"""What ConvSim says when a file cannot be read or written.

::

    ConvSimError
    ├── ExportError          a file that cannot be written as asked
    ├── ArrayFileError       a file that does not hold the array that is needed
    ├── OnnxError            an ONNX file that cannot be read (`convsim.formats.onnx`)
    │   ├── UnsupportedError     a sound one, of which something cannot be computed exactly
    │   └── SizeNeededError      it leaves the picture's size open
    └── ProjectError         a project file that cannot be opened
        ├── ArchiveError     its container, a zip archive
        ├── ManifestError    its description, JSON
        └── NewerError       it was written for a newer reader

Every text names the file, the place in it, what was found and what would work.
"""

from __future__ import annotations

from convsim.core.errors import ConvSimError


class ExportError(ConvSimError):
    """A file cannot be written as asked; the text names the file and what would work."""


class ArrayFileError(ConvSimError):
    """A file that does not hold the array that is needed; the text says what it holds instead."""


class ProjectError(ConvSimError):
    """A project file cannot be opened; what was open before, and the file, are as they were."""


class ArchiveError(ProjectError):
    """The container is not a zip archive as ConvSim writes it, or was damaged."""


class ManifestError(ProjectError):
    """The description of the project is not what it must be; the text has the path to it."""


class NewerError(ProjectError):
    """The file needs a newer reader."""
