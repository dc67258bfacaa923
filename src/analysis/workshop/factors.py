"""The slides on what companies are least satisfied with, and on what weighs most."""

from __future__ import annotations

import pandas as pd

from analysis import swedish
from analysis.measures.advice import actionable
from analysis.measures.totals import TOTAL
from analysis.present.data import ReportData
from analysis.present.figures.matrix import borderline, quadrant_name
from analysis.present.pages import framgang
from analysis.present.texts import heading, say
from analysis.workshop import charts
from analysis.workshop.content import Slide, SlideTable
from analysis.workshop.slide import paragraphs, slide, source_line


def questions(data: ReportData) -> Slide | None:
    """The lowest questions of the municipality, and the factors that weigh most."""
    most = data.settings.rules.workshop.lowest_questions.value
    low = actionable(data.of_kind("question"), data.settings).head(most)
    if low.empty:
        return None
    quadrants = data.factors().set_index("factor")["quadrant"]
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
    grid = SlideTable(
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
    return slide(
        data,
        TOTAL,
        "fragor",
        say(
            "workshop.fragor",
            fraga=data.in_text(first["measure"]),
            varde=swedish.number(first["governing"]),
        ),
        say("workshop.fragor_anteckning"),
        source=source_line(data, first["n"]),
        table=grid,
        text=_strongest(data),
    )


def _strongest(data: ReportData) -> str:
    """The three factors with the strongest association, and whether their order is sure."""
    rows = data.factors().head(3)
    unsure = len(rows) > 1 and rows["effect_lower"].iloc[0] <= rows["effect_upper"].iloc[1:].max()
    return say("workshop.fragor_text", faktorer=data.names(rows["factor"]), osakra=bool(unsure))


def matrix(data: ReportData) -> Slide | None:
    """The priority matrix, with each field's factors beside it."""
    rows = data.factors()
    chart = charts.matrix(data, rows)
    if chart is None:
        return _national(data)
    unsure = borderline(rows)
    told = _fields(data, rows)
    if unsure:
        told.append(say("workshop.matris_granser", faktorer=data.names(sorted(unsure))))
    n = int(rows["n"].iloc[0])
    years = swedish.years(framgang.years(data))
    return slide(
        data,
        TOTAL,
        "matris",
        say("workshop.matris", faktorer=data.names(framgang.prioritised(data))),
        say(
            "workshop.matris_anteckning",
            svar=swedish.number(n, 0),
            ar=years,
            index=data.answer_years[-1],
        ),
        source=source_line(data, n, years, data.strokes(rows["effect_lower"])),
        chart=chart,
        text=paragraphs(*told),
    )


def _national(data: ReportData) -> Slide | None:
    """Without answers: where the factors that weigh most in the country stand."""
    rows = framgang.national_rows(data)
    if rows.empty:
        return None
    return slide(
        data,
        TOTAL,
        "matris",
        say("workshop.matris_riket"),
        say("workshop.matris_riket_anteckning"),
        source=source_line(data),
        text=paragraphs(*_fields(data, rows.rename(columns={"measure": "factor"}))),
    )


def _fields(data: ReportData, rows: pd.DataFrame) -> list[str]:
    """The factors in each field of the matrix that has any."""
    return [
        say("workshop.matris_falt", falt=quadrant_name(key), faktorer=data.names(names))
        for key in framgang.READING
        if len(names := rows.loc[rows["quadrant"] == key, "factor"])
    ]
