"""A crosstab's hidden cells do not follow from what is shown."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from analysis.measures import crosstab

LEAST = 7
COUNTS = arrays.arrays(
    dtype=int,
    shape=arrays.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=5),
    elements=st.integers(0, 30),
)


@given(COUNTS)
def test_no_line_gives_a_hidden_cell_away(counts: np.ndarray) -> None:
    """Known: each line's total, and what is shown. Left: the sum of the line's hidden cells."""
    hidden = crosstab.hidden(pd.DataFrame(counts), LEAST).to_numpy()
    assert hidden[(counts > 0) & (counts < LEAST)].all()
    assert not hidden[counts == 0].any()
    for cells, mask in (*zip(counts, hidden, strict=True), *zip(counts.T, hidden.T, strict=True)):
        if mask.any() and (~mask & (cells > 0)).any():
            assert mask.sum() > 1
            assert cells[mask].sum() >= LEAST


@given(COUNTS)
def test_nothing_is_hidden_without_need(counts: np.ndarray) -> None:
    if not ((counts > 0) & (counts < LEAST)).any():
        assert not crosstab.hidden(pd.DataFrame(counts), LEAST).to_numpy().any()
