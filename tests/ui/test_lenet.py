"""LeNet-5 is built from an empty network, once with the mouse alone, once with the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget

from convsim.core.counts import totals
from convsim.document.presets import PRESETS
from convsim.ui.number_boxes import NumberBox
from tests.ui.hosting import CONTROL, NO_KEYS, Key, wheel
from tests.ui.test_builder import palette_pick

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from convsim.ui.window import MainWindow

LENET = PRESETS["lenet5"].build()
NONE: dict[str, int] = {}
LAYERS = (
    ("conv", {"Filters": 6, "Kernel": 5, "Padding": 2}),
    ("relu", NONE),
    ("maxpool", NONE),
    ("conv", {"Filters": 16, "Kernel": 5, "Padding": 0}),
    ("relu", NONE),
    ("maxpool", NONE),
    ("flatten", NONE),
    ("dense", {"Units": 120}),
    ("relu", NONE),
    ("dense", {"Units": 84}),
    ("relu", NONE),
    ("dense", {"Units": 10}),
    ("softmax", NONE),
)


def is_lenet(window: MainWindow) -> bool:
    network = window.context.document.network
    built = [(type(one), *(getattr(one, f.name) for f in one.fields)) for one in network.layers]
    wanted = [(type(one), *(getattr(one, f.name) for f in one.fields)) for one in LENET.layers]
    assert network.input_shape == (28, 28, 1)
    assert built == wanted
    return totals(network) == totals(LENET)


def setting(window: MainWindow, name: str) -> NumberBox:
    """Return the box of a setting that is shown."""
    boxes = window.inspector.layer_form.findChildren(NumberBox)
    return next(box for box in boxes if box.isVisible() and box.accessibleName() == name)


def turn(qtbot: QtBot, window: MainWindow, box: NumberBox, value: int) -> None:
    """Set a box with a click and the wheel."""
    window.inspector.ensureWidgetVisible(box)
    qtbot.mouseClick(box.lineEdit(), Qt.MouseButton.LeftButton)
    while box.value() != value:
        before = box.value()
        wheel(box, 1 if value > before else -1)
        assert box.value() != before


def test_with_the_mouse_alone(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_["file.new"].trigger()
    form = window.inspector.input_form
    turn(qtbot, window, form.height_box, 28)
    turn(qtbot, window, form.width_box, 28)
    qtbot.mouseClick(form.colours.button("1"), Qt.MouseButton.LeftButton)
    for kind, values in LAYERS:
        palette_pick(qtbot, window, kind)
        assert window.context.document.layer.kind == kind
        for name, value in values.items():
            turn(qtbot, window, setting(window, name), value)
    assert is_lenet(window)
    for _ in range(window.context.store.undo_stack.count()):
        qtbot.mouseClick(window.bar.undo_button, Qt.MouseButton.LeftButton)
    assert window.context.document.preset == "lecture"


class Keyboard:
    """Hands that only find the widget with the focus."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.qtbot, self.window = qtbot, window

    @property
    def focus(self) -> QWidget:
        widget = QApplication.focusWidget()
        assert widget is not None
        return widget

    def press(self, key: Key, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        self.qtbot.keyClick(self.focus, key, keys)

    def go_to_settings(self) -> None:
        while not self.window.inspector.isAncestorOf(self.focus):
            self.press(Key.Key_F6)

    def tab_to(self, name: str) -> None:
        for _ in range(40):
            if name in (self.focus.accessibleName(), getattr(self.focus, "text", str)()):
                return
            self.press(Key.Key_Tab)
        raise AssertionError(f"Tab never comes to {name}")

    def fill(self, name: str, value: int) -> None:
        self.tab_to(name)
        self.press(Key.Key_A, CONTROL)
        self.qtbot.keyClicks(self.focus, str(value))
        self.press(Key.Key_Return)


def test_with_the_keyboard_alone(window: MainWindow, qtbot: QtBot) -> None:
    hands = Keyboard(qtbot, window)
    hands.press(Key.Key_N, CONTROL)
    hands.go_to_settings()
    hands.fill("Height", 28)
    hands.fill("Width", 28)
    hands.tab_to("Colour")
    hands.press(Key.Key_Right)
    for kind, values in LAYERS:
        hands.press(Key.Key_Insert)
        qtbot.keyClicks(hands.focus, kind)
        hands.press(Key.Key_Return)
        assert window.context.document.layer.kind == kind
        assert hands.focus is window.network.list
        if values:
            hands.go_to_settings()
        for name, value in values.items():
            hands.fill(name, value)
    assert is_lenet(window)
    while window.context.store.undo_stack.canUndo():
        hands.press(Key.Key_Z, CONTROL)
    assert window.context.document.preset == "lecture"


def test_what_is_broken_is_mended_by_what_the_card_offers(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_["preset.lenet5"].trigger()
    view = window.network.list
    at = QPoint(60, view.visualRect(view.rows.index(1, 0)).center().y())
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    turn(qtbot, window, setting(window, "Stride"), 2)
    card = window.stage.card
    assert card.isVisible()
    assert "(28 + 2·2 − 5)/2 + 1 = 14.5" in card.formulas.text()
    offers = {button.accessibleName().split(":")[0]: button for button in card.buttons()}
    assert {"stride 1", "padding 3"} & offers.keys()
    assert any(name.startswith("kernel") for name in offers)
    assert any(name.startswith("input") for name in offers)
    qtbot.mouseClick(offers["stride 1"], Qt.MouseButton.LeftButton)
    assert window.context.document.network.bad_place is None
    assert is_lenet(window)
