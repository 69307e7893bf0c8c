"""Damaged data sets open or are refused in words, quickly and in little memory; so are bombs.

The full count is `python -m tests.soak.data_damage`.
"""

from __future__ import annotations

import tracemalloc

import pytest

from tests.soak.data_damage import BYTES, FORMS, FULL, bombs, check, run


@pytest.mark.parametrize("form", FORMS)
def test_whatever_the_files_hold_it_opens_or_is_refused(form):
    result = run(form, FULL // 10)
    assert result["damaged"] == FULL // 10
    if form != "folder":
        assert result["refused"]


def test_small_files_that_unpack_to_a_gigabyte_are_refused(tmp_path):
    for path in bombs(tmp_path):
        tracemalloc.start()
        try:
            text = check(path)
            assert "unpack" in text
            assert tracemalloc.get_traced_memory()[1] < BYTES
        finally:
            tracemalloc.stop()
