"""The pictures of a project; one that cannot be read becomes grey, so that the rest opens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from convsim.core.errors import ConvSimError
from convsim.data.limits import MEGABYTES, MEGAPIXELS
from convsim.data.names import plain
from convsim.document import Picture
from convsim.formats.array_part import arrays_in
from convsim.formats.errors import ProjectError
from convsim.formats.pictures import from_png, input_from_png, network_input, size_of_png
from convsim.formats.project import INPUT, INPUT_ARRAY, NUMBERS, picture_part
from convsim.formats.tensors import Tensor, as_float32
from convsim.formats.weights_reader import not_finite
from convsim.formats.zip_table import MEGA

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convsim.core.layers import Array
    from convsim.core.network import Network
    from convsim.formats.archive import Archive
    from convsim.formats.manifest import Manifest, PictureData

GREY = 128
ALWAYS, TIMES = 200 * MEGA, 20
"""Pictures may unpack to the first, or to so many times their packed size if that is more."""
LONGEST_NOTE = 500
MOST_NOTES = 100


class Noted(Protocol):
    """Where sentences about what happened go."""

    converted: list[str]
    missing: list[str]


def read_pictures(
    archive: Archive, manifest: Manifest, network: Network, notes: Noted
) -> tuple[tuple[Picture, ...], NDArray[np.float32]]:
    """Return the pictures, at least one, and the one that is shown as the network reads it.

    Raises
    ------
    ProjectError
        If together they would unpack to too much.
    """
    packed = {
        name: archive.read(name, MEGABYTES * MEGA)
        for index in range(len(manifest.pictures))
        if (name := picture_part(index)) in archive.parts
    }
    total, limit = sum(map(size_of_png, packed.values())), TIMES * sum(map(len, packed.values()))
    if total > max(ALWAYS, limit):
        raise ProjectError(
            f"holds pictures that would unpack to {total // MEGA:,} MB; "
            f"{max(ALWAYS, limit) // MEGA:,} MB can be read of so few bytes"
        )
    numbers = arrays_in(archive, NUMBERS)
    pictures = [
        _picture(data, packed.get(picture_part(index)), numbers.get(str(index + 1)), notes)
        for index, data in enumerate(manifest.pictures)
    ]
    if not pictures:
        notes.missing.append("there is no picture; a grey one stands in for it")
        pictures.append(Picture("grey", _grey()))
    shown = pictures[min(manifest.shown, len(pictures) - 1)]
    image = _input(archive, numbers.get(INPUT_ARRAY), network.input_shape)
    if image is None:
        notes.missing.append("the network's input is missing; it was cut from the picture anew")
        image = _cut(shown, network.input_shape, manifest)
    return tuple(pictures), image


def _picture(
    data: PictureData, packed: bytes | None, tensor: Tensor | None, notes: Noted
) -> Picture:
    name = plain(data.name, 80)
    said = tuple(plain(note, LONGEST_NOTE) for note in data.notes[:MOST_NOTES])
    if name != data.name or list(said) != data.notes:
        notes.converted.append(f"texts of the picture {name!r} were shortened or cleaned")
    pixels, problem = None, "its pixels are missing"
    try:
        if packed is not None:
            pixels = from_png(packed, name)
        elif tensor is not None:
            pixels, problem = _float_pixels(tensor)
    except ConvSimError as error:
        problem = str(error).removeprefix(f"{name}: ")
    if pixels is None:
        notes.missing.append(f"picture {name!r}: {problem}; a grey one stands in for it")
        return Picture(name, _grey(), said)
    crop = data.crop
    if crop is not None:
        top, left, high, broad = crop
        fits = high and broad and top + high <= pixels.shape[0] and left + broad <= pixels.shape[1]
        if not fits:
            notes.missing.append(f"picture {name!r}: the part {crop} lies outside of it")
            crop = None
    off = tuple(sorted({channel for channel in data.off if channel < 1 << 12}))
    return Picture(name, pixels, said, crop, off)


def _float_pixels(tensor: Tensor) -> tuple[Array | None, str]:
    if len(tensor.shape) != 3 or tensor.shape[2] not in (1, 3) or 0 in tensor.shape:
        return None, f"its pixels have the shape {tensor.shape}"
    if tensor.shape[0] * tensor.shape[1] > MEGAPIXELS * MEGA:
        return None, f"it has more than {MEGAPIXELS} megapixels"
    pixels, _ = as_float32(tensor)
    if not_finite(pixels) or pixels.min() < 0 or pixels.max() > 1:
        return None, "its values are not from 0 to 1"
    pixels.setflags(write=False)
    return pixels, ""


def _input(
    archive: Archive, tensor: Tensor | None, shape: tuple[int, ...]
) -> NDArray[np.float32] | None:
    """Return the stored input if it is whole and of the network's shape."""
    try:
        if INPUT in archive.parts:
            data = archive.read(INPUT, MEGABYTES * MEGA)
            image = None
            if size_of_png(data) == 3 * shape[0] * shape[1]:
                image = input_from_png(from_png(data, INPUT))
        else:
            image = as_float32(tensor)[0] if tensor is not None else None
    except ConvSimError:
        return None
    if image is None or image.shape != tuple(shape) or not_finite(image):
        return None
    image.setflags(write=False)
    return image


def _cut(picture: Picture, shape: tuple[int, ...], manifest: Manifest) -> NDArray[np.float32]:
    if shape[2] in (1, 3):
        return network_input(picture, shape, manifest.fit)
    image = np.zeros(shape, np.float32)
    image.setflags(write=False)
    return image


def _grey() -> Array:
    pixels = np.full((8, 8, 1), GREY, np.uint8)
    pixels.setflags(write=False)
    return pixels
