"""``python -m convsim`` is the same as ``convsim``."""

from __future__ import annotations

import signal
import sys


def main() -> int:
    """Run the program; return its exit status."""
    # Even the command line takes a moment to be read, in which Ctrl+C would make Python print
    # where it was: the system ends the program without a word instead.
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    from convsim.cli import main as run

    signal.signal(signal.SIGINT, before)
    return run()


if __name__ == "__main__":
    sys.exit(main())
