"""Tables of how the answers fall on the scale: every layout, and all that does not add up."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from analysis.intake import RawFiles, look
from analysis.settings import load

SETTINGS = load(Path(__file__).resolve().parents[2] / "config")
QUESTIONNAIRE = SETTINGS.questionnaire
FIRST, SECOND = QUESTIONNAIRE.item_keys[:2]
TEXTS = {item.key: item.text for item in QUESTIONNAIRE.items}
STEPS = [*range(1, 11)]
Rows = list[list[object]]
HEAD: list[object] = ["Myndighetsområde", "Fråga", *STEPS, "Vet ej", "Antal"]
A = (1, 0, 2, 1, 3, 4, 6, 9, 7, 5)
"""38 answers, of 40 respondents."""
B = (0, 0, 0, 0, 0, 1, 2, 3, 3, 1)
"""Ten answers."""


def read(folder: Path, name: str, **sheets: Rows) -> RawFiles:
    path = folder / name
    with xlsxwriter.Workbook(path) as book:
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return look([path], SETTINGS)


def counts(raw: RawFiles, year: int = 2025) -> dict[tuple[str, str], tuple[int, ...]]:
    """Answers with each score by area and question."""
    assert raw.problems == ()
    answers = raw.years[year].answers
    return {
        (str(area), item): tuple(int((part[item] == step).sum()) for step in STEPS)
        for area, part in answers.groupby("area")
        for item in QUESTIONNAIRE.item_keys
        if part[item].notna().any()
    }


def problems(raw: RawFiles) -> str:
    return "\n".join(f"{one.where}: {one.cause} {one.fix}" for one in raw.problems)


WIDE: Rows = [
    HEAD,
    ["Bygglov", TEXTS[FIRST], *A, 2, 40],
    ["Brandskydd", TEXTS[SECOND], *B, 0, 10],
]
EXPECTED = {("bygglov", FIRST): A, ("brandskydd", SECOND): B}


def test_steps_as_columns(tmp_path: Path) -> None:
    raw = read(tmp_path, "insikt_2025.xlsx", Svar=WIDE)
    assert [file.kind for file in raw.files] == ["distribution"]
    assert counts(raw) == EXPECTED
    year = raw.years[2025]
    assert not year.answers["joint"].any()
    assert year.answers.groupby("area").size().to_dict() == {"bygglov": 40, "brandskydd": 10}
    told = year.quality[year.quality["measure"] == FIRST].set_index("reason")["count"]
    assert told.to_dict() == {"betyg": 38, "vet ej": 2, "inget svar": 10, "ogiltigt": 0}


@pytest.mark.parametrize(
    "sheets",
    [
        # Titles, labels of the steps, words around them, a column of means.
        {"Blad1": [["Insikt 2025"], [],
                   ["Område", "Fråga", *(f"Betyg {s}" for s in STEPS), "Medel"],
                   ["Bygglov", TEXTS[FIRST], *A, 7.1], ["", TEXTS[SECOND], *B, 8.1]]},
        # A sheet an area.
        {"Bygglov": [["Fråga", "1 = Inte alls nöjd", *STEPS[1:9], "10 - Mycket nöjd"],
                     [TEXTS[FIRST], *A], [TEXTS[SECOND], *B]]},
        # The area once above its questions.
        {"Blad1": [["", *STEPS], ["Bygglov"], [TEXTS[FIRST], *A], [TEXTS[SECOND], *B]]},
        # Counts beside shares.
        {"Bygglov": [["", *["Antal", *[""] * 9], *["Andel", *[""] * 9]], ["Fråga", *STEPS, *STEPS],
                     [TEXTS[FIRST], *A, *[0.1] * 10], [TEXTS[SECOND], *B, *[0.1] * 10]]},
        # Steps as rows, questions as columns.
        {"Bygglov": [["Betyg", TEXTS[FIRST], TEXTS[SECOND]],
                     *([step, a, b] for step, a, b in zip(STEPS, A, B, strict=True)),
                     ["Vet ej", 2, 0], ["Antal svar", 40, 10], ["Medelvärde", 7.1, 8.1]]},
        # Steps as rows, areas as columns; a block for each question.
        {"Blad1": [["Svarsalternativ", "Bygglov"], [TEXTS[FIRST]],
                   *([step, n] for step, n in zip(STEPS, A, strict=True)), ["Totalt", 38],
                   [TEXTS[SECOND]], ["Svarsalternativ", "Bygglov"],
                   *([step, n] for step, n in zip(STEPS, B, strict=True))]},
        # A row for each step: counts, or shares with a number of answers.
        {"Blad1": [["Område", "Fråga", "Betyg", "Antal"],
                   *(["Bygglov", TEXTS[item], step, n]
                     for item, given in ((FIRST, A), (SECOND, B))
                     for step, n in zip(STEPS, given, strict=True))]},
        {"Blad1": [["Område", "Fråga", "Betyg", "Andel", "Antal svar"],
                   *(["Bygglov", TEXTS[item], step, n / sum(given), sum(given)]
                     for item, given in ((FIRST, A), (SECOND, B))
                     for step, n in zip(STEPS, given, strict=True))]},
        {"Blad1": [["Område", "Fråga", "Svarsalternativ", "Antal", "Andel", "n"],
                   *(["Bygglov", TEXTS[item], step, n, f"{n / sum(given):.0%}", sum(given)]
                     for item, given in ((FIRST, A), (SECOND, B))
                     for step, n in zip(STEPS, given, strict=True))]},
    ],
)  # fmt: skip
def test_every_layout_says_the_same(sheets: dict[str, Rows], tmp_path: Path) -> None:
    raw = read(tmp_path, "resultat_2025.xlsx", **sheets)
    assert counts(raw) == {("bygglov", FIRST): A, ("bygglov", SECOND): B}


def test_a_file_of_text(tmp_path: Path) -> None:
    with (tmp_path / "resultat_2025.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=";").writerows(WIDE)
    assert counts(look([tmp_path], SETTINGS)) == EXPECTED


@pytest.mark.parametrize("form", ["12,5 %", "12.5", "0.125", "heading"])
def test_shares_with_a_number_of_answers(form: str, tmp_path: Path) -> None:
    def written(count: int) -> object:
        share = count / 40
        return {"12,5 %": f"{share * 100:.1f} %".replace(".", ","), "12.5": share * 100}.get(
            form, share
        )

    head = ["Område", "Fråga", *(f"{s} (%)" for s in STEPS)] if form == "heading" else HEAD[:-2]
    row = ["Bygglov", TEXTS[FIRST], *map(written, A), written(2), 40]
    raw = read(tmp_path, "insikt_2025.xlsx", Blad1=[[*head, "Vet ej", "Antal svar"], row])
    assert counts(raw) == {("bygglov", FIRST): A}
    assert len(raw.years[2025].answers) == 40
    assert not any("avrundade" in note for note in raw.notes)


def test_whole_per_cent_of_few_answers_give_the_counts_back(tmp_path: Path) -> None:
    shares = [round(count / 38 * 100) for count in A]
    row: list[object] = ["Bygglov", TEXTS[FIRST], *shares, 38]
    assert sum(shares) != 100
    raw = read(tmp_path, "insikt_2025.xlsx", Blad1=[[*HEAD[:-2], "Antal svar"], row])
    assert counts(raw) == {("bygglov", FIRST): A}
    assert not any("avrundade" in note for note in raw.notes)


def test_whole_per_cent_of_many_answers_are_near_and_it_is_said(tmp_path: Path) -> None:
    """7 and 333 of 340 are 2 and 98 per cent; 7 is nearest to 6.8, but 5–8 would do as well."""
    row: list[object] = ["Bygglov", TEXTS[FIRST], 2, *[0] * 8, 98, 340]
    raw = read(tmp_path, "insikt_2025.xlsx", Blad1=[[*HEAD[:-2], "Antal svar"], row])
    assert counts(raw) == {("bygglov", FIRST): (7, *[0] * 8, 333)}
    (note,) = (note for note in raw.notes if "avrundade" in note)
    assert "kan skilja sig" in note


def test_shares_without_a_number_of_answers_are_refused(tmp_path: Path) -> None:
    rows: Rows = [[area, TEXTS[FIRST], *[10] * 10] for area in ("Bygglov", "Brandskydd")]
    told = problems(read(tmp_path, "insikt_2025.xlsx", Blad1=[HEAD[:-2], *rows]))
    assert "saknar antal svar på 2\N{NO-BREAK SPACE}rader: rad 2" in told
    assert "rad 3 (Brandskydd" in told and "Antal svar" in told


def test_all_sums_that_are_wrong_are_told_at_once(tmp_path: Path) -> None:
    rows: Rows = [["Bygglov", TEXTS[FIRST], *A, 2, 41], ["Brandskydd", TEXTS[FIRST], *B, 0, 10],
                  ["Brandskydd", TEXTS[SECOND], *B, 0, 9]]  # fmt: skip
    shares: Rows = [["Bygglov", TEXTS[SECOND], *[9] * 10, 0, 40]]
    head: list[object] = ["Område", "Fråga", *(f"{s} %" for s in STEPS), "Vet ej", "Antal"]
    told = problems(
        read(tmp_path, "insikt_2025.xlsx", Antal=[HEAD, *rows], Andelar=[head, *shares])
    )
    assert "blad Antal: " in told and "blad Andelar: " in told
    assert "rad 2 (Bygglov, nöjd totalt sett): 38 eller 40 mot 41" in told
    assert f"rad 4 (Brandskydd, {QUESTIONNAIRE.labels[SECOND].lower()}): 10 mot 9" in told
    assert "rad 2 (Bygglov" in told.split("blad Andelar")[1] and "90,0 procent" in told
    assert "rad 3" not in told


@pytest.mark.parametrize(
    ("cell", "told"), [("många", "”många”"), (-1, "”-1”"), (1.5, "talen är inte hela")]
)
def test_cells_that_are_no_counts(cell: object, told: str, tmp_path: Path) -> None:
    row: list[object] = ["Bygglov", TEXTS[FIRST], cell, *A[1:]]
    assert told in problems(read(tmp_path, "insikt_2025.xlsx", Blad1=[HEAD[:-2], row]))


def test_blank_cells_and_dashes_are_no_answers(tmp_path: Path) -> None:
    row: list[object] = ["Bygglov", TEXTS[FIRST], 1, "", "-", "–", 3, 4, 6, 9, 7, 5]
    raw = read(tmp_path, "insikt_2025.xlsx", Blad1=[HEAD[:-2], row])
    assert counts(raw) == {("bygglov", FIRST): (1, 0, 0, 0, 3, 4, 6, 9, 7, 5)}


def test_a_question_that_is_written_twice_is_refused_unless_it_says_the_same(
    tmp_path: Path,
) -> None:
    again: list[object] = ["Bygglov", TEXTS[FIRST], *B]
    same = read(tmp_path, "a_2025.xlsx", Blad1=[HEAD, WIDE[1]], Blad2=[HEAD, WIDE[1]])
    assert counts(same) == {("bygglov", FIRST): A}
    on_a_sheet = read(tmp_path, "b_2025.xlsx", Blad1=[HEAD, WIDE[1], again])
    assert "flera gånger med olika tal: rad 2" in problems(on_a_sheet)
    on_two = read(tmp_path, "c_2025.xlsx", Blad1=[HEAD, WIDE[1]], Blad2=[HEAD, again])
    assert "blad Blad2, rad 2 och c_2025.xlsx, blad Blad1, rad 2" in problems(on_two)


def test_what_is_not_known_or_not_ours_is_told_and_left_out(tmp_path: Path) -> None:
    rows: Rows = [["Kommun", *HEAD], ["Norrtälje", *WIDE[1]], ["Borås", *WIDE[1]],
                  ["Norrtälje", "Bostadsanpassning", TEXTS[FIRST], *B, 0, 10],
                  ["Norrtälje", "Bygglov", "Gillade du vädret?", *B, 0, 10]]  # fmt: skip
    raw = read(tmp_path, "insikt_2025.xlsx", Blad1=rows)
    assert counts(raw) == {("bygglov", FIRST): A}
    (note,) = (note for note in raw.notes if "används inte" in note)
    for told in ("Borås", "rad 3", "Bostadsanpassning", "rad 4", "Gillade du vädret?", "rad 5"):
        assert told in note


def test_nothing_that_can_be_used_is_a_problem(tmp_path: Path) -> None:
    rows: Rows = [HEAD, ["Bygglov", TEXTS[FIRST], *A, 2, 40]]
    told = problems(read(tmp_path, "svar.xlsx", Blad1=rows))
    assert "ärendeåret saknas" in told


def test_tertials_in_files_of_their_own(tmp_path: Path) -> None:
    for name, row in (("insikt_2025_T1.xlsx", WIDE[1]), ("insikt_2025_T2.xlsx", WIDE[2])):
        read(tmp_path, name, Blad1=[HEAD, row])
    raw = look([tmp_path], SETTINGS)
    assert raw.problems == ()
    periods = raw.years[2025].answers.groupby("area")["period"].first()
    assert periods.to_dict() == {"bygglov": "T1", "brandskydd": "T2"}
    read(tmp_path, "insikt_2025.xlsx", Blad1=WIDE)
    assert "både för hela året och för tertial" in problems(look([tmp_path], SETTINGS))


# --- totals ---


def of_total(*rows: tuple[str, tuple[int, ...]]) -> Rows:
    return [HEAD[:-2], *([area, TEXTS[FIRST], *given] for area, given in rows)]


def test_a_total_alone_is_the_whole_municipality(tmp_path: Path) -> None:
    raw = read(tmp_path, "insikt_2025.xlsx", Blad1=of_total(("Totalt", A)))
    assert counts(raw) == {("total4", FIRST): A}
    assert raw.areas() == []


def test_a_total_of_its_areas_adds_nothing(tmp_path: Path) -> None:
    both = tuple(a + b for a, b in zip(A, B, strict=True))
    rows = of_total(("Bygglov", A), ("Livsmedelskontroll", B), ("Totalt", both))
    expected = {("bygglov", FIRST): A, ("livsmedelskontroll", FIRST): B}
    assert counts(read(tmp_path, "insikt_2025.xlsx", Blad1=rows)) == expected
    # A total of areas that are not in the report's total either.
    rows = of_total(("Bygglov", A), ("Upphandling", B), ("Totalt", both))
    assert set(counts(read(tmp_path, "a_2025.xlsx", Blad1=rows))) == {
        ("bygglov", FIRST), ("upphandling", FIRST)}  # fmt: skip


def test_what_a_total_has_besides_its_areas_is_counted_in_it(tmp_path: Path) -> None:
    both = tuple(a + b for a, b in zip(A, B, strict=True))
    raw = read(tmp_path, "insikt_2025.xlsx", Blad1=of_total(("Bygglov", A), ("Totalt", both)))
    assert counts(raw) == {("bygglov", FIRST): A, ("total4", FIRST): B}
    assert raw.areas() == ["bygglov"]


def test_a_total_that_is_less_than_its_areas_is_refused(tmp_path: Path) -> None:
    raw = read(tmp_path, "insikt_2025.xlsx", Blad1=of_total(("Bygglov", A), ("Totalt", B)))
    assert "färre svar" in problems(raw) and "rad 3" in problems(raw)


# --- beside other sources ---

NKI = QUESTIONNAIRE.groups["nki"]
ANSWERS = (
    f"Myndighetsområde;{';'.join(TEXTS[item] for item in NKI)}\nBygglov;7;8;7\nBygglov;9;9;9\n"
)


def test_answers_govern_and_the_table_is_told(tmp_path: Path) -> None:
    (tmp_path / "insikt_2025.csv").write_text(ANSWERS, "utf-8")
    read(tmp_path, "resultat_2025.xlsx", Blad1=WIDE)
    raw = look([tmp_path], SETTINGS)
    assert raw.years[2025].answers["joint"].all() and len(raw.years[2025].answers) == 2
    (note,) = (note for note in raw.notes if "används inte" in note)
    assert "resultat_2025.xlsx" in note and "2025" in note


def test_a_distribution_governs_where_it_has_the_cell(tmp_path: Path) -> None:
    indices: Rows = [["Fråga", "Bygglov", "Livsmedelskontroll"],
                     ["NKI", 60, 70], [TEXTS[FIRST], 61, 71]]  # fmt: skip
    read(tmp_path, "resultat_2025.xlsx", Fördelning=WIDE[:2], Index=indices)
    (tmp_path / "officiella_varden.csv").write_text(
        f"kommun;arende_ar;matt;omrade;varde\nNorrtälje;2025;{TEXTS[SECOND]};Bygglov;77\n", "utf-8"
    )
    raw = look([tmp_path], SETTINGS)
    assert raw.problems == ()
    governs = raw.official.values.set_index(["scope", "measure"])["governs"].to_dict()
    assert governs == {
        ("bygglov", FIRST): False,
        # One question of three is no NKI.
        ("bygglov", "nki"): True,
        ("livsmedelskontroll", FIRST): True,
        ("livsmedelskontroll", "nki"): True,
        ("bygglov", SECOND): True,
    }
    assert any("styr inte" in note for note in raw.notes)


def test_nothing_is_judged_and_nothing_compared_with_rows_that_are_nobodys(tmp_path: Path) -> None:
    (tmp_path / "insikt_2024.csv").write_text(ANSWERS, "utf-8")
    read(tmp_path, "resultat_2025.xlsx", Blad1=WIDE)
    raw = look([tmp_path], SETTINGS)
    assert {finding.year for finding in raw.findings()} <= {2024}
    assert set(raw.ledger["year"]) == {2024}


def test_answers_whose_scores_happen_to_be_the_scale_are_answers(tmp_path: Path) -> None:
    """A respondent who gave every score, and a column where every score occurs once."""
    names = [item.text for item in QUESTIONNAIRE.items[:12]]
    rows: Rows = [["Myndighetsområde", *names], ["Bygglov", *STEPS, 5, 5]]
    rows += [["Bygglov", *[step] * 12] for step in STEPS]
    raw = read(tmp_path, "insikt_2025.xlsx", Blad1=rows)
    assert [file.kind for file in raw.files] == ["answers"]


def test_the_frame_is_one_row_a_respondent(tmp_path: Path) -> None:
    frame = read(tmp_path, "insikt_2025.xlsx", Svar=WIDE).years[2025].answers
    assert frame["year"].eq(2025).all()
    assert (
        frame[["period", "outcome", "case_type", "company_size", "industry"]].isna().all(axis=None)
    )
    assert pd.api.types.is_bool_dtype(frame["joint"])


@pytest.mark.parametrize(
    ("steps", "scale"),
    [
        (["1-3", "4-7", "8-10"], "1–3, 4–7 och 8–10"),
        ([1, 2, 3, 4, 5], "1–5"),
        ([*range(11)], "0–10"),
    ],
)
@pytest.mark.parametrize("name", ["fordelning_2025.xlsx", "uttag.xlsx"])
def test_another_scale_is_refused_under_any_name(
    steps: list[object], scale: str, name: str, tmp_path: Path
) -> None:
    counts: list[object] = [n + 1 for n, _ in enumerate(steps)]
    across: Rows = [["Område", "Fråga", *steps], ["Bygglov", TEXTS[FIRST], *counts]]
    down: Rows = [
        ["Fråga", "Betyg", "Antal"],
        *([TEXTS[FIRST], step, n] for step, n in zip(steps, counts, strict=True)),
        *([TEXTS[SECOND], step, n] for step, n in zip(steps, counts, strict=True)),
    ]
    for rows in (across, down):
        raw = read(tmp_path, name, Blad=rows)
        assert f"en annan skala: {scale}. Insikts är 1–10." in problems(raw)


def test_a_file_named_as_a_distribution_is_refused_when_it_is_none(tmp_path: Path) -> None:
    raw = read(tmp_path, "fördelning_2025.xlsx", Blad=[["Område", "Bra"], ["Bygglov", 3]])
    assert "kolumnerna känns inte igen" in problems(raw)
    numbered: Rows = [["Nr", "Fråga"], [1, TEXTS[FIRST]], [2, TEXTS[SECOND]], [3, "Övrigt"]]
    assert not read(tmp_path, "frågor.xlsx", Blad=numbered).problems
    few: Rows = [["Fråga", "Låga", "Mellan", "Höga"], [TEXTS[FIRST], 1, 2, 3]]
    assert not read(tmp_path, "antal.xlsx", Blad=few).problems
    assert not read(tmp_path, "lista.xlsx", Blad=[["Vecka", 1, 2, 3], ["x", 3, 4, 5]]).problems


@pytest.mark.parametrize("shares", [["0 %"] * 10, [0] * 10, [""] * 9 + ["0 %"]])
def test_a_question_that_an_area_is_not_asked_is_left_out(
    shares: list[object], tmp_path: Path
) -> None:
    head: list[object] = ["Myndighetsområde", "Fråga", *STEPS, "Antal svar"]
    raw = read(
        tmp_path,
        "fordelning_2025.xlsx",
        Svar=[
            head,
            ["Bygglov", TEXTS[FIRST], *["0 %"] * 8, "50 %", "50 %", 10],
            ["Upphandling", TEXTS[FIRST], *shares, 0],
        ],
    )
    assert counts(raw) == {("bygglov", FIRST): (*(0,) * 8, 5, 5)}
    assert any("har inga svar och används inte: rad 3." in note for note in raw.notes)
