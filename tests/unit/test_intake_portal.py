"""Tables of results: each value's area, measure, year and municipality, wherever they stand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from analysis import intake
from analysis.intake import RawFiles, look
from analysis.settings import load

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = load(ROOT / "config")
FACTORS = [factor.name for factor in SETTINGS.questionnaire.factors]
Rows = list[list[object]]


def read(folder: Path, name: str, **sheets: Rows) -> RawFiles:
    path = folder / name
    with xlsxwriter.Workbook(path) as book:
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return look([path], SETTINGS)


def cells(raw: RawFiles) -> dict[tuple[str, str, int], tuple[float, int | None]]:
    """Value and answers by scope, measure and year."""
    assert raw.problems == ()
    return {
        (row["scope"], row["measure"], row["year"]): (
            row["value"],
            None if pd.isna(row["n"]) else int(row["n"]),
        )
        for row in raw.official.values.to_dict("records")
    }


def test_areas_by_measures_with_answers_and_rate(tmp_path: Path) -> None:
    raw = read(
        tmp_path,
        "insikt_2025.xlsx",
        Resultat=[
            ["Insikt – resultat per myndighetsområde, ärenden 2025, företag"],
            ["Borås stad"],
            [],
            ["Myndighetsområde", "Antal svar", "Svarsfrekvens", "NKI", *FACTORS],
            ["Bygglov", 30, 0.46, 68.2, 66, 67, 68, 69, 70, 71],
            ["Totalt", 171, 0.45, 76, 74, 75, 76, 77, 78, 79],
        ],
    )
    found = cells(raw)
    assert len(found) == 14
    assert found["bygglov", "nki", 2025] == (68.2, 30)
    assert found["bygglov", "effektivitet", 2025] == (71.0, 30)
    assert found["total", "bemotande", 2025] == (76.0, 171)
    values = raw.official.values
    assert set(values["municipality"]) == {"Borås"}
    assert values.groupby("scope")["response_rate"].first().to_dict() == {
        "bygglov": 0.46,
        "total": 0.45,
    }


def test_a_sheet_a_scope_with_years_as_columns(tmp_path: Path) -> None:
    rows: Rows = [
        ["Index", "2024", "2025"],
        ["Antal svar", 33, 41],
        ["NKI", 70, 71.5],
        ["Hur nöjd är du med vår attityd mot dig?", "..", 82],
    ]
    raw = read(tmp_path, "Insikt resultat Norrtälje.xlsx", Totalt=rows, Brandtillsyn=rows)
    assert cells(raw) == {
        (scope, measure, year): value
        for scope in ("total", "brandskydd")
        for measure, year, value in (
            ("nki", 2024, (70.0, 33)),
            ("nki", 2025, (71.5, 41)),
            ("bemotande_attityd", 2025, (82.0, 41)),
        )
    }


def test_groups_above_the_headings(tmp_path: Path) -> None:
    raw = read(
        tmp_path,
        "Rapport Borås.xlsx",
        Blad1=[
            ["Insikt 2024 och 2025"],
            ["", "2024", "", "2025", ""],
            ["Område", "NKI", "Svar", "NKI", "Svar"],
            ["Bygglov", 66, 31, 68, 30],
            ["Totalt", 74, 160, 76, 171],
        ],
    )
    assert cells(raw) == {
        ("bygglov", "nki", 2024): (66.0, 31),
        ("bygglov", "nki", 2025): (68.0, 30),
        ("total", "nki", 2024): (74.0, 160),
        ("total", "nki", 2025): (76.0, 171),
    }


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # Several measures by year in one row.
        ([["Område", "NKI 2024", "NKI 2025"], ["Bygglov", 66, 68], ["Brandskydd", "*", 88]], 3),
        # Areas that head the rows of their measures.
        ([["", "2025"], ["Bygglov"], ["NKI", 68], ["Kompetens", 73], ["Totalt"], ["NKI", 76]], 3),
        # Municipalities beside each other.
        ([["Mått", "Norrtälje 2025", "Riket 2025"], ["NKI", 76, 75], ["Bygglov", 68, ".."]], 3),
    ],
)  # fmt: skip
def test_other_layouts(rows: Rows, expected: int, tmp_path: Path) -> None:
    raw = read(tmp_path, "resultat.xlsx", Blad1=rows)
    assert raw.problems == ()
    assert len(raw.official.values) == expected
    assert set(raw.official.values["year"]) <= {2024, 2025}


def test_questions_by_areas(tmp_path: Path) -> None:
    raw = read(
        tmp_path,
        "resultat_2025.xlsx",
        Blad1=[
            ["Fråga", "Bygglov", "Miljö- och hälsoskydd", "Totalt"],
            ["Antal svar", 30, 12, 90],
            ["Totalt", 68, 70, 71],
            ["Bemötande"],
            ["Hur nöjd är du totalt sett med bemötandet?", 81, "-", 83],
        ],
    )
    assert cells(raw) == {
        ("bygglov", "nki", 2025): (68.0, 30),
        ("miljo_halsoskydd", "nki", 2025): (70.0, 12),
        ("total", "nki", 2025): (71.0, 90),
        ("bygglov", "bemotande_totalt", 2025): (81.0, 30),
        ("total", "bemotande_totalt", 2025): (83.0, 90),
    }
    assert any("läses som Norrtälje" in note for note in raw.notes)


def test_one_value_a_row_with_area_and_measure_apart(tmp_path: Path) -> None:
    raw = read(
        tmp_path,
        "resultat.xlsx",
        Värden=[
            ["År", "Område", "Mått", "Värde", "Antal svar", "Svarsfrekvens"],
            [2025, "Bygglov", "NKI", 68.2, 30, "46 %"],
            [2025, "Bygglov", "Bemötande", 73.1, 29, "46 %"],
            [2025, "Totalt", "Bemötande", 79, 171, "45 %"],
            [2025, "Folkbokföring", "NKI", 79, 171, "45 %"],
        ],
    )
    assert cells(raw) == {
        ("bygglov", "nki", 2025): (68.2, 30),
        ("bygglov", "bemotande", 2025): (73.1, 29),
        ("total", "bemotande", 2025): (79.0, 171),
    }
    (note,) = [note for note in raw.notes if "Folkbokföring" in note]
    assert "rad 5" in note and "Som mått" in note


def test_the_excel_export_of_kolada(tmp_path: Path) -> None:
    totals = [
        "Företagsklimat Insikt - Totalt, Index, gammal definition (-2024)",
        "Företagsklimat Insikt - Totalt, Index, ny definition",
        "Företagsklimat Insikt, antal svar, gammal definition (-2024)",
        "Företagsklimat Insikt, antal svar, ny definition",
    ]
    raw = read(
        tmp_path,
        "kolada_export.xlsx",
        Tabell=[
            ["Kolada"],
            ["Nyckeltal", "Norrtälje 2023", "Norrtälje 2024", "Riket 2024"],
            [totals[0], 71.2, 73.9, ".."],
            [totals[1], "-", 74.6, 75],
            [totals[2], 180, 170, ".."],
            [totals[3], "-", 150, ".."],
            ["Företagsklimat Insikt - Bygglov - Index", 66.1, "..", 68],
            [],
            ["Källa: Kolada 2026-11-20"],
        ],
    )
    values = raw.official.values
    own = values[values["municipality_code"] == "0188"]
    assert {
        (row["scope"], row["definition"], row["year"]): (row["value"], row["n"])
        for row in own[own["scope"] == "total"].to_dict("records")
    } == {
        ("total", "total6", 2023): (71.2, 180),
        ("total", "total6", 2024): (73.9, 170),
        ("total", "total4", 2024): (74.6, 150),
    }
    assert own.loc[own["scope"] == "bygglov", "value"].tolist() == [66.1]
    assert sorted(values.loc[values["municipality"] == "Riket", "value"]) == [68.0, 75.0]


def test_values_of_one_gender_are_not_values_of_all(tmp_path: Path) -> None:
    path = tmp_path / "kolada.csv"
    title = '"Företagsklimat Insikt - Totalt, Index, ny definition"'
    path.write_text(
        "kpi,kpi_title,municipality,municipality_id,year,gender,value\n"
        f"U07453,{title},Norrtälje,0188,2025,K,79.6\n"
        f"U07453,{title},Norrtälje,0188,2025,T,76.1\n",
        encoding="utf-8",
    )
    assert cells(look([path], SETTINGS)) == {("total", "nki", 2025): (76.1, None)}


@pytest.mark.parametrize("year", ["", "2024–2025"])
def test_a_table_without_a_sure_year_is_refused_with_what_is_missing(
    tmp_path: Path, year: str
) -> None:
    raw = read(
        tmp_path, "resultat.xlsx", Blad1=[[year], ["Område", "NKI"], ["Bygglov", 68], ["Totalt", 7]]
    )
    (problem,) = raw.problems
    assert "ärendeåret saknas" in problem.cause
    assert problem.fix.startswith("Skriv ärendeåret i filens namn (resultat_2025.xlsx)")
    assert "Som mått" not in problem.fix


def test_answers_are_never_taken_for_results(tmp_path: Path) -> None:
    """One answer an area: only the size of the numbers tells."""
    questions = [item.text for item in SETTINGS.questionnaire.items]
    raw = read(
        tmp_path,
        "insikt_2025.xlsx",
        Svar=[
            ["Ärendeår", "Myndighetsområde", *questions],
            [2025, "Bygglov", *[8] * len(questions)],
            [2025, "Brandskydd", *[10] * len(questions)],
        ],
    )
    assert [file.kind for file in raw.files] == ["answers"]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "kolada_export.csv",
            "Kolada\nNyckeltal;Norrtälje 2024\nFöretagsklimat Insikt - Bygglov;68\n",
            {("bygglov", "nki", 2024): (68.0, None)},
        ),
        (
            "officiella_2025.csv",
            "Hur nöjd var du med vår attityd mot dig?,nki_totalt\n78,71\n",
            {
                ("total", "bemotande_attityd", 2025): (78.0, None),
                ("total", "nki", 2025): (71.0, None),
            },
        ),
    ],
)
def test_small_tables(
    name: str, text: str, expected: dict[tuple[str, str, int], object], tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert cells(look([path], SETTINGS)) == expected


SPREAD: Rows = [
    ["Fråga", *map(str, range(1, 11)), "Antal svar"],
    *([item.text, 0, 0, 1, 1, 2, 2, 5, 8, 6, 5, 30] for item in SETTINGS.questionnaire.items[:4]),
]
INDEX: Rows = [["Mått", "2025"], ["NKI", 68.2], ["Bemötande", 70.1], ["Antal svar", 30]]


@pytest.mark.parametrize(
    ("title", "scope"),
    [
        ("Resultat för bygglov 2025", "bygglov"),
        ("Norrtälje: Miljö- och hälsoskydd", "miljo_halsoskydd"),
        ("Bygglov", "bygglov"),
        ("Insikt 2025", "total"),
        ("Insikt utom upphandling", "total"),
        ("Bygglov och livsmedelskontroll", "total"),
    ],
)
def test_an_area_named_above_a_table_is_that_of_what_has_no_other(
    title: str, scope: str, tmp_path: Path
) -> None:
    results = read(tmp_path, "resultat_2025.xlsx", Blad=[[title], *INDEX])
    assert {scope for scope, _, _ in cells(results)} == {scope}
    spread = read(tmp_path, "fordelning_2025.xlsx", Blad=[[title], *SPREAD])
    assert set(spread.years[2025].answers["area"]) == {"total4" if scope == "total" else scope}
    for raw in (results, spread):
        told = [note for file in raw.files for note in file.notes if f"nämns i ”{title}”" in note]
        assert bool(told) == (scope != "total")


PARTS = [
    ("resultat_2025_T1.xlsx", "Blad", "Insikt 2025"),
    ("resultat_2025.xlsx", "T1 2025", "Insikt"),
    ("resultat_2025.xlsx", "Blad", "Insikt 2025, tertial 1"),
    ("resultat_2025.xlsx", "Blad", "Första tertialet 2025"),
]
UNCLEAR = [
    ("resultat_2025.xlsx", "Blad", "Insikt jan–aug 2025 (preliminärt)"),
    ("resultat_2025.xlsx", "Blad", "Första halvåret 2025"),
    ("resultat_2025.xlsx", "Kvartal 2", "Insikt"),
    ("resultat_2025.xlsx", "Blad", "Preliminärt resultat 2025"),
    ("resultat_2025.xlsx", "Blad", "Insikt 2025, t.o.m. augusti"),
    ("resultat_2025_T1-T2.xlsx", "Blad", "Insikt"),
    ("resultat_2025_H1.xlsx", "Blad", "Insikt"),
]


@pytest.mark.parametrize(("name", "sheet", "title"), [*PARTS, *UNCLEAR])
def test_published_values_of_a_part_of_a_year_are_not_the_years(
    name: str, sheet: str, title: str, tmp_path: Path
) -> None:
    raw = read(tmp_path, name, **{sheet: [[title], ["Mått", "2025"], ["NKI", 68.2]]})
    (problem,) = raw.problems
    assert "gäller en del av året" in problem.cause
    assert "hela året" in problem.fix
    assert raw.published.values.empty


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("resultat_2025.xlsx", "Helår 2025"),
        ("resultat_2025.xlsx", "Insikt januari–december 2025"),
        ("resultat_2025.xlsx", "Insikt 2025, T1, T2 och T3"),
        ("resultat_2025.xlsx", "Insikt 2025, svar insamlade januari–mars 2026"),
        ("resultat_2025.xlsx", "Publicerat i april 2026 för Insikt 2025"),
    ],
)
def test_a_title_of_the_whole_year_leaves_it_whole(name: str, title: str, tmp_path: Path) -> None:
    raw = read(tmp_path, name, Blad=[[title], ["Mått", "2025"], ["NKI", 68.2]])
    assert raw.problems == ()
    assert cells(raw) == {("total", "nki", 2025): (68.2, None)}


@pytest.mark.parametrize(("name", "sheet", "title"), PARTS)
def test_a_distribution_of_a_tertial_makes_the_year_preliminary(
    name: str, sheet: str, title: str, tmp_path: Path
) -> None:
    raw = read(tmp_path, name, **{sheet: [[title], *SPREAD]})
    clean = raw.years[2025]
    assert set(clean.answers["period"]) == {"T1"}
    assert any("bara från tertial 1" in note for note in clean.notes)


@pytest.mark.parametrize(("name", "sheet", "title"), UNCLEAR)
def test_a_distribution_of_another_part_is_refused(
    name: str, sheet: str, title: str, tmp_path: Path
) -> None:
    raw = read(tmp_path, name, **{sheet: [[title], *SPREAD]})
    (problem,) = raw.problems
    assert "inte är ett tertial" in problem.cause
    assert "T1, T2 eller T3" in problem.fix
    assert not raw.years


@pytest.mark.parametrize(
    ("total", "areas", "refused"),
    [
        (107, (40, 30, 27, 10), False),
        (980, (40, 30, 27, 10), True),
        (108, (40, 30, 27, 10), True),
        (39, (40, 30), True),
        (980, (40, 30), False),
        # The table's total counts another area too.
        (127, (40, 30, 27, 10, 20), False),
        (128, (40, 30, 27, 10, 20), True),
    ],
)
def test_a_total_has_the_answers_of_its_areas(
    total: int, areas: tuple[int, ...], refused: bool, tmp_path: Path
) -> None:
    names = [
        *("Bygglov", "Miljö- och hälsoskydd", "Livsmedelskontroll", "Serveringstillstånd"),
        "Brandskydd",
    ]
    raw = read(
        tmp_path,
        "resultat_2025.xlsx",
        Resultat=[
            ["Myndighetsområde", "Antal svar", "NKI", "Bemötande"],
            *([name, n, 68, 70] for name, n in zip(names, areas, strict=False)),
            ["Totalt", total, 72, 74],
        ],
    )
    assert len(raw.problems) == refused
    assert all("Totalt för 2025 har" in one.cause for one in raw.problems)


HEAD: list[object] = ["Myndighetsområde", "Antal svar", "NKI", "Bemötande"]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([["Bygglov", 30, 0.68, 0.7], ["Totalt", 60, 0.72, 0.74]], "andelar mellan 0 och 1"),
        ([["Bygglov", 30, 7.1, 7.4], ["Totalt", 60, 7.3, 7.4]], "medelbetyg på skalan 1–10"),
        (
            [["Bygglov", 30, 68, 70], ["Bygglov", 12, 55, 50], ["Totalt", 60, 72, 74]],
            "står mer än en gång: rad 2 och 3",
        ),
        ([["Bygglov", 30, 682, 701], ["Totalt", 60, 72, 740]], "”682” (rad 2)"),
    ],
)
def test_a_table_that_is_no_table_of_indices_says_what_is_wrong(
    rows: Rows, told: str, tmp_path: Path
) -> None:
    raw = read(tmp_path, "resultat_2025.xlsx", Resultat=[HEAD, *rows])
    (problem,) = raw.problems
    assert told in problem.cause
    assert problem.where == "resultat_2025.xlsx, blad Resultat"


def test_a_sheet_that_sums_the_answers_up_is_left_out_and_told_first(tmp_path: Path) -> None:
    answers: Rows = [
        ["myndighetsomrade", "arendear", "kundgrupp", *SETTINGS.questionnaire.item_keys[:3]],
        *(["Bygglov", 2025, "Företag", 8, 7, 1 + n % 10] for n in range(12)),
    ]
    pivot: Rows = [["Myndighetsområde", "NKI"], ["Bygglov", 70], ["Totalt", 75]]
    path = tmp_path / "insikt_2025.xlsx"
    raw = read(tmp_path, path.name, Svar=answers, Pivot=pivot)
    assert [file.kind for file in raw.files] == ["answers"]
    assert raw.official.values.empty
    first = intake.check([path], SETTINGS).warnings[0]
    assert first.cause == "Bladet Pivot ser ut att sammanfatta svaren och används inte."
    assert not any("vilken kommun" in note for note in raw.notes)
    cases: Rows = [["Myndighetsområde", "Avslutade ärenden"], ["Bygglov", 240]]
    (problem,) = read(tmp_path, path.name, Svar=answers, Blad2=cases).problems
    assert "svar (Svar) och avslutade ärenden (Blad2)" in problem.cause
    assert "Flytta bladet Blad2 till en egen fil" in problem.fix
