"""``convsim export``: a network for other programs: ONNX, PyTorch, Keras, or its weights alone."""

from __future__ import annotations

from collections.abc import Sequence

from convsim.cli.networks import add_network, document_of
from convsim.cli.output import say, warn
from convsim.cli.parsing import Parser, a_file_ending
from convsim.document.presets import PRESETS
from convsim.services.interchange import SUFFIXES, WEIGHTS, export_network

EXAMPLES = (
    "convsim export --preset lenet5 --to onnx -o lenet5.onnx",
    "convsim export net.convsim --to pytorch -o net.py",
    "convsim export net.convsim --to safetensors -o weights.safetensors",
    "convsim export net.convsim --to csv --layer conv1 -o filters.csv",
)
DESCRIPTION = """\
Write a network with its weights for other programs.

  onnx          one file, for onnxruntime, PyTorch and all others that read ONNX; pictures are
                (N, C, H, W) with any number N of them
  pytorch       a program: run it, read it, train it on one process or on many with torchrun
  keras         a program for Keras 3 on any of its backends
  safetensors   the weights alone: conv1.weight, conv1.bias …
  npz           the same as NumPy arrays
  csv           the weights of one layer as a table: a row for each filter or unit, the bias last

A program's weights lie beside it in a .safetensors file; those that nobody changed it draws
from their seed, as ConvSim does."""


def run(argv: Sequence[str]) -> int:
    """Write a network; return the exit status."""
    usage = f"(--preset NAME | FILE) --to {{{','.join(SUFFIXES)}}} -o OUT"
    parser = Parser("export", usage, DESCRIPTION, EXAMPLES)
    add_network(parser)
    parser.add_argument("--to", choices=tuple(SUFFIXES), required=True, help="what to write")
    endings = tuple(dict.fromkeys(SUFFIXES.values()))
    parser.add_argument(
        "-o", "--output", metavar="OUT", type=a_file_ending(*endings), required=True
    )
    parser.add_argument("--layer", metavar="LAYER", help="whose weights go into a .csv file")
    options = parser.read(argv)
    if bool(options.layer) != (options.to == "csv"):
        parser.error("--layer says whose weights --to csv writes; the others write all of them")
    suffix = SUFFIXES[options.to]
    if options.output.suffix.lower() != suffix:
        parser.error(
            f"--to {options.to} writes a file that ends in {suffix}; "
            f"received {str(options.output)!r}"
        )
    document = document_of(parser, options)
    title = PRESETS[options.preset].title if options.preset else ""
    written = export_network(document, options.to, options.output, title, options.layer or "")
    for path in written:
        say(str(path))
    beside = options.output.with_suffix(WEIGHTS)
    if options.to == "pytorch" and beside not in written and beside.exists():
        warn(f"{beside} was there before, and the program takes its weights; it may be moved away")
    return 0
