"""A look into a project file without its weights: what it holds, and the picture in small."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convsim.core.errors import ConvSimError
from convsim.data.limits import MEGABYTES
from convsim.data.names import plain, shown_name
from convsim.formats import strict_json
from convsim.formats.archive import Archive
from convsim.formats.layer_data import read_layer
from convsim.formats.manifest import read_manifest
from convsim.formats.pictures import from_png, input_from_png
from convsim.formats.project import INPUT, MANIFEST
from convsim.formats.project_reader import LARGEST_MANIFEST, naming, open_regular
from convsim.formats.zip_table import MEGA

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

LONGEST = 40


@dataclass(frozen=True, eq=False)
class Peek:
    """What is seen.

    Attributes
    ----------
    layers : tuple of str
        Their names.
    input_shape : (int, int, int)
    image : array (H, W, C) or None
        The network's input, if it is stored as a picture.
    """

    layers: tuple[str, ...]
    input_shape: tuple[int, int, int]
    image: NDArray[np.float32] | None


def peek(path: Path) -> Peek:
    """Return what a project holds, quickly.

    Raises
    ------
    ProjectError
        If it could not be opened either.
    """
    with naming(shown_name(path.name)), open_regular(path) as (file, size):
        archive = Archive(file, size)
        if MANIFEST not in archive.parts:
            return Peek((), (1, 1, 1), None)
        tree = strict_json.parse(archive.read(MANIFEST, LARGEST_MANIFEST))
        manifest = read_manifest(tree).manifest
        layers = [read_layer(data, "$.layers")[0] for data in manifest.layers]
        image = None
        if INPUT in archive.parts:
            try:
                data = archive.read(INPUT, MEGABYTES * MEGA)
                image = input_from_png(from_png(data, INPUT))
            except ConvSimError:
                image = None
        names = tuple(plain(layer.name, LONGEST) for layer in layers)
        return Peek(names, manifest.input, image)
