"""The document for those who plan trainings: where companies are less satisfied, and for whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from analysis import swedish
from analysis.measures.advice import actionable
from analysis.measures.drivers import Quadrant
from analysis.present import columns, wording
from analysis.present.bundle import SILENCE, Only, Part, Text
from analysis.present.data import ReportData
from analysis.present.figures.matrix import RISE, in_steps
from analysis.present.pages import (
    aktiviteter,
    bilaga,
    forvaltningar,
    framgang,
    kurs,
    omrade,
    underlag,
)
from analysis.present.tables import Column, Heading, Table
from analysis.present.texts import heading, say

LISTED = 3
WORD, PDF = "docx", "typst"
"""The documents, by Quarto's names of their formats."""


def mark(data: ReportData) -> Part:
    """The report's marks in the Word text; the PDF has them in its title block."""
    told = underlag.mark(data)
    return told if told == SILENCE else Only(WORD, [told])


def introduction(data: ReportData) -> Text:
    """Whom the document is for, what it rests on, and what it lacks without a plan."""
    trainings = [
        say("utbildning.aktiviteten", namn=one.short.lower(), nummer=one.number)
        for one in aktiviteter.training(data)
    ]
    return wording.paragraphs(
        say(
            "utbildning.inledning",
            kommun=data.settings.report.municipality.organisation,
            ar=wording.named(data, data.year),
            utbildningar=swedish.listing(trainings),
        ),
        "" if data.settings.plan.adopted else say("utbildning.utan_plan"),
        wording.part_of_year(data),
    )


def in_short(data: ReportData) -> Text:
    """The document in some sentences: level, lowest questions, what weighs most, the course."""
    return wording.bullets(_in_short(data))


def _in_short(data: ReportData) -> Iterator[str]:
    yield _level(data)
    low = _lowest(data).head(LISTED)
    if low.empty:
        yield say("utbildning.kort_inga_fragor")
    else:
        unsure = wording.order_unsure(low)
        yield say("utbildning.kort_lagst", fragor=wording.questions(data, low), oviss=unsure)
    sure, perhaps = weighty(data)
    if not framgang.placed(data).empty:
        yield say(
            "utbildning.kort_vager",
            faktorer=data.names(sure),
            kanske=data.names(perhaps),
            nationellt=not framgang.national_rows(data).empty,
        )
    yield from kurs.in_short(data)


def _level(data: ReportData) -> str:
    """The year's NKI, or why it is not shown."""
    row = data.cell()
    if row is None:
        return say("utbildning.niva_saknas", ar=data.year)
    if wording.governing(row) is None:
        why = wording.hidden_because(data, row)
        return say("utbildning.niva_visas_inte", ar=data.year, skal=why)
    return bilaga.level(data)


def lowest_table(data: ReportData) -> Table | Text:
    """The questions that companies are least satisfied with; a sentence where there are none."""
    every = _lowest(data)
    rows = every.head(data.settings.rules.training.lowest_questions.value)
    if rows.empty:
        return wording.text("utbildning.inga_fragor")
    some = len(rows) < len(every)
    caption = (
        say("utbildning.fragorna", antal=swedish.number_word(len(rows)))
        if some
        else say("utbildning.fragorna_alla")
    )
    factor = columns.name(data, heading("servicefaktor"), "factor")
    table = Table(
        "minst-nojda",
        data.caption(caption, n=_answers(data), years=[data.year]),
        rows,
        [columns.name(data, heading("fraga"), "measure"), factor, *_numbers(data)],
    )
    unsure = say("omrade.ordning_oviss") if wording.order_unsure(rows) else ""
    return replace(table, note=wording.joined(wording.star_note(table), unsure))


def highest(data: ReportData) -> Text | None:
    """The questions that companies are most satisfied with, where they are not the lowest too."""
    every = _lowest(data)
    if len(every) < data.settings.rules.training.lowest_questions.value + LISTED:
        return None
    best = every.tail(LISTED).iloc[::-1]
    return wording.text("utbildning.hogst", fragor=wording.questions(data, best))


def matrix(data: ReportData) -> tuple[Part, ...]:
    """The priority matrix; in Word, where not every reader shows a vector picture, in words."""
    figure = framgang.matrix_figure(data)
    by_format = {PDF: figure, WORD: underlag.factors(data)}
    return tuple(Only(name, [part]) for name, part in by_format.items() if part)


def weight_basis(data: ReportData) -> Text:
    """What the matrix rests on, or that nothing can be said of what weighs most."""
    if framgang.placed(data).empty:
        return wording.text("utbildning.inga_samband")
    return framgang.introduction(data)


