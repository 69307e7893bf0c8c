"""``convsim edit``: settings of a project file changed without opening the window."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from convsim.cli.networks import misfit, project
from convsim.cli.output import say, warn
from convsim.cli.parsing import Parser, a_file_ending, a_path
from convsim.core.errors import ConvSimError, LayerError
from convsim.core.fit import Fit
from convsim.document.building import rename_layer
from convsim.document.edits import set_field
from convsim.services import opening
from convsim.services.projects import SUFFIX, save_project

if TYPE_CHECKING:
    from convsim.core.layers import Field
    from convsim.document import Document

EXAMPLES = (
    "convsim edit net.convsim --set conv1.stride=2",
    "convsim edit net.convsim --set conv1.kernel=3x5 --set conv1.policy=floor -o other.convsim",
    "convsim edit net.convsim --set input=64x64x3 --set conv2.name=edges",
    "convsim edit net.convsim --image dog.jpg --fit stretch",
)
DESCRIPTION = """\
Change settings of layers, in the order given, and save the project.
LAYER.SETTING=VALUE: a setting as the inspector names it, or name. Values are whole numbers,
ROWSxCOLUMNS, true or false, or a word; padding may be TOP+BOTTOMxLEFT+RIGHT.
input=HEIGHTxWIDTHxCHANNELS changes the input's size.
Weights of layers whose shape stays are kept. Without -o the file itself is changed; the
version before is kept as FILE.bak."""
INPUT = "input"
WORDS = {
    "true": True, "yes": True, "on": True, "false": False, "no": False, "off": False,
}  # fmt: skip
_SIZE = re.compile(r"[+-]?\d{1,40}|\d{1,9}\+\d{1,9}")
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d{1,3})?", re.IGNORECASE)


def run(argv: Sequence[str]) -> int:
    """Change a project file; return the exit status."""
    usage = "FILE [--set LAYER.SETTING=VALUE]… [--image FILE] [--fit FIT] [-o OUT.convsim]"
    parser = Parser("edit", usage, DESCRIPTION, EXAMPLES)
    parser.add_argument("file", metavar="FILE", type=a_path, help="a project file")
    parser.add_argument(
        "--set",
        dest="changes",
        metavar="LAYER.SETTING=VALUE",
        type=_change,
        action="append",
        default=[],
        help="may be repeated",
    )
    parser.add_argument("--image", metavar="FILE", type=a_path, help="another picture")
    parser.add_argument("--fit", choices=tuple(Fit), help="how the picture fills the input")
    parser.add_argument("-o", "--output", metavar="OUT", type=a_file_ending(SUFFIX))
    options = parser.read(argv)
    opened = project(options.file)
    if opened.missing and options.output is None:
        raise ConvSimError(
            f"{options.file}: saving it would lose what could not be read; "
            "give another name with -o"
        )
    document = opened.document
    for layer, setting, text in options.changes:
        document = changed(document, layer, setting, text)
    if options.image is not None:
        picture = opening.read_picture(options.image)
        document = opening.with_changed_picture(document, picture)
    if options.fit is not None:
        document = opening.with_fit(document, Fit(options.fit))
    target = options.output or options.file
    save_project(target, document)
    say(str(target))
    bad = document.network.bad_place
    if bad is not None:
        warn(misfit(bad))
    return 0


def changed(document: Document, layer: str, setting: str, text: str) -> Document:
    """Return the document with one setting changed, as it is typed.

    Raises
    ------
    LayerError
        If there is no such layer or setting, or the value is out of its bounds.
    """
    if not setting:
        sizes = _sizes(text)
        if sizes is None or len(sizes) not in (2, 3):
            raise LayerError(
                f"the input is HEIGHTxWIDTHxCHANNELS, such as 32x32x3; received {text!r}"
            )
        height, width, channels = (*sizes, document.network.input_shape[2])[:3]
        return opening.with_input_size(document, height, width, channels)
    index = document.network.index(layer)
    if setting == "name":
        return rename_layer(document, index, text)
    specs = {spec.name: spec for spec in document.network.layers[index].fields}
    if setting not in specs:
        names = ", ".join(("name", *specs))
        raise LayerError(f"{layer} has no setting {setting!r}; it has {names}")
    return set_field(document, index, setting, value_of(specs[setting], text))


def value_of(spec: Field, text: str) -> Any:
    """Return what a typed value means; its bounds are checked by whoever uses it.

    Both ``0.5`` and ``0,5`` are numbers.
    """
    if spec.kind == "choice":
        return text
    if text.lower() in WORDS:
        return WORDS[text.lower()]
    sizes = _sizes(text)
    if sizes is not None:
        return sizes[0] if len(sizes) == 1 else sizes
    if _NUMBER.fullmatch(text):
        return float(text.replace(",", "."))
    return text


def _sizes(text: str) -> tuple[Any, ...] | None:
    """Return what is written between crosses: whole numbers, or two of them joined by a plus."""
    parts = re.split("[x×*]", text)
    if not all(map(_SIZE.fullmatch, parts)):
        return None
    return tuple(tuple(map(int, p.split("+"))) if "+" in p[1:] else int(p) for p in parts)


def _change(text: str) -> tuple[str, str, str]:
    what, sign, value = text.partition("=")
    layer, _, setting = what.strip().rpartition(".")
    if what.strip() == INPUT:
        layer, setting = INPUT, ""
    if not sign or not layer or not value.strip():
        raise argparse.ArgumentTypeError(
            f"a change is LAYER.SETTING=VALUE, such as conv1.stride=2; received {text!r}"
        )
    return layer, setting, value.strip()
