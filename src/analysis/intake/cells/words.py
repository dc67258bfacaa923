"""Compares headers and values like a reader, ignoring case, accents and punctuation.

Only equality after this normalisation counts as a match; likeness only leads to proposals.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache

LEADING_CODE = re.compile(
    r"^\s*[\[(]?(?:[^\W\d_]{1,6}[\s_.]?)?\d{1,3}[a-z]?(?:[._-]\d{1,3})*[\])]?\s*[.:)\-–_]*\s*(?=\S)",
    re.IGNORECASE,
)
# A scale at the end of a header: "(1 = inte alls nöjd, 10 = mycket nöjd)", "? 1–10", "skala 1-10".
BRACKETED_END = re.compile(r"(.*\S)\s*[(\[{]([^()\[\]{}]*\d[^()\[\]{}]*)[)\]}]\s*[?:.]?", re.DOTALL)
AFTER_QUESTION = re.compile(r"(.*\?)([^?]*\d[^?]*)", re.DOTALL)
SCALE_WORD = re.compile(
    r"(.*\S)[\s,;:–-]+(?:på\s+en\s+)?skala[^\W\d_]*\b(.*\d.*)", re.DOTALL | re.IGNORECASE
)
LARGEST_SCALE = 100
# A question in a grid, after the grid's heading.
GRID_BRACKETS = re.compile(r"(.*\S)\s*\[([^\[\]]+)\]", re.DOTALL)
GRID_SIGN = re.compile(
    r"(.*\S)(?:\s+[-–—|>/]\s+|:\s+|\s*\n\s*|(?<=\?)[\s.:–-]*(?=\w))(\S.*?)", re.DOTALL
)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\ufeff]+")
# Organisation and personal numbers written as such, e-mail addresses and telephone numbers.
IDENTIFYING = re.compile(
    r"(?<!\d)(?:\d{2})?\d{6}[-+ ]\d{4}(?!\d)"
    r"|\S+@\S+\.\S+"
    r"|(?<!\d)0\d{1,3}[- ]\d{2,3} ?\d{2} ?\d{2}(?!\d)"
)
COMPANY = re.compile(
    r"\w\W+(?:AB|HB|KB|[Aa]ktiebolag|[Hh]andelsbolag|[Kk]ommanditbolag)\b"
    r"|\b(?:AB|HB|KB|[Aa]ktiebolaget|[Hh]andelsbolaget)\W+\w"
)
"""A company's name with its legal form; the form alone is no name."""
BARE_NUMBER = re.compile(r"(?<!\d)(?:\d{2})?(\d{10})(?!\d)")
SHOWN_CHARACTERS, SHOWN_NAME = 40, 120
SCORE_WORDS = 2
"""Most words of a label beside a score; a comment in the wrong column has more."""
HIDDEN = "(dolt)"
KNOWN = 50_000
"""Texts whose forms are remembered: the same headers and words are met again and again."""


@lru_cache(maxsize=KNOWN)
def plain(text: str) -> str:
    """Lower-case letters and digits only, without accents.

    >>> plain("Miljö- och hälsoskydd"), plain("  NÖJD?? ")
    ('miljoochhalsoskydd', 'nojd')
    """
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in folded if character.isalnum())


def without_code(text: str) -> str:
    """The text without a leading number or code.

    >>> without_code("F12. Hur nöjd?"), without_code("[Q3_2] Hur nöjd?"), without_code("T1")
    ('Hur nöjd?', 'Hur nöjd?', 'T1')
    """
    return LEADING_CODE.sub("", text, count=1)


def stated_scale(header: str) -> tuple[str, tuple[int, ...]]:
    """A header without the scale at its end, and the numbers of the scale (empty without one).

    >>> stated_scale("Hur nöjd är du? (1 = inte alls nöjd, 10 = mycket nöjd)")
    ('Hur nöjd är du?', (1, 10))
    >>> stated_scale("Hur nöjd är du? Skala 1–5"), stated_scale("Hur nöjd var du 2024?")
    (('Hur nöjd är du?', (1, 5)), ('Hur nöjd var du 2024?', ()))
    """
    for form in (BRACKETED_END, AFTER_QUESTION, SCALE_WORD):
        if match := form.fullmatch(header.strip()):
            numbers = tuple(map(int, re.findall(r"\d+", match[2])))
            if len(numbers) > 1 and max(numbers) <= LARGEST_SCALE:
                return match[1].strip(" ,.:;–-"), numbers
    return header, ()


