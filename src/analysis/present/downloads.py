"""Tables for reuse: four CSV files for machines and one workbook for people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter

from analysis import store, swedish
from analysis.measures import publish
from analysis.present import headings, mark, wording
from analysis.present.figures.matrix import QUADRANTS, quadrant_name
from analysis.present.texts import heading, say
from analysis.settings import Settings
from analysis.settings.questionnaire import NKI

CONTENTS = {
    "index": "tabeller.innehall_index",
    "goals": "tabeller.innehall_mal",
    "drivers": "tabeller.innehall_framgangsfaktorer",
    "activities": "tabeller.innehall_plan",
}
YEARS = ("year", "target_year", "judged_year")
DAYS = ("start", "end")
FORMATS = {"year": "0", "index": "0.0", "share": "0 %", "effect": "0.00", "day": "yyyy-mm-dd"}
"""Number formats of Excel; the numbers themselves are those of the CSV files."""
LOOKS = {
    **dict.fromkeys((*YEARS, "n", "goal"), "year"),
    **dict.fromkeys(("index", "lower", "upper", "change", "official", "target", "gap"), "index"),
    **dict.fromkeys(("probability", "share", "share_lower", "share_upper", "progress"), "share"),
    **dict.fromkeys(("effect", "effect_lower", "effect_upper"), "effect"),
    **dict.fromkeys(DAYS, "day"),
}


def write(processed: Path, folder: Path, settings: Settings, *, example: bool, today: str) -> None:
    """Write ``index.csv``, ``goals.csv``, ``drivers.csv``, ``activities.csv`` and ``nki.xlsx``.

    Parameters
    ----------
    processed
        Where the processed tables lie, after disclosure control.
    folder
        Where the files are written.
    example
        Whether the answers are made up; every sheet carries the report's marks.
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
    _workbook(tables, indices, folder / "nki.xlsx", settings, marks)


def _workbook(
    tables: dict[str, pd.DataFrame],
    indices: pd.DataFrame,
    path: Path,
    settings: Settings,
    marks: Sequence[str],
) -> None:
    """A workbook made for people: an overview, headings in Swedish, words for keys, a filter."""
    title = say(
        "tabeller.rapport",
        titel=settings.report.site.title,
        organisation=settings.report.municipality.organisation,
    )
    options = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": False}
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties(
            {
                "title": " – ".join([title, *marks]),
                "author": settings.report.municipality.organisation,
                "created": datetime(2000, 1, 1),
            }
        )
        strong = book.add_format({"bold": True, "font_size": 14})
        looks = {name: book.add_format({"num_format": code}) for name, code in FORMATS.items()}
        looks["heading"] = book.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        for name in (None, *tables):
            named = store.SHEETS[name] if name else store.OVERVIEW_SHEET
            sheet = book.add_worksheet(named)
            sheet.write_string(0, 0, say("tabeller.titel", blad=named, rapport=title), strong)
            if marks:
                sheet.write_string(1, 0, ". ".join(marks), strong)
            if name:
                _table(sheet, name, _in_words(tables[name], settings), looks)
            else:
                _overview(sheet, tables, indices, settings, looks)


