"""Tables of how the answers to each question fall on the scale, as counts or shares.

The steps of the scale stand in the heading or in a column; the question, the area, the year and the
municipality stand where tables of results have them (`portal`), and the nearest one counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

from analysis.intake.cells.values import VALID, Reader, decimal
from analysis.intake.cells.words import cell_text, plain
from analysis.intake.recognition.columns import Header, Vocabulary
from analysis.intake.recognition.portal import (
    MOST,
    SAMPLE,
    Meaning,
    Portal,
    Results,
    at_place,
    reaching,
    together,
)

DONT_KNOW, ANSWERS = "vet_ej", "antal"
"""Steps besides those of the scale: answers without a score, and the number of answers."""
SHARE = "andel"
"""The unit of values that are shares."""
SHARE_WORDS = frozenset(
    ("andel", "andelar", "procent", "andelprocent", "andelsvar", "pct", "share")
)
# Words around a step in a heading: "Betyg 1", "Andel 10", "7 (%)".
AROUND_STEP = re.compile(
    r"^(?:(?:antal|andel|procent|betyg|steg|poäng)\s+)+|\s*\(?(?:%|procent|antal|andel|st)\)?$",
    re.IGNORECASE,
)
IN_ALL = frozenset(("totalt", "total", "summa", "totalsumma", "samtliga", "alla"))
"""Words for all answers, among the steps."""
LONGEST = 60
"""Most characters of a step with its label."""
QUESTION, AREA = "matt", "omrade"


@dataclass(frozen=True)
class _Column:
    """What a column's values are about, as far as its heading tells."""

    meaning: Meaning
    step: str = ""
    unit: str = ""


@dataclass(frozen=True)
class _Spread:
    """Columns of values, of labels and of the steps (None where the heading has them)."""

    columns: Mapping[int, _Column]
    labels: Sequence[int]
    said: Mapping[int, str]
    steps: int | None


