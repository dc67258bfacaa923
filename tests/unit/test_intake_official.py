"""Official values: what each row of a file means, and which of several values stands."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from analysis import intake, store
from analysis.errors import InputDataError
from analysis.intake import look
from analysis.intake.published.official import Official, corrections
from analysis.intake.recognition.files import recognise
from analysis.intake.recognition.series import Names
from analysis.intake.rows import ROWS, VALUES, Told
from analysis.settings import load

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = load(ROOT / "config")
COLLECTION = ROOT / "data" / "official"
HEADER = (
    "kommun,kommunkod,arende_ar,matt,varde,antal_svar,svarsfrekvens_pct,konfidens,kalla,publicerad"
)


def write(folder: Path, *rows: str, name: str = "officiella_varden.csv") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    return path


def official(*paths: Path, collection: Path | None = None) -> Official:
    return look(paths, SETTINGS, collection).published


@pytest.mark.parametrize(
    ("series", "year", "expected"),
    [
        ("total_nki", 2023, ("nki", "total", "total6")),
        ("total_nki", 2024, ("nki", "total", "total4")),
        ("bygglov", 2024, ("nki", "bygglov", "")),
        ("upphandling_nui", 2024, ("nki", "upphandling", "")),
        ("faktor_bemotande", 2023, ("bemotande", "total", "total6")),
        ("fraga_bemotande_totalt", 2022, ("bemotande_totalt", "total", "total6")),
        ("fraga_attityd_mot_dig", 2022, ("bemotande_attityd", "total", "total6")),
        ("Totalt", 2024, ("nki", "total", "total4")),
        ("Sammanvägt NKI", 2023, ("nki", "total", "total6")),
        ("Bemötande", 2024, ("bemotande", "total", "total4")),
        ("Faktor: Rättssäkerhet", 2024, ("rattssakerhet", "total", "total4")),
        ("Miljö- och hälsoskydd", 2024, ("nki", "miljo_halsoskydd", "")),
        ("NKI Serveringstillstånd", 2024, ("nki", "serveringstillstand", "")),
        ("Bygglov NKI", 2024, ("nki", "bygglov", "")),
        ("Bygglov – bemötande", 2024, ("bemotande", "bygglov", "")),
        (
            "Hur nöjd var du med vår attityd mot dig?",
            2022,
            ("bemotande_attityd", "total", "total6"),
        ),
        ("Vår attityd mot dig", 2022, ("bemotande_attityd", "total", "total6")),
        ("U07453", 2022, ("nki", "total", "total4")),
        (
            '"Företagsklimat Insikt - Totalt, Index, ny definition"',
            2022,
            ("nki", "total", "total4"),
        ),
        (
            "Företagsklimat Insikt - Rättssäkerhet - Index",
            2023,
            ("rattssakerhet", "total", "total6"),
        ),
        ('"Företagsklimat enligt ÖJ (Insikt) - Bygglov, NKI"', 2020, ("nki", "bygglov", "")),
    ],
)  # fmt: skip
def test_series(series: str, year: int, expected: tuple[str, str, str], tmp_path: Path) -> None:
    row = official(write(tmp_path, f"Norrtälje,0188,{year},{series},71,,,hög,,")).values.iloc[0]
    assert (row["measure"], row["scope"], row["definition"]) == expected


@pytest.mark.parametrize(
    ("first", "second", "stands"),
    [
        ("70,,,hög,,2024-04-24", "71,,,medel,,2024-09-01", 71.0),  # later before surer
        ("70,,,medel,,", "71,,,hög,,", 71.0),  # surer
        ("71,,,hög,,", "71.4,,,hög,,", 71.4),  # with a decimal before rounded
    ],
)
def test_which_of_two_values_stands(first: str, second: str, stands: float, tmp_path: Path) -> None:
    for rows in ((first, second), (second, first)):
        path = write(tmp_path, *(f"Norrtälje,0188,2023,total_nki,{row}" for row in rows))
        found = official(path)
        assert found.values["value"].tolist() == [stands]
        assert len(found.superseded) == 1


def test_own_files_stand_before_the_collection(tmp_path: Path) -> None:
    own = write(tmp_path / "raw", "Norrtälje,0188,2023,total_nki,70,,,medel,,")
    write(
        tmp_path / "samling",
        "Norrtälje,0188,2023,total_nki,71.4,,,hög,,2024-04-24",
        "Norrtälje,0188,2022,total_nki,69,,,hög,,",
        name="varden.csv",
    )
    values = look([own], SETTINGS, tmp_path / "samling", governing=False).published.values
    by_year = values.set_index("year")
    assert by_year["value"].to_dict() == {2022: 69.0, 2023: 70.0}
    assert by_year["governs"].to_dict() == {2022: False, 2023: True}


def test_rows_without_a_sure_year_or_a_value_are_set_aside_with_the_reason(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "Norrtälje,0188,2014?,total_nki,70,,,hög,,",
        "Norrtälje,0188,2015,total_nki,,,,hög,,",
        "Norrtälje,0188,2016,trivsel,70,,,hög,,",
        "Norrtälje,0188,2017,total_nki,140,,,hög,,",
        'Norrtälje,0188,2018,total_nki,"72,5",167,57,hög,,',
    )
    found = official(path)
    assert found.values["value"].tolist() == [72.5]
    assert found.values["n"].tolist() == [167]
    assert found.values["response_rate"].tolist() == [0.57]
    words = ("osäkert", "inte publicerat", "okänt mått", "mellan 0 och 100")
    reasons = found.told.notes[0].split("; ")
    for number, (word, reason) in enumerate(zip(words, reasons[:4], strict=True), start=2):
        assert word in reason
        assert f"(rad {number})" in reason


@pytest.mark.parametrize(
    ("row", "reason", "fix"),
    [
        ("Norrtälje,0188,,total_nki,70,,,,,", "ärendeåret saknas", "fyra siffror"),
        ("Norrtälje,0188,2025,total_nki,ca 70,,,,,", "inte ett tal: ”ca 70”", "som 72,7"),
        ("Norrtälje,0188,2025,total_nki,682,,,,,", "mellan 0 och 100: 682", "decimalkommat"),
        ("Norrtelje,,2025,total_nki,68,,,,,", "menas Norrtälje?", "municipalities.csv"),
        ("Norrtälje,0188,2025,trivsel,68,,,,,", "okänt mått", "Som mått (kolumnen matt)"),
    ],
)
def test_each_reason_has_its_own_remedy(row: str, reason: str, fix: str, tmp_path: Path) -> None:
    (problem,) = look([write(tmp_path, row)], SETTINGS).problems
    assert reason in problem.cause
    assert fix in problem.fix
    assert ("Som mått" in problem.fix) == (reason == "okänt mått")


@pytest.mark.parametrize(
    "name",
    ["Trivsel", "Bygglov – trivsel", "Bygglov, Brandskydd", "NKI och", ""],
)
def test_a_name_that_is_not_known_in_all_its_parts_is_unknown(name: str) -> None:
    assert Names(SETTINGS).series(name) is None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2025", [2025]), ("2025.0", [2025]), ("2025-01-01", [2025]), ("2025-12-31", [2025]),
        ("2025-04-24", []), ("2024/2025", []), ("i fjol", []),
    ],
)  # fmt: skip
def test_spellings_of_a_year(written: str, read: list[int], tmp_path: Path) -> None:
    path = write(tmp_path, f"Norrtälje,0188,{written},total_nki,71,,,hög,,")
    assert official(path).values["year"].tolist() == read


def test_a_file_none_of_whose_rows_can_be_used_stops_with_what_is_accepted(tmp_path: Path) -> None:
    path = write(tmp_path, *(f"Norrtälje,0188,202{n},trivsel,71,,,hög,," for n in range(3)))
    report = intake.check([path], SETTINGS)
    assert report.exit_code == 10
    told = report.to_text(10_000).replace("\xa0", " ")
    assert "Ingen av filens 3 rader kan användas: okänt mått: ”trivsel” (rad 2, 3 och 4)." in told
    for name in ("Miljö- och hälsoskydd", "Rättssäkerhet", "Bygglov – Bemötande", "U07453"):
        assert name in told


def test_rows_that_are_not_used_are_counted_and_told_in_one_message(tmp_path: Path) -> None:
    rows = ["Norrtälje,0188,2025,total_nki,71,,,hög,,"]
    rows += [f"Norrtälje,0188,{year},trivsel,71,,,hög,," for year in range(2010, 2017)]
    rows += ["Norrtelje,,2024,total_nki,71,,,hög,,"]
    told = official(write(tmp_path, *rows)).told.notes
    assert len(told) == 1
    assert (
        told[0]
        .replace("\xa0", " ")
        .startswith(
            "Åtta av 9 rader i officiella_varden.csv används inte: okänt mått: ”trivsel” "
            "(rad 3, 4, 5, 6, 7 … och 2 till); kommunen ”Norrtelje” känns inte igen, menas "
            "Norrtälje? (rad 10). Som mått"
        )
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Kommun;Mått;2024;2025;Anm\nNorrtälje;Totalt;74,6;76,1;x\nNorrtälje;Bygglov;..;68,2;\n",
            {("total", 2024): 74.6, ("total", 2025): 76.1, ("bygglov", 2025): 68.2},
        ),
        (
            "Kommun;NKI 2024;NKI 2025\nNorrtälje;74,6;76,1\nRiket;-;75\n",
            {("total", 2024): 74.6, ("total", 2025): 76.1},
        ),
        (
            "kommun;år;NKI;Bygglov;Brandskydd;antal svar\nNorrtälje;2025;76,1;68,2;;171\n",
            {("total", 2025): 76.1, ("bygglov", 2025): 68.2},
        ),
    ],
)
def test_a_column_a_year_or_a_measure_is_read(
    text: str, expected: dict[tuple[str, int], float], tmp_path: Path
) -> None:
    path = tmp_path / "varden.csv"
    path.write_text(text, encoding="utf-8")
    found = official(path)
    own = found.values[found.values["municipality_code"] == "0188"]
    rows = own[["scope", "year", "value", "n"]].to_dict("records")
    assert {(row["scope"], row["year"]): row["value"] for row in rows} == expected
    counted = {row["scope"] for row in rows if pd.notna(row["n"])}
    assert counted == ({"total"} if "171" in text else set())


def test_answers_and_rates_in_rows_of_their_own_belong_to_their_index(tmp_path: Path) -> None:
    title = '"Företagsklimat Insikt, {}, ny definition"'
    path = write(
        tmp_path,
        f"Norrtälje,0188,2025,{title.format('antal svar')},171,,,hög,,",
        "Norrtälje,0188,2025,U07453,76.1,,,hög,,",
        f"Norrtälje,0188,2025,{title.format('svarsfrekvens')},45.5,,,hög,,",
        f"Norrtälje,0188,2024,{title.format('svarsfrekvens')},44,,,hög,,",
    )
    found = official(path)
    assert found.values[["value", "n", "response_rate"]].values.tolist() == [[76.1, 171, 0.455]]
    assert "(rad 5)" in found.told.notes[0]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("uttag.csv", "kpi,municipality,period,v\nU07447,0188,2024,68\n"),
        ("officiella_2025.csv", "Hur nöjd var du med vår attityd mot dig?,nki_totalt\n8,7\n"),
    ],
)
def test_a_file_of_official_values_is_never_judged_as_answers(
    name: str, text: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    file = recognise(path, SETTINGS)
    assert file.kind == "unknown"
    assert "ser ut att hålla officiella värden" in str(file.problems[0])
    assert "kommun, arende_ar, matt och varde" in file.problems[0].fix


def test_later_years_are_left_out(tmp_path: Path) -> None:
    path = write(
        tmp_path, "Norrtälje,0188,2023,total_nki,70,,,,,", "Norrtälje,0188,2024,bygglov,70,,,,,"
    )
    assert intake.read([path], SETTINGS, last_year=2023).official["year"].tolist() == [2023]


@pytest.mark.parametrize(
    ("rows", "last_year", "newest", "told"),
    [
        (["2025,total_nki", "2026,bygglov"], None, 2025, ["2026"]),
        (["2025,total_nki", "2026,bygglov", "2026,total_nki"], None, 2026, []),
        (["2025,total_nki", "2026,bygglov"], 2024, None, ["2026"]),
        (["2024,bygglov", "2026,bygglov"], None, 2026, []),
        (["2024,bygglov", "2026,bygglov"], 2025, 2024, []),
    ],
)
def test_one_area_published_early_does_not_take_over_the_report(
    rows: list[str], last_year: int | None, newest: int | None, told: list[str], tmp_path: Path
) -> None:
    path = write(tmp_path, *(f"Norrtälje,0188,{row},70,,,,," for row in rows))
    seen = look([path], SETTINGS)
    assert seen.newest_year(last_year) == newest
    assert [note[:4] for note in seen.notes if "visas inte än" in note] == told
    warned = [one.cause for one in intake.check([path], SETTINGS).warnings]
    assert [cause[:4] for cause in warned if "visas inte än" in cause] == told


def test_answers_of_a_year_make_it_the_reports(tmp_path: Path) -> None:
    example = ROOT / "data" / "example"
    path = write(tmp_path, "Norrtälje,0188,2026,bygglov,70,,,,,")
    seen = look([path, example / "insikt_2024.xlsx"], SETTINGS)
    assert seen.newest_year() == 2024


def test_the_projects_collection() -> None:
    values = look([], SETTINGS, COLLECTION, governing=False).published.values
    own = values[values["municipality_code"] == "0188"]
    total = own[(own["measure"] == "nki") & (own["scope"] == "total")].set_index("year")["value"]
    assert total.to_dict() == {2009: 64, 2014: 70, 2016: 72, 2017: 72, 2018: 72, 2019: 74, 2023: 71}
    questions = own[own["year"] == 2022].set_index("measure")["value"].to_dict()
    assert questions == {"bemotande_totalt": 79.5, "bemotande_attityd": 81.8}
    assert not values["governs"].any()
    assert values["published"].map(lambda day: day is None or isinstance(day, date)).all()
    assert not values.duplicated(["municipality", "year", "measure", "scope", "definition"]).any()


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "kolada_2026.json"
    path.write_text('{"values": [{"kpi": "U07447", "period": "i fjol", "municipality": "0188"}]}')
    with pytest.raises(InputDataError):
        intake.read([path], SETTINGS)


def test_an_empty_frame_has_its_columns() -> None:
    values = look([], SETTINGS).published.values
    assert values.empty
    assert values["year"].dtype == "int64"
    assert values["governs"].dtype == bool
    assert isinstance(values, pd.DataFrame)


def test_a_replaced_value_is_told_beside_the_one_that_stands(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "Norrtälje,0188,2023,total_nki,71.4,,,hög,SKR,2024-04-24",
        "Norrtälje,0188,2023,total_nki,71,,,hög,SKR,2024-09-01",
        "Norrtälje,0188,2022,total_nki,70,,,hög,Tidningen,",
        "Norrtälje,0188,2022,total_nki,70.4,,,hög,SKR,",
        "Norrtälje,0188,2021,total_nki,66,,,medel,Tidningen,",
        "Norrtälje,0188,2021,total_nki,69,,,hög,SKR,",
    )
    found = intake.read([path], SETTINGS).corrections.set_index("year")
    assert sorted(found.index) == [2021, 2023]
    assert found.loc[2023, ["earlier", "value", "corrected"]].tolist() == [71.4, 71.0, True]
    assert found.loc[2023, "earlier_published"] == date(2024, 4, 24)
    assert found.loc[2021, ["earlier", "value", "corrected"]].tolist() == [66.0, 69.0, False]
    assert found.loc[2021, "earlier_source"] == "Tidningen"
    assert intake.read([path], SETTINGS, last_year=2022).corrections.shape[0] == 1


def test_corrections_survive_being_stored(tmp_path: Path) -> None:
    empty = corrections(look([], SETTINGS).published)
    store.write_table(empty, tmp_path, store.CORRECTIONS)
    assert list(store.read_table(tmp_path, store.CORRECTIONS).columns) == list(empty.columns)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Norrtälje kommun,0188", "0188"),
        ("Norrtälje,188", "0188"),
        ("Borås stad,", "1490"),
        ("Nyköpings kommun,", "0480"),
        ("RIKET,", "0000"),
    ],
)
def test_spellings_of_a_municipality(written: str, code: str, tmp_path: Path) -> None:
    values = official(write(tmp_path, f"{written},2023,total_nki,71,,,hög,,")).values
    names = {**SETTINGS.municipalities, "0000": "Riket"}
    assert values[["municipality", "municipality_code"]].values.tolist() == [[names[code], code]]


def test_a_name_and_a_code_that_disagree_are_set_aside(tmp_path: Path) -> None:
    found = official(write(tmp_path, "Norrtälje,0480,2023,total_nki,71,,,hög,,"))
    assert found.values.empty
    (problem,) = found.told.problems
    assert "kommunens namn och kod går inte ihop: Norrtälje 0480" in problem.cause


TWO = ("Norrtälje,0188,2025,NKI,67.1,,,,,", "Norrtälje,0188,2025,NKI,76.1,,,,,")


@pytest.mark.parametrize("rows", [TWO, TWO[::-1]])
def test_two_values_of_which_none_is_the_later_stop_the_run(
    rows: tuple[str, str], tmp_path: Path
) -> None:
    (problem,) = look([write(tmp_path, *rows)], SETTINGS).problems
    assert "67,1" in problem.cause and "76,1" in problem.cause
    assert "rad 2" in problem.cause and "rad 3" in problem.cause
    assert "publicerad" in problem.fix
    assert problem.where == "officiella_varden.csv"


def test_values_in_two_files_are_told_with_their_files(tmp_path: Path) -> None:
    files = [write(tmp_path, row, name=f"officiella_{n}.csv") for n, row in enumerate(TWO, start=1)]
    (problem,) = look(files, SETTINGS).problems
    assert problem.where == "officiella_1.csv och officiella_2.csv"
    assert "76,1 (officiella_2.csv, rad 2)" in problem.cause


@pytest.mark.parametrize(
    "rows",
    [
        ("67.1,,,,,2026-04-01", "76.1,,,,,2026-05-01"),
        ("67.1,,,,,", "67,,,,,"),
        ("67.1,,,,,", "67.1,,,,,"),
        ("67.1,,,låg,,", "76.1,,,hög,,"),
    ],
)
def test_what_is_later_surer_or_the_same_rounded_stops_nothing(
    rows: tuple[str, str], tmp_path: Path
) -> None:
    written = (f"Norrtälje,0188,2025,NKI,{row}" for row in rows)
    assert look([write(tmp_path, *written)], SETTINGS).problems == ()


@pytest.mark.parametrize(
    ("answers", "rate", "told"),
    [
        ("5,0", "46", (5, 0.46)),
        ("1 250", "46 %", (1250, 0.46)),
        ("1\u00a0250", "46\u00a0%", (1250, 0.46)),
        # A spreadsheet holds 46 % as a share.
        ("250", "0,46", (250, 0.46)),
    ],
)
def test_answers_and_rate_as_people_and_spreadsheets_write_them(
    tmp_path: Path, answers: str, rate: str, told: tuple[int, float]
) -> None:
    """A number of answers that is not read would show a value that rests on too few."""
    path = write(tmp_path, f'Norrtälje,0188,2024,NKI,72.1,"{answers}","{rate}",hög,,')
    (row,) = official(path).values.to_dict("records")
    assert (row["n"], row["response_rate"]) == told


def test_one_value_of_a_table_and_none_of_them_are_told_in_their_own_gender() -> None:
    """A value is neuter in Swedish and a row is not."""
    told = Told()
    for unit in (ROWS, VALUES):
        told.unused("a.xlsx", 42, {"okänt mått": [2]}, "Rätta.", unit)
        told.unused("b.xlsx", 2, {"okänt mått": [2, 3]}, "Rätta.", unit)
    said = [*told.notes, *(problem.cause for problem in told.problems)]
    assert [one.split(" kan ")[0].split(" i ")[0].replace("\xa0", " ") for one in said] == [
        "En av 42 rader",
        "Ett av 42 värden",
        "Ingen av filens 2 rader",
        "Inget av filens 2 värden",
    ]
