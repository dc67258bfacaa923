"""The plan's activities, steps and recurring follow-ups on the calendar, with reported progress."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Any

import pandas as pd

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
        (Int64), ``note``, ``department``. Of several reports on an entry, the newest value of each
        field counts, and the money is added up.
    """
    rows = []
    reports = _reports(progress)
    for entry in _entries(plan):
        report = _report(entry, reports)
        by_date, reported = _calendar(entry, today), report.get("status")
        waits = by_date == PlanStatus.AHEAD and reported == PlanStatus.NOT_BEGUN
        entry["status"] = by_date if waits or not reported else reported
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
                "note": report.get("note") or "",
                "department": report.get("department") or "",
            }
        )
    table = _by_steps(pd.DataFrame(rows, columns=list(COLUMNS)))
    return table.astype(
        {"reached": "Int64", "intended": "Int64", "spent": "Int64", "progress": "float64"}
    )


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
    """The reports on an entry taken together; for a follow-up, the reports of its own year.

    The newest value of each field counts; the money is added up.
    """
    own = reports.get(entry["step"], []) if entry["step"] else []
    if entry["kind"] in (Kind.FOLLOW_UP, Kind.EVALUATION):
        own = [report for report in own if report["date"].year == entry["start"].year]
    told: dict[str, Any] = {}
    for report in own:
        told |= {key: value for key, value in report.items() if value not in (None, "")}
    spent = [report["spent"] for report in own if report["spent"] is not None]
    return {**told, "spent": sum(spent)} if spent else told


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
