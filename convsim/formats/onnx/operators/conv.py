"""Conv and ConvTranspose: filters that slide, with every kind of padding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.core.geometry import Policy
from convsim.core.layers import Conv2d, ConvTranspose2d
from convsim.core.transposed import transposed_size
from convsim.formats.onnx.settings import Window, integer, integers, text, window

if TYPE_CHECKING:
    from convsim.core.layers import Pair, Sides
    from convsim.formats.onnx.model import Node
    from convsim.formats.onnx.reading import Reading, Weight


def conv(node: Node, reading: Reading) -> None:
    """Read a convolution: filters (F, C/groups, rows, columns), and a bias if there is one."""
    reading.follow(node)
    filters, weights = _weights(node, reading)
    found = window(node, reading, filters.dims[2:])
    layer = Conv2d(
        filters.dims[0],
        found.kernel,
        found.stride,
        padding(found),
        found.dilation,
        groups=integer(node, "group", 1),
        bias="bias" in weights,
        policy=Policy.SAME if found.same else Policy.FLOOR,
    )
    reading.add(node, layer, weights)


def conv_transpose(node: Node, reading: Reading) -> None:
    """Read a transposed convolution: filters (C, F/groups, rows, columns)."""
    reading.follow(node)
    filters, weights = _weights(node, reading)
    groups = integer(node, "group", 1)
    found = window(node, reading, filters.dims[2:])
    more = integers(node, "output_padding") or (0, 0)
    if len(more) != 2:
        reading.refuse(node, f"output_padding has {len(more)} values; two are needed")
    extra = (more[0], more[1])
    sizes = integers(node, "output_shape")
    mode = text(node, "auto_pad", "NOTSET")
    if sizes is None and mode.startswith("SAME"):
        sizes = tuple(n * s for n, s in zip(reading.shape[:2], found.stride, strict=True))
    cut = padding(found)
    if sizes is not None:
        cut, extra = _fitted(node, reading, found, sizes[-2:], extra, mode)
    layer = ConvTranspose2d(
        filters.dims[1] * groups,
        found.kernel,
        found.stride,
        cut,
        extra,
        found.dilation,
        groups=groups,
        bias="bias" in weights,
    )
    reading.add(node, layer, weights)


def padding(found: Window) -> Sides:
    """Return the padding of rows and columns, each (before, after)."""
    top, left, bottom, right = found.edges
    return (top, bottom), (left, right)


def _fitted(
    node: Node,
    reading: Reading,
    found: Window,
    sizes: tuple[int, ...],
    extra: Pair,
    mode: str,
) -> tuple[Sides, Pair]:
    """Return padding and output padding that make the output of a given size, as ONNX does."""
    if len(sizes) != 2:
        reading.refuse(node, f"output_shape has {len(sizes)} values; two are needed")
    cut, added = [], []
    for i, size in enumerate(sizes):
        full = transposed_size(
            reading.shape[i], found.kernel[i], found.stride[i], (0, 0), extra[i], found.dilation[i]
        )
        total = max(full - size, 0)
        less = total // 2
        cut.append((less, total - less) if mode == "SAME_UPPER" else (total - less, less))
        added.append(extra[i] + max(size - full, 0))
    return (cut[0], cut[1]), (added[0], added[1])


def _weights(node: Node, reading: Reading) -> tuple[Weight, dict[str, Weight]]:
    filters = reading.constant(node, 1, "filters")
    if filters is None or len(filters.dims) != 4:
        reading.refuse(
            node,
            f"its filters have {len(filters.dims) if filters else 0} dimensions; "
            "pictures with rows and columns can be read (four dimensions)",
        )
    weights = {"weight": filters}
    bias = reading.constant(node, 2, "bias")
    if bias is not None:
        weights["bias"] = bias
    return filters, weights
