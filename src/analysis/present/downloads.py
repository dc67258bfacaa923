"""Tables for reuse: four CSV files for machines and one workbook for people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import xlsxwriter

from analysis import store
from analysis.measures import publish
from analysis.present import mark
from analysis.present.figures.matrix import QUADRANTS
from analysis.settings import Settings

HEADINGS = {
    "year": "Ärendeår",
    "scope": "Område",
    "definition": "Definition",
    "kind": "Slag",
    "measure": "Mått",
    "n": "Antal svar",
    "index": "Index",
    "lower": "Undre gräns",
    "upper": "Övre gräns",
    "grade": "Betyg",
    "change": "Ändring sedan året före",
    "change_significant": "Säkerställd ändring",
    "official": "Officiellt värde",
    "shown": "Visas",
    "reason": "Skäl",
    "goal": "Mål",
    "target": "Målnivå",
    "target_year": "Målår",
    "probability": "Sannolikhet att målet är nått",
    "status": "Läge",
    "gap": "Till målet",
    "factor": "Servicefaktor",
    "effect": "Effekt på NKI per enhet",
    "effect_lower": "Effekt, undre gräns",
    "effect_upper": "Effekt, övre gräns",
    "share": "Andel av förklaringen",
    "share_lower": "Andel, undre gräns",
    "share_upper": "Andel, övre gräns",
    "quadrant": "Plats i matrisen",
    "activity": "Aktivitet",
    "step": "Steg",
    "start": "Börjar",
    "end": "Slutar",
    "progress": "Andel nådda",
    "responsible": "Ansvarig",
}
SHEETS = {"index": "Index", "goals": "Mål", "drivers": "Framgångsfaktorer", "activities": "Plan"}
KINDS = {"nki": "NKI", "factor": "Servicefaktor", "question": "Fråga"}
FLAGS = {"true": "ja", "false": "nej"}
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write(processed: Path, folder: Path, settings: Settings, *, example: bool, today: str) -> None:
    """Write ``index.csv``, ``goals.csv``, ``drivers.csv``, ``activities.csv`` and ``nki.xlsx``.

    Parameters
    ----------
    processed
        Where the processed tables lie, after disclosure control.
    folder
        Where the files are written.
    example
        Whether the answers are made up; that and a part of a year stand on every sheet.
    today
        The day the report is made, as ISO 8601.
    """
    folder.mkdir(parents=True, exist_ok=True)
    indices = store.read_table(processed, store.INDICES)
    rows, day = zip(indices["year"], indices["part"], strict=True), date.fromisoformat(today)
    marks = [found.short for found in mark.of(rows, settings, day, example=example)]
    tables = {
        "index": publish.index_table(indices),
        "goals": publish.goals_table(store.read_table(processed, store.GOALS)),
        "drivers": publish.drivers_table(store.read_table(processed, store.DRIVERS)),
        "activities": publish.activities_table(store.read_table(processed, store.ACTIVITIES)),
    }
    for name, table in tables.items():
        store.write_text(folder / f"{name}.csv", table.to_csv(index=False, lineterminator="\n"))
    _workbook(tables, folder / "nki.xlsx", settings, marks)


def _workbook(
    tables: dict[str, pd.DataFrame], path: Path, settings: Settings, marks: Sequence[str]
) -> None:
    """A workbook made for people: a title, headings in Swedish, words for keys, a filter."""
    title = f"{settings.report.site.title}, {settings.report.municipality.organisation}"
    options = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": False}
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties(
            {
                "title": " – ".join([title, *marks]),
                "author": settings.report.municipality.organisation,
                "created": datetime(2000, 1, 1),
            }
        )
        heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        strong = book.add_format({"bold": True, "font_size": 14})
        for name, table in tables.items():
            sheet = book.add_worksheet(SHEETS[name])
            sheet.write_string(0, 0, f"{SHEETS[name]} – {title}", strong)
            if marks:
                sheet.write_string(1, 0, ". ".join(marks), strong)
            words = _in_words(table, settings)
            for column, key in enumerate(words.columns):
                sheet.write_string(3, column, HEADINGS[key], heading)
                width = max([len(HEADINGS[key]) // 2, *words[key].astype("str").str.len()])
                sheet.set_column(column, column, min(max(9, width + 2), 44))
                for row, value in enumerate(words[key], start=4):
                    _write(sheet, row, column, value)
            if len(words):
                sheet.autofilter(3, 0, 3 + len(words), len(words.columns) - 1)
            sheet.freeze_panes(4, 0)
            sheet.set_landscape()
            sheet.repeat_rows(3)
            sheet.fit_to_pages(1, 0)


def _in_words(table: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    labels = {**settings.questionnaire.labels, "total": "Totalt", "samtliga": "Samtliga"}
    grades = {band.key: band.label for band in settings.rules.grades.bands}
    totals = {key: total.short for key, total in settings.rules.totals.definitions.items()}
    words = table.copy()
    for column, names in (
        ("scope", labels),
        ("measure", labels),
        ("factor", labels),
        ("grade", grades),
        ("kind", KINDS),
        ("definition", totals),
        ("shown", FLAGS),
        ("change_significant", FLAGS),
        ("quadrant", QUADRANTS),
    ):
        if column in words:
            words[column] = [names.get(value, value) for value in words[column]]
    return words


def _write(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: object) -> None:
    if value is None or value is pd.NA or (isinstance(value, float) and pd.isna(value)):
        sheet.write_blank(row, column, None)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    else:
        text = str(value)
        # A text that a spreadsheet could take for a formula is marked as text.
        sheet.write_string(row, column, f"'{text}" if text.startswith(FORMULA_STARTS) else text)