@dataclass(frozen=True)
class Distributions:
    """Reads tables of distributions under one configuration."""

    portal: Portal
    answers: Vocabulary

    def results(
        self, rows: Sequence[Sequence[object]], sheet: str, stem: str, depth: int
    ) -> Results | None:
        """The distributions of a sheet; None for other sheets.

        A sheet in which no number is written yet has no values.

        Parameters
        ----------
        rows
            The sheet.
        sheet, stem
            Names of the sheet and of the file, without ending.
        depth
            Number of rows examined for a heading.

        Returns
        -------
        Results or None
            Each value with ``kommun, kommunkod, arende_ar, omrade`` and ``fraga`` (keys; empty
            where not told), ``steg`` (a score, `DONT_KNOW` or `ANSWERS`), ``enhet`` (`SHARE` where
            the table says so), ``varde`` and ``okant`` (a label that says something unknown).
        """
        texts = [[cell_text(cell) for cell in row] for row in rows[: depth + SAMPLE]]
        possible = self._possible(texts)
        for number in range(1, min(depth, len(rows) - 1) + 1):
            layout = self._layout(number, texts, possible)
            if layout is None:
                continue
            below = [[cell_text(cell) for cell in row] for row in rows[number:]]
            around = self._around(texts[: number - 1], sheet, stem)
            values = tuple(self._values(layout, texts[number - 1], below, number, around))
            header = Header("distribution", number, {"varde": 0}, {}, {}, ())
            beside = [*(text for row in texts[: number - 1] for text in row), stem]
            notes = (*self._notes(values), *self._guessed(values, around.scope, beside))
            return Results(header, texts[number - 1], values, notes)
        return None

    def _notes(self, values: Sequence[tuple[int, Mapping[str, str]]]) -> tuple[str, ...]:
        notes = []
        if not all(one["kommun"] or one["kommunkod"] for _, one in values):
            notes.append(self.portal.of_own)
        if not all(one["omrade"] or one["okant"] for _, one in values):
            notes.append("Det som saknar myndighetsområde i tabellen läses som hela kommunens.")
        return tuple(notes)

    def _guessed(
        self, values: Sequence[tuple[int, Mapping[str, str]]], scope: str, beside: Sequence[str]
    ) -> tuple[str, ...]:
        if not scope or not any(one["omrade"] == scope for _, one in values):
            return ()
        return self.portal.guessed(beside)

    def _possible(self, texts: Sequence[Sequence[str]]) -> list[int]:
        """Columns in which every step occurs; most sheets have none, and are soon done with."""
        width = max(map(len, texts), default=0)
        found = []
        for place in range(width):
            numbers = {text for row in texts if any(map(str.isdigit, text := at_place(row, place)))}
            if len(numbers) >= len(self.scale):
                held = {self._step(text) for text in numbers if len(text) <= LONGEST}
                found += [place] if held >= set(self.scale) else []
        return found

    def _layout(
        self, number: int, texts: Sequence[Sequence[str]], possible: Sequence[int]
    ) -> _Spread | None:
        """The layout under a row as the heading; None where no row or column has every step."""
        heading = texts[number - 1]
        below = texts[number : number + SAMPLE]
        groups = reaching(texts[number - 2] if number > 1 else (), len(heading))
        steps = [self._step(text) for text in heading]
        if self._is_scale([step for step in steps if step in self.scale]):
            return self._across(heading, steps, groups, below)
        return self._down(heading, groups, below, possible)

    def _is_scale(self, steps: Sequence[str]) -> bool:
        """Whether scores stand in order, each once or as often as the others: answers do not."""
        times = len(steps) // len(self.scale)
        either = self.scale, self.scale[::-1]
        each = [[step for step in scale for _ in range(times)] for scale in either]
        return bool(steps) and [*steps] in (*each, *([*scale] * times for scale in either))

    def _across(
        self,
        heading: Sequence[str],
        steps: Sequence[str],
        groups: Sequence[str],
        below: Sequence[Sequence[str]],
    ) -> _Spread:
        """The steps stand in the heading. Of several blocks of steps, the one of counts counts."""
        columns: dict[int, _Column] = {}
        taken: dict[str, int] = {}
        for place, step in enumerate(steps):
            if not step:
                continue
            unit = _unit(heading[place]) or _unit(groups[place])
            before = columns.get(taken.get(step, place))
            if before is None or (before.unit == SHARE and unit != SHARE):
                columns.pop(taken.get(step, place), None)
                taken[step] = place
                columns[place] = _Column(Meaning(), step, unit)
        labels, said = self._labels(heading, below, {*columns})
        return _Spread(columns, labels, said, None)

    def _down(
        self,
        heading: Sequence[str],
        groups: Sequence[str],
        below: Sequence[Sequence[str]],
        possible: Sequence[int],
    ) -> _Spread | None:
        """The steps stand in a column, once for each distribution."""
        found = next(
            (at for at in possible if self._holds_steps(at_place(heading, at), at, below)), None
        )
        if found is None:
            return None
        labels, said = self._labels(heading, below, {found})
        if not self._is_whole(found, labels, below):
            return None
        columns: dict[int, _Column] = {}
        for place, text in enumerate(heading):
            if place == found or place in labels or place in said:
                continue
            around = self.meaning(groups[place]) or Meaning()
            if self.portal.vocabulary.keys.get(plain(text)) == "antal_svar":
                columns[place] = _Column(around, unit=ANSWERS)
            elif _unit(text) == SHARE:
                columns[place] = _Column(around, unit=SHARE)
            elif (
                text
                and (meaning := self.meaning(text)) not in (None, Meaning())
                and _holds_numbers(place, below)
            ):
                columns[place] = _Column(meaning.over(around), unit=_unit(groups[place]))
        if not columns:
            return None
        apart = self._told_apart(columns, labels, found, below)
        return _Spread(apart, labels, said, found)

    def _told_apart(
        self,
        columns: Mapping[int, _Column],
        labels: Sequence[int],
        steps: int,
        below: Sequence[Sequence[str]],
    ) -> dict[int, _Column]:
        """Columns headed by a word for a number: the counts of the steps, or the answers in all.

        In all is what is the same in every row of a distribution, beside another column of values.
        """
        result = dict(columns)
        totals = [place for place, one in columns.items() if one.unit == ANSWERS]
        counts = [
            place for place in totals if len(columns) == 1 or not _same(place, labels, below, steps)
        ]
        for place in totals:
            step = "" if place in counts[:1] else ANSWERS
            result[place] = replace(columns[place], step=step, unit="")
        if counts:
            # Shares beside counts say nothing more.
            result = {place: one for place, one in result.items() if one.unit != SHARE}
        return result

    def _labels(
        self, heading: Sequence[str], below: Sequence[Sequence[str]], taken: set[int]
    ) -> tuple[list[int], dict[int, str]]:
        """Columns of questions and areas, and columns that say something of the whole row."""
        labels: list[int] = []
        said: dict[int, str] = {}
        for place, text in enumerate(heading):
            key = self.portal.vocabulary.key_of(text) if text else None
            held = [row[place] for row in below if place < len(row) and row[place]]
            if place in taken or not held:
                continue
            if key in ("kommun", "kommunkod", "arende_ar"):
                said[place] = key
            elif key in (QUESTION, AREA) or self._names_things({*held}):
                labels.append(place)
        return labels, said

    def _names_things(self, held: set[str]) -> bool:
        words = [text for text in held if decimal(text.rstrip(" %\u00a0")) is None]
        return 2 * len(words) >= len(held) and any(self.meaning(one) is not None for one in words)

    def _holds_steps(self, heading: str, place: int, below: Sequence[Sequence[str]]) -> bool:
        """Whether a column has every step of the scale, and no question's answers."""
        if self._step(heading) in self.scale or self.answers.key_of(heading) is not None:
            return False
        held = [row[place] for row in below if place < len(row) and row[place]]
        steps = [step for text in held if (step := self._step(text))]
        return set(self.scale) <= set(steps) and 2 * len(steps) > len(held)

    def _is_whole(self, place: int, labels: Sequence[int], below: Sequence[Sequence[str]]) -> bool:
        """Whether each distribution has every step once: answers, ranks and counts have not."""
        seen: dict[tuple[str, ...], set[str]] = {}
        whole = set(self.scale)
        for cells in below:
            step = self._step(at_place(cells, place))
            if not step:
                continue
            steps = seen.setdefault(tuple(at_place(cells, at) for at in labels), set())
            if step in steps:
                if not whole <= steps:
                    return False
                steps.clear()
            steps.add(step)
        return any(whole <= steps for steps in seen.values())

    def _values(
        self,
        layout: _Spread,
        heading: Sequence[str],
        below: Sequence[Sequence[str]],
        number: int,
        around: Meaning,
    ) -> Iterator[tuple[int, Mapping[str, str]]]:
        section, areas = Meaning(), dict[int, str]()
        of_areas = [
            at for at in layout.labels if self.portal.vocabulary.key_of(heading[at]) == AREA
        ]
        for place, cells in enumerate(below, start=number + 1):
            step = at_place(cells, layout.steps) if layout.steps is not None else ""
            told = self._step(step)
            # An area is often written once, for all its questions.
            areas |= {at: text for at in of_areas if (text := at_place(cells, at))}
            written = [
                text for at in layout.labels if (text := at_place(cells, at) or areas.get(at, ""))
            ]
            written += [step] if step and not told else []
            filled = [at for at in layout.columns if at_place(cells, at)]
            if all(at_place(cells, at) == text for at, text in enumerate(heading)):
                continue
            if not filled:
                section = together(map(self.meaning, written)).over(section)
                continue
            if layout.steps is not None and not told:
                # Means and other rows between the steps are no part of a distribution.
                continue
            row = together(map(self.meaning, written)).over(section).over(around)
            said = {key: at_place(cells, at) for at, key in layout.said.items()}
            for at in filled:
                column = layout.columns[at]
                unit = SHARE if "%" in at_place(cells, at) else column.unit
                if unit == SHARE and (column.step or told) == ANSWERS:
                    # The sum of the shares.
                    continue
                meaning = column.meaning.over(row)
                yield (
                    place,
                    {
                        "kommun": said.get("kommun") or meaning.municipality,
                        "kommunkod": said.get("kommunkod", ""),
                        "arende_ar": said.get("arende_ar") or meaning.year,
                        "omrade": meaning.scope,
                        "fraga": meaning.measure,
                        "steg": column.step or told,
                        "enhet": unit,
                        "varde": at_place(cells, at),
                        "okant": next((one for one in written if self.meaning(one) is None), ""),
                    },
                )

    def _around(self, above: Sequence[Sequence[str]], sheet: str, stem: str) -> Meaning:
        """What the texts above the table, the sheet and the file say of all of it."""
        texts = [text for row in above for text in row if text]
        found = together(map(self.meaning, texts))
        named = self.meaning(sheet) or Meaning()
        return (
            found.over(self.portal.around(texts))
            .over(named)
            .over(self.portal.around([sheet]))
            .over(self.portal.around([stem]))
        )

    @cached_property
    def meaning(self) -> Callable[[str], Meaning | None]:
        """What a text says of a distribution: nothing for a factor, None for an unknown text."""
        return cache(self._meaning)

    def _meaning(self, text: str) -> Meaning | None:
        found = self.portal.meaning(text)
        key = self.answers.key_of(text) if text else None
        if key in self._items:
            found = Meaning(measure=str(key)).over(found or Meaning())
        if found is None:
            return None
        measure = found.measure if found.measure in self._items else ""
        return replace(found, measure=measure, quantity="")

    @cached_property
    def _items(self) -> frozenset[str]:
        return frozenset(self.portal.settings.questionnaire.item_keys)

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self.portal.settings)

    @cached_property
    def scale(self) -> tuple[str, ...]:
        """The steps of the scale."""
        return tuple(map(str, self.portal.settings.rules.index.scores))

    @cached_property
    def _step(self) -> Callable[[str], str]:
        """A score, "vet ej" or a number of answers; empty for other texts."""
        return cache(self._told_step)

    def _told_step(self, text: str) -> str:
        bare = AROUND_STEP.sub("", text)
        if not any(map(str.isalnum, bare)):
            bare = text
        if not any(map(str.isalnum, bare)):
            return ""
        if self.portal.vocabulary.keys.get(plain(text)) == "antal_svar" or plain(text) in IN_ALL:
            return ANSWERS
        score, held = self._reader.score(bare)
        if held == VALID:
            return str(int(score))
        return DONT_KNOW if self._reader.is_missing(bare) else ""


def _holds_numbers(place: int, below: Sequence[Sequence[str]]) -> bool:
    held = [cells[place].rstrip(" %\u00a0") for cells in below if at_place(cells, place)]
    numbers = sum(decimal(text) is not None for text in held)
    return bool(held) and numbers >= MOST * len(held)


def _unit(text: str) -> str:
    """`SHARE` where a heading says that its values are shares."""
    words = {plain(word) for word in re.split(r"[\s()]+", text)}
    return SHARE if "%" in text or words & SHARE_WORDS else ""


def _same(place: int, labels: Sequence[int], below: Sequence[Sequence[str]], steps: int) -> bool:
    """Whether a column has one value for all steps of each distribution."""
    values: dict[tuple[str, ...], set[str]] = {}
    rows: dict[tuple[str, ...], int] = {}
    for cells in below:
        if at_place(cells, steps) and at_place(cells, place):
            key = tuple(at_place(cells, at) for at in labels)
            values.setdefault(key, set()).add(at_place(cells, place))
            rows[key] = rows.get(key, 0) + 1
    return any(number > 1 for number in rows.values()) and all(
        len(found) == 1 for found in values.values()
    )
