"""A document as it was at moments of its training."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import numpy as np
import pytest

from convsim.core.history import Point
from convsim.core.layers import Conv2d
from convsim.core.reel import Moment, Reel
from convsim.core.snapshot import Phase, Snapshot
from convsim.document.building import remove_layers
from convsim.document.edits import set_field
from convsim.figures.film import film
from convsim.figures.page import Page
from convsim.figures.scene import Raster, Text
from convsim.services.opening import open_preset
from convsim.services.replay import (
    STILL,
    Replay,
    at_moment,
    film_of,
    first_filters,
    kept_layer,
    moment_of,
    spread,
    suits,
)

PAGE = Page(960, 540)


def reel_of(document, count: int = 5, room: int = 1 << 24) -> Reel:
    """Return a reel in which all weights grow from moment to moment."""
    reel = Reel(room=room)
    for step in range(count):
        params = tuple(
            {name: array * np.float32(1 + step) for name, array in own.items()}
            for own in document.weights
        )
        accuracy = step / 10 if step else nan
        reel = reel.with_moment(Moment(step, step / 2, 1.0, accuracy, params))
    return reel


@pytest.fixture(scope="module")
def document():
    return open_preset("lenet5")


def texts(scene) -> set[str]:
    return {shape.text for shape in scene.walk() if isinstance(shape, Text)}


def test_weights_are_those_of_the_moment(document):
    reel = reel_of(document)
    then = at_moment(document, reel.moments[3])
    np.testing.assert_array_equal(
        then.weights[0]["weight"], document.weights[0]["weight"] * np.float32(4)
    )


def test_a_reel_of_another_network_does_not_suit(document):
    reel = reel_of(document)
    assert suits(document, reel)
    assert not suits(set_field(document, 0, "filters", 4), reel)
    assert not suits(document, Reel())


def test_a_network_without_layers_has_no_moments_to_see(document):
    empty = remove_layers(document, range(len(document.network.layers)))
    assert empty.empty
    assert not suits(empty, reel_of(empty, 1))


@pytest.mark.parametrize("mode", ["filters", "maps", "neuron", "film", "change"])
def test_every_mode_shows_the_moment(document, mode):
    replay = Replay(reel_of(document))
    first, last = (replay.draw(document, mode, index, PAGE) for index in (0, 4))
    assert first.items
    if mode in STILL:
        assert {"start", "epoch 2.0"} <= texts(first)
        assert any(text.startswith("40%") for text in texts(first))
        assert len([s for s in first.walk() if isinstance(s, Raster)]) == 6 * 5
    elif mode == "neuron":
        assert first.title != last.title
    else:
        assert texts(first) != texts(last)


def test_a_neuron_is_followed_through_all_moments(document):
    place = document.at(document.cursor._replace(layer=0, filter=2, row=9, col=9))
    replay = Replay(reel_of(document))
    assert replay.missing(place)
    replay.work(place, lambda: True)
    assert replay.missing(place)
    replay.work(place, lambda: False)
    assert not replay.missing(place)
    trace = place.new_trace()
    trace.reach(0)
    wanted = trace.output(0)[2, 9, 9]
    values = list(replay._values.values())
    np.testing.assert_allclose(values, [wanted * n for n in range(1, 6)], rtol=1e-4)
    longer = Replay(reel_of(document, 6), replay)
    assert longer.missing(place)


def test_what_is_not_kept_is_said(document):
    small = reel_of(document, room=16 * 1000)
    assert small.cut
    assert kept_layer(document.at(document.cursor._replace(layer=1)), small)
    deep = document.at(document.cursor._replace(layer=7))
    assert not kept_layer(deep, small)
    assert not Replay(small).can_show(deep, "maps")
    assert Replay(small).can_show(document, "filters")


def test_the_strip_of_changes_begins_with_nothing(document):
    made = film_of(document, reel_of(document), since=True)
    assert made is not None
    assert not made.values(made.columns[0]).any()
    wanted = document.weights[0]["weight"] * np.float32(4)
    np.testing.assert_allclose(made.values(made.columns[-1]), wanted, rtol=1e-5)


def test_the_last_moment_of_a_training_knows_what_was_right_just_before(document):
    weights = tuple(document.weights)
    end = Snapshot(1, 82, 2, 0, nan, nan, 0.0, weights, Phase.DONE, passed=2.0)
    points = [
        Point(80, 64, 0.3, 0.8, 1.9),
        Point(82, 64, 0.2, 0.9, 2.0),
        Point(82, 0, nan, nan, 2.0),
    ]
    assert moment_of(end, points).accuracy == 0.9
    assert np.isnan(moment_of(end, points[:1]).accuracy)
    reel = reel_of(document).with_moment(moment_of(end, points))
    made = film_of(document, reel)
    assert made is not None
    said = texts(film(made, PAGE))
    assert "90% right" in said
    assert any("right: of the pictures just learnt from" in text for text in said)


def test_a_narrow_strip_shows_fewer_moments_with_words_that_can_be_read(document):
    made = film_of(document, reel_of(document, 12))
    assert made is not None
    counts = []
    for width in (960, 560, 400, 260):
        scene = film(made, replace(PAGE, width=width))
        texts = [item for item in scene.walk() if isinstance(item, Text)]
        words = [item for item in texts if is_below(item.text)]
        when = [item.text for item in words if "batch" not in item.text]
        assert (when[0], when[-1]) == ("start", "epoch 5.5")
        assert min(item.size for item in words) >= 8
        counts.append(len(when))
    assert counts[0] == 8
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] < 5


def is_below(text: str) -> bool:
    """Return whether it is written below a moment of a strip."""
    return text.startswith(("start", "epoch")) or text.endswith("of a batch")


def test_without_a_convolution_in_view_the_first_one_is_shown(document):
    shown = first_filters(document.at(document.cursor._replace(layer=7)))
    assert isinstance(shown.layer, Conv2d)
    assert shown.cursor.layer == 0


def test_moments_of_a_strip_are_evenly_apart(document):
    reel = reel_of(document, 12)
    assert [moment.step for moment in spread(reel, 4)] == [0, 4, 7, 11]
    assert len(spread(reel, 100)) == 12


def test_an_animation_has_a_frame_a_moment(document):
    scenes = list(Replay(reel_of(document)).scenes(document, "neuron", PAGE))
    assert len({scene.title for scene in scenes}) == 5


@pytest.mark.parametrize("mode", ["filters", "maps", "neuron"])
def test_every_frame_says_when_it_was(document, mode):
    scenes = list(Replay(reel_of(document)).scenes(document, mode, PAGE))
    assert "epoch 1.5" in scenes[3].title.lower()
    titles = [scene.title for scene in scenes]
    assert len(set(titles)) == len(titles) == 5
    if mode != "neuron":
        assert titles[0].startswith("Before the first batch")
        assert "batch 3" in titles[3]


@pytest.mark.parametrize("mode", ["filters", "maps"])
def test_one_colour_scale_holds_for_all_moments(document, mode):
    """Its ends, which are written, are the same in the window and in every frame of a film."""
    replay = Replay(reel_of(document))
    frames = [replay.draw(document, mode, index, PAGE) for index in (2, 0, 4)]
    frames += list(Replay(reel_of(document)).scenes(document, mode, PAGE))
    ends = {text for scene in frames for text in texts(scene) if text.startswith("−")}
    assert len(ends) <= 1 or mode == "filters"
    scales = [sorted(t for t in texts(scene) if t.replace(".", "").isdigit()) for scene in frames]
    tops = {max((float(t) for t in scale if "." in t), default=0.0) for scale in scales}
    assert len(tops) == 1


def test_a_film_of_many_moments_takes_some_of_them_with_the_first_and_the_last(document):
    replay = Replay(reel_of(document, 30))
    titles = [scene.title for scene in replay.scenes(document, "filters", PAGE, 7)]
    assert len(titles) == 7
    assert titles[0].startswith("Before")
    assert "batch 29" in titles[-1]


def test_the_scale_of_maps_is_known_for_all_moments_bit_by_bit_and_then_stays(document):
    reel = reel_of(document)
    replay = Replay(reel)
    assert replay.missing(document, "maps")
    rounds = 0
    while replay.missing(document, "maps"):
        replay.work(document, lambda: True, "maps")
        rounds += 1
    assert rounds == len(reel.moments)
    titles = {
        tuple(t for t in texts(replay.draw(document, "maps", i, PAGE)) if t.startswith("−"))
        for i in range(len(reel.moments))
    }
    assert len(titles) == 1
