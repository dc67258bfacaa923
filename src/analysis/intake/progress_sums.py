"""What does not add up in the reported progress: parts against the whole, doubles, too many.

A row without a förvaltning is about the whole municipality; the förvaltningar are parts of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from analysis import swedish
from analysis.intake.cells.words import shown
from analysis.intake.rows import Told
from analysis.settings import Plan


class ProgressRow(NamedTuple):
    """A row of reported progress."""

    step: str
    date: date | None
    status: str
    reached: int | None
    intended: int | None
    spent: int | None
    note: str
    department: str


COUNTS = {"reached": "nått", "intended": "avsett"}
Rows = Mapping[ProgressRow, str]
"""Reports with their places, in words."""


def not_adding_up(rows: Rows, plan: Plan, told: Told) -> None:
    """Tell what does not add up.

    Parameters
    ----------
    rows
        Every report, with its file and row.
    plan
        Which steps come back each year.
    told
        Collects problems (the numbers cannot all be right) and notes (they may be).
    """
    for row, where in rows.items():
        if row.reached is not None and row.intended is not None and row.reached > row.intended:
            told.notes.append(
                f"{where}: fler är nådda ({row.reached}) än avsedda ({row.intended}). Kontrollera "
                "talen."
            )
    for name, part in _occasions(rows, plan).items():
        _same_day(part, told)
        _parts_and_whole(name, part, told)
        _money(name, part, told)


def _occasions(rows: Rows, plan: Plan) -> dict[str, Rows]:
    """The reports by step; what comes back each year by year as well. The oldest come first."""
    found: dict[str, dict[ProgressRow, str]] = defaultdict(dict)
    for row, where in sorted(rows.items(), key=lambda item: str(item[0].date)):
        if row.date is not None:
            yearly = plan.years_of(row.step) is not None
            found[f"{row.step} {row.date.year}" if yearly else row.step][row] = where
    return dict(found)


def _same_day(rows: Rows, told: Told) -> None:
    """Two numbers of the same förvaltning and day, neither of which replaces the other."""
    for field, column in COUNTS.items():
        first: dict[tuple[date | None, str], tuple[int, str]] = {}
        for row, where in rows.items():
            value = getattr(row, field)
            if value is None:
                continue
            before, place = first.setdefault((row.date, row.department), (value, where))
            if before == value:
                continue
            cause = f"{column} är {value}, men {before} på {place} för samma steg och dag"
            if row.department:
                told.problem(
                    f"{swedish.capitalised(cause)}, och båda gäller {shown(row.department)}.",
                    "Lägg ihop raderna till en, eller rätta datumet om den ena ersätter den andra.",
                    where,
                )
            else:
                told.notes.append(f"{where}: {cause}. Den sista raden gäller.")


def _parts_and_whole(name: str, rows: Rows, told: Told) -> None:
    """The förvaltningar's numbers together against the whole municipality's."""
    for field, column in COUNTS.items():
        newest = {
            row.department: (getattr(row, field), where)
            for row, where in rows.items()
            if getattr(row, field) is not None
        }
        if "" not in newest or len(newest) == 1:
            continue
        whole, where = newest.pop("")
        parts = sum(value for value, _ in newest.values())
        cause = (
            f"Steg {name}: förvaltningarna har tillsammans {parts} i kolumnen {column}, men raden "
            f"för hela kommunen har {whole}."
        )
        if parts > whole:
            fix = (
                "Rätta talen, eller ta bort raden för hela kommunen: då läggs förvaltningarnas tal "
                "ihop."
            )
            told.problem(cause, fix, where)
        elif parts < whole:
            told.notes.append(f"{where}: {cause} Rapporten visar {whole} för hela kommunen.")


def _money(name: str, rows: Rows, told: Told) -> None:
    """Money of the whole municipality that is just the förvaltningar's money once more."""
    parts = sum(row.spent or 0 for row in rows if row.department)
    for row, where in rows.items():
        if not row.department and row.spent and row.spent == parts:
            told.notes.append(
                f"{where}: kronorna ({swedish.number(parts, 0)}) är lika många som "
                f"förvaltningarnas tillsammans för steg {name}, och allt räknas. Är det samma "
                "pengar: ta bort dem på raden för hela kommunen."
            )
