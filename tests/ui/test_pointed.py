"""Pointing at a number of the stage says which one it is, and where it comes from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint

from convsim.core.layers import Conv2d, ConvTranspose2d, Dense, Flatten, MaxPool2d, ReLU
from convsim.core.network import Network
from convsim.core.step import ConvFrame, Cursor, Inside, PoolFrame, SpreadFrame
from convsim.document.edits import set_field
from convsim.services.opening import open_preset
from tests.oracles.documents import made_of

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from convsim.document import Document
    from convsim.ui.window import MainWindow


def said(
    qtbot: QtBot, window: MainWindow, name: str, row: int = 0, col: int = 0, channel: int = -1
) -> str:
    """Move the pointer over a cell of the stage; return what the status bar says."""
    view = window.stage.view
    scene = view.current_scene()
    place = next(a for a in scene.areas if a.name == name and channel in (-1, a.filter))
    x = place.x + (col - place.col0 + 0.5) * place.width / place.cols
    y = place.y + (row - place.row0 + 0.5) * place.height / place.rows
    qtbot.mouseMove(view, QPoint(1, 1))
    qtbot.mouseMove(view, QPoint(round(x * view.zoom), round(y * view.zoom)))
    return window.status.sentence.text()


def show(qtbot: QtBot, window: MainWindow, document: Document) -> None:
    window.context.store.load(document)
    qtbot.waitUntil(lambda: not window.context.tracer.working)
    window.stage.view.repaint()


def number(text: str, after: str) -> float:
    found = re.search(re.escape(after) + r" (−?\d[\d.,]*\d|−?\d)", text)
    assert found, text
    return float(found[1].replace("−", "-").replace(",", ""))


def test_a_number_of_the_window_is_a_pixel(window: MainWindow, qtbot: QtBot) -> None:
    show(qtbot, window, window.context.document.at(Cursor(0, 0, 12, 13)))
    text = said(qtbot, window, "patch", 1, 4, channel=1)
    assert text.startswith("Window: Input, channel G, row 13, column 17: value ")
    pixel = window.context.document.image[13, 17, 1]
    assert abs(number(text, "value") - pixel) < 1e-4


def test_a_number_of_the_filter_is_a_weight_that_all_positions_share(
    window: MainWindow, qtbot: QtBot
) -> None:
    document = window.context.document
    text = said(qtbot, window, "kernel", 2, 3, channel=0)
    assert text.startswith("Filter 1, channel R, row 2, column 3: weight ")
    assert text.endswith("the same at all 784 positions")
    weight = document.weights[0]["weight"][0, 0, 2, 3]
    assert abs(number(text, "weight") - weight) < 1e-4


def test_a_product_names_its_two_factors(window: MainWindow, qtbot: QtBot) -> None:
    show(qtbot, window, window.context.document.at(Cursor(0, 0, 12, 13)))
    text = said(qtbot, window, "product", 0, 0, channel=0)
    assert text.startswith("Products: ")
    assert text.endswith("one of the 75 that are added up")
    frame = window.context.document.frame(window.context.trace)
    assert isinstance(frame, ConvFrame)
    assert abs(number(text, "Products:") - frame.patch[0, 0, 0]) < 1e-4
    assert abs(number(text, "weight") - frame.kernel[0, 0, 0]) < 1e-4
    assert abs(number(text.replace("≈", "="), "=") - frame.products[0, 0, 0]) < 1e-4


def test_whole_numbers_and_a_single_channel_are_told_without_ado(
    window: MainWindow, qtbot: QtBot
) -> None:
    show(qtbot, window, open_preset("grid-stride-1"))
    assert said(qtbot, window, "patch", 1, 1) == "Window: Input, row 1, column 1: value 1"
    text = said(qtbot, window, "kernel", 0, 2)
    assert text == "Filter 1, row 0, column 2: weight −1, the same at all 25 positions"
    assert "1 under the window × weight" in said(qtbot, window, "product", 1, 1)
    assert "one of the 9 that are added up" in window.status.sentence.text()


def test_one_position_and_one_channel_are_not_told_as_several(
    window: MainWindow, qtbot: QtBot
) -> None:
    document = open_preset("grid-stride-2")
    show(qtbot, window, document.at(Cursor(0), Inside.CHANNEL_SUMS))
    assert window.status.sentence.text().endswith("adds up the products of the one channel")
    assert said(qtbot, window, "input", 1, 1) == "Input, row 1, column 1: 1 · read by 1 position"
    assert said(qtbot, window, "input", 2, 2).endswith("read by 4 positions")


def test_padding_is_told_in_the_window_and_in_the_input(window: MainWindow, qtbot: QtBot) -> None:
    show(qtbot, window, open_preset("grid-padded"))
    text = said(qtbot, window, "patch", 0, 2)
    assert text == "Window: row −1, column 1 lies in the padding: value 0"
    assert said(qtbot, window, "input", -1, 3) == "row −1, column 3 lies in the padding"


def test_where_nothing_fits_a_pixel_says_that_no_position_reads_it(
    window: MainWindow, qtbot: QtBot
) -> None:
    show(qtbot, window, open_preset("grid-stride-3"))
    assert said(qtbot, window, "input", 0, 0) == "Input, row 0, column 0: 1 · read by 1 position"
    assert said(qtbot, window, "input", 6, 6) == "Input, row 6, column 6: 1 · read by no position"


def test_a_later_layer_reads_maps(window: MainWindow, qtbot: QtBot) -> None:
    show(qtbot, window, window.context.document.at(Cursor(2, 3, 10, 10)))
    assert said(qtbot, window, "patch", 0, 0, channel=1).startswith(
        "Window: ReLU 1, map 2, row 10, column 10: value "
    )
    assert said(qtbot, window, "kernel", 0, 0, channel=1).startswith("Filter 4, channel 2, row 0")
    read = said(qtbot, window, "input", 5, 6)
    assert read.startswith("ReLU 1, map 1, row 5, column 6: value ")
    assert read.endswith("read by 25 positions")
    value = float(window.context.trace.output(1)[0, 5, 6])
    assert abs(number(read, "value") - value) < 1e-4


def test_a_pool_says_which_value_is_the_maximum(window: MainWindow, qtbot: QtBot) -> None:
    network = Network((6, 6, 2), [MaxPool2d(2, 2, padding=1)])
    show(qtbot, window, made_of(network).at(Cursor(0, 1, 1, 1)))
    frame = window.context.document.frame(window.context.trace)
    assert isinstance(frame, PoolFrame)
    assert frame.switch is not None
    row, col = frame.switch
    assert said(qtbot, window, "input", 3, 4).startswith("Input, channel 2, row 3, column 4: ")
    text = said(qtbot, window, "patch", row, col)
    assert text.startswith(f"Window: Input, channel 2, row {1 + row}, column {1 + col}: value ")
    assert text.endswith("the maximum")
    assert "the maximum" not in said(qtbot, window, "patch", 1 - row, col)
    show(qtbot, window, window.context.document.at(Cursor(0, 1, 0, 0)))
    left_out = said(qtbot, window, "patch", 0, 0)
    assert left_out == "Window: row −1, column −1 lies in the padding and is left out"


def test_what_lands_on_a_cell_names_the_tap_that_brought_it(
    window: MainWindow, qtbot: QtBot
) -> None:
    network = Network((5, 5, 1), [ConvTranspose2d(2, 3, 2)])
    show(qtbot, window, made_of(network).at(Cursor(0, 1, 4, 4)))
    document = window.context.document
    frame = document.frame(window.context.trace)
    assert isinstance(frame, SpreadFrame)
    tap = frame.tap_rows[1], frame.tap_cols[0]
    text = said(qtbot, window, "kernel", 1, 0)
    assert f"row {tap[0]}, column {tap[1]}: weight" in text
    assert abs(number(text, "weight") - document.weights[0]["weight"][(0, 1, *tap)]) < 1e-4


def test_a_unit_has_its_value_before_and_after_the_activation(
    window: MainWindow, qtbot: QtBot
) -> None:
    network = Network((4, 4, 1), [Conv2d(2, 3), Flatten(), Dense(6), ReLU()])
    show(qtbot, window, made_of(network).at(Cursor(2, 0, 0, 0)))
    text = said(qtbot, window, "unit", channel=4)
    value = float(window.context.trace.output(2)[4])
    assert text.startswith("Dense 1, unit 5: value ")
    assert abs(number(text, "value") - value) < 1e-4
    assert abs(number(text, "after ReLU 1:") - max(value, 0.0)) < 1e-4


def test_a_filter_that_became_smaller_since_it_was_painted_says_nothing_wrong(
    window: MainWindow, qtbot: QtBot
) -> None:
    view = window.stage.view
    view.current_scene()
    scene = view.scene
    assert scene is not None
    place = next(a for a in scene.areas if a.name == "patch")
    window.context.store.edit("kernel", set_field(window.context.document, 0, "kernel", (3, 3)))
    view.hovered.emit(place, 4, 4)
    assert "Window" not in window.status.sentence.text()
    assert np.isfinite(window.context.trace.image).all()
