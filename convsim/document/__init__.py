"""The document: everything a person made or chose, as one value that never changes in place."""

from convsim.document.document import Document, Familiar, Picture, View
from convsim.document.extras import Extras
from convsim.document.presets import PRESETS, Preset
from convsim.document.weights import Weights

__all__ = ["PRESETS", "Document", "Extras", "Familiar", "Picture", "Preset", "View", "Weights"]
