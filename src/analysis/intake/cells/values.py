"""One cell at a time: scores, years, periods, areas and coded values from text.

Every function takes text from `words.cell_text`, and none of them guesses.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from analysis.intake.cells.dates import MONTHS, day, month
from analysis.intake.cells.keys import AREA, CUSTOMER
from analysis.intake.cells.words import plain, value_key, without_code
from analysis.settings import Settings

VALID, BLANK, DONT_KNOW, UNREADABLE = 0, 1, 2, 3
"""Kinds of content in a question's cell."""

# "8", "8,0", "8.", "10 - mycket nöjd", "1 = inte alls"; never a number grown into a word.
SCORE = re.compile(
    r"[(\[]?(\d{1,2})(?:[.,]0+)?(?:\s*[.)\]]|(?:\s*[-–—=:.,()\[\]]+\s*|\s+)([^\W\d_]\D*))?"
)
# "Mycket nöjd 10", "Mycket nöjd (10)", "Inte alls nöjd: 1", the number on a line of its own.
LABEL_FIRST = re.compile(
    r"([^\W\d_][^\d\W]*(?:[\s,/-]+[^\W\d_]+){0,5})(?:\s*[-–—=:.,;(\[]+\s*|\s+)(\d{1,2})"
    r"(?:[.,]0+)?\s*[)\].]*"
)
ALTERNATIVES = re.compile(r"[/,;]|\beller\b", re.IGNORECASE)
ISO_MONTH = re.compile(r"(?:19|20)\d\d[-/.](0[1-9]|1[0-2])")
TERTIAL = re.compile(r"(?:(?:19|20)\d\d)?(?:t|tertial|period)([123])(?:(?:19|20)\d\d)?|([123])")
COUNT = re.compile(r"(\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d{1,9})(?:[.,]0+)?\s*(?:kr|kronor|st)?\.?")
MONTHS_OF_TERTIAL = 4
LABEL_WORDS = 4
"""Most words of the label of a row of sums."""


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
            for name in area.names:
                found.setdefault(plain(name), area.key)
        return found

    @cached_property
    def _coded(self) -> Mapping[tuple[str, str], str]:
        """Canonical values by field and spelling."""
        found: dict[tuple[str, str], str] = {}
        for field in self.settings.questionnaire.background:
            for value, spellings in field.values.items():
                for spelling in (value, *spellings):
                    found.setdefault((field.key, value_key(spelling)), value)
        return found

    def score(self, text: str) -> tuple[float, int]:
        """The score of a cell, and the kind of its content.

        A whole number on the scale, alone or beside its label, is valid; any other content is
        missing, "vet ej", or unreadable. Scores are never rounded or clipped. A number beside a
        month is a date into which a spreadsheet program has changed the content.
        """
        if not text:
            return float("nan"), BLANK
        if self.is_missing(text):
            return float("nan"), DONT_KNOW
        spaced = unicodedata.normalize("NFKC", text).replace("\u00a0", " ").strip()
        if match := SCORE.fullmatch(spaced):
            number, label = match[1], match[2] or ""
        elif match := LABEL_FIRST.fullmatch(spaced):
            number, label = match[2], match[1]
            if self.is_missing(label):
                return float("nan"), DONT_KNOW
        else:
            return float("nan"), UNREADABLE
        known = int(number) in self.settings.rules.index.scores
        if known and label.strip(" .").casefold() not in MONTHS:
            return float(int(number)), VALID
        return float("nan"), UNREADABLE

    @cached_property
    def _area_forms(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        forms = self.settings.questionnaire.area_forms
        return tuple(map(plain, forms.before)), tuple(map(plain, forms.after))

    @cached_property
    def _total_words(self) -> frozenset[str]:
        return frozenset(map(plain, self.settings.questionnaire.total_words))

    def area(self, text: str) -> str | None:
        """The key of an area by key, name or alias, bare or in a usual form, or None."""
        for name in (plain(text), plain(without_code(text))):
            if found := self._areas.get(name) or self._areas.get(self._without_form(name)):
                return found
        return None

    def factor(self, text: str) -> str | None:
        """The key of a service factor by key or name, or None."""
        factors = self.settings.questionnaire.factors
        wanted = plain(text)
        return next((one.key for one in factors if wanted in (one.key, plain(one.name))), None)

    def yes(self, text: str) -> bool | None:
        """Whether a cell says yes; an empty one says no, and None is neither."""
        words = self.settings.questionnaire.yes_no
        if not text or plain(text) in {plain(word) for word in ("nej", *words["nej"])}:
            return False
        return True if plain(text) in {plain(word) for word in ("ja", *words["ja"])} else None

    def _without_form(self, name: str) -> str:
        """A plain name without "kontroll av …" and "…ärenden", also joined with an s."""
        before, after = self._area_forms
        bare = ""
        while bare != name:
            bare = name
            name = next((name.removeprefix(form) for form in before if name.startswith(form)), name)
        for form in after:
            if name.endswith(form):
                name = name.removesuffix(form)
                return name if name in self._areas else name.removesuffix("s")
        return name

    def sums_up(self, label: str) -> bool:
        """Whether a text labels a row of sums: "Totalt", "Bygglov Summa", "Antal svar".

        Only for rows without a known area. A text with digits contains a number or a year: "N37"
        and "Total-12" are numbers of answers.
        """
        if re.search(r"\d", label):
            return False
        words = re.findall(r"[^\W\d_]+", label)
        return 0 < len(words) <= LABEL_WORDS and (
            plain(words[0]) in self._total_words or plain(words[-1]) in self._total_words
        )

    def coded(self, field: str, text: str) -> str | None:
        """The canonical value of a background field with fixed values, or None."""
        return self._coded.get((field, value_key(text)))

    def field_of(self, texts: Sequence[str], among: Collection[str]) -> str | None:
        """The field with distinctive values to which most of the texts belong, or None.

        For proposals: the content of a column says more than an unknown header.
        """
        # Few texts stand in many rows, so each is looked at once.
        often = Counter(texts)
        filled = {text: number for text, number in often.items() if not self.is_missing(text)}
        known: dict[str, Callable[[str], str | None]] = {
            AREA: self.area,
            CUSTOMER: partial(self.coded, CUSTOMER),
        }
        for key, read in known.items():
            said = sum(number for text, number in filled.items() if read(text) is not None)
            if key in among and 2 * said > sum(filled.values()):
                return key
        return None

    def is_missing(self, text: str) -> bool:
        """Whether a cell states that there is no value: "Vet ej", "99 - Vet ej", "Vet ej/blank"."""
        if not text or value_key(text) in self._missing:
            return True
        words = without_code(text)
        return plain(words) != "" and all(
            value_key(part) in self._missing for part in ALTERNATIVES.split(words)
        )


def tertial(text: str) -> str | None:
    """T1, T2 or T3 from a tertial's name, a month or a date; else None.

    >>> tertial("Tertial 2"), tertial("2024 T3"), tertial("2024-09-30"), tertial("2024-04")
    ('T2', 'T3', 'T3', 'T1')
    >>> tertial("13 september 2025"), tertial("sept 2025")
    ('T3', 'T3')
    >>> tertial("vår") is None
    True
    """
    if match := TERTIAL.fullmatch(plain(text)):
        return f"T{match[1] or match[2]}"
    if match := ISO_MONTH.fullmatch(text):
        number = int(match[1])
    elif when := day(text):
        number = when.month
    elif named := month(text):
        number = named
    else:
        return None
    return f"T{(number - 1) // MONTHS_OF_TERTIAL + 1}"


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


def per_cent(text: str) -> float | None:
    """A rate in per cent, or None; a spreadsheet holds 46 % as 0,46.

    >>> per_cent("46 %"), per_cent("0,46"), per_cent("0,5 %"), per_cent("-")
    (46.0, 46.0, 0.5, None)
    """
    rate = decimal(text.rstrip(" %\u00a0"))
    if rate is None:
        return None
    return round(rate * 100 if rate <= 1 and "%" not in text else rate, 4)
