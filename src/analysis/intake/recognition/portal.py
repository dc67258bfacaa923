"""Tables of results as Insikt's portal, SKR's reports and Kolada's exports lay them out.

A value's area, measure, year and municipality stand wherever the table has put them: in the
column's heading, in the row's label, on the sheet, above the table or in the file's name. The
nearest one counts; what none of them says is not guessed, but a table of nobody's name is our own.
Answers are told apart by their size: an index is hardly ever as low as ten.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache, cached_property, reduce
from itertools import islice
from statistics import median

from analysis.intake.cells.dates import named_year
from analysis.intake.cells.municipality import code_of
from analysis.intake.cells.values import decimal, per_cent, whole_number
from analysis.intake.cells.words import cell_text, plain, shown
from analysis.intake.recognition.columns import Header, Vocabulary
from analysis.intake.recognition.series import GROUP_NAME, TOTAL, Names
from analysis.settings import Settings
from analysis.settings.questionnaire import NKI

Cells = tuple[tuple[int, Mapping[str, str]], ...]
"""Row number, and the texts of one value by the columns of official values."""

YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:[.,]0+)?(?!\d)")
# Columns whose cells say something of the whole row, as they are written.
SAID = frozenset(
    ("kommun", "kommunkod", "arende_ar", "publicerad", "kalla", "anm", "konfidens", "kon")
)
LABELS = frozenset(("omrade", "matt"))
QUANTITIES = {"antal_svar": "n", "svarsfrekvens_pct": "response_rate", "varde": "index"}
MOST = 0.6
"""Share of a column's texts that must be names of areas or measures for it to hold labels."""
SCORES, WIDEST = 10.0, 100.0
SAMPLE = 300
"""Most rows that a table is recognised by."""
NAME_WORDS = 3
"""Most words in the name of a municipality, or of an area."""
LEFT_OUT_WORDS = frozenset(("utan", "utom", "exkl", "exklusive", "ej", "inte", "ingår"))
"""Words that may say that a table is not about the area named beside them."""


@dataclass(frozen=True)
class Meaning:
    """What a text says of a value; empty where it says nothing."""

    scope: str = ""
    measure: str = ""
    year: str = ""
    municipality: str = ""
    quantity: str = ""

    def over(self, other: Meaning) -> Meaning:
        """This meaning, filled in by another one."""
        return replace(
            other, **{one.name: told for one in fields(self) if (told := getattr(self, one.name))}
        )


