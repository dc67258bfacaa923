"""Columns that tables have in common: a field of the record as a number, an interval, a name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Literal

import pandas as pd

from analysis import swedish
from analysis.present import theme, wording
from analysis.present.data import ReportData
from analysis.present.tables import Column, Heading
from analysis.present.texts import heading, say
from analysis.settings.questionnaire import NKI


def told(
    title: str,
    field: str,
    words: Callable[[Any], str] = str,
    align: Literal["left", "right"] = "left",
    *,
    long: bool = False,
    optional: bool = False,
) -> Column:
    """A field in words."""
    return Column(field, title, lambda row: words(row[field]), align, long=long, optional=optional)


def or_dash(text: str) -> str:
    """A text; a dash where there is none."""
    return text or swedish.MISSING


def number(title: str, field: str, decimals: int = 1, *, optional: bool = False) -> Column:
    """A field as a number."""
    words = partial(swedish.number, decimals=decimals)
    return told(title, field, words, "right", optional=optional)


def difference(title: str, now: str, before: str) -> Column:
    """The difference between two fields as they are shown in the row."""

    def cell(row: pd.Series) -> str:
        if pd.isna(row[now]) or pd.isna(row[before]):
            return swedish.MISSING
        return swedish.signed(swedish.difference(float(row[now]), float(row[before])))

    return Column("difference", title, cell, "right")


def signed(title: str, field: str, *, optional: bool = False) -> Column:
    """A field as a difference with its sign."""
    return told(title, field, swedish.signed, "right", optional=optional)


def answers(*, optional: bool = False) -> Column:
    """The number of answers."""
    return number(heading("antal_svar"), "n", 0, optional=optional)


def interval(
    data: ReportData, of: str = "governing_", decimals: int = 1, *, optional: bool = False
) -> Column:
    """The interval between the fields `lower` and `upper` of a number."""

    def cell(row: pd.Series) -> str:
        return swedish.interval(row[f"{of}lower"], row[f"{of}upper"], decimals)

    return Column("interval", data.interval_name, cell, "right", optional=optional)


def name(data: ReportData, title: str, field: str) -> Column:
    """The reader's name of an area, a factor or a question."""
    return told(title, field, data.label)


def area(data: ReportData) -> Column:
    """The area by its NKI."""
    return told(heading("omrade"), "scope", data.area_label)


def result(data: ReportData, title: str) -> tuple[Column, ...]:
    """An index with its grade, its interval and its answers."""
    return (
        Column("index", title, wording.index, "right"),
        grade(data),
        interval(data, optional=True),
        answers(optional=True),
    )


def note() -> Column:
    """What has been noted on an entry of the plan."""
    return told(heading("anteckning"), "note", or_dash, long=True, optional=True)


def year() -> Column:
    """The case year."""
    return told(heading("arendear"), "year")


def grade(data: ReportData) -> Column:
    """The grade in words and colour; neither where the index is hidden."""

    def word(row: pd.Series) -> str:
        return swedish.MISSING if wording.governing(row) is None else data.grade(row["grade"])

    return Column("grade", heading("betyg"), word, fill=grade_fill)


def change(data: ReportData) -> Column:
    """The change since the year before, with a star where it is sure."""

    def cell(row: pd.Series) -> str:
        if pd.isna(row["change"]):
            return swedish.MISSING
        star = "*" if wording.surely_changed(row) else ""
        return swedish.signed(wording.shown_change(row)) + star

    since = wording.compared_with(data, data.year)
    return Column("change", heading("andring", sedan=since), cell, "right", optional=True)


def heat(title: str, field: str) -> Column:
    """An index in the colour of its grade; the field holds its row of the table of indices."""

    def cell(record: dict[str, pd.Series | None]) -> str:
        return wording.index(record[field])

    return Column(field, title, cell, "right", fill=lambda record: grade_fill(record[field]))


def factors(data: ReportData) -> list[Column]:
    """A column of `heat` for each factor, of records as `factor_cells` makes them."""
    return [heat(data.label(key), key) for key in data.settings.questionnaire.factor_keys]


def factor_cells(data: ReportData, scopes: Iterable[str]) -> list[dict[str, Any]]:
    """A record of each scope that has any factor: its name, and its cell of each factor."""
    keys = data.settings.questionnaire.factor_keys
    records = [{"scope": scope, **{key: data.cell(scope, key) for key in keys}} for scope in scopes]
    return [one for one in records if any(one[key] is not None for key in keys)]


def grade_fill(row: pd.Series | None) -> str:
    """The colour of an index's grade; empty where there is no index to see."""
    if row is None or wording.governing(row) is None:
        return ""
    return theme.grade_fill(row["grade"])


def questions(data: ReportData, rows: pd.DataFrame) -> list[Any]:
    """The questions about the service, and after them, under a heading, those of the NKI."""
    item = data.settings.questionnaire.item
    service: list[Any] = []
    of_nki: list[Any] = []
    for _, row in rows.iterrows():
        (of_nki if item(row["measure"]).group == NKI else service).append(row)
    return [*service, *([Heading(say("gemensamt.nki_fragor"))] if of_nki else []), *of_nki]
