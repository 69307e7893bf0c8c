"""A network as a PyTorch program: the same numbers, to run, to read and to train further."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

from convsim.core.layers import LogSoftmax, Softmax
from convsim.formats.code.source import (
    Drawn,
    Program,
    before_blocks,
    divided,
    identifiers,
    plain,
    size_text,
)
from convsim.formats.code.torch_layers import LINES
from convsim.formats.code.torch_parts import HELPERS, TAKEN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from convsim.core.layers import Layer
    from convsim.core.network import Network
    from convsim.document.weights import Weights

HEAD = '''\
"""$title, written by ConvSim as a PyTorch program.

    python $file.py                                the size of what every layer gives out
    python $file.py --input X.npy -o OUT.npz       the numbers of every layer, as ConvSim shows them
$usage
Pictures are (pictures, channels, rows, columns) = (N, $channels, $height, $width), float32, 0 to 1.
"""

import argparse
$imports
import numpy as np
import torch
$more
$weights

'''
TRAIN_USAGE = """\
    python $file.py --train DATA.npz               train it; DATA.npz holds pictures x and classes y
    torchrun --nproc-per-node 2 $file.py --train DATA.npz      the same on two processes
"""
NET = '''
class Net(nn.Module):
    """$line"""

    def __init__(self):
        super().__init__()
$made

    def forward(self, x):
$steps


'''
DRAW = '''\
def draw(net):
    """Draw the same first weights as ConvSim: He's normal weights, zero biases."""
    for name, number, fan_in in DRAWN:
        layer = net.get_submodule(name)
        values = np.random.default_rng([SEED, number])
        weight = values.standard_normal(tuple(layer.weight.shape), np.float32)
        weight *= np.float32(np.sqrt(2.0 / fan_in))
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(weight))
            if layer.bias is not None:
                layer.bias.zero_()


'''
LOAD = '''\
def load():
    """Return the network with its weights."""
    net = Net()
$body
    return net.eval()


def activations(net, x):
    """Return what every layer gives out, by its name, in order."""
    seen = {}

    def keep(name):
        def hook(layer, given, out):
            seen[name] = out.detach()

        return hook

    hooks = [layer.register_forward_hook(keep(name)) for name, layer in net.named_children()]
    with torch.no_grad():
        net.eval()(x)
    for hook in hooks:
        hook.remove()
    return seen


'''
TRAIN = '''\
def train(net, data, epochs, batch, rate):
    """Train on the pictures of a file; with torchrun every process takes a share of each batch."""
    many = "WORLD_SIZE" in os.environ
    if many:
        dist.init_process_group("gloo")
    rank, world = (dist.get_rank(), dist.get_world_size()) if many else (0, 1)
    with np.load(data) as file:
        x = torch.from_numpy(file["x"].astype(np.float32))
        y = torch.from_numpy(file["y"].astype(np.int64))
    batch = max(min(batch, len(x)) // world, 1) * world
    net.train()
    model = nn.parallel.DistributedDataParallel(net) if many else net
    optimizer = torch.optim.SGD(net.parameters(), lr=rate, momentum=0.9)
    chance = torch.Generator().manual_seed(0)
    for epoch in range(epochs):
        order = torch.randperm(len(x), generator=chance)
        total, right = 0.0, 0
        for first in range(0, len(x) - batch + 1, batch):
            mine = order[first : first + batch][rank::world]
            scores = model(x[mine])
            loss = functional.$loss(scores, y[mine])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(mine)
            right += (scores.argmax(1) == y[mine]).sum().item()
        count = len(x) // batch * batch // world
        if rank == 0:
            print(f"epoch {epoch + 1}: loss {total / count:.4f}, {right / count:.1%} right")
    if rank == 0:
        save_file({k: v for k, v in net.state_dict().items() if "num_batches" not in k}, WEIGHTS)
        print(f"the weights are in {WEIGHTS}")
    if many:
        dist.destroy_process_group()


'''
MAIN = '''\
def main():
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description=$summary)
    parser.add_argument("--input", metavar="X.npy", help="(N, $channels, $height, $width)")
    parser.add_argument("-o", "--output", metavar="OUT.npz", help="where the numbers go")
$arguments    options = parser.parse_args()
    net = load()
