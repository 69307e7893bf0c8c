"""The stage: one step of whatever layer the cursor is in, drawn by that layer's own function."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from convsim.core.layers import (
    ELU,
    GELU,
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool,
    GlobalMaxPool,
    Layer,
    LeakyReLU,
    LogSoftmax,
    MaxPool2d,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    Tanh,
)
from convsim.core.lazy import deferred
from convsim.figures.parts import Box, layer_title
from convsim.figures.sketch import Sketch
from convsim.figures.zoomed import planned, zoomed

if TYPE_CHECKING:
    from convsim.core.trace import Trace
    from convsim.document.document import Document
    from convsim.figures.page import Page
    from convsim.figures.scene import Scene

MARGIN = 18.0


def _drawing(module: str, name: str) -> Callable[..., None]:
    """Return a drawing whose file is read when a layer of its kind is first shown."""
    return deferred(__name__, module, name)


STAGES: dict[type[Layer], Callable[..., None]] = {
    Conv2d: _drawing("stage_conv", "draw_conv"),
    ConvTranspose2d: _drawing("stage_spread", "draw_spread"),
    ReLU: _drawing("stage_point", "draw_point"),
    LeakyReLU: _drawing("stage_point", "draw_point"),
    ELU: _drawing("stage_point", "draw_point"),
    Sigmoid: _drawing("stage_point", "draw_point"),
    Tanh: _drawing("stage_point", "draw_point"),
    GELU: _drawing("stage_point", "draw_point"),
    MaxPool2d: _drawing("stage_pool", "draw_pool"),
    AvgPool2d: _drawing("stage_pool", "draw_pool"),
    GlobalMaxPool: _drawing("stage_pool", "draw_pool"),
    GlobalAvgPool: _drawing("stage_pool", "draw_pool"),
    BatchNorm2d: _drawing("stage_norm", "draw_norm"),
    Dropout: _drawing("stage_point", "draw_dropout"),
    Residual: _drawing("stage_residual", "draw_residual"),
    Flatten: _drawing("stage_flatten", "draw_flatten"),
    Dense: _drawing("stage_dense", "draw_dense"),
    Softmax: _drawing("stage_softmax", "draw_softmax"),
    LogSoftmax: _drawing("stage_softmax", "draw_softmax"),
}
"""The drawing of each kind of layer: (sketch, box, document, trace, frame)."""


def step(document: Document, trace: Trace, page: Page) -> Scene:
    """Return the stage at the cursor, at the inner step that the document is in.

    A layer that does not fit has no steps: its sweep is drawn instead.  The window has a card
    below the stage with the formulas, so there the drawings are enough.
    """
    if document.place.output_shape is None:
        from convsim.figures.sweep import sweep_drawings, sweep_instead

        alone = not page.titled and document.network.bad_place is document.place
        drawings = sweep_drawings(document, page) if alone else None
        return drawings or sweep_instead(document, trace, page)
    frame = document.frame(trace)
    whole, page = page, planned(page)
    sketch = Sketch(page)
    title = step_title(document, page)
    top = 8.0
    if page.titled:
        sketch.text(MARGIN, 24, title, 17, bold=True, room=page.width - 2 * MARGIN)
        top = 46.0
    box = Box(MARGIN, top, page.width - 2 * MARGIN, page.height - top - 10)
    STAGES[type(document.layer)](sketch, box, document, trace, frame)
    return zoomed(sketch.scene(title), whole)


def step_title(document: Document, page: Page) -> str:
    """Return where the step stands: Conv 1, filter 1, row 12, column 13."""
    sketch = Sketch(page)
    cursor, walk = document.cursor, document.walk
    name = layer_title(document.layer, page.labels)
    if walk is not None and walk.is_map:
        where = sketch.say("row_col", row=cursor.row, col=cursor.col)
        return f"{name}, {sketch.say('filter', n=cursor.filter + 1).lower()}, {where}"
    return f"{name}, {sketch.say('unit', n=f'{cursor.filter + 1:,}')}"
