"""The picture's form: several pictures, drawing, cropping, channels and the brush."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtWidgets import QApplication, QInputDialog

from convsim import data
from convsim.document import Picture
from convsim.document.edits import set_view
from convsim.document.pixels import CHANGES, rotated
from convsim.services.opening import open_preset
from convsim.ui.letters import letter_picture
from convsim.ui.picture_edits import change_titles, drawn_titles
from convsim.ui.pixel_canvas import line_between
from tests.ui.hosting import CONTROL, SHIFT, Key, focused
from tests.ui.test_kernel_tools import entry

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from convsim.ui.input_form import InputForm
    from convsim.ui.window import MainWindow

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def form(window: MainWindow) -> InputForm:
    store = window.context.store
    store.show(set_view(store.document, on_input=True))
    return window.inspector.input_form


def hit(qtbot: QtBot, *keys: str) -> None:
    """Press keys in the widget that has the keyboard."""
    for key in keys:
        qtbot.keyClick(QApplication.focusWidget(), getattr(Key, f"Key_{key}"))


def image(window: MainWindow) -> np.ndarray:
    return window.context.document.image


def canvas_point(form: InputForm, row: int, col: int) -> QPoint:
    canvas = form.brush.canvas
    cell = canvas.width() / 32
    return QPoint(round((col + 0.5) * cell), round((row + 0.5) * cell))


def test_a_drawn_picture_is_added_and_the_strip_switches_between_both(
    window: MainWindow, form: InputForm, qtbot: QtBot
) -> None:
    cat = image(window)
    assert form.strip.isHidden()
    entry(form.menus.draw, "Bar", "Bar at 45°").trigger()
    np.testing.assert_array_equal(image(window)[..., 0], data.bar(32, 32, 45, 3.2).pixels[..., 0])
    assert [button.isChecked() for button in form.strip.buttons] == [False, True]
    qtbot.mouseClick(form.strip.buttons[0], LEFT)
    np.testing.assert_array_equal(image(window), cat)
    assert window.context.store.undo_stack.undoText() == "Picture cat.png"
    form.strip.buttons[0].actions()[0].trigger()
    assert window.context.document.picture.name == "bar 45°"
    assert form.strip.isHidden()


def test_a_tiny_picture_fills_its_button_in_the_strip(
    window: MainWindow, form: InputForm, qtbot: QtBot
) -> None:
    form.menus._edits.add(Picture("one", np.ones((1, 1, 3), np.float32)), "Picture one")
    button = form.strip.buttons[1]
    shown = button.icon().actualSize(button.iconSize())
    assert shown == button.iconSize()


@pytest.mark.parametrize("title", ["Checkerboard", "Edge", "Gradient", "Dot"])
def test_everything_that_can_be_drawn_changes_what_the_network_reads(
    window: MainWindow, form: InputForm, title: str
) -> None:
    assert title in drawn_titles().values()
    before = window.context.trace.output(3)
    entry(form.menus.draw, title).trigger()
    assert not np.array_equal(window.context.trace.output(3), before)
    assert window.context.document.picture.name == title.lower()


def test_every_change_of_pixels_has_words_and_one_step_of_undo(
    window: MainWindow, form: InputForm
) -> None:
    assert change_titles().keys() == CHANGES.keys()
    before = image(window)
    for number, title in enumerate(change_titles().values(), 1):
        entry(form.menus.change, title).trigger()
        assert window.context.store.undo_stack.count() == number
    assert not image(window).any()
    while window.context.store.undo_stack.canUndo():
        window.actions_.run("edit.undo")
    np.testing.assert_array_equal(image(window), before)


def test_the_picture_is_turned_by_any_angle(
    window: MainWindow, form: InputForm, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = image(window)
    monkeypatch.setattr(QInputDialog, "getDouble", lambda *_a, **_k: (22.5, True))
    entry(form.menus.change, "Turn by another angle…").trigger()
    assert window.context.store.undo_stack.undoText() == "Turn by 22.5°"
    np.testing.assert_array_equal(image(window), rotated(before, 22.5))
    monkeypatch.setattr(QInputDialog, "getDouble", lambda *_a, **_k: (22.5, False))
    entry(form.menus.change, "Turn by another angle…").trigger()
    assert window.context.store.undo_stack.count() == 1


def test_a_frame_crops_and_a_double_click_takes_all_of_it_again(
    window: MainWindow, form: InputForm, qtbot: QtBot
) -> None:
    whole = image(window)
    box = form.opened.box()
    start, end = box.center().toPoint(), box.bottomRight().toPoint() - QPoint(1, 1)
    qtbot.mousePress(form.opened, LEFT, pos=start)
    qtbot.mouseMove(form.opened, end)
    qtbot.mouseRelease(form.opened, LEFT, pos=end)
    crop = window.context.document.picture.crop
    assert crop is not None
    assert crop[0] == pytest.approx(144, abs=4)
    assert crop[2] == pytest.approx(144, abs=8)
    assert not np.array_equal(image(window), whole)
    qtbot.mouseDClick(form.opened, LEFT, pos=start)
    np.testing.assert_array_equal(image(window), whole)


def test_a_click_is_no_frame(form: InputForm) -> None:
    assert form.opened.crop_of(QRectF(10, 10, 1, 1)) is None
    high = form.opened.crop_of(QRectF(-50, -50, 900, 900))
    assert high == (0, 0, 288, 288)


def test_a_channel_is_switched_off_and_on(
    window: MainWindow, form: InputForm, qtbot: QtBot
) -> None:
    before = image(window)
    qtbot.mouseClick(form.channels.buttons[1], LEFT)
    assert not image(window)[..., 1].any()
    np.testing.assert_array_equal(image(window)[..., 0], before[..., 0])
    assert window.context.store.undo_stack.undoText() == "Green off"
    entry(form.menus.change, "Shift down").trigger()
    qtbot.mouseClick(form.channels.buttons[1], LEFT)
    np.testing.assert_array_equal(image(window)[1:], before[:-1])


def test_a_stroke_paints_a_line_and_is_one_step_of_undo(
    window: MainWindow, form: InputForm, qtbot: QtBot
) -> None:
    window.inspector.ensureWidgetVisible(form.brush)
    qtbot.mouseClick(form.brush.colours["red"], LEFT)
    canvas = form.brush.canvas
    qtbot.mousePress(canvas, LEFT, pos=canvas_point(form, 4, 4))
    qtbot.mouseMove(canvas, canvas_point(form, 4, 9))
    qtbot.mouseRelease(canvas, LEFT, pos=canvas_point(form, 4, 9))
    assert (image(window)[4, 4:10] == (1, 0, 0)).all()
    assert window.context.store.undo_stack.count() == 1
    assert window.context.document.picture.pixels.shape == (32, 32, 3)
    window.actions_.run("edit.undo")
    assert window.context.document.picture.pixels.shape == (288, 288, 3)


def test_the_brush_is_moved_by_arrows_and_paints_with_space(
    window: MainWindow, form: InputForm, qtbot: QtBot
) -> None:
    form.brush.colours["red"].setChecked(True)
    canvas = focused(qtbot, form.brush.canvas)
    assert canvas.cell == (16, 16)
    playing = window.player.playing
    hit(qtbot, "Left", "Left", "Up")
    assert canvas.cell == (15, 14)
    assert canvas.accessibleName() == "Pixels to paint"
    values = ", ".join(f"{v:.2f}" for v in image(window)[15, 14])
    assert canvas.accessibleDescription() == f"Row 15, column 14: {values}. Space paints"
    qtbot.keyPress(canvas, Key.Key_Space)
    hit(qtbot, "Right", "Right")
    qtbot.keyRelease(canvas, Key.Key_Space)
    assert (image(window)[15, 14:17] == (1, 0, 0)).all()
    assert "Row 15, column 16: 1.00, 0.00, 0.00" in canvas.accessibleDescription()
    assert window.context.store.undo_stack.count() == 1
    assert window.player.playing == playing
    qtbot.keyClick(canvas, Key.Key_Left, CONTROL)
    assert canvas.cell == (15, 11)
    assert window.context.store.undo_stack.count() == 1
    qtbot.keyClick(canvas, Key.Key_Space)
    assert window.context.store.undo_stack.count() == 2


def test_the_cell_of_the_brush_stays_in_the_picture(form: InputForm, qtbot: QtBot) -> None:
    canvas = focused(qtbot, form.brush.canvas)
    for _ in range(8):
        qtbot.keyClick(canvas, Key.Key_Up, CONTROL)
        qtbot.keyClick(canvas, Key.Key_Right, CONTROL)
    assert canvas.cell == (0, 31)


def test_a_frame_is_moved_sized_and_taken_by_keys(
    window: MainWindow, form: InputForm, qtbot: QtBot
) -> None:
    opened = focused(qtbot, form.opened)
    cursor = window.context.document.cursor
    for _ in range(4):
        qtbot.keyClick(opened, Key.Key_Left, SHIFT)
        qtbot.keyClick(opened, Key.Key_Up, SHIFT)
    assert (opened.draft or ()) == (0, 0, 216, 216)
    hit(qtbot, "Down", "Right", "Right")
    qtbot.keyClick(opened, Key.Key_Right, CONTROL)
    qtbot.keyClick(opened, Key.Key_Down, SHIFT | CONTROL)
    assert (opened.draft or ()) == (18, 37, 217, 216)
    assert "rows 18–234, columns 37–252 of 288 × 288" in opened.accessibleDescription()
    assert "Enter takes it" in opened.accessibleDescription()
    store = window.context.store
    assert store.undo_stack.count() == 0
    hit(qtbot, "Return")
    assert window.context.document.picture.crop == (18, 37, 217, 216)
    assert opened.draft is None
    assert store.undo_stack.undoText() == "Crop the picture"
    hit(qtbot, "Home", "Return")
    assert store.undo_stack.undoText() == "Whole picture"
    assert store.document.picture.crop is None
    assert window.context.document.cursor == cursor


def test_a_frame_is_given_up_by_escape_or_by_going_elsewhere(
    window: MainWindow, form: InputForm, qtbot: QtBot
) -> None:
    opened = focused(qtbot, form.opened)
    qtbot.keyClick(opened, Key.Key_Left, SHIFT)
    hit(qtbot, "Escape", "Return")
    assert opened.draft is None
    qtbot.keyClick(opened, Key.Key_Left, SHIFT)
    form.open_button.setFocus()
    assert opened.draft is None
    assert window.context.store.undo_stack.count() == 0


def test_a_frame_grows_into_the_picture_and_never_out_of_it(form: InputForm, qtbot: QtBot) -> None:
    opened = focused(qtbot, form.opened)
    for _ in range(20):
        qtbot.keyClick(opened, Key.Key_Left, SHIFT)
    assert opened.draft is not None
    assert opened.draft[3] >= 1
    for _ in range(20):
        qtbot.keyClick(opened, Key.Key_Right)
    for _ in range(20):
        qtbot.keyClick(opened, Key.Key_Right, SHIFT)
    assert opened.draft == (0, 0, 288, 288)


def test_a_grey_picture_has_grey_brushes_and_no_channels(
    window: MainWindow, form: InputForm
) -> None:
    form.brush.colours["blue"].setChecked(True)
    store = window.context.store
    store.open("grey", set_view(open_preset("lenet5"), on_input=True))
    assert form.brush.colours["blue"].isHidden()
    assert form.channels.isHidden() or not form.channels.isVisible()
    form.brush.canvas.painted.emit([(0, 0)])
    assert image(window)[0, 0].tolist() == [1.0]


@pytest.mark.parametrize("text", ["A", "가", "Я", "8"])
def test_letters_of_any_script_fill_the_picture(qtbot: QtBot, text: str) -> None:
    picture = letter_picture(text)
    lit = np.argwhere(picture.pixels[..., 0] > 128)
    assert picture.name == text
    assert np.ptp(lit, axis=0).max() == pytest.approx(205, abs=4)
    assert lit.mean(axis=0) == pytest.approx([128, 128], abs=40)


def test_a_fast_stroke_has_no_gaps() -> None:
    cells = line_between((0, 0), (3, 9))
    steps = np.abs(np.diff(cells, axis=0))
    assert steps.max() == 1
    assert (cells[0], cells[-1]) == ((0, 0), (3, 9))
    assert line_between((2, 2), (2, 2)) == [(2, 2)]