$branch    x = np.zeros((1, $channels, $height, $width), np.float32)
    if options.input:
        x = np.load(options.input)
    seen = activations(net, torch.from_numpy(x))
    for name, values in seen.items():
        print(f"{name:16} {' × '.join(map(str, values.shape))}")
    if options.output:
        names = (f"{i:02d}_{name}" for i, name in enumerate(seen, 1))
        np.savez(options.output, input=x, **dict(zip(names, map(np.asarray, seen.values()))))


if __name__ == "__main__":
    main()
'''
ARGUMENTS = """\
    parser.add_argument("--train", metavar="DATA.npz", help="pictures x and classes y")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--batch", type=int, default=64, help="pictures a step, of all processes")
    parser.add_argument("--rate", type=float, default=0.01, help="learning rate")
"""
BRANCH = """\
    if options.train:
        train(net, options.train, options.epochs, options.batch, options.rate)
        return
"""


def pytorch_program(network: Network, weights: Weights, title: str, file: str) -> Program:
    """Return a network as a PyTorch program.

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
        If a layer does not fit.
    """
    network.check()
    names = identifiers(network, TAKEN)
    stored, drawn = divided(network, weights, names)
    lines = {place.index: LINES[type(place.layer)](place.layer, place) for place in network.places}
    used = [name for name in HELPERS if any(name in line.helpers for line in lines.values())]
    trains = len(network.output_shape) == 1 and bool(stored or drawn)
    height, width, channels = network.input_shape
    words = {
        "title": plain(title),
        "file": file,
        "height": str(height),
        "width": str(width),
        "channels": str(channels),
        "line": f"{size_text(network.input_shape)} → {size_text(network.output_shape)}.",
        "made": "\n".join(
            f"        self.{name} = {lines[place.index].make}  # {size_text(place.input_shape)}"
            f" → {size_text(place.output_shape)}"
            for name, place in zip(names, network.places, strict=True)
        ),
        "steps": _steps(network, names, trains=trains),
        "imports": "import os\n" * trains + "from pathlib import Path\n",
        "more": "import torch.distributed as dist\n" * trains
        + f"from safetensors.torch import load_file{', save_file' * trains}\n"
        + "from torch import nn\n"
        + "from torch.nn import functional\n" * (trains or bool(used)),
        "weights": _weights(drawn, weights.seed),
        "body": _load_body(stored, drawn),
        "loss": "nll_loss" if isinstance(_last(network), LogSoftmax) else "cross_entropy",
        "summary": f'"{plain(title)}"',
        "arguments": ARGUMENTS * trains,
        "branch": BRANCH * trains,
    }
    words["usage"] = Template(TRAIN_USAGE * trains or "\n").substitute(words)
    parts = [HEAD, *(HELPERS[name] + "\n\n" for name in used), NET, DRAW * bool(drawn), LOAD]
    parts += [TRAIN * trains, MAIN]
    return Program("".join(Template(part).substitute(words) for part in parts), stored)


def _last(network: Network) -> Layer | None:
    return network.layers[-1] if network.layers else None


def _steps(network: Network, names: tuple[str, ...], *, trains: bool) -> str:
    """Return the body of ``forward``: layer by layer, keeping what a residual block adds again."""
    lines = []
    skips, keeps = before_blocks(network, names)
    for index, name in enumerate(names):
        lines += [f"{kept} = x" for kept in keeps.get(index, ())]
        if index == len(names) - 1 and trains and isinstance(network.layers[index], Softmax):
            lines.append("if self.training:  # the loss takes the scores before the softmax")
            lines.append("    return x")
        more = f", {skips[index]}" if index in skips else ""
        lines.append(f"x = self.{name}(x{more})")
    return "\n".join(f"        {line}" for line in [*lines, "return x"])


def _weights(drawn: list[Drawn], seed: int) -> str:
    """Return the constants that say where weights come from."""
    lines = ['WEIGHTS = Path(__file__).with_suffix(".safetensors")']
    if drawn:
        lines += [
            f"SEED = {seed}",
            "# Name, its random numbers, products in one output.",
            "DRAWN = [",
        ]
        lines += [f'    ("{d.name}", {d.number}, {d.fan_in}),' for d in drawn]
        lines.append("]")
    return "\n".join(lines)


def _load_body(stored: Mapping[str, object], drawn: list[Drawn]) -> str:
    lines = ["draw(net)"] if drawn else []
    load = ["net.load_state_dict(net.state_dict() | load_file(WEIGHTS))"]
    if stored:
        lines += load
    elif drawn:
        lines += ["if WEIGHTS.exists():  # it was trained", *(f"    {line}" for line in load)]
    return "\n".join(f"    {line}" for line in lines)
