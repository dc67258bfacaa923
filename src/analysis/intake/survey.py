"""Which raw files there are, what each holds, and which case years they reach.

Every file is read once; all problems of all files are told together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from analysis.errors import InputDataError, Problem
from analysis.intake.answers import Interpreted, interpret
from analysis.intake.cases import cases_of
from analysis.intake.clean import REFUSED, CleanYear, clean_tables
from analysis.intake.doubled import doubled_sheets
from analysis.intake.files import RawFile, found_files, recognise
from analysis.intake.found import Found
from analysis.intake.official import TOTAL, Official, official_of
from analysis.intake.progress import progress_of
from analysis.settings import Settings
from analysis.settings.questionnaire import NKI

KINDS_BESIDE_ANSWERS = ("cases", "official", "kolada", "progress")


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
        return sorted(set(self.official.values["municipality_code"]) - {country, ""})

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

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Why files must be refused; empty when a report can be made of them."""
        found = [
            *self.missing,
            *(problem for file in self.files for problem in file.problems),
            *(problem for part in self.parts for problem in part.problems),
            *doubled_sheets(self.parts, self.settings),
            *self.cases.problems,
            *self.progress.problems,
            *self.official.problems,
        ]
        if not found:
            try:
                _ = self.years
            except InputDataError as error:
                found += error.problems
        return tuple(dict.fromkeys(found))

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
        With every problem of every file that must be refused.
    """
    seen = look(paths, settings, collection)
    if seen.problems:
        raise InputDataError(REFUSED, problems=seen.problems)
    return seen
