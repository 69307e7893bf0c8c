"""The description of a project: everything but the numbers, as JSON that people can read.

``needs`` says which reader is needed.  A newer program that only adds something keeps ``needs``
as it is; an older one then opens the file, and keeps what it does not know.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

import msgspec

from convsim.core.fit import Fit
from convsim.core.network import INPUT_FIELD
from convsim.formats.errors import ManifestError, NewerError
from convsim.formats.layer_data import quoted

FORMAT = "convsim project"
VERSION = 2
"""Of the files that are written: 2 since runs can be kept in them."""
READER = 1
"""Files that need a newer reader than this are refused."""
UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: lambda tree: tree}
"""By version: what makes the description of a file of that version one of the next; the same where
something was only added."""
MOST_LAYERS = 1_000
MOST_PICTURES = 200

Count = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


class PictureData(msgspec.Struct):
    """A picture without its pixels."""

    name: str
    notes: list[str] = []
    crop: tuple[Count, Count, Count, Count] | None = None
    off: list[Count] = []


class CursorData(msgspec.Struct):
    """Where the window stands."""

    layer: Count = 0
    filter: Count = 0
    row: Count = 0
    col: Count = 0


class FamiliarData(msgspec.Struct):
    """When a picture counts as one of the classes."""

    least: float
    kept: Annotated[float, msgspec.Meta(ge=0, le=1)]


class Manifest(msgspec.Struct, kw_only=True):
    """The description; layers and view are checked by those who know them.

    Attributes
    ----------
    format, version, needs, writer
        What kind of file this is and who can read it.
    input : list of int
        Height, width, channels.
    layers : list of dict
        As `convsim.formats.layer_data` reads them.
    seed, numbers
        What weights that were never looked at are made from; see `Weights`.
    chosen : dict from layer to numbers
        Which of its filters or units, counted from 0, have weights that somebody chose; of layers
        that are not listed all have.
    weights : dict from layer to dict from parameter to checksum
        The arrays in ``weights.safetensors``: CRC-32 as eight hexadecimal digits.
    filters : dict from layer to names
    training, runs : any
        As `convsim.formats.training_part` and `convsim.formats.runs_part` read them.
    preset, trained, classes, familiar, examples, fit, pictures, shown, cursor, inside, view
        As in `Document`; `examples` are the labels of the labelled pictures, and `shown` counts
        the pictures from 0.
    """

    format: str
    version: Count
    needs: Count
    writer: str = ""
    input: tuple[int, int, int]
    layers: list[Any]
    seed: Count = 0
    numbers: dict[str, Count] = {}
    chosen: dict[str, list[Count]] = {}
    weights: dict[str, dict[str, str]] = {}
    filters: dict[str, list[str]] = {}
    preset: str = ""
    trained: bool = False
    classes: list[str] = []
    familiar: FamiliarData | None = None
    examples: list[str] = []
    training: Any = None
    runs: Any = None
    fit: Fit = Fit.CROP
    pictures: list[PictureData] = []
    shown: Count = 0
    cursor: CursorData = msgspec.field(default_factory=CursorData)
    inside: str = "write"
    view: dict[str, Any] = {}


KNOWN = {field.name for field in msgspec.structs.fields(Manifest)}
KNOWN_OF_PICTURE = {field.name for field in msgspec.structs.fields(PictureData)}


class Described(NamedTuple):
    """A checked description.

    Attributes
    ----------
    manifest : Manifest
    older : bool
        Whether it was of an older version.
    converted : bool
        Whether something had to be changed for that: not where something was only added since.
    """

    manifest: Manifest
    older: bool
    converted: bool


def read_manifest(tree: Any) -> Described:
    """Return a checked description.

    Parameters
    ----------
    tree : any
        As `strict_json.parse` returns it.

    Raises
    ------
    NewerError
        If it needs a newer reader.
    ManifestError
        Starting with the path: ``$.cursor.row``.
    """
    if not isinstance(tree, dict) or tree.get("format") != FORMAT:
        raise ManifestError(f'$.format must be "{FORMAT}": this is no project of ConvSim')
    version, needs = (_number(tree, key) for key in ("version", "needs"))
    if needs > READER:
        raise NewerError(
            f"needs reader {needs}; this is {READER}: open it with a newer version of ConvSim"
        )
    older, given = version < VERSION, tree
    while version < VERSION:
        tree = UPGRADES[version](tree)
        version += 1
    try:
        manifest = msgspec.convert(tree, Manifest)
    except msgspec.ValidationError as problem:
        raise ManifestError(in_words(str(problem))) from problem
    for index, size in enumerate(manifest.input):
        if not INPUT_FIELD.low <= size <= INPUT_FIELD.high:
            raise ManifestError(
                f"$.input[{index}] must be {INPUT_FIELD.low} to {INPUT_FIELD.high}; got {size}"
            )
    for name, things, most in (
        ("layers", manifest.layers, MOST_LAYERS),
        ("pictures", manifest.pictures, MOST_PICTURES),
    ):
        if len(things) > most:
            raise ManifestError(f"$.{name} holds {len(things):,}; up to {most:,} can be read")
    return Described(manifest, older, tree is not given)


def _number(tree: dict[str, Any], key: str) -> int:
    value = tree.get(key)
    if type(value) is not int or value < 1:
        got = f"got {quoted(value)}" if key in tree else "it is missing"
        raise ManifestError(f"$.{key} must be a whole number from 1; {got}")
    return value


_PLACE = re.compile(r"(?P<what>.*) - at `(?P<path>\$.*)`", re.DOTALL)
_TYPES = {
    "int": "a whole number",
    "str": "text",
    "bool": "true or false",
    "float": "a number",
    "array": "a list",
    "object": "an object",
    "null": "nothing",
}
_EXPECTED = re.compile(r"Expected `(?P<wanted>[^`]*)`(?P<more>[^,]*), got `?(?P<got>[^`]*)`?")
_BOUND = re.compile(r"Expected `(?:int|float)` (?P<sign>[<>]=) (?P<bound>-?[\d.]+)")
_MISSING = re.compile(r"Object missing required field `(?P<name>\w+)`")
_ENUM = re.compile(r"Invalid enum value (?P<value>.*)", re.DOTALL)


def in_words(text: str) -> str:
    """Return a message of the checker in plain words, the path first.

    >>> in_words("Expected `int`, got `str` - at `$.cursor.row`")
    '$.cursor.row must be a whole number; got text'
    """
    found = _PLACE.fullmatch(text)
    what, path = (found["what"], found["path"]) if found else (text, "$")
    path = path[:120]
    if missing := _MISSING.fullmatch(what):
        return f"{path}.{missing['name']} is missing"
    if expected := _EXPECTED.fullmatch(what):
        wanted = " or ".join(_TYPES.get(w, w) for w in expected["wanted"].split(" | "))
        got = _TYPES.get(expected["got"], expected["got"])
        return f"{path} must be {wanted}{expected['more']}; got {got}"
    if bound := _BOUND.fullmatch(what):
        side = "at least" if bound["sign"] == ">=" else "at most"
        return f"{path} must be {side} {float(bound['bound']):,.12g}"
    if choice := _ENUM.fullmatch(what):
        return f"{path} must be one of {', '.join(Fit)}; got {choice['value'][:60]}"
    return f"{path}: {what[:200]}"
