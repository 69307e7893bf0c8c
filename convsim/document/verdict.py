"""What a network that has learnt says of a picture that is like none it learnt from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convsim.core.layers import LogSoftmax, Softmax

if TYPE_CHECKING:
    from convsim.core.trace import Trace
    from convsim.document.document import Document


def unfamiliar(document: Document, trace: Trace) -> bool:
    """Return whether the picture is unlike those learnt from, so probably of none of the classes.

    False too where nobody can tell: the network is not trained, nothing was held back to measure
    by, or its scores have not been worked out.
    """
    rule, layers = document.familiar, document.network.layers
    if rule is None or not document.trained or not layers:
        return False
    index = len(layers) - 1
    if index and isinstance(layers[index], Softmax | LogSoftmax):
        index -= 1
    if not trace.reached(index):
        return False
    # Only a trained network needs this: it is not read at the start.
    from convsim.core.familiar import energies

    scores = trace.output(index).reshape(-1)
    return bool(np.isfinite(scores).all() and energies(scores) < rule.least)
