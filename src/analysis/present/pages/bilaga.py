"""The PDF for the board: what is asked, the answer first, then the grounds."""

from __future__ import annotations

import pandas as pd

from analysis import swedish
from analysis.measures.goals import JUDGED, Verdict
from analysis.present import forecasts, wording
from analysis.present.bundle import Text
from analysis.present.data import ReportData
from analysis.present.goals import (
    closeness,
    decided_before,
    distance,
    goal_row,
    pace_so_far,
    partly,
    restated,
)
from analysis.present.goals import decided as decided_once
from analysis.present.pages import framgang, jamforelse
from analysis.present.pages.maluppfyllelse import decided
from analysis.present.texts import say
from analysis.present.wording import Closeness
from analysis.settings.questionnaire import NKI


def summary(data: ReportData) -> Text:
    """The answer first: whether goal 1 is met, how far it is, what to do; then the other goals."""
    return wording.paragraphs(
        wording.joined(
            _first_goal(data),
            forecasts.sentence(data, data.settings.plan.total_goal),
            decided(data),
        ),
        _first_factor(data),
        wording.joined(_goals(data), _level(data)),
    )


def _first_goal(data: ReportData) -> str:
    """The goal for the total: whether it is met, and how far it is."""
    goal = data.settings.plan.total_goal
    row = None if goal is None else goal_row(data, goal)
    if goal and row is not None and (once := decided_once(data, goal, row)):
        rest = say("bilaga.ovriga_bedoms", nar=data.judged_when) if data.judged_when else ""
        return wording.joined(once, rest)
    if data.judged_when:
        return say("bilaga.malen_bedoms", nar=data.judged_when)
    if goal is None:
        return ""
    if row is None or pd.isna(row["gap"]):
        return say("bilaga.mal_kan_inte_bedomas", nummer=goal.number, ar=data.year)
    units = distance(row)
    told = {
        "nummer": goal.number,
        "matt": data.label(goal.measure),
        "varde": swedish.number(row["index"]),
        "enheter": swedish.number(units) if units else "",
        "niva": swedish.number(goal.target, 0),
    }
    if row["status"] == Verdict.MET:
        return say("bilaga.mal_natt", **told)
    missed = say(
        "bilaga.mal_inte_natt", **told, ar=goal.target_year or "", annu=wording.is_ahead(row)
    )
    return wording.joined(missed, _pace(data, row))


def _pace(data: ReportData, row: pd.Series) -> str:
    if pd.isna(row["pace_so_far"]):
        return ""
    pace, start, now = pace_so_far(row)
    return say(
        "bilaga.okning",
        ar=int(row["pace_since"]),
        takt=swedish.number(abs(pace)),
        fran=swedish.number(start),
        till=swedish.number(now),
        omraknat=restated(data, row),
        minskning=pace < 0,
    )


def _first_factor(data: ReportData) -> str:
    """The factors that ought to come first."""
    first = framgang.prioritised(data)
    if not first:
        return ""
    told = {"faktorer": data.names(first), "tidigare": framgang.earlier_years(data)}
    return say("bilaga.borja_med", **told)


def _level(data: ReportData) -> str:
    """The year's NKI beside others'; empty where it is not shown."""
    told = level(data)
    return told and wording.joined(told, jamforelse.standing(data), wording.part_of_year(data))


def level(data: ReportData) -> str:
    """The year's NKI with its margin and its change; empty where it is not shown."""
    row = data.cell()
    if row is None or wording.governing(row) is None:
        return ""
    bounded = pd.notna(row["governing_lower"])
    return wording.joined(
        say(
            "bilaga.nki",
            ar=data.year,
            varde=wording.index_with_grade(data, row),
            nedre=swedish.number(row["governing_lower"]) if bounded else "",
            ovre=swedish.number(row["governing_upper"]) if bounded else "",
            ungefarlig=bool(row["approximate"]),
        ),
        wording.change_sentence(data, row, data.label(NKI)),
    )


def _goals(data: ReportData) -> str:
    """The number of goals reached, by a small margin or not, and of those that are not judged."""
    goals = data.settings.plan.goals
    if not goals or data.judged_when:
        return ""
    judged = [
        (goal, row)
        for goal in goals
        if (row := goal_row(data, goal)) is not None
        and row["status"] in JUDGED
        and not partly(data, goal, row)
    ]
    met = [(goal, row) for goal, row in judged if row["status"] == Verdict.MET]
    barely = [goal for goal, row in met if closeness(data, goal, row) == Closeness.NEAR]
    unknown = len(goals) - len(judged)
    return say(
        "bilaga.malen",
        natta=swedish.number_word(len(met)) if met else say("bilaga.inget"),
        alla=swedish.number_word(len(goals)),
        flera=len(met) > 1,
        ar=data.year,
        knappa=swedish.number_word(len(barely)) if barely else "",
        obedomda=swedish.number_word(unknown) if unknown else "",
        avgjorda=decided_before(data),
        ensamt=len(goals) == 1,
        nagot=bool(met),
    )


def method(data: ReportData) -> Text:
    """The method in short, and the source."""
    told = say("bilaga.metod", **_rules(data))
    breaks = (
        say("bilaga.brott", sista=last, fore=before, forsta=last + 1, nu=after)
        for last, before, after in data.breaks
    )
    return wording.paragraphs(
        wording.joined(told, *breaks),
        say("bilaga.kalla", kalla=data.source, datum=swedish.long_date(data.today)),
    )


def method_in_short(data: ReportData) -> Text:
    """The method and the source in one paragraph, for a document that refers to the site."""
    day = swedish.long_date(data.today)
    return wording.text("bilaga.metod_kort", **_rules(data), kalla=data.source, datum=day)


def _rules(data: ReportData) -> dict[str, float]:
    """The scale of the indices, and the number of answers that one needs."""
    rules = data.settings.rules
    return {
        "lagst": rules.index.lowest.value,
        "hogst": rules.index.highest.value,
        "antal": rules.disclosure.min_answers.value,
    }
