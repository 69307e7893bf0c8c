"""Stage, strip, list, overview, maps and counts: what they show and where a click leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt

from convsim.core.step import Cursor, Inside
from convsim.document.edits import set_view, set_weight
from convsim.ui.layer_model import COUNTS, DETAIL, SHAPE, TITLE
from tests.figures.pages import words

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from convsim.figures.scene import Area
    from convsim.ui.scene_view import SceneView
    from convsim.ui.window import MainWindow
    from tests.ui.conftest import Opener


def area(view: SceneView, name: str, filter_: int = -1) -> Area:
    scene = view.current_scene()
    return next(a for a in scene.areas if a.name == name and filter_ in (-1, a.filter))


def click_cell(qtbot: QtBot, view: SceneView, place: Area, row: int, col: int) -> None:
    x = place.x + (col - place.col0 + 0.5) * place.width / place.cols
    y = place.y + (row - place.row0 + 0.5) * place.height / place.rows
    at = QPoint(round(x * view.zoom), round(y * view.zoom))
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)


def test_a_click_on_the_output_goes_there(window: MainWindow, qtbot: QtBot) -> None:
    view = window.stage.view
    click_cell(qtbot, view, area(view, "output"), 20, 9)
    assert window.context.document.cursor == Cursor(0, 0, 20, 9)


def test_a_click_on_the_input_goes_to_a_window_that_reads_it(
    window: MainWindow, qtbot: QtBot
) -> None:
    view = window.stage.view
    click_cell(qtbot, view, area(view, "input"), 10, 10)
    cursor = window.context.document.cursor
    assert cursor.row <= 10 <= cursor.row + 4
    assert cursor.col <= 10 <= cursor.col + 4


def test_pointing_says_value_and_how_often_a_pixel_is_read(
    window: MainWindow, qtbot: QtBot
) -> None:
    view = window.stage.view
    window.stage._point(area(view, "input"), 16, 16)
    assert "read by 25 positions" in window.status.sentence.text()
    window.stage._point(area(view, "output"), 0, 0)
    assert "value" in window.status.sentence.text()
    window.stage._point(None, 0, 0)
    assert "reads rows" in window.status.sentence.text()


@pytest.mark.parametrize("part", range(6))
def test_each_part_of_a_step_changes_the_stage(window: MainWindow, part: int) -> None:
    document = window.context.document.at(Cursor(0, 1, 5, 5))
    store = window.context.store
    pictures = []
    steps = document.inside_steps()
    for inside in (steps[part], steps[(part + 1) % len(steps)]):
        store.show(document.at(document.cursor, inside))
        pictures.append(window.stage.view.grab().toImage())
    assert pictures[0] != pictures[1]


def test_the_chips_go_into_the_step(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(window.chips._buttons[Inside.TOTAL], Qt.MouseButton.LeftButton)
    assert window.context.document.inside is Inside.TOTAL


@pytest.mark.parametrize(
    ("preset", "layer", "names"),
    [
        ("lecture", 0, ["products", "sums", "total", "bias", "ReLU", "write"]),
        ("lenet5", 2, ["window", "maximum", "write"]),
        ("lenet5", 12, ["exponentials", "total", "share"]),
    ],
)
def test_the_chips_are_called_what_the_layer_does(
    open_window: Opener, preset: str, layer: int, names: list[str]
) -> None:
    window = open_window(preset)
    window.context.store.show(window.context.document.at(Cursor(layer)))
    shown = [button for button in window.chips._buttons.values() if button.isVisible()]
    assert [button.text() for button in shown] == names


@pytest.mark.parametrize("preset", ["lecture", "lenet5", "resnet-mini"])
@pytest.mark.parametrize("width", [1024, 1280])
def test_the_tabs_stay_whole_and_every_part_of_the_step_can_be_reached(
    open_window: Opener, qtbot: QtBot, preset: str, width: int
) -> None:
    window = open_window(preset)
    window.resize(width, 700)
    window.reset_layout()
    tabs, chips = window.tabs, window.chips
    # The side panels take less in a small window, as they do at the first start.
    qtbot.waitUntil(lambda: tabs.tabBar().width() >= tabs.tabBar().sizeHint().width())
    steps = list(window.context.document.inside_steps())
    shown = [step for step, button in chips._buttons.items() if button.isVisible()]
    in_menu = chips.button.isVisible()
    assert shown == ([] if in_menu else steps)
    assert len(chips.button.menu().actions()) == len(steps)
    chips.button.menu().actions()[0].trigger()
    assert window.context.document.inside is steps[0]


def test_the_slider_goes_to_a_position(window: MainWindow) -> None:
    window.stage.timeline._slider.setValue(349)
    assert window.context.document.cursor == Cursor(0, 0, 12, 13)
    assert window.stage.timeline._count.text() == "350 / 784"


def test_a_click_on_a_map_chooses_its_filter(window: MainWindow, qtbot: QtBot) -> None:
    view = window.strip.view
    click_cell(qtbot, view, area(view, "map", 4), 3, 3)
    assert window.context.document.cursor == Cursor(0, 4, 3, 3)


def test_an_edited_weight_repaints_strip_and_stage(window: MainWindow, qtbot: QtBot) -> None:
    store = window.context.store
    before = [view.grab().toImage() for view in (window.strip.view, window.stage.view)]
    store.edit("Weight", set_weight(store.document, 0, (0, 0, 0, 0), 3.0))
    after = [view.grab().toImage() for view in (window.strip.view, window.stage.view)]
    assert before[0] != after[0]
    assert before[1] != after[1]


def test_many_maps_scroll(open_window: Opener) -> None:
    window = open_window("alexnet")
    strip = window.strip
    assert strip._bar.isVisible()
    strip._bar.setValue(40)
    assert area(strip.view, "map").filter == 40


def test_the_chosen_map_is_among_those_shown_however_wide_the_window(
    open_window: Opener, qtbot: QtBot
) -> None:
    window = open_window("alexnet")

    def shown() -> list[int]:
        return [a.filter for a in window.strip.view.current_scene().areas if a.name == "map"]

    # To another layer and its last map at once, as a project does that is opened there.
    window.context.store.show(window.context.document.at(Cursor(3, 255, 1, 1)))
    qtbot.waitUntil(lambda: 255 in shown())
    wide = len(shown())
    window.resize(1024, 700)
    qtbot.waitUntil(lambda: 0 < len(shown()) < wide)
    assert 255 in shown()
    # Whoever has scrolled elsewhere stays there.
    window.strip._bar.setValue(40)
    window.resize(1280, 800)
    qtbot.waitUntil(lambda: len(shown()) == wide)
    assert shown()[0] == 40


def test_maps_that_made_way_in_a_narrow_window_come_back_in_a_wide_one(
    open_window: Opener, qtbot: QtBot
) -> None:
    window = open_window("alexnet")

    def shown() -> list[int]:
        return [a.filter for a in window.strip.view.current_scene().areas if a.name == "map"]

    qtbot.waitUntil(lambda: len(shown()) > 4)
    wide = len(shown())
    window.resize(1024, 700)
    qtbot.waitUntil(lambda: 0 < len(shown()) < wide)
    # In the wide window it was the last of those that are shown.
    window.context.store.show(window.context.document.at(Cursor(0, wide - 1, 1, 1)))
    qtbot.waitUntil(lambda: wide - 1 in shown())
    assert shown()[0] > 0
    window.resize(1280, 800)
    qtbot.waitUntil(lambda: len(shown()) == wide)
    assert shown() == list(range(wide))


def test_the_list_shows_shapes_and_counts(window: MainWindow) -> None:
    model = window.network.list.model()
    rows = [
        tuple(
            model.index(row, 0).data(role).replace("\u00a0", " ")
            for role in (TITLE, SHAPE, DETAIL, COUNTS)
        )
        for row in range(model.rowCount())
    ]
    assert rows[0][:2] == ("Input", "32×32×3")
    assert rows[1] == (
        "Conv 1",
        "28×28×6",
        "6 of 5×5, stride 1, pad 0",
        "5·5·3·6 = 450, + 6 biases",
    )
    assert rows[3] == (
        "Conv 2",
        "24×24×10",
        "10 of 5×5, stride 1, pad 0",
        "5·5·6·10 = 1,500, + 10 biases",
    )
    assert "1,966 parameters" in window.network._total.text()


def test_the_list_says_what_does_not_fit_and_what_waits(open_window: Opener) -> None:
    window = open_window("lecture")
    store = window.context.store
    from convsim.document.edits import set_field

    store.edit("Stride", set_field(store.document, 0, "stride", (2, 2)))
    model = window.network.list.model()
    assert model.index(1, 0).data(DETAIL) == "does not fit"
    assert "(32−5)/2+1 = 14.5" in model.index(1, 0).data(COUNTS)
    assert model.index(2, 0).data(DETAIL) == "waits for Conv 1"


def test_choosing_in_the_list_moves_the_cursor_and_is_no_edit(window: MainWindow) -> None:
    model = window.network.list.model()
    window.network.list.setCurrentIndex(model.index(3, 0))
    assert window.context.document.cursor.layer == 2
    window.network.list.setCurrentIndex(model.index(0, 0))
    assert window.context.document.view.on_input
    assert window.context.store.undo_stack.count() == 0


@pytest.mark.parametrize("kind", ["volumes", "tiles", "sweep", "padding"])
def test_the_overview_shows_its_figures(window: MainWindow, kind: str) -> None:
    window.show_tab("overview")
    window.tabs.overview.segments.chosen.emit(kind)
    assert window.context.document.view.overview == kind
    assert window.tabs.overview.view.current_scene().items


def test_a_click_on_a_volume_selects_its_layer(window: MainWindow, qtbot: QtBot) -> None:
    window.show_tab("overview")
    view = window.tabs.overview.view
    place = next(a for a in view.current_scene().areas if a.name == "layer" and a.layer == 2)
    click_cell(qtbot, view, place, 0, 0)
    assert window.context.document.cursor.layer == 2


def test_one_map_can_be_zoomed_and_clicked(window: MainWindow, qtbot: QtBot) -> None:
    store = window.context.store
    store.show(set_view(store.document, tab="maps", maps="zoom"))
    zoom = window.tabs.maps._zoom
    assert zoom is not None
    assert zoom.isVisible()
    assert window.tabs.maps._zoom_head is not None
    head = words(window.tabs.maps._zoom_head.current_scene())
    assert "conv 1, map 1 of 6, vertical edges, before relu" in head.lower()
    assert "1.717" in head
    zoom.clicked.emit(7, 8)
    assert window.context.document.cursor[2:] == (7, 8)
    zoom.hovered.emit(7, 8)
    assert "row 7, column 8: value" in window.status.sentence.text()


def test_the_counts_scroll_when_the_network_is_long(open_window: Opener) -> None:
    window = open_window("vgg16")
    window.show_tab("counts")
    assert window.tabs.counts.view.height() > window.tabs.counts.viewport().height()


def test_a_heavy_layer_is_worked_out_in_the_background(open_window: Opener, qtbot: QtBot) -> None:
    window = open_window("vgg16")
    store = window.context.store
    store.show(store.document.at(Cursor(4)))
    scene = window.stage.view.current_scene()
    assert "Working out" in scene.title
    qtbot.waitUntil(
        lambda: "Working out" not in window.stage.view.current_scene().title, timeout=60_000
    )
