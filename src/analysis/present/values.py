"""The numbers that the municipality's own words may name, as words: ``{{ nki.bygglov }}``."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from analysis import swedish
from analysis.measures.goals import Verdict
from analysis.present import columns, wording
from analysis.present.data import ReportData
from analysis.present.goals import goal_row
from analysis.present.texts import say
from analysis.settings.questionnaire import NKI


def values(data: ReportData, year: int, wanted: Iterable[str]) -> dict[str, str]:
    """The wanted values of a case year by name; a hidden one says why, a missing one is a dash."""
    return {name: _value(data, year, name.split(".")) for name in wanted}


def is_hidden(value: str) -> bool:
    """Whether a value is told by the reason for hiding it."""
    return value in (say("ord.dolt"), say("ord.for_fa"))


def _value(data: ReportData, year: int, name: list[str]) -> str:
    match name:
        case ["ar"]:
            return str(year)
        case ["kommun"]:
            return data.settings.report.municipality.organisation
        case ["faktor" | "fraga", scope, key]:
            return wording.index(data.cell(scope, key, year))
        case ["riket", scope]:
            return wording.country(data, scope, year)
        case ["mal", number, part]:
            return _of_goal(data, int(number), part, year)
        case [value, scope]:
            row = data.cell(scope, NKI, year)
            return swedish.MISSING if row is None else _of_nki(data, value, row)
    raise ValueError(".".join(name))


def _of_goal(data: ReportData, number: int, part: str, year: int) -> str:
    goal = data.settings.plan.goal(number)
    if part == "niva":
        return swedish.number(goal.target, 0)
    row = goal_row(data, goal, year)
    if row is None:
        return swedish.MISSING
    if part == "lage":
        return wording.goal_status(data, row).lower()
    if row["status"] == Verdict.TOO_FEW:
        return wording.hidden(row)
    if part == "varde":
        return wording.goal_value(row)
    gap = row["gap"]
    return (
        swedish.MISSING
        if pd.isna(gap) or wording.decided_in(row)
        else swedish.number(max(0.0, -float(gap)))
    )


def _of_nki(data: ReportData, value: str, row: pd.Series) -> str:
    """A value of an area's NKI, by the name that stands before the area's."""
    if wording.governing(row) is None:
        return wording.hidden(row)
    match value:
        case "nki":
            return wording.index(row)
        case "betyg":
            return columns.grade(data).cell(row)
        case "svar":
            return swedish.number(row["n"], 0)
        case "felmarginal":
            return swedish.interval(row["governing_lower"], row["governing_upper"])
        case "andring":
            known = pd.notna(row["change"])
            return swedish.signed(wording.shown_change(row)) if known else swedish.MISSING
    raise ValueError(value)
