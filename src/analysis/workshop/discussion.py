"""The questions to discuss, chosen by rule from the numbers.

Each topic asks a question only where the numbers bear it: a change or a difference only when it is
larger than its margin of error. A question never suggests an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import permutations

import pandas as pd

from analysis import swedish
from analysis.measures.advice import actionable
from analysis.measures.goals import Verdict
from analysis.measures.totals import TOTAL
from analysis.present import wording
from analysis.present.data import ReportData
from analysis.present.figures.matrix import borderline
from analysis.present.goals import distance
from analysis.present.pages import framgang
from analysis.present.texts import say
from analysis.present.wording import Closeness
from analysis.settings.questionnaire import NKI
from analysis.settings.rules import Topic
from analysis.workshop.audience import Audience

Ask = Callable[[ReportData, Audience], str]


def topics(data: ReportData, audience: Audience) -> tuple[str, ...]:
    """The questions for those a deck is for, in the order of the rules.

    Where the numbers bear fewer than the rules ask for, questions that hold whatever the numbers
    are fill up.
    """
    rules = data.settings.rules.workshop
    asked = [told for topic in rules.topics.value if (told := ASKED[topic](data, audience))]
    chosen = asked[: rules.most_topics.value]
    missing = max(0, rules.fewest_topics.value - len(chosen))
    general = (say("workshop.fraga_bild"), say("workshop.fraga_saknas"), say("workshop.fraga_vem"))
    return (*chosen, *general[:missing])


def scopes(audience: Audience) -> tuple[str, ...]:
    """The scopes whose numbers are discussed: the total by everyone, its areas by a förvaltning."""
    return (TOTAL,) if audience.everyone else audience.areas


def _questions(data: ReportData, audience: Audience) -> pd.DataFrame:
    """The questions that can be acted on, lowest first, of the scopes that are discussed."""
    asked = (data.of_kind("question", scope) for scope in scopes(audience))
    found = [actionable(rows, data.settings) for rows in asked]
    return pd.concat(found).sort_values("governing", kind="stable")


def _extreme(name: str, place: int, data: ReportData, audience: Audience) -> str:
    """The lowest question (the first) or the highest (the last)."""
    rows = _questions(data, audience)
    if len(rows) < 2:
        return ""
    row = rows.iloc[place]
    return say(
        name,
        fraga=data.in_text(row["measure"]),
        varde=swedish.number(row["governing"]),
        omrade="" if row["scope"] == TOTAL else data.in_text(row["scope"]),
    )


def _prioritised(data: ReportData, audience: Audience) -> str:
    """The factor with the strongest association of those that the municipality prioritises."""
    first = framgang.prioritised(data)
    if not first:
        return ""
    return say(
        "workshop.fraga_prioriterad",
        faktor=data.in_text(first[0]),
        gransfall=first[0] in borderline(data.factors()),
    )


def _changed(data: ReportData, audience: Audience) -> str:
    """The largest change that is sure."""
    rows = [row for scope in scopes(audience) if (row := data.cell(scope)) is not None]
    sure = [row for row in rows if wording.surely_changed(row)]
    if not sure:
        return ""
    row = max(sure, key=lambda row: abs(wording.shown_change(row)))
    change = wording.shown_change(row)
    return say(
        "workshop.fraga_andring",
        vad=_named(data, str(row["scope"])),
        hogre=change > 0,
        enheter=swedish.number(abs(change)),
        sedan=wording.compared_with(data, data.year),
    )


def _goal(data: ReportData, audience: Audience) -> str:
    """The missed goal that is farthest away."""
    rows = data.goals
    rows = rows[
        (rows["year"] == data.year)
        & rows["scope"].isin(scopes(audience))
        & (rows["judged_year"] == data.year)
        & (rows["status"] == Verdict.MISSED)
    ]
    if rows.empty:
        return ""
    _, row = max(rows.iterrows(), key=lambda pair: distance(pair[1]))
    goal = data.settings.plan.goal(int(row["goal"]))
    scope = str(row["scope"])
    name = data.label(goal.measure)
    return say(
        "workshop.fraga_mal",
        vad=_named(data, scope) if goal.measure == NKI else _joined(data, name, scope),
        avstand=swedish.number(distance(row)),
        mal=swedish.number(goal.target, 0),
        inom=wording.closeness(data, row) != Closeness.FAR,
    )


def _apart(data: ReportData, audience: Audience) -> str:
    """The two areas farthest apart, where their intervals do not meet."""
    rows = [row for area in audience.areas if (row := data.cell(area)) is not None]
    known = [row for row in rows if pd.notna(row["governing"]) and pd.notna(row["governing_lower"])]
    apart = [
        (high, low)
        for high, low in permutations(known, 2)
        if high["governing_lower"] > low["governing_upper"]
    ]
    if not apart:
        return ""
    high, low = max(apart, key=lambda pair: pair[0]["governing"] - pair[1]["governing"])
    return say(
        "workshop.fraga_skillnad",
        hogt=data.in_text(high["scope"]),
        hogt_varde=swedish.number(high["governing"]),
        lagt=data.in_text(low["scope"]),
        lagt_varde=swedish.number(low["governing"]),
    )


def _few(data: ReportData, audience: Audience) -> str:
    """The areas too small to be ranked; of a förvaltning only, for of all it is nobody's."""
    if audience.everyone:
        return ""
    few = [
        area
        for area in audience.areas
        if (row := data.cell(area)) is not None
        and (wording.governing(row) is None or wording.unranked(data, row))
    ]
    return say("workshop.fraga_fa_svar", omraden=data.names(few)) if few else ""


def _named(data: ReportData, scope: str) -> str:
    """The index of a scope at the beginning of a sentence."""
    return _joined(data, data.index_name(scope), scope)


def _joined(data: ReportData, name: str, scope: str) -> str:
    return (
        name if scope == TOTAL else say("workshop.i_omrade", vad=name, omrade=data.in_text(scope))
    )


ASKED: Mapping[Topic, Ask] = {
    "lagst": partial(_extreme, "workshop.fraga_lagst", 0),
    "prioriterad": _prioritised,
    "andring": _changed,
    "mal": _goal,
    "skillnad": _apart,
    "fa_svar": _few,
    "hogst": partial(_extreme, "workshop.fraga_hogst", -1),
}
"""What is asked about each topic; an empty text where the numbers bear no question."""
