"""Opening a project file that nobody vouches for.

What makes the whole doubtful is refused.  What concerns one layer or one picture is left out and
listed, and the rest is opened; saving then asks for another name, so that nothing is lost.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, BinaryIO

from convsim.core.errors import ConvSimError, LayerError
from convsim.core.layers import UnknownLayer
from convsim.core.network import Network
from convsim.core.step import Cursor, Inside
from convsim.data.names import plain, shown_name
from convsim.document import Document, Extras, Familiar, View
from convsim.formats import strict_json
from convsim.formats.archive import Archive
from convsim.formats.errors import ManifestError, ProjectError
from convsim.formats.examples_part import EXAMPLES, read_examples
from convsim.formats.layer_data import LONGEST_NAME, read_layer
from convsim.formats.manifest import (
    KNOWN,
    KNOWN_OF_PICTURE,
    VERSION,
    FamiliarData,
    Manifest,
    read_manifest,
)
from convsim.formats.picture_reader import read_pictures
from convsim.formats.project import INPUT, MANIFEST, NUMBERS, WEIGHTS, is_ours, picture_part
from convsim.formats.runs_part import RUNS, read_runs
from convsim.formats.training_part import TRAINING, read_training
from convsim.formats.weights_reader import read_weights

if TYPE_CHECKING:
    from pathlib import Path

    from convsim.core.layers import Layer

LARGEST_MANIFEST = 16_000_000
LARGEST_EXTRA = 10_000_000
"""Bytes of a part that is not known but kept."""


@dataclass(frozen=True, eq=False)
class Opened:
    """What was in a project file.

    Attributes
    ----------
    document : Document
    converted : tuple of str
        What is not as it was in the file, without any loss worth asking about.
    missing : tuple of str
        What could not be read or is not known; saving over the file would lose it.
    older : bool
        Whether the file is of an older version; saving keeps the old one as a backup.
    """

    document: Document
    converted: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    older: bool = False


def read_project(path: Path) -> Opened:
    """Return what a project file holds.

    Raises
    ------
    ProjectError
        Starting with the file's name: what is wrong, where, and what would help.
    """
    name = shown_name(path.name or str(path))
    with naming(name), open_regular(path) as (file, size):
        return project_in(file, size)


def project_in(file: BinaryIO, size: int) -> Opened:
    """Return what an open file holds; errors do not name it.

    Raises
    ------
    ProjectError
    """
    archive = Archive(file, size)
    if MANIFEST not in archive.parts:
        raise ProjectError(f"has no {MANIFEST}, so it is no project; choose a file of ConvSim")
    notes = Notes()
    try:
        data = archive.read(MANIFEST, LARGEST_MANIFEST)
        tree, mended = strict_json.parse_mended(data)
        if mended:
            notes.converted.append("half characters in texts were replaced")
        manifest, older, converted = read_manifest(tree)
        builder = _Builder(archive, manifest, tree, notes)
        document = builder.document()
    except ManifestError as problem:
        raise type(problem)(f"{MANIFEST}: {problem}") from problem
    if converted:
        notes.converted.append(f"the file is of version {tree['version']}; it is now {VERSION}")
    if manifest.version > VERSION:
        notes.missing.insert(0, f"a newer ConvSim ({plain(manifest.writer, 20)}) wrote this file")
    return Opened(document, tuple(notes.converted), tuple(notes.missing), older)


class Notes:
    """What happened on the way, in two lists of sentences."""

    def __init__(self) -> None:
        self.converted: list[str] = []
        self.missing: list[str] = []


@contextmanager
def naming(name: str) -> Iterator[None]:
    """Put the file's name before every message, and make every problem one of a project."""
    try:
        yield
    except ProjectError as problem:
        raise type(problem)(f"{name}: {problem}") from problem
    except ConvSimError as problem:
        raise ProjectError(f"{name}: {problem}") from problem
    except PermissionError as problem:
        raise ProjectError(
            f"{name}: may not be read by this user; copy it to a folder of your own"
        ) from problem
    except (FileNotFoundError, NotADirectoryError, ValueError) as problem:
        raise ProjectError(
            f"{name}: is not there (any more); it may have been moved, renamed or deleted"
        ) from problem
    except OSError as problem:
        reason = problem.strerror or "no reason given"
        raise ProjectError(
            f"{name}: cannot be read ({reason}); copy it to this computer and try again"
        ) from problem
    except MemoryError as problem:
        raise ProjectError(
            f"{name}: needs more memory than is free; close other programs"
        ) from problem


