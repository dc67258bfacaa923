"""Which raw files there are, what each holds, and which case years they reach.

Every file is read once; all problems of all files are told together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from analysis import store, swedish
from analysis.errors import InputDataError, Problem
from analysis.intake.answers.balance import Balance
from analysis.intake.answers.clean import BY_FILE, COUNTED, READ, REFUSED, CleanYear, clean_tables
from analysis.intake.answers.doubled import doubled_sheets
from analysis.intake.answers.interpret import Interpreted, interpret
from analysis.intake.cases import cases_of
from analysis.intake.judging.doubts import doubts
from analysis.intake.judging.losses import Finding, losses
from analysis.intake.progress import progress_of
from analysis.intake.published.official import Official, official_of
from analysis.intake.published.series import TOTAL, is_group
from analysis.intake.recognition.files import RawFile, found_files, recognise
from analysis.intake.rows import Found
from analysis.settings import Settings
from analysis.settings.questionnaire import NKI

KINDS_BESIDE_ANSWERS = ("cases", "official", "kolada", "progress")
NOTHING_USABLE = Problem(
    "Ingen fil innehåller svar eller officiella värden, så det finns inget att göra en rapport av.",
    "Lägg filen med svar (insikt_<år>.xlsx eller .csv) i mappen. Vill du se de påhittade svaren: "
    "kör python run.py report --example.",
)


@dataclass(frozen=True)
class Survey:
    """The raw files as recognised.

    Parameters
    ----------
    files
        Every file, in a fixed order.
    parts
        Every table of answers, interpreted.
    missing
        Problems of paths that lead nowhere.
    settings
        Configuration.
    collection
        Folder of the project's collected official values; decides areas when there are no answers.
    """

    files: tuple[RawFile, ...]
    parts: tuple[Interpreted, ...]
    missing: tuple[Problem, ...]
    settings: Settings
    collection: Path | None = None

    def answer_files(self) -> dict[int, list[Path]]:
        """Files with answers, by case year."""
        found: dict[int, dict[Path, None]] = {}
        for part in self.parts:
            for year in part.years:
                found.setdefault(year, {})[part.table.path] = None
        return {year: list(found[year]) for year in sorted(found)}

    def official_files(self) -> list[Path]:
        """Files with official values."""
        return [file.path for file in self.files if file.kind in ("official", "kolada")]

    def other_files(self) -> list[Path]:
        """Files with cases, official values or progress."""
        return [file.path for file in self.files if file.kind in KINDS_BESIDE_ANSWERS]

    def areas(self, last_year: int | None = None) -> list[str]:
        """Areas with a counted answer, or an official value of the report's municipality.

        Parameters
        ----------
        last_year
            Later years do not count.
        """
        found: set[str] = set()
        for year, clean in self.years.items():
            if last_year is None or year <= last_year:
                found |= set(clean.answers["area"])
        collected = self._collected if not self.parts else self.official.values
        own = collected["municipality_code"] == self.settings.report.municipality.code
        reached = collected["year"] <= (last_year or collected["year"])
        found |= set(collected.loc[own & reached, "scope"])
        return [key for key in self.settings.questionnaire.area_keys if key in found]

    def municipalities(self) -> list[str]:
        """Codes of the municipalities that the raw files have official values of."""
        country = self.settings.report.comparison.country.code
        codes = set(self.official.values["municipality_code"]) - {country}
        return sorted(code for code in codes if not is_group(code))

    def first_year(self) -> int | None:
        """The first case year with answers or an official value of the report's municipality."""
        years = [*self.answer_files(), *map(int, self._own["year"])]
        return min(years, default=None)

    def newest_year(self, last_year: int | None = None) -> int | None:
        """The case year that a report is about.

        The newest with answers or a published NKI of the whole municipality; where there is none
        the newest with any published value. A single area that is published before the others
        would else make a report in which all the rest is missing.

        Parameters
        ----------
        last_year
            Later years do not count.
        """
        own = self._own
        whole = own[(own["scope"] == TOTAL) & (own["measure"] == NKI)]
        for years in ([*self.answer_files(), *map(int, whole["year"])], map(int, own["year"])):
            reached = [year for year in years if last_year is None or year <= last_year]
            if reached:
                return max(reached)
        return None

    @property
    def _own(self) -> pd.DataFrame:
        """Official values of the report's municipality."""
        own = self._collected["municipality_code"] == self.settings.report.municipality.code
        return self._collected[own]

    @property
    def early(self) -> list[str]:
        """That years newer than the report's have published values, which it does not show."""
        newest = self.newest_year()
        return [
            f"{year} har varken svar eller ett publicerat NKI för hela kommunen, så årets "
            "publicerade värden visas inte än."
            for year in sorted(set(map(int, self._own["year"])))
            if newest is not None and year > newest
        ]

    @cached_property
    def _collected(self) -> pd.DataFrame:
        """Official values of the raw files and of the project's collection."""
        if self.collection is None:
            return self.official.values
        return official_of(self.files, self.settings, self.collection).values

    @cached_property
    def years(self) -> dict[int, CleanYear]:
        """Clean answers by case year."""
        return {
            year: clean_tables(
                [part for part in self.parts if year in part.years], year, self.settings
            )
            for year in self.answer_files()
        }

    @cached_property
    def official(self) -> Official:
        """Official values of the raw files."""
        return official_of(self.files, self.settings)

    @cached_property
    def cases(self) -> Found:
        """Closed cases of the raw files."""
        return cases_of(self.files, self.settings)

    @cached_property
    def progress(self) -> Found:
        """Progress of the raw files."""
        return progress_of(self.files, self.settings)

    @cached_property
    def balance(self) -> tuple[Balance, ...]:
        """What became of the rows of every file of answers, the newest year's first."""
        counts: dict[str, Counter[str]] = {}
        years: dict[str, set[int]] = {}
        for year, clean in self.cleaned.items():
            ledger = clean.quality[clean.quality["measure"] == BY_FILE]
            for file, reason, count in ledger[["group", "reason", "count"]].itertuples(index=False):
                counts.setdefault(file, Counter())[reason] += int(count)
                years.setdefault(file, set()).add(year)
        found = [
            Balance(
                file,
                tuple(sorted(years[file])),
                told.pop(READ),
                told.pop(COUNTED),
                dict(told.most_common()),
            )
            for file, told in counts.items()
        ]
        return tuple(sorted(found, key=lambda one: (-max(one.years), one.file)))

    @property
    def told_balance(self) -> tuple[str, ...]:
        """The balance of every file in words, answers first."""
        others = (self.cases.balance, self.official.balance, self.progress.balance)
        return (*map(str, self.balance), *(one for kind in others for one in kind))

    @cached_property
    def usable(self) -> Survey:
        """The survey without the tables of answers that must be refused."""
        if not any(part.problems for part in self.parts):
            return self
        return replace(self, parts=tuple(part for part in self.parts if not part.problems))

    def findings(self, beside: Mapping[int, CleanYear] | None = None) -> list[Finding]:
        """Losses and doubts of every year, those that stop first.

        Parameters
        ----------
        beside
            Clean answers of other years, to compare with.
        """
        found: list[Finding] = []
        seen, years = self.usable, self.cleaned
        for year, clean in years.items():
            before = years.get(year - 1) or (beside or {}).get(year - 1)
            lost = list(losses(clean, self.settings))
            found += lost
            # What a refused file or a loss took away would be doubted once more.
            if seen is self and not self.stopping(lost):
                found += doubts(clean, before, self.settings)
        return sorted(found, key=lambda one: not one.stops)

    def is_accepted(self, finding: Finding) -> bool:
        """Whether the coordinator has accepted a finding in files of just this content."""
        return any(
            (one.loss, one.subject, one.sha256)
            == (finding.kind, finding.subject, self.content_of(finding.files))
            for one in self.settings.accepted
            if finding.acceptable and one.loss == finding.kind
        )

    def content_of(self, files: Sequence[str]) -> str:
        """Digest of the files of answers with some names."""
        return store.digest(
            *(f.path for f in self.files if f.kind == "answers" and f.name in files)
        )

    @property
    def accepted(self) -> list[Finding]:
        """What the coordinator has accepted."""
        return [one for one in self._findings if one.stops and self.is_accepted(one)]

    @cached_property
    def _findings(self) -> list[Finding]:
        return self.findings()

    @property
    def refused(self) -> tuple[Problem, ...]:
        """Why files must be refused, apart from what is lost in them."""
        found = [
            *self.missing,
            *(problem for file in self.files for problem in file.problems),
            *(problem for part in self.parts for problem in part.problems),
            *doubled_sheets(self.parts, self.settings),
            *self.cases.problems,
            *self.progress.problems,
            *self.official.problems,
        ]
        try:
            _ = self.usable.years
        except InputDataError as error:
            found += error.problems
        return tuple(dict.fromkeys(found))

    @property
    def cleaned(self) -> dict[int, CleanYear]:
        """Clean answers of the tables that need not be refused; none where they collide."""
        try:
            return self.usable.years
        except InputDataError:
            return {}

    def stopping(self, findings: Sequence[Finding]) -> list[Problem]:
        """The problems of findings that stop a run."""
        return [one.problem() for one in findings if one.stops and not self.is_accepted(one)]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Why no report can be made; empty when one can."""
        return (*self.refused, *self.stopping(self._findings))

    def reach(self, last_year: int | None = None) -> list[str]:
        """Years that the files have and the report does not reach, and years missing between them.

        Parameters
        ----------
        last_year
            Later years are left out of the report.
        """
        notes = []
        newest, years = self.newest_year(last_year), sorted(self.answer_files())
        held = {
            file.named_year: file.name for file in self.files if file.kind in ("answers", "cases")
        }
        held |= {year: paths[0].name for year, paths in self.answer_files().items()}
        latest = max((year for year in held if year), default=0)
        if newest and latest > newest:
            notes.append(f"Rapporten gäller {newest}, fast {held[latest]} gäller {latest}.")
        gaps = sorted(set(range(min(years, default=0), max(years, default=0))) - set(years))
        if gaps:
            missing = swedish.listing(list(map(str, gaps)))
            notes.append(f"Svar saknas för {missing}, mellan {years[0]} och {years[-1]}.")
        return notes

    def told_first(self, *, public: bool = False) -> list[str]:
        """What was accepted, and what is doubtful but stops nothing, as Swedish sentences.

        Parameters
        ----------
        public
            Whether the sentences are for everybody, without small numbers.
        """

        def told(one: Finding) -> str:
            return one.public if public else f"{one.place}: {one.cause}"

        return [
            *(f"Godtaget: {told(one)}" for one in self.accepted),
            *(told(one) for one in self._findings if not one.stops),
        ]

    @property
    def notes(self) -> list[str]:
        """What the coordinator should know, Swedish sentences."""
        notes = [f"{file.name}: {note}" for file in self.files for note in file.notes]
        notes += [note for clean in self.years.values() for note in clean.notes]
        notes += [*self.cases.notes, *self.progress.notes, *self.official.notes, *self.early]
        return list(dict.fromkeys(notes))


def look(paths: Sequence[Path], settings: Settings, collection: Path | None = None) -> Survey:
    """Recognise and interpret every file; problems are told by the result, never raised."""
    found, missing = found_files(paths, settings)
    files = tuple(recognise(path, settings) for path in found)
    parts = tuple(
        interpret(table, settings)
        for file in files
        if file.kind == "answers"
        for table in file.tables
    )
    return Survey(files, parts, tuple(missing), settings, collection)


def survey(paths: Sequence[Path], settings: Settings, collection: Path | None = None) -> Survey:
    """Recognise every raw file in folders and files.

    Parameters
    ----------
    paths
        Folders and files.
    settings
        Configuration.
    collection
        Folder of the project's collected official values.

    Raises
    ------
    InputDataError
        With every problem of every file that must be refused, or when none gives a report.
    """
    seen = look(paths, settings, collection)
    if seen.problems:
        told = seen.told_balance
        raise InputDataError(REFUSED, problems=seen.problems, first=told)
    if not (seen.answer_files() or seen.official_files()):
        raise InputDataError("Det finns inget att göra en rapport av", problems=[NOTHING_USABLE])
    return seen
