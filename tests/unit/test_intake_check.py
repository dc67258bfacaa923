"""The check before a run: what it says, what it proposes, and the exit code it ends with."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import yaml

from analysis import cli, intake
from analysis.project import Project
from analysis.settings import load

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = load(ROOT / "config")
EXAMPLE = ROOT / "data" / "example"
ASKED = "Hur nöjd var du totalt sett med bemötandet?"
REWORDED = "Hur nöjd var du sammantaget med bemötandet?"


@pytest.fixture
def year() -> pd.DataFrame:
    return pd.read_csv(EXAMPLE / "insikt_2022.csv", sep=";", dtype=str, keep_default_na=False)


def saved(folder: Path, frame: pd.DataFrame, name: str = "insikt_2022.csv") -> Path:
    path = folder / name
    frame.to_csv(path, sep=";", index=False)
    return path


def told_by(found: intake.CheckReport) -> str:
    """The report's text, as if the terminal were endlessly wide."""
    return " ".join(found.to_text().split())


def test_the_example_is_ready_to_run() -> None:
    found = intake.check([EXAMPLE], SETTINGS)
    assert found.exit_code == 0
    assert found.verdict.startswith("Klart att köra: python run.py")
    text = found.to_text()
    assert "ÄRENDEÅR 2025" in text
    assert "blad Svar, ärendeår 2024, 288 rader" in " ".join(text.split())
    assert "Svar 2024" in text


@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    text = intake.check([EXAMPLE], SETTINGS).to_text(width)
    assert max(map(len, text.split("\n"))) <= width


def test_later_years_are_left_out() -> None:
    assert max(intake.check([EXAMPLE], SETTINGS, year=2023).years) == 2023


def test_the_page_stands_alone_and_says_the_same() -> None:
    found = intake.check([EXAMPLE / "insikt_2024.xlsx"], SETTINGS)
    page = found.to_html()
    assert '<html lang="sv">' in page
    assert "http" not in page
    assert found.verdict in page
    assert '<th scope="col"' in page


