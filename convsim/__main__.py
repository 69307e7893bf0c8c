"""``python -m convsim`` is the same as ``convsim``."""

from __future__ import annotations

import sys

from convsim.cli import main

if __name__ == "__main__":
    sys.exit(main())
