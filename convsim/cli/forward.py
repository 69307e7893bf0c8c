"""``convsim forward``: every layer's output for one picture or many, as arrays in a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from convsim.cli.networks import add_network, document_of
from convsim.cli.output import say, warn
from convsim.cli.parsing import Parser, a_file_ending, a_path
from convsim.core.capacity import array_bytes, check_room
from convsim.core.layers import Softmax
from convsim.core.network import Network, from_inner, to_inner
from convsim.document.verdict import unfamiliar
from convsim.formats.npy import read_pictures
from convsim.formats.npz import write_arrays

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convsim.document import Document, Weights

EXAMPLES = (
    "convsim forward --preset lecture --image cat.png -o cat.npz",
    "convsim forward net.convsim --image cat.png -o cat.npz",
    "convsim forward model.onnx --input batch.npy -o out.npz",
    "convsim forward --preset vgg16 --input batch.npy -o out.npz",
)
DESCRIPTION = """\
Write what every layer gives out for one picture or many.

OUT.npz holds, all float32:
  input             what went in, (N, C, H, W)
  01_conv1 …        the output of each layer, (N, C, H, W) or (N, D)
  01_conv1.weight   its weights, (filters, channels, rows, columns) or (outputs, inputs)
  01_conv1.bias     its biases
A picture enters as its values ÷ 255, cut to the middle and brought to the input's size.
A preset needs --image or --input; a project has a picture of its own."""


def run(argv: Sequence[str]) -> int:
    """Work out a network and write all its arrays; return the exit status."""
    usage = (
        "(--preset NAME (--image FILE | --input X.npy) | FILE [--image … | --input …]) -o OUT.npz"
    )
    parser = Parser("forward", usage, DESCRIPTION, EXAMPLES)
    add_network(parser)
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--image", metavar="FILE", type=a_path, help="a picture")
    source.add_argument(
        "--input", metavar="X.npy", type=a_path, help="pictures as float32, (N, C, H, W)"
    )
    parser.add_argument(
        "-o", "--output", metavar="OUT.npz", type=a_file_ending(".npz"), required=True
    )
    options = parser.read(argv)
    if options.preset and options.image is None and options.input is None:
        parser.error("one of the arguments --image --input is required")
    document = document_of(parser, options, options.image)
    network = document.network
    network.check()
    if options.input is None:
        pictures: NDArray[np.float32] = document.image.transpose(2, 0, 1)[None]
        notes: tuple[str, ...] = ()
    else:
        pictures, notes = read_pictures(options.input, network.input_shape)
    for note in notes:
        warn(note)
    check_room(bytes_at_once(network, len(pictures)))
    write_arrays(options.output, arrays(network, document.weights, pictures))
    say(str(options.output))
    if options.input is None and document.trained and document.classes:
        say(verdict(document))
    return 0


def verdict(document: Document) -> str:
    """Return what a network that has learnt takes its picture for, in a line."""
    trace = document.new_trace()
    scores = trace.output(len(document.network.layers) - 1).reshape(-1)
    best = int(scores.argmax())
    name = document.classes[best] if best < len(document.classes) else f"class {best}"
    share = f", {scores[best]:.1%}" if isinstance(document.network.layers[-1], Softmax) else ""
    text = f"{document.picture.name}: {name}{share}"
    if unfamiliar(document, trace):
        text += "; but unlike what it learnt from: probably none of its classes"
    return text


def bytes_at_once(network: Network, count: int) -> int:
    """Return the most bytes that are held at a time: a layer's input, output and weights."""
    return max(
        (
            array_bytes(
                [
                    (count, *(place.input_shape or ())),
                    (count, *(place.output_shape or ())),
                    *shapes.values(),
                ]
            )
            for place, shapes in zip(network.places, network.param_shapes, strict=True)
        ),
        default=0,
    )


def arrays(
    network: Network, weights: Weights, pictures: NDArray[np.float32]
) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield the input, then each layer's output and parameters, by name.

    An output is held only until the last layer that reads it has done so: a batch through a deep
    network would not fit into memory.
    """
    yield "input", pictures
    last_reader = {
        source: index for index in range(len(network.layers)) for source in network.sources(index)
    }
    outputs = {-1: to_inner(pictures, network.input_shape)}
    sound = True
    for index, layer in enumerate(network.layers):
        params = network.checked_params(index, weights[index])
        read = network.sources(index)
        # Sums may leave the range of float32; that is said below, once, in words.
        with np.errstate(all="ignore"):
            inner = layer.forward(params, *(outputs[source] for source in read))
        if sound and not (sound := bool(np.isfinite(inner).all())):
            bad = int(inner.size - np.count_nonzero(np.isfinite(inner)))
            warn(f"{layer.name}: {bad:,} of {inner.size:,} values are not finite")
        outputs[index] = inner
        for source in read:
            if last_reader[source] == index:
                outputs.pop(source, None)
        name = f"{index + 1:02d}_{layer.name}"
        yield name, from_inner(inner)
        for key, values in params.items():
            yield f"{name}.{key}", values
