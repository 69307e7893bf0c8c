"""Values beyond what pixels are: brought to 0…1 and said, whatever they are."""

from __future__ import annotations

import numpy as np
import pytest

from convsim.data.sets.table import read_table


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        (("-1,0,1,3", "-1,-1,3,3"), [[0, 0.25, 0.5, 1], [0, 0, 1, 1]]),
        (("999,999,999,999", "999,999,999,999"), [[0] * 4, [0] * 4]),
        (("-3e38,3e38,0,0", "0,0,0,0"), [[0, 1, 0.5, 0.5], [0.5] * 4]),
    ],
)
def test_values_out_of_range_are_scaled(tmp_path, values, wanted):
    path = tmp_path / "x.csv"
    path.write_text("\n".join(f"{k},{row}" for k, row in enumerate(values)), encoding="utf-8")
    data = read_table(path)
    assert "were brought to 0 to 1" in data.notes[0]
    found = data.images.batch(np.arange(2)).reshape(2, 4)
    np.testing.assert_allclose(found, wanted, atol=1e-6)