def _overview(
    sheet: xlsxwriter.worksheet.Worksheet,
    tables: dict[str, pd.DataFrame],
    indices: pd.DataFrame,
    settings: Settings,
    looks: dict[str, Any],
) -> None:
    """The NKI of every area and year, and what the other sheets hold."""
    labels = {area.key: area.name_with_index for area in settings.questionnaire.areas}
    labels["total"] = heading("totalt")
    whole = indices[
        (indices["measure"] == NKI)
        & indices["year"].str.fullmatch(r"\d{4}")
        & (indices["is_official_definition"] | (indices["scope"] != "total"))
    ]
    years = sorted(whole["year"].unique())
    for column, text in enumerate((heading("nki"), *map(int, years))):
        _write(sheet, 3, column, text, looks["heading"])
    present = set(whole["scope"])
    scopes = [scope for scope in ("total", *settings.questionnaire.area_keys) if scope in present]
    for row, scope in enumerate(scopes, start=4):
        sheet.write_string(row, 0, labels[scope])
        for column, year in enumerate(years, start=1):
            cell = whole[(whole["scope"] == scope) & (whole["year"] == year)]["governing"]
            for value in cell.head(1):
                unseen = pd.isna(value)
                told = say("tabeller.visas_inte") if unseen else swedish.rounded(value, 1)
                _write(sheet, row, column, told, looks["index"])
    below = 5 + len(scopes)
    # The total changes definition between the years.
    sheet.write_string(below - 1, 0, say("tabeller.ingar_i_totalen"))
    totals = settings.rules.totals
    for column, year in enumerate(years, start=1):
        sheet.write_string(below - 1, column, totals.definitions[totals.official(int(year))].short)
    about = say("tabeller.om_nki").split("\n\n")
    for row, line in enumerate(about, start=below + 1):
        sheet.write_string(row, 0, line)
    for row, (name, content) in enumerate(CONTENTS.items(), start=below + len(about) + 2):
        sheet.write_url(row, 0, f"internal:'{store.SHEETS[name]}'!A1", string=store.SHEETS[name])
        rows = swedish.count(len(tables[name]), "rad", "rader")
        sheet.write_string(row, 1, say("tabeller.blad", innehall=say(content), rader=rows))
    sheet.set_column(0, 0, 26)
    sheet.freeze_panes(4, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _table(
    sheet: xlsxwriter.worksheet.Worksheet,
    name: str,
    words: pd.DataFrame,
    looks: dict[str, Any],
) -> None:
    """A table from the fourth row on, with what is a number or a day as such."""
    for column, key in enumerate(words.columns):
        told = headings.told(key, name)
        sheet.write_string(3, column, told, looks["heading"])
        width = max([len(told) // 2, *words[key].astype("str").str.len()])
        sheet.set_column(column, column, min(max(9, width + 2), 44))
        # As objects, since pandas takes ten times as long to hand out its texts one by one.
        for row, value in enumerate(words[key].to_numpy(object), start=4):
            _write(sheet, row, column, _typed(key, value), looks.get(LOOKS.get(key, "")))
    if len(words):
        sheet.autofilter(3, 0, 3 + len(words), len(words.columns) - 1)
    sheet.freeze_panes(4, 0)
    sheet.set_landscape()
    sheet.repeat_rows(3)
    sheet.fit_to_pages(1, 0)


def _typed(key: str, value: object) -> object:
    """A year as a number and a day as a date; a tertial and a span of years stay text."""
    if key in YEARS and str(value).isdecimal():
        return int(str(value))
    return date.fromisoformat(value) if key in DAYS and isinstance(value, str) else value


def _in_words(table: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    labels = {
        **settings.questionnaire.labels,
        "total": heading("totalt"),
        "samtliga": swedish.capitalised(say("ord.samtliga")),
    }
    kinds = {key: say(name) for key, name in headings.KINDS.items()}
    flags = {key: say(name) for key, name in headings.FLAGS.items()}
    grades = {band.key: band.label for band in settings.rules.grades.bands}
    totals = {key: total.short for key, total in settings.rules.totals.definitions.items()}
    words = table.copy()
    for column, names in (
        ("scope", labels),
        ("measure", labels),
        ("factor", labels),
        ("grade", grades),
        ("kind", kinds),
        ("definition", totals),
        ("shown", flags),
        ("change_significant", flags),
        ("quadrant", {key: quadrant_name(key) for key in QUADRANTS}),
    ):
        if column in words:
            words[column] = [names.get(value, value) for value in words[column]]
    if "status" in words:
        words["status"] = words["status"].map(wording.status_name)
    return words


def _write(
    sheet: xlsxwriter.worksheet.Worksheet,
    row: int,
    column: int,
    value: object,
    look: Any = None,
) -> None:
    """A value in its own kind; nothing where there is none."""
    if value is None or value is pd.NA or (isinstance(value, float) and pd.isna(value)):
        return
    if isinstance(value, int | float | np.number):
        sheet.write_number(row, column, float(value), look)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, look)
    else:
        sheet.write_string(row, column, store.literal(str(value)))
