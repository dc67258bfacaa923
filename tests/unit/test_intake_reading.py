"""The one reading: what it stores, whose report it is, and what it sets aside."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from analysis import intake, store
from analysis.basis import Basis
from analysis.intake.recognition import files
from analysis.settings import load

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "data" / "example"
COLLECTION = ROOT / "data" / "official"
SETTINGS = load(ROOT / "config")
OFFICIAL = "kommun,kommunkod,arende_ar,matt,varde\n"


@pytest.fixture(scope="module")
def reading() -> intake.Reading:
    return intake.read([EXAMPLE], SETTINGS, COLLECTION, example=True)


def test_what_is_stored_is_listed_and_the_basis_is_the_same_read_back(
    reading: intake.Reading, tmp_path: Path
) -> None:
    basis = reading.write(tmp_path)
    assert Basis.read(tmp_path) == basis
    there = {path.name for path in tmp_path.iterdir()}
    assert there == {*basis.outputs, store.BASIS}
    assert {"answers_2025.parquet", "rejects_2021.csv", "progress.parquet"} <= there
    assert basis.years == (2021, 2022, 2023, 2024, 2025)
    assert basis.last_year == 2025
    for name, frame in (
        (store.answers(2024), reading.years[2024].answers),
        (store.CASES, reading.raw.cases.values),
        (store.OFFICIAL, reading.official),
        (store.PROGRESS, reading.raw.progress.values),
    ):
        pd.testing.assert_frame_equal(store.read_table(tmp_path, name), frame)


def test_tables_without_rows_keep_their_columns_when_stored(tmp_path: Path) -> None:
    reading = intake.read([EXAMPLE / "insikt_2021.csv"], SETTINGS)
    reading.write(tmp_path)
    for name, frame in (
        (store.CASES, reading.raw.cases.values),
        (store.PROGRESS, reading.raw.progress.values),
    ):
        read = store.read_table(tmp_path, name)
        assert read.empty
        assert list(read.columns) == list(frame.columns)


def test_every_file_is_told_with_its_digest_and_its_rows(reading: intake.Reading) -> None:
    told = {row["fil"]: row for row in reading.basis.files}
    assert told["insikt_2025.xlsx"] == {
        "fil": "insikt_2025.xlsx",
        "sha256": store.digest(EXAMPLE / "insikt_2025.xlsx"),
        "slag": store.ANSWER_FILES,
        "år": "2025",
        "lästa": 297,
        "räknade": 264,
        "privatperson": 27,
        "förening": 5,
        "offentlig verksamhet": 1,
    }
    assert [row["slag"] for row in reading.basis.files] == [
        *[store.ANSWER_FILES] * 7,
        *[store.OTHER_FILES] * 5,
        *[store.PROGRESS_FILES] * 2,
        store.COLLECTION_FILES,
    ]
    for row in reading.basis.files[7:]:
        path = (EXAMPLE if row["slag"] != store.COLLECTION_FILES else COLLECTION) / row["fil"]
        lines = path.read_text("utf-8-sig").splitlines()
        assert row[store.READ] == sum(map(bool, lines)) - 1


def test_the_ledger_tells_every_file_by_year(reading: intake.Reading) -> None:
    ledger = reading.ledger
    assert list(ledger.columns) == ["file", "year", "lästa", "räknade", "undantagna"]
    assert ledger.values.tolist()[-1] == ["insikt_2025.xlsx", 2025, 297, 264, 33]
    assert len(ledger) == 7


def test_a_file_is_opened_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    content_of = files.content_of

    def counted(path: Path, limits: object) -> bytes:
        opened.append(path.name)
        return content_of(path, limits)  # type: ignore[arg-type]

    monkeypatch.setattr(files, "content_of", counted)
    shutil.copy(EXAMPLE / "insikt_2021.csv", tmp_path)
    shutil.copy(EXAMPLE / "arenden_2021.csv", tmp_path)
    (tmp_path / "kolada_2025.json").write_text('{"values": []}', encoding="utf-8")
    intake.look([tmp_path], SETTINGS)
    assert sorted(opened) == ["arenden_2021.csv", "insikt_2021.csv", "kolada_2025.json"]


def test_later_years_are_neither_stored_nor_told(tmp_path: Path) -> None:
    reading = intake.read([EXAMPLE], SETTINGS, COLLECTION, last_year=2022)
    basis = reading.write(tmp_path)
    assert basis.years == (2021, 2022)
    assert not (tmp_path / "answers_2023.parquet").exists()
    assert {row["år"] for row in basis.files} == {"2021", "2022", ""}
    assert basis.first == ("Rapporten gäller 2022, men filen insikt_2025.xlsx gäller 2025.",)


def test_files_without_answers_tell_whose_report_it_is(tmp_path: Path) -> None:
    path = tmp_path / "officiella_varden.csv"
    path.write_text(f"{OFFICIAL}Nyköping,0480,2024,nki,71.2\n", encoding="utf-8")
    reading = intake.read([path], SETTINGS)
    assert reading.basis.municipality == "0480"
    assert reading.basis.notes[-1] == ("Filerna gäller Nyköping; rapporten görs för den kommunen.")
    assert reading.basis.balance[0].startswith("Inga svar lästes")
    assert reading.basis.last_year == 2024
    assert reading.ledger.empty
    asked = intake.read([path], SETTINGS, municipality="Norrtälje")
    assert asked.basis.municipality == "0188"


def test_never_kept_columns_and_identifiers_are_set_aside(tmp_path: Path) -> None:
    frame = pd.read_csv(EXAMPLE / "insikt_2021.csv", sep=";", dtype=str, keep_default_na=False)
    frame["Företagets kommentar"] = ""
    frame.loc[3, "Företagets kommentar"] = "Kvastens väntan var lång"
    number = frame.columns[0]
    frame.to_csv(tmp_path / "insikt_2021.csv", sep=";", index=False)
    found = intake.read([tmp_path], SETTINGS).set_aside
    assert "Kvastens väntan var lång" in found.comments
    assert found.identifiers == set(frame[number])
    assert not found.comments & set(frame["Myndighetsområde"])


def test_comments_of_a_file_with_a_row_a_question_are_set_aside(tmp_path: Path) -> None:
    items = SETTINGS.questionnaire.items
    with xlsxwriter.Workbook(str(tmp_path / "insikt_2024.xlsx")) as book:
        sheet = book.add_worksheet()
        rows = [["svar_id", "arendear", "myndighetsomrade", "Fråga", "Svar"]]
        for number in range(1, 21):
            who = [f"R{number:04}", "2024", "Bygglov"]
            rows += [
                [*who, item.text, str(1 + (number * place) % 10)]
                for place, item in enumerate(items)
            ]
            rows.append([*who, "Kommentar", f"Ärendet {number} drog ut på tiden"])
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    seen = intake.look([tmp_path], SETTINGS)
    found = intake.Reading(seen, None).set_aside
    assert "Ärendet 7 drog ut på tiden" in found.comments
    assert "R0007" in found.identifiers


def test_the_basis_is_plain_json(reading: intake.Reading, tmp_path: Path) -> None:
    path = reading.basis.write(tmp_path)
    assert json.loads(path.read_text("utf-8"))["municipality"] == "0188"
