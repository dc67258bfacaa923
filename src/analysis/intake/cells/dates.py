"""Dates in the forms of exports, spreadsheets and people; a column is read as a whole.

"4/1/2025" alone is the fourth of January or the first of April. The column decides: one date that
can only be month/day settles the order of all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from analysis import swedish

Order = Literal["", "day", "month", "mixed"]
"""The first part of a column's numeric dates, day or month; empty where unknown."""

YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
# A time of day after a date: "T14:02:11", " 2:02:11 PM", " kl. 14.02".
CLOCK = re.compile(
    r"(?:[ T,]+|\s+kl\.?\s*)\d{1,2}[:.]\d\d(?:[:.]\d\d(?:[.,]\d+)?)?\s*(?P<half>[ap]\.?m\.?)?"
    r"\s*(?:Z|[+-]\d\d:?\d\d|UTC|GMT)?$",
    re.IGNORECASE,
)
ISO_DATE = re.compile(r"((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})")
COMPACT_DATE = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
# "19/6/2025", "6-19-2025", "1.9.2025", "19/6 2025", "6/19/25", "19/6-25".
NUMERIC_DATE = re.compile(r"(\d{1,2})(?:[-/.](\d{1,2})[-/. ]((?:19|20)\d\d)|/(\d{1,2})[-/](\d\d))")
# "13 september 2025", "den 13 sept. 2025", "13-sep-2025", "September 13, 2025".
WORD_DATE = re.compile(
    r"(?:[^\W\d_]+\s+)??(?:(?P<day>\d{1,2})(?:st|nd|rd|th|:?e|\.)?[\s-]+)?(?P<month>[^\W\d_]+)\.?"
    r"(?:\s+(?P<late>\d{1,2})(?:st|nd|rd|th)?,)?(?:[\s,-]+(?P<year>(?:19|20)\d\d))?"
)
MONTH_WORDS = (
    ("jan", "januari", "january"),
    ("feb", "febr", "februari", "february"),
    ("mar", "mars", "march"),
    ("apr", "april"),
    ("maj", "may"),
    ("jun", "juni", "june"),
    ("jul", "juli", "july"),
    ("aug", "augusti", "august"),
    ("sep", "sept", "september"),
    ("okt", "oct", "oktober", "october"),
    ("nov", "november"),
    ("dec", "december"),
)
MONTHS = {word: number for number, words in enumerate(MONTH_WORDS, start=1) for word in words}
EXCEL_EPOCH = date(1899, 12, 30)
EXCEL_DATES = range(36526, 73051)
"""Serial numbers of the days of 2000–2099, as Excel stores a date that lost its format."""
# A whole date in a file's name is the day of the export: "2026-01-15", "20260115", "15.1.2026".
DATE_IN_NAME = re.compile(
    r"(?<!\d)(?:(?:19|20)\d\d([-_. ]?)(?:0?[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01]|[1-9])"
    r"|(?:0?[1-9]|[12]\d|3[01])([-_. ])(?:0?[1-9]|1[0-2])\2(?:19|20)\d\d)(?!\d)"
)
CENTURY = 2000


def day(text: str) -> date | None:
    """A date in Swedish order, as ISO, in words, or as an Excel serial number; else None.

    >>> {day("2024-03-01"), day("1/3 2024"), day("45352"), day("1 mars 2024"), day("Mar 1, 2024")}
    {datetime.date(2024, 3, 1)}
    """
    if text.isdecimal() and int(text) in EXCEL_DATES:
        return EXCEL_EPOCH + timedelta(days=int(text))
    bare = CLOCK.sub("", text).strip()
    if match := ISO_DATE.fullmatch(bare) or COMPACT_DATE.fullmatch(bare):
        return _date(match[1], match[2], match[3])
    if numbers := _numeric(bare):
        first, second, year = numbers
        return _date(year, second, first)
    if (match := WORD_DATE.fullmatch(bare)) and match["month"].casefold() in MONTHS:
        number = match["day"] or match["late"]
        if number and match["year"]:
            return _date(match["year"], MONTHS[match["month"].casefold()], number)
    return None


