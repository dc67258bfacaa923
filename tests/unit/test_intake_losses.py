"""What may fall away before a run stops, what is told of it, and how a real loss is accepted."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import yaml

from analysis import intake
from analysis.intake import RawFiles, look
from analysis.settings import load
from analysis.site import record

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = load(ROOT / "config")
EXAMPLE = ROOT / "data" / "example"
AREA, CUSTOMER, YEAR, ASKED = (
    "Myndighetsområde",
    "Kundgrupp",
    "Ärendeår",
    "Hur nöjd var du totalt sett med bemötandet?",
)


@pytest.fixture
def year() -> pd.DataFrame:
    return pd.read_csv(EXAMPLE / "insikt_2022.csv", sep=";", dtype=str, keep_default_na=False)


def seen(folder: Path, frame: pd.DataFrame, name: str = "insikt_2022.csv") -> RawFiles:
    frame.to_csv(folder / name, sep=";", index=False)
    return look([folder], SETTINGS)


def told(survey: RawFiles) -> str:
    return " ".join(map(str, survey.problems)).replace("\u00a0", " ")


def companies(year: pd.DataFrame) -> list[int]:
    """Rows that count; the example has a row that stands twice among the first."""
    return [int(row) for row in year.index[(year[CUSTOMER] == "Företag") & (year.index > 10)]]


# --- the balance ---


def test_every_row_of_every_file_is_in_the_balance(tmp_path: Path, year: pd.DataFrame) -> None:
    rows = companies(year)
    year.loc[rows[0], AREA] = "Skolskjuts"
    (one,) = seen(tmp_path, year).balance
    assert (one.file, one.read, one.counted) == ("insikt_2022.csv", 263, 233)
    assert one.read == one.counted + sum(one.aside.values())
    assert list(one.aside.values()) == sorted(one.aside.values(), reverse=True)
    text = str(one).replace("\u00a0", " ")
    assert text.startswith("insikt_2022.csv: 263 rader lästa, 233 räknade, 30 räknas inte: 24")
    assert "1 svar från ett okänt myndighetsområde" in text


def test_check_tells_the_balance_before_all_else(tmp_path: Path, year: pd.DataFrame) -> None:
    seen(tmp_path, year)
    lines = intake.check([tmp_path], SETTINGS).to_text().split("\n")
    assert lines[2] == "LÄSTA OCH RÄKNADE RADER"
    assert lines[4].startswith("  • insikt_2022.csv: 263")


# --- limits ---


@pytest.mark.parametrize(
    ("count", "column", "value", "stops"),
    [
        # Scattered: over 2 % of 263 rows, and never under 5.
        (5, AREA, "Enhet {}", False),
        (6, AREA, "Enhet {}", True),
        (5, AREA, "", False),
        (6, AREA, "", True),
        (4, YEAR, "?", False),
        (5, YEAR, "?", True),
        # One word on five rows is a word that nobody taught the program.
        (4, AREA, "Skolskjuts", False),
        (5, AREA, "Skolskjuts", True),
        (4, CUSTOMER, "Näringsliv", False),
        (5, CUSTOMER, "Näringsliv", True),
        # Scores: over 10 % of a question, or one text in five cells.
        (4, ASKED, "bra", False),
        (5, ASKED, "bra", True),
        (22, ASKED, "{},5", False),
        (24, ASKED, "{},5", True),
    ],
)
def test_losses_have_limits(
    count: int, column: str, value: str, stops: bool, tmp_path: Path, year: pd.DataFrame
) -> None:
    # Spread over the areas, so that the limit of the whole file is the one that is tried.
    rows = year.loc[companies(year)].sort_values(AREA).index
    chosen = rows[:: len(rows) // count][:count]
    year.loc[chosen, column] = [value.format(number) for number in range(count)]
    found = seen(tmp_path, year).problems
    assert bool(found) == stops


def test_private_persons_are_no_loss(tmp_path: Path, year: pd.DataFrame) -> None:
    year.loc[companies(year)[:100], CUSTOMER] = "Privatperson"
    assert seen(tmp_path, year).problems == ()


def test_an_area_that_lost_a_tenth_of_its_answers_stops(tmp_path: Path, year: pd.DataFrame) -> None:
    area = year[AREA].value_counts().index[-1]
    year.loc[year.index[year[AREA] == area][:3], YEAR] = ["?", "??", "???"]
    assert "räknas inte: 3 rader utan ärendeår" in told(seen(tmp_path, year))


def test_many_files_with_a_fault_each_stop_together(tmp_path: Path, year: pd.DataFrame) -> None:
    rows = [next(row for row in companies(year) if row % 8 == part) for part in range(8)]
    year.loc[rows, AREA] = [f"Enhet {number}" for number in range(8)]
    for part in range(8):
        year[part::8].to_csv(tmp_path / f"insikt_2022_del{part}.csv", sep=";", index=False)
    survey = look([tmp_path], SETTINGS)
    assert "Ärendeår 2022: 8 av 263 rader (3,0 %) räknas inte" in told(survey)


def test_the_word_its_number_and_where_to_write_it_are_told(
    tmp_path: Path, year: pd.DataFrame
) -> None:
    year[CUSTOMER] = "Näringsidkare / organisation"
    text = told(seen(tmp_path, year))
    assert "262 av 263 rader (100 %) räknas inte" in text
    assert "”Näringsidkare / organisation” 2" in text
    assert "skriv ordet på raden foretag under kundgrupp i config/questionnaire.yml" in text
    assert "--write-mapping" not in text, "a file of which nothing counts cannot be accepted"


def test_a_repeated_text_is_shown_and_somebodys_own_words_are_not(
    tmp_path: Path, year: pd.DataFrame
) -> None:
    rows = companies(year)
    year.loc[rows[:30], ASKED] = "helt och hållet mycket nöjd"
    year.loc[rows[30], ASKED] = "De svarade aldrig när jag ringde"
    text = told(seen(tmp_path, year))
    assert "”helt och hållet mycket nöjd” 30 gånger" in text
    assert "ringde" not in text


@pytest.mark.parametrize(
    ("new", "scale"),
    [(lambda n: n - 1, "0–10"), (lambda n: round((n - 1) / 9 * 100), "0–100")],
)
def test_another_scale_is_named(
    new: Callable[[int], int], scale: str, tmp_path: Path, year: pd.DataFrame
) -> None:
    for header in year.columns[year.columns.str.startswith(("Hur ", "Föreställ"))]:
        year[header] = [str(new(int(t))) if t.isdecimal() else t for t in year[header]]
    text = told(seen(tmp_path, year))
    assert f"Skalan ser ut att vara {scale}; Insikts är 1–10." in text


def test_a_file_without_a_row_that_counts_stops(tmp_path: Path, year: pd.DataFrame) -> None:
    year[CUSTOMER] = "Privatperson"
    assert "Ingen av filens 263 rader räknas: 262 privatpersoner och 1 dubblett" in told(
        seen(tmp_path, year)
    )


def test_the_same_file_twice_loses_nothing(tmp_path: Path, year: pd.DataFrame) -> None:
    seen(tmp_path, year)
    survey = seen(tmp_path, year, "insikt_2022_kopia.csv")
    assert survey.problems == ()
    assert sum(one.counted for one in survey.balance) == 234


# --- what is told first ---


def test_an_older_year_than_the_newest_file_and_a_missing_year_are_told(tmp_path: Path) -> None:
    for name in ("insikt_2021.csv", "insikt_2024.xlsx", "arenden_2025.csv"):
        shutil.copy(EXAMPLE / name, tmp_path)
    assert look([tmp_path], SETTINGS).reach() == [
        "Rapporten gäller 2024, men filen arenden_2025.csv gäller 2025.",
        "Svar saknas för 2022 och 2023, fast det finns svar för 2021 och 2024.",
    ]
    first = intake.check([tmp_path], SETTINGS).warnings[0]
    assert first.cause == "Rapporten gäller 2024, men filen arenden_2025.csv gäller 2025."


# --- accepting ---


def accepted_config(tmp_path: Path, raw: Path, *, confirmed: bool = True) -> Path:
    """A configuration in which everything that stops in a folder has been accepted."""
    config = Path(shutil.copytree(ROOT / "config", tmp_path / "config"))
    found = intake.check([raw], SETTINGS)
    assert "skrevs i config/questionnaire.local.yml" in intake.write_mapping(found, config)
    local = config / "questionnaire.local.yml"
    content = yaml.safe_load(local.read_text(encoding="utf-8"))
    for entry in content["accepted"]:
        assert entry["confirmed"] is False
        entry["confirmed"] = confirmed
    local.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return config


def test_a_loss_is_accepted_for_just_this_file(tmp_path: Path, year: pd.DataFrame) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    year.loc[companies(year)[:40:4], AREA] = "Avbruten intervju"
    assert seen(raw, year).problems
    settings = load(accepted_config(tmp_path, raw))
    survey = look([raw], settings)
    assert survey.problems == ()
    (sentence,) = survey.told_first()
    assert sentence.startswith("Godtaget: insikt_2022.csv: 10")
    # Told on the method page, without a finding of its own making the run stop.
    shown = record.basis({"om_underlaget": survey.told_first(public=True)})
    assert "Om underlaget" in shown
    assert "Avbruten intervju" in shown
    year.loc[companies(year)[1], ASKED] = "1"
    year.to_csv(raw / "insikt_2022.csv", sep=";", index=False)
    assert look([raw], settings).problems, "another content must be looked at anew"


def test_an_unconfirmed_loss_still_stops(tmp_path: Path, year: pd.DataFrame) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    year.loc[companies(year)[:40:4], AREA] = "Avbruten intervju"
    seen(raw, year)
    assert look([raw], load(accepted_config(tmp_path, raw, confirmed=False))).problems


def test_what_everybody_reads_has_no_numbers_of_a_single_area(
    tmp_path: Path, year: pd.DataFrame
) -> None:
    seen(tmp_path, year)
    later = year[year[AREA] != "Markupplåtelse"].assign(**{YEAR: "2023"})
    survey = seen(tmp_path, later, "insikt_2023.csv")
    (one,) = [found for found in survey.findings() if found.subject == "markupplatelse"]
    assert "Området hade 12" in one.cause or "Området hade 13" in one.cause
    assert one.public == "insikt_2023.csv, Markupplåtelse: område utan svar."


# --- beside the closed cases ---


@pytest.mark.parametrize(
    ("share", "customers", "kind"),
    [
        (1.0, "Företag", None),
        (0.95, "Företag", None),
        (0.5, "Företag", "stops"),
        (0.5, "Privatperson", "warns"),
    ],
)
def test_fewer_answers_than_the_closed_cases_tell_of_are_a_loss(
    share: float, customers: str, kind: str | None, tmp_path: Path, year: pd.DataFrame
) -> None:
    mine = [row for row in companies(year) if year.loc[row, AREA] == "Bygglov"]
    lost = mine[round(share * len(mine)) :]
    shutil.copy(EXAMPLE / "arenden_2022.csv", tmp_path)
    if customers == "Företag":
        year = year.drop(index=lost)
    else:
        year.loc[lost, CUSTOMER] = customers
    survey = seen(tmp_path, year)
    found = [one for one in survey.findings() if one.kind == "färre svar än i ärendefilen"]
    assert [(one.subject, one.stops) for one in found] == (
        [("bygglov", kind == "stops")] if kind else []
    )
    assert ("enligt arenden_2022.csv har 63 svarat" in told(survey)) == (kind == "stops")


def test_an_accepted_number_of_answers_is_doubted_again_with_another_file_of_cases(
    tmp_path: Path, year: pd.DataFrame
) -> None:
    shutil.copy(EXAMPLE / "arenden_2022.csv", tmp_path)
    survey = seen(tmp_path, year[year[AREA] != "Upphandling"])
    (one,) = [one for one in survey.findings() if one.subject == "upphandling"]
    before = survey.content_of(one.files)
    cases = tmp_path / "arenden_2022.csv"
    cases.write_text(cases.read_text(encoding="utf-8").replace("26;11", "26;12"), encoding="utf-8")
    assert look([tmp_path], SETTINGS).content_of(one.files) != before


def test_clearly_fewer_answers_in_an_area_are_told_and_stop_nothing(
    tmp_path: Path, year: pd.DataFrame
) -> None:
    shutil.copy(EXAMPLE / "insikt_2021.csv", tmp_path)
    mine = [row for row in companies(year) if year.loc[row, AREA] == "Bygglov"]
    seen(tmp_path, year.drop(index=mine[30:]))
    found = intake.check([tmp_path], SETTINGS)
    assert not found.problems
    said = " ".join(map(str, found.warnings))
    assert "tydligt mindre än år 2021: bygglov" in said and "(mot 58)" in said


def test_a_hidden_customer_group_is_told_by_its_place(tmp_path: Path, year: pd.DataFrame) -> None:
    hidden = "Företag (AB, HB, enskild firma)"
    year[CUSTOMER] = year[CUSTOMER].replace("Företag", hidden)
    (problem,) = seen(tmp_path, year).problems
    assert hidden not in str(problem)
    row = int(year.index[year[CUSTOMER] == hidden][0]) + 2
    assert f"Det står i kolumnen Kundgrupp, rad {row}: skriv det precis som där." in problem.fix
    assert "Det kan vara företag." in problem.fix
