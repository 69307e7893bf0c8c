"""Whether there is room: what a network needs in memory is known before any work starts."""

from __future__ import annotations

import os
import sys
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

from convsim.core.errors import ConvSimError
from convsim.core.layers.base import BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from convsim.core.layers import Shape
    from convsim.core.network import Network

SMALL = 256 * 2**20
"""Bytes that are there in any case: for less the system is not asked."""
MEMINFO = Path("/proc/meminfo")


class TooLargeError(ConvSimError):
    """More memory would be needed than there is.

    Attributes
    ----------
    needed, available : int
        Bytes.
    """

    def __init__(self, needed: int, available: int) -> None:
        self.needed, self.available = needed, available
        super().__init__(
            f"needs {bytes_text(needed)}, {bytes_text(available)} is there; "
            "halve the image or the filters"
        )


def available_bytes() -> int:
    """Return the bytes that a program can have now; where nobody says, those of the machine."""
    if sys.platform == "win32":
        return _windows()
    try:
        for line in MEMINFO.read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def check_room(needed: int) -> None:
    """Raise TooLargeError if so many bytes are not there."""
    if needed > SMALL and needed > (there := available_bytes()):
        raise TooLargeError(needed, there)


def array_bytes(shapes: Iterable[Shape]) -> int:
    """Return the bytes of float32 arrays of these shapes."""
    return sum(BYTES * prod(shape) for shape in shapes)


def network_bytes(network: Network) -> int:
    """Return the bytes of the picture, all activations and all weights, as far as it fits.

    Notes
    -----
    Every output is kept, also where a framework would overwrite its input, since every map can be
    looked at.
    """
    outputs = [place.output_shape for place in network.places if place.output_shape]
    weights = [shape for shapes in network.param_shapes for shape in shapes.values()]
    return array_bytes([network.input_shape, *outputs, *weights])


def bytes_text(size: int) -> str:
    """Return bytes as people write them.

    Examples
    --------
    >>> bytes_text(256 * 2**30), bytes_text(3 * 2**29), bytes_text(5 * 2**20)
    ('256 GiB', '1.5 GiB', '5 MiB')
    """
    unit, name = (2**30, "GiB") if size >= 2**30 else (2**20, "MiB")
    value = size / unit
    return f"{value:.1f} {name}" if value < 10 and value != round(value) else f"{value:,.0f} {name}"


def _windows() -> int:
    """Return what Windows says is free."""
    import ctypes

    class Status(ctypes.Structure):
        _fields_ = (
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *((name, ctypes.c_ulonglong) for name in ("total", "free", "a", "b", "c", "d", "e")),
        )

    status = Status()
    status.length = ctypes.sizeof(status)
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009
    kernel.GlobalMemoryStatusEx(ctypes.byref(status))
    return int(status.free)