def month(text: str) -> int | None:
    """The month that a text names in words, with or without a day or a year; else None.

    >>> month("sept 2025"), month("13 september"), month("2025 maj"), month("vår")
    (9, 9, 5, None)
    """
    words = re.findall(r"[^\W\d_]+", CLOCK.sub("", text))
    numbers = re.findall(r"\d+", text)
    found = {MONTHS[word.casefold()] for word in words if word.casefold() in MONTHS}
    return found.pop() if len(found) == len(words) == 1 and len(numbers) <= 2 else None


def case_year(text: str) -> int | None:
    """The year that a text names, or None when it names no year or several.

    >>> case_year("2024"), case_year("Helår 2024"), case_year("2023/2024")
    (2024, 2024, None)
    """
    found = {int(year) for year in YEAR.findall(text)}
    return found.pop() if len(found) == 1 else None


def named_year(stem: str) -> int | None:
    """The case year in a file's name; a whole date there is the day of the export.

    >>> named_year("insikt_2025"), named_year("insikt_export_2026-01-15")
    (2025, None)
    >>> named_year("insikt_2025_uttag_15.1.2026"), named_year("insikt_20260115_1402")
    (2025, None)
    """
    return case_year(DATE_IN_NAME.sub(" ", stem))


def several_years(stem: str) -> str:
    """A sentence about the years in a file's name where there are several; else empty.

    >>> several_years("Insikt 2025 (uttag april 2026)"), several_years("insikt_2025")
    (' I filens namn står flera år: 2025 och 2026.', '')
    """
    years = sorted(set(YEAR.findall(DATE_IN_NAME.sub(" ", stem))))
    return f" I filens namn står flera år: {swedish.listing(years)}." if len(years) > 1 else ""


def has_date(stem: str) -> bool:
    """Whether a file's name holds a whole date."""
    return DATE_IN_NAME.search(stem) is not None


def _numeric(text: str) -> tuple[int, int, int] | None:
    """The three numbers of "6/19/2025" in the order they stand."""
    match = NUMERIC_DATE.fullmatch(text)
    if not match:
        return None
    if match[3]:
        return int(match[1]), int(match[2]), int(match[3])
    return int(match[1]), int(match[4]), CENTURY + int(match[5])


def _date(year: str | int, in_year: str | int, number: str | int) -> date | None:
    try:
        return date(int(year), int(in_year), int(number))
    except ValueError:
        return None


@dataclass(frozen=True)
class Dates:
    """The form of a column's dates.

    Parameters
    ----------
    order
        The first part of its numeric dates.
    sure
        Whether the order is certain, from a date with only one reading or from a clock with AM
        and PM.
    numeric
        Number of different numeric dates.
    examples
        One date that can only be day/month, one that can only be month/day; empty where none.
    turned
        Whether a spreadsheet program seems to have read some dates of an American column as
        Swedish dates and left the rest as text.
    """

    order: Order
    sure: bool
    numeric: int
    examples: tuple[str, str]
    turned: bool

    def iso(self, text: str) -> str:
        """The date of a cell as ISO; the text itself where it is not a date."""
        bare = CLOCK.sub("", text).strip()
        numbers = _numeric(bare)
        if numbers is None:
            return text
        first, second, year = numbers
        if self.order == "month":
            first, second = second, first
        when = _date(year, second, first)
        return when.isoformat() if when else text


def dates_of(texts: Iterable[str], enough: int) -> Dates:
    """The form of a column's dates, from all of its different texts.

    Parameters
    ----------
    texts
        The column's texts.
    enough
        Number of dates from which chance does not explain that none lies after the twelfth.
    """
    swedish = american = ""
    halves, numeric, iso_days = False, 0, set()
    for text in texts:
        clock = CLOCK.search(text)
        bare = CLOCK.sub("", text).strip()
        if match := ISO_DATE.fullmatch(bare):
            iso_days.add((int(match[2]), int(match[3])))
        numbers = _numeric(bare)
        if numbers is None:
            continue
        numeric += 1
        halves = halves or bool(clock and clock["half"])
        first, second, _ = numbers
        if first > 12 >= second:
            swedish = swedish or bare
        elif second > 12 >= first:
            american = american or bare
    order: Order = ""
    if swedish and american:
        order = "mixed"
    elif american or (halves and not swedish):
        order = "month"
    elif swedish:
        order = "day"
    turned = (
        bool(american) and len(iso_days) >= enough and all(number <= 12 for _, number in iso_days)
    )
    return Dates(order, bool(swedish or american or halves), numeric, (swedish, american), turned)
