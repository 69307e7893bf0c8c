"""One number at a time: where a step stands, and everything that goes into the value it writes.

A :class:`Cursor` names one output value of one layer.  :func:`frame_at` derives from it the frame:
which inputs are read, what they are multiplied with, how the sum comes about.  Frames are computed
directly, in float64, and never stored.
"""

from convsim.core.step.cursor import Cursor, Inside, Walk, walk_of
from convsim.core.step.frames import (
    ConvFrame,
    DenseFrame,
    FlattenFrame,
    Frame,
    NormFrame,
    Numbers,
    PointFrame,
    PoolFrame,
    ResidualFrame,
    SoftmaxFrame,
    Span,
    SpreadFrame,
)
from convsim.core.step.making import FRAMES, frame_at, inside_steps

__all__ = [
    "FRAMES",
    "ConvFrame",
    "Cursor",
    "DenseFrame",
    "FlattenFrame",
    "Frame",
    "Inside",
    "NormFrame",
    "Numbers",
    "PointFrame",
    "PoolFrame",
    "ResidualFrame",
    "SoftmaxFrame",
    "Span",
    "SpreadFrame",
    "Walk",
    "frame_at",
    "inside_steps",
    "walk_of",
]
