"""Whatever a data set's files hold, it opens or it is refused with a message: nothing else happens.

    python -m tests.soak.data_damage [COUNT] [FORM]     3,000 damaged data sets a form by default

For IDX (plain and packed), CIFAR, NPZ (packed and not), CSV and folders of pictures.  Each must
take less than 2 s of the processor and 300 MB; what opens must give pictures of 0 to 1.  A line of
JSON for each form: how many opened, were refused, and the most time and memory that one took.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import shutil
import sys
import tempfile
import time
import tracemalloc
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.errors import ConvSimError
from convsim.services.data_sets import open_set
from tests.data.sets import files

if TYPE_CHECKING:
    from collections.abc import Callable

FULL = 3000
SECONDS, BYTES = 2.0, 300_000_000
ODD = (b"\0", b"\xff", b"\x7f", b"\x80", b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff")
ODD_TEXT = (
    b",", b"\n", b";", b"\t", b'"', b"nan", b"1e999", b"-1", b"256", b"\xef\xbb\xbf", b"9" * 30,
)  # fmt: skip


def idx(folder: Path) -> Path:
    """Make MNIST's four files."""
    files.mnist(folder)
    return folder


def packed_idx(folder: Path) -> Path:
    """Make the four files packed."""
    files.mnist(folder, packed=True)
    return folder


def cifar(folder: Path) -> Path:
    """Make a training and a test file."""
    files.cifar(folder / "data_batch_1.bin", np.arange(6)[:, None] % 3)
    files.cifar(folder / "test_batch.bin", np.arange(3)[:, None])
    return folder


def npz(folder: Path, *, packed: bool = False) -> Path:
    """Make an archive of arrays."""
    x, y = files.pictures(6, 9, 9, 3), np.arange(6) % 3
    save = np.savez_compressed if packed else np.savez
    save(folder / "x.npz", x_train=x, y_train=y, x_test=x[:2], y_test=y[:2])
    return folder / "x.npz"


def packed_npz(folder: Path) -> Path:
    """Make a packed archive."""
    return npz(folder, packed=True)


def table(folder: Path) -> Path:
    """Make a table."""
    rows = ["label," + ",".join(f"p{k}" for k in range(16))]
    rows += [f"{k % 3}," + ",".join(map(str, files.pictures(1, 16)[0])) for k in range(6)]
    (folder / "x.csv").write_text("\n".join(rows), encoding="utf-8")
    return folder / "x.csv"


def photographs(folder: Path) -> Path:
    """Make a folder of pictures."""
    return files.class_folder(folder / "set", each=2, size=(12, 9))


FORMS: dict[str, Callable[[Path], Path]] = {
    "idx": idx,
    "packed idx": packed_idx,
    "cifar": cifar,
    "npz": npz,
    "packed npz": packed_npz,
    "csv": table,
    "folder": photographs,
}


def damaged(chance: random.Random, data: bytes, form: str) -> bytes:
    """Return bytes that something is wrong with."""
    if form == "packed idx" and chance.random() < 0.6:
        return gzip.compress(damaged(chance, gzip.decompress(data), "idx"), 1)
    out = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        # Mostly in front, where heads are.
        end = len(out) if chance.random() < 0.5 else min(len(out), 160)
        at = chance.randrange(end + 1)
        odd = chance.choice(ODD_TEXT if form == "csv" and chance.random() < 0.7 else ODD)
        way = chance.randrange(5)
        if way == 0:
            out[at : at + len(odd)] = odd
        elif way == 1:
            out[at:at] = odd
        elif way == 2:
            del out[at : at + chance.randint(1, 40)]
        elif way == 3:
            del out[at:]
        elif at < len(out):
            out[at] ^= 1 << chance.randrange(8)
    return bytes(out)


def check(path: Path) -> str:
    """Open a data set and look at all of it; return what it was refused with, or nothing."""
    try:
        data = open_set(path, (28, 28, 1))
        for part in (data, data.test):
            if part is None:
                continue
            assert len(part.classes) > int(part.labels.max()) >= 0
            pictures = part.images.batch(np.arange(min(len(part), 64)))
            assert pictures.shape[1:] == (1, 28, 28)
            assert pictures.dtype == np.float32
            assert 0 <= float(pictures.min()) <= float(pictures.max()) <= 1
    except ConvSimError as problem:
        text = str(problem)
        assert text
        assert "\n" not in text, text
        assert len(text) < 1000, text
        return text
    return ""


def run(form: str, count: int, seed: int = 0) -> dict[str, object]:
    """Damage and open so many data sets of a form; return what came of it."""
    chance = random.Random(f"{form} {seed}")
    opened, slowest, largest = 0, 0.0, 0
    with tempfile.TemporaryDirectory() as place:
        good, bad = Path(place) / "good", Path(place) / "bad"
        good.mkdir()
        inner = FORMS[form](good).relative_to(good)
        for _ in range(count):
            shutil.copytree(good, bad)
            victim = chance.choice(sorted(p for p in bad.rglob("*") if p.is_file()))
            victim.write_bytes(damaged(chance, victim.read_bytes(), form))
            tracemalloc.start()
            began = time.process_time()
            opened += not check(bad / inner)
            slowest = max(slowest, time.process_time() - began)
            largest = max(largest, tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
            shutil.rmtree(bad)
            assert slowest < SECONDS, slowest
            assert largest < BYTES, largest
    return {
        "form": form,
        "damaged": count,
        "opened": opened,
        "refused": count - opened,
        "slowest_s": round(slowest, 3),
        "largest_mb": round(largest / 1e6, 1),
    }


def bombs(folder: Path) -> list[Path]:
    """Make small files that unpack to a gigabyte; return what to open."""
    made = folder / "idx"
    made.mkdir()
    files.mnist(made)
    (made / "train-images-idx3-ubyte").unlink()
    with gzip.open(made / "train-images-idx3-ubyte.gz", "wb", 9) as file:
        file.write(b"\0\0\x08\x03" + (1_337_469).to_bytes(4, "big") + b"\0\0\0\x1c\0\0\0\x1c")
        for _ in range(1024):
            file.write(bytes(1 << 20))
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        head, {"descr": "|u1", "fortran_order": False, "shape": (1_337_000, 28, 28)}
    )
    with zipfile.ZipFile(folder / "bomb.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("x.npy", "w", force_zip64=True) as file:
            file.write(head.getvalue())
            for _ in range(1337):
                file.write(bytes(784_000))
        with archive.open("y.npy", "w") as file:
            np.save(file, np.zeros(1_337_000, np.uint8))
    return [made, folder / "bomb.npz"]


def main(argv: list[str]) -> int:
    """Run all forms, or one; return 0."""
    count = int(argv[0]) if argv else FULL
    for form in FORMS:
        if len(argv) < 2 or argv[1] == form:
            sys.stdout.write(json.dumps(run(form, count)) + "\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
