"""Two sheets of a workbook with the same respondents: an old and a corrected version.

Equal rows with the same number count once in any case; rows that were changed in one of the sheets,
or have no number, would count twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations

from analysis import swedish
from analysis.errors import Problem
from analysis.intake.answers.interpret import Interpreted
from analysis.intake.cells.keys import ANSWER_ID
from analysis.intake.cells.words import shown_name
from analysis.settings import Settings

FEWEST_ANSWERS = 3
"""Rows with fewer answers are too similar to tell respondents apart."""


def doubled_sheets(parts: Sequence[Interpreted], settings: Settings) -> list[Problem]:
    """Pairs of sheets in one workbook with mostly the same answers."""
    problems = []
    for one, other in combinations(parts, 2):
        if one.table.path != other.table.path:
            continue
        items = [
            item
            for item in settings.questionnaire.item_keys
            if item in one.table.header.columns and item in other.table.header.columns
        ]
        ours, theirs = _answers(one, items), _answers(other, items)
        fewer = min(sum(ours.values()), sum(theirs.values()))
        same = sum((ours & theirs).values())
        if not fewer or same <= settings.guards.intake.doubled_share.value * fewer:
            continue
        if same == fewer and _numbered_alike(one, other):
            continue
        names = [f"”{shown_name(part.table.sheet)}”" for part in (one, other)]
        problems.append(
            Problem(
                f"Bladen {swedish.listing(names)} innehåller till största delen samma svar: "
                f"{swedish.number(same, 0)} av {swedish.number(fewer, 0)} rader är lika.",
                "Vilket blad ska räknas? Ta bort eller dölj det andra i Excel, spara och försök "
                "igen.",
                shown_name(one.table.path.name),
            )
        )
    return problems


def _answers(part: Interpreted, items: Sequence[str]) -> Counter[tuple[object, ...]]:
    rows = part.rows[part.rows["area"] != ""]
    rows = rows[rows[list(items)].notna().sum(axis=1) >= FEWEST_ANSWERS]
    # NaN differs from itself, so missing scores are replaced.
    return Counter(rows[["area", *items]].fillna(-1).itertuples(index=False, name=None))


def _numbered_alike(one: Interpreted, other: Interpreted) -> bool:
    """Whether every answer of the smaller sheet has its number in the larger one."""
    ours, theirs = (set(part.rows[ANSWER_ID]) for part in (one, other))
    return "" not in ours | theirs and (ours <= theirs or theirs <= ours)
