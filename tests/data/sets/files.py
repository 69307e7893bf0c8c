"""Data sets as other programs write them, made to the published layouts."""

from __future__ import annotations

import gzip
import struct

import numpy as np
from PIL import Image


def idx(array):
    """Return a uint8 array as the bytes of an IDX file."""
    return (
        bytes([0, 0, 8, array.ndim])
        + struct.pack(f">{array.ndim}I", *array.shape)
        + array.astype(np.uint8).tobytes()
    )


def pictures(count, *shape, seed=0):
    """Return random bytes."""
    return np.random.default_rng(seed).integers(0, 256, (count, *shape), np.uint8)


def mnist(folder, train=20, test=10, packed=False):
    """Write MNIST's four files; return what they hold."""
    ending = ".gz" if packed else ""
    pack = gzip.compress if packed else bytes
    held = {}
    for stem, count in (("train", train), ("t10k", test)):
        x, y = pictures(count, 28, 28, seed=count), np.arange(count, dtype=np.uint8) % 10
        (folder / f"{stem}-images-idx3-ubyte{ending}").write_bytes(pack(idx(x)))
        (folder / f"{stem}-labels-idx1-ubyte{ending}").write_bytes(pack(idx(y)))
        held[stem] = x, y
    return held


def cifar(path, labels, seed=0):
    """Write one CIFAR file; `labels` is (N, 1 or 2); return the pixels (N, 3, 32, 32)."""
    x = pictures(len(labels), 3, 32, 32, seed=seed)
    rows = np.concatenate([labels.astype(np.uint8), x.reshape(len(x), -1)], axis=1)
    path.write_bytes(rows.tobytes())
    return x


def class_folder(folder, classes=("cat", "dog"), each=3, size=(40, 30)):
    """Write a folder of pictures with one folder a class."""
    for number, name in enumerate(classes):
        (folder / name).mkdir(parents=True)
        for k in range(each):
            pixels = pictures(1, size[1], size[0], 3, seed=10 * number + k)[0]
            Image.fromarray(pixels).save(folder / name / f"{k}.png")
    return folder
