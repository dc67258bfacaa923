"""What every slide has: a title, the report's marks, notes with what to say and the source."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import swedish
from analysis.present.data import ReportData
from analysis.present.markdown import plain
from analysis.present.texts import say
from analysis.workshop.content import Chart, Layout, Paragraphs, Part, Place, Slide, SlideTable


def paragraphs(*told: str) -> Paragraphs:
    """Texts as paragraphs, without their markup."""
    parts = (part for text in told for part in plain(text).split("\n\n"))
    return Paragraphs(tuple(part for part in parts if part))


def slide(
    data: ReportData,
    scope: str,
    key: str,
    title: str,
    said: str,
    *,
    text: str | Paragraphs,
    chart: Chart | None = None,
    table: SlideTable | None = None,
    layout: Layout | None = None,
    source: str = "",
    open_table: bool = False,
) -> Slide:
    """A slide with what every slide has: a title, the report's marks, notes with the source.

    Parameters
    ----------
    scope, key
        Whose and which it is.
    title, said
        Its message, and what to say.
    text, chart, table
        What stands on it.
    layout
        Where not given, that for a chart, a table or text alone.
    source
        Of its numbers; where not given it stands in the notes only.
    open_table
        Whether the table is there to be written in.
    """
    marks = " · ".join(mark.word for mark in data.marks)
    organisation = data.settings.report.municipality.organisation
    if layout is None:
        layout = Layout.CHART if chart else Layout.TABLE if table else Layout.TEXT
    parts: dict[Place, Part | None] = {
        Place.CHART: chart,
        Place.TABLE: table,
        Place.TEXT: text if isinstance(text, Paragraphs) else paragraphs(text),
        Place.TITLE: paragraphs(title),
        Place.MARK: paragraphs(
            say("workshop.marke", marken=marks, kommun=organisation, ar=data.year)
        ),
        Place.NOTES: paragraphs(
            say("workshop.anteckning", sag=said, kalla=source or source_line(data))
        ),
        Place.SOURCE: paragraphs(source) if source else None,
    }
    given = {place: part for place, part in parts.items() if part is not None}
    return Slide(scope, key, layout, given, open_table)


def source_line(data: ReportData, n: Any = None, years: str = "", strokes: str = "") -> str:
    """The source of a slide's numbers, with how many answers and what the strokes are."""
    return say(
        "workshop.kalla",
        kalla=data.source,
        svar="" if n is None or pd.isna(n) else swedish.number(n, 0),
        ar=years or data.year,
        strecken=strokes,
    )
