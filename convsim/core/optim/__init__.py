"""Optimizers turn a gradient into a step, and schedules say how the step's size changes.

>>> SGD(rate=0.1, momentum=0.9, schedule=WarmUp(100, Cosine(1000))).rate_at(0)
0.001
"""

from convsim.core.optim.adaptive import Adam, AdamW, RMSProp
from convsim.core.optim.base import Optimizer, OptimizerState
from convsim.core.optim.schedules import Constant, Cosine, Schedule, Step, WarmUp
from convsim.core.optim.sgd import SGD

OPTIMIZERS: dict[str, type[Optimizer]] = {kind.kind: kind for kind in (SGD, RMSProp, Adam, AdamW)}
"""Every optimizer by the word that files and menus use."""

__all__ = [
    "OPTIMIZERS",
    "SGD",
    "Adam",
    "AdamW",
    "Constant",
    "Cosine",
    "Optimizer",
    "OptimizerState",
    "RMSProp",
    "Schedule",
    "Step",
    "WarmUp",
]
