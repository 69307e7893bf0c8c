"""Finds every place where a kernel's source could be wrong by a little, and makes it wrong there.

A mutation changes one node of the syntax tree inside a function: an arithmetic operator, a
comparison, a number, an end of a slice, a sign, an "and".  Which of them are tried is drawn from a
seed.  Not mutated are texts and messages, annotations, docstrings, declarations outside of
functions, and the mutations that a rule of `EQUIVALENT` argues to change no result.
"""

from __future__ import annotations

import ast
import copy
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

TARGETS = ("convsim/core/engine/*", "convsim/core/lowering*", "convsim/core/strips*",
           "convsim/core/window_bands*", "convsim/core/layers/*", "convsim/core/losses*",
           "convsim/core/optim/*")  # fmt: skip

SWAPS: dict[type[Any], type[Any]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
}

EQUIVALENT = {
    "speed": "is in a comparison with, or computed from, a constant in CAPITALS whose docstring "
    "says 'measured': it only chooses between ways that give the same result",
    "message": "is part of what an error says; that it is raised, and what it says, are tested, "
    "but not every word",
    "type": "is in a cast or an isinstance that only tells the type checker what is true anyway",
    "strict": "is zip's `strict`, which only checks that the lengths agree, and they do",
    "copy": "is a `copy=False`: what is copied once more holds the same numbers",
    "reshape": "is a negative size given to reshape: NumPy takes any of them for 'what is left'",
    "channels": "is the third number of a shape given to `axes`, which reads height and width",
    "kink": "is whether 0 itself belongs to the left or the right piece of an activation's curve; "
    "the pieces meet there (tested), only the derivatives differ",
    "same code": "reads differently but is the same syntax tree once parsed again",
}
"""Rules by which a mutation is left out, and why it changes no result."""


@dataclass(frozen=True)
class Site:
    """One possible mutation: a node by its number in the walk over a file, and which way."""

    path: Path
    number: int
    variant: int


@dataclass(frozen=True)
class Mutation:
    """One change of one file.

    Attributes
    ----------
    path : Path
        Below the checkout.
    line : int
    before, after : str
        The expression, as it was and as it is now.
    source : str
        The whole changed file.
    """

    path: Path
    line: int
    before: str
    after: str
    source: str

    def __str__(self) -> str:
        """Return where it is and what it does."""
        return f"{self.path}:{self.line}: {self.before}  →  {self.after}"


def targets(root: Path) -> list[Path]:
    """Return the files whose functions are the kernels, relative to `root`."""
    found: set[Path] = set()
    for pattern in TARGETS:
        for path in root.glob(pattern):
            found |= set(path.rglob("*.py")) if path.is_dir() else {path}
    return sorted(path.relative_to(root) for path in found if path.suffix == ".py")


def sites(root: Path) -> tuple[list[Site], dict[str, int]]:
    """Return every mutation there is, and how many each rule of `EQUIVALENT` leaves out.

    Those that compile to the same code are told when they are drawn, not here.
    """
    out: list[Site] = []
    excluded = dict.fromkeys(EQUIVALENT, 0)
    measured = measured_names(root)
    for path in targets(root):
        tree = ast.parse((root / path).read_text("utf-8"))
        reasons = _reasons(tree, measured)
        for number, node in enumerate(_nodes(tree)):
            for variant, _ in enumerate(variants(node)):
                if id(node) in reasons:
                    excluded[reasons[id(node)]] += 1
                else:
                    out.append(Site(path, number, variant))
    return out, excluded


def drawn(root: Path, seed: int, count: int) -> tuple[list[Mutation], int, dict[str, int]]:
    """Return `count` mutations drawn without repetition, of how many, and what was left out."""
    found, excluded = sites(root)
    out: list[Mutation] = []
    for site in random.Random(seed).sample(found, len(found)):
        if len(out) == count:
            break
        mutation = mutated(root, site)
        plain = (root / site.path).read_text("utf-8")
        if ast.dump(ast.parse(mutation.source)) == ast.dump(ast.parse(plain)):
            excluded["same code"] += 1
        else:
            out.append(mutation)
    return out, len(found), excluded


def mutated(root: Path, site: Site) -> Mutation:
    """Return the mutation of a site."""
    tree = ast.parse((root / site.path).read_text("utf-8"))
    changed, old, new = _changed(tree, site.number, site.variant)
    line = getattr(old, "lineno", 0) or min(
        (n.lineno for n in ast.walk(old) if isinstance(n, ast.expr)), default=0
    )
    return Mutation(site.path, line, ast.unparse(old), ast.unparse(new), ast.unparse(changed))


def _swapped(node: Any) -> Iterator[Any]:
    if type(node.op) in SWAPS:
        yield _with(node, op=SWAPS[type(node.op)]())


def _compared(node: ast.Compare) -> Iterator[Any]:
    for i, op in enumerate(node.ops):
        if type(op) in SWAPS:
            yield _with(node, ops=[*node.ops[:i], SWAPS[type(op)](), *node.ops[i + 1 :]])


