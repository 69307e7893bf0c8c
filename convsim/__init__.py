"""ConvSim shows how a convolutional network works, one multiplication at a time.

What a notebook needs has short names here; each is loaded when it is first asked for.

>>> import numpy as np
>>> from convsim import Network, Recipe, evaluate, layers, optim, train
>>> body = [layers.Conv2d(4, 3), layers.ReLU()]
>>> net = Network((8, 8, 1), [*body, layers.Flatten(), layers.Dense(2)])
>>> net.output_shape, net.summary().parameters
((2,), 330)
>>> params = net.init(seed=0)
>>> pictures = np.random.default_rng(0).standard_normal((40, 1, 8, 8)).astype(np.float32)
>>> labels = (pictures.mean(axis=(1, 2, 3)) > 0).astype(int)
>>> net.forward(params, pictures).shape
(40, 2)
>>> recipe = Recipe(optimizer=optim.Adam(0.01), epochs=20)
>>> for shot in train(net, params, (pictures, labels), recipe):
...     pass
>>> evaluate(net, shot.params, (pictures, labels)).accuracy
1.0
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from convsim.core import init, layers, losses, optim
    from convsim.core.checkpoint import Checkpoint
    from convsim.core.errors import ConvSimError
    from convsim.core.evaluate import Evaluation, evaluate
    from convsim.core.network import Network
    from convsim.core.recipe import Controls, Recipe
    from convsim.core.snapshot import Snapshot
    from convsim.core.train import train

__version__ = "0.1.0"

_PLACES = {
    "Checkpoint": "checkpoint",
    "Controls": "recipe",
    "ConvSimError": "errors",
    "Evaluation": "evaluate",
    "Network": "network",
    "Recipe": "recipe",
    "Snapshot": "snapshot",
    "evaluate": "evaluate",
    "init": "",
    "layers": "",
    "losses": "",
    "optim": "",
    "train": "train",
}
"""Where each public name comes from: a module of the core, or the core itself for a module."""

__all__ = [
    "Checkpoint",
    "Controls",
    "ConvSimError",
    "Evaluation",
    "Network",
    "Recipe",
    "Snapshot",
    "__version__",
    "evaluate",
    "init",
    "layers",
    "losses",
    "optim",
    "train",
]


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Load a public name when it is first used: starting the window needs none of them."""
        if name not in _PLACES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module = _PLACES[name] or name
        found = import_module(f"convsim.core.{module}")
        if _PLACES[name]:
            found = getattr(found, name)
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    """Return the public names, loaded or not."""
    return sorted({*globals(), *__all__})
