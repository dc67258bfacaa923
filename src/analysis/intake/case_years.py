"""Which case year each row of a table belongs to: a column, else a date, else the file's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis import store
from analysis.intake.columns import CASE_YEAR, PERIOD
from analysis.intake.files import Table
from analysis.intake.values import case_year, day

Texts = npt.NDArray[np.object_]


def each(texts: Texts, read: Callable[[str], object]) -> Texts:
    """A reading of every text, done once per distinct text."""
    codes, distinct = pd.factorize(texts)
    read_values = np.empty(len(distinct), dtype=object)
    read_values[:] = [read(text) for text in distinct]
    return read_values[codes] if len(codes) else np.empty(0, dtype=object)


def years_of_rows(
    table: Table, texts: Mapping[str, Texts], size: int
) -> tuple[npt.NDArray[np.int64], int]:
    """Case year of every row, 0 where none can be told, and the year of the file's name (or 0)."""
    named = case_year(table.path.stem) or 0
    year = np.zeros(size, dtype=np.int64)
    if CASE_YEAR in texts:
        year = each(texts[CASE_YEAR], lambda text: _year(text)).astype(np.int64)
        unclear = (year == 0) & (texts[CASE_YEAR] != "")
    else:
        unclear = np.zeros(size, dtype=np.bool_)
    if PERIOD in texts:
        dated = each(texts[PERIOD], _year).astype(np.int64)
        year = np.where((year == 0) & ~unclear, dated, year)
    return np.where((year == 0) & ~unclear, named, year), named


def _year(text: str) -> int:
    when = day(text)
    return when.year if when else case_year(text) or 0


def tertial_in_name(table: Table) -> str | None:
    """T1, T2 or T3 where the file's name holds exactly one of them."""
    parts = table.path.stem.replace("-", "_").replace(" ", "_").split("_")
    found = {part.upper() for part in parts if part.upper() in store.PERIODS}
    return found.pop() if len(found) == 1 else None


def stray(year: npt.NDArray[np.int64], share: float) -> npt.NDArray[np.bool_]:
    """Rows of a year that hardly occurs and lies apart from the file's other years."""
    years, often = np.unique(year[year > 0], return_counts=True)
    stray = [
        one
        for one, count in zip(years, often, strict=True)
        if count < share * len(year) and not set(years) & {one - 1, one + 1}
    ]
    return np.isin(year, stray)


def usual_year(year: npt.NDArray[np.int64]) -> int:
    """The year most rows have, 0 without rows; rows without a year of their own belong there."""
    years, often = np.unique(year, return_counts=True)
    return int(years[often.argmax()]) if len(years) else 0
