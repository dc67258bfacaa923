"""Before and after the training of spring 2025, set against the country's change."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from analysis.measures.totals import TOTAL
from analysis.settings import Settings
from analysis.settings.questionnaire import NKI

MEASURES = (NKI, "bemotande", "bemotande_totalt")
COLUMNS = ("measure", "scope", "definition", "activity", "measured_from", "before_year",
           "after_year", "before", "after", "change", "lower", "upper", "reference_change",
           "difference", "difference_lower", "difference_upper", "partly", "conclusion")

NO_AFTER = "ingen_matning_efter"
NO_CHANGE = "ingen_saker_forandring"
ROSE = "okade_efter"
FELL = "minskade_efter"
ROSE_MORE = "okade_mer_an_riket"
FELL_MORE = "minskade_mer_an_riket"


def training_effect(
    indices: pd.DataFrame, official: pd.DataFrame, settings: Settings
) -> pd.DataFrame:
    """NKI and bemötande before and after each activity that has a ``measured_from`` date.

    Returns
    -------
    pandas.DataFrame
        One row per measure on the total: ``measure, scope, definition, activity, measured_from,
        before_year, after_year, before, after, change, lower, upper`` (index units),
        ``reference_change`` (riket's), ``difference`` with bounds (ours minus riket's),
        ``partly`` (the after year also holds cases from before the training) and ``conclusion``
        (a key; the words never claim a cause).
    """
    rows: list[dict[str, Any]] = []
    whole = indices[~indices["year"].str.contains("-") & (indices["scope"] == TOTAL)]
    for activity in settings.plan.activities:
        if activity.measured_from is None:
            continue
        turn = activity.measured_from
        for measure in MEASURES:
            row: dict[str, Any] = {
                **dict.fromkeys(COLUMNS, np.nan), "measure": measure, "scope": TOTAL,
                "activity": activity.number, "measured_from": turn, "partly": False,
                "definition": "", "conclusion": NO_AFTER,
            }
            later = sorted({int(y) for y in whole["year"] if int(y) >= turn.year})
            if later:
                row |= _compared(whole, official, measure, activity.start.year - 1, later[-1],
                                 turn.year, settings)
            rows.append(row)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _compared(whole: pd.DataFrame, official: pd.DataFrame, measure: str, before: int, after: int,
              turn: int, settings: Settings) -> dict[str, Any]:
    definition = settings.rules.totals.official(after)
    found = {}
    for year in (before, after):
        cells = whole[(whole["year"] == str(year)) & (whole["definition"] == definition)
                      & (whole["measure"] == measure) & whole["governing"].notna()]
        if cells.empty:
            return {"definition": definition}
        found[year] = cells.iloc[0]
    change = float(found[after]["governing"] - found[before]["governing"])
    error = float(np.hypot(found[after]["se"], found[before]["se"]))
    reach = float(ndtri((1 + settings.rules.uncertainty.confidence.value) / 2)) * error
    reference = _reference(official, measure, definition, before, after, settings)
    lower, upper = change - reach, change + reach
    return {
        "definition": definition, "before_year": before, "after_year": after,
        "before": float(found[before]["governing"]), "after": float(found[after]["governing"]),
        "change": change, "lower": lower, "upper": upper, "reference_change": reference,
        "difference": change - reference, "difference_lower": lower - reference,
        "difference_upper": upper - reference, "partly": after == turn,
        "conclusion": _conclusion(lower, upper, reference),
    }


def _reference(official: pd.DataFrame, measure: str, definition: str, before: int, after: int,
               settings: Settings) -> float:
    if official.empty:
        return float("nan")
    rows = official[
        (official["municipality_code"] == settings.report.comparison.country.code)
        & (official["measure"] == measure) & (official["scope"] == TOTAL)
        & (official["definition"] == definition)
    ].drop_duplicates("year").set_index("year")["value"]
    if before not in rows.index or after not in rows.index:
        return float("nan")
    return float(rows[after] - rows[before])


def _conclusion(lower: float, upper: float, reference: float) -> str:
    if lower > 0:
        return ROSE_MORE if lower > reference else ROSE
    if upper < 0:
        return FELL_MORE if upper < reference else FELL
    return NO_CHANGE
