"""The slides of a deck: which there are, and what stands on each. A slide has one message.

A slide that has nothing to say is left out; what may not be shown is told as hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from analysis import swedish
from analysis.measures.advice import actionable
from analysis.measures.goals import Verdict
from analysis.measures.totals import TOTAL
from analysis.present import wording
from analysis.present.data import ReportData
from analysis.present.figures.matrix import borderline, quadrant_name
from analysis.present.goals import distance, goal_row
from analysis.present.goals import verdict as goal_verdict
from analysis.present.markdown import plain
from analysis.present.pages import framgang
from analysis.present.pages.omrade import first_question
from analysis.present.texts import heading, say
from analysis.settings.questionnaire import NKI
from analysis.workshop import charts
from analysis.workshop.audience import EVERYONE, Audience
from analysis.workshop.content import (
    Deck,
    Grid,
    Layout,
    Paragraphs,
    Part,
    Place,
    Slide,
)
from analysis.workshop.discussion import topics

PROPOSAL_COLUMNS = ("omrade", "faktor", "forslag", "vem", "nar")
"""The columns of a table of proposals, by the names of their headings."""
ROWS_TO_WRITE = 5


def deck(data: ReportData, audience: Audience, without_owner: Sequence[str] = ()) -> Deck:
    """The deck for an audience.

    Parameters
    ----------
    without_owner
        Areas that no förvaltning is told for; they stand in the deck for everyone.
    """
    areas = [area for area in audience.areas if data.cell(area) is not None]
    made = [
        _title(data, audience),
        _level(data),
        _goals(data) if audience.everyone else None,
        _areas(data, audience, without_owner),
        *([] if audience.everyone else [_area(data, area) for area in areas]),
        _questions(data),
        _matrix(data),
        _discussion(data, audience),
        _proposals(data),
        _aim(data),
        _method(data),
    ]  # fmt: skip
    organisation = data.settings.report.municipality.organisation
    title = say("workshop.dokument", ar=data.year, forvaltning=audience.unit)
    return Deck(f"workshop-{audience.key}", title, tuple(filter(None, made)), organisation)


def _paragraphs(*told: str) -> Paragraphs:
    """Texts as paragraphs, without their markup."""
    parts = (part for text in told for part in plain(text).split("\n\n"))
    return Paragraphs(tuple(part for part in parts if part))


def _slide(
    data: ReportData,
    scope: str,
    key: str,
    layout: Layout,
    title: str,
    said: str,
    *,
    source: str = "",
    open_table: bool = False,
    **parts: Part,
) -> Slide:
    """A slide with what every slide has: a title, the report's marks, notes with the source."""
    marks = " · ".join(mark.word for mark in data.marks)
    organisation = data.settings.report.municipality.organisation
    always = {
        Place.TITLE: _paragraphs(title),
        Place.MARK: _paragraphs(
            say("workshop.marke", marken=marks, kommun=organisation, ar=data.year)
        ),
        Place.NOTES: _paragraphs(
            say("workshop.anteckning", sag=said, kalla=source or _source(data))
        ),
    }
    if source and layout != Layout.TITLE:
        always[Place.SOURCE] = _paragraphs(source)
    return Slide(
        scope, key, layout, {**{Place(k): p for k, p in parts.items()}, **always}, open_table
    )


def _source(data: ReportData, n: object = None, years: str = "", strokes: str = "") -> str:
    """The source of a slide's numbers, with how many answers and what the strokes are."""
    return say(
        "workshop.kalla",
        kalla=data.source,
        svar="" if n is None or pd.isna(n) else swedish.number(float(str(n)), 0),
        ar=years or data.year,
        strecken=strokes,
    )


def _title(data: ReportData, audience: Audience) -> Slide:
    return _slide(
        data,
        audience.key,
        "titel",
        Layout.TITLE,
        say("workshop.titel", ar=data.year),
        say(
            "workshop.titel_anteckning",
            ar=data.year,
            dag=swedish.long_date(data.today),
            marken=" ".join(mark.told for mark in data.marks),
        ),
        text=_paragraphs(
            say(
                "workshop.titel_text",
                kommun=data.settings.report.municipality.organisation,
                for_alla=audience.everyone,
                forvaltning=audience.unit,
                omraden=swedish.listing([data.in_text(area) for area in audience.areas]),
            )
        ),
    )


