"""Cleaning a year: which rows count, what is set aside why, and what never leaves intake."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandera.errors import SchemaError, SchemaErrors

from analysis import intake
from analysis.errors import InputDataError
from analysis.example import simulate
from analysis.intake import CleanYear, look
from analysis.intake.answers.case_years import stray
from analysis.intake.answers.frames import check_answers
from analysis.intake.judging.findings import JudgedYear
from analysis.settings import load

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = load(ROOT / "config")
ITEMS = SETTINGS.questionnaire.item_keys
ANSWER = {
    "svar_id": "R1",
    "arendear": "2024",
    "myndighetsomrade": "Bygglov",
    "kundgrupp": "Företag",
    **dict.fromkeys(ITEMS, "8"),
}


def write(folder: Path, *answers: Mapping[str, str], name: str = "insikt_2024.csv") -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(
            file, list(dict.fromkeys(k for a in answers for k in a)), delimiter=";"
        )
        writer.writeheader()
        writer.writerows(answers)
    return path


def numbered(count: int, **more: str) -> list[dict[str, str]]:
    return [{**ANSWER, "svar_id": f"R{n}", **more} for n in range(count)]


def clean(files: Path | Sequence[Path], year: int = 2024) -> CleanYear:
    seen = look([files] if isinstance(files, Path) else files, SETTINGS)
    if seen.refused:
        raise InputDataError("Filen kan inte användas", problems=seen.refused)
    return seen.years[year]


def doubles(found: CleanYear) -> int:
    return int((found.rows["aside"] == "dubblett").sum())


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_reject_that_a_spreadsheet_would_run_is_written_as_text(
    start: str, tmp_path: Path
) -> None:
    """Values of single cells, and the numbers of answers, come from the file as they stand."""
    found = clean(write(tmp_path, ANSWER))
    reject = dict.fromkeys(found.rejects.columns, "x") | {"row": 2, "value": f"{start}1+cmd"}
    changed = replace(found, rejects=pd.DataFrame([reject]))
    written = changed.write_rejects(tmp_path / "rejects.csv").read_bytes().decode("utf-8")
    assert f"'{start}1+cmd" in written


@pytest.mark.parametrize("number", ["-1", "+5,5", "-1.000,5", "-0.5"])
def test_a_signed_number_among_the_rejects_stays_a_number(number: str, tmp_path: Path) -> None:
    found = clean(write(tmp_path, {**ANSWER, ITEMS[3]: number}))
    assert found.rejects["value"].tolist() == [number]
    written = found.write_rejects(tmp_path / "rejects.csv").read_text("utf-8")
    assert f"'{number}" not in written and number in written


def test_the_clean_answers_of_the_example_are_those_its_generator_drew() -> None:
    """Every company's answer of the year and nobody else's, to the score; 0 is "vet ej" there."""
    drawn = simulate(SETTINGS)
    drawn = drawn[drawn["year"] == 2023]
    expected = drawn[drawn["customer"] == "foretag"]
    found = clean(sorted((ROOT / "data" / "example").glob("insikt_2023_*.csv")), 2023)
    assert (len(found.rows), found.counted) == (len(drawn), len(expected))

    def rows(answers: pd.DataFrame) -> list[tuple[object, ...]]:
        told = answers[["period", "area", "outcome", "company_size"]].fillna("")
        scores = answers[list(ITEMS)].fillna(0).astype(int)
        return sorted(pd.concat([told, scores], axis=1).itertuples(index=False, name=None))

    assert rows(found.answers) == rows(expected)


@pytest.mark.parametrize("value", ["0", "11", "5,5", "-1", "2024-03-01", "åtta", "1e1", "8 9"])
def test_a_bad_score_is_set_aside_and_the_rest_of_the_row_counts(
    value: str, tmp_path: Path
) -> None:
    found = clean(write(tmp_path, {**ANSWER, ITEMS[3]: value}, *numbered(1)))
    assert found.counted == 2
    assert found.answers[ITEMS[3]].notna().sum() == 1
    assert found.answers[ITEMS[4]].notna().all()
    assert found.rejects.to_dict("records") == [
        {
            "file": "insikt_2024.csv",
            "sheet": "",
            "row": 2,
            "svar_id": "R1",
            "column": ITEMS[3],
            "value": value,
            "reason": "inte ett helt tal 1–10",
        }
    ]


@pytest.mark.parametrize(
    ("value", "score"),
    [
        ("8", 8),
        ("8,0", 8),
        ("10 - mycket nöjd", 10),
        ("1 = inte alls nöjd", 1),
        ("10 (bäst)", 10),
        (" 7 ", 7),
        ("Vet ej", None),
        ("INGEN ÅSIKT", None),
        ("vet inte.", None),
        ("99 - Vet ej", None),
        ("10 – vet ej", None),
        ("Vet ej/ingen åsikt", None),
        ("Vet ej eller ej aktuellt", None),
        ("Don't know", None),
        ("8.", 8),
        ("-", None),
        ("", None),
    ],
)
def test_spellings_of_scores(value: str, score: int | None, tmp_path: Path) -> None:
    found = clean(write(tmp_path, {**ANSWER, ITEMS[0]: value}))
    assert found.rejects.empty
    assert found.answers[ITEMS[0]].dropna().tolist() == ([] if score is None else [score])


def test_a_long_value_is_cut_and_numbers_of_companies_are_masked(tmp_path: Path) -> None:
    found = clean(write(tmp_path, {**ANSWER, ITEMS[0]: "x" * 60, ITEMS[1]: "556036-0793"}))
    values = dict(zip(found.rejects["column"], found.rejects["value"], strict=True))
    assert values == {ITEMS[0]: "x" * 39 + "…", ITEMS[1]: "(dolt)"}


@pytest.mark.parametrize(
    ("spelled", "key"),
    [
        ("bygglov", "bygglov"),
        ("BYGGLOV", "bygglov"),
        ("Brandtillsyn", "brandskydd"),
        ("Folköl/tobak", "folkol_tobak"),
        ("miljo och halsoskydd", "miljo_halsoskydd"),
        ("3. Serveringstillstånd", "serveringstillstand"),
        ("livsmedelskontroll", "livsmedelskontroll"),
    ],
)
def test_areas_by_key_name_and_alias(spelled: str, key: str, tmp_path: Path) -> None:
    found = clean(write(tmp_path, {**ANSWER, "myndighetsomrade": spelled}))
    assert found.answers["area"].tolist() == [key]


def test_customers(tmp_path: Path) -> None:
    kinds = ["Företag", "Privatperson", "Förening", "Offentlig verksamhet", "Marsmänniska", ""]
    rows = [{**ANSWER, "svar_id": f"R{n}", "kundgrupp": kind} for n, kind in enumerate(kinds)]
    found = clean(write(tmp_path, *rows))
    assert found.counted == 1
    assert set(found.rejects["column"]) == {"kundgrupp"}
    assert found.rejects["reason"].tolist() == [
        "privatperson",
        "förening",
        "offentlig verksamhet",
        "okänd kundgrupp",
        "kundgrupp saknas",
    ]


@pytest.mark.parametrize("column", [True, False])
def test_without_any_customer_every_row_counts_and_it_is_said(column: bool, tmp_path: Path) -> None:
    rows = [{**row, "kundgrupp": ""} for row in numbered(3)]
    if not column:
        rows = [{k: v for k, v in row.items() if k != "kundgrupp"} for row in rows]
    found = clean(write(tmp_path, *rows))
    assert found.counted == 3
    assert any("alla svar räknas" in note for note in found.notes)


@pytest.mark.parametrize(
    ("columns", "name", "year"),
    [
        ({"arendear": "2023"}, "insikt_2024.csv", 2023),
        ({"arendear": "Helår 2023"}, "insikt_2024.csv", 2023),
        ({"arendear": "", "period": "2022-05-01"}, "insikt_2024.csv", 2022),
        ({"arendear": "", "period": "T1"}, "insikt_2021.csv", 2021),
        ({"arendear": "", "period": "44682"}, "insikt.csv", 2022),
    ],
)
def test_the_case_year(columns: dict[str, str], name: str, year: int, tmp_path: Path) -> None:
    path = write(tmp_path, {**ANSWER, **columns}, name=name)
    assert list(look([path], SETTINGS).answer_files()) == [year]


@pytest.mark.parametrize(
    ("year", "reason"), [("okänt", "ärendeår saknas"), ("2042", "avvikande ärendeår")]
)
def test_a_year_that_cannot_be_relied_on_is_told_with_its_column(
    year: str, reason: str, tmp_path: Path
) -> None:
    rows = numbered(60)
    rows[4]["arendear"] = year
    rejects = clean(write(tmp_path, *rows)).rejects
    assert rejects[["row", "column", "value", "reason"]].values.tolist() == [
        [6, "arendear", year, reason]
    ]


def test_a_file_with_several_years_contributes_to_each(tmp_path: Path) -> None:
    path = write(tmp_path, *numbered(3), *numbered(2, arendear="2023"))
    assert (clean(path, 2024).counted, clean(path, 2023).counted) == (3, 2)
    assert clean(path, 2023).rejects.empty


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("T2", "T2"),
        ("Tertial 2", "T2"),
        ("2024-08-31", "T2"),
        ("2024-09-01", "T3"),
        ("2024-05", "T2"),
        ("2024", None),
        ("Helår", None),
    ],
)
def test_periods(period: str, expected: str | None, tmp_path: Path) -> None:
    found = clean(write(tmp_path, {**ANSWER, "period": period}))
    assert found.answers["period"].dropna().tolist() == ([expected] if expected else [])
    assert found.rejects.empty


@pytest.mark.parametrize(
    ("periods", "told"),
    [
        (["T1"], "tertial 1."),
        (["T1", "T2"], "tertial 1 och 2."),
        (["T1", "T2", "T3"], ""),
        (["T1", ""], ""),
        ([""], ""),
    ],
)
def test_a_year_of_some_tertials_is_told(periods: list[str], told: str, tmp_path: Path) -> None:
    rows = [{**ANSWER, "svar_id": f"R{n}", "period": one} for n, one in enumerate(periods)]
    notes = [note for note in clean(write(tmp_path, *rows)).notes if "bara från" in note]
    assert bool(notes) == bool(told)
    assert all(f"2024: svaren kommer bara från {told}" in note for note in notes)


def test_the_same_answer_counts_once(tmp_path: Path) -> None:
    rows = numbered(3)
    first = write(tmp_path, *rows, rows[0])
    second = write(tmp_path, rows[1], name="insikt_2024_igen.csv")
    found = clean([first, second])
    assert (len(found.rows), found.counted, doubles(found)) == (5, 3, 2)


def test_answers_without_numbers_are_told_apart_by_everything_in_the_row(tmp_path: Path) -> None:
    same = {key: value for key, value in ANSWER.items() if key != "svar_id"}
    same |= {ITEMS[3]: "7", ITEMS[4]: "6"}
    rows = [{**same, "kommentar": text} for text in ("Bra", "Bra", "Dåligt")]
    assert clean(write(tmp_path, *rows)).counted == 2


FEW = {"arendear": "2024", "myndighetsomrade": "Bygglov", "kundgrupp": "Företag"}


def test_equal_answers_that_point_nobody_out_count_and_are_told(tmp_path: Path) -> None:
    """Three questions, or the same score everywhere, are many companies' answer."""
    pleased = {**FEW, **dict.fromkeys(ITEMS, "10")}
    short = {**FEW, ITEMS[0]: "8", ITEMS[1]: "9", ITEMS[2]: "7"}
    found = clean(write(tmp_path, pleased, pleased, short, short, short))
    assert (found.counted, doubles(found)) == (5, 0)
    assert found.notes[-1].startswith(
        "2024: 3 svar utan nummer är lika ett annat".replace("3 ", "3\u00a0")
    )
    # The same rows in another file are the same answers, and one more of them is another company's.
    write(tmp_path, pleased, short, short, short, short, name="insikt_2024 kopia.csv")
    assert clean(sorted(tmp_path.glob("*.csv"))).counted == 6


