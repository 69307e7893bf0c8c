"""What the tests of this room ask again and again."""

from __future__ import annotations

import pytest

from convsim.core.errors import ConvSimError
from convsim.data import ImageError, decode


def refusal(data, name="cat.png"):
    """Return the error that the bytes are refused with."""
    with pytest.raises(ImageError) as caught:
        decode(data, name)
    assert isinstance(caught.value, ConvSimError)
    return caught.value


def notes_of(data):
    """Return what people read about the conversions."""
    return [str(each) for each in decode(data, "cat").notes]
