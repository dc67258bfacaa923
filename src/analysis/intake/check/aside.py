"""Rows and values set aside in a case year: number, places and remedy by reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pandas as pd

from analysis import swedish
from analysis.intake.answers.clean import CleanYear
from analysis.intake.answers.reasons import CUSTOMERS, HARMLESS, REASONS
from analysis.intake.cells.keys import ANSWER_ID
from analysis.review import Point

SHOWN_PLACES = 5
SHOWN_VALUES = 4

SCORE_FIX = "Betyget räknas inte, men resten av raden gör det. Rätta cellen om den är felskriven."


def aside_items(clean: CleanYear) -> list[Point]:
    """Rows and values set aside by reason, without answers from others than companies."""
    odd = clean.rejects[~clean.rejects["reason"].isin(tuple(CUSTOMERS.values()))]
    items = []
    for reason, rows in odd.groupby("reason", sort=False):
        if known := REASONS.get(str(reason)):
            text, fix = known.told(len(rows)), known.fix
        else:
            text, fix = f"{swedish.count(len(rows), 'betyg', 'betyg')} är {reason}", SCORE_FIX
        values = Counter(value for value in rows["value"] if value)
        often = [
            f"”{value}” {swedish.count(count, 'gång', 'gånger')}"
            for value, count in values.most_common(SHOWN_VALUES)
        ]
        if len(rows) > SHOWN_PLACES and often:
            more = " …" if len(values) > SHOWN_VALUES else ""
            text += f" ({', '.join(often)}{more})"
        items.append(Point(f"{text}:", list(_places(rows)), fix))
    if items:
        items.append(
            Point(f"Alla finns efter körningen i data/processed/rejects_{clean.year}.csv.")
        )
    return items


def mendable(clean: CleanYear) -> bool:
    """Whether any row or value set aside could be mended."""
    return not clean.rejects["reason"].isin(HARMLESS).all()


def _places(rows: pd.DataFrame) -> Iterator[str]:
    for row in rows.head(SHOWN_PLACES).to_dict("records"):
        sheet = f", blad {row['sheet']}" if row["sheet"] else ""
        number = f", svar {row[ANSWER_ID]}" if row[ANSWER_ID] else ""
        column = f", kolumn {row['column']}" if row["column"] else ""
        value = f": ”{row['value']}”" if row["value"] else ""
        yield f"{row['file']}{sheet}, rad {row['row']}{number}{column}{value}"
    if len(rows) > SHOWN_PLACES:
        yield f"… och {swedish.number(len(rows) - SHOWN_PLACES, 0)} till."
