"""Arguments that several commands share, and the parser that reads them."""

from __future__ import annotations

import argparse
import sys
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from convsim.cli.output import one_line

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

LITERAL = "\0"
"""Put before an argument that starts with a dash and is no option; no real argument can hold it."""


class _Help(argparse.RawDescriptionHelpFormatter):
    """Breaks lines between words only, so that ``grid-stride-1`` stays one."""

    def _split_lines(self, text: str, width: int) -> list[str]:
        return textwrap.wrap(text, width, break_on_hyphens=False)


class Parser(argparse.ArgumentParser):
    """Reads the arguments of one command; files and options may come in any order.

    Parameters
    ----------
    command : str
        Its name; empty for the program itself.
    usage : str
        What comes after the name.
    description : str
    examples : sequence of str
        Whole command lines, shown below the help.
    """

    def __init__(self, command: str, usage: str, description: str, examples: Sequence[str]) -> None:
        super().__init__(
            prog=f"convsim {command}".strip(),
            usage=f"%(prog)s {usage}",
            description=description,
            epilog="examples:\n" + "\n".join(f"  {example}" for example in examples),
            formatter_class=_Help,
            allow_abbrev=False,
        )

    def read(self, argv: Sequence[str]) -> argparse.Namespace:
        """Return the arguments; wrong ones end the program with status 2."""
        arguments = list(argv)
        if "--" in arguments:
            cut = arguments.index("--")
            rest = (LITERAL + a if a.startswith("-") else a for a in arguments[cut + 1 :])
            arguments = [*arguments[:cut], *rest]
        return self.parse_intermixed_args(arguments)

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        """Write a help; a full disk is an error here too, which argparse would pass over."""
        if message:
            (file or sys.stderr).write(message)

    def error(self, message: str) -> NoReturn:
        """Say on one line what is wrong, after the usage, and end with status 2."""
        super().error(one_line(message.replace(LITERAL, "")))


def a_path(text: str) -> Path:
    """Return the path that an argument names."""
    name = text.removeprefix(LITERAL)
    if not name:
        raise argparse.ArgumentTypeError("a file needs a name; received ''")
    return Path(name)


def a_file_ending(*suffixes: str) -> Callable[[str], Path]:
    """Return the reader of an argument that names a file with one of some endings."""

    def read(text: str) -> Path:
        path = a_path(text)
        if path.suffix.lower() not in suffixes:
            endings = ", ".join(suffixes)
            raise argparse.ArgumentTypeError(f"the name must end in {endings}; received {text!r}")
        return path

    return read
