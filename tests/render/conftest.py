"""Every test here draws, so every test needs Qt and the bundled font."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from convsim.render.fonts import load_fonts
from convsim.services import resources

if TYPE_CHECKING:
    from PySide6.QtGui import QGuiApplication


@pytest.fixture(autouse=True)
def fonts(qapp: QGuiApplication) -> None:
    """Load the bundled font; loading it twice does nothing."""
    load_fonts(resources.fonts())