@dataclass(frozen=True)
class Results:
    """A table of results: where its heading stands, its values, and sentences about it."""

    header: Header
    texts: Sequence[str]
    values: Cells
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Portal:
    """Reads tables of results under one configuration."""

    settings: Settings
    vocabulary: Vocabulary

    def results(
        self, rows: Sequence[Sequence[object]], sheet: str, stem: str, depth: int
    ) -> Results | None:
        """The results of a sheet; None for other sheets.

        Parameters
        ----------
        rows
            The sheet.
        sheet, stem
            Names of the sheet and of the file, without ending.
        depth
            Number of rows examined for a heading.
        """
        found = (
            self._under(number, rows, sheet, stem)
            for number in range(1, min(depth, len(rows) - 1) + 1)
        )
        return max((one for one in found if one), key=_told, default=None)

    def _under(
        self, number: int, rows: Sequence[Sequence[object]], sheet: str, stem: str
    ) -> Results | None:
        """The results under one row as the heading."""
        laid = self.laid_out(number, rows, sheet, stem)
        if laid is None:
            return None
        layout, around, beside = laid
        below = rows[number:]
        # Most sheets are no such tables, which their first rows tell.
        sample = texts_of(below[:SAMPLE])
        if not _is_table([one for _, one in layout.values(sample, around)]):
            return None
        values = [(number + place, one) for place, one in layout.values(texts_of(below), around)]
        if not _is_table([one for _, one in values]):
            return None
        own = self.settings.report.municipality
        notes = []
        if any(not one.meaning.municipality for _, one in values):
            notes.append(self.of_own)
        if any(one.meaning.scope == around.scope for _, one in values):
            notes += self.guessed(beside)
        header = Header("official", number, {"varde": 0}, {}, {}, ())
        cells = tuple(self._official(values, own.name))
        texts = [cell_text(cell) for cell in rows[number - 1]]
        return Results(header, texts, cells, tuple(notes)) if cells else None

    def laid_out(
        self, number: int, rows: Sequence[Sequence[object]], sheet: str, stem: str
    ) -> tuple[Columns, Meaning, list[str]] | None:
        """The layout under a row as the heading, with what texts beside it say; None without."""
        texts = [cell_text(cell) for cell in rows[number - 1]]
        above = [cell_text(cell) for cell in rows[number - 2]] if number > 1 else []
        known = [text if self.meaning(text) else "" for text in above]
        groups = [self.meaning(text) or Meaning() for text in reaching(known, len(texts))]
        layout = Columns.of(self, texts, groups, rows[number:])
        if layout is None:
            return None
        beside = [*(cell_text(cell) for row in rows[: number - 1] for cell in row), stem]
        around = (self.meaning(sheet) or self.around([sheet])).over(self.around(beside))
        return layout, around, beside

    def _official(
        self, values: Sequence[tuple[int, Value]], own: str
    ) -> Iterator[tuple[int, dict[str, str]]]:
        """Each index with its answers and its rate, as a row of official values."""
        beside = {key_of(one): one.text for _, one in values if one.meaning.quantity != "index"}
        for number, one in values:
            meaning = one.meaning
            if meaning.quantity != "index":
                continue
            yield (
                number,
                {
                    "kommun": meaning.municipality or own,
                    "arende_ar": meaning.year,
                    "omrade": meaning.scope,
                    "matt": self._written(one),
                    "varde": one.text,
                    "antal_svar": _beside(one, "n", beside),
                    "svarsfrekvens_pct": _beside(one, "response_rate", beside),
                    **one.said,
                },
            )

    def _written(self, one: Value) -> str:
        """A measure by a name that says nothing of an area; an unknown one as it is written."""
        key = one.meaning.measure
        if one.unknown or one.series:
            return one.unknown or one.series
        return self._texts.get(key, key)

    @cached_property
    def _texts(self) -> Mapping[str, str]:
        return {item.key: item.text for item in self.settings.questionnaire.items}

    @property
    def of_own(self) -> str:
        """The sentence about a table that says nobody's name."""
        own = self.settings.report.municipality.name
        return f"Tabellen säger inte vilken kommun den gäller, så den läses som {own}."

    @cached_property
    def names(self) -> Names:
        """Names of series."""
        return Names(self.settings)

    @cached_property
    def _codes(self) -> Mapping[str, str]:
        country = self.settings.report.comparison.country
        return {**self.settings.codes, country.name.casefold(): country.code}

    @cached_property
    def meaning(self) -> Callable[[str], Meaning | None]:
        """What a heading or a label says; None where it says something unknown."""
        return cache(self._meaning)

    def _meaning(self, text: str) -> Meaning | None:
        if named := self._series(text):
            return named
        year = YEAR.search(text)
        rest = re.sub(r"[\s,(\[–—-]+$|^[\s,)\]–—-]+", "", YEAR.sub("", text, count=1))
        found = Meaning(year=year[1] if year else "")
        if not rest or (year and plain(rest) in ("ar", "arendear", "helar", "arenden")):
            return found if year else None
        if quantity := QUANTITIES.get(self.vocabulary.keys.get(plain(rest), "")):
            return replace(found, quantity="" if quantity == "index" else quantity)
        if code_of(rest, self._codes) or (GROUP_NAME.search(rest) and not self._series(rest)):
            return replace(found, municipality=rest)
        named = self._series(rest)
        return named.over(found) if named else None

    def _series(self, text: str) -> Meaning | None:
        series = self.names.series(text)
        if series is None:
            return None
        quantity = "" if series.quantity == "index" else series.quantity
        if self.names.is_whole(text):
            return Meaning(series.scope, series.measure, quantity=quantity)
        if series.scope == TOTAL and series.measure == NKI:
            bare = not self.names.names_total(text)
            return Meaning("" if bare else TOTAL, NKI if bare else "")
        scope = "" if series.scope == TOTAL else series.scope
        return Meaning(scope, "" if series.measure == NKI else series.measure)

    def around(self, texts: Sequence[str]) -> Meaning:
        """Year, municipality and area that texts beside the table name, in running words."""
        return together(
            Meaning(
                self._area_in(text),
                year=str(named_year(text) or ""),
                municipality=self._named(text),
            )
            for text in filter(None, texts)
        )

    def guessed(self, texts: Sequence[str]) -> tuple[str, ...]:
        """A sentence about the area that a table is read as, where running words name it."""
        found = [(scope, text) for text in texts if (scope := self._area_in(text))]
        if not found:
            return ()
        scope, text = found[0]
        area = self.settings.questionnaire.labels[scope]
        return (
            f"Det som saknar myndighetsområde i tabellen läses som {area}, eftersom området "
            f"nämns i ”{shown(text)}”.",
        )

    def _area_in(self, text: str) -> str:
        """The one area that a text names; empty where it names several, or leaves some out."""
        words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*-?", text)
        if LEFT_OUT_WORDS.intersection(map(str.casefold, words)):
            return ""
        named = {scope for name in _phrases(words) if (scope := self._area(name))}
        return named.pop() if len(named) == 1 else ""

    def _area(self, name: str) -> str:
        found = self.names.series(name)
        return "" if found is None or found.scope == TOTAL else found.scope

    def _named(self, text: str) -> str:
        words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text)
        names = (name for name in _phrases(words) if name[0].isupper())
        return next((name for name in names if code_of(name, self._codes)), "")


