"""Cases, progress, recognition of files, and which areas a report has."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from analysis import intake
from analysis.errors import InputDataError
from analysis.intake import look
from analysis.settings import load

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = load(ROOT / "config")
EXAMPLE = ROOT / "data" / "example"


def write(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def test_cases_by_year_and_area(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "arenden_2024.csv",
        "Område;Antal ärenden;Utskick;Svar\nBygglov;1 250;80;40\nBrandtillsyn;;12;\nTotalt;60;;\n",
    )
    cases = look([path], SETTINGS).cases.values
    assert cases["area"].tolist() == ["brandskydd", "bygglov"]
    assert cases["closed"].tolist()[1] == 1250
    assert cases["closed"].isna().tolist() == [True, False]
    assert cases["year"].tolist() == [2024, 2024]


def test_a_column_of_years_goes_before_the_files_name(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "arenden_2024.csv",
        "arendear;myndighetsomrade;avslutade\n2022;Bygglov;5\n2023;Bygglov;6\n",
    )
    assert look([path], SETTINGS).cases.values["closed"].tolist() == [5, 6]


def test_the_same_cases_twice_are_no_contradiction(tmp_path: Path) -> None:
    text = "myndighetsomrade;avslutade\nBygglov;20\n"
    paths = [write(tmp_path, f"arenden_2024{end}.csv", text) for end in ("", "_b")]
    assert len(look(paths, SETTINGS).cases.values) == 1


def test_cases_without_a_year_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "arenden.csv", "myndighetsomrade;avslutade\nBygglov;5\n")
    (problem,) = look([path], SETTINGS).problems
    assert "vilket ärendeår raden gäller" in problem.cause


def test_progress(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "aktiviteter.csv",
        "Steg;Datum;Status;Nått;Avsett;Kronor;Anteckning\n"
        "Steg 3,2;28/05/2025;Klar;118;140;213 000 kr;Alla\n3.1;2025-02-10;pågår;;;;\n",
    )
    progress = look([path], SETTINGS).progress.values
    assert progress["step"].tolist() == ["3.1", "3.2"]
    last = progress.iloc[1]
    assert (last["date"], last["status"]) == (date(2025, 5, 28), "klar")
    assert (last["reached"], last["intended"], last["spent"]) == (118, 140, 213_000)


HEAD = "steg;datum;status;natt;avsett;kronor;anteckning;förvaltning\n"


def progress_refusal(folder: Path, rows: str) -> str:
    with pytest.raises(InputDataError) as caught:
        intake.read([write(folder, "aktiviteter.csv", HEAD + rows)], SETTINGS)
    assert caught.value.exit_code == 10
    return str(caught.value)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("KLART", "klar"), ("Genomförd", "klar"), ("Pagar", "pågår"), ("sen", "försenad"), ("", "")],
)
def test_a_status_is_read_in_each_of_its_spellings(
    tmp_path: Path, written: str, meant: str
) -> None:
    path = write(tmp_path, "aktiviteter.csv", f"{HEAD}3.1;2025-02-10;{written};;;;;Bygg\n")
    progress = look([path], SETTINGS).progress.values
    assert progress["status"].tolist() == [meant]
    assert progress["department"].tolist() == ["Bygg"]


def test_an_unknown_status_is_refused_with_what_is_accepted(tmp_path: Path) -> None:
    told = progress_refusal(tmp_path, "3.1;2025-02-10;på gångg;;;;;\n3.2;2025-03-10;klar;;;;;\n")
    assert "rad 2, kolumn status: Läget ”på gångg” är okänt." in told
    assert "Skriv klar, pågår, försenad, ej påbörjad eller inställd" in told


@pytest.mark.parametrize("name", ["U", "u", "Utvärdering", "Årlig utvärdering", "utvardering 2025"])
def test_the_evaluation_is_reported_by_its_key_or_its_name(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, "aktiviteter.csv", f"{HEAD}{name};2026-04-28;klar;;;;;\n")
    assert look([path], SETTINGS).progress.values["step"].tolist() == ["U"]


def test_steps_the_plan_does_not_have_are_told_once_and_a_file_of_them_stops(
    tmp_path: Path,
) -> None:
    rows = "".join(f"9.{n};2025-02-10;klar;;;;;\n" for n in (1, 1, 1, 2))
    path = write(tmp_path, "aktiviteter.csv", f"{HEAD}{rows}3.1;2025-02-10;klar;;;;;\n")
    notes = look([path], SETTINGS).notes
    assert len(notes) == 1
    assert notes[0].startswith("Fyra av 5\xa0rader i aktiviteter.csv används inte: steget ”9.1” ")
    assert "(rad 2, 3 och 4)" in notes[0]
    assert "1.1, 1.2" in notes[0]
    told = progress_refusal(tmp_path, rows)
    assert "Ingen av filens 4\xa0rader kan användas" in told


def test_a_follow_up_reported_in_a_year_the_plan_does_not_have_is_told(tmp_path: Path) -> None:
    path = write(
        tmp_path, "aktiviteter.csv", f"{HEAD}4.4;2023-02-10;klar;;;;;\n3.1;2025-02-10;klar;;;;;\n"
    )
    assert "görs inte år 2023" in look([path], SETTINGS).notes[0]


def test_a_row_written_twice_is_counted_once_and_told(tmp_path: Path) -> None:
    row = "3.2;2025-05-28;klar;;;5000;;\n"
    path = write(tmp_path, "aktiviteter.csv", HEAD + row + row)
    assert look([path], SETTINGS).progress.values["spent"].tolist() == [5000]
    assert "rad 3 är likadan som aktiviteter.csv, rad 2" in look([path], SETTINGS).notes[0]


@pytest.mark.parametrize("note", ["Ring 0176-710 00 12", "kalle@bolaget.se", "x" * 201])
def test_a_note_that_may_not_be_published_is_refused(tmp_path: Path, note: str) -> None:
    told = progress_refusal(tmp_path, f"3.2;2025-05-28;klar;;;;{note};\n")
    assert "rad 2, kolumn anteckning" in told
    assert note not in told


def test_cases_of_unknown_areas_only_are_refused(tmp_path: Path) -> None:
    path = write(
        tmp_path, "arenden_2024.csv", "område;avslutade\nSimhall;5\nSimhall;7\nTotalt;12\n"
    )
    with pytest.raises(InputDataError) as caught:
        intake.read([path], SETTINGS)
    told = str(caught.value)
    assert "Ingen av filens 2\xa0rader kan användas: området ”Simhall” är okänt" in told
    assert "Skriv Brandskydd, Bygglov" in told


def test_files_are_known_by_what_they_hold(tmp_path: Path) -> None:
    for source, name in (
        ("insikt_2021.csv", "a.csv"),
        ("arenden_2021.csv", "b_2021.csv"),
        ("aktiviteter.csv", "c.txt"),
        ("insikt_2024.xlsx", "d.csv"),
    ):
        shutil.copy(EXAMPLE / source, tmp_path / name)
    write(tmp_path, "semester.csv", "vecka;vem\n28;alla\n")
    write(tmp_path, "foto.jpg", "…")
    (tmp_path / "~$d.xlsx").write_bytes(b"lock")
    seen = intake.read([tmp_path], SETTINGS).raw
    kinds = {file.path.name: file.kind for file in seen.files}
    assert kinds == {
        "a.csv": "answers",
        "b_2021.csv": "cases",
        "c.txt": "progress",
        "d.csv": "answers",
        "semester.csv": "unknown",
        "foto.jpg": "unknown",
    }
    assert {year: [p.name for p in paths] for year, paths in seen.answer_files().items()} == {
        2021: ["a.csv"],
        2024: ["d.csv"],
    }
    assert sum("används inte" in note for note in seen.notes) == 2


@pytest.mark.parametrize(
    "name", ["index.csv", "goals.csv", "drivers.csv", "activities.csv", "nki.xlsx"]
)
def test_the_reports_own_tables_are_left_alone_with_a_sentence(
    tmp_path: Path, example_site: Path, name: str
) -> None:
    # Also under a name that promises answers, and saved by a Swedish Excel.
    path = tmp_path / f"insikt_2025{Path(name).suffix}"
    content = (example_site / "data" / name).read_bytes()
    path.write_bytes(content if name == "nki.xlsx" else content.replace(b",", b";"))
    seen = look([path], SETTINGS)
    assert [file.kind for file in seen.files] == ["unknown"]
    assert "en av rapportens egna tabeller och används inte" in seen.notes[0]


def test_areas_are_those_with_counted_answers(tmp_path: Path) -> None:
    shutil.copy(EXAMPLE / "insikt_2021.csv", tmp_path)
    shutil.copy(EXAMPLE / "insikt_2024.xlsx", tmp_path)
    seen = look([tmp_path], SETTINGS, ROOT / "data" / "official")
    assert "lantmateri" in seen.areas()
    assert "lantmateri" not in seen.areas(2023)
    assert seen.areas()[:2] == ["brandskydd", "bygglov"]


def test_without_answers_areas_come_from_official_values(tmp_path: Path) -> None:
    write(
        tmp_path,
        "officiella_varden.csv",
        "kommun,kommunkod,arende_ar,matt,varde\nNorrtälje,0188,2024,bygglov,71.2\n"
        "Nyköping,0480,2024,brandskydd,80\n",
    )
    alone = look([tmp_path], SETTINGS)
    assert alone.areas() == ["bygglov"]
    assert alone.municipalities() == ["0188", "0480"]
    collected = look([tmp_path], SETTINGS, ROOT / "data" / "official")
    assert collected.areas() == ["bygglov", "markupplatelse", "serveringstillstand"]


def test_a_reading_tells_every_problem_of_every_file(tmp_path: Path) -> None:
    write(tmp_path, "insikt_2023.csv", "hej")
    write(tmp_path, "insikt_2024.csv", "")
    with pytest.raises(InputDataError) as caught:
        intake.read([tmp_path], SETTINGS)
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "Insikt 2025 (uttag april 2026).csv",
            "myndighetsomrade;nki_totalt;nki_forvantan;nki_ideal\nBygglov;7;8;9\n",
        ),
        ("arenden 2025-2026.csv", "myndighetsomrade;avslutade\nBygglov;5\n"),
    ],
)
def test_several_years_in_a_files_name_are_told(name: str, content: str, tmp_path: Path) -> None:
    told = " ".join(map(str, look([write(tmp_path, name, content)], SETTINGS).problems))
    assert "I filens namn står flera år: 2025 och 2026." in told
