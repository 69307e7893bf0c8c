"""A tenth of `tests.soak.edits`: all edits of a document in random order."""

from __future__ import annotations

import pytest

from tests.soak import edits


@pytest.mark.slow
def test_undo_leads_back_saving_loses_nothing_and_nothing_breaks():
    edits.main(edits.RUNS // 10)
