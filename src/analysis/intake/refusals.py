"""When a table of answers cannot be used at all."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis import swedish
from analysis.errors import Problem
from analysis.intake.case_years import Texts
from analysis.intake.columns import AREA, answer_vocabulary, not_asked
from analysis.intake.dates import has_date
from analysis.intake.files import Table
from analysis.intake.values import UNREADABLE, VALID, Reader
from analysis.intake.words import cell_text, nearest, shown, shown_name
from analysis.settings import Settings
from analysis.settings.questionnaire import NKI

CONFIRM = (
    "Stämmer det: kör check med --write-mapping och bekräfta i config/questionnaire.local.yml."
)

DAY_OF_EXPORT = " Datumet i filens namn läses som dagen då filen gjordes."
FILL_DOWN = (
    "Skriv området på varje rad. Står det bara på den första raden i varje grupp, kopiera det till "
    "raderna under, eller ta filen direkt ur enkätverktyget."
)


def refusals(
    table: Table,
    rows: pd.DataFrame,
    status: npt.NDArray[np.int8],
    flaws: pd.DataFrame,
    unknown_area: npt.NDArray[np.bool_],
    area_text: Texts,
    settings: Settings,
) -> list[Problem]:
    """Why a table cannot be used at all."""
    rules, where = settings.rules.intake, table.where
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
    share = float(unknown_area.mean())
    if share > rules.unknown_area_share.value:
        names = [area.name for area in settings.questionnaire.areas]
        distinct = sorted({text for text in area_text[unknown_area] if text})[:5]
        listed = (
            ", ".join(
                f"”{shown(text)}”"
                + (f" (menas {close}?)" if (close := nearest(text, names)) else "")
                for text in distinct
            )
            or "tomma celler"
        )
        problems.append(
            Problem(
                f"{round(share * 100)} % av raderna har okänt myndighetsområde: {listed}.",
                FILL_DOWN
                if 2 * int((area_text[unknown_area] == "").sum()) > int(unknown_area.sum())
                else "Lägg till namnen som aliases i config/questionnaire.yml, eller rätta filen.",
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
    problems += _columns_of_words(table, status, flaws, settings)
    filled = np.isin(status, (VALID, UNREADABLE))
    unreadable = (status == UNREADABLE).sum() / max(filled.sum(), 1)
    if unreadable > rules.unreadable_share.value:
        scale = settings.rules.index
        problems.append(
            Problem(
                f"{round(unreadable * 100)} % av betygen är inte hela tal "
                f"{scale.lowest.value}–{scale.highest.value}.",
                "Ta bort bladet om det inte är svar; kontrollera annars att de exporterats som tal."
                if table.sheet
                else "Kontrollera att det är rätt fil och att svaren exporterats som tal.",
                where,
            )
        )
    return problems


def _columns_of_words(
    table: Table, status: npt.NDArray[np.int8], flaws: pd.DataFrame, settings: Settings
) -> list[Problem]:
    """Question columns that hold words: the columns have been shifted, so no number is sure.

    A comment under a question's header would also end among the rejects.
    """
    rules = settings.rules.intake
    words = flaws[~flaws["value"].str.contains(r"\d", regex=True).fillna(False).astype(bool)]
    often = words["column"].value_counts()
    found = []
    for place, item in enumerate(settings.questionnaire.item_keys):
        position = table.header.columns.get(item)
        if position is None:
            continue
        name = shown_name(cell_text(table.headers[position]))
        filled = int(np.isin(status[:, place], (VALID, UNREADABLE)).sum())
        count = int(often.get(name, 0))
        if count >= rules.unreadable_count.value and count > rules.unreadable_share.value * filled:
            found.append(
                Problem(
                    "Kolumnen innehåller mest ord i stället för betyg. Kolumnerna kan vara "
                    "förskjutna mot rubrikerna.",
                    "Öppna filen, kontrollera att värdena står under rätt rubrik och exportera "
                    "den på nytt.",
                    f"{table.where}, kolumn {name}",
                )
            )
    return found
