"""The free texts of a year's counted answers, masked, for the local workbook of ``las``."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.intake.answers.never_kept import NeverKept, masker
from analysis.intake.cells.words import shown_name
from analysis.intake.raw_files import RawFiles
from analysis.settings.questionnaire import NKI

COLUMNS = ("area", "score", "text")


def free_texts(raw: RawFiles, year: int) -> pd.DataFrame:
    """The texts of the answers that count in a case year, the lowest scores of an area first.

    Rows that are set aside (private persons, other municipalities, doubles) have no texts here.

    Returns
    -------
    pandas.DataFrame
        A row for each answer with a text: ``area``; ``score``, the mean of the NKI questions'
        scores (1–10), missing where none was answered; ``text``, masked, all the answer's texts
        together.
    """
    settings = raw.settings
    clean = raw.single_years[year]
    items = list(settings.questionnaire.groups[NKI])
    kept = clean.rows[clean.rows["aside"] == ""].set_index(["file", "sheet", "row"])
    tables = [NeverKept(part.table, settings) for part in raw.parts if year in part.years]
    names = frozenset(name for one in tables for aside in one.rows() for name in aside.names)
    mask = masker(names, settings)
    found = []
    for one in tables:
        for aside in one.rows():
            key = (*_place(one), aside.row)
            if aside.comments and key in kept.index:
                row = kept.loc[key]
                text = mask.masked(_together(aside.comments), aside.names)
                found.append((row["area"], row[items].astype("float64").mean(), text))
    order = list(settings.questionnaire.area_keys)
    texts = pd.DataFrame(found, columns=list(COLUMNS)).astype({"score": "float64"})
    return texts.assign(place=texts["area"].map(order.index)).sort_values(
        ["place", "score", "text"], ignore_index=True
    )[list(COLUMNS)]


def _place(one: NeverKept) -> tuple[str, str]:
    """File and sheet as in the rows of the answers."""
    return shown_name(one.table.path.name), shown_name(one.table.sheet)


def _together(comments: dict[str, str]) -> str:
    """An answer's texts; under which header each stands, where there are several."""
    told: Sequence[str] = list(comments.values())
    if len(comments) > 1:
        told = [f"{header}: {text}" for header, text in comments.items()]
    return "\n".join(told)
