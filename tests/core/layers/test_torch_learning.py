"""Every kind of layer learns as PyTorch does: output, gradients and statistics.

A tenth of what `python -m tests.soak.torch_layers` compares.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from convsim.core.layers import KINDS, Dropout
from tests.oracles.drawn_layers import drawn_layer

pytestmark = pytest.mark.torch

SEEDS = 11


@pytest.fixture(scope="module")
def torch() -> Any:
    return pytest.importorskip("torch")


def test_every_kind_is_compared_but_the_one_of_chance(torch):
    from tests.oracles.torch_layers import FUNCTIONS

    assert set(FUNCTIONS) == set(KINDS.values()) - {Dropout}


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS.values() if kind is not Dropout], ids=lambda kind: kind.kind
)
def test_learning_is_pytorch_s(torch, kind, seed, dtype):
    from tests.oracles.torch_layers import compare

    compare(torch, drawn_layer(kind, seed), dtype)
