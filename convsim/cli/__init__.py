"""The command line: ``convsim`` opens the window, ``convsim summary`` and others work without one.

Each command is a module of this package with a function ``run(argv)`` that returns the exit
status: 0 done, 1 something that a person can mend (one line says what), 2 wrong usage.  Modules
are imported when their command is asked for, so that a short answer comes at once.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

from convsim.cli.interrupts import STOPPED, leaving_at_once
from convsim.cli.output import located, prepare_streams, settle, warn
from convsim.core.errors import ConvSimError

COMMANDS = (
    "summary",
    "forward",
    "figure",
    "animate",
    "presets",
    "new",
    "edit",
    "check",
    "import",
    "export",
    "train",
    "evaluate",
    "associate",
)
"""A file with one of these names is reached as ``./summary``."""

MODULES = {"": "window", "import": "importing"}
"""Where a command is, if its module has another name than itself."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; return its exit status.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments without the program's name; those of this process if not given.
    """
    prepare_streams()
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        status = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the output has seen enough, as `head` has.
        status = 0
    except KeyboardInterrupt:
        warn("stopped")
        status = STOPPED
    except ConvSimError as problem:
        warn(located(str(problem), arguments))
        status = 1
    except OSError as problem:
        warn(_reason(problem))
        status = 1
    except MemoryError:
        warn("there is not enough memory; close other programs, or choose something smaller")
        status = 1
    except ImportError as problem:
        # Qt needs libraries of the system, which a bare one lacks.
        warn(f"a part of the program cannot be loaded: {problem}; install what is missing")
        status = 1
    settle()
    return status


def _run(arguments: list[str]) -> int:
    command = arguments[0] if arguments and arguments[0] in COMMANDS else ""
    with leaving_at_once():
        module = importlib.import_module(f"convsim.cli.{MODULES.get(command, command)}")
    try:
        return int(module.run(arguments[1:] if command else arguments))
    except SystemExit as end:  # argparse leaves this way, after help or wrong usage
        return end.code if isinstance(end.code, int) else 0


def _reason(problem: OSError) -> str:
    what = problem.strerror or str(problem) or type(problem).__name__
    return f"{problem.filename}: {what}" if problem.filename is not None else what
