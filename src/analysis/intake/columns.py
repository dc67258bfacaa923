"""Which column of a file is which question or field: equality with a configured header only.

A header that merely resembles one is proposed to the coordinator, never used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from analysis.intake.words import cell_text, nearest, plain, without_code
from analysis.settings import Questionnaire
from analysis.settings.questionnaire import NKI

Kind = Literal["answers", "cases", "official", "progress"]

AREA = "myndighetsomrade"
CASE_YEAR = "arendear"
CASE_YEAR_OFFICIAL = "arende_ar"
PERIOD = "period"
CUSTOMER = "kundgrupp"
ANSWER_ID = "svar_id"
# What a header row must hold at least, to be taken for a kind: every group, one of each.
OFFICIAL_NEEDS = (("kommun", "kommunkod"), ("arende_ar",), ("matt",), ("varde",))
CASES_NEEDS = ((AREA,), ("avslutade", "utskick"))
# … or, instead of a value a row, a column a year or a measure.
WHOSE = {"kommun", "kommunkod"}
WIDE_HEADER = re.compile(r"(?:(?P<measure>.*\D))?(?P<year>(?:19|20)\d\d)(?:[.,]0+)?")
PROGRESS_NEEDS = (("steg",), ("datum", "status"))


@dataclass(frozen=True)
class Vocabulary:
    """The headers of one kind of file.

    Parameters
    ----------
    keys
        Canonical key by header, in its plain form.
    never_kept
        Plain headers of columns that are dropped at the door.
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
        return self.keys.get(plain(header)) or self.keys.get(plain(without_code(header)))

    def drops(self, header: str) -> bool:
        """Whether the column is one that is never kept."""
        return bool({plain(header), plain(without_code(header))} & self.never_kept)

    def propose(self, header: str, among: Iterable[str]) -> str | None:
        """The key among some whose configured header is most like this one."""
        spellings = {name: key for key in among for name in (*self.spelled[key], key)}
        found = nearest(header, spellings, cutoff=0.72)
        return spellings[found] if found else None


def vocabularies(questionnaire: Questionnaire) -> dict[Kind, Vocabulary]:
    """The vocabulary of every kind of table."""
    found: dict[Kind, Vocabulary] = {"answers": answer_vocabulary(questionnaire)}
    kinds: tuple[Kind, ...] = ("cases", "official", "progress")
    for kind in kinds:
        spelled = questionnaire.file_columns.get(kind, {})
        found[kind] = _vocabulary({key: (key, *names) for key, names in spelled.items()}, ())
    found["official"] = replace(found["official"], measures=_measures(questionnaire))
    return found


def _measures(questionnaire: Questionnaire) -> frozenset[str]:
    """Plain names of the total and of the areas; those of questions stand in answers too."""
    names = [NKI, *questionnaire.official_measures.get(NKI, ())]
    names += [name for area in questionnaire.areas for name in (area.key, area.name, *area.aliases)]
    return frozenset(map(plain, names))


def answer_vocabulary(questionnaire: Questionnaire, year: int | None = None) -> Vocabulary:
    """The headers of answers: those of the year's version first, then those of the others."""
    newest_first = sorted(questionnaire.versions, key=lambda version: -version.start)
    ordered = sorted(
        newest_first, key=lambda version: not _covers(version.start, version.end, year)
    )
    spelled: dict[str, list[str]] = {}
    for key in (*(field.key for field in questionnaire.background), *questionnaire.item_keys):
        spelled[key] = [key]
    for item in questionnaire.items:
        spelled[item.key].append(item.text)
    for version in ordered:
        for key, by_version in questionnaire.columns.items():
            spelled[key].extend(by_version.get(version.key) or ())
    return _vocabulary(
        {key: tuple(dict.fromkeys(names)) for key, names in spelled.items()},
        questionnaire.never_kept.headers,
    )


def not_asked(questionnaire: Questionnaire, year: int) -> frozenset[str]:
    """Questions that the year's version of the questionnaire does not have."""
    for version in questionnaire.versions:
        if _covers(version.start, version.end, year):
            return frozenset(
                key
                for key, by_version in questionnaire.columns.items()
                if by_version.get(version.key, ()) is None
            )
    return frozenset()


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
        Further positions of keys that stand several times.
    unmapped
        Headers nobody maps, with their positions.
    dropped
        Positions of columns that are never kept.
    """

    kind: Kind
    row: int
    columns: Mapping[str, int]
    repeated: Mapping[str, tuple[int, ...]]
    unmapped: Mapping[int, str]
    dropped: tuple[int, ...]


def find_header(
    rows: Sequence[Sequence[object]],
    known: Mapping[Kind, Vocabulary],
    items: frozenset[str],
    depth: int,
) -> Header | None:
    """The row among the first `depth` that most headers are known in, as a kind it suffices for."""
    best: Header | None = None
    for number, row in enumerate(rows[:depth], start=1):
        texts = [cell_text(cell) for cell in row]
        for kind, vocabulary in known.items():
            header = _as_header(kind, number, texts, vocabulary)
            enough = _suffices(header, items) or _is_wide(header, vocabulary, known["answers"])
            if enough and (best is None or _weight(header) > _weight(best)):
                best = header
    return best


def count_known(row: Sequence[object], known: Mapping[Kind, Vocabulary]) -> int:
    """How many cells of a row are headers of one kind, whichever kind knows most."""
    texts = [cell_text(cell) for cell in row]
    return max(
        len({key for text in texts if (key := vocabulary.key_of(text))})
        for vocabulary in known.values()
    )


def _as_header(kind: Kind, number: int, texts: Sequence[str], vocabulary: Vocabulary) -> Header:
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


def _weight(header: Header) -> int:
    return len(header.columns)


def wide_columns(header: Header) -> dict[int, tuple[str, str]]:
    """Position of every column that holds values, with its year and its measure; either empty."""
    found = {}
    for place, text in header.unmapped.items():
        match = WIDE_HEADER.fullmatch(text.strip())
        if match:
            found[place] = match["year"], (match["measure"] or "").strip(" -–—,(")
        elif CASE_YEAR_OFFICIAL in header.columns:
            found[place] = "", text
    return found


def _is_wide(header: Header, vocabulary: Vocabulary, answers: Vocabulary) -> bool:
    """Whether it heads official values with a column a year ("2024", "NKI 2024") or a measure."""
    present, texts = set(header.columns), header.unmapped.values()
    others = {answers.key_of(text) for text in texts}
    if header.kind != "official" or not present & WHOSE or "varde" in present or AREA in others:
        return False
    if CASE_YEAR_OFFICIAL in present:
        return any(plain(text) in vocabulary.measures for text in texts)
    return any(WIDE_HEADER.fullmatch(text.strip()) for text in texts)


def _suffices(header: Header, items: frozenset[str]) -> bool:
    present = set(header.columns)
    if header.kind == "answers":
        return bool(present & items) and (AREA in present or len(present & items) > 1)
    needs = {
        "cases": CASES_NEEDS,
        "official": OFFICIAL_NEEDS,
        "progress": PROGRESS_NEEDS,
    }[header.kind]
    return all(present & set(group) for group in needs)