def weighty(data: ReportData) -> tuple[list[str], list[str]]:
    """The factors that ought to come first, and those that may as well belong to them.

    Both have an index below the factors' mean and a sure association; that of the first is strong,
    that of the others may lie on either side of the line.
    """
    found = framgang.placed(data)
    unsure = framgang.either_side(data)
    low = found[found["quadrant"].isin([Quadrant.PRIORITISE, Quadrant.WATCH])]["factor"]
    first = found[found["quadrant"] == Quadrant.PRIORITISE]["factor"]
    return [one for one in first if one not in unsure], [one for one in low if one in unsure]


def weighty_table(data: ReportData) -> Table | Text | None:
    """The questions of the factors that ought to come first, lowest first within each."""
    if framgang.placed(data).empty:
        return None
    sure, perhaps = weighty(data)
    asked = _lowest(data)
    records: list[Any] = []
    for factor in (*sure, *perhaps):
        own = [row for _, row in asked[asked["factor"] == factor].iterrows()]
        name = say("framgang.faktor", faktor=data.label(factor), gransfall=factor in perhaps)
        records += [Heading(name), *own] if own else []
    if not records:
        return None if asked.empty else wording.text("utbildning.ingen_viktig")
    table = Table(
        "viktiga-fragor",
        data.caption(say("utbildning.viktiga_fragor"), n=_answers(data), years=[data.year]),
        records,
        [columns.name(data, heading("fraga"), "measure"), *_numbers(data)],
    )
    note = say(
        "utbildning.not_viktiga",
        stjarna=bool(wording.star_note(table)),
        samband=swedish.listing(_associations(data, [*sure, *perhaps])),
        steg=RISE,
    )
    return replace(table, note=note)


def _associations(data: ReportData, factors: list[str]) -> list[str]:
    """How much higher the NKI is with a factor that is a step higher, with intervals."""
    rows = in_steps(data.factors())
    return [
        say(
            "utbildning.samband",
            faktor=data.in_text(row["factor"]),
            okning=swedish.signed(row["effect"]),
            intervall=swedish.interval(row["effect_lower"], row["effect_upper"]),
        )
        for _, row in rows[rows["factor"].isin(factors)].iterrows()
    ]


def audience_table(data: ReportData) -> Table:
    """What each area may begin with, by the förvaltning that is responsible for it."""
    report, areas = data.settings.report, data.areas()
    named = {name: report.areas_of(unit, areas) for unit, name in report.units.items()}
    owned = {area for own in named.values() for area in own}
    named[say("utbildning.ingen_forvaltning")] = [area for area in areas if area not in owned]
    records: list[Any] = []
    for name, own in named.items():
        cells = [row for area in own if (row := data.cell(area)) is not None]
        records += [Heading(name), *cells] if owned and cells else cells

    def least(row: pd.Series) -> str:
        area = str(row["scope"])
        low, _ = omrade.extremes(data, area)
        told = {one["measure"]: _named(data, one) for _, one in low.iterrows()}
        if chosen := omrade.first_question(data, area):
            advice, first = chosen
            told[advice.question] = say("utbildning.borja_har", fraga=_named(data, first))
        return "\n".join(told.values()) or swedish.MISSING

    table = Table(
        "malgrupper",
        data.caption(
            say("utbildning.malgrupperna" if owned else "utbildning.malgrupperna_utan"),
            years=[data.year],
        ),
        records,
        [
            columns.area(data),
            Column("index", data.label("nki"), wording.index, "right"),
            columns.answers(optional=True),
            Column("least", heading("minst_nojda"), least, long=True, optional=True),
        ],
    )
    least_answers = data.settings.rules.drivers.min_answers_advice.value
    without = table.filled("least") and (table.rows["least"] == swedish.MISSING).any()
    few = say("utbildning.not_for_fa", antal=least_answers) if without else ""
    return replace(table, note=wording.joined(few, wording.hidden_note(table)))


def audiences(data: ReportData) -> tuple[Part | None, ...]:
    """Where each area may begin, and how many of those intended the trainings have reached."""
    table = audience_table(data)
    lead = wording.text("utbildning.malgrupper") if table.filled("least") else Text("")
    return (lead, table, forvaltningar.finding(data))


def _lowest(data: ReportData) -> pd.DataFrame:
    """The total's questions that can be acted on, lowest first, with their factor."""
    return actionable(data.of_kind("question"), data.settings)


def _answers(data: ReportData) -> int | None:
    """The answers of the total; not every question has been answered by all of them."""
    row = data.cell()
    return None if row is None or pd.isna(row["n"]) else int(row["n"])


def _numbers(data: ReportData) -> tuple[Column, ...]:
    return (
        columns.number(heading("index"), "governing"),
        columns.interval(data, optional=True),
        columns.change(data),
    )


def _named(data: ReportData, row: pd.Series) -> str:
    """A question with its index, on a line of its own."""
    value = swedish.number(row["governing"])
    return say("omrade.fraga_varde", fraga=data.label(row["measure"]), varde=value)
