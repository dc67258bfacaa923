"""Fingerprints of secrets that must never leave the machine, taken where raw files are read.

Comments, names and numbers of single answers are kept as digests only: enough to find them in a
finished site, not to read them. Texts that an honest report contains as well are left out: ordinary
numbers, short texts, and the words of the configuration.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import store

if TYPE_CHECKING:
    from analysis.intake.reading import SetAside
    from analysis.settings import Settings

FILE = "hemligheter.json"
CHUNK = 6
"""Consecutive words of a longer text that are searched for: a part of a text is a leak too."""
FEW = 3
"""Words of a comment that the report itself may use."""
ROW = 12
"""Length of a row of scores that counts as one respondent's."""
LENGTHS = range(2, CHUNK + 1)
LONG_NUMBER, SHORT_CODE, JOINED_CODE = 7, 4, 5
"""Fewest characters of a number, of a code in one word, and of a code with marks between."""
WORD = re.compile(r"\w+")
NUMBER = re.compile(r"(?<![.\w])\d++(?!\w)")
"""A number by itself, not the decimals of another number."""
JOINED = {mark: re.compile(rf"\b\w++(?:{mark}\w++)+") for mark in "-/:"}
"""Patterns of codes by the mark that joins their parts."""
SCORES = frozenset(map(str, range(1, 11)))
# Codes in every file: parts and styles of office files, case years, dates.
ORDINARY = re.compile(
    r"(?:sheet|rid|accent|heading|theme|light|dark|text|usb|csb|level|status_|value_|total|utf|sha"
    r"|woff)\d{1,3}(?:char)?|(?:19|20)\d\d-(?:t[1-3]|\d\d-\d\d)"
)
# Invisible characters that would split a word.
UNSEEN = re.compile("[\N{SOFT HYPHEN}\N{ZERO WIDTH SPACE}\u200c\u200d\u2060\ufeff]")
MISSING = ("null", "nan")
"""Characters between the scores of a row."""


@dataclass(frozen=True)
class Secrets:
    """The fingerprints to search for.

    Parameters
    ----------
    heads
        First words of `texts`.
    texts
        Comments and names, some consecutive words at a time.
    numbers
        Numbers of columns that are never kept.
    identifiers
        Numbers of single answers.
    rows
        Consecutive scores of one respondent.
    marks
        Marks that join the parts of such a number.
    """

    heads: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    identifiers: frozenset[str] = frozenset()
    rows: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()

    @classmethod
    def of(cls, aside: SetAside, settings: Settings) -> Secrets:
        """The fingerprints of the data set aside when the raw files were read.

        Parameters
        ----------
        aside
            Comments, names, numbers and scores of single answers.
        settings
            The configuration, whose words may be published.
        """
        texts = list(configured(settings))
        own = {word for text in texts for word in words_of(text)}
        said = {part for text in texts for part in _windows(words_of(text))}
        parts = {part for cell in aside.comments for part in _parts(cell, FEW + 1)}
        names = {part for cell in aside.names for part in _parts(cell, 2)}
        parts = (parts | {part for part in names if not own.issuperset(part)}) - said
        numbers = {code for cell in aside.names for code in _number(cell, own)}
        codes = {code for cell in aside.identifiers for code in _codes(cell)} - own
        codes = {code for code in codes if not ORDINARY.fullmatch(code)}
        return cls(
            frozenset(fingerprint(part[0]) for part in parts),
            frozenset(fingerprint(*part) for part in parts),
            frozenset(map(fingerprint, numbers)),
            frozenset(map(fingerprint, codes)),
            frozenset(fingerprint(*row) for given in aside.scores for row in _rows(given)),
            frozenset(mark for mark in JOINED for code in numbers | codes if mark in code),
        )

    def write(self, folder: Path) -> Path:
        """Keep the fingerprints in a folder of processed tables."""
        # Each kind as one text: a country's would be a million lines.
        kept = {one.name: " ".join(sorted(getattr(self, one.name))) for one in fields(self)}
        return store.write_json(folder / FILE, kept)

    @classmethod
    def read(cls, folder: Path) -> Secrets:
        """The fingerprints in a folder of processed tables."""
        content: dict[str, str] = store.read_json(folder / FILE)
        return cls(**{key: frozenset(kept.split()) for key, kept in content.items()})

    def kinds_in(self, text: str) -> Iterator[str]:
        """The kinds of secrets (names of the fields above) found in a text."""
        plain = _plain(text)
        words = [word for word in WORD.findall(plain) if word not in MISSING]
        known = set(words)
        codes = {word for word in known if not word.isdigit()}.union(
            NUMBER.findall(plain), *(JOINED[mark].findall(plain) for mark in self.marks)
        )
        heads = {word for word in known if _met(word) in self.heads}
        held = {
            "numbers": map(_met, codes),
            "identifiers": map(_met, codes),
            "texts": (_met(*part) for part in _windows(words, heads)),
            "rows": (_met(*part) for part in _score_rows(words)),
        }
        for kind, found in held.items():
            if not getattr(self, kind).isdisjoint(found):
                yield kind


