"""The plan's goals: verdict, certainty, gap, and the pace needed beside the pace so far."""

from __future__ import annotations

import math
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from analysis.measures.totals import TOTAL
from analysis.measures.uncertainty import Estimate
from analysis.settings import Goal, Plan, Rules

PART_OF_YEAR, BEFORE_PLAN = "del_av_ar", "fore_planen"
"""Reasons in the table for years that are not judged."""
NO_RESULT = "malaret_saknas"
"""The reason in the table where a target year has passed and its result is missing."""
ALL_AREAS = "samtliga"


class Verdict(StrEnum):
    """A goal's verdict in a year."""

    MET = "nått"
    MISSED = "ej nått"
    TOO_FEW = "för få svar"
    MISSING = "saknas"
    NOT_JUDGED = "inte bedömt"


JUDGED = (Verdict.MET, Verdict.MISSED)

COLUMNS = {
    "goal": "int64",
    "scope": "str",
    "target": "float64",
    "target_year": "Int64",
    **dict.fromkeys(("year", "judged_year"), "int64"),
    **dict.fromkeys(("index", "lower", "upper", "probability"), "float64"),
    "status": "str",
    **dict.fromkeys(("gap", "pace_needed", "pace_so_far"), "float64"),
    "pace_since": "Int64",
    "pace_from": "float64",
    "definition": "str",
    "n": "Int64",
    **dict.fromkeys(("holding_back", "reason"), "str"),
}