@dataclass(frozen=True)
class Value:
    """A value as it stands in a table, and what is said of it."""

    meaning: Meaning
    text: str
    said: Mapping[str, str]
    unknown: str = ""
    """A label that says something unknown."""
    series: str = ""
    """A label that names a series of Kolada's, with its definition."""
    definition: str = ""


@dataclass(frozen=True)
class Columns:
    """Which columns hold labels, which hold values, and which say something of the row."""

    portal: Portal
    said: Mapping[int, str]
    labels: Sequence[int]
    columns: Mapping[int, Meaning]

    @classmethod
    def of(
        cls,
        portal: Portal,
        texts: Sequence[str],
        groups: Sequence[Meaning],
        below: Sequence[Sequence[object]],
    ) -> Columns | None:
        """The layout under a heading; None where it has no values."""
        said: dict[int, str] = {}
        labels: list[int] = []
        columns: dict[int, Meaning] = {}
        for place, text in enumerate(texts):
            key = portal.vocabulary.key_of(text) if text else None
            held = _first_of(place, below)
            if key in SAID and held:
                said[place] = key
            elif key in LABELS or _names_things(held, portal):
                labels.append(place)
            elif held and text and (meaning := portal.meaning(text)) is not None:
                columns[place] = meaning.over(groups[place])
        if not any(meaning.quantity in ("", "index") for meaning in columns.values()):
            return None
        return cls(portal, said, labels, columns)

    def values(
        self, below: Sequence[Sequence[str]], around: Meaning
    ) -> Iterator[tuple[int, Value]]:
        """The values of each row, counted from 1. A label alone heads the rows under it."""
        section = Meaning()
        for place, cells in enumerate(below, start=1):
            written = [text for at in self.labels if (text := at_place(cells, at))]
            if any(at_place(cells, at) for at in self.columns):
                for one in self._of_row(cells, written, section.over(around)):
                    yield place, one
            elif written:
                section = together(map(self.portal.meaning, written))

    def _of_row(
        self, cells: Sequence[str], written: Sequence[str], around: Meaning
    ) -> Iterator[Value]:
        names = self.portal.names
        unknown = next((text for text in written if self.portal.meaning(text) is None), "")
        whole = next((text for text in written if names.is_whole(text)), "")
        series = names.series(whole)
        definition = (series.definition if series else "") or ""
        said = {key: text for at, key in self.said.items() if (text := at_place(cells, at))}
        row = together(map(self.portal.meaning, written)).over(around)
        for place, column in self.columns.items():
            text = at_place(cells, place)
            # A sign for a missing value has no letter and no digit.
            if any(map(str.isalnum, text)):
                meaning = column.over(row)
                meaning = replace(
                    meaning,
                    scope=meaning.scope or TOTAL,
                    measure=meaning.measure or NKI,
                    year=said.get("arende_ar", meaning.year),
                    municipality=said.get("kommun", meaning.municipality),
                    quantity=meaning.quantity or "index",
                )
                yield Value(meaning, text, said, unknown, whole, definition)


