"""Weights that come with presets: networks that have learnt already, and what they are worth.

They lie in ``presets/`` of the resources; `tests.soak.taught` makes and measures them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from convsim.document import Familiar
from convsim.formats import strict_json
from convsim.formats.safetensors import read_safetensors
from convsim.services import resources

if TYPE_CHECKING:
    from convsim.document import Document


@dataclass(frozen=True)
class Lessons:
    """What a network was taught, and how well it knows it.

    Attributes
    ----------
    data : str
        The data set: ``mnist``, or one that comes along.
    classes : tuple of str
        What its outputs stand for.
    accuracy : float
        Share of `count` test pictures that it recognises.
    count : int
    familiar : Familiar
        When a picture counts as one of the classes.
    """

    data: str
    classes: tuple[str, ...]
    accuracy: float
    count: int
    familiar: Familiar


@cache
def lessons(preset: str) -> Lessons:
    """Return what a preset was taught.

    Raises
    ------
    ResourceError
        If it was not.
    """
    place = resources.find("presets", f"{preset}.json")
    found: Any = strict_json.parse(place.read_bytes())
    return Lessons(
        found["data"],
        tuple(found["classes"]),
        found["accuracy"],
        found["count"],
        Familiar(found["least"], found["kept"]),
    )


def with_lessons(document: Document) -> Document:
    """Return the document of a preset with the weights that it was taught.

    Raises
    ------
    ConvSimError
        If they are missing from the installation, or damaged.
    """
    known = lessons(document.preset)
    place = resources.find("presets", f"{document.preset}.safetensors")
    weights, _ = read_safetensors(place, document.network, document.weights)
    return replace(
        document, weights=weights, trained=True, classes=known.classes, familiar=known.familiar
    )


def as_taught(document: Document) -> bool:
    """Return whether a document has the very weights that its preset comes with."""
    from convsim.document.presets import PRESETS

    preset = PRESETS.get(document.preset)
    if preset is None or not preset.taught or not document.trained:
        return False
    fitting = [layer for layer in document.network.layers if layer.name in document.weights.made]
    return bool(fitting) and document.familiar == lessons(document.preset).familiar


def as_it_comes(document: Document) -> bool:
    """Return whether nobody has put work into the weights: a preset's own, taught or chosen.

    Then a training is better begun with new ones, so that one sees how filters come about.
    """
    from convsim.document.presets import PRESETS

    preset = PRESETS.get(document.preset)
    if as_taught(document) or preset is None or preset.start is None or document.trained:
        return as_taught(document)
    made, names = preset.start()
    weights = document.weights.made
    return dict(document.filter_names) == names and all(
        np.array_equal(values, weights.get(layer, {}).get(key, ()))
        for layer, own in made.items()
        for key, values in own.items()
    )
