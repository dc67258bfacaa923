"""The tables for reuse: what a spreadsheet program makes of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from analysis import measures, store
from analysis.intake import look
from analysis.present import downloads, headings
from analysis.settings import Settings, load

SETTINGS = load(Path(__file__).resolve().parents[2] / "config")
NO_PROGRESS = look([], SETTINGS).progress.values


def workbook(folder: Path, settings: Settings) -> openpyxl.Workbook:
    """The workbook of a year in which thirty companies of one area gave seven to everything."""
    answers = pd.DataFrame(
        {
            "year": 2025,
            "period": pd.Series([None] * 30, dtype="str"),
            "area": "bygglov",
            "joint": True,
            **dict.fromkeys(settings.questionnaire.item_keys, 7.0),
        }
    )
    indices = measures.indices(answers, pd.DataFrame(), pd.DataFrame(), settings)
    day = date(2026, 11, 23)
    for name, table in (
        (store.INDICES, indices),
        (store.GOALS, measures.goals(indices, settings.plan, settings.rules)),
        (store.DRIVERS, pd.DataFrame(columns=list(store.PUBLISHED["drivers"]))),
        (store.ACTIVITIES, measures.activities(settings.plan, NO_PROGRESS, day)),
    ):
        store.write_table(table, folder, name)
    downloads.write(folder, folder / "data", settings, example=False, today=day.isoformat())
    return openpyxl.load_workbook(folder / "data" / "nki.xlsx")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_a_spreadsheet_would_run_is_marked_as_text(start: str, tmp_path: Path) -> None:
    document = SETTINGS.plan.document.model_copy(update={"responsible": f"{start}1+cmd"})
    plan = SETTINGS.plan.model_copy(update={"document": document})
    book = workbook(tmp_path, replace(SETTINGS, plan=plan))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    told = [cell.value for cell in cells if isinstance(cell.value, str) and "1+cmd" in cell.value]
    assert told and all(value.startswith("'") for value in told)
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]


def test_a_success_factor_has_an_index_of_one_year_and_an_association_of_several(
    tmp_path: Path,
) -> None:
    book = workbook(tmp_path, SETTINGS)
    told = [cell.value for cell in book[store.SHEETS["drivers"]][4]]
    assert {"Index, det nyaste året med svar", "Antal svar som sambandet bygger på, flera år"} <= {
        *told
    }
    assert [cell.value for cell in book[store.SHEETS["index"]][4]].count("Index") == 1


def test_a_negative_number_stays_a_number(tmp_path: Path) -> None:
    """Goals are some units off: their distances are negative and no text."""
    sheet = workbook(tmp_path, SETTINGS)[store.SHEETS["goals"]]
    heading = next(cell for cell in sheet[4] if cell.value == headings.told("gap"))
    gaps = [row[heading.column - 1].value for row in sheet.iter_rows(min_row=5)]
    assert any(isinstance(gap, float) and gap < 0 for gap in gaps)
