"""Parts that the documents of one page have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from analysis import swedish
from analysis.present import wording
from analysis.present.data import ReportData
from analysis.present.sheet import Section
from analysis.present.tables import Column, Table
from analysis.present.texts import say


def frame(data: ReportData) -> Mapping[str, Any]:
    """What the frame around every document tells."""
    report = data.settings.report
    return {
        "sources": say("blad.kalla", kalla=data.source),
        "municipality": report.municipality.organisation,
        "reference": report.appendix.reference if data.settings.plan.adopted else "",
        "date": swedish.long_date(data.today),
        "marks": [{"word": mark.word, "told": mark.told} for mark in data.marks],
    }


def subtitle(data: ReportData) -> str:
    """The report, and the year or the part of one that the numbers are of."""
    year = wording.named(data, data.year)
    return say("blad.underrubrik", titel=data.settings.report.site.title, ar=year)


def question(data: ReportData, row: pd.Series) -> str:
    """A question with its index, as a line of its own."""
    return swedish.capitalised(wording.question(data, row))


def tabled(
    title: str,
    records: pd.DataFrame | Sequence[Any],
    columns: Sequence[Column],
    sentences: Sequence[str] = (),
    note: str = "",
) -> Section:
    """A table under its heading, with the meaning of its star and of its hidden numbers."""
    table = Table("", title, records, columns)
    note = wording.joined(wording.star_note(table), wording.hidden_note(table), note)
    return Section(title, sentences, table=replace(table, note=note))
