"""What an ONNX file holds, as plain values: nodes, constants, inputs and outputs.

The numbers of the fields are those of ``onnx.proto``.  Arrays stay in the file until the network
is understood (`convsim.formats.onnx.tensors`); a tensor that points to another file is refused at
once, before anything could open that file.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from convsim.formats.onnx.errors import OnnxError, UnsupportedError
from convsim.formats.onnx.wire import DAMAGED, Span, Wire

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_LIST = 1_000
"""Bytes of the longest list of dimensions, strides or pads that is read."""
MOST_RANK = 8


@dataclass(frozen=True, slots=True)
class Tensor:
    """An array that is still in the file.

    Attributes
    ----------
    name : str
    dims : tuple of int
    kind : int
        TensorProto.DataType: 1 is float32.
    data : mapping from field number to spans
        Where its numbers are, and as what.
    """

    name: str
    dims: tuple[int, ...]
    kind: int
    data: Mapping[int, tuple[int | Span, ...]]


Value = int | float | bytes | tuple[int, ...] | tuple[float, ...] | Tensor


@dataclass(frozen=True, slots=True)
class Node:
    """One operation: which, on what, with which settings."""

    kind: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Value]
    domain: str = ""
    holds_graph: bool = False

    def __str__(self) -> str:
        """Return operator and name: ``Conv 'conv1'``, or what it gives where it has no name."""
        name = self.name or (f"→ {self.outputs[0]}" if self.outputs else "")
        return f"{self.domain}{'.' if self.domain else ''}{self.kind} {name!r}"


@dataclass(frozen=True, slots=True)
class Variable:
    """An input or output of the whole network.

    Attributes
    ----------
    name : str
    kind : int
        TensorProto.DataType; 0 if the file does not say, or if it is no tensor.
    dims : tuple of (int, str or None), or None
        Numbers, names of open sizes, or None; None altogether if the file gives no shape.
    """

    name: str
    kind: int
    dims: tuple[int | str | None, ...] | None


@dataclass(slots=True)
class Model:
    """One file."""

    opsets: dict[str, int] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    constants: dict[str, Tensor] = field(default_factory=dict)
    inputs: list[Variable] = field(default_factory=list)
    outputs: list[Variable] = field(default_factory=list)


def read_model(wire: Wire) -> Model:
    """Return what the file holds.

    Raises
    ------
    OnnxError
        If it is no ONNX file, or one of its tensors is external or sparse.
    """
    model = Model()
    graphs: list[Span] = []
    for number, value in wire.fields(wire.whole):
        if number == 7:
            graphs.append(wire.span_of(value))
        elif number == 8:
            domain, version = _opset(wire, wire.span_of(value))
            model.opsets[domain] = version
    if len(graphs) != 1:
        raise OnnxError(DAMAGED.format("it has no network"))
    _read_graph(wire, graphs[0], model)
    return model


def _opset(wire: Wire, span: Span) -> tuple[str, int]:
    domain, version = "", 0
    for number, value in wire.fields(span):
        if number == 1:
            domain = wire.text_of(value)
        elif number == 2:
            version = wire.integer_of(value)
    return ("" if domain == "ai.onnx" else domain), version


def _read_graph(wire: Wire, span: Span, model: Model) -> None:
    for number, value in wire.fields(span):
        if number == 1:
            model.nodes.append(_node(wire, wire.span_of(value)))
        elif number == 5:
            tensor = _tensor(wire, wire.span_of(value))
            if tensor.name in model.constants:
                raise OnnxError(f"has two constants called {tensor.name!r}")
            model.constants[tensor.name] = tensor
        elif number == 11:
            model.inputs.append(_variable(wire, wire.span_of(value)))
        elif number == 12:
            model.outputs.append(_variable(wire, wire.span_of(value)))
        elif number == 15:
            raise UnsupportedError("has sparse constants; export it with dense ones")


def _node(wire: Wire, span: Span) -> Node:
    texts: dict[int, str] = {3: "", 4: "", 7: ""}
    inputs: list[str] = []
    outputs: list[str] = []
    attributes: dict[str, Value] = {}
    holds_graph = False
    for number, value in wire.fields(span):
        if number == 1:
            inputs.append(wire.text_of(value))
        elif number == 2:
            outputs.append(wire.text_of(value))
        elif number in texts:
            texts[number] = wire.text_of(value)
        elif number == 5:
            name, found, graph = _attribute(wire, wire.span_of(value))
            holds_graph |= graph
            if found is not None:
                attributes[name] = found
    domain = "" if texts[7] == "ai.onnx" else texts[7]
    return Node(texts[4], texts[3], tuple(inputs), tuple(outputs), attributes, domain, holds_graph)


def _attribute(wire: Wire, span: Span) -> tuple[str, Value | None, bool]:
    """Return name and value of a setting, and whether it holds a whole graph."""
    found: dict[int, list[int | Span]] = {}
    for number, value in wire.fields(span):
        found.setdefault(number, []).append(value)
    name = wire.text_of(found[1][-1]) if 1 in found else ""
    if found.keys() & {10, 22, 23}:
        # A list of tensors could hide an external one: nothing that is read needs one.
        raise UnsupportedError(f"has a list of tensors, or a sparse one, in {name!r}")
    return name, _value(wire, found), bool(found.keys() & {6, 11})


def _value(wire: Wire, found: Mapping[int, list[int | Span]]) -> Value | None:
    """Return the value of a setting: a list, or the last of what can be there only once."""
    kind = wire.integer_of(found[20][-1]) if 20 in found else 0
    if kind == 7 or 8 in found:
        return tuple(n for value in found.get(8, ()) for n in wire.integers_of(value, MOST_LIST))
    if kind == 6 or 7 in found:
        return tuple(n for value in found.get(7, ()) for n in _floats(wire, value, MOST_LIST))
    if 2 in found:
        return float(_floats(wire, found[2][-1], 4)[0])
    if 3 in found:
        return wire.integer_of(found[3][-1])
    if 4 in found:
        return wire.text_of(found[4][-1]).encode()
    if 5 in found:
        return _tensor(wire, wire.span_of(found[5][-1]))
    # Numbers that are zero need not be written.
    zeros: dict[int, Value] = {1: 0.0, 2: 0, 3: b""}
    return zeros.get(kind)


def _floats(wire: Wire, value: int | Span, most: int) -> list[float]:
    span = wire.span_of(value)
    if len(span) % 4 or not 0 < len(span) <= most:
        raise OnnxError(DAMAGED.format(f"a list of numbers of {len(span):,} bytes"))
    return [number for (number,) in struct.iter_unpack("<f", wire.bytes_of(span))]


def _tensor(wire: Wire, span: Span) -> Tensor:
    name, kind, external = "", 0, False
    dims: list[int] = []
    data: dict[int, tuple[int | Span, ...]] = {}
    for number, value in wire.fields(span):
        if number == 1:
            dims += wire.integers_of(value, MOST_LIST)
        elif number == 2:
            kind = wire.integer_of(value)
        elif number == 8:
            name = wire.text_of(value)
        elif number in (4, 5, 6, 7, 9, 10, 11):
            data[number] = (*data.get(number, ()), value)
        elif number == 13 or (number == 14 and wire.integer_of(value) != 0):
            external = True
        elif number == 3:
            raise UnsupportedError(f"constant {name!r} is stored in segments; export it again")
    if external:
        raise UnsupportedError(
            f"keeps the numbers of {name!r} in another file, which is never opened; "
            "re-export the network as one file"
        )
    if len(dims) > MOST_RANK or any(not 0 <= d < 1 << 31 for d in dims):
        raise OnnxError(f"constant {name!r} has impossible dimensions {_sizes(dims)}")
    return Tensor(name, tuple(dims), kind, data)


def _sizes(dims: list[int]) -> str:
    return "×".join(map(str, dims[:MOST_RANK])) + ("×…" if len(dims) > MOST_RANK else "")


def _variable(wire: Wire, span: Span) -> Variable:
    name, kind = "", 0
    dims: tuple[int | str | None, ...] | None = None
    for number, value in wire.fields(span):
        if number == 1:
            name = wire.text_of(value)
        elif number == 2:
            for which, tensor in wire.fields(wire.span_of(value)):
                if which == 1:
                    kind, dims = _tensor_type(wire, wire.span_of(tensor))
    return Variable(name, kind, dims)


def _tensor_type(wire: Wire, span: Span) -> tuple[int, tuple[int | str | None, ...] | None]:
    kind = 0
    dims: tuple[int | str | None, ...] | None = None
    for number, value in wire.fields(span):
        if number == 1:
            kind = wire.integer_of(value)
        elif number == 2:
            found = [_dimension(wire, wire.span_of(v)) for n, v in wire.fields(wire.span_of(value))
                     if n == 1]  # fmt: skip
            dims = tuple(found)
    return kind, dims


def _dimension(wire: Wire, span: Span) -> int | str | None:
    size: int | str | None = None
    for number, value in wire.fields(span):
        if number == 1:
            size = wire.integer_of(value)
        elif number == 2:
            size = wire.text_of(value)
    return size
