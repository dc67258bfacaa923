"""Distributions of answers over the scale, as counts of each score.

Shares become counts by the number of answers. What does not add up is told, all of it at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from pathlib import Path

import numpy as np

from analysis import swedish
from analysis.intake.cells.dates import several_years
from analysis.intake.cells.municipality import code_of
from analysis.intake.cells.values import decimal
from analysis.intake.cells.words import shown, shown_name
from analysis.intake.distributions.shares import reach_of, rounding, whole_counts
from analysis.intake.recognition.distributions import ANSWERS, DONT_KNOW, SHARE
from analysis.intake.recognition.files import RawTable
from analysis.intake.recognition.series import TOTAL
from analysis.intake.rows import Told, Unit
from analysis.settings import Settings

UNIT = Unit(
    ("fördelning", "fördelningar"),
    ("fördelning läst", "fördelningar lästa"),
    ("använd", "använda"),
    one="en",
    none="ingen",
)
WHOLE, PER_CENT = 1.0, 100.0
SHOWN = 8
"""Most rows named in a message."""
NO_TERTIAL = "gäller en del av året som inte är ett tertial, eller är preliminär: ”{}”"
ACCEPTED = (
    "En fördelning behöver en fråga ur enkäten, ett myndighetsområde eller Totalt, och ett "
    "ärendeår i tabellen eller i filens namn. Gäller den ett tertial: skriv T1, T2 eller T3 där. "
    "Gäller den hela året: ta bort ord om en del av det."
)


@dataclass(frozen=True)
class Distribution:
    """The answers to a question in an area, or in the whole municipality.

    Parameters
    ----------
    year, period
        Case year, and tertial (empty for the whole year).
    scope, item
        Key of the area, or ``total``; key of the question.
    counts
        Answers with each score, the lowest first.
    dont_know
        Answers without a score.
    path, where
        The file, and the place in words.
    """

    year: int
    period: str
    scope: str
    item: str
    counts: tuple[int, ...]
    dont_know: int
    path: Path
    where: str

    @property
    def place(self) -> tuple[int, str, str, str]:
        """What it is about."""
        return self.year, self.period, self.scope, self.item

    @property
    def told(self) -> tuple[tuple[int, ...], int]:
        """What it says."""
        return self.counts, self.dont_know


@dataclass
class _Written:
    """A distribution as written: numbers by step, shares or counts."""

    row: int
    texts: Mapping[str, str]
    cells: dict[str, str] = field(default_factory=dict)
    shares: bool = False
    twice: bool = False
    """Whether a step has two numbers."""

    def numbers(self) -> dict[str, float | None]:
        """The number of every step; None where it is none. Nothing and a dash are no answers."""
        return {
            step: decimal(text.rstrip(" %\u00a0")) if any(map(str.isalnum, text)) else 0.0
            for step, text in self.cells.items()
        }


def distributions_of(
    tables: Iterable[RawTable], settings: Settings, told: Told
) -> tuple[Distribution, ...]:
    """The distributions of every table, without those that are written twice.

    Parameters
    ----------
    tables
        Tables of distributions.
    settings
        Configuration.
    told
        Receives the messages about the files.
    """
    found: dict[tuple[int, str, str, str], Distribution] = {}
    for table in tables:
        twice: list[str] = []
        for one in _Table(table, settings, told).read():
            before = found.setdefault(one.place, one)
            if before.told != one.told:
                twice.append(f"{one.where} och {before.where}")
        if twice:
            told.problem(
                f"Samma fråga och område har olika tal på flera ställen: {_listed(twice)}.",
                "Behåll den tabell som stämmer.",
                table.where,
            )
    _same_periods([*found.values()], told)
    return tuple(found.values())


def _same_periods(found: Sequence[Distribution], told: Told) -> None:
    """A problem where a year stands both whole and in tertials: the answers would count twice."""
    by_year = sorted(found, key=lambda one: one.year)
    for year, ones in groupby(by_year, key=lambda one: one.year):
        files: dict[bool, set[str]] = {}
        for one in ones:
            files.setdefault(bool(one.period), set()).add(shown_name(one.path.name))
        if len(files) > 1:
            names = swedish.listing(sorted(files[False] | files[True]))
            told.problem(
                f"{year} har fördelningar både för hela året och för tertial.",
                "Behåll antingen årets fil eller tertialens.",
                names,
            )


@dataclass(frozen=True)
class _Table:
    """The distributions of one table, and what is wrong with it."""

    table: RawTable
    settings: Settings
    told: Told

    def read(self) -> Iterator[Distribution]:
        """Every distribution that can be used; the rest is told."""
        written = self._written()
        unused: dict[str, list[int]] = {}
        used = []
        for one in written:
            if reason := self._unusable(one):
                unused.setdefault(reason, []).append(one.row)
            else:
                used.append(one)
        self.told.unused(self.table.where, len(written), unused, ACCEPTED, UNIT)
        used = self._answered(used)
        if not used or self._unreadable(used):
            return
        if self._in_shares(used):
            yield from self._of_shares(used)
        else:
            yield from self._of_counts(used)

    def _written(self) -> list[_Written]:
        """The cells of each distribution together; those without a number are left out."""
        found: dict[tuple[str, ...], _Written] = {}
        about = ("kommun", "kommunkod", "arende_ar", "omrade", "fraga", "okant")
        for number, texts in self.table.values:
            key = tuple(texts[name] for name in about)
            one = found.setdefault(key, _Written(number, texts))
            step, text = texts["steg"], texts["varde"]
            if step == ANSWERS and not any(map(str.isalnum, text)):
                continue
            if one.cells.setdefault(step, text) != text:
                one.twice = True
            one.shares = one.shares or texts["enhet"] == SHARE
        return [
            one
            for one in found.values()
            if any(any(map(str.isalnum, one.cells.get(step, ""))) for step in self._scale)
        ]

    def _unusable(self, one: _Written) -> str:
        """The reason that a distribution is not used; empty where it is."""
        own, texts = self.settings.report.municipality, one.texts
        name, code = texts["kommun"], texts["kommunkod"].zfill(4) if texts["kommunkod"] else ""
        whose = code or (code_of(name, self.settings.codes) if name else own.code)
        if whose != own.code:
            return f"gäller en annan kommun ({shown(name or code)})"
        if texts["okant"]:
            return f"”{shown(texts['okant'])}” känns inte igen"
        if not texts["fraga"]:
            return "frågan saknas"
        if not texts["arende_ar"].isdecimal():
            return f"ärendeåret saknas.{several_years(self.table.path.stem)}".rstrip(".")
        part = self.table.part
        return "" if part is None or part.tertial else NO_TERTIAL.format(shown(part.words))

    def _answered(self, used: Sequence[_Written]) -> list[_Written]:
        """Those that anybody has answered: a question may not be asked in an area."""
        found, silent = list[_Written](), list[str]()
        for one in used:
            numbers = one.numbers()
            nobody = ANSWERS in numbers and not any(number != 0 for number in numbers.values())
            if nobody:
                silent.append(str(one.row))
            else:
                found.append(one)
        if silent:
            self.told.notes.append(
                f"{swedish.count(len(silent), 'fördelning', 'fördelningar')} i {self.table.where} "
                f"har inga svar och används inte: rad {_listed(silent)}."
            )
        return found

    def _unreadable(self, used: Sequence[_Written]) -> bool:
        """Whether a cell is no number, or below zero; then the table is refused."""
        twice = [self._named(one) for one in used if one.twice]
        cause = "Samma fråga och område står flera gånger med olika tal"
        self._tell(cause, twice, "Behåll den rad som stämmer.")
        bad = [
            f"rad {one.row}: ”{shown(one.cells[step])}”"
            for one in used
            for step, number in one.numbers().items()
            if number is None or number < 0
        ]
        fix = "Skriv antal eller andelar. En tom cell och ett streck läses som noll."
        self._tell("Tabellen har celler som inte är tal", bad, fix)
        return bool(bad or twice)

    def _tell(self, cause: str, found: Sequence[str], fix: str) -> None:
        """A problem, with the places where it was found, if any."""
        if found:
            self.told.problem(f"{cause}: {_listed(found)}.", fix, self.table.where)

    def _in_shares(self, used: Sequence[_Written]) -> bool:
        """Whether the numbers are shares: by a word or a sign, or by what they add up to."""
        if any(one.shares for one in used):
            return True
        sums = [self._sums(one) for one in used]
        as_shares = sum(any(self._is_whole(one, total) for total in both) for one, both in sums)
        as_counts = sum(numbers.get(ANSWERS) in both for numbers, both in sums)
        if any(ANSWERS in one.cells for one in used):
            return as_shares > as_counts
        return as_shares == len(sums)

    def _sums(self, one: _Written) -> tuple[dict[str, float], tuple[float, float]]:
        """The numbers, and the sum of the scores without and with "vet ej"."""
        numbers = {step: number or 0.0 for step, number in one.numbers().items()}
        scored = sum(numbers.get(step, 0.0) for step in self._scale)
        return numbers, (scored, scored + numbers.get(DONT_KNOW, 0.0))

    def _is_whole(self, numbers: Mapping[str, float], total: float) -> bool:
        """Whether numbers add up to 1 or 100 per cent, but for what rounding can do."""
        return any(
            abs(total - whole) <= rounding(numbers) * (len(self._scale) + 1) + 1e-9
            and (whole == PER_CENT or max(numbers.get(s, 0.0) for s in self._scale) <= WHOLE)
            for whole in (WHOLE, PER_CENT)
        )

    def _of_counts(self, used: Sequence[_Written]) -> Iterator[Distribution]:
        wrong = []
        for one in used:
            numbers, sums = self._sums(one)
            answers = numbers.get(ANSWERS)
            if any(number % 1 for number in numbers.values()):
                wrong.append(f"{self._named(one)}: talen är inte hela")
            elif answers is not None and answers not in sums:
                told = " eller ".join(f"{total:.0f}" for total in dict.fromkeys(sums))
                wrong.append(f"{self._named(one)}: {told} mot {answers:.0f}")
            else:
                counts = [int(numbers.get(step, 0)) for step in (*self._scale, DONT_KNOW)]
                yield self._distribution(one, counts[:-1], counts[-1])
        self._tell(
            f"Antalen stämmer inte med antalet svar på {_rows(wrong)}",
            wrong,
            "Rätta talen. Räknas ”vet ej” in i antalet svar behövs en kolumn för det. Är talen "
            "andelar: skriv Andel eller % i rubriken.",
        )

    def _of_shares(self, used: Sequence[_Written]) -> Iterator[Distribution]:
        """Counts of shares and a number of answers, by the method of largest remainders."""
        lacking, wrong, reach = [], [], []
        for one in used:
            numbers, sums = self._sums(one)
            answers = numbers.pop(ANSWERS, 0.0)
            whole = next(
                (n for n, total in enumerate(sums) if self._is_whole(numbers, total)), None
            )
            if not answers:
                lacking.append(self._named(one))
            elif whole is None or answers % 1:
                unit = WHOLE if sums[1] <= 2 * WHOLE else PER_CENT
                per_cent = swedish.number(sums[1] / unit * PER_CENT)
                wrong.append(f"{self._named(one)}: {per_cent} procent, {answers:g} svar")
            else:
                steps = [*self._scale, DONT_KNOW] if whole else [*self._scale]
                parts = sums[whole] <= 2 * WHOLE and max(numbers.values()) <= WHOLE
                base = WHOLE if parts else PER_CENT
                shares = np.array([numbers.get(step, 0.0) for step in steps]) / base
                counts = whole_counts(shares, int(answers))
                error = rounding(numbers) / base
                off = float(abs(np.array(counts) / answers - shares).max())
                if answers * 2 * error >= 1 or off > error + 1e-9:
                    reach.append(reach_of(counts[: len(self._scale)], int(answers), error, off))
                dont_know = counts[len(self._scale)] if whole else 0
                yield self._distribution(one, counts[: len(self._scale)], dont_know)
        if reach:
            self.told.notes.append(
                f"{self.table.where}: andelarna är avrundade och ger inte säkert de rätta antalen. "
                f"En frågas index kan skilja sig från det rätta med högst "
                f"{swedish.number(max(reach))} enheter, oftast mycket mindre."
            )
        if lacking:
            self.told.problem(
                f"Andelarna saknar antal svar på {_rows(lacking)}: {_listed(lacking)}. Utan "
                "antalet går det inte att se hur säkra de är, eller om de får visas.",
                "Lägg till en kolumn Antal svar, eller lägg in antalen i stället för andelarna.",
                self.table.where,
            )
        self._tell(
            f"Andelarna blir inte 100 procent på {_rows(wrong)}",
            wrong,
            "Rätta talen. Räknas ”vet ej” in i andelarna behövs en kolumn för det.",
        )

    def _distribution(self, one: _Written, counts: Sequence[int], dont_know: int) -> Distribution:
        return Distribution(
            int(one.texts["arende_ar"]),
            self.table.part.tertial if self.table.part else "",
            one.texts["omrade"] or TOTAL,
            one.texts["fraga"],
            tuple(counts),
            dont_know,
            self.table.path,
            f"{self.table.where}, rad {one.row}",
        )

    def _named(self, one: _Written) -> str:
        """A distribution in words: its row, area and question."""
        labels = self.settings.questionnaire.labels
        area = labels.get(one.texts["omrade"], "Totalt")
        return f"rad {one.row} ({area}, {labels[one.texts['fraga']].lower()})"

    @cached_property
    def _scale(self) -> tuple[str, ...]:
        return tuple(map(str, self.settings.rules.index.scores))


def _rows(found: Sequence[str]) -> str:
    return swedish.count(len(found), "rad", "rader")


def _listed(found: Sequence[str]) -> str:
    more = f" och {len(found) - SHOWN} till" if len(found) > SHOWN else ""
    return "; ".join(found[:SHOWN]) + more
