"""Maps the columns of a file to questions and fields, by equality with configured headers.

A header that merely resembles a configured one is proposed to the coordinator, never used.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from analysis.intake.cells.keys import AREA, CASE_YEAR_OFFICIAL
from analysis.intake.cells.words import cell_text, header_forms, plain
from analysis.settings import Item, Questionnaire
from analysis.settings.questionnaire import NKI

ALIKE = 0.72
"""Headers less similar than this are not proposed for each other."""
OWN_WORDS_ALIKE = 0.5
"""The same limit for the headers' own words, without the words of most headers."""
JUST_ALIKE = 0.99
COMMON_WORD = 0.2
"""Words in a larger share of the questions do not tell questions apart."""
SHORTEST_PART = 8
"""A shorter part of a question's text is no evidence."""

Kind = Literal[
    "answers",
    "cases",
    "official",
    "progress",
    "proposals",
    "dialogues",
    "themes",
    "distribution",
]

KIND_WORDS: Mapping[str, str] = {
    "answers": "Svar",
    "cases": "Avslutade ärenden",
    "official": "Officiella värden",
    "distribution": "Svarens fördelning",
    "progress": "Aktiviteternas framdrift",
    "proposals": "Förslag från workshopen",
    "dialogues": "Dialog med företagarföreningar",
    "themes": "Fritexter att läsa, med teman",
}

# The fewest columns of a header row by kind of table: one of each group.
NEEDS: Mapping[Kind, tuple[tuple[str, ...], ...]] = {
    "cases": ((AREA,), ("avslutade", "utskick")),
    "official": (("kommun", "kommunkod"), (CASE_YEAR_OFFICIAL,), ("matt",), ("varde",)),
    "progress": (("steg",), ("datum", "status")),
    "proposals": (("omrade",), ("forslag",), ("vem", "nar")),
    "dialogues": (("forening",), ("sammanfattning",), ("datum", "far_citeras")),
    "themes": (("omrade",), ("text",), ("tema",)),
}
# … or, instead of a value in each row, a column for each year or measure.
WHOSE = {"kommun", "kommunkod"}
WIDE_HEADER = re.compile(r"(?:(?P<measure>.*\D))?(?P<year>(?:19|20)\d\d)(?:[.,]0+)?")


@dataclass(frozen=True)
class Vocabulary:
    """The headers of one kind of file.

    Parameters
    ----------
    keys
        Canonical key by header, in its plain form.
    never_kept
        Plain headers of columns that are dropped when a file is read.
    spelled
        The headers as configured, by key, for proposals.
    measures
        Plain names of measures that may be columns of their own.
    """

    keys: Mapping[str, str]
    never_kept: frozenset[str]
    spelled: Mapping[str, tuple[str, ...]]
    measures: frozenset[str] = frozenset()

    def key_of(self, header: str) -> str | None:
        """The canonical key of a header, or None."""
        if found := self.keys.get(plain(header)):
            return found
        for form in header_forms(header):
            found = self.keys.get(plain(form))
            if found and not self._about_something_dropped(header, form):
                return found
        return None

    def drops(self, header: str) -> bool:
        """Whether a column is never kept."""
        return any(plain(form) in self.never_kept for form in header_forms(header))

    def _about_something_dropped(self, header: str, form: str) -> bool:
        """Whether a known question stands under a heading like "Kommentar", so is not an answer."""
        heading = header.replace(form, "", 1)
        return any(plain(word) in self.never_kept for word in heading.split())

    def nearness(self, header: str, key: str) -> float:
        """Similarity of a header to those of a key: 0 for none, 1 and more for a part of it.

        A header that is part of a question's text, or has the text as a part, beats likeness.
        Headers that share only the usual beginning of questions are not similar.
        """
        return max(
            (
                _nearness(form, spelling, self._common)
                for form in dict.fromkeys(header_forms(header))
                for spelling in (*self.spelled[key], key)
            ),
            default=0.0,
        )

    @cached_property
    def _common(self) -> frozenset[str]:
        """Words in many headers, which cannot tell them apart."""
        often = Counter(
            word
            for names in self.spelled.values()
            for word in {word for name in names for word in _words(name)}
        )
        return frozenset(
            word for word, count in often.items() if count > COMMON_WORD * len(self.spelled)
        )


def _nearness(header: str, spelling: str, common: frozenset[str]) -> float:
    ours, theirs = _words(header), _words(spelling)
    short, long = sorted((ours, theirs), key=lambda words: len("".join(words)))
    size = len("".join(short))
    if (
        size >= SHORTEST_PART
        and set(short) - common
        and f" {' '.join(short)} " in (f" {' '.join(long)} ")
    ):
        return 1 + size / len("".join(long))
    own = ["".join(word for word in words if word not in common) for words in (ours, theirs)]
    own_words = _ratio(*own) if all(own) else 1.0
    likeness = max(_ratio("".join(ours), "".join(theirs)), own_words if all(own) else 0.0)
    return likeness * JUST_ALIKE if likeness >= ALIKE and own_words >= OWN_WORDS_ALIKE else 0.0


def _ratio(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other).ratio()


def _words(text: str) -> list[str]:
    return [plain(word) for word in re.findall(r"\w+", text)]


def vocabularies(questionnaire: Questionnaire) -> dict[Kind, Vocabulary]:
    """The vocabulary of every kind of table."""
    found: dict[Kind, Vocabulary] = {"answers": answer_vocabulary(questionnaire)}
    for kind in NEEDS:
        spelled = questionnaire.file_columns.get(kind, {})
        found[kind] = _vocabulary({key: (key, *names) for key, names in spelled.items()}, ())
    found["official"] = replace(found["official"], measures=_measures(questionnaire))
    return found


