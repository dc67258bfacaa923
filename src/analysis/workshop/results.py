"""The slides that tell results: a message as the title, the numbers under it.

What may not be shown is told as hidden; a slide that has nothing to say is left out.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis import swedish
from analysis.measures.advice import actionable
from analysis.measures.goals import JUDGED, Verdict
from analysis.measures.totals import TOTAL
from analysis.present import agreed, wording
from analysis.present.data import ReportData
from analysis.present.goals import aimed_at, area_rows, decided, distance, goal_row
from analysis.present.goals import verdict as goal_verdict
from analysis.present.markdown import plain
from analysis.present.pages import maluppfyllelse, omrade
from analysis.present.texts import heading, say
from analysis.settings.questionnaire import NKI
from analysis.workshop import charts
from analysis.workshop.audience import EVERYONE, Audience
from analysis.workshop.content import Slide, SlideTable
from analysis.workshop.slide import slide, source_line


def level(data: ReportData) -> Slide:
    """Where the municipality stands."""
    said = say("workshop.nulage_anteckning")
    row = data.cell()
    value = None if row is None else wording.governing(row)
    if row is None or value is None:
        why = say("oversikt.inget_varde") if row is None else wording.hidden_because(data, row)
        return slide(
            data,
            TOTAL,
            "nulage",
            say("workshop.nulage_dolt", ar=data.year),
            said,
            text=say("workshop.nulage_skal", skal=why),
        )
    goal = data.settings.plan.total_goal
    aim = swedish.number(goal.target, 0) if goal and goal.measure == NKI else ""
    text = say(
        "workshop.nulage_text",
        **wording.how_sure(row),
        andring=wording.change_sentence(data, row, data.label(NKI)),
        riket=wording.country_sentence(data, row),
    )
    title = say(
        "workshop.nulage", varde=swedish.number(value), betyg=data.grade(row["grade"]), mal=aim
    )
    strokes = data.strokes(row[["governing_lower"]])
    return slide(
        data,
        TOTAL,
        "nulage",
        title,
        said,
        source=source_line(data, row["n"], strokes=strokes),
        chart=charts.trend(data),
        text=text,
    )


def goals(data: ReportData) -> Slide | None:
    """The plan's goals with their verdicts; none without a plan."""
    plan = data.settings.plan
    if not plan.adopted:
        return None
    rows = [(goal, goal_row(data, goal)) for goal in plan.goals]
    cells = [
        (
            goal.short,
            swedish.MISSING if row is None else maluppfyllelse.result(data, goal, row),
            say("gemensamt.mal_saknas", ar="") if row is None else goal_verdict(data, goal, row),
        )
        for goal, row in rows
    ]
    judged = any(row is not None and row["status"] in JUDGED for _, row in rows)
    met = sum(row is not None and row["status"] == Verdict.MET for _, row in rows)
    title = say(
        "workshop.mal_rubrik",
        natta=swedish.number_word(met),
        alla=swedish.number_word(len(rows)),
        flera=met != 1,
        ensamt=len(rows) == 1,
        nagot=bool(met),
        bedomt=judged,
    )
    if data.judged_when and not judged:
        title = say("workshop.mal_bedoms_inte", nar=data.judged_when)
    told = [say("workshop.mal_rad", mal=a, nu=b, bedomning=c.lower()) for a, b, c in cells]
    grid = SlideTable(
        (
            say("workshop.mal_kolumn_mal"),
            say("workshop.mal_kolumn_nu", ar=data.year),
            say("workshop.mal_kolumn_bedomning"),
        ),
        tuple(cells),
        (5, 4, 4),
        data.marked(
            say("workshop.mal_alt", antal=swedish.number_word(len(rows)), rader=". ".join(told))
        ),
    )
    return slide(
        data,
        EVERYONE,
        "mal",
        title,
        say("workshop.mal_anteckning"),
        source=source_line(data),
        table=grid,
        text=_distance(data),
    )


def _distance(data: ReportData) -> str:
    """How far the total is from its goal, where it is judged."""
    goal = data.settings.plan.total_goal
    row = None if goal is None else goal_row(data, goal)
    if goal and row is not None and (once := decided(data, goal, row)):
        return plain(once)
    if goal is None or row is None or pd.isna(row["gap"]) or row["status"] == Verdict.NOT_JUDGED:
        return ""
    return say(
        "workshop.mal_text",
        varde=swedish.number(row["index"]),
        mal=swedish.number(goal.target, 0),
        avstand=swedish.number(distance(row)),
        inom=wording.closeness(data, row) != wording.Closeness.FAR,
        nar=goal.target_year or "",
        natt=row["status"] == Verdict.MET,
    )


