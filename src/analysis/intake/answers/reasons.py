"""Reasons for not counting a row or a value, with their words; some of them are losses.

A lost row should have counted. Rows left out by the survey's design (private persons, duplicates)
are no loss. `judging.losses` compares the losses with the limits in ``guards.yml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from analysis import swedish

QUESTIONNAIRE = "config/questionnaire.yml"
BAD_SCORE = "inte ett helt tal {low}–{high}"


class Reason(StrEnum):
    """A reason for not counting a row or a value, in the order in which reasons are reported.

    Parameters
    ----------
    value
        Its name among the rejects and in the ledger.
    one, many
        The rows in words, after their number.
    fix
        The coordinator's remedy.
    loss
        Whether the rows should have counted.
    """

    one: str
    many: str
    fix: str
    loss: bool

    def __new__(cls, value: str, one: str, many: str, fix: str = "", loss: bool = False) -> Reason:
        """Make a reason whose value is its name."""
        reason = str.__new__(cls, value)
        reason._value_ = value
        reason.one, reason.many, reason.fix, reason.loss = one, many, fix, loss
        return reason

    def told(self, number: int) -> str:
        """A number of rows in words."""
        return swedish.count(number, self.one, self.many)

    DUPLICATE = (
        "dubblett",
        "dubblett",
        "dubbletter",
        "Samma svar räknas en gång; inget behöver rättas.",
    )
    COLLISION = (
        "olika svar med samma nummer",
        "svar med samma nummer som ett annat",
        "svar med samma nummer som ett annat",
        "Inget av dem räknas. Rätta numren i exporten.",
        True,
    )
    PRIVATE = "privatperson", "privatperson", "privatpersoner"
    ASSOCIATION = "förening", "förening", "föreningar"
    PUBLIC = (
        "offentlig verksamhet",
        "från offentlig verksamhet",
        "från offentlig verksamhet",
    )
    UNKNOWN_CUSTOMER = (
        "okänd kundgrupp",
        "svar från en okänd kundgrupp",
        "svar från okända kundgrupper",
        "Svaren räknas inte. Är det företag: skriv ordet på raden foretag under kundgrupp i "
        f"{QUESTIONNAIRE}; är det andra, på deras rad.",
        True,
    )
    NO_CUSTOMER = (
        "kundgrupp saknas",
        "svar utan kundgrupp",
        "svar utan kundgrupp",
        "Svaren räknas inte. Fyll i kundgruppen i filen.",
        True,
    )
    UNKNOWN_AREA = (
        "okänt område",
        "svar från ett okänt myndighetsområde",
        "svar från okända myndighetsområden",
        f"Svaren räknas inte. Skriv namnet på raden aliases under rätt område i {QUESTIONNAIRE}, "
        "eller rätta cellen.",
        True,
    )
    NO_AREA = (
        "område saknas",
        "svar utan myndighetsområde",
        "svar utan myndighetsområde",
        "Svaren räknas inte. Skriv området på varje rad. Står det bara på den första raden i varje "
        "grupp, kopiera det till raderna under.",
        True,
    )
    NOTHING_ANSWERED = (
        "inga svar på frågorna",
        "rad utan svar på någon fråga",
        "rader utan svar på någon fråga",
        "Inget behöver rättas.",
    )
    WRONG_WIDTH = (
        "fel antal kolumner",
        "rad med fel antal kolumner",
        "rader med fel antal kolumner",
        "Raden är avbruten eller delad och räknas inte. Rätta den, eller exportera som .xlsx.",
        True,
    )
    NO_YEAR = (
        "ärendeår saknas",
        "rad utan ärendeår",
        "rader utan ärendeår",
        "Svaren räknas inte. Fyll i årtalet i filen, till exempel 2025.",
        True,
    )
    STRAY_YEAR = (
        "avvikande ärendeår",
        "rad med ett avvikande ärendeår",
        "rader med ett avvikande ärendeår",
        "Svaren räknas inte. Rätta årtalet om det är felskrivet.",
        True,
    )
    OTHER_MUNICIPALITY = (
        "annan kommun",
        "svar om en annan kommun",
        "svar om andra kommuner",
        "Bara den egna kommunens svar räknas; inget behöver rättas.",
    )
    UNKNOWN_MUNICIPALITY = (
        "okänd kommun",
        "svar utan känd kommun",
        "svar utan känd kommun",
        "Svaren räknas inte. Skriv kommunens namn eller kod i kolumnen för kommun.",
        True,
    )
    TOTAL_ROW = (
        "summerar andra rader",
        "rad som summerar andra rader",
        "rader som summerar andra rader",
        "Raderna är inga svar; inget behöver rättas.",
    )
    BAD_PERIOD = (
        "okänd period",
        "svar med okänd period",
        "svar med okänd period",
        "Svaren räknas i helåret. Skriv T1, T2, T3 eller ett datum.",
        True,
    )
    """Reason of a single value: the row counts, but in no tertial."""


REASONS = {str(reason): reason for reason in Reason}
"""Reasons by name."""
CUSTOMERS = {
    "privatperson": Reason.PRIVATE,
    "forening": Reason.ASSOCIATION,
    "offentlig": Reason.PUBLIC,
}
"""Customer groups that do not count, by key."""
YEARLESS = (Reason.WRONG_WIDTH, Reason.TOTAL_ROW, Reason.NO_YEAR, Reason.STRAY_YEAR)
"""Reasons of rows whose own year cannot be relied on."""
NOT_OURS = (Reason.OTHER_MUNICIPALITY, Reason.UNKNOWN_MUNICIPALITY)
"""Reasons of rows that may be about another municipality than the report's."""
LOSSES = tuple(reason for reason in Reason if reason.loss)
HARMLESS = tuple(reason for reason in Reason if not reason.loss)
"""Reasons that need no attention before a run."""


def in_words(counts: Mapping[str, int]) -> str:
    """Rows that do not count, by reason.

    >>> in_words({"privatperson": 30, "dubblett": 1}).replace(chr(160), " ")
    '30 privatpersoner och 1 dubblett'
    """
    return swedish.listing([REASONS[name].told(number) for name, number in counts.items()])
