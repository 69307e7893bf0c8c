"""``convsim import``: a network or weights from another program become a project file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from convsim.cli.networks import add_input_shape, is_onnx, onnx, project
from convsim.cli.output import say, warn
from convsim.cli.parsing import Parser, a_file_ending, a_path
from convsim.document.presets import PRESETS
from convsim.services import opening
from convsim.services.interchange import CSV, WEIGHT_FILES, check_channels, with_weights
from convsim.services.projects import SUFFIX, save_project

if TYPE_CHECKING:
    import argparse

EXAMPLES = (
    "convsim import model.onnx -o net.convsim",
    "convsim import model.onnx --input-shape 224x224x3 --image dog.jpg -o net.convsim",
    "convsim import lenet5.safetensors --preset lenet5 -o trained.convsim",
    "convsim import weights.safetensors --into net.convsim -o trained.convsim",
    "convsim import filters.csv --layer conv1 --into net.convsim -o filters.convsim",
)
DESCRIPTION = """\
Write a project file with a network from an ONNX file, or with weights from a safetensors or NPZ
file, which go into a network that has layers of the same names and sizes. A CSV table holds the
weights of one layer: a row for each filter or unit, the bias last.

What ONNX holds is computed exactly or refused by name: Conv, ConvTranspose, MaxPool, AveragePool,
GlobalAveragePool, GlobalMaxPool, Relu, LeakyRelu, Elu, Sigmoid, Tanh, Gelu, Gemm, MatMul and Add,
Softmax, LogSoftmax, BatchNormalization, Flatten, Reshape that flattens, Dropout, Identity and
Constant, one after the other, and residual blocks.
A project file that is there already is kept as OUT.convsim.bak."""


def run(argv: Sequence[str]) -> int:
    """Write a project file; return the exit status."""
    usage = (
        "(MODEL.onnx | WEIGHTS (--preset NAME | --into FILE) [--layer LAYER])\n"
        "       [--input-shape HxWxC] [--image FILE] -o OUT.convsim"
    )
    parser = Parser("import", usage, DESCRIPTION, EXAMPLES)
    parser.add_argument(
        "file", metavar="FILE", type=a_file_ending(".onnx", *WEIGHT_FILES), help="what is imported"
    )
    into = parser.add_mutually_exclusive_group()
    into.add_argument(
        "--preset", metavar="NAME", choices=tuple(PRESETS), help="the network of the weights"
    )
    into.add_argument(
        "--into", metavar="FILE", type=a_path, help="the network of the weights: a project or ONNX"
    )
    parser.add_argument("--layer", metavar="LAYER", help="whose weights a .csv file holds")
    add_input_shape(parser)
    parser.add_argument("--image", metavar="FILE", type=a_path, help="a picture instead of the cat")
    parser.add_argument("-o", "--output", metavar="OUT", type=a_file_ending(SUFFIX), required=True)
    options = parser.read(argv)
    weights = not is_onnx(options.file)
    _check(parser, options, weights=weights)
    network = options.into if weights else options.file
    if options.input_shape and not is_onnx(network):
        parser.error("--input-shape is for ONNX files that leave the size open")
    if options.preset:
        document = opening.open_preset(options.preset, options.image, taught=False)
    elif is_onnx(network):
        document = onnx(network, options.input_shape, options.image)
    else:
        document = project(network).document
        if options.image is not None:
            document = opening.with_picture(document, opening.read_picture(options.image))
    check_channels(document, (network or options.file).name)
    if weights:
        document, notes = with_weights(document, options.file, options.layer or "")
        for note in notes:
            warn(f"{options.file}: {note}")
    save_project(options.output, document)
    say(str(options.output))
    return 0


def _check(parser: Parser, options: argparse.Namespace, *, weights: bool) -> None:
    """End the program if the arguments do not belong together."""
    if weights and not options.preset and not options.into:
        parser.error("weights need a network: give --preset NAME or --into FILE")
    if bool(options.layer) != (options.file.suffix.lower() == CSV):
        parser.error(f"--layer says whose weights a {CSV} file holds; other files name them")
    if not weights and (options.preset or options.into):
        parser.error("an ONNX file is a network of its own; leave out --preset and --into")
