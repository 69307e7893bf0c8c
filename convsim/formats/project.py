"""The project file: a zip archive of a description, the weights, and the pictures.

::

    manifest.json           what `convsim.formats.manifest` says
    weights.safetensors     weights that exist, one array a parameter: conv1.weight
    pictures/1.png …        pictures with 8 bits a value
    input.png               the picture that is shown, as the network reads it
    pictures.safetensors    pictures and input that 8 bits cannot hold: 1, 2 …, input
    examples.safetensors    pixels of the labelled pictures: 1, 2 …
    training.safetensors    what a training needs to go on: memory.mean, weight.conv1.weight …
    runs.safetensors        curves of runs that are kept to compare with: 1.learnt, 1.held …

The same document gives the same bytes.  Nothing in the file is ever run or written to a disk.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from typing import TYPE_CHECKING, Any, BinaryIO
from zlib import crc32

from convsim import __version__
from convsim.formats import strict_json
from convsim.formats.archive import Archive
from convsim.formats.archive_writer import ArchiveWriter
from convsim.formats.examples_part import EXAMPLES, examples_arrays
from convsim.formats.files import replacing
from convsim.formats.layer_data import layer_data
from convsim.formats.manifest import FORMAT, READER, VERSION
from convsim.formats.pictures import as_bytes_of_png, png_bytes
from convsim.formats.runs_part import RUNS, runs_arrays, runs_data
from convsim.formats.tensors import Raw, as_raw, table_of
from convsim.formats.training_part import TRAINING, training_arrays, training_data

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future
    from pathlib import Path

    from convsim.document import Document, Picture, View

MANIFEST = "manifest.json"
WEIGHTS = "weights.safetensors"
INPUT = "input.png"
NUMBERS = "pictures.safetensors"
INPUT_ARRAY = "input"
_PICTURE = re.compile(r"pictures/\d+\.png")


def picture_part(index: int) -> str:
    """Return the name of the part that holds a picture, counted from 0."""
    return f"pictures/{index + 1}.png"


def is_ours(name: str) -> bool:
    """Return whether a project may have to write a part of this name, or one equal to it."""
    lower = name.casefold()
    return lower in (MANIFEST, WEIGHTS, INPUT, NUMBERS, TRAINING, EXAMPLES, RUNS) or bool(
        _PICTURE.fullmatch(lower)
    )


def write_project(path: Path, document: Document, backup: Path | None = None) -> None:
    """Save a document; the file is the old one or the new one, never something between.

    Parameters
    ----------
    path : Path
        Replaced if it exists; a symbolic link is written through.
    document : Document
    backup : Path, optional
        Where the file that was there before is kept.

    Raises
    ------
    ExportError
        If it cannot be written.
    """
    plan = Plan(document)
    with replacing(path, plan.check, backup, plan.size) as file:
        plan.write(file)


def put_project(file: BinaryIO, document: Document) -> None:
    """Write a document to a file that is open, new and seekable."""
    Plan(document).write(file)


class Plan:
    """What goes into a file; the weights are only pointed to.

    Attributes
    ----------
    size : int
        Bytes of the file, roughly: its tables come on top.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._files = sorted(document.extras.files.items())
        self._weights = _weights(document)
        self._pictures, self._numbers = _pictures(document)
        self._training = training_arrays(document)
        self._examples = examples_arrays(document)
        self._runs = runs_arrays(document)
        plain = [data for _, data in (*self._pictures, *self._files)]
        parts = (self._weights, self._numbers, self._training, self._examples, self._runs)
        arrays = [raw.data for part in parts for raw in part]
        self.size = sum(map(len, plain)) + sum(map(len, arrays))

    def write(self, file: BinaryIO) -> None:
        """Write everything; checksums are worked out while the disk takes what came before."""
        writer = ArchiveWriter(file)
        with ThreadPoolExecutor(1, "checksum") as pool:
            sums = {raw.name: pool.submit(crc32, raw.data.data) for raw in self._weights}
            for name, data in self._pictures:
                writer.add(name, data)
            for name, arrays in (
                (NUMBERS, self._numbers),
                (WEIGHTS, self._weights),
                (TRAINING, self._training),
                (EXAMPLES, self._examples),
                (RUNS, self._runs),
            ):
                own = sums
                if name != WEIGHTS:
                    own = {raw.name: pool.submit(crc32, raw.data.data) for raw in arrays}
                if arrays:
                    _add_arrays(writer, name, arrays, own)
            for name, data in self._files:
                writer.add(name, data)
            description = _manifest(self._document, {k: v.result() for k, v in sums.items()})
        writer.add(MANIFEST, strict_json.encode(description, indent=1), compress=True)
        writer.close()

    def check(self, file: BinaryIO) -> None:
        """Read everything back.

        Raises
        ------
        ArchiveError
            If the disk holds something else than what was written.
        """
        archive = Archive(file, file.seek(0, 2))
        for name in archive.parts:
            if name != WEIGHTS:
                archive.verify(name)
        if self._weights:
            head, _ = table_of(self._weights)
            archive.compare(WEIGHTS, [memoryview(head), *(raw.data.data for raw in self._weights)])


