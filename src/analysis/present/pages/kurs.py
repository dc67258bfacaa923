"""What the plan's trainings aim at, and what the yearly review of a course has to look at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter

import pandas as pd

from analysis import swedish
from analysis.measures.advice import actionable
from analysis.measures.course import CourseVerdict, fell, review
from analysis.measures.drivers import Quadrant
from analysis.present import columns, wording
from analysis.present.bundle import Part, Text
from analysis.present.data import ReportData
from analysis.present.figures.matrix import borderline, quadrant_name
from analysis.present.pages import aktiviteter, framgang
from analysis.present.tables import Column, Table
from analysis.present.texts import heading, say
from analysis.settings import Activity
from analysis.settings.questionnaire import NKI

VERDICTS = {
    CourseVerdict.TAKE_UP: "utbildning.ta_upp",
    CourseVerdict.DEEPEN: "utbildning.fordjupa",
    CourseVerdict.CONSIDER: "utbildning.overvag",
    CourseVerdict.LOOK_OVER: "utbildning.ga_igenom",
}
"""The texts on what a factor asks of the course, with the question to begin with."""
QUIET = {
    CourseVerdict.KEEP: "utbildning.behall",
    CourseVerdict.LEAVE_OUT: "utbildning.utanfor",
    CourseVerdict.UNKNOWN: "utbildning.okand",
}
SHORT = {
    CourseVerdict.TAKE_UP: "utbildning.kort_ta_upp",
    CourseVerdict.DEEPEN: "utbildning.kort_fordjupa",
    CourseVerdict.CONSIDER: "utbildning.kort_overvag",
    CourseVerdict.LOOK_OVER: "utbildning.kort_ga_igenom",
}


@dataclass(frozen=True)
class Judged:
    """A factor at the review of a course.

    Parameters
    ----------
    factor
        Key.
    row
        The total's index of it the newest year.
    quadrant
        Its place in the priority matrix.
    verdict
        What the numbers give at hand.
    """

    factor: str
    row: pd.Series | None
    quadrant: str
    verdict: CourseVerdict


def aims(data: ReportData) -> tuple[Part | None, ...]:
    """What each training aims at, and the factors that none does; a sentence without trainings."""
    if not data.settings.plan.adopted:
        return ()
    trainings = aktiviteter.training(data)
    if not trainings:
        return (wording.text("utbildning.inga_utbildningar"),)
    aimed = [
        say("utbildning.galler", utbildning=_name(one), faktorer=data.names(one.aims_at))
        for one in trainings
        if one.aims_at
    ]
    taught = {factor for one in trainings for factor in one.aims_at}
    outside = [one for one in data.settings.questionnaire.factor_keys if one not in taught]
    lead = say(
        "utbildning.inriktning", galler="; ".join(aimed), utanfor=data.names(outside, "eller")
    )
    return (wording.paragraphs(lead), aktiviteter.aims_table(data))


def course(data: ReportData) -> Activity | None:
    """The first activity of the plan that teaches what is reviewed each year."""
    found = (a for a in data.settings.plan.activities if any(r.reviews for r in a.recurring))
    return next(found, None)


def in_short(data: ReportData) -> list[str]:
    """What the review has to look at, in one sentence; nothing without a course."""
    reviewed = course(data)
    if reviewed is None:
        return []
    found = judged(data, reviewed)
    told = [
        say(SHORT[verdict], faktorer=data.names(one.factor for one in part))
        for verdict, part in groupby(found, key=attrgetter("verdict"))
        if verdict in SHORT
    ]
    known = any(one.verdict != CourseVerdict.UNKNOWN for one in found)
    nothing = say("utbildning.kort_inget" if known else "utbildning.kort_okand")
    return [
        say(
            "utbildning.kort_kurs",
            kurs=_name(reviewed),
            nar=_next(data, reviewed),
            vad="; ".join(told) or nothing,
        )
    ]


def course_review(data: ReportData) -> tuple[Part, ...]:
    """The review of the course: each factor with what the numbers give at hand, and questions."""
    if not data.settings.plan.adopted:
        return ()
    reviewed = course(data)
    if reviewed is None:
        return (wording.text("utbildning.ingen_oversyn"),)
    known = any(one.verdict != CourseVerdict.UNKNOWN for one in judged(data, reviewed))
    lead = say(
        "utbildning.oversyn",
        kurs=_name(reviewed),
        nar=_next(data, reviewed),
        tabell=known,
        tertial=data.part(),
    )
    table = (_table(data, reviewed), _changed(data)) if known else ()
    return (wording.paragraphs(lead), *table)


def judged(data: ReportData, reviewed: Activity) -> list[Judged]:
    """Every factor at the review, what asks most of the course first."""
    placed = framgang.placed(data)
    places = dict(zip(placed["factor"], placed["quadrant"], strict=True))
    # What weighs most in the country need not do so here.
    borrowed = not framgang.national_rows(data).empty
    first = {one for one, place in places.items() if place == Quadrant.PRIORITISE}
    unsure = first if borrowed else framgang.either_side(data)
    found = []
    for factor in data.settings.questionnaire.factor_keys:
        row = data.cell(measure=factor)
        quadrant = str(places.get(factor, ""))
        verdict = review(
            aimed_at=factor in reviewed.aims_at,
            quadrant=quadrant,
            unsure=factor in unsure,
            fallen=fell(row),
        )
        found.append(Judged(factor, row, quadrant, verdict))
    order = list(CourseVerdict)
    return sorted(found, key=lambda one: order.index(one.verdict))


def _table(data: ReportData, reviewed: Activity) -> Table:
    since = columns.change(data)
    low = actionable(data.of_kind("question"), data.settings).drop_duplicates("factor")
    lowest = dict(zip(low["factor"], low["measure"], strict=True))
    either = borderline(data.factors())

    def change(one: Judged) -> str:
        return swedish.MISSING if one.row is None else since.cell(one.row)

    def field(one: Judged) -> str:
        place = quadrant_name(one.quadrant)
        return say("figurer.falt_i_tabell", falt=place, gransfall=one.factor in either)

    def verdict(one: Judged) -> str:
        if one.verdict in QUIET:
            return say(QUIET[one.verdict])
        asked = lowest.get(one.factor)
        return say(VERDICTS[one.verdict], fraga=data.in_text(asked) if asked else "")

    table = Table(
        "kursen",
        data.caption(say("utbildning.oversynen", kurs=_name(reviewed)), years=[data.year]),
        judged(data, reviewed),
        [
            Column("factor", heading("servicefaktor"), lambda one: data.label(one.factor)),
            Column("index", heading("index"), lambda one: wording.index(one.row), "right"),
            replace(since, cell=change),
            Column("field", heading("falt"), field, optional=True),
            Column("verdict", heading("vid_oversynen"), verdict, long=True),
        ],
    )
    note = say(
        "utbildning.oversyn_not",
        stjarna=bool(wording.star_note(table)),
        ar=wording.compared_with(data, data.year),
        nationellt=not framgang.national_rows(data).empty,
    )
    return replace(table, note=wording.joined(note, wording.hidden_note(table)))


def _changed(data: ReportData) -> Text:
    """The questions about the service that have surely changed since the year before."""
    rows = data.of_kind("question")
    rows = rows[~rows["measure"].isin(data.settings.questionnaire.groups[NKI])]
    tested = rows[rows["change"].notna() & rows["change_significant"].notna()]
    before = wording.compared_with(data, data.year)
    if tested.empty:
        return wording.text("utbildning.inget_att_jamfora", ar=before)
    sure = tested[tested["change_significant"].astype(bool)]
    told = {
        name: data.names(sure.loc[which, "measure"])
        for name, which in (("hogre", sure["change"] > 0), ("lagre", sure["change"] < 0))
    }
    return wording.text("utbildning.andrade_fragor", **told, alla=len(tested), ar=before)


def _next(data: ReportData, reviewed: Activity) -> str:
    """When the course is reviewed next; empty when the plan has no more such days."""
    keys = [rule.key for rule in reviewed.recurring if rule.reviews]
    rows = data.activities
    rows = rows[rows["step"].isin(keys) & (pd.to_datetime(rows["end"]) >= pd.Timestamp(data.today))]
    return "" if rows.empty else wording.period(rows.sort_values("start").iloc[0])


def _name(reviewed: Activity) -> str:
    """The course inside a sentence."""
    return say("utbildning.kursen", namn=reviewed.short.lower(), nummer=reviewed.number)
