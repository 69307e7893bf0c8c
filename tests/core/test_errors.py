"""The errors form one tree, and the tree in the docstring is the tree in the code."""

from __future__ import annotations

import inspect
import re

from convsim.core import errors
from convsim.core.errors import ConvSimError, GeometryError


def test_every_error_is_one_that_a_person_can_mend():
    for name, error in inspect.getmembers(errors, inspect.isclass):
        if error.__module__ == errors.__name__:
            assert issubclass(error, ConvSimError), name
            assert error.__doc__


def test_the_tree_in_the_docstring_names_every_error_of_this_file():
    drawn = set(re.findall(r"\b\w+Error\b", errors.__doc__ or ""))
    defined = {
        name
        for name, error in inspect.getmembers(errors, inspect.isclass)
        if error.__module__ == errors.__name__
    }
    assert defined <= drawn


def test_sizes_and_windows_are_one_branch():
    assert issubclass(errors.DoesNotFitError, GeometryError)
    assert issubclass(errors.KernelTooLargeError, GeometryError)
    assert not issubclass(errors.LayerError, GeometryError)
