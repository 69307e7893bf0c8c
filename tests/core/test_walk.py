"""A walk leads through every value of a layer, row by row and filter by filter."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from convsim.core.step import Cursor, Walk, walk_of
from tests.oracles.draws import careful

walks = st.builds(Walk, st.integers(1, 5), st.integers(1, 4), st.integers(1, 4))
places = st.tuples(st.integers(-3, 9), st.integers(-3, 9), st.integers(-3, 9))


def test_a_map_is_walked_place_by_place_and_a_vector_unit_by_unit():
    maps, vector = walk_of((28, 20, 6)), walk_of((120,))
    assert maps == Walk(filters=6, rows=28, cols=20)
    assert (maps.is_map, maps.positions, maps.total) == (True, 560, 3360)
    assert vector == Walk(filters=120, rows=1, cols=1)
    assert (vector.is_map, vector.positions, vector.total) == (False, 120, 120)
    assert walk_of((1, 1, 5)) == Walk(5, 1, 1)
    assert walk_of((1, 3, 5)).is_map
    assert walk_of((3, 1, 5)).is_map


@careful(100)
@given(walks)
def test_a_walk_goes_row_by_row_and_filter_by_filter_through_every_value(walk):
    cursor, path = Cursor(2), [Cursor(2)]
    for _ in range(walk.total - 1):
        cursor = walk.moved(cursor, 1)
        path.append(cursor)
    assert path == [
        Cursor(2, f, r, c)
        for f in range(walk.filters)
        for r in range(walk.rows)
        for c in range(walk.cols)
    ]
    assert walk.moved(cursor, 1) == cursor
    assert all(walk.moved(after, -1) == before for before, after in pairwise(path))
    assert walk.moved(path[0], -1) == path[0]


@careful(200)
@given(walks, st.data())
def test_a_move_can_be_taken_back_unless_it_met_an_end(walk, data):
    start = walk.moved(Cursor(1), data.draw(st.integers(0, walk.total - 1)))
    by = data.draw(st.integers(-100, 100))
    there = walk.moved(start, by)
    assert walk.clamped(there) == there
    assert there.layer == 1
    ends = {walk.moved(start, -(10**9)), walk.moved(start, 10**9)}
    if there not in ends:
        assert walk.moved(there, -by) == start


@careful(200)
@given(walks, places)
def test_clamping_gives_the_nearest_cursor_there_is(walk, place):
    cursor = walk.clamped(Cursor(4, *place))
    assert cursor == walk.clamped(cursor)
    assert cursor.layer == 4
    for got, asked, size in zip(
        cursor[1:], place, (walk.filters, walk.rows, walk.cols), strict=True
    ):
        assert got == min(range(size), key=lambda i: abs(i - asked))


@careful(200)
@given(walks, st.data())
def test_a_position_and_the_cursor_at_it_belong_together(walk, data):
    start = walk.moved(Cursor(3), data.draw(st.integers(0, walk.total - 1)))
    for position in range(walk.positions):
        cursor = walk.at_position(start, position)
        assert walk.position(cursor) == position
        assert walk.clamped(cursor) == cursor
        assert cursor.layer == 3
        if walk.is_map:
            assert cursor.filter == start.filter
    assert walk.at_position(start, -5) == walk.at_position(start, 0)
    assert walk.at_position(start, 10**6) == walk.at_position(start, walk.positions - 1)


def test_cursors_are_values():
    assert Cursor() == Cursor(0, 0, 0, 0)
    assert hash(Cursor(1, 2, 3, 4)) == hash(Cursor(1, 2, 3, 4))
