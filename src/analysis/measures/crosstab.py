"""Protection of small numbers in an analyst's own crosstab: the cells to hide.

Simpler than `complement`, which considers everything that the report publishes: here only the
totals of rows and columns are assumed to be known.
"""

from __future__ import annotations

import numpy as np
import pandas as pd


def hidden(counts: pd.DataFrame, least: int) -> pd.DataFrame:
    """The cells of a crosstab that must not be shown.

    Cells with too few answers are hidden. Where a row or a column then has a single hidden cell, or
    hidden cells with too few answers together, the total minus the shown cells would reveal them.
    The next smallest cell is then hidden too, until no row or column reveals any.

    Parameters
    ----------
    counts
        Answers in each cell; no answers as 0 or missing.
    least
        How many answers a number needs, `rules.disclosure.min_answers`.

    Examples
    --------
    The four answers would follow from their row and from their column. The empty cell hides
    nothing:

    >>> counts = pd.DataFrame([[40, 4, 12], [30, 9, 20], [25, 11, 0]])
    >>> hidden(counts, 7).astype(int).to_numpy().tolist()
    [[0, 1, 1], [0, 1, 1], [0, 0, 0]]
    """
    numbers = counts.fillna(0).to_numpy(dtype=float)
    mask = (numbers > 0) & (numbers < least)
    changed = True
    while changed:
        changed = False
        # Rows and columns are views: a cell hidden in a row is hidden in its column as well.
        for line, cells in (*zip(mask, numbers, strict=True), *zip(mask.T, numbers.T, strict=True)):
            open_cells = ~line & (cells > 0)
            gives_away = line.any() and (line.sum() == 1 or cells[line].sum() < least)
            if gives_away and open_cells.any():
                smallest = np.flatnonzero(open_cells)[cells[open_cells].argmin()]
                line[smallest] = changed = True
    return pd.DataFrame(mask, index=counts.index, columns=counts.columns)
