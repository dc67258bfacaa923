"""Why a row or a value does not count: every reason once, with its words and whether it is a loss.

A loss should have counted; what the survey leaves out by design (private persons, the same answer
twice) is none. `losses` holds the losses against the limits of ``rules.yml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis import swedish

QUESTIONNAIRE = "config/questionnaire.yml"

DUPLICATE = "dubblett"
COLLISION = "olika svar med samma nummer"
UNKNOWN_CUSTOMER, NO_CUSTOMER = "okänd kundgrupp", "kundgrupp saknas"
UNKNOWN_AREA, NO_AREA = "okänt område", "område saknas"
NOTHING_ANSWERED = "inga svar på frågorna"
WRONG_WIDTH = "fel antal kolumner"
NO_YEAR, STRAY_YEAR = "ärendeår saknas", "avvikande ärendeår"
TOTAL_ROW = "summerar andra rader"
OTHER_MUNICIPALITY, UNKNOWN_MUNICIPALITY = "annan kommun", "okänd kommun"
BAD_PERIOD = "okänd period"
BAD_SCORE = "inte ett helt tal {low}–{high}"
CUSTOMER_WORDS = {
    "privatperson": "privatperson",
    "forening": "förening",
    "offentlig": "offentlig verksamhet",
}
"""Customer groups that do not count, as the rejects name them."""


@dataclass(frozen=True)
class Reason:
    """Why something does not count.

    Parameters
    ----------
    one, many
        The rows in words, after their number.
    fix
        What the coordinator does about it.
    loss
        Whether the rows should have counted.
    """

    one: str
    many: str
    fix: str
    loss: bool


REASONS = {
    DUPLICATE: Reason(
        "dubblett", "dubbletter", "Samma svar räknas en gång; inget behöver rättas.", loss=False
    ),
    COLLISION: Reason(
        "svar med samma nummer som ett annat",
        "svar med samma nummer som ett annat",
        "Inget av dem räknas. Rätta numren i exporten.",
        loss=True,
    ),
    CUSTOMER_WORDS["privatperson"]: Reason("privatperson", "privatpersoner", "", loss=False),
    CUSTOMER_WORDS["forening"]: Reason("förening", "föreningar", "", loss=False),
    CUSTOMER_WORDS["offentlig"]: Reason(
        "från offentlig verksamhet", "från offentlig verksamhet", "", loss=False
    ),
    UNKNOWN_CUSTOMER: Reason(
        "svar från en okänd kundgrupp",
        "svar från okända kundgrupper",
        "Svaren räknas inte. Är det företag: skriv ordet på raden foretag under kundgrupp i "
        f"{QUESTIONNAIRE}; är det andra, på deras rad.",
        loss=True,
    ),
    NO_CUSTOMER: Reason(
        "svar utan kundgrupp",
        "svar utan kundgrupp",
        "Svaren räknas inte. Fyll i kundgruppen i filen.",
        loss=True,
    ),
    UNKNOWN_AREA: Reason(
        "svar från ett okänt myndighetsområde",
        "svar från okända myndighetsområden",
        f"Svaren räknas inte. Skriv namnet på raden aliases under rätt område i {QUESTIONNAIRE}, "
        "eller rätta cellen.",
        loss=True,
    ),
    NO_AREA: Reason(
        "svar utan myndighetsområde",
        "svar utan myndighetsområde",
        "Svaren räknas inte. Skriv området på varje rad. Står det bara på den första raden i varje "
        "grupp, kopiera det till raderna under.",
        loss=True,
    ),
    NOTHING_ANSWERED: Reason(
        "rad utan svar på någon fråga",
        "rader utan svar på någon fråga",
        "Inget behöver rättas.",
        loss=False,
    ),
    WRONG_WIDTH: Reason(
        "rad med fel antal kolumner",
        "rader med fel antal kolumner",
        "Raden är avbruten eller delad och räknas inte. Rätta den, eller exportera som .xlsx.",
        loss=True,
    ),
    NO_YEAR: Reason(
        "rad utan ärendeår",
        "rader utan ärendeår",
        "Svaren räknas inte. Fyll i årtalet i filen, till exempel 2025.",
        loss=True,
    ),
    STRAY_YEAR: Reason(
        "rad med ett avvikande ärendeår",
        "rader med ett avvikande ärendeår",
        "Svaren räknas inte. Rätta årtalet om det är felskrivet.",
        loss=True,
    ),
    OTHER_MUNICIPALITY: Reason(
        "svar om en annan kommun",
        "svar om andra kommuner",
        "Bara den egna kommunens svar räknas; inget behöver rättas.",
        loss=False,
    ),
    UNKNOWN_MUNICIPALITY: Reason(
        "svar utan känd kommun",
        "svar utan känd kommun",
        "Svaren räknas inte. Skriv kommunens namn eller kod i kolumnen för kommun.",
        loss=True,
    ),
    TOTAL_ROW: Reason(
        "rad som summerar andra rader",
        "rader som summerar andra rader",
        "Raderna är inga svar; inget behöver rättas.",
        loss=False,
    ),
}
"""Of whole rows, in the order they are told."""

PERIOD_REASON = Reason(
    "svar med okänd period",
    "svar med okänd period",
    "Svaren räknas i helåret. Skriv T1, T2, T3 eller ett datum.",
    loss=True,
)
"""Of a period that nobody knows: the row counts, but in no tertial."""

YEARLESS = (WRONG_WIDTH, TOTAL_ROW, NO_YEAR, STRAY_YEAR)
"""Reasons of rows whose own year cannot be relied on."""
LOSSES = tuple(name for name, reason in REASONS.items() if reason.loss)


def in_words(counts: Mapping[str, int]) -> str:
    """Rows that do not count, by reason.

    >>> in_words({"privatperson": 30, "dubblett": 1}).replace(chr(160), " ")
    '30 privatpersoner och 1 dubblett'
    """
    return swedish.listing(
        [swedish.count(n, REASONS[name].one, REASONS[name].many) for name, n in counts.items()]
    )
