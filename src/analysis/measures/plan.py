"""The plan's activities, steps and recurring follow-ups on the calendar, with reported progress."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

import pandas as pd

from analysis.measures.progress import WHOLE, Report, by_department, by_step, latest, together
from analysis.settings import Activity, Plan


class Kind(StrEnum):
    """Kinds of entries in the plan's calendar."""

    ACTIVITY = "aktivitet"
    STEP = "steg"
    FOLLOW_UP = "uppfoljning"
    EVALUATION = "utvardering"


class PlanStatus(StrEnum):
    """Status of an entry: as reported, else by the calendar."""

    DONE = "klar"
    ONGOING = "pågår"
    LATE = "försenad"
    NOT_BEGUN = "ej påbörjad"
    CANCELLED = "inställd"
    AHEAD = "kommande"
    PASSED = "tid passerad"
    UNTOLD = "uppgift saknas"


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
    "department",
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
        no entry is called done without a report, an activity is begun and done with its steps, and
        an evaluation without a report has ``uppgift saknas``), ``progress`` (share reached of
        intended, 0–1),
        ``responsible``, ``title``, ``number`` (activity number; 0 for evaluations), ``from_rule``
        (bool), ``reported`` (date of the latest report), ``reached``, ``intended``, ``spent``
        (Int64), ``note``, ``department``. Several reports on an entry are taken together by
        `analysis.measures.progress.together`.
    """
    reports = by_step(progress)
    rows = [_row(plan, entry, together(_own(entry, reports)), today) for entry in _entries(plan)]
    return _by_steps(_table(rows))


def of_departments(plan: Plan, progress: pd.DataFrame, today: date) -> pd.DataFrame:
    """The entries that a förvaltning has reported on by itself.

    Parameters
    ----------
    plan, progress, today
        As for `activities`.

    Returns
    -------
    pandas.DataFrame
        The columns of `activities`, a row for each entry and förvaltning (``department``).
    """
    reports = by_step(progress)
    return _table(
        [
            _row(plan, dict(entry), latest(told), today)
            for entry in _entries(plan)
            for name, told in sorted(by_department(_own(entry, reports)).items())
            if name != WHOLE
        ]
    )


def _row(plan: Plan, entry: dict[str, Any], report: Report, today: date) -> dict[str, Any]:
    """An entry of the calendar with what has been reported on it."""
    by_date, reported = _calendar(entry, today), report.get("status")
    waits = by_date == PlanStatus.AHEAD and reported == PlanStatus.NOT_BEGUN
    reached, intended = report.get("reached"), report.get("intended")
    return {
        **entry,
        "status": by_date if waits or not reported else reported,
        "progress": reached / intended if reached is not None and intended else float("nan"),
        "responsible": plan.document.responsible,
        "reported": report.get("date"),
        "reached": reached,
        "intended": intended,
        "spent": report.get("spent"),
        "note": report.get("note") or "",
        "department": report.get("department") or "",
    }


def _table(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    kinds = {"reached": "Int64", "intended": "Int64", "spent": "Int64", "progress": "float64"}
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(kinds)


def _entries(plan: Plan) -> Iterator[dict[str, Any]]:
    for activity in plan.activities:
        yield _entry(activity, "", activity.title, activity.start, activity.end, Kind.ACTIVITY)
        for step in activity.steps:
            yield _entry(
                activity,
                step.key,
                step.title,
                step.start or activity.start,
                step.end or activity.end,
                Kind.STEP,
            )
        for rule in activity.recurring:
            for year in plan.years_of(rule.key) or ():
                start = date(year, rule.window_months[0], 1)
                end = _month_end(year, rule.window_months[1])
                yield _entry(activity, rule.key, rule.title, start, end, Kind.FOLLOW_UP)
    evaluation = plan.evaluation
    # Without goals there is nothing to evaluate.
    for year in (plan.years_of(evaluation.key) if plan.goals else None) or ():
        yield {
            "activity": "Utvärdering",
            "step": evaluation.key,
            "title": evaluation.title,
            "start": date(year, evaluation.month, 1),
            "number": 0,
            "from_rule": True,
            "end": _month_end(year, evaluation.month),
            "kind": Kind.EVALUATION,
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
        "from_rule": kind == Kind.FOLLOW_UP,
    }


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _calendar(entry: dict[str, Any], today: date) -> str:
    if today < entry["start"]:
        return PlanStatus.AHEAD
    if today <= entry["end"]:
        return PlanStatus.ONGOING
    # This report itself is an evaluation, so one without a report need not be missed.
    return PlanStatus.UNTOLD if entry["kind"] == Kind.EVALUATION else PlanStatus.PASSED


def _own(entry: dict[str, Any], reports: Mapping[str, list[Report]]) -> list[Report]:
    """The reports on an entry; for a follow-up, those of its own year."""
    own = reports.get(entry["step"], []) if entry["step"] else []
    if entry["kind"] in (Kind.FOLLOW_UP, Kind.EVALUATION):
        own = [report for report in own if report["date"].year == entry["start"].year]
    return own


def _by_steps(table: pd.DataFrame) -> pd.DataFrame:
    """An activity is done when all its steps are reported done, and begun when one is begun."""
    steps = table[table["kind"] == Kind.STEP]
    status, activity = table["status"], table["kind"] == Kind.ACTIVITY

    def of_steps(met: pd.Series) -> pd.Series:
        return activity & table["number"].map(met).fillna(False).astype(bool)

    begun = of_steps(
        steps["status"].isin([PlanStatus.DONE, PlanStatus.ONGOING]).groupby(steps["number"]).any()
    )
    done = of_steps((steps["status"] == PlanStatus.DONE).groupby(steps["number"]).all())
    status = status.mask(begun & (status == PlanStatus.AHEAD), PlanStatus.ONGOING).mask(
        done, PlanStatus.DONE
    )
    return table.assign(status=status)
