"""The three menus of a filter: kernels with a name, changes, new random weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtWidgets import QMenu

from convsim.core.init import STARTS
from convsim.core.layers import Conv2d
from convsim.document.building import insert_layers
from convsim.document.filters import CHANGES, put_kernel
from convsim.document.named_kernels import LIBRARY, gabor
from convsim.services.opening import new_document
from convsim.ui.kernel_words import change_titles, kernel_titles, start_titles

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

    from convsim.ui.window import MainWindow
    from tests.ui.conftest import Opener


def entry(menu: QMenu, *path: str) -> QAction:
    """Return an entry of a menu, as if one had gone there."""
    menu.aboutToShow.emit()
    action = next(action for action in menu.actions() if action.text() == path[0])
    below = action.menu()
    return entry(below, *path[1:]) if isinstance(below, QMenu) else action


def weights(window: MainWindow) -> np.ndarray:
    document = window.context.document
    return document.weights[document.cursor.layer]["weight"]


def test_everything_in_the_library_has_a_name_in_the_menu() -> None:
    assert kernel_titles().keys() == LIBRARY.keys()
    assert change_titles().keys() == CHANGES.keys()
    assert start_titles().keys() == STARTS.keys()


def test_menus_are_empty_until_they_are_opened(window: MainWindow) -> None:
    tools = window.inspector.kernel.tools
    assert all(menu.isEmpty() for menu in (tools.kernels, tools.changes, tools.starts))


def test_a_kernel_is_put_in_with_one_step_of_undo(window: MainWindow) -> None:
    tools = window.inspector.kernel.tools
    entry(tools.kernels, "Laplacian").trigger()
    np.testing.assert_array_equal(weights(window)[0, 2], LIBRARY["laplacian"](5, 5))
    assert window.inspector.kernel.title.text() == "Filter 1 · Laplacian"
    stack = window.context.store.undo_stack
    assert (stack.count(), stack.undoText()) == (1, "Filter 1 of Conv 1: Laplacian")


def test_a_gabor_filter_of_an_angle_in_one_channel_alone(window: MainWindow) -> None:
    tools = window.inspector.kernel.tools
    before = weights(window)[0, 1:].copy()
    entry(tools.kernels, "In this channel alone").trigger()
    entry(tools.kernels, "Gabor", "Gabor 45°").trigger()
    np.testing.assert_allclose(weights(window)[0, 0], gabor(5, 5, 45), rtol=1e-6)
    np.testing.assert_array_equal(weights(window)[0, 1:], before)


def test_a_change_that_cannot_be_is_said_below_the_grid(window: MainWindow) -> None:
    tools, problem = window.inspector.kernel.tools, window.inspector.kernel.problem
    entry(tools.changes, "Make the sum 1").trigger()
    assert "sum to 0" in problem.text()
    entry(tools.changes, "Turn by 180° (true convolution)").trigger()
    assert problem.isHidden()
    assert window.context.store.undo_stack.count() == 1


@pytest.mark.parametrize(("part", "others"), [("This filter", 5), ("All filters", 0)])
def test_random_weights_for_one_filter_or_all(window: MainWindow, part: str, others: int) -> None:
    before = weights(window).copy()
    entry(window.inspector.kernel.tools.starts, part, "He, normal: variance 2/in").trigger()
    kept = [i for i in range(6) if np.array_equal(weights(window)[i], before[i])]
    assert len(kept) == others


def test_a_small_kernel_says_what_a_name_needs(window: MainWindow) -> None:
    document = insert_layers(new_document(), 0, [Conv2d(2, 1)])
    window.context.store.open("small", document)
    entry(window.inspector.kernel.tools.kernels, "Emboss").trigger()
    assert "at least 3×3; this one is 1×1" in window.inspector.kernel.problem.text()


def test_filters_that_nobody_chose_are_still_called_random_beside_one_from_the_library(
    open_window: Opener,
) -> None:
    window = open_window("vgg-mini")
    assert "random filters" in window.strip._title.text()
    kernel = np.full((3, 3), 1 / 9)
    document = window.context.document
    window.context.store.edit("", put_kernel(document, 0, 0, kernel, name="mean"))
    assert "31 of 32 filters random" in window.strip._title.text()
