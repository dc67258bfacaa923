"""Which factor each activity of the plan aims at, beside the factors that matter."""

from __future__ import annotations

import pandas as pd

from analysis.measures.drivers import Drivers, Quadrant
from analysis.measures.totals import TOTAL
from analysis.settings import Plan

COLUMNS = (
    "activity",
    "title",
    "factor",
    "aimed_at",
    "share",
    "effect",
    "effect_lower",
    "rank_group",
    "quadrant",
    "important",
    "reason",
)


def aims(plan: Plan, drivers: Drivers) -> pd.DataFrame:
    """Activities × factors.

    Returns
    -------
    pandas.DataFrame
        ``activity`` (number), ``title``, ``factor``, ``aimed_at`` (bool), ``share``, ``effect``,
        ``effect_lower``, ``rank_group``, ``quadrant``, ``important`` (bool: high effect),
        ``reason`` (the plan's interpretation). Numbers are missing without a model.
    """
    table = drivers.table[drivers.table["scope"] == TOTAL].set_index("factor")
    rows = []
    for activity in plan.activities:
        for factor in drivers.factors:
            known = table.loc[factor] if factor in table.index else pd.Series(dtype=object)
            quadrant = known.get("quadrant", "")
            rows.append(
                {
                    "activity": activity.number,
                    "title": activity.title,
                    "factor": factor,
                    "aimed_at": factor in activity.aims_at,
                    **{
                        key: known.get(key, float("nan"))
                        for key in ("share", "effect", "effect_lower", "rank_group")
                    },
                    "quadrant": quadrant,
                    "important": quadrant in (Quadrant.PRIORITISE, Quadrant.IMPROVE),
                    "reason": activity.aims_at_reason,
                }
            )
    return pd.DataFrame(rows, columns=list(COLUMNS))
