"""What it would take: how much a factor must rise for a goal in the total to be reached."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.measures.drivers import Drivers
from analysis.measures.totals import TOTAL
from analysis.settings import Settings
from analysis.settings.questionnaire import NKI

COLUMNS = ("goal", "factor", "target", "index", "gap", "factor_index", "rise", "rise_lower",
           "rise_upper", "reachable", "year")


def required_rise(indices: pd.DataFrame, drivers: Drivers, settings: Settings) -> pd.DataFrame:
    """Rise of each factor alone, and of all together, that would bring the NKI to its target.

    Returns
    -------
    pandas.DataFrame
        One row per goal on the total's NKI and factor, and one with ``factor`` = ``alla`` (all
        factors by the same amount): ``goal, factor, target, index, gap, factor_index, rise,
        rise_lower, rise_upper, reachable, year``. ``rise`` in index units, NaN where the factor
        has no sure effect; ``reachable`` False where it would pass 100. Empty where the target
        is reached or there is no model.
    """
    rows: list[dict[str, object]] = []
    whole = indices[~indices["year"].str.contains("-") & indices["is_official_definition"]]
    cells = whole[(whole["scope"] == TOTAL) & (whole["measure"] == NKI)]
    cells = cells[cells["governing"].notna()]
    if cells.empty or TOTAL not in drivers.replicates:
        return pd.DataFrame(columns=list(COLUMNS))
    cell = cells.sort_values("year").iloc[-1]
    confidence = settings.rules.uncertainty.confidence.value
    table = drivers.table[drivers.table["scope"] == TOTAL].set_index("factor")
    replicates = drivers.replicates[TOTAL]
    rng = np.random.default_rng(settings.rules.uncertainty.seed.value)
    error = 0.0 if pd.isna(cell["se"]) else float(cell["se"])
    noise = rng.standard_normal(len(replicates)) * error
    for goal in settings.plan.goals:
        gap = goal.target - float(cell["governing"])
        if goal.measure != NKI or goal.scope != TOTAL or gap <= 0:
            continue
        gaps = np.maximum(gap + noise, 0.0)
        for place, factor in enumerate((*drivers.factors, "alla")):
            alone = factor != "alla"
            effects = replicates[:, place] if alone else replicates.sum(axis=1)
            effect = float(table.loc[factor, "effect"] if alone else table["effect"].sum())
            index = float(table.loc[factor, "index"]) if alone else float(table["index"].max())
            sure = np.quantile(effects, (1 - confidence) / 2) > 0
            tails = [(1 - confidence) / 2, (1 + confidence) / 2]
            lower, upper = np.quantile(gaps / effects, tails) if sure else (np.nan, np.nan)
            rise = gap / effect if sure else np.nan
            rows.append({"goal": goal.number, "factor": factor, "target": goal.target,
                         "index": float(cell["governing"]), "gap": gap,
                         "factor_index": index if alone else np.nan, "rise": rise,
                         "rise_lower": lower, "rise_upper": upper,
                         "reachable": bool(index + rise <= 100), "year": int(cell["year"])})
    return pd.DataFrame(rows, columns=list(COLUMNS))
