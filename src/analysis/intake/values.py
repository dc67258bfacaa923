"""One cell at a time: scores, years, periods, areas and coded values from text.

Every function answers for text as `words.cell_text` gives it, and never guesses.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from analysis.intake.columns import AREA, CUSTOMER
from analysis.intake.words import plain, value_key, without_code
from analysis.settings import Background, Settings

VALID, BLANK, DONT_KNOW, UNREADABLE = 0, 1, 2, 3
"""What a cell of a question holds."""

# "8", "8,0", "8.", "10 - mycket nöjd", "1 = inte alls"; never a number grown into a word.
SCORE = re.compile(r"(\d{1,2})(?:[.,]0+)?(?:\s*[.)]|(?:\s*[-–—=:.()]+\s*|\s+)[^\W\d_]\D*)?")
ALTERNATIVES = re.compile(r"[/,;]|\beller\b", re.IGNORECASE)
YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
ISO_DATE = re.compile(r"((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T].*)?")
COMPACT_DATE = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
ISO_MONTH = re.compile(r"(?:19|20)\d\d[-/.](0[1-9]|1[0-2])")
NORDIC_DATE = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.]((?:19|20)\d\d)(?:[ T].*)?")
TERTIAL = re.compile(r"(?:(?:19|20)\d\d)?(?:t|tertial|period)([123])(?:(?:19|20)\d\d)?|([123])")
EXCEL_EPOCH = date(1899, 12, 30)
EXCEL_DATES = range(36526, 73051)
"""Serial numbers of the days of 2000–2099, as Excel stores a date that lost its format."""
COUNT = re.compile(r"(\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d{1,9})(?:[.,]0+)?\s*(?:kr|kronor|st)?\.?")
MONTHS_OF_TERTIAL = 4


@dataclass(frozen=True)
class Reader:
    """Reads cells by the rules of one configuration."""

    settings: Settings

    @cached_property
    def _missing(self) -> frozenset[str]:
        return frozenset(value_key(word) for word in self.settings.questionnaire.missing_answers)

    @cached_property
    def _areas(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for area in self.settings.questionnaire.areas:
            for name in (area.key, area.name, *area.aliases):
                found.setdefault(plain(name), area.key)
        return found

    @cached_property
    def _coded(self) -> Mapping[str, Mapping[str, str]]:
        return {field.key: _spellings(field) for field in self.settings.questionnaire.background}

    def score(self, text: str) -> tuple[float, int]:
        """The score of a cell and what the cell holds.

        A whole number on the scale, alone or followed by its label, is valid; anything else is
        missing, "vet ej", or unreadable. Nothing is rounded or clipped.
        """
        if not text:
            return float("nan"), BLANK
        if self.is_missing(text):
            return float("nan"), DONT_KNOW
        scale = self.settings.rules.index
        match = SCORE.fullmatch(unicodedata.normalize("NFKC", text).replace("\u00a0", " ").strip())
        if match and scale.lowest.value <= int(match[1]) <= scale.highest.value:
            return float(int(match[1])), VALID
        return float("nan"), UNREADABLE

    def area(self, text: str) -> str | None:
        """The key of an area by key, name or alias, or None."""
        return self._areas.get(plain(text)) or self._areas.get(plain(without_code(text)))

    def coded(self, field: str, text: str) -> str | None:
        """The canonical value of a background field with fixed values, or None."""
        return self._coded[field].get(value_key(text))

    def field_of(self, texts: Sequence[str], among: Collection[str]) -> str | None:
        """Which of the fields whose values nobody mistakes most of some texts belong to, or None.

        For proposals: what stands in a column says more than a header nobody knows.
        """
        filled = [text for text in texts if not self.is_missing(text)]
        known = {
            AREA: sum(self.area(text) is not None for text in filled),
            CUSTOMER: sum(self.coded(CUSTOMER, text) is not None for text in filled),
        }
        return next((key for key in known if key in among and 2 * known[key] > len(filled)), None)

    def is_missing(self, text: str) -> bool:
        """Whether a cell says that there is no value: "Vet ej", "99 - Vet ej", "Vet ej/blank"."""
        if not text or value_key(text) in self._missing:
            return True
        words = without_code(text)
        return plain(words) != "" and all(
            value_key(part) in self._missing for part in ALTERNATIVES.split(words)
        )


def _spellings(field: Background) -> dict[str, str]:
    found: dict[str, str] = {}
    for value, spellings in field.values.items():
        for spelling in (value, *spellings):
            found.setdefault(value_key(spelling), value)
    return found


def day(text: str) -> date | None:
    """A date in Swedish order, as ISO, or as an Excel serial number; else None.

    >>> day("2024-03-01"), day("1/3 2024"), day("45352")
    (datetime.date(2024, 3, 1), None, datetime.date(2024, 3, 1))
    """
    if text.isdecimal() and int(text) in EXCEL_DATES:
        return EXCEL_EPOCH + timedelta(days=int(text))
    if match := ISO_DATE.fullmatch(text) or COMPACT_DATE.fullmatch(text):
        parts = int(match[1]), int(match[2]), int(match[3])
    elif match := NORDIC_DATE.fullmatch(text):
        parts = int(match[3]), int(match[2]), int(match[1])
    else:
        return None
    try:
        return date(*parts)
    except ValueError:
        return None


def case_year(text: str) -> int | None:
    """The one year a text names, or None when it names none or several.

    >>> case_year("2024"), case_year("Helår 2024"), case_year("2023/2024")
    (2024, 2024, None)
    """
    found = {int(year) for year in YEAR.findall(text)}
    return found.pop() if len(found) == 1 else None


def tertial(text: str) -> str | None:
    """T1, T2 or T3 from a tertial's name, a month or a date; else None.

    >>> tertial("Tertial 2"), tertial("2024 T3"), tertial("2024-09-30"), tertial("2024-04")
    ('T2', 'T3', 'T3', 'T1')
    >>> tertial("vår") is None
    True
    """
    if match := TERTIAL.fullmatch(plain(text)):
        return f"T{match[1] or match[2]}"
    if match := ISO_MONTH.fullmatch(text):
        month = int(match[1])
    elif when := day(text):
        month = when.month
    else:
        return None
    return f"T{(month - 1) // MONTHS_OF_TERTIAL + 1}"


def whole_number(text: str) -> int | None:
    """A count such as ``1 250`` or ``18500 kr``, or None.

    >>> whole_number("1 250"), whole_number("18500 kr"), whole_number("3,0"), whole_number("3,5")
    (1250, 18500, 3, None)
    """
    match = COUNT.fullmatch(text)
    return int(re.sub(r"\D", "", match[1])) if match else None


def decimal(text: str) -> float | None:
    """A number with decimal comma or point, or None.

    >>> decimal("79,5"), decimal("79.5"), decimal("-"), decimal("inf")
    (79.5, 79.5, None, None)
    """
    return float(text.replace(",", ".")) if re.fullmatch(r"-?\d{1,9}(?:[.,]\d+)?", text) else None
