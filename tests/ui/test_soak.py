"""A tenth of the random clicks and keys; `python -m tests.soak.clicks` does all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.soak.clicks import EVENTS, SEEDS, soak

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


@pytest.mark.parametrize("seed", range(1, SEEDS + 1))
def test_random_clicks_and_keys_break_nothing_and_leave_nothing(
    qapp: QApplication, seed: int
) -> None:
    assert soak(seed, EVENTS // 50) == []
