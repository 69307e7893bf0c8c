"""Whatever a project file holds, it opens or it is refused with a message: nothing else happens.

    python -m tests.soak.damage [COUNT]     20,000 damaged files by default

Three kinds of damage: bytes of the archive; bytes of one part, whose checksum is made right again;
and values of the description or of the table of arrays that were exchanged for odd ones.
"""

from __future__ import annotations

import io
import json
import random
import sys
import time
import zipfile
from typing import Any

from convsim.core.errors import ConvSimError
from convsim.formats.project_reader import Opened, project_in
from tests.formats.hostile import MANIFEST, WEIGHTS, parts_of
from tests.formats.projects import saved
from tests.formats.test_versions import version_1

FULL = 20_000
SECONDS = 2.0
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2, 7, 64, 65, 4096, 4097, 2**31, 2**63, 2**64, 10**19, 0.5, -0.0,
    1e308, "", "x", "conv", "conv1", "strict", "\u202e", "\ud800", "a" * 300, [], [1], [1, 2],
    [[1, 2], [3, 4]], [0] * 9, {}, {"kind": "relu", "name": "r"}, {"a": [{}]}, "F64", "BF16",
)  # fmt: skip


def damaged(chance: random.Random, good: bytes) -> bytes:
    """Return a project file that something is wrong with."""
    way = chance.randrange(4)
    if way == 0:
        return _bytes(chance, good)
    parts = parts_of(good)
    if way == 1:
        name = chance.choice(sorted(parts))
        parts[name] = _bytes(chance, parts[name])
    elif way == 2:
        tree = json.loads(parts[MANIFEST])
        for _ in range(chance.randint(1, 3)):
            _exchange(chance, tree)
        parts[MANIFEST] = _text(tree)
    else:
        length = int.from_bytes(parts[WEIGHTS][:8], "little")
        table = json.loads(parts[WEIGHTS][8 : 8 + length])
        _exchange(chance, table)
        text = _text(table)
        parts[WEIGHTS] = len(text).to_bytes(8, "little") + text + parts[WEIGHTS][8 + length :]
    buffer = io.BytesIO()
    packing = chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    with zipfile.ZipFile(buffer, "w", packing) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data, packing)
    return buffer.getvalue()


def check(data: bytes) -> str:
    """Open damaged bytes; return what they were refused with, or an empty text."""
    began = time.process_time()
    try:
        opened = project_in(io.BytesIO(data), len(data))
    except ConvSimError as problem:
        text = str(problem)
        assert text, "no message"
        assert "\n" not in text, text
        assert len(text) < 1000, text
        return text
    finally:
        assert time.process_time() - began < SECONDS
    _use(opened)
    return ""


def _use(opened: Opened) -> None:
    """Do with a document what a window does first, and save it again."""
    document = opened.document
    assert all(isinstance(note, str) for note in (*opened.converted, *opened.missing))
    assert document.image.shape == document.network.input_shape
    assert len(document.network.places) == len(document.network.layers)
    document.at(document.cursor._replace(layer=99, row=99))
    again = saved(document)
    assert saved(project_in(io.BytesIO(again), len(again)).document) == again


def _bytes(chance: random.Random, data: bytes) -> bytes:
    out = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(out)) if out else 0
        value = chance.choice((0, 1, 127, 128, 255, chance.randrange(256)))
        way = chance.randrange(4)
        if way == 0 and out:
            out[at] = value
        elif way == 1:
            del out[at : at + chance.randint(1, 40)]
        elif way == 2:
            out[at:at] = bytes([value]) * chance.randint(1, 40)
        elif out:
            out[at] ^= 1 << chance.randrange(8)
    return bytes(out)


def _exchange(chance: random.Random, tree: Any) -> None:
    """Put an odd value in some place of a tree, or take one away."""
    places: list[tuple[Any, Any]] = []
    todo = [tree]
    while todo:
        value = todo.pop()
        keys = value if isinstance(value, dict) else range(len(value))
        for key in list(keys):
            places.append((value, key))
            if isinstance(value[key], dict | list):
                todo.append(value[key])
    holder, key = chance.choice(places)
    way = chance.randrange(6)
    if way == 0:
        del holder[key]
    elif way == 1 and isinstance(holder, dict):
        holder[chance.choice(("x", "kind", "name", "more", "\u202e"))] = holder.pop(key)
    elif way == 2 and isinstance(holder, list):
        holder.append(chance.choice(ODD))
    else:
        holder[key] = chance.choice(ODD)


def _text(tree: Any) -> bytes:
    return json.dumps(tree).encode("utf-8", "surrogatepass")


def main(count: int = FULL, seed: int = 11) -> dict[str, int]:
    """Try so many files; return how many were refused and how many opened."""
    chance = random.Random(seed)
    good = saved(version_1())
    numbers = {"refused": 0, "opened": 0}
    for number in range(count):
        data = damaged(chance, good)
        try:
            numbers["refused" if check(data) else "opened"] += 1
        except BaseException:
            print(f"file {number} of seed {seed}: {data!r}")
            raise
    return numbers


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else FULL))