def test_a_table_that_has_its_answers_twice_counts_each_once(tmp_path: Path) -> None:
    pleased = {**FEW, **dict.fromkeys(ITEMS, "10")}
    others = [{**pleased, ITEMS[n]: "7", ITEMS[n + 1]: "5"} for n in range(6)]
    found = clean(write(tmp_path, *others, pleased, *others, pleased))
    assert (found.counted, doubles(found)) == (7, 7)


@pytest.mark.parametrize("with_id", [True, False])
def test_tertials_that_overlap_count_an_answer_once(with_id: bool, tmp_path: Path) -> None:
    """The file's name is not the answer's own: which tertial it was is then not known."""
    rows = [
        {key: value for key, value in row.items() if with_id or key != "svar_id"}
        for row in (numbered(1, **{ITEMS[0]: str(score)})[0] for score in range(1, 7))
    ]
    for number, row in enumerate(rows):
        if with_id:
            row["svar_id"] = f"R{number}"
    files = [
        write(tmp_path, *rows[:4], name="insikt_2024_T1.csv"),
        write(tmp_path, *rows[2:], name="insikt_2024_T2.csv"),
    ]
    found = clean(files)
    assert (len(found.rows), found.counted, doubles(found)) == (8, 6, 2)
    assert sorted(found.answers["period"].dropna()) == ["T1", "T1", "T2", "T2"]
    assert clean(files[::-1]).answers.equals(found.answers)
    whole = write(tmp_path, *({**row, "period": "T3"} for row in rows), name="insikt_2024 hela.csv")
    assert clean([*files, whole]).answers["period"].tolist() == ["T3"] * 6


