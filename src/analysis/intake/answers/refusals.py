"""When a table of answers cannot be used at all."""

from __future__ import annotations

import pandas as pd

from analysis import swedish
from analysis.errors import Problem
from analysis.intake.cells.dates import has_date
from analysis.intake.cells.keys import AREA, CUSTOMER
from analysis.intake.cells.values import Reader
from analysis.intake.cells.words import shown_name
from analysis.intake.recognition.columns import answer_vocabulary, not_asked
from analysis.intake.recognition.files import RawTable
from analysis.settings import Settings
from analysis.settings.questionnaire import NKI

CONFIRM = (
    "Stämmer det: kör check med --write-mapping och bekräfta i config/questionnaire.local.yml."
)

DAY_OF_EXPORT = " Datumet i filens namn läses som dagen då filen gjordes."


def refusals(table: RawTable, rows: pd.DataFrame, settings: Settings) -> list[Problem]:
    """Why a table cannot be used at all, whatever stands in its rows."""
    where = table.where
    if AREA not in table.header.columns:
        vocabulary = answer_vocabulary(settings.questionnaire)
        reader = Reader(settings)
        likely = next(
            (
                header
                for place, header in table.header.unmapped.items()
                if vocabulary.propose(header, [AREA])
                or reader.field_of(table.column(place), [AREA])
            ),
            None,
        )
        return [
            Problem(
                "Kolumnen för myndighetsområde saknas.",
                f"Är det kolumnen ”{shown_name(likely)}”? {CONFIRM}"
                if likely
                else "Finns den under ett annat namn: lägg till rubriken i "
                "config/questionnaire_columns.csv. Annars: lägg till en kolumn myndighetsområde.",
                where,
            )
        ]
    if rows.empty:
        return [Problem("Tabellen har rubriker men inga svar.", "Exportera svaren på nytt.", where)]
    problems = []
    years = [int(year) for year in rows["year"].unique() if year] or [0]
    never = frozenset.intersection(*(not_asked(settings.questionnaire, year) for year in years))
    asked = set(settings.questionnaire.groups[NKI]) - never
    missing = [key for key in settings.questionnaire.item_keys if key in asked]
    missing = [key for key in missing if key not in table.header.columns]
    if missing:
        labels = settings.questionnaire.labels
        unread = swedish.listing([f"”{labels[key]}”" for key in missing])
        problems.append(
            Problem(
                f"Bland rubrikerna saknas {'NKI-frågan' if len(missing) == 1 else 'NKI-frågorna'} "
                f"{unread}, så NKI kan inte räknas.",
                "Kör python run.py check --write-mapping, bekräfta förslagen i "
                "config/questionnaire.local.yml och försök igen. Finns inget förslag: lägg till "
                "rubriken i config/questionnaire_columns.csv.",
                where,
            )
        )
    if not rows["year"].any():
        problems.append(
            Problem(
                "Det går inte att se vilket ärendeår svaren gäller."
                + (DAY_OF_EXPORT if has_date(table.path.stem) else ""),
                "Lägg till en kolumn ärendeår, eller skriv året i filens namn (insikt_2024.csv).",
                where,
            )
        )
    if CUSTOMER not in table.header.columns:
        # Without it every answer counts, so a column that holds it must not pass unseen.
        reader = Reader(settings)
        problems += [
            Problem(
                f"Kolumnen ”{shown_name(header)}” ser ut att vara kundgrupp men känns inte igen. "
                "Utan den räknas alla svar som företagens.",
                CONFIRM,
                where,
            )
            for place, header in table.header.unmapped.items()
            if reader.field_of(table.column(place), [CUSTOMER])
        ]
    return problems
