"""Networks of other programs in the window: opened, dropped, asked about, written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import onnx
import pytest
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox

from convsim.services.interchange import export_network
from convsim.services.opening import open_preset
from convsim.services.projects import save_project
from convsim.ui import size_dialog
from tests.formats.onnx_models import filters, model, node, saved
from tests.ui.answers import answers

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from convsim.ui.window import MainWindow


@pytest.fixture
def lenet(tmp_path: Path) -> Path:
    path = tmp_path / "lenet5.onnx"
    export_network(open_preset("lenet5"), "onnx", path)
    return path


@pytest.fixture
def open_size(tmp_path: Path) -> Path:
    """Return the file of a convolution of pictures of any size and two or three channels."""
    made = model([node("Conv", ["x", "w"], ["y"])], [filters(2, 3)], dims=("N", 3, "H", "W"))
    return saved(tmp_path, made, "open.onnx")


def shape(window: MainWindow) -> tuple[int, ...]:
    return window.context.document.network.input_shape


def test_a_network_is_imported_from_the_menu_and_undone(
    window: MainWindow, qtbot: QtBot, lenet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_a, **_k: (str(lenet), ""))
    before = window.context.document
    window.actions_["file.import"].trigger()
    qtbot.waitUntil(lambda: shape(window) == (28, 28, 1))
    found = window.context.document
    wanted = open_preset("lenet5")
    assert [type(one) for one in found.network.layers] == [type(o) for o in wanted.network.layers]
    np.testing.assert_array_equal(found.weights[0]["weight"], wanted.weights[0]["weight"])
    stack = window.context.store.undo_stack
    assert stack.undoText() == "Network “lenet5.onnx”"
    assert stack.isClean()
    stack.undo()
    assert window.context.document is before


def test_a_dropped_network_takes_the_place_of_a_project_after_asking(
    window: MainWindow, qtbot: QtBot, lenet: Path, tmp_path: Path
) -> None:
    net = tmp_path / "net.convsim"
    save_project(net, open_preset("grid-stride-1"))
    window.open_path(net)
    qtbot.waitUntil(lambda: window.projects.path == net)
    window.files.open_found(lenet)
    qtbot.waitUntil(lambda: shape(window) == (28, 28, 1))
    assert window.projects.path is None


def test_a_size_that_is_open_is_asked_for(
    window: MainWindow, qtbot: QtBot, open_size: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(size_dialog, "USUAL", (20, 30))
    with answers("OK"):
        window.open_path(open_size)
        qtbot.waitUntil(lambda: shape(window) == (20, 30, 3))
    assert window.context.document.place.output_shape == (18, 28, 2)


def test_who_cancels_the_question_keeps_what_was_open(
    window: MainWindow, qtbot: QtBot, open_size: Path
) -> None:
    before = window.context.document
    with answers("Cancel"):
        window.open_path(open_size)
        qtbot.waitUntil(lambda: not window.network_files._jobs)
    assert window.context.document is before


def test_only_what_is_open_is_asked(qtbot: QtBot) -> None:
    dialog = size_dialog.SizeDialog("a.onnx", (None, 32, None), None)
    qtbot.addWidget(dialog)
    dialog.boxes[0].setValue(48)
    assert list(dialog.boxes) == [0]
    assert dialog.chosen == (48, 32, 3)
    assert dialog.colours is not None
    dialog.colours.button("1").click()
    assert dialog.chosen == (48, 32, 1)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("torn.onnx", b"\xff" * 50, "torn.onnx"),
        ("odd.onnx", model([node("Resize", ["x"], ["y"], "up1")]), "Resize 'up1'"),
        (
            "five.onnx",
            model([node("Conv", ["x", "w"], ["y"])], [filters(2, 5)], dims=("N", 5, 8, 8)),
            "five.onnx: reads 5 channels; a project has a picture, which has 1 or 3",
        ),
    ],
)
def test_what_cannot_be_read_is_said_and_changes_nothing(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, name: str, content: object, said: str
) -> None:
    before = window.context.document
    saved(tmp_path, content, name)
    with answers("OK") as asked:
        window.open_path(tmp_path / name)
        qtbot.waitUntil(lambda: bool(asked))
    assert said in asked[0]
    assert window.context.document is before


@pytest.mark.parametrize(
    ("to", "name"), [("onnx", "out.onnx"), ("pytorch", "out.py"), ("keras", "out.py")]
)
def test_the_network_is_exported_under_the_ending_it_needs(
    window: MainWindow,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    to: str,
    name: str,
) -> None:
    answer = (str(tmp_path / "out"), "")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: answer)
    window.actions_[f"export.{to}"].trigger()
    qtbot.waitUntil(lambda: "Written" in window.statusBar().currentMessage())
    assert str(tmp_path / name) in window.statusBar().currentMessage()
    if to == "onnx":
        onnx.checker.check_model(onnx.load(tmp_path / name), full_check=True)
    else:
        assert "Conv2" in (tmp_path / name).read_text("utf-8")


def test_what_computes_nothing_is_not_exported(window: MainWindow) -> None:
    window.actions_["file.new"].trigger()
    assert not window.actions_["export.onnx"].isEnabled()


def test_dropped_weights_go_into_the_network(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QMessageBox, "warning", lambda *a: pytest.fail(str(a)))
    path = tmp_path / "weights.safetensors"
    other = open_preset("lecture")
    export_network(other, "safetensors", path)
    window.files.open_found(path)
    assert window.context.store.undo_stack.undoText() == "Weights from weights.safetensors"


def test_every_export_stands_in_the_menu(window: MainWindow) -> None:
    titles = [a.text() for a in window._menus["file"].actions()]
    assert "Import ONNX…" in titles
    at = titles.index("Export Network As")
    menu = window._menus["file"].actions()[at].menu()
    assert isinstance(menu, QMenu)
    assert [a.text() for a in menu.actions()] == [
        "ONNX…",
        "PyTorch Program…",
        "Keras Program…",
        "Export Weights…",
    ]
