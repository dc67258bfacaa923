"""The plan's activities, steps and recurring follow-ups on the calendar, with reported progress."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd

from analysis.settings import Activity, Plan

STEP = "steg"
FOLLOW_UP = "uppfoljning"
EVALUATION = "utvardering"
ACTIVITY = "aktivitet"

DONE = "klar"
ONGOING = "pågår"
AHEAD = "kommande"
PASSED = "tid passerad"

COLUMNS = (
    "activity",
    "step",
    "start",
    "end",
    "kind",
    "status",
    "progress",
    "responsible",
    "title",
    "number",
    "from_rule",
    "reported",
    "reached",
    "intended",
    "spent",
    "note",
)


def activities(plan: Plan, progress: pd.DataFrame, today: date) -> pd.DataFrame:
    """Every activity, step, recurring follow-up and evaluation of the plan.

    Parameters
    ----------
    plan
        The plan.
    progress
        Reported progress; may be empty.
    today
        The day the calendar is read.

    Returns
    -------
    pandas.DataFrame
        ``activity`` (short name), ``step`` (key; empty for the activity itself), ``start``,
        ``end`` (dates), ``kind`` (``aktivitet``, ``steg``, ``uppfoljning``, ``utvardering``),
        ``status`` (reported, else the calendar's: ``kommande``, ``pågår``, ``tid passerad`` —
        nothing is called done without a report, and an activity is begun and done with its
        steps), ``progress`` (share reached of intended, 0–1),
        ``responsible``, ``title``, ``number`` (activity number; 0 for evaluations), ``from_rule``
        (bool), ``reported`` (date of the latest report), ``reached``, ``intended``, ``spent``
        (Int64), ``note``.
    """
    rows = []
    reports = _reports(progress)
    for entry in _entries(plan):
        report = _report(entry, reports)
        entry["status"] = report.get("status") or _calendar(entry["start"], entry["end"], today)
        reached, intended = report.get("reached"), report.get("intended")
        share = reached / intended if reached is not None and intended else float("nan")
        rows.append(
            {
                **entry,
                "progress": share,
                "responsible": plan.document.responsible,
                "reported": report.get("date"),
                "reached": reached,
                "intended": intended,
                "spent": report.get("spent"),
                "note": report.get("note", ""),
            }
        )
    table = _by_steps(pd.DataFrame(rows, columns=list(COLUMNS)))
    return table.astype(
        {"reached": "Int64", "intended": "Int64", "spent": "Int64", "progress": "float64"}
    )


def _entries(plan: Plan) -> Iterator[dict[str, Any]]:
    for activity in plan.activities:
        yield _entry(activity, "", activity.title, activity.start, activity.end, ACTIVITY)
        for step in activity.steps:
            yield _entry(
                activity,
                step.key,
                step.title,
                step.start or activity.start,
                step.end or activity.end,
                STEP,
            )
        for rule in activity.recurring:
            first = activity.end.year + rule.first_after_years
            for year in range(first, plan.horizon.value + 1, rule.every_years):
                start = date(year, rule.window_months[0], 1)
                end = _month_end(year, rule.window_months[1])
                yield _entry(activity, rule.key, rule.title, start, end, FOLLOW_UP)
    evaluation = plan.evaluation
    for year in range(evaluation.first_year, plan.horizon.value + 1):
        yield {
            "activity": "Utvärdering",
            "step": evaluation.key,
            "title": evaluation.title,
            "start": date(year, evaluation.month, 1),
            "number": 0,
            "from_rule": True,
            "end": _month_end(year, evaluation.month),
            "kind": EVALUATION,
        }


def _entry(
    activity: Activity, key: str, title: str, start: date, end: date, kind: str
) -> dict[str, Any]:
    return {
        "activity": activity.short,
        "step": key,
        "title": title,
        "start": start,
        "end": end,
        "kind": kind,
        "number": activity.number,
        "from_rule": kind == FOLLOW_UP,
    }


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _calendar(start: date, end: date, today: date) -> str:
    if today < start:
        return AHEAD
    return ONGOING if today <= end else PASSED


def _reports(progress: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """Reports by step, oldest first."""
    if progress.empty:
        return {}
    ordered = progress.sort_values(["step", "date"], kind="stable")
    rows = ordered.astype(object).where(ordered.notna(), None).to_dict("records")
    reports: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        reports.setdefault(str(row["step"]), []).append({str(k): v for k, v in row.items()})
    return reports


def _report(entry: dict[str, Any], reports: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """The newest report on an entry; one on a follow-up counts for the year it was made in."""
    own = reports.get(entry["step"], []) if entry["step"] else []
    if entry["kind"] in (FOLLOW_UP, EVALUATION):
        own = [report for report in own if report["date"].year == entry["start"].year]
    return own[-1] if own else {}


def _by_steps(table: pd.DataFrame) -> pd.DataFrame:
    """An activity is done when all its steps are reported done, and begun when one is begun."""
    steps = table[table["kind"] == STEP]
    status, activity = table["status"], table["kind"] == ACTIVITY

    def of_steps(met: pd.Series) -> pd.Series:
        return activity & table["number"].map(met).fillna(False).astype(bool)

    begun = of_steps(steps["status"].isin([DONE, ONGOING]).groupby(steps["number"]).any())
    done = of_steps((steps["status"] == DONE).groupby(steps["number"]).all())
    status = status.mask(begun & (status == AHEAD), ONGOING).mask(done, DONE)
    return table.assign(status=status)
