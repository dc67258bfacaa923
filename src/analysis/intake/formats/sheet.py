"""A sheet of raw cells, and the refusals that all formats share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import InputDataError
from analysis.intake.cells.words import shown_name
from analysis.settings.guards import IntakeLimits

Score = Callable[[Sequence[object]], int]
"""Counts the known headers in a row."""

TITLE = "Filen kan inte läsas"
EXPORT_AGAIN = "Exportera filen på nytt ur enkätverktyget."


@dataclass(frozen=True)
class Sheet:
    """Rows of a CSV file or of one sheet of a workbook, as they stand.

    Parameters
    ----------
    name
        The sheet's name; empty for CSV.
    rows
        Cells by row; the first row is row 1 of the file.
    notes
        Swedish sentences on remarkable circumstances of the reading.
    hidden
        Whether the sheet is hidden in its workbook.
    hidden_rows
        Numbers of rows that are filtered away or hidden.
    uncalculated
        References of cells whose formula has no result.
    """

    name: str
    rows: Sequence[Sequence[object]]
    notes: tuple[str, ...] = ()
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    uncalculated: tuple[str, ...] = ()


def refusal(path: Path, cause: str, fix: str = EXPORT_AGAIN, place: str = "") -> InputDataError:
    """The error that a file cannot be read."""
    where = shown_name(path.name) + (f", {place}" if place else "")
    return InputDataError(TITLE, cause, fix, where)


def too_large(path: Path, what: str, most: int, unit: str, place: str = "") -> InputDataError:
    """The error that a file exceeds a limit."""
    return refusal(
        path,
        f"{what}: gränsen är {most} {unit}.",
        "Kontrollera att det är rätt fil. Dela upp den om den är det.",
        place,
    )


def exceeded(rows: int, columns: int, limits: IntakeLimits) -> tuple[str, int] | None:
    """The limit that a sheet of some rows and columns exceeds, in words and as a number."""
    sizes = {
        "rader": (rows, limits.rows),
        "kolumner": (columns, limits.columns),
        "celler": (rows * columns, limits.cells),
    }
    return next(((what, most) for what, (size, most) in sizes.items() if size > most), None)


def within_limits(path: Path, sheet: Sheet, limits: IntakeLimits) -> Sheet:
    """The sheet, when it is no larger than allowed.

    Raises
    ------
    InputDataError
        When it has too many rows, columns or cells, or a cell is too long.
    """
    place = f"blad {shown_name(sheet.name)}" if sheet.name else ""
    width = max(map(len, sheet.rows), default=0)
    if beyond := exceeded(len(sheet.rows), width, limits):
        what, most = beyond
        raise too_large(path, f"Filen har för många {what}", most, what, place)
    longest = limits.cell_characters
    for number, row in enumerate(sheet.rows, start=1):
        if any(type(cell) is str and len(cell) > longest for cell in row):
            spot = f"{place}, rad {number}" if place else f"rad {number}"
            raise too_large(path, "En cell är för lång", longest, "tecken", spot)
    return sheet
