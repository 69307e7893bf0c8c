"""Weights alone, in whichever of three kinds of files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.data.names import shown_name
from convsim.formats.csv_weights import MOST_BYTES, read_csv
from convsim.formats.errors import ArrayFileError, ProjectError
from convsim.formats.npz_weights import read_npz
from convsim.formats.project_reader import open_regular
from convsim.formats.safetensors import read_safetensors

if TYPE_CHECKING:
    from pathlib import Path

    from convsim.core.network import Network
    from convsim.document import Weights


def read_weights(
    path: Path, network: Network, weights: Weights, layer: str = ""
) -> tuple[Weights, tuple[str, ...]]:
    """Return a network's weights with those that a file has in their place, and what to know.

    Parameters
    ----------
    path : Path
        Ending in .safetensors, .npz or .csv.
    network : Network
    weights : Weights
        Layers that the file does not name keep theirs.
    layer : str
        Whose weights a table holds.

    Raises
    ------
    ArrayFileError
        Starting with the file's name.
    LayerError
        If there is no such layer, or it has no table of weights.
    """
    kind = path.suffix.lower()
    if kind not in (".npz", ".csv"):
        return read_safetensors(path, network, weights)
    name = shown_name(path.name or str(path))
    try:
        with open_regular(path) as (file, size):
            if kind == ".npz":
                return read_npz(file, size, network, weights)
            return read_csv(file.read(MOST_BYTES + 1), network, weights, layer), ()
    except (ArrayFileError, ProjectError) as problem:
        raise ArrayFileError(f"{name}: {problem}") from problem
    except (FileNotFoundError, NotADirectoryError) as problem:
        raise ArrayFileError(f"{name}: there is no such file; check the name") from problem
    except OSError as problem:
        reason = problem.strerror or "no reason given"
        raise ArrayFileError(f"{name}: cannot be read ({reason})") from problem
