"""What a case year sets aside, by reason: how many, exactly where, and how to mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pandas as pd

from analysis import swedish
from analysis.intake.answers import (
    BAD_PERIOD,
    NO_AREA,
    NO_YEAR,
    NOTHING_ANSWERED,
    STRAY_YEAR,
    TOTAL_ROW,
    UNKNOWN_AREA,
    WRONG_WIDTH,
)
from analysis.intake.blocks import Item
from analysis.intake.clean import CUSTOMER_WORDS, NO_CUSTOMER, UNKNOWN_CUSTOMER, CleanYear
from analysis.intake.columns import ANSWER_ID
from analysis.intake.duplicates import COLLISION, DUPLICATE
from analysis.intake.municipalities import OTHER_MUNICIPALITY, UNKNOWN_MUNICIPALITY

SHOWN_PLACES = 5
SHOWN_VALUES = 4
QUESTIONNAIRE = "config/questionnaire.yml"

# Reason → in the singular, in the plural, and what to do about it.
WORDS = {
    DUPLICATE: ("dubblett", "dubbletter", "Samma svar räknas en gång; inget behöver rättas."),
    COLLISION: (
        "svar med samma nummer som ett annat",
        "svar med samma nummer som ett annat",
        "Inget av dem räknas. Rätta numren i exporten.",
    ),
    UNKNOWN_AREA: (
        "svar från ett okänt myndighetsområde",
        "svar från okända myndighetsområden",
        f"Svaren räknas inte. Lägg till namnet som alias under området i {QUESTIONNAIRE}, eller "
        "rätta cellen.",
    ),
    NO_AREA: (
        "svar utan myndighetsområde",
        "svar utan myndighetsområde",
        "Svaren räknas inte. Fyll i området i filen.",
    ),
    UNKNOWN_CUSTOMER: (
        "svar från en okänd kundgrupp",
        "svar från okända kundgrupper",
        "Svaren räknas inte. Är det ett företag: lägg till stavningen under kundgrupp i "
        f"{QUESTIONNAIRE}.",
    ),
    NO_CUSTOMER: (
        "svar utan kundgrupp",
        "svar utan kundgrupp",
        "Svaren räknas inte. Fyll i kundgruppen i filen.",
    ),
    NOTHING_ANSWERED: (
        "rad utan svar på någon fråga",
        "rader utan svar på någon fråga",
        "Inget behöver rättas.",
    ),
    WRONG_WIDTH: (
        "rad med fel antal kolumner",
        "rader med fel antal kolumner",
        "Raden är avbruten eller delad och räknas inte. Rätta den, eller exportera som .xlsx.",
    ),
    NO_YEAR: (
        "rad utan ärendeår",
        "rader utan ärendeår",
        "Svaren räknas inte. Fyll i årtalet i filen.",
    ),
    STRAY_YEAR: (
        "rad med ett avvikande ärendeår",
        "rader med ett avvikande ärendeår",
        "Svaren räknas inte. Rätta årtalet om det är felskrivet.",
    ),
    OTHER_MUNICIPALITY: (
        "svar om en annan kommun",
        "svar om andra kommuner",
        "Bara den egna kommunens svar räknas; inget behöver rättas.",
    ),
    UNKNOWN_MUNICIPALITY: (
        "svar utan känd kommun",
        "svar utan känd kommun",
        "Svaren räknas inte. Skriv kommunens namn eller kod i kolumnen för kommun.",
    ),
    TOTAL_ROW: (
        "rad som summerar andra rader",
        "rader som summerar andra rader",
        "Raderna är inga svar; inget behöver rättas.",
    ),
    BAD_PERIOD: (
        "svar med okänd period",
        "svar med okänd period",
        "Svaren räknas i helåret. Skriv T1, T2, T3 eller ett datum.",
    ),
}
OTHER_CUSTOMERS = {
    "privatperson": ("privatperson", "privatpersoner"),
    "förening": ("förening", "föreningar"),
    "offentlig verksamhet": ("från offentlig verksamhet", "från offentlig verksamhet"),
}
HARMLESS = (DUPLICATE, NOTHING_ANSWERED, OTHER_MUNICIPALITY, TOTAL_ROW, *CUSTOMER_WORDS.values())
"""Reasons that nobody need look at before a run."""
SCORE_FIX = "Betyget räknas inte, men resten av raden gör det. Rätta cellen om den är felskriven."


def counted_out(reasons: Iterator[tuple[str, int]]) -> str:
    """Rows that do not count, in words.

    >>> counted_out(iter([("privatperson", 30), ("dubblett", 1)])).replace(chr(160), " ")
    '30 privatpersoner och 1 dubblett'
    """
    words = {**OTHER_CUSTOMERS, **{reason: (one, many) for reason, (one, many, _) in WORDS.items()}}
    return swedish.listing([swedish.count(count, *words[reason]) for reason, count in reasons])


def aside_items(clean: CleanYear) -> list[Item]:
    """What was set aside beside the answers of others than companies, by reason."""
    odd = clean.rejects[~clean.rejects["reason"].isin(tuple(CUSTOMER_WORDS.values()))]
    items = []
    for reason, rows in odd.groupby("reason", sort=False):
        known = WORDS.get(str(reason))
        if known:
            one, many, fix = known
            text = swedish.count(len(rows), one, many)
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
        items.append(Item(f"{text}:", list(_places(rows)), fix))
    if items:
        items.append(Item(f"Allt står efter körningen i data/processed/rejects_{clean.year}.csv."))
    return items


def mendable(clean: CleanYear) -> bool:
    """Whether anything was set aside that could be mended."""
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
