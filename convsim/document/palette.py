"""New layers to put into a network: one of each kind, and blocks of several that belong together.

What comes out of the palette fits where it is put if that can be: a convolution keeps the size of
its maps, and a block that needs maps of one size is padded.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from convsim.core.errors import LayerError
from convsim.core.layers import KINDS, Conv2d, Layer, MaxPool2d, ReLU

if TYPE_CHECKING:
    from convsim.core.layers import Shape

FILTERS, UNITS, KERNEL, WINDOW = 8, 10, 3, 2
"""What a new layer begins with: filters, units, the kernel of a convolution, that of a pooling."""
BLOCKS = ("conv-relu-pool", "residual")
"""Names of the blocks."""


def new_layer(kind: str, shape: Shape | None = None) -> Layer:
    """Return a fresh layer of a kind.

    Parameters
    ----------
    kind : str
        A key of `KINDS`.
    shape : tuple of int, optional
        What it will read; some kinds begin with other numbers then.

    Raises
    ------
    LayerError
        If there is no such kind.

    Examples
    --------
    >>> new_layer("conv").output_shape((32, 32, 3))
    (32, 32, 8)
    """
    if kind not in KINDS:
        raise LayerError(f"no layer is of the kind {kind!r}; there are {', '.join(KINDS)}")
    cls = KINDS[kind]
    if cls is Conv2d:
        return Conv2d(FILTERS, KERNEL, padding=KERNEL // 2)
    needed = [
        name
        for name, parameter in inspect.signature(cls).parameters.items()
        if parameter.default is inspect.Parameter.empty
    ]
    given: dict[str, Any] = {name: _first_value(cls, name, shape) for name in needed}
    return cls(**given)


def new_block(name: str, shape: Shape | None = None) -> tuple[Layer, ...]:
    """Return the layers of a block, for maps of a shape.

    Raises
    ------
    LayerError
        If there is no such block.
    """
    if name == "conv-relu-pool":
        return (new_layer("conv"), ReLU(), MaxPool2d(WINDOW))
    if name == "residual" and "residual" in KINDS:
        channels = shape[2] if shape and len(shape) == 3 else FILTERS
        body = [Conv2d(channels, KERNEL, padding=KERNEL // 2) for _ in range(2)]
        layers = (body[0], ReLU(), body[1])
        given: dict[str, Any] = {"span": len(layers)}
        return (*layers, KINDS["residual"](**given))
    raise LayerError(f"no block is called {name!r}; there are {', '.join(BLOCKS)}")


def _first_value(cls: type[Layer], name: str, shape: Shape | None) -> Any:
    """Return what a setting without a default begins with."""
    values = {"filters": FILTERS, "units": UNITS, "channels": shape[-1] if shape else FILTERS}
    if name == "kernel":
        return WINDOW if "pool" in cls.kind else KERNEL
    if name in values:
        return values[name]
    field = next(field for field in cls.fields if field.name == name)
    return (field.low, field.low) if field.kind == "pair" else field.low
