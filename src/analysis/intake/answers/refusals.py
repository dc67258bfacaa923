"""Reasons for refusing a whole table of answers."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis import swedish
from analysis.errors import Problem
from analysis.intake.cells.dates import has_date, several_years
from analysis.intake.cells.keys import AREA, CUSTOMER
from analysis.intake.cells.values import Reader
from analysis.intake.cells.words import shown_name
from analysis.intake.recognition.columns import answer_vocabulary, missing_questions
from analysis.intake.recognition.files import RawTable
from analysis.settings import Settings
from analysis.settings.questionnaire import NKI

COLUMN_FILE = "config/questionnaire_columns.csv"
CONFIRM = (
    "Stämmer det: kör python run.py check --write-mapping och bekräfta förslaget i "
    "config/questionnaire.local.yml."
)

DAY_OF_EXPORT = " Datumet i filens namn läses som dagen då filen gjordes."


def refusals(table: RawTable, rows: pd.DataFrame, settings: Settings) -> list[Problem]:
    """Problems that make a table unusable, whatever its rows contain."""
    if AREA not in table.header.columns:
        return [_no_area(table, settings)]
    if rows.empty:
        cause = "Tabellen har rubriker men inga svar."
        return [Problem(cause, "Exportera svaren på nytt.", table.where)]
    return [
        *_no_nki(table, rows, settings),
        *_no_year(table, rows),
        *_hidden_customer(table, settings),
    ]


def _no_area(table: RawTable, settings: Settings) -> Problem:
    """A problem where no column is the area, with the most likely column."""
    vocabulary, reader = answer_vocabulary(settings.questionnaire), Reader(settings)
    fix = (
        f"Finns den under ett annat namn: lägg till rubriken i {COLUMN_FILE}. Annars: lägg till "
        "en kolumn myndighetsområde."
    )
    for place, header in table.header.unmapped.items():
        if vocabulary.nearness(header, AREA) or reader.field_of(table.column(place), [AREA]):
            fix = f"Är det kolumnen ”{shown_name(header)}”? {CONFIRM}"
            break
    return Problem("Kolumnen för myndighetsområde saknas.", fix, table.where)


def _no_nki(table: RawTable, rows: pd.DataFrame, settings: Settings) -> Iterator[Problem]:
    """A problem where a question of the NKI was asked but has no column."""
    years = [int(year) for year in rows["year"].unique() if year]
    absent = missing_questions(table.header.columns, settings.questionnaire, *years)
    missing = [f"”{item.short}”" for item in absent if item.group == NKI]
    if missing:
        questions = "NKI-frågan" if len(missing) == 1 else "NKI-frågorna"
        yield Problem(
            f"Bland rubrikerna saknas {questions} {swedish.listing(missing)}, så NKI kan inte "
            "beräknas.",
            "Kör python run.py check --write-mapping, bekräfta förslagen i "
            "config/questionnaire.local.yml och försök igen. Finns inget förslag: lägg till "
            f"rubriken i {COLUMN_FILE}.",
            table.where,
        )


def _no_year(table: RawTable, rows: pd.DataFrame) -> Iterator[Problem]:
    if not rows["year"].any():
        stem = table.path.stem
        several = several_years(stem)
        more = several or (DAY_OF_EXPORT if has_date(stem) else "")
        name = "låt bara ärendeåret stå" if several else "skriv året"
        yield Problem(
            f"Det går inte att se vilket ärendeår svaren gäller.{more}",
            f"Lägg till en kolumn ärendeår, eller {name} i filens namn (insikt_2024.csv).",
            table.where,
        )


def _hidden_customer(table: RawTable, settings: Settings) -> Iterator[Problem]:
    """A problem where an unmapped column holds customer groups, as every answer would count."""
    if CUSTOMER in table.header.columns:
        return
    reader = Reader(settings)
    for place, header in table.header.unmapped.items():
        if reader.field_of(table.column(place), [CUSTOMER]):
            yield Problem(
                f"Kolumnen ”{shown_name(header)}” ser ut att innehålla kundgrupp men känns "
                "inte igen. Utan kundgrupp räknas alla svar som företagens.",
                CONFIRM,
                table.where,
            )