def _level(data: ReportData) -> Slide:
    """Where the municipality stands."""
    said = say("workshop.nulage_anteckning")
    row = data.cell()
    value = None if row is None else wording.governing(row)
    if row is None or value is None:
        why = say("oversikt.inget_varde") if row is None else wording.hidden_because(data, row)
        return _slide(
            data,
            TOTAL,
            "nulage",
            Layout.TEXT,
            say("workshop.nulage_dolt", ar=data.year),
            said,
            text=_paragraphs(say("workshop.nulage_skal", skal=why)),
        )
    goal = data.settings.plan.total_goal
    aim = swedish.number(goal.target, 0) if goal and goal.measure == NKI else ""
    bounded = pd.notna(row["governing_lower"])
    text = say(
        "workshop.nulage_text",
        intervall=_interval(row) if bounded else "",
        ungefarlig=bool(row["approximate"]),
        svar=swedish.number(row["n"], 0) if pd.notna(row["n"]) else "",
        andring=wording.change_sentence(data, row, data.label(NKI)),
        riket=wording.country_sentence(data, row),
    )
    title = say(
        "workshop.nulage", varde=swedish.number(value), betyg=data.grade(row["grade"]), mal=aim
    )
    strokes = data.strokes(row[["governing_lower"]])
    source = _source(data, row["n"], strokes=strokes)
    chart = charts.trend(data)
    return _slide(
        data,
        TOTAL,
        "nulage",
        Layout.CHART,
        title,
        said,
        source=source,
        diagram=chart,
        text=_paragraphs(text),
    )


def _goals(data: ReportData) -> Slide | None:
    """The plan's goals with their verdicts; none without a plan."""
    plan = data.settings.plan
    if not plan.adopted:
        return None
    rows = [(goal, goal_row(data, goal)) for goal in plan.goals]
    cells = [
        (
            goal.short,
            swedish.MISSING if row is None else swedish.number(row["index"]),
            say("gemensamt.mal_saknas") if row is None else goal_verdict(data, goal, row),
        )
        for goal, row in rows
    ]
    met = sum(row is not None and row["status"] == Verdict.MET for _, row in rows)
    title = say(
        "workshop.mal_rubrik",
        natta=swedish.number_word(met),
        alla=swedish.number_word(len(rows)),
        flera=met != 1,
    )
    if data.judged_when:
        title = say("workshop.mal_bedoms_inte", nar=data.judged_when)
    told = [say("workshop.mal_rad", mal=a, nu=b, bedomning=c.lower()) for a, b, c in cells]
    grid = Grid(
        (
            say("workshop.mal_kolumn_mal"),
            say("workshop.mal_kolumn_nu", ar=data.year),
            say("workshop.mal_kolumn_bedomning"),
        ),
        tuple(cells),
        (5, 2, 5),
        data.marked(
            say(
                "workshop.mal_alt",
                antal=swedish.number_word(len(rows)),
                rader=". ".join(told),
            )
        ),
    )
    return _slide(
        data,
        EVERYONE,
        "mal",
        Layout.TABLE,
        title,
        say("workshop.mal_anteckning"),
        source=_source(data),
        tabell=grid,
        text=_paragraphs(_distance(data)),
    )


def _distance(data: ReportData) -> str:
    """How far the total is from its goal, where it is judged."""
    goal = data.settings.plan.total_goal
    row = None if goal is None else goal_row(data, goal)
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


