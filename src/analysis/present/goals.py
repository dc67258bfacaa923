"""The plan's goals as pages tell them: verdicts, how many areas reach a goal, the pace so far."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis import swedish
from analysis.measures.goals import ALL_AREAS, BEFORE_PLAN, JUDGED, PART_OF_YEAR, Verdict
from analysis.measures.totals import TOTAL
from analysis.present import wording
from analysis.present.data import ReportData
from analysis.present.texts import say
from analysis.present.wording import Closeness
from analysis.settings import Goal


def for_areas(data: ReportData) -> list[Goal]:
    """The goals for every area."""
    return [goal for goal in data.settings.plan.goals if goal.scope == "areas"]


def goal_row(data: ReportData, goal: Goal, year: int | None = None) -> pd.Series | None:
    """A goal's row for the whole municipality in a year."""
    rows = _of_year(data, goal, year)
    rows = rows[rows["scope"] == (TOTAL if goal.scope == "total" else ALL_AREAS)]
    return None if rows.empty else rows.iloc[0]


def area_rows(data: ReportData, goal: Goal, year: int | None = None) -> pd.DataFrame:
    """A goal's rows for single areas in a year."""
    rows = _of_year(data, goal, year)
    return rows[~rows["scope"].isin([TOTAL, ALL_AREAS])]


def _of_year(data: ReportData, goal: Goal, year: int | None) -> pd.DataFrame:
    rows = data.goals
    return rows[(rows["goal"] == goal.number) & (rows["year"] == (year or data.year))]


def decided_when(data: ReportData, year: int) -> dict[str, object]:
    """The month in which a year's results are followed up, and whether it has passed without."""
    month = date(year + 1, data.settings.plan.evaluation.month, 1)
    late = (data.today.year, data.today.month) > (month.year, month.month)
    return {"ar": year, "manad": swedish.month(month), "forsenat": late}


def decided(data: ReportData, goal: Goal, row: pd.Series) -> str:
    """How the target year decided a goal, and where its measure is now; empty until it has."""
    year = wording.decided_in(row)
    if not year:
        return ""
    told = {
        "nummer": goal.number,
        "ar": year,
        "matt": data.label(goal.measure),
        **level_now(data, goal),
    }
    if row["status"] not in JUDGED:
        return say(
            "gemensamt.mal_avgjordes_inte",
            **told,
            fore_planen=row["reason"] == BEFORE_PLAN,
            del_av_aret=row["reason"] == PART_OF_YEAR,
            dolt=row["status"] == Verdict.TOO_FEW,
        )
    return say(
        "gemensamt.mal_avgjordes",
        **told,
        natt=row["status"] == Verdict.MET,
        varde=swedish.number(row["index"]),
        mal=swedish.number(goal.target, 0),
        inom=bool(closeness(data, goal, row)),
    )


def level_now(data: ReportData, goal: Goal) -> dict[str, str]:
    """The newest result of a goal's measure for the whole municipality; empty where not shown."""
    now = data.cell(TOTAL, goal.measure)
    level = None if now is None else wording.governing(now)
    return {
        "nu_ar": wording.named(data, data.year),
        "nu": "" if level is None else swedish.number(level),
    }


def decided_before(data: ReportData) -> str:
    """The goals that an earlier year has decided, with that year; empty without any."""
    by_year: dict[str, list[str]] = {}
    for goal in data.settings.plan.goals:
        row = goal_row(data, goal)
        if row is not None and row["status"] in JUDGED and (year := wording.decided_in(row)):
            by_year.setdefault(year, []).append(str(goal.number))
    return swedish.listing(
        [
            say("gemensamt.mal_bedoms_efter", nummer=swedish.listing(numbers), ar=year)
            for year, numbers in sorted(by_year.items())
        ]
    )


def aimed_at(data: ReportData, measure: str) -> Goal | None:
    """The goal for a measure in every area that this year's results are held against."""
    goal = data.settings.plan.area_goal(measure)
    return goal if goal and goal.judged_by(data.year) == data.year else None


def partly(data: ReportData, goal: Goal, row: pd.Series | None) -> bool:
    """Whether a goal for every area is reached only as far as it can be judged."""
    if row is None or goal.scope != "areas" or row["status"] != Verdict.MET:
        return False
    return not area_rows(data, goal)["status"].isin(JUDGED).all()


def closeness(data: ReportData, goal: Goal, row: pd.Series) -> Closeness:
    """How near a verdict is to the other one.

    A goal for every area is turned by the one area that reaches it most barely, or by all that do
    not reach it, of which the one farthest away counts.
    """
    if goal.scope != "areas":
        return wording.closeness(data, row)
    rows = area_rows(data, goal)
    rows = rows[rows["status"] == row["status"]]
    found = [wording.closeness(data, area) for _, area in rows.iterrows()]
    nearest = max if row["status"] == Verdict.MET else min
    return nearest(found, default=Closeness.FAR)


def verdict(data: ReportData, goal: Goal, row: pd.Series) -> str:
    """The verdict in words; a verdict on some of the areas says on how many."""
    if partly(data, goal, row):
        rows = area_rows(data, goal)
        judged = int(rows["status"].isin(JUDGED).sum())
        year = wording.decided_in(row)
        return say("gemensamt.natt_i_omraden", antal=judged, alla=len(rows), ar=year)
    return wording.goal_status(data, row, close=closeness(data, goal, row))


def area_facts(data: ReportData, goal: Goal) -> str:
    """The number of areas that reach a goal, and the names of those below it or not judged."""
    rows = area_rows(data, goal)
    year = wording.decided_in(rows.iloc[0]) if len(rows) else ""
    if data.judged_when and not year and (rows["status"] == Verdict.NOT_JUDGED).any():
        return say("gemensamt.omraden_bedoms", nar=data.judged_when)
    met, missed = (rows[rows["status"] == verdict] for verdict in JUDGED)
    unknown = rows[~rows["status"].isin(JUDGED)]
    return say(
        "gemensamt.omraden_utfall",
        natt=len(met),
        bedomda=len(met) + len(missed),
        under=with_values(
            data, missed.assign(told=[distance(row) for _, row in missed.iterrows()])
        ),
        utan_bedomning=data.names(unknown["scope"]),
        ar=year,
    )


def distance(row: pd.Series) -> float:
    """How far a value is from its target in the numbers shown, never below zero."""
    return abs(swedish.difference(float(row["index"]), float(row["target"])))


def with_values(data: ReportData, rows: pd.DataFrame) -> str:
    """Areas in running text, each with the number in the column `told`."""
    return swedish.listing(
        [
            say(
                "gemensamt.omrade_varde",
                omrade=data.in_text(row["scope"]),
                varde=swedish.number(row["told"]),
            )
            for _, row in rows.iterrows()
        ]
    )


def pace_so_far(row: pd.Series) -> tuple[float, float, float]:
    """Index units a year in the numbers shown, and the first and last of those numbers."""
    years = int(row["year"]) - int(row["pace_since"])
    start = float(row["pace_from"])
    now = start + float(row["pace_so_far"]) * years
    return swedish.difference(now, start) / years, start, now


def restated(data: ReportData, row: pd.Series) -> str:
    """A remark where a pace begins with a restated value; empty where it is the official one."""
    totals = data.settings.rules.totals
    if row["definition"] not in totals.definitions:
        return ""
    own = totals.official(int(row["pace_since"])) == row["definition"]
    return (
        "" if own else say("gemensamt.omraknat", till=totals.definitions[row["definition"]].short)
    )
