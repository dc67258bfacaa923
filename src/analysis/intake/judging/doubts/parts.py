"""Doubtful parts of a year: single areas, tertials or files.

Files have different senders: a file with another scale can leave the whole year looking sound.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from analysis import store, swedish
from analysis.intake.judging.findings import Finding, JudgedYear, rank_sum_z


def doubtful_parts(year: JudgedYear) -> Iterator[Finding]:
    """Files, tertials and areas in which the scale is cut at its top, or reversed."""
    rows, questionnaire = year.counted, year.settings.questionnaire
    names: Mapping[str, Mapping[str, str]] = {
        "file": {str(name): str(name) for name in sorted(rows["file"].unique())},
        "period": {period: f"tertial {period.removeprefix('T')}" for period in store.PERIODS},
        "area": {area: questionnaire.labels[area] for area in questionnaire.area_keys},
    }
    told: set[int] = set()
    for column, parts in names.items():
        for part, where in parts.items():
            inside = rows[column] == part
            # Each part is doubted only once.
            if inside.all() or not inside.any() or told.issuperset(rows.index[inside]):
                continue
            mine, rest = rows.loc[inside, year.items], rows.loc[~inside, year.items]
            kind, cause = "annan skala i en del", _cut(year, mine, rest)
            if not cause:
                area = part if column == "area" else ""
                kind, cause = "omvänd skala i en del", _turned(year, mine, rest, area)
            if cause:
                told |= set(rows.index[inside])
                yield year.finding(kind, cause, subject=part, where=where)


def _cut(year: JudgedYear, mine: pd.DataFrame, rest: pd.DataFrame) -> str:
    """A doubt where hardly anybody has given the top score, though many others have."""
    rules, highest = year.settings.guards.doubt, year.scale[-1]
    given = int((mine == highest).any(axis=1).sum())
    share = float((rest == highest).any(axis=1).mean()) if len(rest) else 0.0
    if not rules.hardly_occurs(given, share * len(mine)):
        return ""
    told = (
        f"Betyget {highest} saknas nästan helt, fast {swedish.percent(share)} av de andra "
        "svarande har gett det."
    )
    return told if given else f"{told} Skalan ser ut att sluta på {int(mine.max().max())}."


def _turned(year: JudgedYear, mine: pd.DataFrame, rest: pd.DataFrame, area: str) -> str:
    """A doubt where a part of the answers has the level that a reversed scale would give.

    An area is compared with itself a year before. Without a year before, and for tertials and
    files, it is compared with the rest of the year, and areas do differ.
    """
    rules = year.settings.guards.doubt
    least = year.settings.rules.disclosure.min_answers_total.value
    other, own = rest, False
    if area and year.before is not None:
        then = year.before.answers.loc[year.before.answers["area"] == area, year.items]
        own = len(then) >= least
        other = then if own else rest
    if min(len(mine), len(other)) < least:
        return ""
    now, usual = year.level(mine), year.level(other)
    z = rank_sum_z(mine.mean(axis=1).dropna(), other.mean(axis=1).dropna())
    mirrored = abs(now - (100 - usual)) < abs(now - usual)
    far = now < usual - rules.level_change.value and -z > rules.part_z.value
    possible = area and not own and now >= rules.level_lowest.value
    if not (mirrored and far) or possible:
        return ""
    compared = "året före" if own else "i resten av svaren"
    return (
        f"Frågornas index är i medeltal {swedish.number(now)}, mot {swedish.number(usual)} "
        f"{compared}. Skalan ser ut att vara omvänd."
    )
