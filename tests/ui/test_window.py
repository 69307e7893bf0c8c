"""The main window: what it opens with, its keys, undo, theme, panels, and how it closes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QSpinBox

from convsim.core.step import Cursor, Inside
from convsim.document import PRESETS
from convsim.document.edits import set_field
from convsim.services import resources
from convsim.ui.export_dialog import AnimationDialog, FigureDialog
from convsim.ui.keys_dialog import KeysDialog

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from convsim.ui.window import MainWindow
    from tests.ui.conftest import Opener


def press(qtbot: QtBot, window: MainWindow, *keys: Qt.Key, shift: bool = False) -> None:
    modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    for key in keys:
        qtbot.keyClick(window.stage.view, key, modifier)


def test_it_opens_on_the_cat_in_the_lecture_with_the_stage_in_focus(window: MainWindow) -> None:
    assert window.context.document.picture.name == "cat.png"
    assert window.context.document.preset == "lecture"
    assert window.stage.view.hasFocus()
    assert "cat.png" in window.windowTitle()
    assert not window.isWindowModified()


@pytest.mark.parametrize(
    ("keys", "shift", "cursor"),
    [
        ([Qt.Key.Key_Right], False, Cursor(0, 0, 0, 1)),
        ([Qt.Key.Key_Right, Qt.Key.Key_Left], False, Cursor(0, 0, 0, 0)),
        ([Qt.Key.Key_Down], False, Cursor(0, 0, 1, 0)),
        ([Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up], False, Cursor(0, 0, 1, 0)),
        ([Qt.Key.Key_PageDown], False, Cursor(0, 1, 0, 0)),
        ([Qt.Key.Key_PageDown, Qt.Key.Key_PageUp], False, Cursor(0, 0, 0, 0)),
        ([Qt.Key.Key_End], False, Cursor(0, 0, 27, 27)),
        ([Qt.Key.Key_End, Qt.Key.Key_Right], False, Cursor(0, 1, 0, 0)),
        ([Qt.Key.Key_End, Qt.Key.Key_Home], False, Cursor(0, 0, 0, 0)),
        ([Qt.Key.Key_Left], False, Cursor(0, 0, 0, 0)),
        ([Qt.Key.Key_Right] * 1, True, Cursor(0, 0, 0, 1)),
        ([Qt.Key.Key_Right] * 6, True, Cursor(0, 0, 0, 1)),
        ([Qt.Key.Key_Right] * 7, True, Cursor(0, 0, 0, 2)),
    ],
)
def test_keys_move_the_cursor(
    window: MainWindow, qtbot: QtBot, keys: list[Qt.Key], shift: bool, cursor: Cursor
) -> None:
    press(qtbot, window, *keys, shift=shift)
    assert window.context.document.cursor == cursor
    assert window.context.store.undo_stack.count() == 0
    assert not window.isWindowModified()


def test_shift_arrows_go_through_every_part_of_a_step_and_back(
    window: MainWindow, qtbot: QtBot
) -> None:
    seen = []
    for _ in range(6):
        press(qtbot, window, Qt.Key.Key_Right, shift=True)
        seen.append(window.context.document.inside)
    assert seen == list(window.context.document.inside_steps())
    press(qtbot, window, *[Qt.Key.Key_Left] * 6, shift=True)
    assert window.context.document.inside is Inside.WRITE
    assert window.context.document.cursor == Cursor(0, 0, 0, 0)


def test_space_plays_and_pauses(window: MainWindow, qtbot: QtBot) -> None:
    window.player.set_speed(60.0)
    press(qtbot, window, Qt.Key.Key_Space)
    assert window.player.playing
    qtbot.waitUntil(lambda: window.context.document.cursor.col >= 3)
    press(qtbot, window, Qt.Key.Key_Space)
    assert not window.player.playing


def test_brackets_change_the_speed(window: MainWindow, qtbot: QtBot) -> None:
    speed = window.player.speed
    press(qtbot, window, Qt.Key.Key_BracketRight)
    assert window.player.speed > speed
    press(qtbot, window, Qt.Key.Key_BracketLeft)
    assert window.player.speed == speed


def test_stage_keys_belong_to_a_field_while_it_is_edited(window: MainWindow, qtbot: QtBot) -> None:
    box = next(b for b in window.inspector.findChildren(QSpinBox) if b.isVisible())
    box.setFocus()
    line = box.findChild(QLineEdit)
    assert line is not None
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_Space):
        qtbot.keyClick(line, key)
    assert window.context.document.cursor == Cursor()
    assert not window.player.playing


def test_keys_work_while_the_layer_list_has_the_focus(window: MainWindow, qtbot: QtBot) -> None:
    window.network.list.setFocus()
    qtbot.keyClick(window.network.list, Qt.Key.Key_Right)
    assert window.context.document.cursor == Cursor(0, 0, 0, 1)
    qtbot.keyClick(window.network.list, Qt.Key.Key_Down)
    assert window.context.document.cursor.layer == 1


def test_every_edit_can_be_undone_by_its_name(window: MainWindow) -> None:
    store = window.context.store
    store.edit("Stride of conv1 1 → 3", set_field(store.document, 0, "stride", (3, 3)))
    assert window.isWindowModified()
    assert "Stride of conv1" in window.actions_["edit.undo"].text()
    assert store.document.network.output_shape == (6, 6, 10)
    window.actions_.run("edit.undo")
    assert store.document.network.output_shape == (24, 24, 10)
    assert not window.isWindowModified()
    window.actions_.run("edit.redo")
    assert store.document.network.output_shape == (6, 6, 10)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_opens_and_can_be_undone(open_window: Opener, qtbot: QtBot, name: str) -> None:
    window = open_window("quiz")
    window.actions_.run(f"preset.{name}")
    document = window.context.document
    assert document.preset == name
    for tab in ("overview", "maps", "counts", "step"):
        window.show_tab(tab)
        window.current_view.current_scene()
    assert window.network._line.text() == PRESETS[name].line
    window.actions_.run("edit.undo")
    assert window.context.document.preset == "quiz"


def test_the_preset_s_line_goes_with_the_edit_that_makes_it_untrue(window: MainWindow) -> None:
    line, store = window.network._line, window.context.store
    top = window.network.list.y()
    store.edit("Stride", set_field(store.document, 0, "stride", (3, 3)))
    assert line.text() == "Changed from “Lecture: two convolutions”."
    QApplication.processEvents()
    assert window.network.list.y() == top
    window.actions_.run("edit.undo")
    assert line.text() == PRESETS["lecture"].line
    QApplication.processEvents()
    assert window.network.list.y() == top


def test_a_preset_keeps_the_picture_that_was_opened(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "mine.png"
    image = QImage(40, 30, QImage.Format.Format_RGB888)
    image.fill(Qt.GlobalColor.red)
    assert image.save(str(path))
    window.files.open_picture(path)
    qtbot.waitUntil(lambda: window.context.document.picture.name == "mine.png")
    window.actions_.run("preset.lenet5")
    assert window.context.document.picture.name == "mine.png"
    assert window.context.document.image.shape == (28, 28, 1)


def test_a_taught_network_says_in_every_view_what_it_takes_a_new_picture_for(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.actions_.run("preset.convnetjs-cifar")
    window.show_tab("step")
    window.files.open_cat()
    said = window.statusBar()
    qtbot.waitUntil(lambda: "cat.png: probably none of its classes" in said.currentMessage())
    # The lecture's network knows no classes, and says nothing.
    window.actions_.run("preset.lecture")
    said.clearMessage()
    undo = window.context.store.undo_stack
    before = undo.count()
    window.files.open_cat()
    qtbot.waitUntil(lambda: undo.count() == before + 1)
    assert said.currentMessage() == ""


def test_a_file_that_is_no_picture_is_refused_and_the_document_stays(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(type(window), "show_error", lambda _self, text: said.append(text))
    path = tmp_path / "notes.png"
    path.write_text("not a picture")
    before = window.context.document
    window.files.open_picture(path)
    qtbot.waitUntil(lambda: bool(said))
    assert "notes.png" in said[0]
    assert window.context.document is before


def dropped(*urls: QUrl) -> tuple[QDropEvent, QMimeData]:
    """Return what Qt sends when these are dropped; the data must outlive the event."""
    data = QMimeData()
    data.setUrls(list(urls))
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    modifier = Qt.KeyboardModifier.NoModifier
    return QDropEvent(QPointF(600, 400), action, data, button, modifier), data


def test_a_dropped_file_is_opened(window: MainWindow, qtbot: QtBot) -> None:
    event, _data = dropped(QUrl.fromLocalFile(str(resources.find("icons", "convsim.png"))))
    window.dropEvent(event)
    qtbot.waitUntil(lambda: window.context.document.picture.name == "convsim.png")


def test_a_dropped_link_opens_nothing_and_says_what_can_be_dropped(window: MainWindow) -> None:
    event, _data = dropped(QUrl("https://example.org/cat.jpg"))
    before = window.context.document
    window.dropEvent(event)
    said = window.statusBar().currentMessage()
    assert "What can be dropped: files of this computer" in said
    assert window.context.document is before


def test_a_reset_layout_leaves_the_room_to_the_card_of_what_does_not_fit(
    open_window: Opener,
) -> None:
    window = open_window("grid-stride-3")
    assert window.docks.all[2].isHidden()
    window.reset_layout()
    assert window.docks.all[2].isHidden()


def test_what_a_part_of_the_network_costs_is_not_taken_for_all_of_it(open_window: Opener) -> None:
    window = open_window("grid-stride-3")
    assert window.status.costs.text() == ""
    assert "does not fit" in window.network._total.text()
    window.context.store.edit("stride", set_field(window.context.document, 0, "stride", 2))
    assert window.status.costs.text().startswith("81 multiply-adds")
    assert window.network._total.text() == "10 parameters: 9 weights + 1 bias"


def test_a_copied_picture_is_pasted(window: MainWindow, qtbot: QtBot) -> None:
    image = QImage(10, 20, QImage.Format.Format_RGB888)
    image.fill(Qt.GlobalColor.blue)
    QGuiApplication.clipboard().setImage(image)
    window.actions_.run("edit.paste")
    qtbot.waitUntil(lambda: window.context.document.picture.pixels.shape == (20, 10, 3))


def test_copy_puts_the_figure_on_the_clipboard(window: MainWindow) -> None:
    window.actions_.run("edit.copy")
    image = QGuiApplication.clipboard().image()
    assert (image.width(), image.height()) == (1920, 1080)


def test_the_theme_changes_at_once_and_is_remembered(
    open_window: Opener, settings_path: Path
) -> None:
    window = open_window()
    light = window.stage.view.grab().toImage().pixelColor(3, 3)
    window.actions_.run("view.theme")
    dark = window.stage.view.grab().toImage().pixelColor(3, 3)
    assert dark.lightness() < 60 < 200 < light.lightness()
    window.close()
    assert '"theme": "dark"' in settings_path.read_text()


def test_presentation_hides_the_panels_and_comes_back(window: MainWindow) -> None:
    window.actions_.run("view.presentation")
    assert not window.network.isVisible()
    assert window.stage.view.zoom > 1
    window.actions_.run("view.end_presentation")
    assert window.network.isVisible()
    assert window.stage.view.zoom == 1


def test_reset_layout_brings_closed_panels_back(window: MainWindow) -> None:
    for dock in window.docks.all:
        dock.close()
    window.actions_.run("view.reset")
    *panels, history = window.docks.all
    assert all(dock.isVisible() for dock in panels)
    assert not history.isVisible()


def test_commands_have_ids_and_keys_of_their_own(window: MainWindow) -> None:
    commands = window.actions_.commands.values()
    keys = Counter(key for command in commands for key in command.shortcut)
    assert [key for key, times in keys.items() if times > 1] == []
    assert all(command.text for command in commands)


def test_the_status_says_what_the_step_does(window: MainWindow) -> None:
    window.context.store.show(window.context.document.at(Cursor(0, 0, 12, 13)))
    text = window.status.sentence.text()
    assert text.startswith("Conv 1, filter 1 at row 12, column 13: reads rows 12–16, columns 13–17")


def test_the_status_tells_what_a_convolution_writes_from_what_the_relu_makes_of_it(
    window: MainWindow,
) -> None:
    trace = window.context.trace
    made, kept = trace.output(0)[0], trace.output(1)[0]
    row, col = (int(i) for i in np.argwhere(made < -0.1)[0])
    window.context.store.show(window.context.document.at(Cursor(0, 0, row, col)))
    text = window.status.sentence.text()
    assert f"writes −{abs(made[row, col]):.3f}; ReLU makes 0 of it" in text
    row, col = (int(i) for i in np.argwhere(kept > 0.1)[0])
    window.context.store.show(window.context.document.at(Cursor(0, 0, row, col)))
    assert window.status.sentence.text().endswith(f"writes {made[row, col]:.3f}")


def test_only_a_convolution_has_filters_in_the_status(window: MainWindow) -> None:
    window.context.store.show(window.context.document.at(Cursor(1, 2, 3, 4)))
    assert window.status.sentence.text().startswith("ReLU 1, map 3 at row 3, column 4: ")


def test_the_status_names_the_class_of_a_unit(open_window: Opener) -> None:
    window = open_window("lenet5")
    window.context.store.show(window.context.document.at(Cursor(12, 3)))
    assert window.status.sentence.text().startswith("Softmax 1, unit 4 (class “3”): its share")


def test_a_layer_that_does_not_fit_shows_the_card_and_one_click_mends_it(
    open_window: Opener,
) -> None:
    window = open_window("grid-stride-3")
    assert window.stage.card.isVisible()
    assert not window.stage.timeline.isVisible()
    assert "2.33" in window.status.sentence.text()
    store = window.context.store
    store.edit("Stride", set_field(store.document, 0, "stride", (2, 2)))
    assert not window.stage.card.isVisible()
    assert window.stage.timeline.isVisible()


def test_ones_own_picture_comes_back_after_a_7x7_network(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "mine.png"
    image = QImage(40, 30, QImage.Format.Format_RGB888)
    image.fill(Qt.GlobalColor.red)
    assert image.save(str(path))
    window.files.open_picture(path)
    qtbot.waitUntil(lambda: window.context.document.picture.name == "mine.png")
    window.actions_.run("preset.grid-stride-2")
    window.actions_.run("preset.lecture")
    assert window.context.document.picture.name == "mine.png"


def test_the_animation_dialog_opens_on_all_positions(window: MainWindow, qtbot: QtBot) -> None:
    dialog = AnimationDialog(window.context, "step", window.settings, window)
    qtbot.addWidget(dialog)
    assert (dialog.choice.first, dialog.choice.last) == (1, 784)
    assert "784 frames" in dialog._note.text()


def test_a_name_without_an_ending_gets_one_though_the_system_names_no_kind(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(tmp_path / "a"), ""))
    figure = FigureDialog(window.context, "step", window.settings, window)
    animation = AnimationDialog(window.context, "step", window.settings, window)
    for dialog in (figure, animation):
        qtbot.addWidget(dialog)
        dialog._ask_path()
    assert figure.path == tmp_path / "a.png"
    assert animation.path == tmp_path / "a.gif"


def test_the_sheet_of_keys_fits_a_small_screen_with_all_its_columns(
    window: MainWindow, qtbot: QtBot
) -> None:
    dialog = KeysDialog(window.actions_.commands.values(), window)
    with qtbot.waitExposed(dialog):
        dialog.show()
    assert dialog.height() <= 640
    assert dialog.panel.viewport().width() >= dialog.page.minimumSizeHint().width()
    assert dialog.rect().contains(dialog.buttons.geometry())
    dialog.close()


def test_a_presentation_leaves_the_panels_as_wide_as_they_were(window: MainWindow, qapp) -> None:
    qapp.processEvents()
    panels = window.inspector, window.network
    before = [panel.width() for panel in panels]
    for _ in range(2):
        window.actions_.run("view.presentation")
        qapp.processEvents()
    assert [panel.width() for panel in panels] == before