@lru_cache(maxsize=KNOWN)
def header_forms(header: str) -> tuple[str, ...]:
    """The texts by which a header may be known: whole, and without the additions of survey tools.

    Tools add a number before the header, a scale after it, and for a question in a grid the grid's
    heading: "Hur nöjd är du med följande? [Vår attityd]", "Hur nöjd är du med - vår attityd".

    >>> list(header_forms("Hur nöjd är du med [vår attityd?]"))[-2:]
    ['vår attityd?', 'Hur nöjd är du med vår attityd?']
    """
    bare, _ = stated_scale(header)
    forms = dict.fromkeys((header, without_code(header), bare, without_code(bare)))
    for form in (GRID_BRACKETS, GRID_SIGN):
        if match := form.fullmatch(bare.strip()):
            heading, item = stated_scale(match[1])[0], stated_scale(match[2])[0]
            forms |= dict.fromkeys((item, f"{without_code(heading)} {item}"))
    return tuple(forms)


def value_key(text: str) -> str:
    """The common form of all spellings of a value; a bare sign stands for itself.

    >>> value_key("Vet ej") == value_key("VET EJ."), value_key(" - ")
    (True, '-')
    """
    return plain(text) or text.strip()


def nearest(text: str, candidates: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The candidate that a text begins with, else the one most like it, or None.

    >>> nearest("Bygglov - strandskydd", ["Bygglov", "Brandskydd"]), nearest("Byglov", ["Bygglov"])
    ('Bygglov', 'Bygglov')
    """
    by_plain = {plain(candidate): candidate for candidate in candidates}
    words = re.findall(r"\w+", without_code(text))
    for size in range(len(words), 0, -1):
        if known := by_plain.get(plain("".join(words[:size]))):
            return known
    found = difflib.get_close_matches(plain(without_code(text)), by_plain, n=1, cutoff=cutoff)
    return by_plain[found[0]] if found else None


def cell_text(value: object) -> str:
    """A cell as text, equal for CSV and Excel.

    >>> cell_text(8.0), cell_text(" 8,0 "), cell_text(date(2024, 3, 1)), cell_text(None)
    ('8', '8,0', '2024-03-01', '')
    """
    if type(value) is str:
        return value.strip() if value.isascii() else unicodedata.normalize("NFC", value).strip()
    if value is None:
        return ""
    if isinstance(value, bool):
        return "sant" if value else "falskt"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ") if value.time() != time() else value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value).strip()


def cell_at(row: Sequence[object], place: int) -> str:
    """A cell of a row as text; empty where the row is too short."""
    return cell_text(row[place]) if place < len(row) else ""


def identifies(text: str) -> bool:
    """Whether a text contains a number, address or name that identifies a company or a person.

    >>> identifies("556036-0793"), identifies("5560360793"), identifies("1000000124")
    (True, True, False)
    >>> identifies("Kvastens Snickeri AB"), identifies("Aktiebolag")
    (True, False)
    """
    if IDENTIFYING.search(text) or COMPANY.search(text):
        return True
    bare = BARE_NUMBER.search(text)
    return bare is not None and _has_check_digit(bare[1])


def _has_check_digit(digits: str) -> bool:
    """Luhn's check, which every Swedish organisation and personal number passes."""
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(digits)]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def shown(text: str) -> str:
    """A value in a form that may be shown: one short line, identifying numbers masked.

    >>> shown("11"), shown("AB 556677-8899"), shown("x" * 50)[-1]
    ('11', '(dolt)', '…')
    """
    return HIDDEN if identifies(text) else _one_line(text, SHOWN_CHARACTERS)


def _one_line(text: str, most: int) -> str:
    line = CONTROL.sub(" ", text).strip()
    return line if len(line) <= most else line[: most - 1] + "…"


def shown_score(text: str) -> str:
    """An unreadable score in a form that may be shown; a text like a comment is hidden.

    >>> shown_score("11 - mycket nöjd"), shown_score("De svarade aldrig")
    ('11 - mycket nöjd', '(dolt)')
    """
    return shown(text) if len(re.findall(r"[^\W\d_]+", text)) <= SCORE_WORDS else HIDDEN


def shown_name(name: str) -> str:
    """A file, sheet or column name in a form that may be shown: one line, not too long."""
    return _one_line(name, SHOWN_NAME)