def test_the_page_is_written_whole_and_its_place_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "ny" / "granskning.html"
    asked = ["check", str(EXAMPLE / "insikt_2021.csv"), "--html"]
    assert cli.main([*asked, str(page)]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert f"Granskningen finns även som en sida: {page}" in told
    assert page.read_text(encoding="utf-8").endswith("</html>\n")
    assert list(page.parent.iterdir()) == [page]
    before = page.read_bytes()

    def full(self: Path, *args: object, **more: object) -> int:
        with self.open("w") as file:
            file.write("halv")
        raise OSError("disk full")

    monkeypatch.setattr(Path, "write_text", full)
    assert cli.main([*asked, str(page)]) == 13
    assert "Sidan kunde inte skrivas" in capsys.readouterr().err
    assert page.read_bytes() == before


@pytest.mark.parametrize("name", ["insikt_2021.csv", "insikt_2021.xlsx", "granskning"])
def test_the_page_is_never_written_over_a_file_of_answers(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file given straight after --html is taken for the page's name."""
    answers = tmp_path / name
    shutil.copy(EXAMPLE / "insikt_2021.csv", answers)
    before = answers.read_bytes()
    assert cli.main(["check", "--html", str(answers)]) == 2
    told = capsys.readouterr()
    assert "ska sluta på .html" in told.err
    assert told.out == ""
    assert answers.read_bytes() == before


def test_every_reason_is_told_with_its_places_values_and_fix(
    year: pd.DataFrame, tmp_path: Path
) -> None:
    area, kind, score = "Myndighetsområde", "Kundgrupp", ASKED
    # Past the row that stands twice in the example.
    companies = year.index[(year[kind] == "Företag") & (year.index > 10)]
    year.loc[companies[:2], score] = "11"
    year.loc[companies[7], area] = "Skolskjuts"
    year.loc[companies[8], kind] = "Enskild firma"
    told = told_by(intake.check([saved(tmp_path, year)], SETTINGS)).replace("\u00a0", " ")
    assert "2 betyg är inte ett helt tal 1–10:" in told
    assert (
        f"insikt_2022.csv, rad {companies[0] + 2}, svar {year['Löpnummer'][companies[0]]}, " in told
    )
    assert f"kolumn {ASKED}: ”11”" in told
    assert "1 svar från ett okänt myndighetsområde:" in told
    assert "kolumn Myndighetsområde: ”Skolskjuts” → Svaren räknas inte. Skriv namnet" in told
    assert "kolumn Kundgrupp: ”Enskild firma” → Svaren räknas inte. Är det företag:" in told


@pytest.mark.parametrize("whole", [True, False])
def test_a_file_that_is_open_in_excel_is_told_first(
    year: pd.DataFrame, tmp_path: Path, whole: bool
) -> None:
    path = saved(tmp_path, year.assign(Besvarad="2022-05-01"))
    asked = [tmp_path if whole else path]
    assert "Excel" not in " ".join(one.cause for one in intake.check(asked, SETTINGS).warnings)
    (tmp_path / "~$insikt_2022.csv").write_bytes(b"lock")
    first, *_ = intake.check(asked, SETTINGS).warnings
    assert first.cause == ("insikt_2022.csv är öppen i Excel, så det som sparades senast används.")
    assert "stäng" in first.fix


def test_columns_never_read_and_columns_nobody_knows_are_told(
    year: pd.DataFrame, tmp_path: Path
) -> None:
    path = saved(tmp_path, year.assign(Organisationsnummer="556036-0793", Besvarad="2022-05-01"))
    told = told_by(intake.check([path], SETTINGS))
    assert "läses aldrig in. Det gäller Kommentar och Organisationsnummer." in told
    assert "insikt_2022.csv, kolumn Besvarad: Kolumnen känns inte igen och används inte." in told


def test_answers_that_can_be_used_are_shown_beside_a_file_that_cannot(tmp_path: Path) -> None:
    shutil.copy(EXAMPLE / "insikt_2021.csv", tmp_path)
    (tmp_path / "insikt_2022.xlsx").write_bytes(b"")
    found = intake.check([tmp_path], SETTINGS)
    assert found.exit_code == 10
    assert "ÄRENDEÅR 2021" in found.to_text()
    assert "Filen är tom" in found.to_text()


def test_the_same_fault_in_several_places_is_told_once(tmp_path: Path) -> None:
    for name in ("insikt_2021.csv", "insikt_2022.csv"):
        (tmp_path / name).write_bytes(b"")
    told = intake.check([tmp_path], SETTINGS).to_text()
    assert told.count("Filen är tom") == 1
    assert told.count("insikt_2021.csv") == told.count("insikt_2022.csv") == 2
    assert "Rätta de 2 felen" in told


def test_whose_official_values_they_are_is_told(tmp_path: Path) -> None:
    path = tmp_path / "officiella_varden.csv"
    path.write_text(
        "kommun,kommunkod,arende_ar,matt,varde\nTäby,0160,2024,total_nki,76\n"
        "Täby,0160,2025,total_nki,77\nRiket,0000,2025,total_nki,75.6\n",
        encoding="utf-8",
    )
    found = intake.check([tmp_path], SETTINGS)
    told = told_by(found)
    assert "OFFICIELLA VÄRDEN Gäller Ärendeår Värden Riket 2025 1 Täby 2024–2025 2" in told
    assert "De officiella värdena gäller Täby; rapporten görs för den kommunen." in told
    assert found.exit_code == 0


def test_where_to_put_files_that_lie_elsewhere(tmp_path: Path) -> None:
    found = intake.check([EXAMPLE / "insikt_2021.csv"], SETTINGS, beside=[tmp_path])
    assert found.verdict == "Klart: lägg filen i data/raw och kör python run.py."
    inside = intake.check([EXAMPLE / "insikt_2021.csv"], SETTINGS, beside=[EXAMPLE])
    assert inside.verdict == "Klart att köra: python run.py."


def test_a_last_year_before_any_data_stops_a_run() -> None:
    collection = ROOT / "data" / "official"
    answers = [EXAMPLE / "insikt_2021.csv"]
    assert intake.check(answers, SETTINGS, year=2015, collection=collection).exit_code == 0
    found = intake.check(answers, SETTINGS, year=1990, collection=collection)
    assert found.exit_code == 10
    assert "Välj 2009 eller ett senare år" in told_by(found)


def test_a_reworded_question_is_proposed_written_and_used_once_confirmed(
    year: pd.DataFrame, tmp_path: Path
) -> None:
    config = Path(shutil.copytree(ROOT / "config", tmp_path / "config"))
    path = saved(tmp_path, year.rename(columns={ASKED: f"Q15: {REWORDED}"}))
    found = intake.check([path], load(config))
    assert found.exit_code == 0
    assert f"Är det kolumnen ”Q15: {REWORDED}”?" in told_by(found)
    assert "känns inte igen" not in told_by(found)
    assert found.years[2022].answers["bemotande_totalt"].isna().all()

    assert "1\u00a0förslag skrevs" in intake.write_mapping(found, config)
    local = config / "questionnaire.local.yml"
    assert yaml.safe_load(local.read_text(encoding="utf-8"))["columns"] == [
        {"header": REWORDED, "key": "bemotande_totalt", "confirmed": False}
    ]
    assert intake.look([path], load(config)).years[2022].answers["bemotande_totalt"].isna().all()
    told = intake.write_mapping(found, config)
    assert "inga nya förslag" in told
    assert "1\u00a0förslag där väntar på att du ändrar confirmed till true" in told

    local.write_text(local.read_text(encoding="utf-8").replace("false", "true"), encoding="utf-8")
    again = intake.check([path], load(config))
    original = intake.look([EXAMPLE / "insikt_2022.csv"], SETTINGS).years[2022]
    pd.testing.assert_frame_equal(again.years[2022].answers, original.answers)


def test_what_was_written_is_told_within_the_terminals_width(
    year: pd.DataFrame,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shutil.copytree(ROOT / "config", tmp_path / "config")
    monkeypatch.setattr(Project, "here", lambda: Project(tmp_path))
    monkeypatch.setenv("COLUMNS", "80")
    path = saved(tmp_path, year.rename(columns={ASKED: REWORDED}))
    assert cli.main(["check", str(path), "--write-mapping"]) == 0
    told = capsys.readouterr().out
    assert "kör check igen" in told
    assert max(map(len, told.split("\n"))) <= 80


def test_a_column_is_proposed_by_what_stands_in_it(year: pd.DataFrame, tmp_path: Path) -> None:
    """No word of the headers resembles what the columns are."""
    config = Path(shutil.copytree(ROOT / "config", tmp_path / "config"))
    renamed = {"Myndighetsområde": "Vart vände du dig?", "Kundgrupp": "I egenskap av"}
    path = saved(tmp_path, year.rename(columns=renamed).assign(Svarade="ja"))
    found = intake.check([path], load(config))
    assert found.exit_code == 10
    told = told_by(found)
    assert "Kolumnen för myndighetsområde saknas. → Är det kolumnen ”Vart vände du dig?”?" in told
    assert "kör python run.py check --write-mapping och bekräfta" in told
    assert "”I egenskap av” känns inte igen och används inte. → Liknar mest ”Kundgrupp”" in told
    assert "kolumn Svarade" in told
    intake.write_mapping(found, config)
    local = config / "questionnaire.local.yml"
    assert yaml.safe_load(local.read_text(encoding="utf-8"))["columns"] == [
        {"header": "Vart vände du dig?", "key": "myndighetsomrade", "confirmed": False},
        {"header": "I egenskap av", "key": "kundgrupp", "confirmed": False},
    ]
    local.write_text(local.read_text(encoding="utf-8").replace("false", "true"), encoding="utf-8")
    again = intake.check([path], load(config))
    original = intake.look([EXAMPLE / "insikt_2022.csv"], SETTINGS).years[2022]
    pd.testing.assert_frame_equal(again.years[2022].answers, original.answers)


def test_years_that_the_files_name_does_not_say_are_told(
    year: pd.DataFrame, tmp_path: Path
) -> None:
    year.loc[:5, "Ärendeår"] = "2002"
    found = intake.check([saved(tmp_path, year)], SETTINGS)
    told = told_by(found)
    assert "insikt_2022.csv: Filens namn säger 2022, men 6 av 263 rader gäller 2002." in told
    assert "Kontrollera detta" in found.verdict
    other = intake.check([saved(tmp_path, year, "insikt_2024.csv")], SETTINGS)
    assert "säger 2024, men 263 av 263 rader gäller 2002 och 2022." in told_by(other)


def test_the_last_sentence_names_what_is_to_be_read(year: pd.DataFrame, tmp_path: Path) -> None:
    assert (
        intake.check([saved(tmp_path, year)], SETTINGS).verdict == "Klart att köra: python run.py."
    )
    year.loc[3, "Myndighetsområde"] = "Skolskjuts"
    verdict = intake.check([saved(tmp_path, year)], SETTINGS).verdict
    assert verdict == "Klart att köra: python run.py – men läs ”Räknas inte med” först."
    verdict = intake.check([saved(tmp_path, year.assign(Besvarad="x"))], SETTINGS).verdict
    assert verdict.endswith("men läs ”Räknas inte med” och ”Kontrollera detta” först.")


def test_a_question_not_asked_in_the_version_is_not_missed(
    year: pd.DataFrame, tmp_path: Path
) -> None:
    config = Path(shutil.copytree(ROOT / "config", tmp_path / "config"))
    columns = config / "questionnaire_columns.csv"
    text = columns.read_text(encoding="utf-8")
    columns.write_text(text.replace(f'Bakgrund",{ASKED}', 'Bakgrund",ej ställd'), encoding="utf-8")
    path = saved(tmp_path, year.drop(columns=ASKED))
    told, missed = (told_by(intake.check([path], s)) for s in (load(config), SETTINGS))
    assert "hittas inte" not in told
    assert "Av enkätens 25 frågor hittades 25." in told
    assert f"Frågan ”{ASKED}” hittas inte, så mål 3 och 4 kan inte följas upp." in missed
    assert "Av enkätens 26 frågor hittades 25." in missed


def test_an_area_that_vanished_and_one_that_jumped_are_told(
    year: pd.DataFrame, tmp_path: Path
) -> None:
    later = year[year["Myndighetsområde"] != "Brandtillsyn"].assign(Ärendeår="2023")
    scores = later.columns[later.columns.str.startswith(("Hur ", "Föreställ"))]
    bygglov = later["Myndighetsområde"] == "Bygglov"
    later.loc[bygglov, scores] = "2"
    paths = [saved(tmp_path, year), saved(tmp_path, later, "insikt_2023.csv")]
    told = " ".join(intake.check(paths, SETTINGS).to_text().split())
    assert "Brandskydd: Området hade 22 svar 2022 men har inga 2023." in told.replace("\u00a0", " ")
    assert "NKI har ändrats mycket sedan 2022 för bygglov" in told
    assert "”Vår attityd” −" in told
    alone = intake.check(paths[1:], SETTINGS, beside=[tmp_path])
    assert "NKI har ändrats mycket sedan 2022 för bygglov" in " ".join(alone.to_text().split())


def test_an_index_of_few_answers_is_not_shown() -> None:
    found = intake.check([EXAMPLE / "insikt_2023_T1.csv"], SETTINGS)
    line = next(line for line in found.to_text().split("\n") if "Serveringstillstånd" in line)
    assert line.split() == ["Serveringstillstånd", "5", "–"]


def test_an_unknown_file_is_refused_when_asked_for_and_left_alone_in_a_folder(
    tmp_path: Path,
) -> None:
    shutil.copy(EXAMPLE / "insikt_2021.csv", tmp_path)
    other = tmp_path / "budget.csv"
    other.write_text("konto;belopp\n1;2\n")
    assert intake.check([tmp_path], SETTINGS).exit_code == 0
    assert intake.check([other], SETTINGS).exit_code == 10


def test_a_folder_of_which_nothing_can_be_reported_stops(tmp_path: Path) -> None:
    assert intake.check([tmp_path], SETTINGS).exit_code == 0
    shutil.copy(EXAMPLE / "arenden_2021.csv", tmp_path)
    found = intake.check([tmp_path], SETTINGS)
    assert found.exit_code == 10
    assert "det finns inget att göra en rapport av" in told_by(found)
    assert intake.check([tmp_path / "arenden_2021.csv"], SETTINGS).exit_code == 0


def test_every_kind_of_file_tells_its_rows_read_and_used(tmp_path: Path) -> None:
    (tmp_path / "arenden_2025.csv").write_text(
        "myndighetsomrade;avslutade\nBygglov;50\nOkänt;7\n", encoding="utf-8"
    )
    (tmp_path / "aktiviteter.csv").write_text(
        "steg;datum;status\n1.1;2024-03-15;klar\n", encoding="utf-8"
    )
    (tmp_path / "officiella_varden.csv").write_text(
        "kommun;arende_ar;matt;varde\nNorrtälje;2024;Bygglov;67,5\nNorrtälje;2024;Hyllan;70\n",
        encoding="utf-8",
    )
    told = told_by(intake.check([tmp_path], SETTINGS))
    assert "arenden_2025.csv: 2 rader lästa, 1 använd, 1 används inte." in told
    assert "aktiviteter.csv: 1 rad läst, 1 använd." in told
    assert "officiella_varden.csv: 2 rader lästa, 1 använd, 1 används inte." in told


def test_what_was_accepted_is_told_before_other_warnings(
    year: pd.DataFrame, tmp_path: Path
) -> None:
    header = next(column for column in year.columns if "förväntningar" in column)
    path = saved(tmp_path, year.assign(**{header: [*["Avbruten"] * 30, *year[header][30:]]}))
    found = intake.check([path], SETTINGS)
    assert found.exit_code == 10
    accepted = tuple(one.model_copy(update={"confirmed": True}) for one in found.losses)
    again = intake.check([path], replace(SETTINGS, accepted=accepted))
    assert again.exit_code == 0
    assert again.warnings[0].cause.startswith("Godtaget: 27 av 225 betyg")


def test_a_problem_of_a_year_in_several_files_is_mended_above(
    year: pd.DataFrame, tmp_path: Path
) -> None:
    low = {str(score): "9" for score in range(1, 8)}
    scores = year.columns[year.columns.str.startswith(("Hur ", "Föreställ"))]
    year[scores] = year[scores].replace(low)
    saved(tmp_path, year.iloc[::2], "insikt_2022_a.csv")
    assert intake.check([tmp_path], SETTINGS).verdict.startswith("Rätta felet i insikt_2022_a.csv ")
    saved(tmp_path, year.iloc[1::2], "insikt_2022_b.csv")
    assert intake.check([tmp_path], SETTINGS).verdict.startswith("Rätta felet ovan först ")
