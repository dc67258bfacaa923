"""What was agreed at a workshop: read, refused where it names somebody, and followed up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from pages.made_up import changed

from analysis import store, swedish
from analysis.commands import templates
from analysis.intake import look
from analysis.intake.raw_files import RawFiles
from analysis.present import agreed
from analysis.present.data import ReportData
from analysis.present.pages import omrade
from analysis.settings import load
from analysis.workshop import audience, results
from analysis.workshop.content import Place

SETTINGS = load(Path(__file__).resolve().parents[2] / "config")
HEAD = "Ärendeår;Område;Faktor;Förslag;Vem;När\n"


def read(folder: Path, rows: str, name: str = "forslag.csv") -> RawFiles:
    (folder / name).write_text(HEAD + rows, encoding="utf-8")
    return look([folder], SETTINGS)


def test_a_filled_sheet_is_read(tmp_path: Path) -> None:
    templates.proposals(tmp_path / "forslag.xlsx", SETTINGS, 2025)
    book = openpyxl.load_workbook(tmp_path / "forslag.xlsx")
    row = (
        2025,
        "Bygglov",
        "Effektivitet",
        "Ring upp inom två dagar",
        "Enhetschefen",
        "hösten 2026",
    )
    for cell, value in zip(book["Förslag"][2], row, strict=True):
        cell.value = value
    book["Förslag"]["A3"] = 2025
    book.save(tmp_path / "forslag.xlsx")
    raw = look([tmp_path], SETTINGS)
    assert raw.problems == ()
    assert [file.kind for file in raw.files] == ["proposals"]
    (found,) = raw.proposals.values.itertuples(index=False)
    assert tuple(found) == (2025, "bygglov", "effektivitet", *row[3:])


def test_a_proposal_may_be_for_every_area_and_for_no_factor(tmp_path: Path) -> None:
    rows = "2024;Totalt;;Ett gemensamt bemötandelöfte;Kommundirektören;2026-09-01\n"
    (found,) = read(tmp_path, rows).proposals.values.itertuples(index=False)
    assert found.scope == "total" and found.factor == ""
    assert found.when == "1\xa0september\xa02026"


def test_rows_that_cannot_be_used_are_told_with_the_nearest(tmp_path: Path) -> None:
    rows = (
        "2024;Bygglov;Effektivitet;A;B;C\n2024;Byglov;Effektivitet;A;B;C\n"
        "2024;Bygglov;Effektivtet;A;B;C\n;Bygglov;;A;B;C\n2024;;;A;B;C\n"
        "2024;Bygglov;Effektivitet;;Enhetschefen;hösten\n2024;;;;;\n"
    )
    raw = read(tmp_path, rows)
    assert len(raw.proposals.values) == 1
    (told,) = raw.proposals.told.notes
    for part in (
        "menades Bygglov?",
        "menades Effektivitet?",
        "ärendeåret saknas",
        "området saknas",
        "förslaget saknas (rad 7)",
    ):
        assert part in told


@pytest.mark.parametrize(
    ("cells", "column", "cause"),
    [
        ("Ring dem;Anna Andersson;", "vem", "en persons namn"),
        ("Ring dem;Eva-Lena Berg (chef);", "vem", "en persons namn"),
        ("Ring Kvastens Snickeri AB;Chefen;", "forslag", "ett företagsnamn"),
        ("Ring dem;a@b.se;", "vem", "en e-postadress"),
        (f"{'x' * 201};Chefen;", "forslag", "längre än 200"),
        (f"Ring dem;Chefen;{'y' * 41}", "nar", "längre än 40"),
    ],
)
def test_what_may_not_be_published_stops_the_run(
    tmp_path: Path, cells: str, column: str, cause: str
) -> None:
    (problem,) = read(tmp_path, f"2024;Bygglov;;{cells}\n").refused
    assert cause in problem.cause
    assert problem.where == f"forslag.csv, rad 2, kolumn {column}"
    assert "Anna" not in str(problem) and "Berg" not in str(problem)


@pytest.mark.parametrize(
    "who",
    ["Enhetschefen", "Kultur- och fritidskontoret", "bygglovschef, kansliet", "Norrtälje kommun"],
)
def test_a_function_is_no_name(tmp_path: Path, who: str) -> None:
    assert read(tmp_path, f"2024;Bygglov;;Ring dem;{who};\n").refused == ()


# --- Followed up ---


@pytest.fixture
def followed(example_project, tmp_path: Path) -> ReportData:
    """The example with what was agreed on the results of 2023, 2024 and 2025."""
    folder = example_project.processed / "example"
    data = ReportData(folder, SETTINGS, example=True, today=date(2026, 11, 23))
    rows = (
        "2023;Bygglov;Effektivitet;Ring upp inom två dagar;Enhetschefen;våren 2025\n"
        "2024;Bygglov;;Möt alla;Bygglovschefen;hösten 2025\n"
        "2025;Bygglov;Bemötande;Gemensam utbildning;Enhetschefen;2027\n"
        "2024;Totalt;Bemötande;Ett löfte;Kommundirektören;2026\n"
    )
    table = read(tmp_path, rows).proposals.values
    return changed(data, tmp_path, **{store.PROPOSALS: table})


def test_the_area_s_page_tells_how_the_factor_has_moved(followed: ReportData) -> None:
    table = omrade.agreed_table(followed, "bygglov")
    assert table is not None
    told = dict(zip(table.rows["proposal"], table.rows["moved"], strict=True))
    then, now = (
        followed.cell("bygglov", "effektivitet", year)["governing"] for year in (2023, 2025)
    )
    assert told["Ring upp inom två dagar"] == (
        f"{swedish.number(then)} → {swedish.number(now)} "
        f"({swedish.signed(swedish.difference(now, then))})"
    )
    assert told["Gemensam utbildning"] == "följs upp med resultatet för 2026"
    assert "inte om den beror på det" in table.note
    assert omrade.agreed_table(followed, "brandskydd") is None


def test_a_total_is_compared_in_one_definition(followed: ReportData) -> None:
    row = agreed.agreed(followed, ["total"]).iloc[0].copy()
    row["year"] = 2023
    numbers = [
        followed.select(year=year, scope="total", measure="bemotande", definition="total4")
        for year in (2023, 2025)
    ]
    first, last = (swedish.number(rows["governing"].iloc[0]) for rows in numbers)
    assert agreed.moved(followed, row).startswith(f"{first} → {last} (")


def test_only_a_tested_change_is_called_sure(followed: ReportData, tmp_path: Path) -> None:
    sure = followed.indices.assign(change_significant=True)
    data = changed(followed, tmp_path, **{store.INDICES: sure})
    told = omrade.agreed_table(data, "bygglov")
    assert told is not None
    stars = {p: "*" in m for p, m in zip(told.rows["proposal"], told.rows["moved"], strict=True)}
    assert stars == {
        "Möt alla": True,
        "Ring upp inom två dagar": False,
        "Gemensam utbildning": False,
    }


def test_a_hidden_factor_is_not_told(followed: ReportData, tmp_path: Path) -> None:
    hidden = followed.indices.assign(governing=float("nan"))
    data = changed(followed, tmp_path, **{store.INDICES: hidden})
    rows = agreed.agreed(data, ["bygglov"])
    told = [agreed.moved(data, row) for _, row in rows[rows["year"] < 2025].iterrows()]
    assert told == [f"resultatet för {year} visas inte: för få svar" for year in (2024, 2023)]


def test_the_next_workshop_shows_what_was_agreed(followed: ReportData) -> None:
    found, _ = audience.audiences(SETTINGS, followed.areas())
    slide = results.agreed_upon(followed, found[1])
    assert slide is not None
    grid = slide.parts[Place.TABLE]
    # This year's own have nothing to be followed up by yet.
    assert [row[0] for row in grid.rows] == ["Ett löfte", "Möt alla", "Ring upp inom två dagar"]
    few = SETTINGS.rules.workshop.model_copy(
        update={"agreed": SETTINGS.rules.workshop.agreed.model_copy(update={"value": 1})}
    )
    rules = SETTINGS.rules.model_copy(update={"workshop": few})
    one = results.agreed_upon(replace(followed, settings=replace(SETTINGS, rules=rules)), found[1])
    assert one is not None
    assert len(one.parts[Place.TABLE].rows) == 1
    assert "Två förslag till" in " ".join(one.parts[Place.TEXT].told).replace("två", "Två")


def test_without_proposals_there_is_no_slide_and_no_table(
    followed: ReportData, tmp_path: Path
) -> None:
    none = pd.DataFrame(agreed.agreed(followed, ["bygglov"]).head(0))
    data = changed(followed, tmp_path, **{store.PROPOSALS: none})
    found, _ = audience.audiences(SETTINGS, data.areas())
    assert results.agreed_upon(data, found[0]) is None
    assert omrade.agreed_table(data, "bygglov") is None
