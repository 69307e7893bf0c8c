"""Layers on the clipboard: the JSON of a project file, with their weights beside it.

The text can be pasted into another window, a mail or a file, and from there again.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from convsim.formats import strict_json
from convsim.formats.errors import ManifestError
from convsim.formats.layer_data import layer_data, read_layer

if TYPE_CHECKING:
    from convsim.core.layers import Layer, Params

MARK = "convsim-layers"
"""The key by which such a text is known."""
VERSION = 1
MOST_LAYERS = 500
MOST_WEIGHTS = 4_000_000
"""Numbers that are carried along; more are made anew where the layers are pasted."""
LARGEST = 64 * 1024 * 1024
"""Bytes of a text that is read."""


def encode_layers(layers: Sequence[Layer], params: Sequence[Params]) -> bytes:
    """Return layers, and their weights unless they are very many, as JSON.

    Parameters
    ----------
    layers : sequence of Layer
    params : sequence of mappings
        The weights of each, float32; an empty mapping for those that are to be made anew.
    """
    count = sum(array.size for given in params for array in given.values())
    weights: dict[str, Any] = {}
    if count <= MOST_WEIGHTS:
        for layer, given in zip(layers, params, strict=True):
            if given:
                weights[layer.name] = {name: _array_out(array) for name, array in given.items()}
    tree = {MARK: VERSION, "layers": [layer_data(layer) for layer in layers], "weights": weights}
    return strict_json.encode(tree, 1)


def decode_layers(data: bytes) -> tuple[tuple[Layer, ...], tuple[Params, ...]]:
    """Return the layers that a text holds, and the weights of each.

    Raises
    ------
    ManifestError
        If the text is no such JSON, or says something that a layer cannot be.
    """
    if len(data) > LARGEST:
        raise ManifestError(f"at most {LARGEST // 2**20} MiB of layers are pasted")
    tree = strict_json.parse(data)
    if not isinstance(tree, dict) or MARK not in tree:
        raise ManifestError("these are no layers of ConvSim")
    if tree[MARK] != VERSION:
        raise ManifestError(f"these layers need version {tree[MARK]!r}; this is {VERSION}")
    found = tree.get("layers")
    if not isinstance(found, list) or not 0 < len(found) <= MOST_LAYERS:
        raise ManifestError(f"$.layers must be a list of 1 to {MOST_LAYERS} layers")
    layers = tuple(read_layer(item, f"$.layers[{i}]")[0] for i, item in enumerate(found))
    weights = tree.get("weights", {})
    if not isinstance(weights, dict):
        raise ManifestError("$.weights must be an object")
    return layers, tuple(_params_in(weights.get(layer.name, {}), layer.name) for layer in layers)


def are_layers(text: str) -> bool:
    """Whether a text may be layers; a quick look, so that any clipboard can be asked."""
    return MARK in text[:80]


def _array_out(array: np.ndarray[Any, Any]) -> dict[str, Any]:
    numbers = np.ascontiguousarray(array, "<f4")
    return {"shape": list(array.shape), "data": base64.b64encode(numbers.tobytes()).decode()}


def _params_in(tree: Any, layer: str) -> Mapping[str, np.ndarray[Any, Any]]:
    where = f"$.weights.{layer}"
    if not isinstance(tree, dict):
        raise ManifestError(f"{where} must be an object")
    return {name: _array_in(value, f"{where}.{name}") for name, value in tree.items()}


def _array_in(tree: Any, where: str) -> np.ndarray[Any, Any]:
    shape = tree.get("shape") if isinstance(tree, dict) else None
    if not isinstance(shape, list) or not all(type(n) is int and n >= 0 for n in shape):
        raise ManifestError(f"{where}.shape must be a list of whole numbers")
    try:
        data = base64.b64decode(str(tree.get("data")), validate=True)
    except (binascii.Error, ValueError) as problem:
        raise ManifestError(f"{where}.data is no base64: {problem}") from problem
    if len(shape) > 8 or len(data) != 4 * prod(shape):
        raise ManifestError(f"{where} holds {len(data)} bytes, not 4 for each of {shape}")
    array = np.frombuffer(data, "<f4").reshape(shape).astype(np.float32)
    if not np.isfinite(array).all():
        raise ManifestError(f"{where} holds numbers that are not finite")
    return array
