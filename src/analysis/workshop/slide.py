"""What every slide has: a title, the report's marks, notes with what to say and the source."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import swedish
from analysis.present.data import ReportData
from analysis.present.markdown import plain
from analysis.present.texts import say
from analysis.workshop.content import Layout, Paragraphs, Part, Place, Slide


def paragraphs(*told: str) -> Paragraphs:
    """Texts as paragraphs, without their markup."""
    parts = (part for text in told for part in plain(text).split("\n\n"))
    return Paragraphs(tuple(part for part in parts if part))


def slide(
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
        Place.TITLE: paragraphs(title),
        Place.MARK: paragraphs(
            say("workshop.marke", marken=marks, kommun=organisation, ar=data.year)
        ),
        Place.NOTES: paragraphs(
            say("workshop.anteckning", sag=said, kalla=source or source_line(data))
        ),
    }
    if source and layout != Layout.TITLE:
        always[Place.SOURCE] = paragraphs(source)
    return Slide(
        scope, key, layout, {**{Place(k): p for k, p in parts.items()}, **always}, open_table
    )


def source_line(data: ReportData, n: Any = None, years: str = "", strokes: str = "") -> str:
    """The source of a slide's numbers, with how many answers and what the strokes are."""
    return say(
        "workshop.kalla",
        kalla=data.source,
        svar="" if n is None or pd.isna(n) else swedish.number(n, 0),
        ar=years or data.year,
        strecken=strokes,
    )
