"""What has been reported of the plan: the reports on an entry taken together, and the money.

A report may be a förvaltning's or, without one, the whole municipality's. A förvaltning's newest
report replaces its earlier ones; the förvaltningar's numbers are added up; the money of every
report is added up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

import pandas as pd

from analysis.settings import Plan

Report = Mapping[str, Any]
"""A row of the reported progress; what is not told is None or empty."""
COUNTS = ("reached", "intended")
WHOLE = ""
"""The department of a report on the whole municipality."""


class PlanStatus(StrEnum):
    """Status of an entry of the plan: as reported, else by the calendar.

    Of the reported ones, that which decides most for several comes first.
    """

    LATE = "försenad"
    ONGOING = "pågår"
    DONE = "klar"
    NOT_BEGUN = "ej påbörjad"
    CANCELLED = "inställd"
    AHEAD = "kommande"
    PASSED = "tid passerad"
    UNTOLD = "uppgift saknas"


def by_step(progress: pd.DataFrame) -> dict[str, list[Report]]:
    """Reports by step, oldest first.

    Parameters
    ----------
    progress
        Reported progress (`analysis.intake.progress`); may be empty.
    """
    reports: dict[str, list[Report]] = defaultdict(list)
    if len(progress):
        ordered = progress.sort_values(["step", "date"], kind="stable")
        for row in ordered.astype(object).where(ordered.notna(), None).to_dict("records"):
            reports[str(row["step"])].append({str(key): value for key, value in row.items()})
    return dict(reports)


def by_department(reports: Iterable[Report]) -> dict[str, list[Report]]:
    """Reports on one entry by förvaltning, in the order in which each first reported."""
    found: dict[str, list[Report]] = defaultdict(list)
    for report in reports:
        found[report.get("department") or WHOLE].append(report)
    return dict(found)


def latest(reports: Sequence[Report]) -> dict[str, Any]:
    """Reports of one förvaltning, oldest first, taken together.

    The newest value of each field counts; the money is added up.
    """
    told: dict[str, Any] = {}
    for report in reports:
        told |= {key: value for key, value in report.items() if value not in (None, "")}
    return told | _spent(reports)


def together(reports: Sequence[Report]) -> dict[str, Any]:
    """Reports on one entry, oldest first, as the whole municipality's.

    Parameters
    ----------
    reports
        Of the förvaltningar and of the whole municipality.

    Returns
    -------
    dict
        ``date`` of the newest report. ``reached`` and ``intended``: as reported for the whole
        municipality, else the sums of the förvaltningar's; the sum intended is left out where a
        förvaltning told whom it has reached but not of how many. ``spent``: the sum of all.
        ``status``: as reported for the whole, else the förvaltningar's together: done when all are.
        ``note``: of the whole, or of the only förvaltning. ``department``: their names.
    """
    parts = {name: latest(own) for name, own in by_department(reports).items()}
    whole = parts.pop(WHOLE, {})
    if not parts:
        return whole
    only = next(iter(parts.values())) if len(parts) == 1 else {}
    told = {
        "date": max(report["date"] for report in reports),
        "department": ", ".join(parts),
        "status": whole.get("status") or _status([part.get("status") for part in parts.values()]),
        "note": whole.get("note") or only.get("note"),
        **({} if any(name in whole for name in COUNTS) else summed(parts.values())),
        **_spent(reports),
    }
    return {key: value for key, value in {**whole, **told}.items() if value not in (None, "")}


def summed(parts: Iterable[Report]) -> dict[str, int]:
    """The numbers of several förvaltningar together.

    Examples
    --------
    >>> summed([{"reached": 60, "intended": 80}, {"reached": 58, "intended": 60}])
    {'reached': 118, 'intended': 140}
    >>> summed([{"reached": 60, "intended": 80}, {"reached": 5}])
    {'reached': 65}
    """
    parts = list(parts)
    told = {name: [int(p[name]) for p in parts if p.get(name) is not None] for name in COUNTS}
    # A share of fewer than were reached among would be too large.
    if any("reached" in part and part.get("intended") is None for part in parts):
        told["intended"] = []
    return {name: sum(values) for name, values in told.items() if values}


def spending(plan: Plan, progress: pd.DataFrame) -> pd.DataFrame:
    """Budget and money spent of each activity, by year.

    Parameters
    ----------
    plan
        The plan, with the activities' budgets.
    progress
        Reported progress; a report's money belongs to the year of its date.

    Returns
    -------
    pandas.DataFrame
        ``number`` (of the activity; 0 for the evaluation), ``year``, ``department`` (empty for
        the whole municipality: the sum of all reports), ``budget`` and ``spent`` (kronor, Int64).
        A row for every year with a budget or with money reported.
    """
    numbers = {step.key: one.number for one in plan.activities for step in one.steps}
    numbers |= {rule.key: one.number for one in plan.activities for rule in one.recurring}
    spent: dict[tuple[int, int, str], int] = defaultdict(int)
    for step, reports in by_step(progress).items():
        for report in reports:
            if report["spent"] is not None:
                place = numbers.get(step, 0), report["date"].year
                for department in {WHOLE, report.get("department") or WHOLE}:
                    spent[*place, department] += int(report["spent"])
    budgets = {
        (activity.number, activity.budget.year, WHOLE): activity.budget.amount
        for activity in plan.activities
        if activity.budget
    }
    rows = [(*place, budgets.get(place), spent.get(place)) for place in sorted({*spent, *budgets})]
    table = pd.DataFrame(rows, columns=["number", "year", "department", "budget", "spent"])
    return table.astype({"department": "str", "budget": "Int64", "spent": "Int64"})


def _spent(reports: Iterable[Report]) -> dict[str, int]:
    money = [int(report["spent"]) for report in reports if report["spent"] is not None]
    return {"spent": sum(money)} if money else {}


def _status(told: Iterable[str | None]) -> str:
    """The status of several förvaltningar together.

    Examples
    --------
    >>> str(_status(["klar", None, "klar"])), str(_status(["klar", "ej påbörjad"]))
    ('klar', 'pågår')
    >>> str(_status(["klar", "försenad"])), str(_status(["klar", "inställd"])), str(_status([]))
    ('försenad', 'klar', '')
    """
    known = {status for status in told if status}
    # What one förvaltning has cancelled no longer keeps the others from being done.
    going = known - {PlanStatus.CANCELLED} or known
    if {PlanStatus.DONE, PlanStatus.NOT_BEGUN} <= going and PlanStatus.LATE not in going:
        return PlanStatus.ONGOING
    return next((status for status in PlanStatus if status in going), "")