def _unsigned(node: ast.UnaryOp) -> Iterator[Any]:
    if isinstance(node.op, ast.USub | ast.Not):
        yield node.operand


def _another(node: ast.Constant) -> Iterator[Any]:
    match node.value:
        case bool(value):
            yield ast.Constant(not value)
        case int(value):
            yield ast.Constant(value + 1)
        case float(value):
            yield ast.Constant(2.0 * value + 1.0)


def _shifted(node: ast.Slice) -> Iterator[Any]:
    for end in ("lower", "upper"):
        bound = getattr(node, end)
        if bound is not None:
            yield _with(node, **{end: ast.BinOp(bound, ast.Add(), ast.Constant(1))})
    if node.step is not None:
        yield _with(node, step=None)


def _exchanged(node: ast.IfExp) -> Iterator[Any]:
    yield ast.IfExp(node.test, node.orelse, node.body)


WAYS: dict[type[ast.AST], Callable[[Any], Iterator[Any]]] = {
    ast.BinOp: _swapped,
    ast.AugAssign: _swapped,
    ast.BoolOp: _swapped,
    ast.Compare: _compared,
    ast.UnaryOp: _unsigned,
    ast.Constant: _another,
    ast.Slice: _shifted,
    ast.IfExp: _exchanged,
}


def variants(node: ast.AST) -> Iterator[Any]:
    """Yield the ways in which a node may be wrong."""
    if type(node) in WAYS:
        yield from WAYS[type(node)](node)


def measured_names(root: Path) -> set[str]:
    """Return the names in capitals of the core whose docstring says that they are measured."""
    names: set[str] = set()
    for path in (root / "convsim/core").rglob("*.py"):
        for statement, after in pairwise(ast.parse(path.read_text("utf-8")).body):
            match statement, after:
                case (
                    ast.Assign(targets=[ast.Name(id=name)]),
                    ast.Expr(value=ast.Constant(value=str(text))),
                ) if name.isupper() and "measured" in text:
                    names.add(name)
    return names


def _nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of all function bodies, in the order of the source."""
    for function in _functions(tree):
        for statement in function.body:
            yield from _below(statement)


def _functions(node: ast.AST) -> Iterator[ast.FunctionDef]:
    """Yield functions and methods; those inside others belong to the outer one."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef):
            yield child
        else:
            yield from _functions(child)


def _below(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.JoinedStr | ast.arguments | ast.Assert):
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    yield node
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _below(child)


def _reasons(tree: ast.AST, measured: set[str]) -> dict[int, str]:
    """Return by node why its mutations change no result."""
    reasons: dict[int, str] = {}
    for node in ast.walk(tree):
        for part, reason in _excused(node, measured):
            reasons.update((id(inner), reason) for inner in ast.walk(part))
    return reasons


def _excused(node: ast.AST, measured: set[str]) -> Iterator[tuple[ast.AST, str]]:
    """Yield the parts of a node that a rule of `EQUIVALENT` leaves out, and which."""
    if isinstance(node, ast.Compare | ast.Call | ast.BinOp) and measured & _names(node):
        yield node, "speed"
    match node:
        case ast.keyword(arg="strict"):
            yield node, "strict"
        case ast.keyword(arg="copy", value=ast.Constant(value=False)):
            yield node, "copy"
        case ast.Call(func=ast.Attribute(attr="reshape"), args=sizes):
            yield from ((part, "reshape") for size in sizes for part in _negated(size))
        case ast.Call(func=ast.Attribute(attr="axes"), args=[ast.Tuple(elts=[_, _, channels])]):
            yield channels, "channels"
        case ast.FunctionDef(name="curve"):
            yield from ((call.args[0], "kink") for call in _calls(node, "np.where"))
        case ast.Call(func=ast.Name(id="cast")):
            yield node, "type"
        case ast.Call(func=called) if ast.unparse(called).endswith("Error"):
            yield node, "message"


def _negated(node: ast.AST) -> Iterator[ast.AST]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.UnaryOp) and isinstance(inner.op, ast.USub):
            yield inner.operand


def _calls(node: ast.AST, name: str) -> Iterator[ast.Call]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call) and ast.unparse(inner.func) == name:
            yield inner


def _names(node: ast.AST) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def _changed(tree: ast.Module, number: int, variant: int) -> tuple[Any, ast.AST, ast.AST]:
    """Return a copy of the tree with one node changed, the node as it was, and as it is."""
    whole = copy.deepcopy(tree)
    old = list(_nodes(whole))[number]
    new = list(variants(old))[variant]

    class Exchange(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> Any:
            return ast.copy_location(new, old) if node is old else self.generic_visit(node)

    # What is shown is taken down before the exchange: it shares nodes with the tree.
    before, after = copy.deepcopy(old), copy.deepcopy(new)
    return ast.fix_missing_locations(Exchange().visit(whole)), before, after


def _with(node: ast.AST, **fields: Any) -> Any:
    """Return a shallow copy of a node with some fields changed."""
    values = {name: getattr(node, name) for name in node._fields}
    return type(node)(**{**values, **fields})