def _areas(data: ReportData, audience: Audience, without_owner: Sequence[str]) -> Slide | None:
    """The areas beside each other, with their goal."""
    rows = [row for area in audience.areas if (row := data.cell(area)) is not None]
    shown = sorted(
        (row for row in rows if wording.governing(row) is not None),
        key=lambda row: -float(row["governing"]),
    )
    hidden = [data.in_text(row["scope"]) for row in rows if wording.governing(row) is None]
    if not rows:
        return None
    goal = data.settings.plan.area_goal(NKI)
    judged = [row for row in shown if row["scope"] in data.settings.plan.areas.judged]
    below = [row for row in judged if goal and float(row["governing"]) < goal.target]
    aim = swedish.number(goal.target, 0) if goal else ""
    total = data.cell()
    text = _paragraphs(
        say(
            "workshop.omraden_text",
            mal=aim,
            under=swedish.listing([data.in_text(row["scope"]) for row in below]),
            dolda=swedish.listing(hidden),
            totalt="" if audience.everyone else wording.index_with_grade(data, total),
        )
    )
    unowned = without_owner if data.settings.report.owners else ()
    said = say(
        "workshop.omraden_anteckning",
        utan_ansvar=swedish.listing([data.in_text(area) for area in unowned]),
    )
    if not shown:
        title = say("workshop.omraden_dolda")
        return _slide(data, audience.key, "omraden", Layout.TEXT, title, said, text=text)
    bounds = pd.Series([row["governing_lower"] for row in shown])
    return _slide(
        data,
        audience.key,
        "omraden",
        Layout.CHART,
        _areas_title(audience, below, judged, aim),
        said,
        source=_source(data, strokes=data.strokes(bounds)),
        diagram=charts.bars(
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
    )


def _area(data: ReportData, area: str) -> Slide:
    """One area of a förvaltning: its factors, its lowest questions, where it may begin."""
    row = data.cell(area)
    assert row is not None
    owner = data.settings.report.owners.get(area)
    first = first_question(data, area)
    said = say(
        "workshop.omrade_anteckning",
        omrade=data.in_text(area),
        kontakt=owner.contact if owner else "",
        rad=(
            say("workshop.omrade_borja", fraga=data.in_text(first[0].question), varde=first[1])
            if first
            else ""
        ),
    )
    label = data.label(area)
    if wording.governing(row) is None:
        return _slide(
            data,
            area,
            "omrade",
            Layout.TEXT,
            say("workshop.omrade_dolt", omrade=label),
            said,
            text=_paragraphs(say("workshop.nulage_skal", skal=wording.hidden_because(data, row))),
        )
    title = say(
        "workshop.omrade",
        omrade=label,
        index=data.index_name(area),
        varde=swedish.number(row["governing"]),
        betyg=data.grade(row["grade"]),
    )
    asked = data.select(year=data.year, scope=area, kind="question", definition="")
    lowest = actionable(asked, data.settings).head(3)
    bounded = pd.notna(row["governing_lower"])
    text = _paragraphs(
        say(
            "workshop.omrade_text",
            intervall=_interval(row) if bounded else "",
            ungefarlig=bool(row["approximate"]),
            svar=swedish.number(row["n"], 0) if pd.notna(row["n"]) else "",
            lagst=swedish.listing(
                [
                    say(
                        "omrade.fraga_varde",
                        fraga=data.in_text(low["measure"]),
                        varde=swedish.number(low["governing"]),
                    )
                    for _, low in lowest.iterrows()
                ]
            ),
            oviss=_unsure(lowest),
        )
    )
    factors = data.select(year=data.year, scope=area, kind="factor", definition="")
    factors = factors[factors["governing"].notna()].sort_values("governing", ascending=False)
    if factors.empty:
        return _slide(
            data, area, "omrade", Layout.TEXT, title, said, source=_source(data, row["n"]),
            text=text,
        )  # fmt: skip
    return _slide(
        data,
        area,
        "omrade",
        Layout.CHART,
        title,
        said,
        source=_source(data, row["n"], strokes=data.strokes(factors["governing_lower"])),
        diagram=charts.bars(
            data,
            [(data.label(factor["measure"]), factor) for _, factor in factors.iterrows()],
            say("workshop.faktorer_vad", omrade=data.in_text(area), ar=data.year),
        ),
        text=text,
    )


def _unsure(rows: pd.DataFrame) -> bool:
    """Whether the order of some questions may be chance: the intervals of first and last meet."""
    if len(rows) < 2 or rows["governing_lower"].isna().any():
        return False
    return bool(rows["governing_lower"].iloc[-1] <= rows["governing_upper"].iloc[0])


def _questions(data: ReportData) -> Slide | None:
    """The lowest questions of the municipality, and the factors that weigh most."""
    rows = data.select(year=data.year, scope=TOTAL, kind="question", definition=data.definition())
    low = actionable(rows, data.settings).head(data.settings.rules.workshop.lowest_questions.value)
    if low.empty:
        return None
    quadrants = dict(
        zip(framgang.rows(data)["factor"], framgang.rows(data)["quadrant"], strict=True)
    )
    first = low.iloc[0]
    cells = tuple(
        (
            data.label(row["measure"]),
            swedish.number(row["governing"]),
            data.label(row["factor"]),
            quadrant_name(quadrants.get(row["factor"], "")),
        )
        for _, row in low.iterrows()
    )
    grid = Grid(
        (
            say("workshop.fragor_kolumn_fraga"),
            heading("index"),
            heading("servicefaktor"),
            heading("falt"),
        ),
        cells,
        (6, 2, 3, 3),
        data.marked(
            say(
                "workshop.fragor_alt",
                rader=swedish.listing([f"{name.lower()} {value}" for name, value, *_ in cells]),
            )
        ),
    )
    return _slide(
        data,
        TOTAL,
        "fragor",
        Layout.TABLE,
        say(
            "workshop.fragor",
            fraga=data.in_text(first["measure"]),
            varde=swedish.number(first["governing"]),
        ),
        say("workshop.fragor_anteckning"),
        source=_source(data, first["n"]),
        tabell=grid,
        text=_paragraphs(_strongest(data)),
    )


def _strongest(data: ReportData) -> str:
    """The three factors with the strongest association, and whether their order is sure."""
    rows = framgang.rows(data).head(3)
    unsure = len(rows) > 1 and rows["effect_lower"].iloc[0] <= rows["effect_upper"].iloc[1:].max()
    return say(
        "workshop.fragor_text",
        faktorer=swedish.listing([data.in_text(factor) for factor in rows["factor"]]),
        osakra=bool(unsure),
    )


def _matrix(data: ReportData) -> Slide | None:
    """The priority matrix, with each field's factors beside it."""
    rows = framgang.rows(data)
    chart = charts.matrix(data, rows)
    if chart is None:
        return None
    fields = {key: list(rows.loc[rows["quadrant"] == key, "factor"]) for key in framgang.READING}
    unsure = borderline(rows)
    told = [
        say("workshop.matris_falt", falt=quadrant_name(key), faktorer=_factors(data, names))
        for key, names in fields.items()
        if names
    ]
    if unsure:
        told.append(say("workshop.matris_granser", faktorer=_factors(data, sorted(unsure))))
    prioritised = next(iter(fields.values()))
    n = int(rows["n"].iloc[0])
    years = swedish.years(framgang.years(data))
    return _slide(
        data,
        TOTAL,
        "matris",
        Layout.CHART,
        say("workshop.matris", faktorer=_factors(data, prioritised)),
        say("workshop.matris_anteckning", svar=swedish.number(n, 0), ar=years),
        source=_source(data, n, years, data.strokes(rows["effect_lower"])),
        diagram=chart,
        text=_paragraphs(*told),
    )


def _factors(data: ReportData, names: Iterable[str]) -> str:
    return swedish.listing([data.in_text(name) for name in names])


def _discussion(data: ReportData, audience: Audience) -> Slide:
    """The questions to discuss."""
    return _slide(
        data,
        audience.key,
        "diskussion",
        Layout.TEXT,
        say("workshop.diskussion"),
        say("workshop.diskussion_anteckning"),
        text=Paragraphs(topics(data, audience), numbered=True),
    )


def _proposals(data: ReportData) -> Slide:
    """A table to write proposals in, with the columns of the sheet that collects them."""
    columns = tuple(heading(name) for name in PROPOSAL_COLUMNS)
    empty = ("",) * len(columns)
    grid = Grid(
        columns, (empty,) * ROWS_TO_WRITE, (3, 3, 7, 3, 2), data.marked(say("workshop.forslag_alt"))
    )
    return _slide(
        data,
        EVERYONE,
        "forslag",
        Layout.TABLE,
        say("workshop.forslag"),
        say("workshop.forslag_anteckning"),
        open_table=True,
        tabell=grid,
        text=_paragraphs(say("workshop.forslag_text")),
    )


def _aim(data: ReportData) -> Slide:
    """A slide to write goals on."""
    return _slide(
        data,
        EVERYONE,
        "malformulering",
        Layout.WORK,
        say("workshop.malformulering"),
        say("workshop.malformulering_anteckning"),
        text=_paragraphs(say("workshop.malformulering_text")),
    )


def _method(data: ReportData) -> Slide:
    """The method in two sentences."""
    rules = data.settings.rules
    text = say(
        "workshop.metod_text",
        lagst=rules.index.lowest.value,
        hogst=rules.index.highest.value,
        andel=data.confidence,
        antal=rules.disclosure.min_answers.value,
    )
    return _slide(
        data,
        EVERYONE,
        "metod",
        Layout.TEXT,
        say("workshop.metod"),
        say("workshop.metod_anteckning"),
        text=_paragraphs(text),
    )


def _interval(row: pd.Series) -> str:
    return swedish.interval(row["governing_lower"], row["governing_upper"])


def decks(
    data: ReportData, found: Sequence[Audience], without_owner: Sequence[str]
) -> Iterator[Deck]:
    """The decks of all audiences."""
    for audience in found:
        yield deck(data, audience, without_owner if audience.everyone else ())
