"""Closed cases, invitations and answers per area: ``arenden_<år>``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd

from analysis import swedish
from analysis.intake.cells.dates import case_year, named_year, several_years
from analysis.intake.cells.keys import AREA, CASE_YEAR
from analysis.intake.cells.values import Reader
from analysis.intake.recognition.files import RawTable
from analysis.intake.rows import Found, Told, unknown
from analysis.settings import Settings

COUNTS = {"closed": "avslutade", "invited": "utskick", "answered": "svar"}

Counts = tuple[int | None, ...]


def cases_of(tables: Iterable[RawTable], settings: Settings) -> Found:
    """Closed cases, invitations and answers by year and area.

    Returns
    -------
    Found
        ``year`` (int64), ``area``, ``closed``, ``invited``, ``answered`` (Int64; missing where
        not told), sorted.
    """
    told = Told()
    known: dict[tuple[int, str], tuple[Counts, str]] = {}
    for table in tables:
        for year, area, counts, where in _rows(table, settings, told):
            before, place = known.setdefault((year, area), (counts, where))
            if before != counts:
                name = settings.questionnaire.labels[area]
                cause = f"{name} {year} har andra tal i {place}."
                told.problem(cause, "Behåll den rad som stämmer.", where)
    order = settings.questionnaire.area_keys.index
    keys = sorted(known, key=lambda key: (key[0], order(key[1])))
    values = pd.DataFrame(
        [(*key, *known[key][0]) for key in keys], columns=["year", "area", *COUNTS]
    ).astype({"year": "int64", "area": "str", **dict.fromkeys(COUNTS, "Int64")})
    return Found(values, told)


def _rows(
    table: RawTable, settings: Settings, told: Told
) -> Iterator[tuple[int, str, Counts, str]]:
    """Year, area, counts and place of every usable row."""
    reader, names = Reader(settings), settings.questionnaire.area_names
    named = named_year(table.path.stem)
    size, aside = 0, dict[str, list[int]]()
    for number, texts in table.texts():
        where = f"{table.where}, rad {number}"
        name = texts[AREA]
        area = reader.area(name)
        if area is None and reader.sums_up(name):
            continue
        size += 1
        if area is None:
            aside.setdefault(unknown("området", name, names), []).append(number)
            continue
        year = case_year(texts.get(CASE_YEAR, "")) or named
        if year is None:
            more = several_years(table.path.stem)
            cause = f"Det går inte att se vilket ärendeår raden gäller.{more}"
            fix = "Skriv året i filens namn (arenden_2024.csv) eller i en kolumn ärendeår."
            told.problem(cause, fix, where)
            continue
        counts = tuple(
            None
            if reader.is_missing(texts.get(key, ""))
            else told.count(texts[key], f"{where}, kolumn {key}")
            for key in COUNTS.values()
        )
        yield year, area, counts, where
    accepted = (
        f"Skriv {swedish.listing(names, 'eller')}, "
        "eller skriv namnet på raden aliases under området i config/questionnaire.yml."
    )
    told.unused(table.where, size, aside, accepted)
