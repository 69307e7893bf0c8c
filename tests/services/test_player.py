"""Playing: a clock moves the window on; stepping does so by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from convsim.core.step import Cursor, Inside
from convsim.document.edits import set_field
from convsim.services.opening import open_preset
from convsim.services.player import SPEEDS, START_SPEED, Player, stepped, stepped_inside
from convsim.services.store import Store

if TYPE_CHECKING:
    from convsim.document import Document

FAST = SPEEDS[-1]


@pytest.fixture
def grid():
    """Return the document of the 7×7 picture: 5×5 positions of one filter, no ReLU."""
    return open_preset("grid-stride-1")


@pytest.fixture
def store(qapp, grid):
    return Store(grid)


@pytest.fixture
def player(store):
    made = Player(store)
    made.set_speed(FAST)
    yield made
    made.set_playing(False)


def at(document, row, col):
    return document.at(Cursor(0, 0, row, col))


def test_playing_moves_on_and_stops_at_the_end(qtbot, store, player):
    store.show(at(store.document, 4, 1))
    seen = []
    store.changed.connect(lambda _before, after: seen.append(after.cursor[1:]))
    player.set_playing(True)
    assert player.playing
    qtbot.waitUntil(lambda: not player.playing)
    assert seen == [(0, 4, 2), (0, 4, 3), (0, 4, 4)]
    assert store.undo_stack.isClean()


def test_everybody_hears_that_it_plays_and_that_it_stopped(qtbot, store, player):
    store.show(at(store.document, 4, 3))
    heard: list[bool] = []
    player.playing_changed.connect(heard.append)
    player.set_playing(True)
    player.set_playing(True)
    qtbot.waitUntil(lambda: not player.playing)
    assert heard == [True, False]


def test_started_at_the_very_end_it_begins_anew(qtbot, store, player):
    store.show(at(store.document, 4, 4))
    player.set_playing(True)
    assert store.document.cursor == Cursor(0, 0, 0, 0)
    qtbot.waitUntil(lambda: store.document.cursor == Cursor(0, 0, 0, 2))
    player.set_playing(False)
    assert not player.playing


def test_a_loop_begins_anew_by_itself(qtbot, store, player):
    player.set_loop(True)
    store.show(at(store.document, 4, 3))
    player.set_playing(True)
    qtbot.waitUntil(lambda: store.document.cursor == Cursor(0, 0, 0, 1))
    assert player.playing


def test_after_the_last_position_of_a_filter_comes_the_next_filter(qtbot, qapp):
    document = open_preset("lecture")
    store = Store(document.at(Cursor(0, 0, 27, 27)))
    player = Player(store)
    player.set_speed(FAST)
    player.set_playing(True)
    qtbot.waitUntil(lambda: store.document.cursor == Cursor(0, 1, 0, 0))
    player.set_playing(False)


def test_a_layer_that_does_not_fit_cannot_be_played(qtbot, qapp):
    player = Player(Store(open_preset("grid-stride-3")))
    with qtbot.assertNotEmitted(player.playing_changed):
        player.set_playing(True)
    assert not player.playing


@pytest.mark.parametrize("loop", [False, True])
def test_it_stops_when_an_edit_leaves_nothing_to_play(qtbot, store, player, loop):
    player.set_loop(loop)
    player.set_playing(True)
    store.edit("Stride", set_field(store.document, 0, "stride", (3, 3)))
    qtbot.waitUntil(lambda: not player.playing)


def test_the_speed_goes_up_and_down_a_list_and_stays_within_it(qtbot, store):
    player = Player(store)
    assert player.speed == START_SPEED
    heard: list[float] = []
    player.speed_changed.connect(heard.append)
    player.faster(1)
    player.faster(-2)
    player.faster(-100)
    player.faster(100)
    assert heard == [8.0, 2.0, SPEEDS[0], SPEEDS[-1]]


def test_a_speed_from_elsewhere_finds_its_neighbour(store):
    player = Player(store)
    player.set_speed(5.0)
    player.faster(1)
    assert player.speed == 8.0


def there(document: Document | None) -> Document:
    """Return a document that must not be the end."""
    assert document is not None
    return document


def test_stepping_goes_on_and_back_and_says_where_it_ends(grid):
    assert there(stepped(at(grid, 0, 4), 1)).cursor == Cursor(0, 0, 1, 0)
    assert there(stepped(at(grid, 1, 0), -1)).cursor == Cursor(0, 0, 0, 4)
    assert there(stepped(at(grid, 0, 0), 7)).cursor == Cursor(0, 0, 1, 2)
    assert stepped(at(grid, 0, 0), -1) is None
    assert stepped(at(grid, 4, 4), 1) is None
    assert stepped(open_preset("grid-stride-3"), 1) is None


def test_stepping_inside_goes_through_all_parts_and_over_into_the_next_position(grid):
    document = at(grid, 2, 2)
    document = document.at(document.cursor, Inside.PRODUCTS)
    seen = []
    for _ in range(6):
        document = there(stepped_inside(document, 1))
        seen.append((document.cursor.col, document.inside))
    assert seen == [
        (2, Inside.CHANNEL_SUMS),
        (2, Inside.TOTAL),
        (2, Inside.BIAS),
        (2, Inside.WRITE),
        (3, Inside.PRODUCTS),
        (3, Inside.CHANNEL_SUMS),
    ]


def test_stepping_inside_is_reversible(grid):
    document = at(grid, 0, 0).at(Cursor(0, 0, 0, 0), Inside.PRODUCTS)
    way = [document]
    while (following := stepped_inside(way[-1], 1)) is not None:
        way.append(following)
    assert len(way) == 25 * 5
    back: Document = way[-1]
    for expected in reversed(way[:-1]):
        back = there(stepped_inside(back, -1))
        assert (back.cursor, back.inside) == (expected.cursor, expected.inside)
    assert stepped_inside(back, -1) is None


def test_stepping_over_a_vector_goes_from_unit_to_unit():
    document = open_preset("lenet5")
    dense = document.network.index("dense3")
    unit = document.at(Cursor(dense, 8))
    last = there(stepped(unit, 1))
    assert last.cursor == Cursor(dense, 9)
    assert stepped(last, 1) is None
