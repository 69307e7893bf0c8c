"""Writing a generated program, and its weights beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from convsim.formats.code.keras import keras_program
from convsim.formats.code.pytorch import pytorch_program
from convsim.formats.files import replacing
from convsim.formats.safetensors import put_safetensors

if TYPE_CHECKING:
    from pathlib import Path

    from convsim.core.network import Network
    from convsim.document.weights import Weights
    from convsim.formats.code.source import Program

PROGRAMS: Mapping[str, Callable[[Network, Weights, str, str], Program]] = MappingProxyType(
    {"pytorch": pytorch_program, "keras": keras_program}
)
"""By framework, as it is typed."""


def write_program(
    path: Path, network: Network, weights: Weights, framework: str, title: str = ""
) -> tuple[Path, ...]:
    """Write a network as a program, and weights that exist beside it.

    Parameters
    ----------
    path : Path
        Ends in ``.py``.
    network : Network
    weights : Weights
    framework : {"pytorch", "keras"}
    title : str
        What the network is called; the file's name if empty.

    Returns
    -------
    tuple of Path
        What was written: the program, then the weights if there are any to store.

    Raises
    ------
    ConvSimError
        If a layer does not fit, or a file cannot be written.
    """
    program = PROGRAMS[framework](network, weights, title or path.stem, path.stem)
    beside = path.with_suffix(".safetensors")
    if program.arrays:
        with replacing(beside) as file:
            put_safetensors(file, program.arrays)
    with replacing(path) as file:
        file.write(program.text.encode())
    return (path, beside) if program.arrays else (path,)