def _measures(questionnaire: Questionnaire) -> frozenset[str]:
    """Plain names of the total and of the areas; questions also stand in files of answers."""
    names = [NKI, *questionnaire.official_measures.get(NKI, ())]
    names += [name for area in questionnaire.areas for name in area.names]
    return frozenset(map(plain, names))


def answer_vocabulary(questionnaire: Questionnaire, year: int | None = None) -> Vocabulary:
    """The headers of answers: the year's version first, then the other versions."""
    newest_first = sorted(questionnaire.versions, key=lambda version: -version.start)
    ordered = sorted(
        newest_first, key=lambda version: not _covers(version.start, version.end, year)
    )
    spelled = {key: [key] for key in (*questionnaire.fields, *questionnaire.item_keys)}
    for item in questionnaire.items:
        spelled[item.key].append(item.text)
    for version in ordered:
        for key, by_version in questionnaire.columns.items():
            spelled[key].extend(by_version.get(version.key) or ())
    return _vocabulary(
        {key: tuple(dict.fromkeys(names)) for key, names in spelled.items()},
        questionnaire.never_kept.headers,
    )


def not_asked(questionnaire: Questionnaire, *years: int) -> frozenset[str]:
    """Questions that were not asked in any of some years."""
    versions = {
        next((one.key for one in questionnaire.versions if _covers(one.start, one.end, year)), "")
        for year in years
    }
    return frozenset(
        key
        for key, by_version in questionnaire.columns.items()
        if versions and all(by_version.get(version, ()) is None for version in versions)
    )


def missing_questions(
    present: Collection[str], questionnaire: Questionnaire, *years: int
) -> list[Item]:
    """Questions that were asked in some years, without those that are present."""
    here = {*present, *not_asked(questionnaire, *years)}
    return [item for item in questionnaire.items if item.key not in here]


def _covers(start: int, end: int | None, year: int | None) -> bool:
    return year is not None and start <= year <= (end or year)


def _vocabulary(spelled: Mapping[str, tuple[str, ...]], never_kept: Sequence[str]) -> Vocabulary:
    keys: dict[str, str] = {}
    for key, names in spelled.items():
        for name in names:
            keys.setdefault(plain(name), key)
    return Vocabulary(keys, frozenset(plain(name) for name in never_kept), spelled)


@dataclass(frozen=True)
class Header:
    """A row recognised as the header of one kind of table.

    Parameters
    ----------
    kind
        The kind of table.
    row
        Row of the file, from 1.
    columns
        Position by canonical key, the first where a key stands several times.
    repeated
        Every position of the keys that stand several times.
    unmapped
        Unmapped headers, with their positions.
    dropped
        Positions of columns that are never kept.
    """

    kind: Kind
    row: int
    columns: Mapping[str, int]
    repeated: Mapping[str, tuple[int, ...]]
    unmapped: Mapping[int, str]
    dropped: tuple[int, ...]

    def places(self, key: str) -> tuple[int, ...]:
        """Every position of a key."""
        first = (self.columns[key],) if key in self.columns else ()
        return self.repeated.get(key, first)


def count_known(row: Sequence[object], known: Mapping[Kind, Vocabulary]) -> int:
    """The number of known headers in a row, for the kind of table with most of them."""
    texts = [cell_text(cell) for cell in row]
    return max(
        len({key for text in texts if (key := vocabulary.key_of(text))})
        for vocabulary in known.values()
    )


def as_header(kind: Kind, number: int, texts: Sequence[str], vocabulary: Vocabulary) -> Header:
    """A row of texts as the header of one kind of table."""
    places: dict[str, list[int]] = {}
    unmapped: dict[int, str] = {}
    dropped: list[int] = []
    for position, text in enumerate(texts):
        if not text:
            continue
        key = vocabulary.key_of(text)
        if key is not None:
            places.setdefault(key, []).append(position)
        elif vocabulary.drops(text):
            dropped.append(position)
        else:
            unmapped[position] = text
    return Header(
        kind,
        number,
        {key: found[0] for key, found in places.items()},
        {key: tuple(found) for key, found in places.items() if len(found) > 1},
        unmapped,
        tuple(dropped),
    )


def wide_columns(header: Header) -> dict[int, tuple[str, str]]:
    """Position of every column of values, with its year and measure; either may be empty."""
    found = {}
    for place, text in header.unmapped.items():
        match = WIDE_HEADER.fullmatch(text.strip())
        if match:
            found[place] = match["year"], (match["measure"] or "").strip(" -–—,(")
        elif CASE_YEAR_OFFICIAL in header.columns:
            found[place] = "", text
    return found


def is_wide(header: Header, known: Mapping[Kind, Vocabulary]) -> bool:
    """Whether the header has a column of official values for each year or measure."""
    present, texts = set(header.columns), header.unmapped.values()
    others = {known["answers"].key_of(text) for text in texts}
    if header.kind != "official" or not present & WHOSE or "varde" in present or AREA in others:
        return False
    if CASE_YEAR_OFFICIAL in present:
        return any(plain(text) in known["official"].measures for text in texts)
    return any(WIDE_HEADER.fullmatch(text.strip()) for text in texts)


def suffices(header: Header, items: frozenset[str]) -> bool:
    """Whether a header has the columns that its kind of table requires."""
    present = set(header.columns)
    if header.kind == "answers":
        return bool(present & items) and (AREA in present or len(present & items) > 1)
    return all(present & set(group) for group in NEEDS[header.kind])