@contextmanager
def open_regular(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    """Yield an ordinary file and its length; never wait for a pipe.

    Raises
    ------
    ProjectError
        If it is a folder or a device.
    OSError
        If it cannot be opened.
    """
    _check_kind(os.stat(path))
    with open(path, "rb", opener=lambda p, f: os.open(p, f | getattr(os, "O_NONBLOCK", 0))) as file:
        # Another file may have been put in its place since.
        status = os.fstat(file.fileno())
        _check_kind(status)
        yield file, status.st_size


def _check_kind(status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise ProjectError("is a folder; choose a file in it")
    if not stat.S_ISREG(status.st_mode):
        raise ProjectError("is a device or a pipe; choose a file that is saved on a disk")


class _Builder:
    """Makes a document of a description and the parts of an archive."""

    def __init__(self, archive: Archive, manifest: Manifest, tree: Any, notes: Notes) -> None:
        self._archive, self._manifest, self._tree, self._notes = archive, manifest, tree, notes
        self._more: dict[str, dict[str, Any]] = {}
        self._names: dict[str, str] = {}

    def document(self) -> Document:
        """Return the document; what is missing is noted."""
        manifest, notes = self._manifest, self._notes
        network = self._network()
        seed = manifest.seed
        numbers = {self._names.get(k, k): n for k, n in manifest.numbers.items()}
        weights, arrays = read_weights(
            self._archive, network, manifest.weights, self._names, (seed, numbers), notes
        )
        chosen = {self._names.get(k, k): some for k, some in manifest.chosen.items()}
        weights = weights.with_chosen({k: v for k, v in chosen.items() if k in weights.made})
        pictures, image = read_pictures(self._archive, manifest, network, notes)
        self._keep("", self._tree, KNOWN)
        for index, data in enumerate(self._tree.get("pictures", [])):
            self._keep(f"picture:{index}", data, KNOWN_OF_PICTURE)
        document = Document(
            network,
            weights,
            pictures[min(manifest.shown, len(pictures) - 1)],
            image,
            fit=manifest.fit,
            preset=plain(manifest.preset, LONGEST_NAME),
            filter_names=self._filters(network),
            trained=manifest.trained,
            classes=tuple(plain(name, LONGEST_NAME) for name in manifest.classes),
            familiar=_familiar(manifest.familiar),
            progress=read_training(self._archive, manifest.training, network, notes),
            examples=read_examples(self._archive, manifest.examples, notes),
            runs=read_runs(self._archive, manifest.runs, notes),
            pictures=pictures,
            extras=Extras(self._more, arrays, self._files()),
        )
        return self._looked_at(document)

    def _network(self) -> Network:
        layers: list[Layer] = []
        taken: set[str] = set()
        for index, data in enumerate(self._manifest.layers):
            path = f"$.layers[{index}]"
            layer, more = read_layer(data, path)
            name = layer.name
            if name != data["name"]:
                number = 2
                while name in taken:
                    name, number = f"{layer.name} {number}", number + 1
                layer = replace(layer, name=name)
                self._names[data["name"]] = name
                self._notes.converted.append(f"{path}.name was shortened or cleaned: {name!r}")
            if name in taken:
                raise ManifestError(f"{path}.name: another layer is called {name!r} too")
            taken |= {name} - {""}
            if isinstance(layer, UnknownLayer):
                self._notes.missing.append(
                    f"{name}: layers of the kind {layer.original!r} are not known; it is kept"
                )
            self._keep_of(f"layer:{name}", more, path)
            layers.append(layer)
        try:
            return Network(self._manifest.input, layers)
        except LayerError as problem:
            raise ManifestError(f"$.layers: {problem}") from problem

    def _keep(self, place: str, data: dict[str, Any], known: set[str]) -> None:
        path = f"$.{place}".rstrip(".")
        self._keep_of(place, {k: v for k, v in data.items() if k not in known}, path)

    def _keep_of(self, place: str, more: dict[str, Any], path: str) -> None:
        if more:
            self._more[place] = more
            names = ", ".join(plain(name, 30) for name in list(more)[:5])
            self._notes.missing.append(f"{path} holds what is not known: {names}; it is kept")

    def _filters(self, network: Network) -> dict[str, tuple[str, ...]]:
        there = {layer.name for layer in network.layers}
        found: dict[str, tuple[str, ...]] = {}
        cleaned = False
        for key, names in self._manifest.filters.items():
            layer = self._names.get(key, key)
            found[layer] = tuple(plain(name, LONGEST_NAME) for name in names)
            cleaned = cleaned or found[layer] != tuple(names)
        if cleaned:
            self._notes.converted.append("names of filters were shortened or cleaned")
        return {layer: names for layer, names in found.items() if layer in there}

    def _files(self) -> dict[str, bytes]:
        known = {MANIFEST, WEIGHTS, INPUT, NUMBERS, TRAINING, EXAMPLES, RUNS}
        known |= {picture_part(index) for index in range(len(self._manifest.pictures))}
        kept: dict[str, bytes] = {}
        for name, part in self._archive.parts.items():
            if name in known:
                continue
            if is_ours(name):
                self._notes.missing.append(f"{name} belongs to nothing; it is left out")
                continue
            if sum(map(len, kept.values())) + part.size > LARGEST_EXTRA:
                self._notes.missing.append(f"{name} is not known, and too large to be kept")
                continue
            kept[name] = self._archive.read(name, LARGEST_EXTRA)
            self._notes.missing.append(f"{name} is not known; it is kept")
        return kept

    def _looked_at(self, document: Document) -> Document:
        """Return the document with cursor and view, as far as such places exist."""
        manifest = self._manifest
        cursor = Cursor(*(getattr(manifest.cursor, name) for name in Cursor._fields))
        try:
            inside = Inside[manifest.inside.upper()]
        except KeyError:
            inside = Inside.WRITE
        document = document.at(cursor)
        if not document.empty and inside in document.inside_steps():
            document = document.at(document.cursor, inside)
        view, unknown = read_view(manifest.view)
        self._more |= {"view": unknown} if unknown else {}
        shape = document.place.input_shape
        planes = shape[2] if shape is not None and len(shape) == 3 else 1
        return replace(document, view=replace(view, plane=min(max(view.plane, 0), planes - 1)))


def read_view(data: dict[str, Any]) -> tuple[View, dict[str, Any]]:
    """Return how the document was looked at, and what is not known of it.

    A value of the wrong kind is left out: nothing of the work is lost by it.
    """
    standard, given = View(), dict(data)
    found: dict[str, Any] = {}
    for spec in fields(View):
        value, usual = given.pop(spec.name, None), getattr(standard, spec.name)
        if isinstance(usual, frozenset):
            if isinstance(value, list) and all(isinstance(v, str) for v in value):
                found[spec.name] = frozenset(value)
        elif type(value) is type(usual) and not (type(value) is int and abs(value) > 1 << 40):
            found[spec.name] = value
    return View(**found), given


def _familiar(data: FamiliarData | None) -> Familiar | None:
    return None if data is None else Familiar(data.least, data.kept)
