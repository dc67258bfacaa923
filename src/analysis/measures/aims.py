"""The factors that each activity of the plan aims at, beside the factors that matter most."""

from __future__ import annotations

import pandas as pd

from analysis.measures.drivers import Drivers
from analysis.measures.totals import TOTAL
from analysis.settings import Plan


def aims(plan: Plan, drivers: Drivers) -> pd.DataFrame:
    """Activities × factors.

    Returns
    -------
    pandas.DataFrame
        ``activity`` (number), ``factor``, ``aimed_at`` (bool), ``quadrant`` (key; empty without a
        model).
    """
    table = drivers.table[drivers.table["scope"] == TOTAL]
    quadrants = dict(zip(table["factor"], table["quadrant"], strict=True))
    rows = [
        (activity.number, factor, factor in activity.aims_at, quadrants.get(factor, ""))
        for activity in plan.activities
        for factor in drivers.factors
    ]
    return pd.DataFrame(rows, columns=["activity", "factor", "aimed_at", "quadrant"])
