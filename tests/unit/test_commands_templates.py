"""The templates: harmless as they are, and read when they are filled in."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from analysis.commands.templates import lay
from analysis.errors import ConfigurationError
from analysis.intake import look
from analysis.settings import load

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = load(ROOT / "config")


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mallar")
    lay(SETTINGS, folder)
    return folder


def test_templates_laid_back_as_they_are_are_told_and_harm_nothing(templates: Path) -> None:
    raw = look([templates], SETTINGS)
    assert raw.problems == ()
    assert {file.kind for file in raw.files} == {"unknown"}
    told = {file.name for file in raw.files for note in file.notes if "inte är ifylld" in note}
    assert told == {path.name for path in templates.glob("*.xlsx")} and len(told) == 6


def test_filled_results_are_read(templates: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(templates / "resultat.xlsx")
    sheet, questions = book["Resultat"], book["Frågor"]
    sheet["B2"] = questions["B2"] = 2025
    indices = (76, 74, 77, 81, 79, 76, 70)
    for cell, value in zip(sheet[4][1:], (171, "45 %", *indices), strict=True):
        cell.value = value
    questions["B4"], questions["B5"] = 170, 77
    book.save(tmp_path / "resultat.xlsx")
    raw = look([tmp_path], SETTINGS)
    assert raw.problems == ()
    values = raw.official.values.set_index("measure")
    measures = ("nki", *SETTINGS.questionnaire.factor_keys, SETTINGS.questionnaire.item_keys[0])
    assert values["value"].to_dict() == dict(zip(measures, (*indices, 77), strict=True))
    assert values.loc["nki", ["n", "response_rate"]].tolist() == [171, 0.45]
    assert values.loc[SETTINGS.questionnaire.item_keys[0], "n"] == 170


def test_a_filled_distribution_is_read_and_the_empty_ones_are_not(
    templates: Path, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(templates / "resultat.xlsx")
    sheet, results = book["Fördelning"], book["Resultat"]
    sheet["B2"] = results["B2"] = 2025
    row = next(row for row in sheet.iter_rows(min_row=4) if row[0].value == "Bygglov")
    for cell, value in zip(row[2:], (1, 0, 1, 1, 2, 2, 5, 8, 6, 4, 1, 31), strict=True):
        cell.value = value
    brandskydd = next(row for row in results.iter_rows(min_row=4) if row[0].value == "Brandskydd")
    brandskydd[1].value, brandskydd[3].value = 12, 81
    book.save(tmp_path / "resultat.xlsx")
    raw = look([tmp_path], SETTINGS)
    assert raw.problems == ()
    answers = raw.years[2025].answers
    first = SETTINGS.questionnaire.item_keys[0]
    assert answers["area"].tolist() == ["bygglov"] * 31
    assert answers[first].sum() == 1 + 3 + 4 + 10 + 12 + 35 + 64 + 54 + 40
    assert answers[first].count() == 30
    assert answers[SETTINGS.questionnaire.item_keys[1]].isna().all()
    (value,) = raw.official.values.to_dict("records")
    assert (value["scope"], value["value"], value["governs"]) == ("brandskydd", 81, True)


@pytest.mark.parametrize(
    ("name", "row", "kind"),
    [
        ("arenden.xlsx", ["Bygglov", 2025, 120, 111, 66], "cases"),
        ("aktiviteter.xlsx", ["1.1", "2026-03-15", "klar"], "progress"),
        ("officiella_varden.xlsx", ["Norrtälje", 2025, "Bygglov", "Bemötande", 74.5], "official"),
    ],
)
def test_a_filled_row_is_read(
    name: str, row: list[object], kind: str, templates: Path, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(templates / name)
    for cell, value in zip(book.worksheets[0][2], row, strict=False):
        cell.value = value
    book.save(tmp_path / name)
    raw = look([tmp_path], SETTINGS)
    assert raw.problems == ()
    assert [(file.kind, file.rows) for file in raw.files] == [(kind, 1)]
    if kind == "official":
        (read,) = raw.official.values.to_dict("records")
        assert (read["scope"], read["measure"], read["value"]) == ("bygglov", "bemotande", 74.5)


def test_headings_are_locked_and_cells_to_fill_in_are_open(templates: Path) -> None:
    sheet = openpyxl.load_workbook(templates / "resultat.xlsx")["Resultat"]
    assert sheet.protection.sheet
    assert sheet["A3"].protection.locked and sheet["D3"].protection.locked
    assert not sheet["B2"].protection.locked and not sheet["D4"].protection.locked


def test_the_plan_is_a_plan(templates: Path, tmp_path: Path) -> None:
    config = tmp_path / "config"
    shutil.copytree(ROOT / "config", config)
    shutil.copy(templates / "plan.yml", config / "plan.yml")
    with pytest.raises(ConfigurationError) as caught:
        load(config)
    (problem,) = caught.value.problems
    assert "påhittade" in problem.cause
    assert problem.where == "config/plan.yml, rad 5, example"
    text = (config / "plan.yml").read_text(encoding="utf-8")
    (config / "plan.yml").write_text(text.replace("example: true", "#", 1), encoding="utf-8")
    plan = load(config).plan
    assert plan.document.municipality == SETTINGS.report.municipality.code
    assert [goal.target for goal in plan.goals] == [75]


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "resultat.xlsx").write_text("mitt")
    told = lay(SETTINGS, tmp_path)
    assert (tmp_path / "resultat.xlsx").read_text() == "mitt"
    assert "resultat.xlsx" not in told
    assert "finns redan" in lay(SETTINGS, tmp_path)
