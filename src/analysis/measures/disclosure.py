"""Disclosure control: which cells may be shown, and that the hidden ones cannot be worked out."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.measures.totals import TOTAL
from analysis.settings import Settings

TOO_FEW = "for_fa_svar"
TOO_FEW_ITEMS = "for_fa_svar_i_fraga"
COMPLEMENTARY = "skyddar_annat_varde"
NUMBERS = ("n", "index", "lower", "upper", "se", "scale", "freedom", "missing_share")


def protect(table: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Hide cells with too few answers and those that would give them away.

    Returns
    -------
    pandas.DataFrame
        With ``shown`` and ``reason``; hidden rows have no numbers.
    """
    rules = settings.rules.disclosure
    needed = np.where(
        table["scope"] == TOTAL, rules.min_answers_total.value, rules.min_answers.value
    )
    few = table["has_answers"] & (table["n"] < needed).fillna(False)
    items = table["has_answers"] & ~few & (table["fewest"] < rules.min_answers.value)
    reason = pd.Series("", index=table.index).mask(few, TOO_FEW).mask(items, TOO_FEW_ITEMS)
    reason = _complementary(table, reason, settings)
    return _blanked(table, reason)


def _complementary(table: pd.DataFrame, reason: pd.Series, settings: Settings) -> pd.Series:
    """Hide one more area where a single hidden one could be had by subtraction."""
    reason = reason.copy()
    for total in settings.rules.totals.definitions.values():
        inside = table[table["scope"].isin(total.areas) & table["has_answers"]]
        for _, cells in inside.groupby(["year", "measure"]):
            hidden = cells.index[reason[cells.index] != ""]
            if len(hidden) == 1:
                shown = cells[reason[cells.index] == ""].sort_values(["n", "scope"])
                reason[shown.index[:1]] = COMPLEMENTARY
    return reason


def _blanked(table: pd.DataFrame, reason: pd.Series) -> pd.DataFrame:
    result = table.copy()
    hidden = (reason != "").to_numpy()
    for column in NUMBERS:
        result[column] = result[column].mask(hidden)
    public = result["official"].notna().to_numpy()
    result["shown"] = ~hidden | public
    result["reason"] = reason.mask(public, "")
    return result.drop(columns="fewest")
