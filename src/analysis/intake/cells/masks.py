"""Masks what points out a company or a person in a respondent's text.

Rather too much than too little: a word masked in vain costs a reader less than a name that stays.
A person's name that nothing tells from other words stays, so a masked text is not anonymous.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

CAPITAL = r"[A-ZÅÄÖÉ0-9][\w&'’.-]*"
FORM = r"(?:AB|HB|KB|[Aa]ktiebolag(?:et)?|[Hh]andelsbolag(?:et)?|[Kk]ommanditbolag(?:et)?)"
AFTER = rf"(?:(?:\s+(?:(?:i|och|&)\s+)?{CAPITAL}){{1,4}})"
"""What follows a legal form that stands first: "AB Svenska Kvasten"."""
PATTERNS = (
    (re.compile(r"[\w.+-]+\s?(?:@|[(\[]at[)\]])\s?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE), "e-post"),
    (
        re.compile(
            r"(?:https?://|www\.)\S+"
            r"|(?<![\w@.-])[\w-]+(?:\.[\w-]+)*\.(?:se|com|nu|net|org|eu|info|biz)\b(?:/\S*)?",
            re.IGNORECASE,
        ),
        "webbadress",
    ),
    (
        re.compile(
            r"(?<!\w)(?:SE)?(?<!\d)(?:\d{2})?\d{6}\s?[-–+ ]\s?\d{4}(?!\d)"
            r"|(?<!\w)(?:SE)?(?:\d{10}|\d{12})(?!\d)",
            re.IGNORECASE,
        ),
        "nummer",
    ),
    (re.compile(r"(?<!\w)[A-ZÅÄÖ]{1,6}[ .-]?(?:19|20)\d\d[-:/ ]\d{2,7}\b"), "diarienummer"),
    (
        re.compile(r"\(?(?<![\d-])(?:\+\s?46|0046|0)(?:[\s\-–/()]*\d){7,12}(?!\d)"),
        "telefonnummer",
    ),
    (
        re.compile(r"(?<!\w)[A-ZÅÄÖ][\wåäöé-]+(?:\s[A-ZÅÄÖ][\wåäöé-]+)?\s(?:s:)?\d{1,4}:\d{1,4}\b"),
        "fastighet",
    ),
    (
        re.compile(
            rf"(?<!\w)(?:{CAPITAL}\s+(?:(?:i|och|&)\s+)?){{1,6}}{FORM}(?::?s)?\b{AFTER}?"
            rf"|(?<!\w)(?:{FORM}|[Ff]irman?){AFTER}"
        ),
        "företag",
    ),
    # In small letters nothing tells where the name begins: the two words before its form.
    (re.compile(rf"\S+(?:\s+\S+)?\s+(?:{FORM}|ab|hb|kb)(?::?s)?\b"), "företag"),
)
"""What is looked for, in this order, and what stands instead of it."""
NAME = "namn"
"""What stands instead of a company's or a person's name that the answers tell."""
WORD = re.compile(r"\w+")
LEGAL_FORMS = frozenset(("ab", "hb", "kb", "aktiebolag", "handelsbolag", "kommanditbolag", "publ"))
SHORTEST = 4
"""A shorter single word is no name to look for."""


@dataclass(frozen=True)
class Masker:
    """Masks texts by patterns, and by the names that the answers themselves tell.

    Parameters
    ----------
    names
        Cells of columns that identify a company or a person, of all answers.
    known
        Words that are nobody's name, in small letters: the municipality's, and the survey's.
    """

    names: Collection[str] = field(repr=False)
    known: frozenset[str] = frozenset()

    @cached_property
    def _by_first(self) -> dict[str, set[tuple[str, ...]]]:
        found: dict[str, set[tuple[str, ...]]] = {}
        for name in self.names:
            for words in self._forms(name):
                found.setdefault(words[0], set()).add(words)
        return found

    def _forms(self, name: str) -> Iterator[tuple[str, ...]]:
        """The words of a name, with its legal form and without."""
        words = words_of(name)
        bare = tuple(word for word in words if word not in LEGAL_FORMS)
        if not self.known.issuperset(bare) and len("".join(bare)) >= SHORTEST:
            yield from {words, bare}

    def masked(self, text: str, own: Iterable[str] = ()) -> str:
        """A text without what points out somebody.

        Parameters
        ----------
        text
            A respondent's text.
        own
            What the same respondent's columns tell: each of its words is masked.
        """
        for pattern, what in PATTERNS:
            text = pattern.sub(f"[{what}]", text)
        words = {word for cell in own for word in words_of(cell)} - self.known - LEGAL_FORMS
        own_words = {word for word in words if len(word) >= SHORTEST}
        found = list(WORD.finditer(text))
        told, place, number = [], 0, 0
        while number < len(found):
            length = self._name_at(found, number) or _own(found[number][0], own_words)
            if length:
                told += [text[place : found[number].start()], f"[{NAME}]"]
                place = found[number + length - 1].end()
            number += length or 1
        return "".join([*told, text[place:]])

    def _name_at(self, found: list[re.Match[str]], start: int) -> int:
        """The number of words of the longest name that begins at a word; 0 for none."""
        words = [match[0].casefold() for match in found[start : start + 12]]
        capital = found[start][0][0].isupper()
        # A name of one word may stand in the genitive itself.
        firsts = {words[0], words[0].removesuffix("s")}
        return max(
            (
                len(name)
                for first in firsts
                for name in self._by_first.get(first, ())
                # A single word without a capital is a common one: "bageriet".
                if _same(words[: len(name)], name) and (len(name) > 1 or capital)
            ),
            default=0,
        )


def _same(words: list[str], name: tuple[str, ...]) -> bool:
    """Whether some words are a name, the last one perhaps in the genitive."""
    return words[:-1] == list(name[:-1]) and words[-1] in (name[-1], f"{name[-1]}s")


def _own(word: str, own: set[str]) -> int:
    """1 for a word that is among some words, perhaps in the genitive; else 0."""
    small = word.casefold()
    return int(not own.isdisjoint((small, small.removesuffix("s"))))


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in small letters."""
    return tuple(WORD.findall(text.casefold()))
