"""Networks that cannot be: said with the numbers before anything happens (BAD_INPUT 66 to 71)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from convsim.core import capacity
from convsim.core.layers import Conv2d, Dense, MaxPool2d
from convsim.core.step import Cursor
from convsim.document.building import insert_layers, move_layers
from convsim.document.edits import set_field
from convsim.services.opening import new_document, open_preset, with_input_size
from tests.ui.hosting import typed
from tests.ui.test_lenet import setting

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from convsim.document import Document
    from convsim.ui.window import MainWindow

LEFT = Qt.MouseButton.LeftButton


def show(window: MainWindow, document: Document, layer: int) -> None:
    window.context.store.open("case", document.at(Cursor(layer)))


def offered(window: MainWindow) -> dict[str, object]:
    return {b.accessibleName().split(":")[0]: b for b in window.stage.card.buttons()}


def test_66_a_kernel_larger_than_the_padded_input_names_both_sizes(
    window: MainWindow, qtbot: QtBot
) -> None:
    show(window, with_input_size(open_preset("quiz"), 3, 3, 3), 0)
    typed(qtbot, setting(window, "Padding"), "0")
    text = window.stage.card.why.text()
    assert text == "The window of 5 is larger than the input of 3."
    qtbot.mouseClick(offered(window)["padding 1"], LEFT)
    assert window.context.document.network.output_shape == (1, 1, 10)


@pytest.mark.parametrize("name", ["Stride", "Dilation", "Kernel", "Filters"])
@pytest.mark.parametrize("value", ["0", "-1", "9999999"])
def test_67_68_a_size_that_cannot_be_marks_its_field_and_changes_nothing(
    window: MainWindow, qtbot: QtBot, name: str, value: str
) -> None:
    before = window.context.document
    typed(qtbot, setting(window, name), value)
    row = window.inspector.layer_form.row(name.lower())
    assert row.problem.isVisible()
    assert f"{name} is a whole number from 1 to" in row.problem.text()
    assert f"received “{value}”" in row.problem.text()
    assert window.context.document.network is before.network


def test_69_groups_that_do_not_divide_are_answered_with_those_that_do(
    window: MainWindow, qtbot: QtBot
) -> None:
    if "groups" not in {field.name for field in Conv2d.fields}:
        pytest.skip("no groups in this version")
    document = insert_layers(new_document(), 0, [Conv2d(6, 1), Conv2d(4, 3, padding=1)])
    show(window, document, 1)
    typed(qtbot, setting(window, "Groups"), "4")
    assert "groups that do: 1, 2" in window.stage.card.why.text()
    qtbot.mouseClick(offered(window)["groups 2"], LEFT)
    assert window.context.document.network.bad_place is None


def test_70_the_first_layer_without_an_output_is_named_and_the_others_wait(
    window: MainWindow, qtbot: QtBot
) -> None:
    document = insert_layers(new_document(), 0, [MaxPool2d(2) for _ in range(7)])
    show(window, document, 6)
    assert window.stage.card.title.text() == "Max pool 7 waits for Max pool 6"
    qtbot.mouseClick(window.stage.card.buttons()[0], LEFT)
    assert window.context.document.cursor.layer == 5
    assert "The window of 2 is larger than the input of 1." in window.stage.card.why.text()


def test_71_a_network_that_memory_cannot_hold_is_named_before_any_work_starts(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    info = tmp_path / "meminfo"
    info.write_text(f"MemAvailable: {24 * 2**20} kB\n")
    monkeypatch.setattr(capacity, "MEMINFO", info)
    show(window, insert_layers(new_document(), 0, [Conv2d(4000, 1)]), 0)
    store = window.context.store
    store.edit("large", with_input_size(store.document, 4096, 4096, 3))
    words = "eeds 250 GiB, 24 GiB is there; halve the image or the filters"
    assert words in window.network.note.text()
    qtbot.waitUntil(lambda: words in window.stage.view.current_scene().title)
    window.actions_.run("edit.undo")
    assert window.stage.view.current_scene().areas


@pytest.mark.parametrize("more", [0, 1])
def test_a_picture_of_another_size_mends_a_layer_further_down(
    window: MainWindow, qtbot: QtBot, more: int
) -> None:
    show(window, set_field(open_preset("lecture"), 2, "stride", (2, 2)), 2)
    sizes = [name for name in offered(window) if name.startswith("input")]
    assert sizes == ["input 31×31", "input 33×33"]
    qtbot.mouseClick(offered(window)[sizes[more]], LEFT)
    assert window.context.document.network.bad_place is None
    assert window.context.document.image.shape[0] == 31 + 2 * more


def test_a_dense_layer_on_maps_is_mended_by_a_flatten_before_it(
    window: MainWindow, qtbot: QtBot
) -> None:
    show(window, insert_layers(open_preset("lecture"), 4, [Dense(10)]), 4)
    button = offered(window)["put Flatten before it"]
    qtbot.mouseClick(button, LEFT)
    assert window.context.document.network.output_shape == (10,)
    assert window.context.document.layer.kind == "dense"
    assert window.context.store.undo_stack.undoText() == "Add Flatten 1 before Dense 1"


def test_a_convolution_behind_flatten_is_mended_by_another_order(
    window: MainWindow, qtbot: QtBot
) -> None:
    lenet = move_layers(open_preset("lenet5"), [3], 7)
    show(window, lenet, lenet.network.index("conv2"))
    qtbot.mouseClick(offered(window)["put it before Flatten"], LEFT)
    assert window.context.document.network.bad_place is None
