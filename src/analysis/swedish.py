"""Swedish numbers, dates and lists, as a reader expects to see them in print.

Decimal comma, U+2212 as minus, no-break spaces inside numbers and before units.
Locale data come from Babel; this module adds the report's own conventions.
"""

from __future__ import annotations

import calendar
import math
from collections.abc import Sequence
from datetime import date

from babel.dates import format_date
from babel.numbers import format_decimal

LOCALE = "sv_SE"
NBSP = "\u00a0"
MINUS = "\u2212"
DASH = "\u2013"
WORDS = ("noll", "ett", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio")
MISSING = DASH
"""The text for a number that does not exist; a hidden number has words of its own."""


def rounded(value: float, decimals: int = 1) -> float:
    """Round half away from zero, as a reader does by hand.

    Every published number passes here once, so that page, PDF and tables agree. Binary
    fractions just below a half (79.35 is stored as 79.3499…) count as that half.

    >>> rounded(79.35), rounded(-0.25), rounded(0.04)
    (79.4, -0.3, 0.0)
    """
    scale = 10.0**decimals
    whole = math.floor(abs(value) * scale + 0.5 + 1e-9)
    return math.copysign(whole / scale, value) if whole else 0.0


def _known(value: float | None) -> float | None:
    """The value, or None for the missing values of frames (NaN, NA)."""
    try:
        return None if value is None or math.isnan(value) else value
    except TypeError:
        return None


def number(value: float | None, decimals: int = 1) -> str:
    """A number with decimal comma and no-break thousands separator.

    >>> number(79.5), number(-2.04), number(250000, 0), number(None)
    ('79,5', '−2,0', '250\\xa0000', '–')

    A value that rounds to zero carries no sign:

    >>> number(-0.04)
    '0,0'
    """
    if (known := _known(value)) is None:
        return MISSING
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    text = format_decimal(rounded(known, decimals), format=pattern, locale=LOCALE)
    return text.replace("-", MINUS).replace(" ", NBSP)


def published(value: float | None) -> str:
    """A published value as in its source, never with a decimal that the source lacks.

    >>> published(75.0), published(66.7), published(None)
    ('75', '66,7', '–')
    """
    known = _known(value)
    return number(value, 0 if known is not None and rounded(known).is_integer() else 1)


def signed(value: float | None, decimals: int = 1) -> str:
    """A change, always with its sign.

    >>> signed(1.25), signed(-3), signed(0.01)
    ('+1,3', '−3,0', '±0,0')
    """
    if (known := _known(value)) is None:
        return MISSING
    shown = rounded(known, decimals)
    if shown == 0:
        return "±" + number(0.0, decimals)
    return ("+" if shown > 0 else "") + number(shown, decimals)


def difference(now: float, before: float, decimals: int = 1) -> float:
    """The difference between two numbers as shown, for a sentence that contains both.

    >>> difference(73.84, 71.96), difference(79.84, 81.25)
    (1.8, -1.5)
    """
    return rounded(rounded(now, decimals) - rounded(before, decimals), decimals)


def percent(share: float | None, decimals: int = 0) -> str:
    """A share 0–1 as a percentage.

    >>> percent(0.123, 1), percent(0.4)
    ('12,3\\xa0%', '40\\xa0%')
    """
    if (known := _known(share)) is None:
        return MISSING
    return f"{number(known * 100, decimals)}{NBSP}%"


def whole_percent(shares: Sequence[float]) -> list[int]:
    """Shares of a whole as whole per cent that add up: what is lost goes to the largest remainders.

    >>> whole_percent([0.093, 0.3505, 0.5565]), whole_percent([1 / 3, 1 / 3, 1 / 3])
    ([9, 35, 56], [34, 33, 33])
    """
    exact = [rounded(share * 100, 6) for share in shares]
    whole = [math.floor(value) for value in exact]
    lost = round(sum(exact)) - sum(whole)
    largest = sorted(range(len(exact)), key=lambda place: whole[place] - exact[place])
    return [value + (place in largest[:lost]) for place, value in enumerate(whole)]


def interval(lower: float | None, upper: float | None, decimals: int = 1) -> str:
    """A range with an en dash; spaced when a bound is negative, so the signs stay readable.

    >>> interval(68.2, 75.1), interval(-1, 2)
    ('68,2–75,1', '−1,0\\xa0–\\xa02,0')
    """
    low, high = _known(lower), _known(upper)
    if low is None or high is None:
        return MISSING
    dash = f"{NBSP}{DASH}{NBSP}" if low < 0 or high < 0 else DASH
    return f"{number(lower, decimals)}{dash}{number(upper, decimals)}"


def years(values: Sequence[int]) -> str:
    """A series of years, shortened to a range.

    >>> years([2021, 2022, 2023]), years([2025]), years([])
    ('2021–2023', '2025', '–')
    """
    if not values:
        return MISSING
    first, last = min(values), max(values)
    return str(first) if first == last else f"{first}{DASH}{last}"


def long_date(day: date) -> str:
    """A date in words.

    >>> long_date(date(2025, 5, 31))
    '31\\xa0maj\\xa02025'
    """
    return format_date(day, "d MMMM y", locale=LOCALE).replace(" ", NBSP)


def month(day: date) -> str:
    """Month and year in words.

    >>> month(date(2025, 1, 15))
    'januari\\xa02025'
    """
    return format_date(day, "MMMM y", locale=LOCALE).replace(" ", NBSP)


def span(start: date, end: date) -> str:
    """A period in words; whole months are told as months.

    >>> span(date(2024, 1, 1), date(2024, 8, 31)), span(date(2026, 4, 1), date(2026, 4, 30))
    ('januari–augusti\\xa02024', 'april\\xa02026')
    >>> span(date(2024, 9, 1), date(2025, 1, 31)), span(date(2025, 1, 1), date(2025, 12, 31))
    ('september\\xa02024 – januari\\xa02025', '2025')
    >>> span(date(2025, 1, 7), date(2025, 1, 31))
    '7\\xa0januari\\xa02025 – 31\\xa0januari\\xa02025'
    """
    last = calendar.monthrange(end.year, end.month)[1]
    if start.day != 1 or end.day != last:
        return f"{long_date(start)} {DASH} {long_date(end)}"
    if start.year != end.year:
        return f"{month(start)} {DASH} {month(end)}"
    if (start.month, end.month) == (1, 12):
        return str(start.year)
    if start.month == end.month:
        return month(start)
    return f"{format_date(start, 'MMMM', locale=LOCALE)}{DASH}{month(end)}"


def listing(items: Sequence[str], conjunction: str = "och") -> str:
    """A list in running text.

    >>> listing(["bygglov", "brandskydd", "livsmedel"]), listing(["bygglov"])
    ('bygglov, brandskydd och livsmedel', 'bygglov')
    """
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {conjunction} {items[-1]}"


def tertials(told: Sequence[str]) -> str:
    """Tertials in words, consecutive ones as a range.

    >>> tertials(["T1", "T2"]), tertials(["T2"]), tertials(["T1", "T3"]), tertials([])
    ('T1–T2', 'T2', 'T1 och T3', '')
    """
    if len(told) > 1 and int(told[-1][1:]) - int(told[0][1:]) == len(told) - 1:
        return f"{told[0]}{DASH}{told[-1]}"
    return listing(told)


def count(amount: int, one: str, many: str) -> str:
    """A counted noun in the right number, whole numbers up to twelve in figures as well.

    >>> count(1, "svar", "svar"), count(3, "område", "områden")
    ('1\\xa0svar', '3\\xa0områden')
    """
    return f"{number(amount, 0)}{NBSP}{one if amount == 1 else many}"


def number_word(number: int) -> str:
    """A small whole number as a word, as running text has it; others in figures.

    >>> number_word(2), number_word(11)
    ('två', '11')
    """
    return WORDS[number] if 0 <= number < len(WORDS) else str(number)


def capitalised(text: str) -> str:
    """The first letter as a capital, the rest as it stands.

    >>> capitalised("åtgärder enligt KS")
    'Åtgärder enligt KS'
    """
    return text[:1].upper() + text[1:]
