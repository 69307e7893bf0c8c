"""Whatever the card offers really fits, changes one thing, and can be taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from convsim.core.geometry import Axis, Policy
from convsim.core.layers import Conv2d, Dense, Flatten, MaxPool2d
from convsim.core.network import Network
from convsim.document.edits import select_layer, set_field
from convsim.services.opening import open_preset, with_input_size
from convsim.services.store import Store
from convsim.ui.fit_card import FitCard
from convsim.ui.offers import offers, short_formula, unread
from tests.ui.hosting import hosted


def document_of(preset, size=None, index=0, **changes):
    """Return a preset with fields of one layer changed, at that layer."""
    document = open_preset(preset)
    if size is not None:
        document = with_input_size(document, *size)
    for name, value in changes.items():
        document = set_field(document, index, name, value)
    return select_layer(document, index)


CASES = {
    "stride": document_of("grid-stride-3"),
    "lecture": document_of("lecture", stride=2),
    "rows alone": document_of("lecture", (32, 31, 3), stride=2),
    "columns alone": document_of("lecture", (31, 32, 3), stride=2),
    "both, differently": document_of("lecture", (30, 33, 3), stride=(4, 5)),
    "pairs": document_of("lecture", (30, 34, 3), kernel=(3, 4), stride=(4, 7), padding=(0, 1)),
    "dilated": document_of("lecture", dilation=3, stride=2),
    "padded": document_of("lecture", padding=1, stride=4),
    "second layer": document_of("lecture", index=2, stride=2),
    "alexnet": document_of("alexnet", stride=5),
    "pool": document_of("lenet5", index=2, kernel=3),
    "too large": document_of("grid-stride-1", kernel=9),
    "much too large": document_of("grid-stride-1", kernel=64),
    "too large, strided": document_of("grid-stride-2", kernel=10),
    "too large, dilated": document_of("lecture", dilation=32),
    "too large, floor": document_of("grid-stride-3", kernel=9, policy=Policy.FLOOR),
    "one pixel": document_of("lecture", (1, 1, 3)),
}


@pytest.fixture(params=list(CASES))
def case(request):
    return CASES[request.param]


def card_of(qtbot, document, width=640):
    card = FitCard(Store(document))
    hosted(qtbot, card, width=width, height=600)
    return card


def test_every_offer_fits_and_is_one_edit_there_and_back(qtbot, case):
    card = card_of(qtbot, case)
    store = card._store
    made = offers(case.place, case.network)
    assert case.place.error is not None
    assert len(card.buttons()) == len(made) > 0
    for i, offer in enumerate(made):
        card.buttons()[i].click()
        place = store.document.place
        assert place.error is None
        assert place.output_shape == offer.output
        assert store.undo_stack.count() == 1
        assert store.undo_stack.undoText()
        store.undo_stack.undo()
        assert store.document.place.error is not None
        assert len(card.buttons()) == len(made)


def test_every_offer_changes_one_thing(case):
    for offer in offers(case.place, case.network):
        assert offer.field in {"input", "stride", "padding", "kernel", "dilation", "policy"}
        if offer.field != "input":
            assert getattr(case.layer, offer.field) != offer.value


def test_the_lecture_s_example(qtbot):
    card = card_of(qtbot, CASES["stride"])
    assert card.title.text() == "Conv 1 does not fit"
    assert card.formulas.text() == "(7 − 3)/3 + 1 = 2.33…"
    assert card.why.text() == "2.33… positions at stride 3: not a whole number."
    assert card.lost.text() == "Rounded down, 1 row and 1 column of 7×7 would never be read."
    names = [button.accessibleName() for button in card.buttons()]
    assert names[:3] == [
        "stride 1: the output becomes 5×5×1",
        "stride 2: the output becomes 3×3×1",
        "stride 4: the output becomes 2×2×1",
    ]
    assert "padding 1: the output becomes 3×3×1" in names
    assert "kernel 4×4: the output becomes 2×2×1" in names
    assert "leave the last row and column out: the output becomes 2×2×1" in names
    assert "add zeros (“same”): the output becomes 3×3×1" in names
    assert "input 6×6: the output becomes 2×2×1" in names


def test_edits_have_names(qtbot):
    card = card_of(qtbot, CASES["stride"])
    texts = []
    for i in range(len(card.buttons())):
        card.buttons()[i].click()
        texts.append(card._store.undo_stack.undoText())
        card._store.undo_stack.undo()
    assert texts[1] == "Stride of Conv 1 3 → 2"
    assert "Padding of Conv 1 0 → 1" in texts
    assert "Kernel of Conv 1 3×3 → 4×4" in texts
    assert "Policy of Conv 1 strict → floor" in texts
    assert "Input 7×7 → 6×6" in texts


def test_only_the_direction_that_fails_is_shown(qtbot):
    card = card_of(qtbot, CASES["rows alone"])
    assert card.formulas.text() == "Height: (32 − 5)/2 + 1 = 14.5"
    assert card.lost.text() == "Rounded down, 1 row of 32×31 would never be read."
    assert any("leave the last row out" in button.text() for button in card.buttons())
    card = card_of(qtbot, CASES["both, differently"])
    lines = card.formulas.text().split("\n")
    assert [line.partition(":")[0] for line in lines] == ["Height", "Width"]


def test_only_the_direction_that_fails_is_changed():
    for offer in offers(CASES["pairs"].place):
        if offer.field == "stride":
            rows = CASES["pairs"].layer.axes(CASES["pairs"].place.input_shape)[0]
            if rows.fits:
                assert offer.value[0] == 4


def test_a_window_that_is_too_large(qtbot):
    card = card_of(qtbot, CASES["too large"])
    assert card.why.text() == "The window of 9 is larger than the input of 7."
    assert not card.lost.isVisible()
    fields = {offer.field for offer in offers(CASES["too large"].place)}
    assert fields == {"padding", "kernel", "policy", "input"}


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ([Conv2d(2, 3), Dense(4)], "put Flatten before"),
        ([Flatten(), MaxPool2d(2)], "put it before Flatten"),
    ],
)
def test_the_wrong_kind_of_input_is_explained(qtbot, lecture, layers, words):
    network = Network((32, 32, 3), layers)
    weights = lecture.weights.for_network(network)
    document = select_layer(replace(lecture, network=network, weights=weights), 1)
    card = card_of(qtbot, document)
    assert words in card.why.text()
    assert len(card.buttons()) == 1
    assert not card.formulas.isVisible()


def test_what_waits_leads_to_what_must_be_mended(qtbot):
    card = card_of(qtbot, select_layer(CASES["lecture"], 2))
    assert card.title.text() == "Conv 2 waits for Conv 1"
    [button] = card.buttons()
    button.click()
    assert card._store.document.cursor.layer == 0
    assert card.title.text() == "Conv 1 does not fit"
    assert card._store.undo_stack.count() == 0


@pytest.mark.parametrize("width", [480, 639, 640, 900])
def test_it_fits_its_width(qtbot, case, width):
    card = card_of(qtbot, case, width)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    assert card.width() == width
    for button in card.buttons():
        right = button.mapTo(card, button.rect().topRight()).x()
        assert right <= width - 16
        assert button.width() >= button.sizeHint().width()


def test_buttons_do_not_pile_up(qtbot):
    card = card_of(qtbot, CASES["stride"])
    for stride in (1, 3, 1, 3):
        document = card._store.document
        card._store.edit("", set_field(document, 0, "stride", stride))
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len(card.findChildren(QPushButton)) == len(offers(card._store.document.place))


@pytest.mark.parametrize(
    ("axis", "text"),
    [
        (Axis(7, 3, 3), "(7 − 3)/3 + 1 = 2.33…"),
        (Axis(7, 3, 3, 1, 1), "(7 + 2·1 − 3)/3 + 1 = 3"),
        (Axis(7, 3, 3, 0, 1), "(7 + 0 + 1 − 3)/3 + 1 = 2.66…"),
        (Axis(9, 3, 2, dilation=2), "(9 − (2·(3 − 1) + 1))/2 + 1 = 3"),
        (Axis(7, 3, 3, policy=Policy.FLOOR), "⌊(7 − 3)/3⌋ + 1 = 2"),
    ],
)
def test_the_short_formula_leaves_out_padding_that_is_not_there(axis, text):
    assert str(short_formula(axis, "height")) == text


def test_unread_pixels():
    assert unread(Axis(7, 3, 3)) == (6,)
    assert unread(Axis(7, 3, 2)) == ()
    assert unread(Axis(8, 1, 3)) == (1, 2, 4, 5, 7)


def test_it_takes_the_height_that_its_offers_need_where_the_stage_has_room(qtbot):
    stage = QWidget()
    column = QVBoxLayout(stage)
    column.setContentsMargins(0, 0, 0, 0)
    card = FitCard(Store(set_field(CASES["stride"], 0, "stride", 2)))
    column.addStretch(1)
    column.addWidget(card)
    hosted(qtbot, stage, width=600, height=600)
    card._store.edit("", CASES["stride"])
    last = card.verticalScrollBar()
    qtbot.waitUntil(lambda: card.height() > 150 and last.maximum() == 0)


def test_a_padding_that_differs_from_side_to_side_can_be_mended():
    """Every offer fits, and a direction that fits keeps its own padding."""
    layer = Conv2d(2, 3, stride=3, padding=((0, 0), (1, 0)))
    place = Network((7, 7, 1), [layer]).places[0]
    assert place.error is not None
    found = [offer for offer in offers(place) if offer.field != "input"]
    assert {"stride", "padding"} <= {offer.field for offer in found}
    for offer in found:
        Network((7, 7, 1), [replace(layer, **{offer.field: offer.value})]).check()
