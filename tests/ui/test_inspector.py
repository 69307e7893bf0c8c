"""The inspector shows what is selected, changes it, and can be taken back."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QLabel, QWidget

from convsim.document.edits import select_layer, set_field, set_view
from convsim.figures.theme import DARK, LIGHT
from convsim.services.opening import open_preset
from convsim.services.player import stepped
from convsim.services.store import Store
from convsim.ui.inspector import RIGHT, Inspector
from tests.ui.hosting import Key, focused, hosted

PRESETS = ("lecture", "grid-stride-3", "lenet5", "alexnet")


@pytest.fixture
def store(lecture):
    return Store(lecture)


@pytest.fixture
def inspector(qtbot, store):
    inspector = Inspector(store)
    inspector.set_theme(LIGHT)
    hosted(qtbot, inspector)
    return inspector


def test_title_sentence_and_formulas(store, inspector):
    assert inspector.title.text() == "Conv 1"
    assert inspector.sentence.text() == "Each filter writes one map."
    assert inspector.formulas.text("size") == "(32 + 2·0 − 5)/1 + 1 = 28"
    assert inspector.formulas.text("weights") == "5·5·3·6 = 450, + 6 biases"
    assert inspector.costs.text("multiply_adds") == "28·28·6·75 = 352,800"
    assert inspector.costs.text("memory") == "4·28·28·6 = 18,816 bytes"
    store.show(select_layer(store.document, 1))
    assert inspector.title.text() == "ReLU 1"
    assert not inspector.kernel.isVisible()
    assert inspector.formulas.text("size") == "28×28×6"


def test_height_and_width_are_told_apart_where_they_differ(store, inspector):
    store.edit("", set_field(store.document, 0, "kernel", (3, 5)))
    text = inspector.formulas.text("size")
    assert text == "height (32 + 2·0 − 3)/1 + 1 = 30\nwidth (32 + 2·0 − 5)/1 + 1 = 28"


def test_what_does_not_fit_and_what_waits_for_it_say_so(store, inspector):
    store.edit("", set_field(store.document, 0, "stride", 2))
    assert inspector.state.text().startswith("Does not fit. 14.5 positions")
    assert inspector.formulas.text("size") == "(32 + 2·0 − 5)/2 + 1 = 14.5"
    store.show(select_layer(store.document, 2))
    assert inspector.state.text() == "Waits for Conv 1, which does not fit."
    assert not inspector.formulas.isVisible()
    store.undo_stack.undo()
    assert not inspector.state.isVisible()


def test_what_is_wrong_does_not_move_the_boxes_from_the_pointer(store, inspector, qapp):
    stride = inspector.layer_form.editor("stride")
    before = stride.mapTo(inspector, stride.rect().topLeft())
    store.edit("Stride", set_field(store.document, 0, "stride", (2, 2)))
    qapp.processEvents()
    assert inspector.state.text().startswith("Does not fit.")
    assert inspector.state.isVisible()
    assert stride.mapTo(inspector, stride.rect().topLeft()) == before


def test_larger_words_get_more_room(inspector, qapp):
    before = inspector.minimumWidth()
    font = inspector.font()
    font.setPixelSize(17)
    inspector.setFont(font)
    assert inspector.minimumWidth() > 1.25 * before


def test_the_picture_has_its_own_form(store, inspector):
    store.show(set_view(store.document, on_input=True))
    assert inspector.title.text() == "Input"
    assert inspector.input_form.isVisible()
    assert not inspector.layer_form.isVisible()
    store.show(select_layer(store.document, 0))
    assert not inspector.input_form.isVisible()
    assert inspector.layer_form.isVisible()


def test_the_button_asks_for_a_picture(qtbot, store, inspector):
    store.show(set_view(store.document, on_input=True))
    with qtbot.waitSignal(inspector.open_requested):
        inspector.input_form.open_button.click()


@pytest.mark.parametrize("preset", PRESETS)
def test_every_control_has_a_name_for_those_who_cannot_see_it(qtbot, preset):
    store = Store(open_preset(preset))
    inspector = Inspector(store)
    hosted(qtbot, inspector)
    views = [select_layer(store.document, i) for i in range(len(store.document.network.layers))]
    for view in (*views, set_view(store.document, on_input=True)):
        store.show(view)
        controls = focusable(inspector)
        nameless = [type(w).__name__ for w in controls if not name_of(w)]
        assert not nameless
        names = [name_of(w) for w in controls]
        assert len(names) == len(set(names)), names


def focusable(root):
    """Return what Tab stops at, visible, without the insides of spin boxes."""
    return [
        w
        for w in root.findChildren(QWidget)
        if w.focusPolicy() & Qt.FocusPolicy.TabFocus
        and w.isVisible()
        and w.isEnabled()
        and not isinstance(w.parentWidget(), QAbstractSpinBox)
    ]


def name_of(widget):
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or text


def test_tab_goes_from_top_to_bottom_through_everything(qtbot, inspector):
    first = focused(qtbot, inspector.layer_form.editor("filters").box)
    seen = [first]
    for _ in range(60):
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Tab)
        if QApplication.focusWidget() is first:
            break
        seen.append(QApplication.focusWidget())
    assert set(focusable(inspector)) - set(seen) <= unchecked(inspector)
    heights = [w.mapTo(inspector.widget(), w.rect().center()).y() for w in seen]
    # Buttons of one row may differ by a pixel or two.
    assert all(b >= a - 4 for a, b in pairwise(heights))


def unchecked(root):
    """Return the buttons that arrow keys, not Tab, lead to: those of a group that are up."""
    return {w for w in root.findChildren(QAbstractButton) if w.group() and not w.isChecked()}


@pytest.mark.parametrize("width", [200, 216, 260, 280])
@pytest.mark.parametrize("preset", PRESETS)
def test_it_never_needs_more_width_than_it_has(qtbot, preset, width):
    store = Store(open_preset(preset))
    inspector = Inspector(store)
    inspector.set_theme(DARK)
    hosted(qtbot, inspector, width=width, height=500)
    views = [select_layer(store.document, i) for i in range(len(store.document.network.layers))]
    for view in (*views, set_view(store.document, on_input=True)):
        store.show(view)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        page = inspector.widget()
        assert page is not None
        assert page.width() == inspector.viewport().width() == width
        for child in page.findChildren(QWidget):
            if child.isVisible() and not isinstance(child.parentWidget(), QAbstractSpinBox):
                right = child.mapTo(page, child.rect().topRight()).x()
                assert right < width - RIGHT, (child, right)
                if isinstance(child, QLabel) and not child.wordWrap():
                    assert child.width() >= child.sizeHint().width(), child.text()


def test_the_scroll_bar_lies_on_the_margin(qtbot, inspector):
    page = inspector.window()
    widths = set()
    for height in (1200, 400, 860, 850, 840, 300):
        page.resize(222, height)
        QApplication.processEvents()
        widths.add(inspector.kernel.grid.width())
    assert len(widths) == 1


def test_selecting_layers_makes_no_widgets_after_the_first_time(qtbot, store, inspector):
    def tour():
        for i in range(len(store.document.network.layers)):
            store.show(select_layer(store.document, i))
        store.show(set_view(store.document, on_input=True))
        store.show(select_layer(store.document, 0))
        return len(inspector.findChildren(QWidget))

    first = tour()
    for _ in range(3):
        assert tour() == first


def test_playing_leaves_the_panel_alone(qtbot, store, inspector):
    texts = []
    inspector.kernel.title.setText("not written anew")
    for _ in range(5):
        store.show(stepped(store.document, 1))
        texts.append(inspector.kernel.title.text())
    assert set(texts) == {"not written anew"}


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_both_themes_can_be_put_on_again_and_again(inspector, theme):
    for _ in range(3):
        inspector.set_theme(theme)
    assert not inspector.grab().isNull()


def test_an_inspector_that_is_gone_hears_nothing(qtbot, store):
    inspector = Inspector(store)
    inspector.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    store.edit("", set_field(store.document, 0, "stride", 3))
    store.undo_stack.undo()
