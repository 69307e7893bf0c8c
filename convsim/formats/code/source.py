"""What generated programs share: names, sizes, and weights that are drawn again from their seed."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convsim.core.layers import BatchNorm2d

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from convsim.core.layers import Array, Shape
    from convsim.core.network import Network
    from convsim.document.weights import Weights


@dataclass(frozen=True, eq=False)
class Program:
    """A generated program.

    Attributes
    ----------
    text : str
        Python source.
    arrays : mapping from name to array
        Weights that lie beside it, ``conv1.weight``, in the layout of ConvSim and PyTorch; empty
        if all are drawn from a seed.
    """

    text: str
    arrays: Mapping[str, Array]


@dataclass(frozen=True)
class Drawn:
    """First weights that nobody changed: drawn again by the program, the same to the last bit.

    Attributes
    ----------
    name : str
    number : int
        Which random numbers it gets: every layer has a stream of its own.
    fan_in : int
        Products in one of its outputs.
    shape : tuple of int
        Of its weights.
    """

    name: str
    number: int
    fan_in: int
    shape: Shape


def identifiers(network: Network, taken: Container[str]) -> tuple[str, ...]:
    """Return a name for each layer that Python takes: its own wherever that is possible.

    Parameters
    ----------
    network : Network
    taken : container of str
        Names that mean something else there.
    """
    used: set[str] = set()
    names = []
    for layer in network.layers:
        stem = re.sub(r"\W", "_", layer.name, flags=re.ASCII)
        if not stem[:1].isalpha():
            stem = f"layer_{stem}"
        name = stem
        while keyword.iskeyword(name) or name in taken or name in used:
            name += "_"
        used.add(name)
        names.append(name)
    return tuple(names)


def divided(
    network: Network, weights: Weights, names: tuple[str, ...]
) -> tuple[dict[str, Array], list[Drawn]]:
    """Return the weights that must be stored, and those that their seed gives again."""
    stored: dict[str, Array] = {}
    drawn: list[Drawn] = []
    made = weights.made
    for place, name in zip(network.places, names, strict=True):
        layer, shape = place.layer, place.input_shape
        if shape is None or not layer.param_shapes(shape):
            continue
        sizes = layer.param_shapes(shape)
        if layer.name not in made and isinstance(layer, BatchNorm2d):
            continue  # it begins with ones and zeros in every framework
        if layer.name not in made:
            number = weights.numbers[layer.name]
            drawn.append(Drawn(name, number, layer.fans(shape)[0], sizes["weight"]))
        else:
            params = network.checked_params(place.index, weights[place.index])
            stored |= {f"{name}.{key}": values for key, values in params.items()}
    return stored, drawn


def size_text(shape: Shape | None) -> str:
    """Return a shape as people write it: 28×28×6."""
    return "×".join(map(str, shape or ()))


def call(name: str, *values: object, **options: object) -> str:
    """Return the source of a call; options that are None are left out.

    Examples
    --------
    >>> call("nn.Conv2d", 3, 6, kernel_size=5, padding=None)
    'nn.Conv2d(3, 6, kernel_size=5)'
    """
    parts = [repr(value) for value in values]
    parts += [f"{key}={value!r}" for key, value in options.items() if value is not None]
    return f"{name}({', '.join(parts)})"


def short(pair: tuple[int, int]) -> int | tuple[int, int]:
    """Return one number for rows and columns that agree."""
    return pair[0] if pair[0] == pair[1] else pair


def before_blocks(
    network: Network, names: tuple[str, ...]
) -> tuple[dict[int, str], dict[int, list[str]]]:
    """Return what residual blocks add again: by its end, and by its first layer, the variable."""
    skips: dict[int, str] = {}
    keeps: dict[int, list[str]] = {}
    for place, name in zip(network.places, names, strict=True):
        for source in place.layer.sources(place.index)[1:]:
            skips[place.index] = f"before_{name}"
            keeps.setdefault(source + 1, []).append(skips[place.index])
    return skips, keeps


def plain(title: str) -> str:
    """Return a title that can stand in a docstring, whatever its characters are."""
    kept = "".join(c if c.isprintable() and c not in '"\\$' else "_" for c in title)
    return kept.strip()[:80] or "A network"
