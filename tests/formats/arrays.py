"""Arrays in files, good ones and bad ones, for ``convsim forward``."""

from __future__ import annotations

import struct

import numpy as np


def header(text: str, version: tuple[int, int] = (1, 0), claims: int | None = None) -> bytes:
    """Return the head of a .npy file with any header; `claims` is the length that it states."""
    body = text.encode("latin-1") + b"\n"
    length = len(body) if claims is None else claims
    return (
        b"\x93NUMPY"
        + bytes(version)
        + struct.pack("<H" if version[0] == 1 else "<I", length)
        + body
    )


def described(shape: object, descr: object = "<f4", order: object = False) -> bytes:
    """Return the head of a .npy file that states a shape and a kind of number."""
    return header(repr({"descr": descr, "fortran_order": order, "shape": shape}))


def random_pictures(*shape: int) -> np.ndarray:
    """Return the same float32 pictures each time, in 0…1."""
    return np.random.default_rng(7).random(shape, np.float32)
