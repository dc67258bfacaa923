"""Change from before to after the training, compared with the country's and the peers' change.

Conclusions are chosen by rule and never claim a cause.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from analysis.measures.comparison import municipalities, peer_codes
from analysis.measures.totals import TOTAL
from analysis.measures.uncertainty import difference
from analysis.settings import Activity, Settings
from analysis.settings.questionnaire import NKI

MEASURES = (NKI, "bemotande", "bemotande_totalt")


class Conclusion(StrEnum):
    """Conclusions about a change after the training."""

    NO_AFTER = "ingen_matning_efter"
    UNKNOWN = "okand_osakerhet"
    NO_CHANGE = "ingen_saker_forandring"
    ROSE = "okade_efter"
    FELL = "minskade_efter"
    ROSE_MORE = "okade_mer_an_riket"
    FELL_MORE = "minskade_mer_an_riket"


COLUMNS = (
    *("measure", "scope", "definition", "activity", "measured_from", "before_year", "after_year"),
    *("before", "after", "change", "lower", "upper", "reference_change", "difference"),
    *("peers", "peers_change", "partly", "conclusion"),
)


def training_effect(
    indices: pd.DataFrame, official: pd.DataFrame, settings: Settings
) -> pd.DataFrame:
    """NKI and bemötande before and after each activity that is measured from a date.

    Parameters
    ----------
    indices
        The table of `measures.indices`.
    official
        Published values; the country's are the reference.
    settings
        The plan's activities, the total definitions.

    Returns
    -------
    pandas.DataFrame
        One row per activity and measure, on the total: ``measure``, ``scope``, ``definition``
        (the after year's official one, for both years), ``activity`` (number),
        ``measured_from`` (date), ``before_year`` (the last whole year before the activity),
        ``after_year`` (the newest whole year with a value), ``before``, ``after``, ``change`` with
        ``lower`` and ``upper`` (index units), ``reference_change`` (the country's),
        ``difference`` (ours minus the country's), ``peers`` (similar
        municipalities with a value in both years) and ``peers_change`` (the median of their
        changes, where they are not too few), ``partly`` (the
        after year also holds cases from before) and ``conclusion``: ``ingen_matning_efter``,
        ``okand_osakerhet`` (published values alone), ``ingen_saker_forandring``,
        ``okade_efter``, ``minskade_efter``, or, when the interval excludes the country's change
        too, ``okade_mer_an_riket``, ``minskade_mer_an_riket``.
    """
    whole = indices[~indices["year"].str.contains("-") & (indices["scope"] == TOTAL)]
    # A part of a year is not compared with a whole year.
    whole = whole[whole["governing"].notna() & (whole["part"] == "")]
    rows = [
        _row(activity, turn, measure, whole[whole["measure"] == measure], official, settings)
        for activity in settings.plan.activities
        if (turn := activity.measured_from)
        for measure in MEASURES
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.astype({"before_year": "Int64", "after_year": "Int64", "peers": "Int64"})


def _row(
    activity: Activity,
    turn: date,
    measure: str,
    cells: pd.DataFrame,
    official: pd.DataFrame,
    settings: Settings,
) -> dict[str, Any]:
    row: dict[str, Any] = {
        **dict.fromkeys(COLUMNS, np.nan),
        "measure": measure,
        "scope": TOTAL,
        "definition": "",
        "activity": activity.number,
        "measured_from": turn,
        **dict.fromkeys(("before_year", "after_year", "peers"), pd.NA),
        "partly": False,
        "conclusion": Conclusion.NO_AFTER,
    }
    years = cells["year"].astype(int)
    after = max(years[years >= turn.year], default=0)
    if not after:
        return row
    definition = settings.rules.totals.official(after)
    before = activity.start.year - 1
    same = cells[cells["definition"] == definition]
    earlier, newest = same[same["year"] == str(before)], same[same["year"] == str(after)]
    if earlier.empty or newest.empty:
        return row
    first, second = earlier.iloc[0], newest.iloc[0]
    # Official values are compared with official ones, ours with ours: their methods differ.
    series = "index" if pd.isna(first["official"]) or pd.isna(second["official"]) else "official"
    if pd.isna(first[series]) or pd.isna(second[series]):
        return row
    change, lower, upper = _change(first, second, series)
    changes = _changes(official, measure, definition, before, after)
    reference = float(changes.get(settings.report.comparison.country.code, np.nan))
    similar = changes[changes.index.isin(peer_codes(settings))]
    enough = len(similar) >= settings.rules.comparison.least_peers.value
    return row | {
        "definition": definition,
        "before_year": before,
        "after_year": after,
        "before": float(first[series]),
        "after": float(second[series]),
        "change": change,
        "lower": lower,
        "upper": upper,
        "reference_change": reference,
        "difference": change - reference,
        "peers": len(similar),
        "peers_change": float(similar.median()) if enough else np.nan,
        "partly": after == turn.year,
        "conclusion": conclusion(lower, upper, reference),
    }


def _change(before: pd.Series, after: pd.Series, series: str) -> tuple[float, float, float]:
    """Change in a series, with the interval of our own change moved to it."""
    now, then = ((row["lower"], row["upper"]) for row in (after, before))
    lower, upper = difference(after["index"], now, before["index"], then)
    change = float(after[series]) - float(before[series])
    shift = change - float(after["index"] - before["index"])
    return change, float(lower) + shift, float(upper) + shift


def _changes(
    official: pd.DataFrame, measure: str, definition: str, before: int, after: int
) -> pd.Series:
    """Changes of published values between two years in one definition, by municipality's code."""
    rows = municipalities(official, measure, TOTAL)
    rows = rows[rows["definition"] == definition].set_index(["year", "municipality_code"])
    values = rows["value"].unstack("year").reindex(columns=[before, after]).astype(float)
    return (values[after] - values[before]).dropna()


def conclusion(lower: float, upper: float, reference: float) -> Conclusion:
    """The conclusion that an interval of the change allows.

    >>> str(conclusion(-1.0, 3.0, 0.5)), str(conclusion(0.5, 4.0, float("nan")))
    ('ingen_saker_forandring', 'okade_efter')
    >>> [str(conclusion(0.5, 4.0, reference)) for reference in (1.0, 0.2)]
    ['okade_efter', 'okade_mer_an_riket']
    >>> str(conclusion(-4.0, -0.5, 0.2)), str(conclusion(float("nan"), float("nan"), 0.2))
    ('minskade_mer_an_riket', 'okand_osakerhet')
    """
    if np.isnan(lower):
        return Conclusion.UNKNOWN
    if lower > 0:
        return Conclusion.ROSE_MORE if lower > reference else Conclusion.ROSE
    if upper < 0:
        return Conclusion.FELL_MORE if upper < reference else Conclusion.FELL
    return Conclusion.NO_CHANGE
