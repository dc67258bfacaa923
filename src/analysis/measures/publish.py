"""The tables for reuse, with the columns, rounding and spelling of the CSV files."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis import store, swedish


def index_table(indices: pd.DataFrame) -> pd.DataFrame:
    """``index.csv``: indices to one decimal, booleans as ``true``/``false``.

    A change is that between the rounded numbers, as on the pages.
    """
    table = indices[list(store.PUBLISHED["index"])].copy()
    before = indices["change_from"].astype("float64")
    ends = pd.DataFrame({"before": before, "now": before + indices["change"]})
    ends = _rounded(ends, ("before", "now"), 1)
    table["change"] = ends["now"] - ends["before"]
    table = _rounded(table, ("index", "lower", "upper", "change", "official"), 1)
    for column in ("change_significant", "shown"):
        table[column] = _flags(table[column])
    return table


def goals_table(goals: pd.DataFrame) -> pd.DataFrame:
    """``goals.csv``: indices to one decimal, probabilities to two."""
    table = _rounded(
        goals[list(store.PUBLISHED["goals"])].copy(),
        ("target", "index", "lower", "upper", "gap"),
        1,
    )
    return _rounded(table, ("probability",), 2)


def drivers_table(drivers: pd.DataFrame) -> pd.DataFrame:
    """``drivers.csv``: index to one decimal, effects and shares to two."""
    table = _rounded(drivers[list(store.PUBLISHED["drivers"])].copy(), ("index",), 1)
    names = ("effect", "effect_lower", "effect_upper", "share", "share_lower", "share_upper")
    return _rounded(table, names, 2)


def activities_table(activities: pd.DataFrame) -> pd.DataFrame:
    """``activities.csv``: dates as ISO 8601, progress to two decimals."""
    table = activities[list(store.PUBLISHED["activities"])].copy()
    for column in ("start", "end"):
        table[column] = [day.isoformat() for day in table[column]]
    return _rounded(table, ("progress",), 2)


def _rounded(table: pd.DataFrame, columns: Sequence[str], decimals: int) -> pd.DataFrame:
    def rounded(value: float) -> float:
        return swedish.rounded(value, decimals)

    for column in columns:
        table[column] = table[column].astype("float64").map(rounded, na_action="ignore")
    return table


def _flags(values: pd.Series) -> pd.Series:
    words = ["" if pd.isna(value) else str(bool(value)).lower() for value in values]
    return pd.Series(words, index=values.index, dtype="str")
