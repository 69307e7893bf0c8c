"""A network as a Keras program: the same numbers, to run and to read, on any of its backends."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

from convsim.formats.code.keras_layers import STEPS
from convsim.formats.code.keras_parts import HELPERS, TAKEN
from convsim.formats.code.source import (
    Drawn,
    Program,
    before_blocks,
    divided,
    identifiers,
    plain,
    size_text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from convsim.core.layers import Array
    from convsim.core.network import Network
    from convsim.document.weights import Weights

HEAD = '''\
"""$title, written by ConvSim as a Keras program.

    python $file.py                                the size of what every layer gives out
    python $file.py --input X.npy -o OUT.npz       the numbers of every layer, as ConvSim shows them

X holds pictures as ConvSim has them, (pictures, channels, rows, columns) =
(N, $channels, $height, $width), float32, 0 to 1.  Keras has the channels last.
"""

import argparse
$imports
import keras
import numpy as np
from keras import layers, ops
$more
$weights

'''
NET = '''
def network():
    """Return the network: $line"""
    x = picture = keras.Input(($height, $width, $channels), name="input")
$made
    return keras.Model(picture, x)


'''
DRAW = '''\
def drawn():
    """Return the same first weights as ConvSim draws: He's normal weights; biases are zero."""
    weights = {}
    for name, number, fan_in, shape in DRAWN:
        values = np.random.default_rng([SEED, number]).standard_normal(shape, np.float32)
        weights[f"{name}.weight"] = values * np.float32(np.sqrt(2.0 / fan_in))
    return weights


'''
LOAD = '''\
def load():
    """Return the network with its weights; they are stored as in PyTorch, with filters first."""
    net = network()
    saved = $saved
    for layer in net.layers:
        parts = [f"{layer.name}.{part}" for part in PARTS]
        values = [saved[part] for part in parts if part in saved]
        if values:
            order = getattr(layer, "order", {4: (2, 3, 1, 0), 2: (1, 0), 1: (0,)}[values[0].ndim])
            values[0] = values[0].transpose(order)
            for variable, value in zip(layer.weights, values):
                variable.assign(value)
    return net


'''
ACTIVATIONS = '''\
def activations(net, x):
    """Return what every layer gives out for pictures (N, C, H, W), by its name, channels first."""
    picture = ops.convert_to_tensor(x.transpose(0, 2, 3, 1))
    outputs = [net.get_layer(name).output for name in NAMES]
    seen = keras.Model(net.inputs, outputs)(picture, training=False)
    values = [ops.convert_to_numpy(y) for y in (seen if isinstance(seen, list) else [seen])]
    return {
        name: y.transpose(0, 3, 1, 2) if y.ndim == 4 else y for name, y in zip(NAMES, values)
    }


'''
MAIN = '''\
def main():
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description=$summary)
    parser.add_argument("--input", metavar="X.npy", help="(N, $channels, $height, $width)")
    parser.add_argument("-o", "--output", metavar="OUT.npz", help="where the numbers go")
    options = parser.parse_args()
    x = np.zeros((1, $channels, $height, $width), np.float32)
    if options.input:
        x = np.load(options.input)
    seen = activations(load(), x)
    for name, values in seen.items():
        print(f"{name:16} {' × '.join(map(str, values.shape))}")
    if options.output:
        names = (f"{i:02d}_{name}" for i, name in enumerate(seen, 1))
        np.savez(options.output, input=x, **dict(zip(names, seen.values())))


if __name__ == "__main__":
    main()
'''


def keras_program(network: Network, weights: Weights, title: str, file: str) -> Program:
    """Return a network as a Keras program.

    Parameters
    ----------
    network : Network
    weights : Weights
        Those that exist are stored beside the program; the others it draws from their seed.
    title : str
        What the network is called.
    file : str
        Name of the program without ``.py``; its weights are in ``file.safetensors``.

    Raises
    ------
    ConvSimError
        If a layer does not fit, or there is none.
    """
    network.check()
    names = identifiers(network, TAKEN)
    stored, drawn = divided(network, weights, names)
    steps = [STEPS[type(place.layer)](place.layer, place) for place in network.places]
    used = [name for name in HELPERS if any(name in step.helpers for step in steps)]
    height, width, channels = network.input_shape
    words = {
        "title": plain(title),
        "summary": f'"{plain(title)}"',
        "file": file,
        "height": str(height),
        "width": str(width),
        "channels": str(channels),
        "line": f"{size_text(network.input_shape)} → {size_text(network.output_shape)}.",
        "made": _made(network, names),
        "imports": "import functools\n" * ("WindowMax" in used)
        + "from pathlib import Path\n" * bool(stored),
        "more": "from safetensors.numpy import load_file\n" * bool(stored),
        "weights": _constants(names, stored, drawn, weights),
        "saved": " | ".join(["drawn()"] * bool(drawn) + ["load_file(WEIGHTS)"] * bool(stored))
        or "{}",
    }
    parts = [HEAD, *(HELPERS[name] + "\n\n" for name in used), NET, DRAW * bool(drawn), LOAD]
    parts += [ACTIVATIONS, MAIN]
    return Program("".join(Template(part).substitute(words) for part in parts), stored)


def _made(network: Network, names: tuple[str, ...]) -> str:
    """Return the lines that make and connect the layers."""
    lines = []
    skips, keeps = before_blocks(network, names)
    for place, name in zip(network.places, names, strict=True):
        step = STEPS[type(place.layer)](place.layer, place)
        lines += [f"{kept} = x" for kept in keeps.get(place.index, ())]
        if step.before:
            lines.append(f"x = {_named(step.before, name + '_edges')}(x)")
        given = f"[x, {skips[place.index]}]" if place.index in skips else "x"
        size = size_text(place.output_shape)
        lines.append(f"x = {_named(step.make, name)}({given})  # → {size}")
    return "\n".join(f"    {line}" for line in lines)


def _named(made: str, name: str) -> str:
    """Return the source of a call with a name as its last option."""
    comma = "" if made.endswith("(") or made.endswith("()") else ", "
    return f'{made[:-1]}{comma}name="{name}")'


def _constants(
    names: tuple[str, ...], stored: Mapping[str, Array], drawn: list[Drawn], weights: Weights
) -> str:
    lines = ["NAMES = ["]
    lines += [f'    "{name}",' for name in names]
    lines += ["]", 'PARTS = ("weight", "bias", "running_mean", "running_var")']
    if stored:
        lines.append('WEIGHTS = Path(__file__).with_suffix(".safetensors")')
    if drawn:
        lines.append(f"SEED = {weights.seed}")
        lines += ["# Name, its random numbers, products in one output, shape.", "DRAWN = ["]
        lines += [f'    ("{d.name}", {d.number}, {d.fan_in}, {d.shape}),' for d in drawn]
        lines.append("]")
    return "\n".join(lines)
