"""Links between the cells of one question in one case year.

Each cell is a weighted mean of the smallest groups: the answers of one area in one tertial.
`disclosure` uses the links to find cells that can be worked out from others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.measures.audit import System
from analysis.measures.totals import POOLED, TOTAL, AreaWeights
from analysis.settings.rules import TotalRules

Place = tuple[str, str, str]
"""Scope, definition and period (empty for the whole year)."""


def places_of(rows: pd.DataFrame) -> list[Place]:
    """The places of some rows of the table of indices."""
    columns = (rows["scope"], rows["definition"], rows["year"].str[5:])
    return list(zip(*(column.astype(str) for column in columns), strict=True))


def link(
    places: tuple[Place, ...],
    n: npt.NDArray[np.int64],
    index: npt.NDArray[np.float64],
    weights: Mapping[str, AreaWeights],
    totals: TotalRules,
) -> System:
    """The cells of one question in one case year, by the unknown means of the smallest groups.

    Parameters
    ----------
    places, n, index
        Place, number of answers and index of each cell; the index must not be missing.
    weights
        Weights of the areas in each definition of the total.
    totals
        The definitions.
    """
    counts = dict(zip(places, n.tolist(), strict=True))
    values = dict(zip(places, index.tolist(), strict=True))
    smallest = [
        (area, period, count, value)
        for area in dict.fromkeys(scope for scope, _, _ in places if scope != TOTAL)
        for period, count, value in _smallest(area, counts, values)
    ]
    sizes = np.array([count for _, _, count, _ in smallest], dtype=float)
    areas = np.array([area for area, *_ in smallest])
    periods = np.array([period for _, period, *_ in smallest])
    functions = np.zeros((len(places), len(smallest)))
    for row, (scope, definition, period) in enumerate(places):
        members = totals.members(definition) if scope == TOTAL else (scope,)
        inside = np.isin(areas, members) & ((periods == period) | (period == ""))
        part = np.where(inside, sizes, 0.0)
        if scope == TOTAL and weights[definition].method != POOLED:
            for area, weight in weights[definition].weights.items():
                own = areas == area
                part[own] *= weight / max(part[own].sum(), 1.0)
        functions[row] = part / part.sum()
    return System(functions, np.array([value for *_, value in smallest]))


def _smallest(
    area: str, counts: Mapping[Place, int], values: Mapping[Place, float]
) -> Iterator[tuple[str, int, float]]:
    """Period, answers and index of the smallest groups of an area."""
    rest = counts[area, "", ""]
    total = rest * values[area, "", ""]
    for place in sorted(counts):
        if place[0] == area and place[2]:
            rest -= counts[place]
            total -= counts[place] * values[place]
            yield place[2], counts[place], values[place]
    if rest > 0:
        # Answers without a tertial; in a year without tertials, all of them.
        yield "", rest, min(max(total / rest, 0.0), 100.0)
