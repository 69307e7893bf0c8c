"""The numbers of a constant, taken from the file once everything else is known to be right."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from convsim.formats.onnx.errors import OnnxError, UnsupportedError
from convsim.formats.onnx.wire import Span, Wire

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convsim.formats.onnx.model import Tensor

MOST_BYTES = 500_000_000
"""Neither a file nor a constant may be larger."""
MOST_INTEGERS = 64
"""Values of the longest constant of whole numbers: those are shapes."""

FLOAT, INT32, INT64, STRING, BOOL, HALF, DOUBLE, BRAIN = 1, 6, 7, 8, 9, 10, 11, 16
REALS: dict[int, tuple[str, str, int]] = {
    FLOAT: ("float32", "<f4", 4),
    HALF: ("float16", "<f2", 5),
    DOUBLE: ("float64", "<f8", 10),
    BRAIN: ("bfloat16", "<u2", 5),
}
"""By kind of number: its name, how raw bytes hold it, the field that holds it otherwise."""
WHOLE: dict[int, tuple[str, str, int]] = {
    INT32: ("int32", "<i4", 5),
    INT64: ("int64", "<i8", 7),
    BOOL: ("bool", "|u1", 5),
}
NAMES = {
    **{kind: name for kind, (name, _, _) in (REALS | WHOLE).items()},
    **{2: "uint8", 3: "int8", 4: "uint16", 5: "int16", 8: "string", 12: "uint32", 13: "uint64"},
    **{14: "complex64", 15: "complex128", 17: "float8", 18: "float8", 19: "float8", 20: "float8"},
    **{21: "uint4", 22: "int4", 23: "float4"},
}


def kind_name(kind: int) -> str:
    """Return the name of a kind of number: ``float32``."""
    return NAMES.get(kind, f"of unknown kind {kind}")


def check_tensor(tensor: Tensor) -> None:
    """Raise OnnxError unless a constant is of real numbers and as long as its dimensions say.

    Nothing is read for that.
    """
    if tensor.kind not in REALS:
        raise UnsupportedError(
            f"constant {tensor.name!r} holds {kind_name(tensor.kind)} numbers; "
            "float32, float64, float16 and bfloat16 can be read (quantised networks cannot)"
        )
    count = prod(tensor.dims)
    if count * 4 > MOST_BYTES:
        size = "×".join(map(str, tensor.dims))
        raise OnnxError(
            f"constant {tensor.name!r} of {size} needs {count * 4 / 2**30:,.1f} GiB; "
            f"up to {MOST_BYTES / 2**30:.2f} GiB can be read: choose a smaller network"
        )
    name, raw, typed = REALS[tensor.kind]
    width = np.dtype(raw).itemsize
    spans = _spans(tensor, 9)
    if not spans and tensor.kind in (FLOAT, DOUBLE):
        spans = _spans(tensor, typed)
    elif not spans:
        # float16 in int32_data: variable lengths, so only what is read can be counted.
        return
    _check_bytes(tensor, name, count * width, sum(map(len, spans)))


def read_reals(wire: Wire, tensor: Tensor) -> NDArray[np.float32]:
    """Return the numbers of a constant as float32, in its shape.

    Raises
    ------
    OnnxError
        As `check_tensor`.
    """
    check_tensor(tensor)
    name, raw, typed = REALS[tensor.kind]
    count = prod(tensor.dims)
    spans = _spans(tensor, 9)
    flat: NDArray[Any]
    if not spans and tensor.kind not in (FLOAT, DOUBLE):
        numbers = _varints(wire, tensor, typed, 3 * count)
        _check_bytes(tensor, name, count * 2, len(numbers) * 2)
        flat = np.array(numbers, np.int64).astype(np.uint16).view(raw)
    else:
        pieces = [wire.bytes_of(span) for span in spans or _spans(tensor, typed)]
        flat = np.frombuffer(pieces[0] if len(pieces) == 1 else b"".join(pieces), raw)
    if tensor.kind == BRAIN:
        flat = (flat.astype(np.uint32) << 16).view(np.float32)
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(flat, np.float32).reshape(tensor.dims)


def read_integers(wire: Wire, tensor: Tensor) -> tuple[int, ...]:
    """Return the whole numbers of a constant, such as a shape.

    Raises
    ------
    OnnxError
        If it holds others, or more than a shape has.
    """
    if tensor.kind not in WHOLE:
        raise UnsupportedError(
            f"constant {tensor.name!r} holds {kind_name(tensor.kind)} numbers; "
            "whole ones belong there"
        )
    name, raw, typed = WHOLE[tensor.kind]
    count = prod(tensor.dims)
    if count > MOST_INTEGERS:
        raise OnnxError(f"constant {tensor.name!r} has {count:,} values; a shape has a few")
    width = np.dtype(raw).itemsize
    spans = _spans(tensor, 9)
    if spans:
        _check_bytes(tensor, name, count * width, sum(map(len, spans)))
        flat = np.frombuffer(b"".join(wire.bytes_of(span) for span in spans), raw)
        return tuple(int(n) for n in flat)
    numbers = _varints(wire, tensor, typed, 10 * MOST_INTEGERS)
    _check_bytes(tensor, name, count * width, len(numbers) * width)
    return tuple(numbers)


def _spans(tensor: Tensor, field: int) -> list[Span]:
    spans = []
    for value in tensor.data.get(field, ()):
        if not isinstance(value, Span):
            raise OnnxError(f"constant {tensor.name!r} is damaged; export the network again")
        spans.append(value)
    return spans


def _varints(wire: Wire, tensor: Tensor, field: int, most: int) -> list[int]:
    return [n for value in tensor.data.get(field, ()) for n in wire.integers_of(value, most)]


def _check_bytes(tensor: Tensor, kind: str, needed: int, there: int) -> None:
    if needed != there:
        size = "×".join(map(str, tensor.dims)) or "one number"
        raise OnnxError(
            f"constant {tensor.name!r}: {size} of {kind} needs {needed:,} bytes; "
            f"{there:,} are there: export the network again"
        )
