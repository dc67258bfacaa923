"""The only reading of the raw files in a run: its result, and how the result is stored.

The whole folder is read at once, since a year is judged beside the year before it and all problems
are reported together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis import store
from analysis.basis import Basis
from analysis.errors import InputDataError, Problem
from analysis.intake.answers.clean import CleanYear
from analysis.intake.answers.never_kept import Aside, aside_rows, masker
from analysis.intake.cells.keys import ANSWER_ID
from analysis.intake.published.official import corrections
from analysis.intake.raw_files import RawFiles, look
from analysis.intake.recognition.files import RawFile
from analysis.settings import Settings

REFUSED = "Filen kan inte användas"
NO_ANSWERS = "Inga svar lästes; rapporten bygger på publicerade värden."
NOTHING_USABLE = Problem(
    "Ingen fil innehåller svar eller officiella värden, så det finns inget att göra en rapport av.",
    "Lägg filen med svar (insikt_<år>.xlsx eller .csv) i mappen. Vill du se de påhittade svaren: "
    "kör python run.py report --example.",
)


@dataclass(frozen=True)
class SetAside:
    """Content of tables of answers that must never leave the machine.

    Parameters
    ----------
    comments, names
        Cells of columns that are never kept: free text, and text that identifies a company or a
        person. Free text also as it is masked and edited for reading, and what was said in
        dialogues but may not be quoted.
    identifiers
        Identifiers of single answers.
    scores
        The scores that each respondent gave (1–10), a byte each, in the order of the questions.
    """

    comments: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    identifiers: frozenset[str] = frozenset()
    scores: frozenset[bytes] = frozenset()


@dataclass(frozen=True)
class Reading:
    """The material of a report from the raw files.

    Parameters
    ----------
    raw
        The raw files.
    wanted
        Later case years are left out; None for none.
    notes
        Swedish sentences about the reading as a whole.
    """

    raw: RawFiles
    wanted: int | None
    notes: tuple[str, ...] = ()

    @property
    def last_year(self) -> int | None:
        """The case year that the report is about."""
        return self.raw.newest_year(self.wanted)

    @property
    def years(self) -> dict[int, CleanYear]:
        """Clean answers by case year, oldest first."""
        return {
            year: clean
            for year, clean in self.raw.years.items()
            if self.wanted is None or year <= self.wanted
        }

    @property
    def official(self) -> pd.DataFrame:
        """Published values up to the report's year, as `Official.values`."""
        return self._reached(self.raw.published.values)

    @property
    def corrections(self) -> pd.DataFrame:
        """Published values that another value replaced, as `corrections`."""
        return self._reached(corrections(self.raw.published))

    def _reached(self, values: pd.DataFrame) -> pd.DataFrame:
        reached = values["year"] <= (self.last_year or self.wanted or values["year"])
        return values[reached].reset_index(drop=True)

    @property
    def _ledger(self) -> pd.DataFrame:
        return self.raw.ledger[self.raw.ledger["year"].isin(list(self.years))]

    @property
    def ledger(self) -> pd.DataFrame:
        """Rows read, counted and set aside, by file and case year."""
        counts = self._ledger.set_index(["file", "year", "reason"])["count"].unstack(fill_value=0)
        table = counts.reindex(columns=[store.READ, store.COUNTED], fill_value=0)
        table["undantagna"] = table[store.READ] - table[store.COUNTED]
        return table.rename_axis(columns=None).reset_index()

    @cached_property
    def set_aside(self) -> SetAside:
        """The content of all tables of answers that must never leave the machine."""
        settings = self.raw.settings
        tables = [part.table for part in self.raw.parts]
        names, told = set[str](), list[Aside]()
        for table in tables:
            for row in aside_rows(table, settings):
                names |= row.names
                if row.comments:
                    told.append(row)
        mask = masker(frozenset(names), settings)
        # Also as the workbook to read them in has them, and as people have edited them there.
        comments = {
            form
            for row in told
            for text in row.comments.values()
            for form in (text, mask.masked(text, row.names))
        }
        identifiers = {
            text
            for table in tables
            for place in table.header.places(ANSWER_ID)
            for text in table.column(place)
        }
        scores = {
            given
            for year, clean in self.raw.single_years.items()
            if year in self.years
            for given in _given(clean.answers[list(settings.questionnaire.item_keys)].to_numpy())
        }
        return SetAside(
            frozenset(comments) | self.raw.written,
            frozenset(names),
            frozenset(identifiers - {""}),
            frozenset(scores),
        )

    def write(self, processed: Path) -> Basis:
        """Store the clean answers, the other tables, and the basis of the run.

        Returns
        -------
        Basis
            The stored basis.
        """
        outputs = []
        for year, clean in self.years.items():
            outputs += [
                store.write_table(clean.answers, processed, store.answers(year)),
                store.write_table(clean.quality, processed, store.quality(year)),
                clean.write_rejects(store.rejects_path(processed, year)),
            ]
        tables = {
            store.CASES: self.raw.cases.values,
            store.OFFICIAL: self.official,
            store.CORRECTIONS: self.corrections,
            store.PROGRESS: self.raw.progress.values,
            store.PROPOSALS: self.raw.proposals.values,
            store.DIALOGUES: self.raw.dialogues.values,
            store.THEME_COUNTS: self.raw.themes.values,
        }
        outputs += [store.write_table(frame, processed, name) for name, frame in tables.items()]
        basis = replace(
            self.basis, outputs=tuple(str(path.relative_to(processed)) for path in outputs)
        )
        basis.write(processed)
        return basis

    @cached_property
    def basis(self) -> Basis:
        """The basis for the jobs and the run record, before it is stored."""
        raw, reach = self.raw, self.raw.reach(self.wanted)
        return Basis(
            municipality=raw.settings.report.municipality.code,
            years=tuple(self.years),
            areas=tuple(raw.areas(self.last_year)),
            last_year=self.last_year,
            notes=(*raw.notes, *self.notes),
            balance=raw.told_balance if self.years else (NO_ANSWERS, *raw.told_balance),
            first=(*reach, *raw.told_first()),
            public=(*reach, *raw.told_first(public=True)),
            files=tuple(self._files()),
            outputs=(),
        )

    def _files(self) -> Iterator[dict[str, Any]]:
        """Every file read, as `Basis.files`."""
        for file in sorted(self.raw.of_kind("answers"), key=lambda file: file.path):
            mine = self._ledger[self._ledger["file"] == file.name]
            if len(mine):
                years = " ".join(map(str, mine["year"].unique()))
                counts = mine.groupby("reason", sort=False)["count"].sum().items()
                told = {str(reason): int(count) for reason, count in counts}
                yield {**_told_of(file, store.ANSWER_FILES, years), **told}
        unused = []
        for file in self.raw.of_kind("distribution"):
            used = [year for year, paths in self.raw.answer_files().items() if file.path in paths]
            if used:
                told = _told_of(file, store.ANSWER_FILES, " ".join(map(str, used)))
                yield {**told, store.READ: file.rows}
            else:
                unused.append(file)
        kinds = {
            store.OTHER_FILES: [*self.raw.of_kind("cases", "official", "kolada"), *unused],
            store.PROGRESS_FILES: self.raw.of_kind("progress", "proposals", "dialogues", "themes"),
            store.COLLECTION_FILES: self.raw.collection,
        }
        for kind, files in kinds.items():
            for file in files:
                yield {**_told_of(file, kind), store.READ: file.rows}