def together(meanings: Iterable[Meaning | None]) -> Meaning:
    """What several texts say, an earlier one before the later ones."""
    return reduce(Meaning.over, (one or Meaning() for one in meanings), Meaning())


def at_place(cells: Sequence[str], place: int) -> str:
    """A text of a row; empty where the row is too short."""
    return cells[place] if place < len(cells) else ""


def reaching(above: Sequence[str], width: int) -> list[str]:
    """The groups above a heading; each reaches to the next, and a single text is a title."""
    if sum(map(bool, above)) < 2:
        return [""] * width
    groups, group = [], ""
    for place in range(width):
        group = at_place(above, place) or group
        groups.append(group)
    return groups


def _phrases(words: Sequence[str]) -> Iterator[str]:
    """Words that stand together, as many as a name may have, the most first."""
    for size in range(NAME_WORDS, 0, -1):
        for start in range(len(words) - size + 1):
            yield " ".join(words[start : start + size])


def texts_of(rows: Sequence[Sequence[object]]) -> list[list[str]]:
    """The cells of some rows as texts."""
    return [[cell_text(cell) for cell in row] for row in rows]


def _first_of(place: int, below: Sequence[Sequence[object]]) -> list[str]:
    """The first texts of a column: a few tell what it holds, and a file of answers has many."""
    texts = (text for row in below if place < len(row) and (text := cell_text(row[place])))
    return [*islice(texts, SAMPLE)]


def _names_things(texts: Sequence[str], portal: Portal) -> bool:
    """Whether a column holds labels: mostly names of areas, measures or numbers of answers."""
    texts = list(dict.fromkeys(texts))
    words = [text for text in texts if decimal(text) is None]
    known = [text for text in words if portal.meaning(text) is not None]
    return bool(known) and len(known) >= MOST * len(words) and len(words) * 2 >= len(texts)


def _told(results: Results) -> int:
    """How much a reading of a table tells: its numbers, with answers and rates."""
    read = {"varde": decimal, "antal_svar": whole_number, "svarsfrekvens_pct": per_cent}
    cells = ((parse, one[key]) for _, one in results.values for key, parse in read.items())
    return sum(parse(cell) is not None for parse, cell in cells)


def _is_table(values: Sequence[Value]) -> bool:
    """Whether values are indices of different things, and not the answers of several people."""
    indices = [one for one in values if one.meaning.quantity == "index"]
    read = [number for one in indices if (number := decimal(one.text)) is not None]
    numbers = [number for number in read if 0 <= number <= WIDEST]
    known = [one for one in indices if not one.unknown]
    places = {key_of(one) for one in known}
    return (
        bool(known)
        # Of answers, a few may lie outside the scale of 1 to 10; of indices, most do.
        and bool(numbers)
        and median(numbers) > SCORES
        and len(numbers) >= MOST * len(indices)
        and len(places) == len(known)
        and len(known) * 2 > len(indices)
    )


def _beside(one: Value, quantity: str, beside: Mapping[tuple[str, ...], str]) -> str:
    """The answers or the rate of an index: its own, or those of its whole scope."""
    for measure in (one.meaning.measure, NKI):
        meaning = replace(one.meaning, measure=measure, quantity=quantity)
        if found := beside.get(key_of(replace(one, meaning=meaning))):
            return found
    return ""


def key_of(one: Value) -> tuple[str, ...]:
    """What a value is about: two values of one table are never about the same."""
    meaning = one.meaning
    return (
        plain(meaning.municipality),
        one.said.get("kommunkod", ""),
        one.said.get("kon", ""),
        meaning.year,
        meaning.scope,
        meaning.measure,
        one.definition,
        meaning.quantity,
    )
