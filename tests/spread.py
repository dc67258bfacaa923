"""Answers written as tables of their distributions, as a portal would show them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from analysis.settings import Settings

Row = list[object]


def as_counts(counts: list[int], missing: int) -> Row:
    """Answers with each score, answers without one, and the respondents."""
    return [*counts, missing, sum(counts) + missing]


def as_whole_per_cent(counts: list[int], missing: int) -> Row:
    """The same in whole per cent of the respondents."""
    n = sum(counts) + missing
    return [*(f"{count / n * 100:.0f}" for count in counts), f"{missing / n * 100:.0f}", n]


def rows(
    answers: pd.DataFrame, settings: Settings, form: Callable[[list[int], int], Row] = as_counts
) -> list[Row]:
    """A row for each area and question that was asked.

    Parameters
    ----------
    answers
        Clean answers of a year.
    settings
        Configuration.
    form
        Writes the numbers of a distribution.
    """
    names = {area.key: area.name for area in settings.questionnaire.areas}
    scale = settings.rules.index
    steps = range(scale.lowest.value, scale.highest.value + 1)
    asked = [item for item in settings.questionnaire.items if answers[item.key].notna().any()]
    found: list[Row] = [["Myndighetsområde", "Fråga", *steps, "Vet ej", "Antal svar"]]
    for area, part in answers.groupby("area", sort=True):
        for item in asked:
            counts = [int((part[item.key] == step).sum()) for step in steps]
            found.append([names[str(area)], item.text, *form(counts, len(part) - sum(counts))])
    return found


def write(path: Path, table: list[Row]) -> Path:
    """Write a table as a file of text."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=";").writerows(table)
    return path