def configured(settings: Settings) -> tuple[str, ...]:
    """The configuration as text: its words are meant to be read."""
    parts = (settings.questionnaire, settings.report, settings.plan, settings.rules)
    return tuple(part.model_dump_json() for part in parts)


def words_of(text: str) -> list[str]:
    """The words of a text in the form in which they are compared."""
    return WORD.findall(_plain(text))


def fingerprint(*words: str) -> str:
    """A digest of some words (64 bits)."""
    return blake2b(" ".join(words).encode(), digest_size=8).hexdigest()


# The same words stand on many pages of a site.
_met = lru_cache(maxsize=100_000)(fingerprint)


def _plain(text: str) -> str:
    return UNSEEN.sub("", unicodedata.normalize("NFC", text)).casefold()


def _windows(words: Sequence[str], heads: set[str] | None = None) -> Iterator[tuple[str, ...]]:
    """Runs of consecutive words in a text, from each word that may begin a secret."""
    for start, word in enumerate(words):
        if heads is None or word in heads:
            for length in LENGTHS:
                if start + length <= len(words):
                    yield tuple(words[start : start + length])


def _score_rows(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """All rows of adjacent scores in a text."""
    start = 0
    for end, word in enumerate(words, start=1):
        if word not in SCORES:
            start = end
        elif end - start >= ROW:
            yield tuple(words[end - ROW : end])


def _parts(cell: str, fewest: int) -> Iterator[tuple[str, ...]]:
    """A short text as it is; of a longer text each run of a few words."""
    words = [word for word in words_of(cell) if word not in MISSING]
    digits = "".join(words)
    telephone = digits.startswith("0") or max(map(len, words), default=0) >= LONG_NUMBER - 1
    if digits.isdigit() and (len(digits) <= LONG_NUMBER or not telephone):
        return
    for start in range(max(len(words) - CHUNK, 0) + 1):
        part = tuple(words[start : start + CHUNK])
        if len(part) >= fewest:
            yield part


def _rows(scores: bytes) -> Iterator[tuple[str, ...]]:
    """The first and the last scores of a respondent, unless all scores are equal."""
    for part in {scores[:ROW], scores[-ROW:]}:
        if len(part) == ROW and len(set(part)) > 1:
            yield tuple(map(str, part))


def _number(cell: str, own: set[str]) -> Iterator[str]:
    """A company's number, as written and without marks."""
    words = words_of(cell)
    if (digits := "".join(words)).isdigit() and not own.issuperset(words):
        yield from _codes(cell)
        yield from _codes(digits)


def _codes(cell: str) -> Iterator[str]:
    """A code that differs from an ordinary number or word."""
    code = _plain(cell).strip()
    bare = "".join(WORD.findall(code))
    whole = code == bare or any(joined.fullmatch(code) for joined in JOINED.values())
    if not (whole and any(map(str.isdigit, bare))):
        return
    fewest = JOINED_CODE if code != bare else LONG_NUMBER if code.isdigit() else SHORT_CODE
    if len(bare) >= fewest:
        yield code
