"""Whether the answers of a table's total can be those of its areas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analysis import swedish
from analysis.intake.recognition.series import TOTAL
from analysis.intake.rows import Told
from analysis.settings import Settings


def totals_and_areas(rows: Sequence[Mapping[str, Any]], settings: Settings, told: Told) -> None:
    """Problems of tables of results whose total has other answers than their areas.

    A table may leave areas out: its total is then larger than the areas together. It may also count
    more areas than the report's total does, but never more than it has.

    Parameters
    ----------
    rows
        Values as `official.rows_of` gives them.
    settings
        Configuration: which areas a total is made of.
    told
        Receives the problems.
    """
    own = settings.report.municipality.code
    tables: dict[tuple[object, ...], dict[tuple[str, str], Mapping[str, Any]]] = {}
    for row in rows:
        if row.get("results") and row["municipality_code"] == own and row["n"] is not None:
            table = tables.setdefault((row["file"], row["year"], row["measure"]), {})
            table.setdefault((row["scope"], row["definition"]), row)
    found: dict[tuple[object, object, int], tuple[str, int]] = {}
    for (file, year, _), cells in tables.items():
        areas = {scope: row["n"] for (scope, _), row in cells.items() if scope != TOTAL}
        for (scope, definition), row in cells.items():
            if scope != TOTAL:
                continue
            members = settings.rules.totals.definitions[definition].areas
            least = sum(areas.get(area, 0) for area in members)
            too_many = {*members} <= {*areas} and row["n"] > sum(areas.values())
            if row["n"] < least or too_many:
                # All measures of a row have the same answers, which are told once.
                found.setdefault((file, year, row["n"]), (row["where"], least))
    for (file, year, n), (where, least) in found.items():
        told.problem(
            f"Totalt för {year} har {swedish.count(n, 'svar', 'svar')}, men områdena som ingår i "
            f"totalen har {swedish.number(least, 0)} tillsammans.",
            "Kontrollera antalet svar för Totalt och för varje område.",
            f"{file}, {where}",
        )
