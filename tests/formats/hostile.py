"""Project files that something is wrong with, made by hand byte for byte."""

from __future__ import annotations

import io
import json
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from convsim.core.layers import Conv2d, ReLU
from convsim.core.network import Network
from tests.formats.projects import saved
from tests.oracles.documents import made_of

if TYPE_CHECKING:
    from convsim.document import Document

MANIFEST, WEIGHTS = "manifest.json", "weights.safetensors"


def small() -> Document:
    """Return a document with weights in two layers: 6×5×3 → conv1, relu1, conv2."""
    network = Network((6, 5, 3), [Conv2d(2, 3), ReLU(), Conv2d(3, 2)])
    document = made_of(network)
    list(document.weights)
    return document


def parts_of(data: bytes) -> dict[str, bytes]:
    """Return the parts of an archive by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Iterable[tuple[str | zipfile.ZipInfo, bytes]], **settings: Any) -> bytes:
    """Return an archive of named parts, as Python's own writer makes it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", **settings) as archive:
        for name, data in parts:
            archive.writestr(name, data)
    return buffer.getvalue()


def with_part(name: str, change: Callable[[bytes], bytes | None]) -> bytes:
    """Return a project whose part is another; None leaves it out."""
    parts = {**parts_of(saved(small()))}
    changed = change(parts.pop(name))
    if changed is not None:
        parts[name] = changed
    return zipped(parts.items())


def with_manifest(change: Callable[[dict[str, Any]], Any]) -> bytes:
    """Return a project whose description was changed in place."""

    def edit(data: bytes) -> bytes:
        tree = json.loads(data)
        change(tree)
        return json.dumps(tree).encode()

    return with_part(MANIFEST, edit)


def with_text(old: str, new: str) -> bytes:
    """Return a project with one piece of the description's text replaced."""

    def edit(data: bytes) -> bytes:
        text = json.dumps(json.loads(data))
        assert old in text, text
        return text.replace(old, new, 1).encode("utf-8", "surrogatepass")

    return with_part(MANIFEST, edit)


def with_table(change: Callable[[dict[str, Any]], Any]) -> bytes:
    """Return a project whose table of arrays was changed; a table that is returned replaces it."""

    def edit(data: bytes) -> bytes:
        length = int.from_bytes(data[:8], "little")
        table = json.loads(data[8 : 8 + length])
        text = json.dumps(change(table) or table).encode()
        return len(text).to_bytes(8, "little") + text + data[8 + length :]

    return with_part(WEIGHTS, edit)


def link(name: str, target: bytes) -> tuple[zipfile.ZipInfo, bytes]:
    """Return a symbolic link as archives hold it."""
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info, target


def patched(data: bytes, name: str, field: str, value: int, *, where: str = "both") -> bytes:
    """Return an archive with one number of a part's headers changed, in both or one of them."""
    places = {"flags": (8, 6), "method": (10, 8), "crc": (16, 14), "packed": (20, 18),
              "size": (24, 22), "offset": (42, None)}  # fmt: skip
    form = "<H" if field in ("flags", "method") else "<L"
    listed, local = places[field]
    out = bytearray(data)
    raw = name.encode()
    if where in ("both", "list"):
        at = data.rindex(raw) - 46
        assert data[at : at + 4] == b"PK\1\2"
        struct.pack_into(form, out, at + listed, value)
    if where in ("both", "own") and local is not None:
        at = data.index(raw) - 30
        assert data[at : at + 4] == b"PK\3\4"
        struct.pack_into(form, out, at + local, value)
    return bytes(out)


def bomb(size: int) -> bytes:
    """Return an archive with a part of zeros that unpacks to so many bytes."""
    deflate = zlib.compressobj(9, wbits=-15)
    chunk = b"\0" * (1 << 20)
    packed = b"".join(deflate.compress(chunk) for _ in range(size >> 20)) + deflate.flush()
    crc = 0
    for _ in range(size >> 20):
        crc = zlib.crc32(chunk, crc)
    name = MANIFEST.encode()
    own = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 33, crc, len(packed), size, len(name), 0)
    listed = struct.pack(
        "<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 33, crc, len(packed), size, len(name),
        0, 0, 0, 0, 0, 0,
    )  # fmt: skip
    body = own + name + packed
    table = listed + name
    return body + table + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(table), len(body), 0)


def with_wrong_bit(parts: Mapping[str, bytes], name: str) -> bytes:
    """Return an archive of parts, of which one ends with another bit than was written."""
    whole = zipped(parts.items())
    at = whole.index(parts[name]) + len(parts[name]) - 1
    return whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
