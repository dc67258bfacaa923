"""What was agreed at a workshop: ``forslag.xlsx``, a row a proposal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial

import pandas as pd

from analysis import swedish
from analysis.intake.cells.dates import case_year, day, named_year
from analysis.intake.cells.keys import CASE_YEAR
from analysis.intake.cells.values import Reader
from analysis.intake.cells.words import CONTROL
from analysis.intake.recognition.files import RawTable
from analysis.intake.rows import Found, Told, unknown, unpublishable
from analysis.settings import Settings

EVERY_AREA = "total"
"""Scope of a proposal for every area."""
MOST = {"forslag": 200, "vem": 60, "nar": 40}
"""Most characters of a cell, which stands in a table on the site and on a slide."""
NAME = re.compile(r"\b[A-ZÅÄÖÉ][a-zåäöéü]+(?:-[A-ZÅÄÖÉ][a-zåäöéü]+)? [A-ZÅÄÖÉ][a-zåäöéü]+\b")
"""Two words with capitals: a person's name, which no function has."""
COLUMNS = ("year", "scope", "factor", "proposal", "who", "when")
Row = tuple[int, str, str, str, str, str]


def proposals_of(tables: Iterable[RawTable], settings: Settings) -> Found:
    """Agreed proposals, in the order of year, area and file.

    Returns
    -------
    Found
        ``year`` (int64, the case year whose results were discussed), ``scope`` (an area or
        ``total``), ``factor`` (key, or empty), ``proposal``, ``who`` (a function), ``when``.
    """
    told = Told()
    rows: dict[Row, None] = {}
    areas, factors = settings.questionnaire.area_names, settings.questionnaire.factor_names
    accepted = (
        f"Skriv ärendeåret, ett område ({swedish.listing(areas, 'eller')}, eller Totalt) och "
        f"en faktor ({swedish.listing(factors, 'eller')}, eller inget)."
    )
    for table in tables:
        read = partial(_row, Reader(settings), named_year(table.path.stem), told)
        rows |= dict.fromkeys(told.rows(table, read, accepted))
    order = (EVERY_AREA, *settings.questionnaire.area_keys)
    values = pd.DataFrame(list(rows), columns=list(COLUMNS)).astype(
        {"year": "int64", **dict.fromkeys(COLUMNS[1:], "str")}
    )
    values = values.sort_values(
        ["year", "scope"],
        kind="stable",
        ignore_index=True,
        key=lambda column: column.map(order.index) if column.name == "scope" else column,
    )
    return Found(values, told)


def _row(
    reader: Reader, named: int | None, told: Told, texts: Mapping[str, str], where: str
) -> Row | str | None:
    """A proposal, or why its row cannot be used; None for a row that is still to be filled in."""
    # The year is often written in such rows.
    if not any(text for key, text in texts.items() if key != CASE_YEAR):
        return None
    found = _where(texts, reader, named) if texts["forslag"] else "förslaget saknas"
    if isinstance(found, str):
        return found
    proposal, who, when = (_published(texts.get(key, ""), key, where, told) for key in MOST)
    return (*found, proposal, who, when)


def _where(
    texts: Mapping[str, str], reader: Reader, named: int | None
) -> tuple[int, str, str] | str:
    """Year, scope and factor of a row; or in words why it cannot be used."""
    questionnaire = reader.settings.questionnaire
    year = case_year(texts.get(CASE_YEAR, "")) or named
    if year is None:
        return "ärendeåret saknas"
    name = texts["omrade"]
    scope = reader.area(name) or (EVERY_AREA if reader.sums_up(name) else "")
    if not scope:
        return unknown("området", name, questionnaire.area_names)
    factor = texts.get("faktor", "")
    key = reader.factor(factor)
    if factor and key is None:
        return unknown("faktorn", factor, questionnaire.factor_names)
    return year, scope, key or ""


def _published(text: str, key: str, where: str, told: Told) -> str:
    """A cell in its published form; one that may not be published is refused."""
    written = CONTROL.sub(" ", text).strip()
    cause = ""
    if key == "nar" and (date := day(written)):
        return swedish.long_date(date)
    if key == "vem" and NAME.search(written):
        cause = "Cellen ser ut att innehålla en persons namn."
    if cause := unpublishable(written, MOST[key]) or cause:
        fix = "Den visas på webbplatsen: skriv kort, och vem som en funktion, som Enhetschefen."
        told.problem(cause, fix, f"{where}, kolumn {key}")
    return written
