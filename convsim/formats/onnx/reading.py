"""A network while it is being read: its layers so far, and which value of the file is where."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import prod
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from convsim.core.errors import ConvSimError
from convsim.core.geometry import Policy
from convsim.core.layers import WindowLayer
from convsim.document.building import MOST_LAYERS
from convsim.formats.onnx.errors import OnnxError, SizeNeededError, UnsupportedError
from convsim.formats.onnx.model import Tensor
from convsim.formats.onnx.tensors import check_tensor, kind_name, read_integers, read_reals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from convsim.core.layers import Layer, Shape
    from convsim.formats.onnx.graph import Plan
    from convsim.formats.onnx.model import Model, Node, Value
    from convsim.formats.onnx.wire import Wire

LONGEST_NAME = 40
FLOAT = 1


@dataclass(frozen=True, slots=True)
class Weight:
    """Numbers that are still in the file; `read` fetches them, in the shape `dims`."""

    dims: tuple[int, ...]
    read: Callable[[], NDArray[np.float32]]

    def then(self, dims: tuple[int, ...], change: Callable[[NDArray[Any]], NDArray[Any]]) -> Weight:
        """Return the numbers changed in some way when they are read."""
        return Weight(dims, lambda: np.ascontiguousarray(change(self.read()), np.float32))


@dataclass(slots=True)
class Reading:
    """What is known after some of the nodes.

    Attributes
    ----------
    wire, model, plan
        The file.
    shapes : list of Shape
        The input's shape, and after each layer its output's.
    layers, weights : list
        Layers, and their parameters by name.
    places : dict from name to int
        Values that depend on the picture: after how many layers each appears.
    constants : dict from name to Tensor or numbers
        Values that do not.
    batch : int or None
        How many pictures the file is made for; None if for any number.
    """

    wire: Wire
    model: Model
    plan: Plan
    shapes: list[Shape]
    batch: int | None = None
    layers: list[Layer] = field(default_factory=list)
    weights: list[dict[str, Weight]] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    constants: dict[str, Value] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)

    @property
    def shape(self) -> Shape:
        """Shape of the last layer's output: (height, width, channels) or (values,)."""
        return self.shapes[-1]

    def follow(self, node: Node, index: int = 0) -> None:
        """Check that a node goes on from the end of the layers so far.

        Raises
        ------
        UnsupportedError
            If it reads a constant, or a value from further back: the network branches.
        """
        name = node.inputs[index] if index < len(node.inputs) else ""
        if name not in self.places:
            self.refuse(node, f"its input {name!r} does not depend on the picture")
        if self.places[name] != len(self.layers):
            self.refuse(
                node,
                f"the network branches at {name!r}; layers one after the other can be read, "
                "and blocks that are added to their own input",
            )

    def add(self, node: Node, layer: Layer, weights: Mapping[str, Weight] | None = None) -> None:
        """Append a layer; the node's first output is what it gives.

        Raises
        ------
        OnnxError
            If it does not fit, or its parameters do not.
        """
        weights = dict(weights or {})
        if len(self.layers) >= MOST_LAYERS:
            raise OnnxError(f"has more than {MOST_LAYERS:,} layers; export a part of the network")
        layer = self._strict(replace(layer, name=self._name(node)))
        sources = layer.sources(len(self.layers))
        try:
            shape = layer.output_shape(*(self.shapes[source + 1] for source in sources))
        except ConvSimError as problem:
            raise OnnxError(f"{node} does not fit: {problem}") from problem
        wanted = layer.param_shapes(self.shape)
        found = {key: weight.dims for key, weight in weights.items()}
        if found != wanted:
            raise OnnxError(f"{node} needs parameters {_sizes(wanted)}; received {_sizes(found)}")
        self.layers.append(layer)
        self.weights.append({key: weights[key] for key in wanted})
        self.shapes.append(shape)
        self.passes(node)

    def passes(self, node: Node) -> None:
        """Note that a node's output is what the layers so far give."""
        for name in node.outputs[1:]:
            if name and self.plan.uses[name]:
                self.refuse(node, f"its other output {name!r} is used")
        self.places[node.outputs[0]] = len(self.layers)

    def constant(self, node: Node, index: int, what: str) -> Weight | None:
        """Return an input that must be a constant of real numbers; None if it is left out.

        Raises
        ------
        UnsupportedError
            If it depends on the picture, or is no constant of real numbers.
        """
        name = node.inputs[index] if index < len(node.inputs) else ""
        if not name:
            return None
        value = self.constants.get(name)
        if value is None:
            self.refuse(node, f"its {what} {name!r} depends on the picture")
        if isinstance(value, Tensor):
            tensor = value
            check_tensor(tensor)
            return Weight(tensor.dims, lambda: read_reals(self.wire, tensor))
        numbers = np.asarray(value, np.float32)
        return Weight(numbers.shape, lambda: numbers)

    def whole_numbers(self, node: Node, index: int, what: str) -> tuple[int, ...] | None:
        """Return an input that must be a constant list of whole numbers; None if left out."""
        name = node.inputs[index] if index < len(node.inputs) else ""
        if not name:
            return None
        value = self.constants.get(name)
        if value is None:
            self.refuse(node, f"its {what} {name!r} depends on the picture")
        if isinstance(value, Tensor):
            return read_integers(self.wire, value)
        numbers = value if isinstance(value, tuple) else (value,)
        if not all(isinstance(n, int) for n in numbers):
            self.refuse(node, f"its {what} must be whole numbers")
        return tuple(n for n in numbers if isinstance(n, int))

    def refuse(self, node: Node, why: str) -> NoReturn:
        """Raise UnsupportedError that names a node."""
        raise UnsupportedError(f"{node} cannot be read exactly: {why}", (str(node),))

    def _strict(self, layer: Layer) -> Layer:
        """Return a layer whose windows leave no remainder with the policy that says so."""
        if not isinstance(layer, WindowLayer) or layer.policy is Policy.SAME:
            return layer
        fits = all(axis.fits for axis in layer.axes(self.shape))
        return replace(layer, policy=Policy.STRICT) if fits else layer

    def _name(self, node: Node) -> str:
        """Return a name for the layer: that of its weights, or of the node, or none.

        A network numbers layers without names; names that are taken are left out.
        """
        for text in (*node.inputs[1:2], node.name):
            stem = text.rpartition(".")[0] if text.endswith(".weight") else text
            if text is not node.name and stem == text:
                continue
            # PyTorch calls the ReLU called "relu" "/relu/Relu".
            stem = stem.removesuffix(f"/{node.kind}").strip("/")
            name = re.sub(r"[^\w.-]+", "_", stem, flags=re.ASCII).strip("_.")[:LONGEST_NAME]
            if name and name not in self._taken:
                self._taken.add(name)
                return name
        return ""