def test_two_answers_under_one_number_are_both_set_aside(tmp_path: Path) -> None:
    found = clean(write(tmp_path, ANSWER, {**ANSWER, ITEMS[0]: "3"}, *numbered(1)))
    assert found.counted == 1
    assert found.rejects["reason"].tolist() == ["olika svar med samma nummer"] * 2


def test_nothing_that_points_out_a_company_is_kept(tmp_path: Path) -> None:
    secrets = {
        "Företagsnamn": "Hemliga AB",
        "Organisationsnummer": "556036-0793",
        "kommentar": "Fri text",
        "Övrigt": "Mer fri text",
    }
    rows = [{**row, **secrets} for row in numbered(3)]
    rows[0]["kundgrupp"], rows[1][ITEMS[0]] = "Privatperson", "11"
    found = clean(write(tmp_path, *rows))
    kept = found.answers.to_csv() + found.rejects.to_csv() + found.quality.to_csv()
    assert not any(secret in kept for secret in secrets.values())


def test_what_points_out_a_company_under_the_wrong_header_is_not_shown(tmp_path: Path) -> None:
    """Neither among the rejects nor in the check's report: row and column are enough to find it."""
    rows = numbered(20)
    rows[0]["kundgrupp"] = "Snickarglädje AB"
    rows[1]["kundgrupp"] = "AB Kvasten"
    rows[2]["myndighetsomrade"] = "Zwxlund Handelsbolag"
    rows[3][ITEMS[0]] = "Kvastolina på bygglov svarade snorkigt"
    rows[4][ITEMS[1]] = "5560360793"
    rows[5]["kundgrupp"] = "Aktiebolag"
    rows[6][ITEMS[2]] = "11 - mycket nöjd"
    path = write(tmp_path, *rows)
    kept = clean(path).rejects.to_csv(index=False)
    found = intake.check([path], SETTINGS)
    for told in (kept, found.to_text(10_000), found.to_html()):
        for secret in ("Snickarglädje", "Kvast", "Zwxlund", "snorkigt", "5560360793"):
            assert secret not in told
        assert "(dolt)" in told
        assert "Aktiebolag" in told
        assert "11 - mycket nöjd" in told


