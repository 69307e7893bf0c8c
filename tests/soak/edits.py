"""All edits of a document in random order: undo leads back, saving loses nothing, nothing breaks.

python -m tests.soak.edits [RUNS]     300 runs of 50 steps by default
"""

from __future__ import annotations

import io
import sys
from dataclasses import fields, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from convsim.core.errors import ConvSimError
from convsim.core.fit import Fit
from convsim.core.init import STARTS as WEIGHT_STARTS
from convsim.core.layers import KINDS
from convsim.core.step import Cursor
from convsim.document import Picture, View, Weights, building, edits, filters, pixels
from convsim.document.palette import BLOCKS, new_block, new_layer
from convsim.formats.project_reader import project_in
from convsim.services import opening
from convsim.services.store import Store
from tests.formats.projects import assert_same, saved

if TYPE_CHECKING:
    from collections.abc import Callable

    from convsim.core.layers import Field
    from convsim.document import Document

RUNS, STEPS = 300, 50
STARTS = ("grid-stride-1", "grid-stride-3", "grid-padded", "lecture", "quiz", "lenet5")
LARGEST = 400_000
"""Weights up to which a network is worked with; larger ones would only take time."""

indices = st.integers(0, 30)
anything = st.one_of(
    st.integers(-1, 6),
    st.tuples(st.integers(0, 5), st.integers(0, 5)),
    st.tuples(st.tuples(st.integers(0, 3), st.integers(0, 3)), st.tuples(st.just(1), st.just(0))),
    st.floats(-1, 2),
    st.booleans(),
    st.sampled_from(("strict", "floor", "same", "ceil", "", "x")),
    st.none(),
)


def proper(spec: Field) -> st.SearchStrategy[Any]:
    """Return values that a setting may have, small ones."""
    low, high = int(spec.low), min(int(spec.high), 6)
    number = st.integers(low, max(low, high))
    if spec.kind == "switch":
        return st.booleans()
    if spec.kind == "choice":
        return st.sampled_from(spec.choices)
    if spec.kind == "count":
        return number
    if spec.kind == "number":
        return st.floats(spec.low, min(spec.high, 2.0))
    pairs = st.tuples(number, number)
    return st.one_of(number, pairs) if spec.kind == "pair" else st.tuples(pairs, pairs)


def digest(document: Document) -> str:
    """Return a number for everything that an edit can change, weights that do not exist included.

    Looking at weights makes them exist, and moving the cursor is no edit.
    """
    unmade = Weights(document.network, document.weights.seed, None, document.weights.numbers)
    whole = sha256(saved(replace(document.at(Cursor()), weights=unmade, view=View())))
    for index, place in enumerate(document.network.places):
        if place.input_shape is not None:
            for name, array in sorted(document.weights[index].items()):
                whole.update(name.encode() + array.tobytes())
    return whole.hexdigest()


