"""The document as it was at a moment of its training, and figures of how it came about."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.layers import Conv2d
from convsim.core.reel import Moment
from convsim.figures.colors import largest
from convsim.figures.film import Film, FilmColumn, film
from convsim.figures.filters import filters
from convsim.figures.maps import maps
from convsim.figures.parts import share_scale
from convsim.figures.pinned import Pinned, pinned
from convsim.services.tracer import is_quick

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from convsim.core.history import Point
    from convsim.core.reel import Reel
    from convsim.core.snapshot import Snapshot
    from convsim.core.step import Cursor
    from convsim.core.trace import Trace
    from convsim.document import Document
    from convsim.figures.page import FigureFunction, Page
    from convsim.figures.scene import Scene

COLUMNS = 8
"""Moments of a strip."""
MODES = ("filters", "maps", "neuron", "film", "change")
"""What can be replayed."""
DATED = (
    "filters_title",
    "one_filter_title",
    "maps_title",
    "one_map_title",
    "values_title",
    "one_value_title",
)
"""Titles that do not say yet when it was."""
STILL = ("film", "change")
"""Those of them that show all moments at once."""


def moment_of(shot: Snapshot, points: Sequence[Point] = ()) -> Moment:
    """Return a snapshot as a moment.

    The last one of a training, or before a pause, is of no example: what was right just before
    is told by `points`, those that came with it.
    """
    last = next((one for one in reversed(points) if one.step == shot.step and one.seen), None)
    if shot.seen or last is None:
        return Moment(shot.step, shot.passed, shot.loss, shot.accuracy, shot.params)
    return Moment(shot.step, shot.passed, last.loss, last.accuracy, shot.params)


def at_moment(document: Document, moment: Moment) -> Document:
    """Return the document with the weights of a moment, as far as they were kept.

    It must be of the network that was trained: see `suits`.
    """
    made = {
        layer.name: dict(own)
        for layer, own in zip(document.network.layers, moment.params, strict=True)
        if own
    }
    return replace(document, weights=document.weights.with_made(made), filter_names={})


def suits(document: Document, reel: Reel) -> bool:
    """Return whether a reel is of a network with the document's layers and sizes."""
    network = document.network
    if not reel.moments or document.empty or network.bad_place is not None:
        return False
    params = reel.moments[0].params
    return len(params) == len(network.layers) and all(
        not own or {name: array.shape for name, array in own.items()} == shapes
        for own, shapes in zip(params, network.param_shapes, strict=True)
    )


def kept_layer(document: Document, reel: Reel) -> bool:
    """Return whether what goes into the cursor's layer, and its weights, were kept."""
    layers = document.network.layers[: document.cursor.layer + 1]
    shapes = document.network.param_shapes
    return all(bool(reel.moments[0].params[i]) or not shapes[i] for i in range(len(layers)))


def first_filters(document: Document) -> Document:
    """Return the document with its cursor in a convolution: where it is, or the first one."""
    if isinstance(document.layer, Conv2d):
        return document
    for index, layer in enumerate(document.network.layers):
        if isinstance(layer, Conv2d):
            return document.at(document.cursor._replace(layer=index, filter=0, row=0, col=0))
    return document


def spread(reel: Reel, count: int) -> list[Moment]:
    """Return so many moments of a reel, evenly apart, the first and the last among them."""
    at = np.linspace(0, len(reel.moments) - 1, min(count, len(reel.moments)))
    return [reel.moments[i] for i in sorted({round(float(x)) for x in at})]


def film_of(document: Document, reel: Reel, *, since: bool = False) -> Film | None:
    """Return the filters of a convolution at moments of a reel, None if it has no convolution.

    With `since` it is about what has changed since the first moment.
    """
    document = first_filters(document)
    index, layer = document.cursor.layer, document.layer
    if not isinstance(layer, Conv2d) or not reel.moments[0].params[index]:
        return None
    columns = [
        FilmColumn(
            moment.step,
            moment.passed,
            moment.accuracy,
            moment.params[index]["weight"],
        )
        for moment in spread(reel, COLUMNS)
    ]
    start = columns[0] if since else None
    return Film(layer, document.cursor.filter, document.view.plane, tuple(columns), start)


def _dated(page: Page, moment: Moment) -> Page:
    """Return the page with titles that begin with the moment."""
    if not page.titled:
        return page
    label = page.labels["at_moment" if moment.step else "at_start"]
    dated = {
        key: label.format(epoch=f"{moment.passed:.2f}", step=f"{moment.step:,}", title=title)
        for key, title in page.labels.items()
        if key in DATED
    }
    return replace(page, labels={**page.labels, **dated})


