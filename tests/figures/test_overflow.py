"""A network whose numbers overflow is still drawn: ∞ where it is, and nothing outside the page."""

from __future__ import annotations

import numpy as np
import pytest

from convsim.core.layers import AvgPool2d, Conv2d, Dense, Flatten, MaxPool2d, ReLU, Softmax
from convsim.core.network import Network
from convsim.core.step import Cursor
from convsim.document import Document, Picture, Weights
from convsim.figures.registry import FIGURES
from tests.figures.pages import PAGES, check_page
from tests.figures.steps import inside

LAYERS = [Conv2d(3, 3), ReLU(), MaxPool2d(2), AvgPool2d(2), Flatten(), Dense(5), ReLU(), Softmax()]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("size", [1e-38, 1e5, 3e38, np.nan])
@pytest.mark.parametrize("kind", ["step", "window", "products", "maps", "filters"])
def test_huge_tiny_and_missing_numbers(kind, size):
    # A mean takes a missing number for padding, and of nothing but padding there is no mean.
    layers = [one for one in LAYERS if not (np.isnan(size) and isinstance(one, AvgPool2d))]
    network = Network((10, 10, 1), layers)
    made = {
        place.layer.name: {
            name: np.full(shape, size, np.float32)
            for name, shape in place.layer.param_shapes(place.input_shape or ()).items()
        }
        for place in network.places
    }
    image = np.linspace(0, 1, 100, dtype=np.float32).reshape(10, 10, 1)
    base = Document(network, Weights(network, 0, made), Picture("ramp.png", image), image)
    trace = base.new_trace()
    for index in range(len(network.layers)):
        for at in inside(base.at(Cursor(index, 1, 0, 0))):
            for page in ("slide", "column"):
                check_page(FIGURES[kind](at, trace, PAGES[page]), PAGES[page])