def _sizes(shapes: Mapping[str, tuple[int, ...]]) -> str:
    texts = (f"{key} {'×'.join(map(str, dims)) or 'one number'}" for key, dims in shapes.items())
    return ", ".join(texts) or "none"


def input_shape(
    plan: Plan, wanted: tuple[int, int, int] | None
) -> tuple[tuple[int, int, int], int | None, bool]:
    """Return the shape of the picture, the number of pictures, and whether it is a vector.

    Parameters
    ----------
    plan : Plan
    wanted : (int, int, int), optional
        Height, width, channels that a person chose.

    Raises
    ------
    SizeNeededError
        If the file leaves a size open and none was chosen.
    UnsupportedError
        If the input is no batch of pictures or vectors of float32.
    """
    source = plan.source
    if source.kind != FLOAT:
        raise UnsupportedError(
            f"takes {kind_name(source.kind)} numbers as its input {source.name!r}; "
            "float32 can be read"
        )
    dims = source.dims
    if dims is None:
        dims = (None, None, None, None)
    sizes = tuple(d if isinstance(d, int) else None for d in dims)
    if len(sizes) not in (2, 4) or any(d is not None and d < 1 for d in sizes):
        shape = "×".join("?" if d is None else str(d) for d in sizes)
        raise UnsupportedError(
            f"takes an input {source.name!r} of {shape}; pictures (N×C×H×W) or vectors (N×D) "
            "can be read"
        )
    batch = sizes[0]
    if len(sizes) == 2:
        length = sizes[1] or (prod(wanted) if wanted else None)
        if length is None:
            raise SizeNeededError(source.name, (1, None, 1))
        chosen = wanted or (1, length, 1)
        if prod(chosen) != length:
            raise OnnxError(_mismatch(source.name, chosen, f"{length} values"))
        return chosen, batch, True
    _, channels, height, width = sizes
    known = (height, width, channels)
    if wanted is not None:
        if any(a is not None and a != b for a, b in zip(known, wanted, strict=True)):
            raise OnnxError(
                _mismatch(
                    source.name, wanted, "×".join("?" if n is None else str(n) for n in known)
                )
            )
        return wanted, batch, False
    if height is None or width is None or channels is None:
        raise SizeNeededError(source.name, known)
    return (height, width, channels), batch, False


def _mismatch(name: str, chosen: tuple[int, ...], needed: str) -> str:
    return (
        f"--input-shape {'x'.join(map(str, chosen))} does not fit the input {name!r}, "
        f"which takes {needed} (height × width × channels)"
    )