def goals(indices: pd.DataFrame, plan: Plan, rules: Rules) -> pd.DataFrame:
    """Attainment of every goal in every year with data, by its target year from then on.

    Parameters
    ----------
    indices
        The table of `measures.indices`.
    plan, rules
        Goals and judged areas; definitions, tolerance and words.

    Returns
    -------
    pandas.DataFrame
        One row per goal, year and scope: ``goal`` (int), ``scope`` (``total``, an area or
        ``samtliga``), ``target``, ``target_year`` (Int64), ``year`` (int), ``judged_year`` (int,
        the year whose result is judged: from the target year on that year), ``index`` (the
        governing value), ``lower``, ``upper`` (around it), ``probability`` (0–1, that the true
        index is at or above the target), ``status`` (``nått``, ``ej nått``, ``för få svar``,
        ``saknas``; ``inte bedömt`` for years before the plan was adopted and for a part of a
        year, without probability and gap), ``gap`` (value − target),
        ``pace_needed`` and ``pace_so_far`` (index units a year), ``pace_since`` (Int64, its first
        year) and ``pace_from`` (that year's value, in the definition of the row's year),
        ``definition``, ``n`` (Int64), ``holding_back`` (keys of areas below the target,
        comma-separated: on a total the one that pulls it down most first, on ``samtliga`` the
        lowest first) and
        ``reason`` (why a value is hidden, as in the table of indices: not every hidden area has
        too few answers itself; or why the year is not judged: ``del_av_ar``, ``fore_planen``; or
        ``malaret_saknas`` where the target year has passed without a result). A row of a year
        after the target year tells that year's verdict again, without any pace.
        On ``samtliga`` the values are those of the lowest area, and the probability is that
        every judged area reaches the target.
    """
    whole = indices[~indices["year"].str.contains("-")]
    years = sorted({int(year) for year in whole["year"]})
    rows = [
        _as_of(year, row)
        for goal in plan.goals
        for year in years
        for row in _goal_year(goal, goal.judged_by(year), whole, plan, rules)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def _as_of(year: int, row: dict[str, Any]) -> dict[str, Any]:
    """A row as a report of a year has it: what the target year decided stands."""
    if row["judged_year"] == year:
        return row
    decided = {name: value for name, value in row.items() if not name.startswith("pace_")}
    missing = {"reason": NO_RESULT} if row["status"] == Verdict.MISSING else {}
    return decided | {"year": year} | missing


def _goal_year(
    goal: Goal, year: int, whole: pd.DataFrame, plan: Plan, rules: Rules
) -> Iterator[dict[str, Any]]:
    of_year = whole[(whole["year"] == str(year)) & (whole["measure"] == goal.measure)]
    definition = rules.totals.official(year)
    total = of_year[(of_year["scope"] == TOTAL) & (of_year["definition"] == definition)]
    by_area = {area: of_year[of_year["scope"] == area] for area in plan.areas.judged}
    if why := _why_not_judged(year, whole, plan):
        if goal.scope == TOTAL:
            yield _unjudged(goal, year, TOTAL, definition, total, why)
        else:
            for area, cells in {**by_area, ALL_AREAS: of_year[:0]}.items():
                yield _unjudged(goal, year, area, "", cells, why)
    elif goal.scope == TOTAL:
        row = _row(goal, year, TOTAL, definition, total, whole, plan, rules)
        members = rules.totals.definitions[definition].areas
        behind = _pulling_down(goal, of_year[of_year["scope"].isin(members)], rules)
        yield row | {"holding_back": behind}
    else:
        areas = [
            _row(goal, year, area, "", cells, whole, plan, rules) for area, cells in by_area.items()
        ]
        yield from areas
        yield _all_areas(goal, year, areas)


def _why_not_judged(year: int, whole: pd.DataFrame, plan: Plan) -> str:
    """The reason that a year has no verdicts; empty where it has."""
    if year < plan.document.adopted.year:
        return BEFORE_PLAN
    return PART_OF_YEAR if (whole.loc[whole["year"] == str(year), "part"] != "").any() else ""


def _unjudged(
    goal: Goal, year: int, scope: str, definition: str, cells: pd.DataFrame, why: str
) -> dict[str, Any]:
    """A row with its value, without a verdict."""
    row = _empty(goal, year, scope, definition) | {"status": Verdict.NOT_JUDGED, "reason": why}
    if cells.empty:
        return row
    return row | _value(cells.iloc[0])


def _value(cell: pd.Series) -> dict[str, Any]:
    """The value that governs a cell, with its interval and answers."""
    return {
        "index": float(cell["governing"]),
        "lower": cell["governing_lower"],
        "upper": cell["governing_upper"],
        "n": cell["n"],
    }


def _row(
    goal: Goal,
    year: int,
    scope: str,
    definition: str,
    cells: pd.DataFrame,
    whole: pd.DataFrame,
    plan: Plan,
    rules: Rules,
) -> dict[str, Any]:
    row = _empty(goal, year, scope, definition)
    if cells.empty:
        return row | {"status": Verdict.MISSING}
    cell = cells.iloc[0]
    value = float(cell["governing"])
    if np.isnan(value):
        return row | {"status": Verdict.TOO_FEW, "reason": str(cell["reason"])}
    met = value >= goal.target - rules.goals.tolerance.value
    return row | {
        **_value(cell),
        "probability": _probability(goal.target, value, cell),
        "status": Verdict.MET if met else Verdict.MISSED,
        "gap": value - goal.target,
        **_pace(goal, year, scope, definition, value, whole, plan),
    }


def _pulling_down(goal: Goal, areas: pd.DataFrame, rules: Rules) -> str:
    """Areas below the target, in falling order of answers × gap."""
    below = areas[areas["governing"] < goal.target - rules.goals.tolerance.value]
    pull = (goal.target - below["governing"]) * below["n"].fillna(1).astype(float)
    return ",".join(below.loc[pull.sort_values(ascending=False, kind="stable").index, "scope"])


def _empty(goal: Goal, year: int, scope: str, definition: str) -> dict[str, Any]:
    return {
        "goal": goal.number,
        "scope": scope,
        "target": goal.target,
        "target_year": goal.target_year,
        "year": year,
        "judged_year": year,
        "definition": definition,
        "holding_back": "",
        "reason": "",
    }


def _probability(target: float, value: float, cell: pd.Series) -> float:
    if pd.isna(cell["scale"]):
        return float("nan")
    known = (np.array([float(one)]) for one in (value, cell["scale"], cell["freedom"]))
    return float(Estimate(*known).probability_at_least(target)[0])


def _pace(
    goal: Goal,
    year: int,
    scope: str,
    definition: str,
    value: float,
    whole: pd.DataFrame,
    plan: Plan,
) -> dict[str, Any]:
    """Pace needed until the target year, and pace so far in the same definition and source."""
    pace: dict[str, Any] = {}
    if goal.target_year is not None and goal.target_year > year:
        pace["pace_needed"] = max(goal.target - value, 0.0) / (goal.target_year - year)
    baseline = next((b for b in plan.baselines if b.measure == goal.measure), None)
    since = baseline.year if baseline else 0
    years = whole["year"].astype(int)
    series = whole[
        (whole["scope"] == scope)
        & (whole["definition"] == definition)
        & (whole["measure"] == goal.measure)
        & (whole["part"] == "")
        & (years >= since)
        & (years <= year)
    ].sort_values("year")
    # The difference between a published value and one of our own is no change of the service.
    for source in ("official", "index"):
        known = series[series[source].notna()]
        when = known["year"].astype(int)
        if when.min() < year == when.max():
            pace["pace_from"] = float(known[source].iloc[0])
            rise = float(known[source].iloc[-1]) - pace["pace_from"]
            pace["pace_since"] = int(when.min())
            pace["pace_so_far"] = rise / (year - pace["pace_since"])
            break
    return pace


def _all_areas(goal: Goal, year: int, areas: list[dict[str, Any]]) -> dict[str, Any]:
    """The goal over all judged areas: met when at least one is judged and none misses."""
    judged = [row for row in areas if row["status"] in JUDGED]
    row = _empty(goal, year, ALL_AREAS, "")
    if not judged:
        few = any(area["status"] == Verdict.TOO_FEW for area in areas)
        return row | {"status": Verdict.TOO_FEW if few else Verdict.MISSING}
    lowest = min(judged, key=lambda area: float(area["index"]))
    behind = sorted(
        (a for a in judged if a["status"] == Verdict.MISSED), key=lambda a: float(a["index"])
    )
    return row | {
        **{name: lowest[name] for name in ("index", "lower", "upper", "n", "gap")},
        "probability": math.prod(float(area["probability"]) for area in judged),
        "status": Verdict.MISSED if behind else Verdict.MET,
        "holding_back": ",".join(area["scope"] for area in behind),
    }
