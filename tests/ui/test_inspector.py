"""The inspector shows what is selected, changes it, and can be taken back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QLabel, QWidget

from convsim.core.layers import KINDS
from convsim.document.edits import select_layer, set_field, set_view
from convsim.figures.theme import DARK, LIGHT
from convsim.services.opening import open_preset
from convsim.services.player import stepped
from convsim.services.store import Store
from convsim.ui.bursts import PAUSE, Bursts
from convsim.ui.field_editors import EDITORS
from convsim.ui.inspector import Inspector
from convsim.ui.layer_form import LayerForm
from convsim.ui.layer_words import choice_words, field_hint, field_title, kind_sentences
from tests.ui.hosting import Clock, Key, focused, hosted, typed, wheel

PRESETS = ("lecture", "grid-stride-3", "lenet5", "alexnet")


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(lecture):
    return Store(lecture)


@pytest.fixture
def form(qtbot, store, clock):
    form = LayerForm(store, bursts=Bursts(store, clock))
    hosted(qtbot, form)
    return form


@pytest.fixture
def inspector(qtbot, store):
    inspector = Inspector(store)
    inspector.set_theme(LIGHT)
    hosted(qtbot, inspector)
    return inspector


# -- the form ------------------------------------------------------------------------------


def test_every_kind_of_field_has_an_editor_and_words():
    fields = [field for kind in KINDS.values() for field in kind.fields]
    assert {field.kind for field in fields} <= set(EDITORS)
    assert kind_sentences().keys() == KINDS.keys()
    for field in fields:
        assert field_title(field.name)
        assert field_hint(field.name) or field.choices
        for choice in field.choices:
            assert all(choice_words(str(choice)))


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("filters", "12", 12),
        ("kernel", "7", (7, 7)),
        ("kernel", "3x5", (3, 5)),
        ("stride", "3", (3, 3)),
        ("padding", "2", (2, 2)),
        ("dilation", "2", (2, 2)),
    ],
)
def test_typing_a_number_is_one_edit_there_and_back(qtbot, store, form, name, text, value):
    before = getattr(store.document.layer, name)
    editor = form.editor(name)
    typed(qtbot, getattr(editor, "both", None) or editor.box, text)
    assert getattr(store.document.layer, name) == value
    assert store.undo_stack.count() == 1
    store.undo_stack.undo()
    assert getattr(store.document.layer, name) == before
    store.undo_stack.redo()
    assert getattr(store.document.layer, name) == value


def test_edits_have_names(qtbot, store, form):
    typed(qtbot, form.editor("stride").both, "2")
    assert store.undo_stack.undoText() == "Stride of conv1 1 → 2"
    typed(qtbot, form.editor("kernel").both, "7")
    assert store.undo_stack.undoText() == "Kernel of conv1 5×5 → 7×7"
    form.editor("bias").box.click()
    assert store.undo_stack.undoText() == "Bias of conv1 on → off"
    form.editor("policy").segments.button("floor").click()
    assert store.undo_stack.undoText() == "Policy of conv1 strict → floor"


def test_quick_steps_are_one_undo_and_a_pause_ends_them(qtbot, store, form, clock):
    box = focused(qtbot, form.editor("stride").both)
    for _ in range(3):
        qtbot.keyClick(box, Key.Key_Up)
    assert wheel(box)
    assert store.document.layer.stride == (5, 5)
    assert store.undo_stack.count() == 1
    assert store.undo_stack.undoText() == "Stride of conv1 1 → 5"
    clock.now += PAUSE + 0.1
    qtbot.keyClick(box, Key.Key_Down)
    assert store.undo_stack.count() == 2
    store.undo_stack.undo()
    store.undo_stack.undo()
    assert store.document.layer.stride == (1, 1)
    assert box.value() == 1


def test_different_fields_never_merge(qtbot, store, form):
    qtbot.keyClick(focused(qtbot, form.editor("stride").both), Key.Key_Up)
    qtbot.keyClick(focused(qtbot, form.editor("padding").both), Key.Key_Up)
    qtbot.keyClick(focused(qtbot, form.editor("stride").both), Key.Key_Up)
    assert store.undo_stack.count() == 3


def test_the_link_ties_rows_and_columns(qtbot, store, form):
    editor = form.editor("kernel")
    assert editor.link.isChecked()
    assert editor.both.isVisible()
    editor.link.click()
    assert not editor.both.isVisible()
    assert store.undo_stack.count() == 0
    typed(qtbot, editor.cols, "3")
    assert store.document.layer.kernel == (5, 3)
    typed(qtbot, editor.rows, "7")
    assert store.document.layer.kernel == (7, 3)
    editor.link.click()
    assert store.document.layer.kernel == (7, 7)
    assert editor.both.text() == "7 × 7"
    store.undo_stack.undo()
    assert store.document.layer.kernel == (7, 3)
    assert not editor.link.isChecked()
    assert (editor.rows.text(), editor.cols.text()) == ("7", "3")


def test_what_is_not_square_is_never_shown_as_square(qtbot, store, form):
    store.edit("", set_field(store.document, 0, "stride", (1, 2)))
    editor = form.editor("stride")
    assert (editor.rows.value(), editor.cols.value()) == (1, 2)
    assert editor.rows.isVisible()
    assert editor.cols.isVisible()
    assert not editor.both.isVisible()
    store.show(select_layer(store.document, 2))
    assert form.editor("stride").both.isVisible()


@pytest.mark.parametrize(
    ("name", "text"), [("filters", "0"), ("kernel", "99"), ("stride", "0"), ("padding", "a")]
)
def test_what_cannot_be_keeps_the_document_and_says_why(qtbot, store, form, name, text):
    before = store.document
    editor = form.editor(name)
    box = getattr(editor, "both", None) or editor.box
    shown = box.text()
    typed(qtbot, box, text)
    assert store.document is before
    assert box.text() == shown
    problem = form.row(name).problem
    assert problem.isVisible()
    assert f"received “{text}”" in problem.text()
    typed(qtbot, box, "2")
    assert not problem.isVisible()


def test_an_error_of_the_core_is_shown_below_the_field(store, form):
    before = store.document
    form.choose(store.document.layer.fields[1], (3, 99))
    assert store.document is before
    assert form.row("kernel").problem.text() == "Conv1: kernel must be 1 to 64; got 99"


def test_a_layer_that_does_not_fit_can_be_typed_and_mended(qtbot, store, form):
    typed(qtbot, form.editor("stride").both, "4")
    assert store.document.place.error is not None
    typed(qtbot, form.editor("stride").both, "3")
    assert store.document.place.error is None


def test_same_chooses_the_padding_itself(store, form):
    form.editor("policy").segments.button("same").click()
    assert not form.editor("padding").isEnabled()
    assert form.row("padding").hint.text() == "“same” adds 2 before, 2 after"
    form.editor("policy").segments.button("strict").click()
    assert form.editor("padding").isEnabled()
    assert not form.row("padding").hint.isVisible()


def test_typing_survives_playing(qtbot, store, form):
    box = focused(qtbot, form.editor("kernel").both)
    box.selectAll()
    qtbot.keyClicks(box, "1")
    for _ in range(3):
        store.show(stepped(store.document, 1))
    qtbot.keyClicks(box, "1")
    qtbot.keyClick(box, Key.Key_Return)
    assert store.document.layer.kernel == (11, 11)


def test_half_typed_numbers_belong_to_the_layer_they_were_typed_for(qtbot, store, form):
    box = focused(qtbot, form.editor("kernel").both)
    box.selectAll()
    qtbot.keyClicks(box, "9")
    store.show(select_layer(store.document, 2))
    assert box.text() == "5 × 5"
    box.clearFocus()
    assert store.document.network.layers[2].kernel == (5, 5)


# -- the panel -----------------------------------------------------------------------------


def test_title_sentence_and_formulas(store, inspector):
    assert inspector.title.text() == "Conv 1"
    assert inspector.sentence.text() == "Each filter writes one map."
    assert inspector.formulas.text("size") == "(32 + 2·0 − 5)/1 + 1 = 28"
    assert inspector.formulas.text("weights") == "5·5·3·6 = 450 + 6 biases"
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
    assert all(b >= a - 4 for a, b in zip(heights, heights[1:], strict=False))


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
    edge = inspector.viewport().width()
    views = [select_layer(store.document, i) for i in range(len(store.document.network.layers))]
    for view in (*views, set_view(store.document, on_input=True)):
        store.show(view)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        assert inspector.widget().width() <= inspector.viewport().width()
        for child in inspector.widget().findChildren(QWidget):
            if child.isVisible() and not isinstance(child.parentWidget(), QAbstractSpinBox):
                right = child.mapTo(inspector.widget(), child.rect().topRight()).x()
                assert right < max(edge, inspector.viewport().width()), (child, right)
                if isinstance(child, QLabel) and not child.wordWrap():
                    assert child.width() >= child.sizeHint().width(), child.text()


def test_the_scroll_bar_takes_its_room_from_the_margin(qtbot, inspector):
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
