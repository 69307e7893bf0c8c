"""The one font of every picture: it is loaded from a file, never taken from the computer.

Hinting is off, so that a text is exactly as wide on every screen and in every file, and digits
are tabular, so that numbers in a column stand below each other.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

from convsim.render.errors import FontError

if TYPE_CHECKING:
    from pathlib import Path

FAMILY = "Pretendard"
"""The family name under which the bundled font registers itself."""

_loaded: set[Path] = set()


class _Fonts(threading.local):
    """Fonts made so far; each thread sees its own, because Qt fonts must not be shared."""

    def __init__(self) -> None:
        self.made: dict[tuple[int, bool], QFont] = {}


_fonts = _Fonts()


def load_fonts(files: Iterable[Path]) -> None:
    """Register font files with Qt; a file that is already registered is skipped.

    Parameters
    ----------
    files : iterable of Path
        OpenType files; `convsim.services.resources` knows where they are.

    Raises
    ------
    FontError
        If a file cannot be read or does not hold `FAMILY`.
    RuntimeError
        If there is no ``QGuiApplication`` yet: Qt would crash.
    """
    if QGuiApplication.instance() is None:
        msg = "load_fonts needs a QGuiApplication"
        raise RuntimeError(msg)
    for file in files:
        if file in _loaded:
            continue
        number = QFontDatabase.addApplicationFont(str(file))
        if number < 0:
            _check(file)
        families = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
        if FAMILY not in families:
            got = ", ".join(families) or "no font"
            msg = f"{file.name} holds {got} instead of {FAMILY}; install ConvSim again"
            raise FontError(msg)
        _loaded.add(file)


def _check(file: Path) -> None:
    """Raise FontError if a file that Qt refuses cannot be read at all."""
    try:
        file.read_bytes()
    except OSError as error:
        msg = f"cannot read the font {file.name}: {error.strerror}; install ConvSim again"
        raise FontError(msg) from error


def font(size: int, *, bold: bool = False) -> QFont:
    """Return the font at a whole number of pixels, with tabular figures and without hinting."""
    made = _fonts.made.get((size, bold))
    if made is None:
        made = QFont(FAMILY)
        made.setPixelSize(size)
        made.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        # Coloured fringes are tuned to one screen; a projector or a GIF shows them as dirt.
        made.setStyleStrategy(QFont.StyleStrategy.NoSubpixelAntialias)
        made.setFeature(QFont.Tag("tnum"), 1)
        _fonts.made[size, bold] = made
    return made
