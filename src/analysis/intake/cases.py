"""Closed cases, invitations and answers per area: ``arenden_<år>``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from analysis import swedish
from analysis.errors import Problem
from analysis.intake.cells.dates import case_year, named_year
from analysis.intake.cells.keys import AREA, CASE_YEAR
from analysis.intake.cells.values import Reader, whole_number
from analysis.intake.cells.words import cell_text, nearest, shown
from analysis.intake.recognition.files import RawFile, RawTable, recognise
from analysis.intake.rows import Found, unused
from analysis.settings import Settings

COUNTS = {"closed": "avslutade", "invited": "utskick", "answered": "svar"}


def read_cases(files: Sequence[Path], settings: Settings) -> pd.DataFrame:
    """Closed cases, invitations and answers by year and area.

    Parameters
    ----------
    files
        Raw files of any kind; those that hold cases are used.

    Returns
    -------
    pandas.DataFrame
        ``year`` (int64), ``area``, ``closed``, ``invited``, ``answered`` (Int64; missing where
        not told), sorted.

    Raises
    ------
    InputDataError
        When a file of cases cannot be used.
    """
    found = cases_of((recognise(path, settings) for path in files), settings)
    return found.usable("Ärendena kan inte läsas")


def cases_of(files: Iterable[RawFile], settings: Settings) -> Found:
    """The cases of recognised files, with every problem and note."""
    problems: list[Problem] = []
    notes: list[str] = []
    balance: list[str] = []
    told: dict[tuple[int, str], tuple[tuple[int | None, ...], str]] = {}
    for file in files:
        if file.kind != "cases":
            continue
        for table in file.tables:
            for year, area, counts, where in _rows(table, settings, problems, notes, balance):
                before = told.setdefault((year, area), (counts, where))
                if before[0] != counts:
                    name = settings.questionnaire.labels[area]
                    problems.append(
                        Problem(
                            f"{name} {year} har olika tal här och i {before[1]}.",
                            "Behåll det som stämmer.",
                            where,
                        )
                    )
    order = {key: place for place, key in enumerate(settings.questionnaire.area_keys)}
    keys = sorted(told, key=lambda key: (key[0], order[key[1]]))
    values = pd.DataFrame(
        {
            "year": pd.Series([year for year, _ in keys], dtype="int64"),
            "area": pd.Series([area for _, area in keys], dtype="str"),
            **{
                column: pd.Series([told[key][0][place] for key in keys], dtype="Int64")
                for place, column in enumerate(COUNTS)
            },
        }
    )
    return Found(values, tuple(problems), tuple(notes), tuple(balance))


def _rows(
    table: RawTable,
    settings: Settings,
    problems: list[Problem],
    notes: list[str],
    balance: list[str],
) -> Iterable[tuple[int, str, tuple[int | None, ...], str]]:
    reader = Reader(settings)
    columns = table.header.columns
    named = named_year(table.path.stem)
    size, aside = 0, dict[str, list[int]]()
    for number, row in table.data():
        where = f"{table.where}, rad {number}"

        def cell(key: str, row: Sequence[object] = row) -> str:
            place = columns.get(key)
            return cell_text(row[place]) if place is not None and place < len(row) else ""

        name = cell(AREA)
        area = reader.area(name)
        if area is None and reader.sums_up(name):
            continue
        size += 1
        if area is None:
            near = nearest(name, [one.name for one in settings.questionnaire.areas])
            hint = f", menades {near}?" if near else ""
            reason = f"området ”{shown(name)}” är okänt{hint}" if name else "området saknas"
            aside.setdefault(reason, []).append(number)
            continue
        year = (case_year(cell(CASE_YEAR)) if cell(CASE_YEAR) else None) or named
        if year is None:
            problems.append(
                Problem(
                    "Det går inte att se vilket ärendeår raden gäller.",
                    "Skriv året i filens namn (arenden_2024.csv) eller i en kolumn ärendeår.",
                    where,
                )
            )
            continue
        counts = []
        for key in COUNTS.values():
            text = cell(key)
            counts.append(None if reader.is_missing(text) else whole_number(text))
            if counts[-1] is None and not reader.is_missing(text):
                problems.append(
                    Problem(
                        f"”{shown(text)}” är inte ett helt tal.",
                        "Rätta talet eller lämna cellen tom.",
                        f"{where}, kolumn {key}",
                    )
                )
        yield year, area, tuple(counts), where
    accepted = (
        f"Skriv {swedish.listing([one.name for one in settings.questionnaire.areas], 'eller')}, "
        "eller lägg till namnet som alias i config/questionnaire.yml."
    )
    unused(table.where, size, aside, accepted, problems, notes, balance)
