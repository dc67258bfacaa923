"""Columns that several tables have in common; each reads a row of indices."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import swedish
from analysis.present import theme, wording
from analysis.present.data import ReportData
from analysis.present.tables import Column


def interval(data: ReportData, *, optional: bool = False) -> Column:
    """The interval around the value that governs."""
    return Column(
        "interval",
        data.interval_name,
        lambda row: swedish.interval(row["governing_lower"], row["governing_upper"]),
        "right",
        optional=optional,
    )


def answers(*, optional: bool = False) -> Column:
    """How many answered."""
    return Column(
        "n", "Antal svar", lambda row: swedish.number(row["n"], 0), "right", optional=optional
    )


def grade(data: ReportData) -> Column:
    """The grade in words and colour; neither where the index is hidden."""

    def word(row: pd.Series) -> str:
        return swedish.MISSING if wording.governing(row) is None else data.grade(row["grade"])

    return Column("grade", "Betyg", word, fill=grade_fill)


def change(data: ReportData) -> Column:
    """The change since the year before, with a star where it is sure."""

    def told(row: pd.Series) -> str:
        if pd.isna(row["change"]):
            return swedish.MISSING
        sure = pd.notna(row["change_significant"]) and bool(row["change_significant"])
        return swedish.signed(float(row["change"])) + ("*" if sure else "")

    heading = f"Ändring\nsedan {wording.compared_with(data, data.year)}"
    return Column("change", heading, told, "right", optional=True)


def heat(key: str, heading: str) -> Column:
    """An index in the colour of its grade; the record holds the row of indices under `key`."""
    return Column(
        key,
        heading,
        lambda record: wording.index(record[key]),
        "right",
        fill=lambda record: grade_fill(record[key]),
    )


def grade_fill(row: pd.Series | None) -> str:
    """The colour of an index's grade; empty where there is no index to see."""
    if row is None or wording.governing(row) is None:
        return ""
    return theme.grade_fill(row["grade"])


def labelled(data: ReportData, heading: str, field: str, key: str = "") -> Column:
    """The reader's name of what a field of the record holds."""

    def label(record: Any) -> str:
        return data.label(record[field])

    return Column(key or field, heading, label)
