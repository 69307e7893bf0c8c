"""Which nodes of a file make its network, and in which order; and whether they can be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convsim.formats.onnx.errors import OnnxError, UnsupportedError

if TYPE_CHECKING:
    from convsim.formats.onnx.model import Model, Node, Variable

OLDEST, NEWEST = 6, 28
"""Versions of ONNX's list of operators ("opsets") whose meaning is known here."""
MOST_LISTED = 8
"""Nodes that a message lists by name."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The nodes that the output needs, each after those it depends on.

    Attributes
    ----------
    opset : int
    source : Variable
        The one input that is no constant.
    result : str
        The one output.
    nodes : tuple of Node
    uses : mapping from name to int
        How often each value is read, the result's final use included.
    """

    opset: int
    source: Variable
    result: str
    nodes: tuple[Node, ...]
    uses: Counter[str]


def plan_of(model: Model, operators: Container[str]) -> Plan:
    """Return the nodes in order.

    Parameters
    ----------
    model : Model
    operators : container of str
        Operators that can be read.

    Raises
    ------
    UnsupportedError
        If there are others; they are listed.
    OnnxError
        If the nodes are no network: a cycle, a missing input, several inputs or outputs.
    """
    opset = _opset(model)
    inputs = [v for v in model.inputs if v.name not in model.constants]
    if len(inputs) != 1:
        raise UnsupportedError(f"has {_counted(inputs, 'input')}; ConvSim's networks have one")
    if len(model.outputs) != 1:
        raise UnsupportedError(
            f"has {_counted(model.outputs, 'output')}; ConvSim's networks have one"
        )
    source, result = inputs[0], model.outputs[0].name
    nodes = tuple(_ordered(model, source.name, result))
    _check_operators(nodes, operators)
    uses = Counter(name for node in nodes for name in node.inputs)
    uses[result] += 1
    return Plan(opset, source, result, nodes, uses)


def _opset(model: Model) -> int:
    version = model.opsets.get("", 0)
    if not OLDEST <= version <= NEWEST:
        received = f"opset {version}" if version else "no opset"
        raise UnsupportedError(
            f"was written for {received} of ONNX; {OLDEST} to {NEWEST} can be read: "
            "export it again, with opset_version=17 say"
        )
    return version


def _counted(variables: list[Variable], word: str) -> str:
    names = ", ".join(repr(v.name) for v in variables[:MOST_LISTED])
    more = ", …" if len(variables) > MOST_LISTED else ""
    return f"{len(variables)} {word}s ({names}{more})" if variables else f"no {word}"


def _ordered(model: Model, source: str, result: str) -> Iterator[Node]:
    """Yield the nodes that `result` depends on, depth first, each once.

    Raises
    ------
    OnnxError
        If two nodes give one value, a value is given by none, or nodes wait for each other.
    """
    makers = _makers(model, source)
    if result not in makers:
        raise OnnxError(f"is no network: no node gives its output {result!r}")
    begun: set[int] = set()
    done: set[int] = set()
    first = makers[result]
    # Nodes on the way to the current one, each with its inputs still to be looked at.
    way = [(first, iter(first.inputs))]
    begun.add(id(first))
    while way:
        node, inputs = way[-1]
        name = next(inputs, None)
        if name is None:
            way.pop()
            done.add(id(node))
            yield node
            continue
        if not name or name == source or name in model.constants:
            continue
        maker = makers.get(name)
        if maker is None:
            raise OnnxError(f"is no network: {node} needs {name!r}, which nothing gives")
        if id(maker) in done:
            continue
        if id(maker) in begun:
            raise OnnxError(f"is no network: {node} and {maker} wait for each other (a cycle)")
        begun.add(id(maker))
        way.append((maker, iter(maker.inputs)))


def _makers(model: Model, source: str) -> dict[str, Node]:
    """Return which node gives each value."""
    makers: dict[str, Node] = {}
    for node in model.nodes:
        for name in filter(None, node.outputs):
            if name in makers or name in model.constants or name == source:
                raise OnnxError(f"is no network: {name!r} is given twice, once by {node}")
            makers[name] = node
    return makers


def _check_operators(nodes: tuple[Node, ...], operators: Container[str]) -> None:
    bad = tuple(str(n) for n in nodes if n.domain or n.holds_graph or n.kind not in operators)
    if bad:
        listed = ", ".join(bad[:MOST_LISTED])
        more = f" and {len(bad) - MOST_LISTED:,} more" if len(bad) > MOST_LISTED else ""
        one = len(bad) == 1
        raise UnsupportedError(
            f"has {len(bad):,} node{'' if one else 's'} that ConvSim does not compute: "
            f"{listed}{more}; leave {'it' if one else 'them'} out, or export a part of the network",
            bad,
        )
