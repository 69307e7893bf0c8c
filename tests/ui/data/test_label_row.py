"""Labelling your own: draw, name, keep, and train on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from convsim.document.edits import set_view
from convsim.services.data_sets import OWN
from convsim.services.projects import open_project, save_project

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from convsim.ui.data.label_row import LabelRow
    from convsim.ui.window import MainWindow
    from tests.ui.conftest import Opener

PATIENCE = 30_000


@pytest.fixture
def window(open_window: Opener) -> MainWindow:
    window = open_window("lenet5")
    window.context.store.show(set_view(window.context.document, on_input=True))
    return window


def row_of(window: MainWindow) -> LabelRow:
    return window.inspector.input_form.label


def draw(window: MainWindow, cells: list[tuple[int, int]]) -> None:
    edits = window.inspector.input_form.menus._edits
    edits.paint(cells, (1.0,))
    edits.end()


def kept(window: MainWindow) -> list[str]:
    return [one.label for one in window.context.document.examples]


def test_a_drawn_picture_is_kept_under_its_label_and_undo_takes_it_out(
    qtbot: QtBot, window: MainWindow
) -> None:
    row = row_of(window)
    draw(window, [(3, 4), (3, 5)])
    row.name.setFocus()
    qtbot.keyClicks(row.name, "tick")
    qtbot.keyClick(row.name, Qt.Key.Key_Return)
    assert kept(window) == ["tick"]
    document = window.context.document
    np.testing.assert_allclose(document.examples[0].pixels / 255, document.image, atol=1 / 255)
    assert window.context.store.undo_stack.undoText() == "Label “tick”"
    assert "1 labelled: tick 1" in row.counts.text()
    window.actions_.run("edit.undo")
    assert kept(window) == []


def test_nothing_moves_when_the_first_kinds_are_kept(qtbot: QtBot, window: MainWindow) -> None:
    row = row_of(window)
    window.label_picture()
    qtbot.waitUntil(row.name.hasFocus)
    places = []
    for number, label in enumerate(("tick", "cross", "tick")):
        draw(window, [(number, 4)])
        row.name.setText(label)
        qtbot.keyClick(row.name, Qt.Key.Key_Return)
        # What was kept scrolls to the row in the next turn.
        qtbot.wait(30)
        places.append(row.name.mapTo(window, QPoint(0, 0)))
        assert row.learn.isVisible() == (number > 0)
    assert places[1:] == places[:-1]


def test_without_a_label_it_says_what_is_missing(window: MainWindow) -> None:
    row = row_of(window)
    row.keep.click()
    assert kept(window) == []
    assert "A label is missing" in row.problem.text()


def test_then_the_picture_is_blank_for_the_next_one(window: MainWindow) -> None:
    row = row_of(window)
    row.blank.setChecked(True)
    row.name.setText("cat")
    row.keep.click()
    assert not window.context.document.image.any()
    assert window.context.document.examples[0].pixels.any()


def test_labelled_pictures_are_taken_out_by_the_menu(window: MainWindow) -> None:
    row = row_of(window)
    for name in ("a", "b", "a"):
        row.name.setText(name)
        row.take()
    row._fill()
    actions = row._menu.actions()
    assert [action.text() for action in actions] == [
        "The last of “a”", "All 2 of “a”", "The last of “b”", "All 1 of “b”",
    ]  # fmt: skip
    actions[1].trigger()
    assert kept(window) == ["b"]
    window.actions_.run("edit.undo")
    assert kept(window) == ["a", "b", "a"]


def test_twenty_are_learnt_from_and_saved_with_the_project(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    row = row_of(window)
    edits = window.inspector.input_form.menus._edits
    rng = np.random.default_rng(0)
    for k in range(20):
        edits.change("blank")
        at = int(rng.integers(4, 24))
        line = [(at, c) for c in range(4, 24)] if k % 2 else [(r, at) for r in range(4, 24)]
        draw(window, line)
        row.name.setText("lying" if k % 2 else "standing")
        row.take()
    qtbot.mouseClick(row.learn, Qt.MouseButton.LeftButton)
    panel = window.tabs.train
    assert window.context.document.view.tab == "train"
    qtbot.waitUntil(
        lambda: panel.data.data is not None and panel.data.data.name == OWN, timeout=PATIENCE
    )
    assert panel.data.data is not None
    assert panel.data.data.classes == ("lying", "standing")
    assert "20 pictures, 2 classes" in panel.data._counts.text()
    panel.form.batch.setValue(4)
    with qtbot.waitSignal(panel.trainer.ended, timeout=PATIENCE):
        panel.train.click()
    outcome = panel.trainer.outcome
    assert outcome is not None
    assert outcome.judged is not None
    assert outcome.judged.accuracy >= 0.9
    assert window.context.document.classes == ("lying", "standing")
    save_project(tmp_path / "mine.convsim", window.context.document)
    back = open_project(tmp_path / "mine.convsim").document
    assert [one.label for one in back.examples] == kept(window)


def test_one_more_label_is_followed_by_the_train_view(qtbot: QtBot, window: MainWindow) -> None:
    row = row_of(window)
    for name in ("a", "b"):
        row.name.setText(name)
        row.take()
    data = window.tabs.train.data
    data.choose(OWN)
    qtbot.waitUntil(lambda: data.data is not None and len(data.data) == 2, timeout=PATIENCE)
    row.take()
    qtbot.waitUntil(lambda: data.data is not None and len(data.data) == 3, timeout=PATIENCE)


def test_label_your_own_brings_the_row_into_view_with_the_keyboard_in_it(
    qtbot: QtBot, open_window: Opener
) -> None:
    window = open_window("lenet5")
    window.show_tab("train")
    train = window.tabs.train
    window.docks.all[1].hide()
    train.data.label_own()
    row = row_of(window)
    qtbot.waitUntil(lambda: window.focusWidget() is row.name)
    for widget in (row.name, row.keep, row.counts):
        assert widget.visibleRegion().boundingRect().height() == widget.height()
    for name in ("cat", "dog"):
        row.name.setText(name)
        row.take()
    qtbot.waitUntil(
        lambda: row.kept.visibleRegion().boundingRect().height() == row.kept.height() > 20
    )
    qtbot.waitUntil(lambda: not train.data.reading)


def test_the_same_picture_kept_twice_is_said(qtbot: QtBot, window: MainWindow) -> None:
    row = row_of(window)
    row.name.setText("cat")
    row.take()
    assert row.problem.text() == ""
    row.name.setText("dog")
    row.take()
    assert row.problem.text() == "The same picture was kept before, as “cat”."
    draw(window, [(3, 4)])
    row.take()
    assert row.problem.text() == ""
    assert kept(window) == ["cat", "dog", "dog"]
