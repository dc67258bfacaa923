"""The raw files, with their content and case years.

Every file is read once; all problems of all files are reported together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

import pandas as pd

from analysis import store, swedish
from analysis.errors import Problem
from analysis.intake.answers.balance import Balance
from analysis.intake.answers.clean import CleanYear, clean_tables
from analysis.intake.answers.doubled import doubled_sheets
from analysis.intake.answers.interpret import Interpreted, interpret
from analysis.intake.cases import cases_of
from analysis.intake.dialogues import dialogues_of, unquotable
from analysis.intake.distributions.years import DistributionYears, distribution_years
from analysis.intake.judging.doubts import doubts
from analysis.intake.judging.findings import Finding, JudgedYear
from analysis.intake.judging.losses import losses
from analysis.intake.progress import progress_of
from analysis.intake.proposals import proposals_of
from analysis.intake.published.official import Official, Row, official_of, rows_of
from analysis.intake.published.totals import totals_and_areas
from analysis.intake.recognition.files import Kind, RawFile, RawTable, found_files, recognise
from analysis.intake.recognition.series import TOTAL, is_group
from analysis.intake.rows import Found, Told
from analysis.intake.themes import texts_in, themes_of
from analysis.settings import Settings
from analysis.settings.questionnaire import NKI


@dataclass(frozen=True)
class RawFiles:
    """The raw files as recognised and interpreted.

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
        Files of the project's collected official values.
    governing
        Whether the collection's values govern verdicts, or are reference only.
    today
        The present day: what is reported for a later one is not done.
    """

    files: tuple[RawFile, ...]
    parts: tuple[Interpreted, ...]
    missing: tuple[Problem, ...]
    settings: Settings
    collection: tuple[RawFile, ...] = ()
    governing: bool = True
    today: date = field(default_factory=date.today)

    def of_kind(self, *kinds: Kind) -> list[RawFile]:
        """Files of some kinds."""
        return [file for file in self.files if file.kind in kinds]

    def _tables(self, kind: Kind) -> Iterator[RawTable]:
        for file in self.files:
            yield from (table for table in file.tables if table.header.kind == kind)

    def answer_files(self) -> dict[int, list[Path]]:
        """Files with answers or distributions of answers, by case year."""
        found: dict[int, list[Path]] = {}
        for part in self.parts:
            for year in part.years:
                found.setdefault(year, []).append(part.table.path)
        found |= {year: [*paths] for year, paths in self._from_distributions.files.items()}
        return {year: list(dict.fromkeys(found[year])) for year in sorted(found)}

    @property
    def suffices(self) -> bool:
        """Whether there is enough for a report: answers, distributions or official values.

        Where files are laid they must hold some: the one with answers may have been forgotten.
        """
        if self.files:
            return bool(self.answer_files() or self.of_kind("official", "kolada"))
        return not self._own(self.published).empty

    def areas(self, last_year: int | None = None) -> list[str]:
        """Areas with a counted answer, or an official value of the report's municipality.

        Parameters
        ----------
        last_year
            Later years do not count.
        """
        found = {
            area
            for year, clean in self.years.items()
            if year <= (last_year or year)
            for area in clean.answers["area"]
        }
        # The project's collection has values of areas that a report of answers need not have.
        own = self._own(self.official if self.answer_files() else self.published)
        found |= set(own.loc[own["year"] <= (last_year or own["year"]), "scope"])
        return [key for key in self.settings.questionnaire.area_keys if key in found]

    def municipalities(self) -> list[str]:
        """Codes of the municipalities that the raw files have official values of."""
        country = self.settings.report.comparison.country.code
        codes = set(self.official.values["municipality_code"]) - {country}
        return sorted(code for code in codes if not is_group(code))

    def first_year(self) -> int | None:
        """The first case year with answers or an official value of the report's municipality."""
        years = [*self.answer_files(), *map(int, self._own(self.published)["year"])]
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
        own = self._own(self.published)
        whole = own[(own["scope"] == TOTAL) & (own["measure"] == NKI)]
        for years in ([*self.answer_files(), *map(int, whole["year"])], map(int, own["year"])):
            reached = [year for year in years if last_year is None or year <= last_year]
            if reached:
                return max(reached)
        return None

    def _own(self, official: Official) -> pd.DataFrame:
        """Official values of the report's municipality."""
        own = official.values["municipality_code"] == self.settings.report.municipality.code
        return official.values[own]

    @property
    def early(self) -> list[str]:
        """Notes about newer years that have published values but are not reported yet."""
        newest = self.newest_year()
        return [
            f"{year} har varken svar eller ett publicerat NKI för hela kommunen, så årets "
            "publicerade värden visas inte än."
            for year in sorted(set(map(int, self._own(self.published)["year"])))
            if newest is not None and year > newest
        ]

    @cached_property
    def _cleaned(self) -> dict[int, CleanYear]:
        """Every case year of the tables that are not refused."""
        usable = [part for part in self.parts if not part.problems]
        years = sorted({year for part in usable for year in part.years})
        return {
            year: clean_tables([part for part in usable if year in part.years], year, self.settings)
            for year in years
        }

    @property
    def years(self) -> dict[int, CleanYear]:
        """Clean answers by case year, without years whose files must be refused."""
        found = {year: clean for year, clean in self._cleaned.items() if not clean.problems}
        return dict(sorted({**found, **self._from_distributions.years}.items()))

    @property
    def single_years(self) -> dict[int, CleanYear]:
        """The years whose answers are known one by one."""
        return {year: clean for year, clean in self.years.items() if year in self._cleaned}

    @cached_property
    def _from_distributions(self) -> DistributionYears:
        """The years of which only distributions are known."""
        answered = {year for part in self.parts for year in part.years}
        return distribution_years(self._tables("distribution"), answered, self.settings)

    @cached_property
    def _official_rows(self) -> tuple[list[Row], Told]:
        told = Told()
        rows = rows_of(self.files, self.settings, told)
        totals_and_areas(rows, self.settings, told)
        return self._from_distributions.before_results(rows, self.settings, told), told

    @cached_property
    def official(self) -> Official:
        """Official values of the raw files."""
        rows, told = self._official_rows
        return official_of(rows, self.settings, told)

    @cached_property
    def published(self) -> Official:
        """Official values of the raw files and of the project's collection."""
        rows, told = self._official_rows
        # Rows left out of the collection do not concern the coordinator.
        collected = rows_of(
            self.collection, self.settings, Told(), own=False, governs=self.governing
        )
        return official_of([*rows, *collected], self.settings, told)

    @cached_property
    def cases(self) -> Found:
        """Closed cases of the raw files."""
        return cases_of(self._tables("cases"), self.settings)

    @cached_property
    def progress(self) -> Found:
        """Progress of the raw files."""
        return progress_of(self._tables("progress"), self.settings, self.today)

    @cached_property
    def proposals(self) -> Found:
        """What was agreed at workshops."""
        return proposals_of(self._tables("proposals"), self.settings)

    @cached_property
    def dialogues(self) -> Found:
        """What was said in dialogues with associations."""
        return dialogues_of(self._tables("dialogues"), self.settings)

    @cached_property
    def themes(self) -> Found:
        """How many free texts have each theme."""
        return themes_of([*self._tables("themes")], self.settings)

    @property
    def written(self) -> frozenset[str]:
        """Texts that people have written beside the answers, and that must never be shown."""
        return texts_in(self._tables("themes")) | unquotable(
            self._tables("dialogues"), self.settings
        )

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """Rows of every file of answers: ``year, file, reason, count``."""
        columns = ["year", "file", "reason", "count"]
        rows = [
            (year, *row)
            for year, clean in self.single_years.items()
            for measure, *row in clean.quality.itertuples(index=False)
            if measure == store.BY_FILE
        ]
        return pd.DataFrame(rows, columns=columns)

    @cached_property
    def balance(self) -> tuple[Balance, ...]:
        """The balance of every file of answers, the newest year's first."""
        found = []
        for file, rows in self.ledger.groupby("file", sort=False):
            sums = rows.groupby("reason", sort=False)["count"].sum()
            told = Counter({str(reason): int(count) for reason, count in sums.items()})
            read, counted = told.pop(store.READ), told.pop(store.COUNTED)
            years = tuple(sorted(map(int, rows["year"].unique())))
            found.append(Balance(str(file), years, read, counted, dict(told.most_common())))
        return tuple(sorted(found, key=lambda balance: (-max(balance.years), balance.file)))

    @property
    def told_balance(self) -> tuple[str, ...]:
        """The balance of every file in words, answers first."""
        return (*map(str, self.balance), *(one for told in self._told for one in told.balance))

    @property
    def _told(self) -> tuple[Told, ...]:
        """Messages about the files other than answers."""
        others = self.cases, self.official, self.progress, self.proposals, self.dialogues
        return self._from_distributions.told, *(one.told for one in (*others, self.themes))

    def findings(self, beside: Mapping[int, CleanYear] | None = None) -> list[Finding]:
        """Losses and doubts of every year; those that stop a run come first.

        Parameters
        ----------
        beside
            Clean answers of other years, to compare with.
        """
        found: list[Finding] = []
        whole = not any(part.problems for part in self.parts)
        # Of distributions there are no rows to judge, and none to compare with.
        years = self.single_years
        for year, clean in years.items():
            judged = self.judged(clean, years.get(year - 1) or (beside or {}).get(year - 1))
            lost = list(losses(judged))
            found += lost
            # Answers missing because of a refused file or a loss would be doubted again.
            if whole and not self.stopping(lost):
                found += doubts(judged)
        return sorted(found, key=lambda finding: not finding.stops)

    def judged(self, clean: CleanYear, before: CleanYear | None) -> JudgedYear:
        """A case year beside the year before it and the year's closed cases."""
        named = {one.name: one.named_year for one in self.of_kind("cases")}
        return JudgedYear.of(clean, before, self.settings, self.cases.values, named)

    def is_accepted(self, finding: Finding) -> bool:
        """Whether the coordinator has accepted a finding for files of exactly this content."""
        return finding.acceptable and any(
            one.sha256 == self.content_of(finding.files)
            for one in self.settings.accepted
            if (one.loss, one.subject) == (finding.kind, finding.subject)
        )

    def content_of(self, files: Sequence[str]) -> str:
        """Digest of the files of answers and of closed cases with some names."""
        return store.digest(
            *(one.path for one in self.of_kind("answers", "cases") if one.name in files)
        )

    @property
    def accepted(self) -> list[Finding]:
        """The findings that the coordinator has accepted."""
        return [one for one in self._findings if one.stops and self.is_accepted(one)]

    @cached_property
    def _findings(self) -> list[Finding]:
        return self.findings()

    @property
    def refused(self) -> tuple[Problem, ...]:
        """Reasons for refusing files, apart from losses."""
        found = [
            *self.missing,
            *(problem for file in self.files for problem in file.problems),
            *(problem for part in self.parts for problem in part.problems),
            *doubled_sheets(self.parts, self.settings),
            *(problem for told in self._told for problem in told.problems),
            *(problem for clean in self._cleaned.values() for problem in clean.problems),
        ]
        return tuple(dict.fromkeys(found))

    def stopping(self, findings: Sequence[Finding]) -> list[Problem]:
        """The problems of findings that stop a run."""
        return [one.problem() for one in findings if one.stops and not self.is_accepted(one)]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Problems that prevent a report; empty when a report can be made."""
        return (*self.refused, *self.stopping(self._findings))

    def reach(self, last_year: int | None = None) -> list[str]:
        """Notes about years beyond the report, and years missing between the years with answers.

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
            notes.append(f"Rapporten gäller {newest}, men filen {held[latest]} gäller {latest}.")
        gaps = sorted(set(range(min(years, default=0), max(years, default=0))) - set(years))
        if gaps:
            missing = swedish.listing(list(map(str, gaps)))
            notes.append(
                f"Svar saknas för {missing}, fast det finns svar för {years[0]} och {years[-1]}."
            )
        return notes

    def told_first(self, *, public: bool = False) -> list[str]:
        """Swedish sentences on accepted losses, and on doubts that do not stop the run.

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
        """Swedish sentences for the coordinator."""
        notes = [
            f"{one.name}: {note}" for one in self.files for note in (*one.summaries, *one.notes)
        ]
        notes += [note for clean in self.years.values() for note in clean.notes]
        return list(dict.fromkeys([*notes, *self.notes_beside]))

    @property
    def notes_beside(self) -> list[str]:
        """Notes about the files other than answers, and about years not reported yet."""
        return [*(note for told in self._told for note in told.notes), *self.early]


def look(
    paths: Sequence[Path],
    settings: Settings,
    collection: Path | None = None,
    *,
    governing: bool = True,
    today: date | None = None,
) -> RawFiles:
    """Recognise and interpret every file; problems stand in the result and are never raised.

    Parameters
    ----------
    paths
        Folders and files.
    settings
        Configuration.
    collection
        Folder of the project's collected official values.
    governing
        Whether the collection's values govern verdicts.
    today
        The present day, where another one is meant than the computer's.
    """
    found, missing = found_files(paths, settings)
    files = tuple(recognise(path, settings) for path in found)
    parts = tuple(
        interpret(table, settings)
        for file in files
        if file.kind == "answers"
        for table in file.tables
    )
    collected = found_files([collection], settings)[0] if collection else []
    return RawFiles(
        files,
        parts,
        tuple(missing),
        settings,
        tuple(recognise(path, settings) for path in collected),
        governing,
        today or date.today(),
    )
