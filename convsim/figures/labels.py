"""Words in figures, by key: English here; the window hands in a translation."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Labels = Mapping[str, str]

ENGLISH: Labels = MappingProxyType(
    {
        "input": "Input",
        "conv": "Conv",
        "relu": "ReLU",
        "maxpool": "Max pool",
        "avgpool": "Average pool",
        "flatten": "Flatten",
        "dense": "Dense",
        "softmax": "Softmax",
        "window": "Window",
        "filter": "Filter {n}",
        "products": "Products",
        "sum": "Sum",
        "channel_of": "channel {n} of {total}",
        "more_channels": "{n} more channels",
        "bias": "bias",
        "total_products": "Σ {n} products",
        "map_of": "Activation map {n} of {total}",
        "after_relu": "after ReLU",
        "row_col": "row {row}, column {col}",
        "unit": "unit {n}",
        "share_weights": "{rows} × {cols} = {positions} positions share these {weights} weights",
        "not_written": "not yet written",
        "maximum": "maximum",
        "mean": "mean",
        "untrained": "untrained",
        "predictions": "Predictions",
    }
)
"""Every text that a figure may write, with its fields in braces."""


def say(labels: Labels, key: str, **fields: object) -> str:
    """Return the text of a key with its fields filled in; English where a translation lacks it."""
    return labels.get(key, ENGLISH[key]).format(**fields)