def _pictures(document: Document) -> tuple[list[tuple[str, bytes]], list[Raw]]:
    """Return pictures and input: those that 8 bits can hold as PNG, the others as numbers."""
    numbers: list[Raw] = []
    pictures: list[tuple[str, bytes]] = []
    for index, picture in enumerate(document.pictures):
        if picture.pixels.dtype == "uint8":
            pictures.append((picture_part(index), png_bytes(picture.pixels)))
        else:
            numbers.append(as_raw(str(index + 1), picture.pixels))
    whole = as_bytes_of_png(document.image)
    if whole is not None:
        pictures.append((INPUT, png_bytes(whole)))
    else:
        numbers.append(as_raw(INPUT_ARRAY, document.image))
    return pictures, numbers


def _weights(document: Document) -> list[Raw]:
    made = document.weights.made
    found = [
        as_raw(f"{layer.name}.{key}", array)
        for layer in document.network.layers
        for key, array in made.get(layer.name, {}).items()
    ]
    taken = {raw.name for raw in found}
    kept = sorted(document.extras.arrays.items())
    return found + [
        Raw(name, kind, shape, data) for name, (kind, shape, data) in kept if name not in taken
    ]


def _add_arrays(
    writer: ArchiveWriter, name: str, arrays: list[Raw], sums: Mapping[str, Future[int]]
) -> None:
    head, size = table_of(arrays)
    head_crc = crc32(head)
    pieces: list[tuple[memoryview, Callable[[], int]]] = [(memoryview(head), lambda: head_crc)]
    pieces += [(raw.data.data, sums[raw.name].result) for raw in arrays]
    writer.add_pieces(name, size, pieces)


def _manifest(document: Document, sums: Mapping[str, int]) -> dict[str, Any]:
    more = document.extras.fields
    network = document.network
    checksums: dict[str, dict[str, str]] = {}
    for name, crc in sums.items():
        layer, _, key = name.rpartition(".")
        checksums.setdefault(layer, {})[key] = f"{crc:08x}"
    shown = next(i for i, p in enumerate(document.pictures) if p is document.picture)
    cursor, view = document.cursor, document.view
    data: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "needs": READER,
        "writer": __version__,
        "input": [int(size) for size in network.input_shape],
        "layers": [layer_data(layer, more.get(f"layer:{layer.name}")) for layer in network.layers],
        "seed": int(document.weights.seed),
        "numbers": {name: int(n) for name, n in document.weights.numbers.items()},
        "weights": checksums,
        "filters": {name: list(names) for name, names in document.filter_names.items()},
        "preset": document.preset,
        "trained": document.trained,
        "classes": list(document.classes),
        "fit": str(document.fit),
        "pictures": [
            _picture(picture, more.get(f"picture:{index}", {}))
            for index, picture in enumerate(document.pictures)
        ],
        "shown": shown,
        "cursor": {name: int(n) for name, n in cursor._asdict().items()},
        "inside": document.inside.name.lower(),
        "view": {**_view(view), **more.get("view", {})},
    }
    chosen = document.weights.chosen_in_part()
    if chosen:
        data["chosen"] = chosen
    if document.familiar is not None:
        data["familiar"] = {"least": document.familiar.least, "kept": document.familiar.kept}
    if document.examples:
        data["examples"] = [one.label for one in document.examples]
    training = training_data(document)
    if training is not None:
        data["training"] = training
    runs = runs_data(document)
    if runs is not None:
        data["runs"] = runs
    return {**data, **{k: v for k, v in more.get("", {}).items() if k not in data}}


def _view(view: View) -> dict[str, Any]:
    values = {spec.name: getattr(view, spec.name) for spec in fields(view)}
    return {k: sorted(v) if isinstance(v, frozenset) else v for k, v in values.items()}


def _picture(picture: Picture, more: Any) -> dict[str, Any]:
    data = {
        "name": picture.name,
        "notes": list(picture.notes),
        "crop": None if picture.crop is None else [int(n) for n in picture.crop],
        "off": [int(n) for n in picture.off],
    }
    return {**data, **{k: v for k, v in more.items() if k not in data}}