def areas(data: ReportData, audience: Audience, without_owner: Sequence[str]) -> Slide | None:
    """The areas beside each other, with their goal."""
    rows = [row for area in audience.areas if (row := data.cell(area)) is not None]
    shown = sorted(
        (row for row in rows if wording.governing(row) is not None),
        key=lambda row: -float(row["governing"]),
    )
    hidden = [row["scope"] for row in rows if wording.governing(row) is None]
    if not rows:
        return None
    goal = aimed_at(data, NKI)
    judged = [row for row in shown if row["scope"] in data.settings.plan.areas.judged]
    below = [row for row in judged if goal and float(row["governing"]) < goal.target]
    aim = swedish.number(goal.target, 0) if goal else ""
    text = say(
        "workshop.omraden_text",
        mal=aim,
        under=data.names(row["scope"] for row in below),
        dolda=data.names(hidden),
        totalt="" if audience.everyone else wording.index_with_grade(data, data.cell()),
    )
    unowned = without_owner if data.settings.report.owners else ()
    said = say("workshop.omraden_anteckning", utan_ansvar=data.names(unowned))
    if not shown:
        title = say("workshop.omraden_dolda")
        return slide(data, audience.key, "omraden", title, said, text=text)
    bounds = pd.Series([row["governing_lower"] for row in shown])
    return slide(
        data,
        audience.key,
        "omraden",
        _areas_title(audience, below, judged, aim),
        said,
        source=source_line(data, strokes=data.strokes(bounds)),
        chart=charts.bars(
            data,
            [(data.area_label(row["scope"]), row) for row in shown],
            say("workshop.omraden_vad", ar=data.year),
            below={row["scope"] for row in below},
        ),
        text=text,
    )


def _areas_title(
    audience: Audience, below: Sequence[pd.Series], judged: Sequence[pd.Series], aim: str
) -> str:
    if not judged or not aim:
        return say("workshop.omraden_utan_mal", forvaltning=audience.unit)
    everyone = say("workshop.omraden_alla", antal=len(judged))
    if not below:
        return say("workshop.omraden_over", mal=aim, alla=everyone)
    return say(
        "workshop.omraden_under",
        antal=swedish.number_word(len(below)),
        alla=swedish.number_word(len(judged)),
        mal=aim,
        ensamt=len(judged) == 1,
    )


def area(data: ReportData, area: str) -> Slide | None:
    """One area of a förvaltning: its factors, its lowest questions, where it may begin.

    A hidden one is told on the slide of the areas.
    """
    row = data.cell(area)
    if row is None or wording.governing(row) is None:
        return None
    owner = data.settings.report.owners.get(area)
    first = omrade.first_question(data, area)
    said = say(
        "workshop.omrade_anteckning",
        omrade=data.in_text(area),
        kontakt=owner.contact if owner else "",
        rad=(
            say(
                "workshop.omrade_borja",
                fraga=data.in_text(first[0].question),
                varde=swedish.number(first[1]["governing"]),
            )
            if first
            else ""
        ),
    )
    label = data.label(area)
    title = say(
        "workshop.omrade",
        omrade=label,
        index=data.index_name(area),
        varde=swedish.number(row["governing"]),
        betyg=data.grade(row["grade"]),
    )
    lowest = actionable(data.of_kind("question", area), data.settings).head(3)
    text = say(
        "workshop.omrade_text",
        **wording.how_sure(row),
        lagst=wording.questions(data, lowest),
        oviss=wording.order_unsure(lowest),
        mal=_of_goal(data, area),
    )
    factors = omrade.factors(data, area)
    rows = [(data.label(factor["measure"]), factor) for _, factor in factors.iterrows()]
    about = say("workshop.faktorer_vad", omrade=data.in_text(area), ar=data.year)
    return slide(
        data,
        area,
        "omrade",
        title,
        said,
        source=source_line(data, row["n"], strokes=data.strokes(factors["governing_lower"])),
        chart=charts.bars(data, rows, about) if rows else None,
        text=text,
    )


def _of_goal(data: ReportData, area: str) -> str:
    """The verdict on the goal for the area's NKI, where it is judged."""
    goal = data.settings.plan.area_goal(NKI)
    if goal is None:
        return ""
    rows = area_rows(data, goal).query("scope == @area")
    if rows.empty or rows.iloc[0]["status"] == Verdict.NOT_JUDGED:
        return ""
    status = wording.goal_status(data, rows.iloc[0])
    return say("workshop.omrade_mal", niva=swedish.number(goal.target, 0), lage=status.lower())


def agreed_upon(data: ReportData, audience: Audience) -> Slide | None:
    """What earlier workshops agreed on, and how the factors have moved since."""
    rows = agreed.agreed(data, (TOTAL, *audience.areas))
    rows = rows[rows["year"] < data.year]
    if rows.empty:
        return None
    shown = rows.head(data.settings.rules.workshop.agreed.value)
    cells = tuple(
        (
            str(row["proposal"]),
            str(row["who"]),
            str(row["when"]),
            agreed.factor(data, row),
            agreed.moved(data, row),
        )
        for _, row in shown.iterrows()
    )
    told = [say("workshop.overens_rad", forslag=c[0], andring=c[-1]) for c in cells]
    names = ("forslag", "vem", "nar", "faktor", "faktorn_sedan")
    return slide(
        data,
        audience.key,
        "overens",
        say("workshop.overens"),
        say("workshop.overens_anteckning", omraden=data.names(shown["scope"].unique())),
        source=source_line(data),
        table=SlideTable(
            tuple(heading(name).replace("\n", " ") for name in names),
            cells,
            (8, 4, 3, 3, 5),
            data.marked(say("workshop.overens_alt", rader=". ".join(told))),
            size=14,
        ),
        text=say(
            "workshop.overens_text",
            fler=swedish.number_word(len(rows) - len(shown)) if len(rows) > len(shown) else "",
        ),
    )