class Editing(RuleBasedStateMachine):
    """A store with a document, and everything that can be done to it."""

    @initialize(name=st.sampled_from(STARTS))
    def begin(self, name: str) -> None:
        data = saved(opening.open_preset(name))
        loaded = project_in(io.BytesIO(data), len(data))
        assert loaded.missing == ()
        self.store = Store(loaded.document)
        self.start = digest(loaded.document)

    @property
    def document(self) -> Document:
        return self.store.document

    @property
    def small(self) -> bool:
        """Whether weights may be made without waiting."""
        total = 0
        for place in self.document.network.places:
            for shape in (place.param_shapes() or {}).values():
                total += int(np.prod(shape))
        return total <= LARGEST

    def edit(self, change: Callable[[Document], Document]) -> None:
        """Make an edit as the window does: what cannot be is refused with the program's error."""
        before, said = self.document, ""
        try:
            after = change(before)
        except ConvSimError as problem:
            said = str(problem)
        if said:
            assert self.document is before
        else:
            self.store.edit("edit", after)

    def layer(self, index: int) -> int:
        return index % max(len(self.document.network.layers), 1)

    # -- layers ----------------------------------------------------------------------------

    @precondition(lambda self: not self.document.empty)
    @rule(index=indices, which=indices, data=st.data())
    def set_field(self, index: int, which: int, data: st.DataObject) -> None:
        at = self.layer(index)
        specs = self.document.network.layers[at].fields
        if specs:
            spec = specs[which % len(specs)]
            value = data.draw(proper(spec) | anything)
            self.edit(lambda d: edits.set_field(d, at, spec.name, value))

    @rule(kind=st.sampled_from(sorted(KINDS)), at=indices)
    def insert(self, kind: str, at: int) -> None:
        self.edit(lambda d: building.insert_layers(d, at, [new_layer(kind)]))

    @rule(name=st.sampled_from(BLOCKS), at=indices)
    def insert_block(self, name: str, at: int) -> None:
        self.edit(lambda d: building.insert_layers(d, at, new_block(name)))

    @rule(chosen=st.sets(indices, max_size=3))
    def remove(self, chosen: set[int]) -> None:
        count = len(self.document.network.layers)
        self.edit(lambda d: building.remove_layers(d, {i for i in chosen if i < count}))

    @precondition(lambda self: not self.document.empty)
    @rule(chosen=st.sets(indices, min_size=1, max_size=3), gap=indices)
    def move(self, chosen: set[int], gap: int) -> None:
        count = len(self.document.network.layers)
        moved = {self.layer(i) for i in chosen}
        self.edit(lambda d: building.move_layers(d, moved, gap % (count + 1)))

    @precondition(lambda self: 0 < len(self.document.network.layers) < 30)
    @rule(chosen=st.sets(indices, min_size=1, max_size=3))
    def duplicate(self, chosen: set[int]) -> None:
        copied = {self.layer(i) for i in chosen}
        self.edit(lambda d: building.duplicate_layers(d, copied))

    @precondition(lambda self: not self.document.empty)
    @rule(index=indices, name=st.text(max_size=12) | st.sampled_from(("conv1", "relu1", "a b")))
    def rename(self, index: int, name: str) -> None:
        self.edit(lambda d: building.rename_layer(d, self.layer(index), name))

    # -- weights ---------------------------------------------------------------------------

    def weighted(self, index: int, dimensions: int = 0) -> int | None:
        """Return a layer with weights, if one has any."""
        found = [
            place.index
            for place in self.document.network.places
            if len((place.param_shapes() or {}).get("weight", ())) in {dimensions or 2, 4}
        ]
        return found[index % len(found)] if found and self.small else None

    @rule(index=indices, at=st.tuples(*[st.integers(-1, 4)] * 4), value=st.floats(width=32))
    def set_weight(self, index: int, at: tuple[int, ...], value: float) -> None:
        where = self.weighted(index)
        if where is not None:
            self.edit(lambda d: edits.set_weight(d, where, at, value))

    @rule(index=indices, filter_=st.integers(-1, 5), value=st.floats(width=32))
    def set_bias(self, index: int, filter_: int, value: float) -> None:
        where = self.weighted(index)
        if where is not None:
            self.edit(lambda d: edits.set_bias(d, where, filter_, value))

    @rule(index=indices, name=st.sampled_from(sorted(filters.CHANGES)))
    def change_filter(self, index: int, name: str) -> None:
        where = self.weighted(index, 4)
        if where is not None:
            self.edit(lambda d: filters.change_filter(d, where, 0, name))

    @rule(index=indices, name=st.sampled_from(sorted(WEIGHT_STARTS)), seed=indices)
    def start_anew(self, index: int, name: str, seed: int) -> None:
        where = self.weighted(index)
        if where is not None:
            self.edit(lambda d: filters.start_anew(d, where, name, seed))

    # -- pictures --------------------------------------------------------------------------

    @rule(height=st.integers(0, 12), width=st.integers(1, 12), channels=st.integers(1, 3))
    def set_input(self, height: int, width: int, channels: int) -> None:
        self.edit(lambda d: opening.with_input_size(d, height, width, channels))

    @rule(fit=st.sampled_from(Fit))
    def set_fit(self, fit: Fit) -> None:
        self.edit(lambda d: opening.with_fit(d, fit))

    @rule(seed=indices, real=st.booleans(), channels=st.sampled_from((1, 3)))
    def add_picture(self, seed: int, real: bool, channels: int) -> None:
        rng = np.random.default_rng(seed)
        shape = (3 + seed, 5, channels)
        values = rng.random(shape, np.float32) if real else rng.integers(0, 256, shape, np.uint8)
        picture = Picture(f"noise {seed}", values)
        self.edit(lambda d: opening.with_picture(d, picture))

    @rule(index=indices)
    def show_picture(self, index: int) -> None:
        self.edit(lambda d: opening.with_shown(d, index % len(d.pictures)))

    @rule(index=indices)
    def remove_picture(self, index: int) -> None:
        self.edit(lambda d: edits.remove_picture(d, index % len(d.pictures)))

    @rule(name=st.sampled_from(sorted(set(pixels.CHANGES) - {"noise"})))
    def change_pixels(self, name: str) -> None:
        def change(document: Document) -> Document:
            image = pixels.CHANGES[name](document.image)
            picture = replace(document.picture, pixels=image[..., :1], crop=None, off=())
            return edits.set_picture(document, picture, image)

        self.edit(change)

    @rule(off=st.sets(st.integers(0, 2)))
    def switch_channels(self, off: set[int]) -> None:
        def change(document: Document) -> Document:
            picture = replace(document.picture, off=tuple(sorted(off)))
            return opening.with_changed_picture(document, picture)

        self.edit(change)

    # -- around ----------------------------------------------------------------------------

    @rule(layer=indices, filter_=indices, row=indices, col=indices)
    def look(self, layer: int, filter_: int, row: int, col: int) -> None:
        self.store.show(self.document.at(Cursor(layer, filter_, row, col)))

    @rule(times=st.integers(1, 5))
    def undo(self, times: int) -> None:
        for _ in range(times):
            self.store.undo_stack.undo()

    @rule(times=st.integers(1, 5))
    def redo(self, times: int) -> None:
        for _ in range(times):
            self.store.undo_stack.redo()

    @rule()
    def save_and_open(self) -> None:
        data = saved(self.document)
        result = project_in(io.BytesIO(data), len(data))
        assert (result.converted, result.missing) == ((), ())
        assert_same(result.document, self.document)
        assert saved(result.document) == data

    @precondition(lambda self: self.small)
    @rule()
    def work_out(self) -> None:
        document = self.document
        trace = document.new_trace()
        reached = -1
        # Weights as large as float32 can be are allowed; what comes out is then infinite.
        with np.errstate(all="ignore"):
            for place in document.network.places:
                shape = place.output_shape
                if shape is None or np.prod(shape) > LARGEST:
                    break
                trace.reach(place.index)
                reached = place.index
                assert trace.output(reached).size == np.prod(shape)
            if document.cursor.layer <= reached:
                document.frame(trace)

    @invariant()
    def nothing_invalid_is_inside(self) -> None:
        if not hasattr(self, "store"):
            return
        document = self.document
        network = document.network
        assert document.image.shape == network.input_shape
        assert document.image.dtype == np.float32
        assert any(picture is document.picture for picture in document.pictures)
        assert len({layer.name for layer in network.layers}) == len(network.layers)
        for place in network.places:
            for spec in place.layer.fields:
                spec.check(getattr(place.layer, spec.name), place.layer.name)
            wanted = place.param_shapes()
            made = document.weights.made.get(place.layer.name)
            if wanted is not None and made is not None:
                assert {k: v.shape for k, v in made.items()} == wanted
                assert all(np.isfinite(v).all() for v in made.values())
            if place.output_shape is not None:
                assert all(size >= 1 for size in place.output_shape)
        assert document.at(document.cursor).cursor == document.cursor
        names = {layer.name for layer in network.layers}
        assert set(document.filter_names) <= names

    def teardown(self) -> None:
        if not hasattr(self, "store"):
            return
        stack = self.store.undo_stack
        last, end = stack.index(), self.document
        while stack.canUndo():
            stack.undo()
        if stack.count() < stack.undoLimit():
            assert digest(self.document) == self.start
        while stack.index() < last:
            stack.redo()
        # Looking around is not undone; everything else is as it was.
        for spec in fields(end):
            if spec.name not in ("cursor", "view", "inside"):
                assert getattr(self.document, spec.name) is getattr(end, spec.name), spec.name
        stack.clear()


def main(runs: int = RUNS, steps: int = STEPS) -> None:
    """Run the machine."""
    run_state_machine_as_test(
        Editing,
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(f"{runs} runs of {steps} steps: undo led back, saving lost nothing, nothing broke")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS)
