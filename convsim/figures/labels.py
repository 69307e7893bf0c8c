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
        "map_of": "Map {n} of {total}",
        "after_relu": "after ReLU",
        "row_col": "row {row}, column {col}",
        "unit": "unit {n}",
        "share_weights": "{rows} × {cols} = {positions} positions share these {weights} weights",
        "not_written": "not yet written",
        "maximum": "maximum",
        "mean": "mean",
        "untrained": "untrained",
        "predictions": "Predictions",
        "stride_n": "stride {n}",
        "padding_n": "padding {n}",
        "padding_same": "padding “same”",
        "dilation_n": "dilation {n}",
        "filters_of": "{n} of {size}",
        "units_n": "{n} units",
        "relu_does": "max(0, x)",
        "flatten_does": "all in one row",
        "softmax_does": "shares of 1",
        "does_not_fit": "does not fit",
        "waiting": "waiting",
        "volumes_title": "Every layer’s output is a block: height × width × depth",
        "volumes_title_bad": "{name} does not fit",
        "volumes_note": "Heights and widths are to scale, depths to a scale of their own.",
        "volumes_note_power": "Not to scale, so that small blocks can be seen: the numbers on the "
        "edges count.",
        "dilation_note": "Dilation 1 means contiguous.",
    }
)
"""Every text that a figure may write, with its fields in braces."""


def say(labels: Labels, key: str, **fields: object) -> str:
    """Return the text of a key with its fields filled in; English where a translation lacks it."""
    return labels.get(key, ENGLISH[key]).format(**fields)
