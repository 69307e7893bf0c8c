"""Layers as plain data, as the project file and the clipboard hold them, and back.

What a layer may hold is said by its own list of fields, so a new kind of layer needs nothing here.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import cache
from typing import Any

from convsim.core.errors import LayerError
from convsim.core.layers import KINDS, Layer, UnknownLayer
from convsim.data.names import plain
from convsim.formats import strict_json
from convsim.formats.errors import ManifestError

LONGEST_NAME = 200
LONGEST_QUOTE = 60
OWN = ("kind", "name")


def layer_data(layer: Layer, more: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return a layer as JSON has it.

    Parameters
    ----------
    layer : Layer
    more : mapping, optional
        Settings that this version does not know, written back.
    """
    if isinstance(layer, UnknownLayer):
        settings = strict_json.parse(layer.settings.encode())
        return {"kind": layer.original, "name": layer.name, **settings}
    known = {"kind": layer.kind, "name": layer.name}
    known |= {spec.name: _frozen_out(getattr(layer, spec.name)) for spec in layer.fields}
    return {**known, **{k: v for k, v in (more or {}).items() if k not in known}}


def read_layer(data: Any, path: str) -> tuple[Layer, dict[str, Any]]:
    """Return the layer that plain data describe, and the settings that are not known.

    Parameters
    ----------
    data : dict
        As `layer_data` returns it.
    path : str
        Where it stands, for messages: ``$.layers[2]``.

    Raises
    ------
    ManifestError
        With the path to the setting and what it may be.
    """
    if not isinstance(data, dict):
        raise ManifestError(f"{path} must be an object; got {quoted(data)}")
    kind, name = (_text(data, key, path) for key in OWN)
    name = plain(name, LONGEST_NAME)
    cls = KINDS.get(kind)
    if cls is None:
        rest = {k: v for k, v in data.items() if k not in OWN}
        return UnknownLayer(kind[:LONGEST_NAME], strict_json.encode(rest).decode(), name=name), {}
    given: dict[str, Any] = {}
    for spec in cls.fields:
        where = f"{path}.{spec.name}"
        if spec.name in data:
            given[spec.name] = _checked(cls, spec.name, frozen_in(data[spec.name]), where)
        elif spec.name in _needed(cls):
            raise ManifestError(f"{where} is missing")
    try:
        layer = cls(**given, name=name)
    except LayerError as problem:
        raise ManifestError(f"{path}: {problem}") from problem
    known = {*OWN, *(spec.name for spec in cls.fields)}
    return layer, {k: v for k, v in data.items() if k not in known}


def _checked(cls: type[Layer], name: str, value: Any, where: str) -> Any:
    spec = next(spec for spec in cls.fields if spec.name == name)
    try:
        # One number stands for rows and columns.
        scalar = spec.kind in ("pair", "sides") and not isinstance(value, tuple)
        spec.check((value, value) if scalar else value, "")
    except LayerError as problem:
        # The text says "stride must be a whole number; got '2'" after the layer's name.
        what = str(problem).partition(": ")[2]
        if len(what) > 3 * LONGEST_QUOTE:
            what = what[: 3 * LONGEST_QUOTE] + "…"
        raise ManifestError(f"{where}: {what}") from problem
    return value


@cache
def _needed(cls: type[Layer]) -> frozenset[str]:
    """Return the settings without which a layer cannot be made."""
    parameters = inspect.signature(cls).parameters.values()
    return frozenset(p.name for p in parameters if p.default is inspect.Parameter.empty)


def _text(data: dict[str, Any], key: str, path: str) -> str:
    value = data.get(key)
    if not isinstance(value, str):
        got = f"got {quoted(value)}" if key in data else "it is missing"
        raise ManifestError(f"{path}.{key} must be text; {got}")
    return value


def quoted(value: Any) -> str:
    """Return a value as a message may show it, however large it is."""
    if isinstance(value, dict | list):
        return "a list" if isinstance(value, list) else "an object"
    text = strict_json.encode(value).decode()
    return text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE] + "…"


def frozen_in(value: Any) -> Any:
    """Return lists, as JSON has them, as the tuples that layers hold."""
    return tuple(frozen_in(v) for v in value) if isinstance(value, list) else value


def _frozen_out(value: Any) -> Any:
    """Return a setting as JSON holds it: no tuples, no numbers of NumPy, no enumerations."""
    if isinstance(value, tuple):
        return [_frozen_out(v) for v in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str):
        return str(value)
    return float(value) if isinstance(value, float) else int(value)