class Replay:
    """What can be seen of a reel: each figure shows this reel, whatever is trained meanwhile.

    Parameters
    ----------
    reel : Reel
    before : Replay, optional
        Of the same training, earlier: what it knows of neurons stays known.
    """

    def __init__(self, reel: Reel, before: Replay | None = None) -> None:
        self.reel = reel
        self._values: dict[tuple[Cursor, int], float] = {}
        self._tops: dict[tuple[int, int], float] = {}
        if before is not None and before.reel.moments[0] is reel.moments[0]:
            self._values = before._values
            self._tops = before._tops
        self._last: tuple[Document, Moment, Document, Trace] | None = None

    def figure(self, mode: str, index: int) -> FigureFunction:
        """Return the figure of a moment, counted from 0; `mode` is one of `MODES`."""

        def draw(document: Document, _trace: Trace, page: Page) -> Scene:
            return self.draw(document, mode, index, page)

        return draw

    def draw(self, document: Document, mode: str, index: int, page: Page) -> Scene:
        """Return the figure of a moment of a document that it suits."""
        if mode in STILL:
            found = film_of(document, self.reel, since=mode == "change")
            if found is not None:
                return film(found, page)
            mode = "filters"
        moment = self.reel.moments[index]
        if mode == "filters":
            shown = first_filters(document)
            then = at_moment(shown, moment)
            end = self._filters_end(shown.cursor.layer)
            return filters(then, then.new_trace(), _dated(page, moment), end)
        then, trace = self._traced(document, moment)
        if mode == "maps":
            share_scale(trace, document.cursor.layer, self._maps_end(document, moment))
            return maps(then, trace, _dated(page, moment))
        cursor = document.cursor
        values = tuple(
            (one.passed, self._values[cursor, one.step])
            for one in self.reel.moments
            if (cursor, one.step) in self._values
        )
        output = trace.output(cursor.layer)
        value = output[cursor.filter]
        self._values[cursor, moment.step] = float(np.asarray(value)[self._cell(cursor, value)])
        now = (moment.passed, self._values[cursor, moment.step])
        end = max(self.reel.moments[-1].passed, 1e-9)
        return pinned(then, trace, Pinned(values, now, end), page)

    def can_show(self, document: Document, mode: str) -> bool:
        """Return whether a moment can be shown between two frames, and all for it was kept."""
        if mode == "filters" or mode in STILL:
            shown = first_filters(document)
            index = shown.cursor.layer
            return bool(self.reel.moments[0].params[index]) or shown.layer.kind != "conv"
        layer = document.cursor.layer
        return kept_layer(document, self.reel) and is_quick(document.new_trace(), layer)

    def missing(self, document: Document, mode: str = "neuron") -> bool:
        """Return whether something is not known yet at some moment.

        Of ``neuron`` the pinned neuron's value, of ``maps`` the largest value of the layer's maps,
        by which one colour scale is that of all moments.
        """
        cursor = document.cursor
        if mode == "maps":
            return any((cursor.layer, one.step) not in self._tops for one in self.reel.moments)
        return any((cursor, one.step) not in self._values for one in self.reel.moments)

    def work(self, document: Document, enough: Callable[[], bool], mode: str = "neuron") -> None:
        """Work out what is `missing` at moments where it is not known, until it is enough."""
        cursor = document.cursor
        for moment in self.reel.moments:
            if mode == "maps":
                if (cursor.layer, moment.step) not in self._tops:
                    self._top(document, moment)
                    if enough():
                        return
                continue
            if (cursor, moment.step) in self._values:
                continue
            then = at_moment(document, moment)
            trace = then.new_trace()
            trace.reach(cursor.layer)
            value = np.asarray(trace.output(cursor.layer)[cursor.filter])
            self._values[cursor, moment.step] = float(value[self._cell(cursor, value)])
            if enough():
                return

    def forget(self) -> None:
        """Forget what was worked out of another picture."""
        self._values.clear()
        self._tops.clear()
        self._last = None

    def scenes(
        self, document: Document, mode: str, page: Page, most: int | None = None
    ) -> Iterator[Scene]:
        """Yield the figure of every moment, or of `most` evenly apart, for an animation."""
        if mode == "neuron":
            self.work(document, lambda: False)
        if mode == "maps":
            self.work(document, lambda: False, mode)
        last = len(self.reel.moments) - 1
        count = last + 1 if most is None else min(most, last + 1)
        for index in sorted({round(float(x)) for x in np.linspace(0, last, count)}):
            yield self.draw(document, "filters" if mode in STILL else mode, index, page)

    def _filters_end(self, layer: int) -> float | None:
        """Return the largest weight of a layer at any moment: one colour scale for all of them."""
        weights = [moment.params[layer].get("weight") for moment in self.reel.moments]
        return max((largest(array) for array in weights if array is not None), default=None)

    def _maps_end(self, document: Document, moment: Moment) -> float:
        """Return the largest value of a layer's maps: at all moments, once all were looked at.

        Until then, at some of them and at this one, so that nothing lies beyond the scale.
        """
        some = self.reel.moments
        if self.missing(document, "maps"):
            some = (moment, *spread(self.reel, COLUMNS))
        return max(self._top(document, one) for one in some)

    def _top(self, document: Document, moment: Moment) -> float:
        key = (document.cursor.layer, moment.step)
        if key not in self._tops:
            trace = at_moment(document, moment).new_trace()
            trace.reach(key[0])
            self._tops[key] = largest(trace.output(key[0]))
        return self._tops[key]

    def _cell(self, cursor: Cursor, value: object) -> tuple[int, ...]:
        return (cursor.row, cursor.col) if np.ndim(value) == 2 else ()  # type: ignore[arg-type]

    def _traced(self, document: Document, moment: Moment) -> tuple[Document, Trace]:
        last = self._last
        if last is not None and last[0] is document and last[1] is moment:
            return last[2], last[3]
        then = at_moment(document, moment)
        trace = then.new_trace()
        trace.reach(document.cursor.layer)
        self._last = (document, moment, then, trace)
        return then, trace
