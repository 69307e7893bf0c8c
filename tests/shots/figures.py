"""Exports every kind of figure in every size, light and dark, to be looked at.

python -m tests.shots.figures [-o FOLDER] [--preset NAME] [--layer NAME] [--only WORD]
"""

from __future__ import annotations

import argparse
import os
import sys
from itertools import product
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt

from convsim.core.step import Cursor
from convsim.figures.registry import FIGURES
from convsim.figures.theme import THEMES
from convsim.services.exporting import figure_image, gui_application
from convsim.services.opening import open_preset

SIZES = ("slide", "square", "column")
WIDEST = 1400
"""Pixels of a picture at most: larger ones are shrunk, as a projector does."""


def main() -> int:
    """Write the pictures; return 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.shots.figures", description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=Path("build/figures"))
    parser.add_argument("--preset", default="lecture")
    parser.add_argument("--layer", default="", help="the first one by default")
    parser.add_argument("--only", default="", help="only pictures whose name holds this word")
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)
    gui_application()
    document = open_preset(args.preset)
    index = document.network.index(args.layer) if args.layer else 0
    document = document.at(Cursor(index))
    if document.walk is not None:
        rows, cols = document.walk.rows // 2, document.walk.cols // 2
        document = document.at(Cursor(index, 0, rows, cols))
    trace = document.new_trace()
    for kind, size, theme in product(FIGURES, SIZES, THEMES):
        layer = document.layer.name
        path = args.output / f"{args.preset}-{layer}-{kind}-{size}-{theme}.png"
        if args.only not in path.name:
            continue
        image = figure_image(document, trace, kind, size=size, theme=theme)
        if image.width() > WIDEST:
            image = image.scaledToWidth(WIDEST, Qt.TransformationMode.SmoothTransformation)
        image.save(str(path))
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