def test_a_background_column_of_free_text_is_dropped(tmp_path: Path) -> None:
    rows = [{**row, "bransch": f"Vi säljer {n} saker"} for n, row in enumerate(numbered(80))]
    found = clean(write(tmp_path, *rows))
    assert found.answers["industry"].isna().all()
    assert any("fritext" in note for note in found.notes)


def test_how_free_text_is_divided_into_files_does_not_matter(tmp_path: Path) -> None:
    rows = [{**row, "bransch": f"Vi säljer {n} saker"} for n, row in enumerate(numbered(80))]
    whole = clean(write(tmp_path, *rows, *rows, name="insikt_2024_hela.csv"))
    parts = [
        write(tmp_path, *rows[:40], name="insikt_2024_a.csv"),
        write(tmp_path, *rows[40:], name="insikt_2024_b.csv"),
    ]
    assert clean(parts).answers.equals(whole.answers)
    assert clean(parts).notes == whole.notes


def test_a_text_of_a_single_answer_is_not_kept(tmp_path: Path) -> None:
    """It says nothing of a group, and may be a company's own words."""
    rows = numbered(6, arendetyp="Ansökan")
    rows[5]["arendetyp"] = "Snickargladje AB vill bygga"
    found = clean(write(tmp_path, *rows))
    assert found.answers["case_type"].value_counts().to_dict() == {"Ansökan": 5}
    assert found.counted == 6


