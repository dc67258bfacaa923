"""The case year of each row: from a column, else a date, else the file's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import Problem
from analysis.intake.cells.dates import case_year, dates_of, day, named_year
from analysis.intake.cells.keys import CASE_YEAR, PERIOD
from analysis.intake.cells.words import cell_text, shown_name
from analysis.intake.recognition.files import RawTable

WRITE_ISO = "Skriv datumen som 2025-09-13."
Texts = npt.NDArray[np.object_]
ENOUGH_DATES = 5
"""With so many different dates, chance does not explain that none lies after the twelfth."""


def each(texts: Texts, read: Callable[[str], object]) -> Texts:
    """A reading of every text, done once per distinct text."""
    codes, distinct = pd.factorize(texts)
    read_values = np.empty(len(distinct), dtype=object)
    read_values[:] = [read(text) for text in distinct]
    return read_values[codes] if len(codes) else np.empty(0, dtype=object)


def dated(
    table: RawTable, texts: Mapping[str, Texts]
) -> tuple[dict[str, Texts], list[Problem], list[str]]:
    """Settle the order of day and month in the columns of periods and years.

    Returns
    -------
    tuple
        The columns with numeric dates as ISO; problems of columns whose dates are unreliable;
        notes about the chosen order where several are possible.
    """
    settled, problems, notes = dict(texts), list[Problem](), list[str]()
    for key in (CASE_YEAR, PERIOD):
        if key not in texts:
            continue
        distinct = sorted(set(texts[key]))
        dates = dates_of(distinct, ENOUGH_DATES)
        header = shown_name(cell_text(table.headers[table.header.columns[key]]))
        where = f"{table.where}, kolumn {header}"
        if dates.order == "mixed":
            day_first, month_first = dates.examples
            problems.append(
                Problem(
                    f"Datumen är skrivna på två sätt: {day_first} kan bara vara dag/månad och "
                    f"{month_first} bara månad/dag.",
                    f"{WRITE_ISO} Exportera annars filen på nytt.",
                    where,
                )
            )
        elif dates.turned:
            problems.append(
                Problem(
                    f"Datumen är amerikanska (månad/dag, som {dates.examples[1]}), men ett "
                    "kalkylprogram har tolkat en del av dem som dag/månad.",
                    f"Ta filen direkt ur enkätverktyget, utan att öppna den i Excel. {WRITE_ISO}",
                    where,
                )
            )
        elif dates.order == "month":
            notes.append(f"Datumen i kolumnen {header} är lästa som månad/dag/år.")
        elif dates.numeric and not dates.sure:
            notes.append(
                f"Datumen i kolumnen {header} är lästa som dag/månad/år; inget av dem visar "
                "vilket som står först."
            )
        settled[key] = each(texts[key], dates.iso)
    return settled, problems, notes


def years_of_rows(
    table: RawTable, years: Texts, periods: Texts
) -> tuple[npt.NDArray[np.int64], int]:
    """Case year of every row (0 where unknown), and the year in the file's name (or 0)."""
    named = named_year(table.path.stem) or 0
    dated = each(periods, _year).astype(np.int64)
    # A year that is written but cannot be read is not replaced.
    unwritten = np.where(dated == 0, named, dated)
    return np.where(years == "", unwritten, each(years, _year).astype(np.int64)), named


def _year(text: str) -> int:
    when = day(text)
    return when.year if when else case_year(text) or 0


def stray(year: npt.NDArray[np.int64], share: float) -> npt.NDArray[np.bool_]:
    """Rows of a rare year that lies apart from the other years of the file."""
    years, often = np.unique(year[year > 0], return_counts=True)
    stray = [
        one
        for one, count in zip(years, often, strict=True)
        if count < share * len(year) and not set(years) & {one - 1, one + 1}
    ]
    return np.isin(year, stray)


def usual_year(year: npt.NDArray[np.int64]) -> int:
    """The most common year (0 without rows), to which rows without a year are assigned."""
    years, often = np.unique(year, return_counts=True)
    return int(years[often.argmax()]) if len(years) else 0
