"""``convsim``: opens the window, or writes the lecture's figures where there is no display."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from convsim import __version__
from convsim.cli import COMMANDS, quick
from convsim.cli.displays import why_no_display
from convsim.cli.interrupts import leaving_at_once
from convsim.core.errors import ConvSimError

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLES = (
    "convsim                     the lecture's network on a cat",
    "convsim photo.jpg           the same on a picture of yours",
    "convsim net.convsim         a project that was saved",
    "convsim model.onnx          a network of another program",
    "convsim photos              a folder of pictures, one folder a class, to learn from",
    "convsim ./summary           a file that is called like a command",
    "convsim summary --preset lecture",
    "convsim figure step --preset lecture -o step.png",
)
DESCRIPTION = """\
See how a convolutional network works, one multiplication at a time.

Without a command, a window opens. Commands, each with its own --help, need no display:
  summary    sizes, weights, multiply-adds and memory of every layer
  forward    what every layer gives out, as arrays in a file
  figure     a figure as PNG, SVG or PDF
  animate    the window on its way, as GIF, WebP or numbered pictures
  presets    the networks that come with ConvSim
  new        a project file to begin with
  edit       settings of a project file changed
  check      whether a project file is whole
  import     a network from ONNX, or weights, as a project file
  export     a network for other programs: ONNX, PyTorch, Keras, or its weights
  train      learn from pictures, and save the weights
  evaluate   how many pictures a network gets right
  associate  project files open with a double click (Linux)"""


def run(argv: Sequence[str]) -> int:
    """Open the window, or do without one; return the exit status."""
    path = _file(argv) if argv else None
    reason = why_no_display()
    if reason:
        from convsim.cli.windowless import figures_instead

        return figures_instead(path, reason)
    # The window minds Ctrl+C itself once it is painted; before, nobody can have begun anything.
    with leaving_at_once():
        quick.begin()
        try:
            from convsim.ui.app import run as open_window

            return open_window(path, quick.end)
        except BaseException:
            quick.end()  # no window came to be
            raise


def _file(argv: Sequence[str]) -> Path | None:
    # Most starts have no arguments, and need not read how such are read.
    from convsim.cli.parsing import Parser, a_path

    parser = Parser("", "[FILE] | COMMAND …", DESCRIPTION, EXAMPLES)
    parser.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        type=a_path,
        help="picture, project, ONNX network or data set",
    )
    parser.add_argument("--version", action="version", version=f"convsim {__version__}")
    path: Path | None = parser.read(argv).file
    if path is not None:
        _check(path)
    return path


def _check(path: Path) -> None:
    if not path.exists() and not path.suffix and path.name == str(path):
        raise ConvSimError(
            f"{path}: there is no such file, and no such command; "
            f"commands are {', '.join(COMMANDS)}"
        )