def test_answers_that_only_free_text_tells_apart_both_count(tmp_path: Path) -> None:
    same = {key: value for key, value in ANSWER.items() if key != "svar_id"}
    rows = [{**same, "bransch": f"Vi säljer {n} saker"} for n in range(80)]
    assert clean(write(tmp_path, *rows)).counted == 80


def test_a_question_not_found_is_noted_and_never_guessed(tmp_path: Path) -> None:
    row = {key.replace("bemotande_totalt", "bemotande_total"): v for key, v in ANSWER.items()}
    found = clean(write(tmp_path, row))
    assert found.answers["bemotande_totalt"].isna().all()
    assert any("Hur nöjd var du totalt sett med bemötandet?" in note for note in found.notes)


def test_counts_of_missing_answers(tmp_path: Path) -> None:
    values = ["8", "Vet ej", "", "11"]
    rows = [{**row, ITEMS[0]: value} for row, value in zip(numbered(4), values, strict=True)]
    quality = clean(write(tmp_path, *rows)).quality.query(f"measure == '{ITEMS[0]}'")
    assert dict(zip(quality["reason"], quality["count"], strict=True)) == {
        "betyg": 1,
        "vet ej": 1,
        "inget svar": 1,
        "ogiltigt": 1,
    }


def test_gathering_no_years_keeps_the_columns() -> None:
    empty = intake.gather([], SETTINGS)
    filled = clean(ROOT / "data" / "example" / "insikt_2021.csv", 2021).answers
    assert list(empty.columns) == list(filled.columns)
    assert empty.dtypes.equals(filled.dtypes)


def test_a_year_is_stray_only_below_its_share_and_apart_from_the_others() -> None:
    def found(*years: int) -> list[int]:
        return [year for year, out in zip(years, stray(np.array(years), 0.02), strict=True) if out]

    assert found(*[2024] * 49, 2015) == []
    assert found(*[2024] * 50, 2015) == [2015]
    assert found(*[2024] * 60, 2023, 2025) == []
    assert found(*[2024] * 60, 2022, 2026) == [2022, 2026]
    assert found(*[2024] * 60, 0) == []


def test_what_the_floors_above_rely_on_is_checked_in_full(tmp_path: Path) -> None:
    answers = clean(write(tmp_path, *numbered(2))).answers
    pd.testing.assert_frame_equal(check_answers(answers, SETTINGS), answers)
    first, *others = answers.columns
    spoilt = [
        answers[[*others, first]],
        answers[others],
        answers.assign(more=1),
        answers.astype({"year": "float64"}),
        *(answers.assign(year=year) for year in (1989, 2101)),
        *(answers.assign(**{name: "x"}) for name in ("period", "area", "outcome")),
        answers.assign(area=pd.Series([None, None], dtype="str")),
        *(answers.assign(**{ITEMS[0]: score}) for score in (0.0, 11.0, 5.5)),
    ]
    for frame in spoilt:
        with pytest.raises((SchemaError, SchemaErrors)):
            check_answers(frame, SETTINGS)
    limits = {"year": 1990, "period": "T3", ITEMS[0]: 1.0, ITEMS[1]: 10.0, ITEMS[2]: np.nan}
    check_answers(answers.assign(**limits), SETTINGS)
    check_answers(answers.assign(year=2100), SETTINGS)


@pytest.mark.parametrize(
    ("periods", "earlier", "kept"),
    [
        (["T1"], ["T1"], 1),
        (["T1"], ["T1", "T2", "T3"], 1),
        (["T1", "T2"], ["T1", "T2", "T3"], 2),
        (["T1"], ["T2"], None),
        (["T1"], [""], None),
        (["T1", "T2", "T3"], ["T1"], None),
        (["T1", "T2", "T3"], ["T1", "T2", "T3"], 3),
        ([""], [""], 1),
    ],
)
def test_a_part_of_a_year_is_compared_with_its_same_tertials(
    periods: list[str], earlier: list[str], kept: int | None, tmp_path: Path
) -> None:
    def year(number: int, told: list[str]) -> CleanYear:
        rows = [
            {**ANSWER, "svar_id": f"R{n}", "arendear": str(number), "matperiod": period}
            for n, period in enumerate(told)
        ]
        return clean(write(tmp_path, *rows, name=f"insikt_{number}.csv"), number)

    now = year(2025, periods)
    assert JudgedYear(now, None, SETTINGS).comparable is None
    before = JudgedYear(now, year(2024, earlier), SETTINGS).comparable
    assert (None if before is None else len(before.answers)) == kept
