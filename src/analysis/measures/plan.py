"""The plan's activities, steps and recurring follow-ups on the calendar, with reported progress."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

import pandas as pd

from analysis import store
from analysis.measures.progress import (
    WHOLE,
    PlanStatus,
    Report,
    by_department,
    by_step,
    latest,
    together,
)
from analysis.settings import Plan, Recurring
from analysis.settings.plan import Evaluation


class Kind(StrEnum):
    """Kinds of entries in the plan's calendar."""

    ACTIVITY = "aktivitet"
    STEP = "steg"
    FOLLOW_UP = "uppfoljning"
    EVALUATION = "utvardering"


COLUMNS = (
    *store.PUBLISHED["activities"],
    *("title", "number", "from_rule", "reported", "reached", "intended", "spent"),
    *("note", "department"),
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
        **{name: report.get(name) for name in ("reached", "intended", "spent")},
        **{name: report.get(name) or "" for name in ("note", "department")},
    }


def _table(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    kinds = {"reached": "Int64", "intended": "Int64", "spent": "Int64", "progress": "float64"}
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(kinds)


def _entries(plan: Plan) -> Iterator[dict[str, Any]]:
    for activity in plan.activities:
        own = {"activity": activity.short, "number": activity.number, "from_rule": False}
        whole = {"start": activity.start, "end": activity.end}
        yield {**own, **whole, "step": "", "title": activity.title, "kind": Kind.ACTIVITY}
        for step in activity.steps:
            when = {"start": step.start or activity.start, "end": step.end or activity.end}
            yield {**own, **when, "step": step.key, "title": step.title, "kind": Kind.STEP}
        for rule in activity.recurring:
            for entry in _recurring(plan, rule, rule.window_months, Kind.FOLLOW_UP):
                yield {**own, **entry}
    # Without goals there is nothing to evaluate.
    if plan.goals:
        months = (plan.evaluation.month, plan.evaluation.month)
        for entry in _recurring(plan, plan.evaluation, months, Kind.EVALUATION):
            yield {"activity": "Utvärdering", "number": 0, **entry}


def _recurring(
    plan: Plan, rule: Recurring | Evaluation, months: tuple[int, int], kind: Kind
) -> Iterator[dict[str, Any]]:
    """What comes back, from the first day of a month to the last day of one, each of its years."""
    first, last = months
    for year in plan.years_of(rule.key) or ():
        yield {
            "step": rule.key,
            "title": rule.title,
            "start": date(year, first, 1),
            "end": date(year, last, calendar.monthrange(year, last)[1]),
            "kind": kind,
            "from_rule": True,
        }


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