def _told_of(file: RawFile, kind: str, years: str = "") -> dict[str, Any]:
    return {"fil": file.path.name, "sha256": file.sha256, "slag": kind, "år": years}


def _given(answers: npt.NDArray[np.float64]) -> Iterator[bytes]:
    """The scores of each respondent, missing ones left out."""
    here = ~np.isnan(answers)
    scores = answers[here].astype(np.uint8).tobytes()
    ends = here.sum(axis=1).cumsum().tolist()
    return (scores[start:end] for start, end in pairwise([0, *ends]))


def read(
    paths: Sequence[Path],
    settings: Settings,
    collection: Path | None = None,
    *,
    municipality: str = "",
    last_year: int = 0,
    example: bool = False,
) -> Reading:
    """Read every raw file once, and judge the content.

    Parameters
    ----------
    paths
        Folders and files.
    settings
        Configuration.
    collection
        Folder of the project's collected official values.
    municipality
        Name or code of the report's municipality. Left out, it is the configured municipality, or
        else the only municipality that raw files without answers are about.
    last_year
        Later case years are left out; 0 for none.
    example
        Whether the answers are made up: the collection's values are then reference only.

    Raises
    ------
    InputDataError
        With every problem of every file that must be refused, or when none gives a report.
    """
    settings = settings.for_municipality(municipality)
    raw = look(paths, settings, collection, governing=not example)
    if raw.problems:
        raise InputDataError(REFUSED, problems=raw.problems, first=raw.told_balance)
    if not raw.suffices:
        raise InputDataError("Det finns inget att göra en rapport av", problems=[NOTHING_USABLE])
    others = raw.municipalities()
    alone = len(others) == 1 and not raw.answer_files() and not municipality
    if not alone or others[0] == settings.report.municipality.code:
        return Reading(raw, last_year or None)
    settings = settings.for_municipality(others[0])
    note = f"Filerna gäller {settings.report.municipality.name}; rapporten görs för den kommunen."
    return Reading(replace(raw, settings=settings), last_year or None, (note,))
