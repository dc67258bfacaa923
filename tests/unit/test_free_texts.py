"""Free texts: masked, laid to be read, their themes counted and hidden, and known to the guard."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from analysis import cli, intake, measures
from analysis.commands import doctor, free_texts
from analysis.errors import InputDataError, UsageError
from analysis.guard.secrets import CHUNK, Secrets, words_of
from analysis.intake.answers.never_kept import masker
from analysis.intake.cells.words import identifies
from analysis.project import Project
from analysis.settings import load

SETTINGS = load(Path(__file__).resolve().parents[2] / "config")
TODAY = date(2026, 11, 27)
ITEMS = list(SETTINGS.questionnaire.item_keys)
NAMES = frozenset({"Kajsas Krog AB", "Bageriet HB", "Anna Andersson", "Storgatan 5", "Bygglov AB"})


def masked(text: str, *own: str) -> str:
    return masker(NAMES, SETTINGS).masked(text, own)


# --- Masks ---


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Nummer 556036-0793 gäller", "Nummer [nummer] gäller"),
        ("Nummer 5560360793 gäller", "Nummer [nummer] gäller"),
        ("momsnr SE556036079301 gäller", "momsnr [nummer] gäller"),
        ("Född 19850101-1234, ja", "Född [nummer], ja"),
        ("Född 850101+1234, ja", "Född [nummer], ja"),
        ("Född 850101 1234, ja", "Född [nummer], ja"),
        ("Ring 070-123 45 67 nu", "Ring [telefonnummer] nu"),
        ("Ring +46 70 123 45 67 nu", "Ring [telefonnummer] nu"),
        ("Ring 0046701234567 nu", "Ring [telefonnummer] nu"),
        ("Ring 0176-710 00 nu", "Ring [telefonnummer] nu"),
        ("Ring (0176) 71 00 00 nu", "Ring [telefonnummer] nu"),
        ("Skriv till a.b-c@krogen.co.uk tack", "Skriv till [e-post] tack"),
        ("Skriv till anna (at) krogen.se tack", "Skriv till [e-post] tack"),
        ("Se https://krogen.se/meny?x=1 där", "Se [webbadress] där"),
        ("Se krogen.nu där", "Se [webbadress] där"),
        ("Ärende BYGG 2024-000123 dröjde", "Ärende [diarienummer] dröjde"),
        ("Ärende KS 2023-1741 dröjde", "Ärende [diarienummer] dröjde"),
        ("tomten Vätö 1:23 väntar", "tomten [fastighet] väntar"),
        ("Vi på Kvastens Snickeri AB väntar", "Vi på [företag] väntar"),
        ("Vi på Bygg & Betong i Roslagen AB:s lager", "Vi på [företag] lager"),
        ("vi på kvastens snickeri ab väntar", "vi på [företag] väntar"),
        ("hos Handelsbolaget Lund och Ek där", "hos [företag] där"),
        ("Vi på Aktiebolaget Kvasten väntar", "Vi på [företag] väntar"),
        ("Kajsas Krog fick vänta", "[namn] fick vänta"),
        ("på KAJSAS  krogs vägnar", "på [namn] vägnar"),
        ("Bageriet bakom bageriet", "[namn] bakom bageriet"),
        ("Anna Anderssons fråga", "[namn] fråga"),
        ("Vid Storgatan 5 bor vi", "Vid [namn] bor vi"),
    ],
)
def test_what_points_out_somebody_is_masked(text: str, kept: str) -> None:
    assert masked(text) == kept
    assert not identifies(masked(text))


@pytest.mark.parametrize(
    "text",
    [
        "Det tog 12 veckor och 2 000 kronor den 2025-03-04 kl 10:30. Betyg 10 av 10.",
        "Bygglov tar tid. Handläggaren var kunnig och Norrtälje kommun svarade.",
        "Taxan höjdes från 1 250 till 14 000 kr år 2024.",
    ],
)
def test_ordinary_words_and_numbers_stay(text: str) -> None:
    assert masked(text) == text


def test_each_word_of_what_the_respondent_s_own_columns_tell_is_masked() -> None:
    text = "Hos svensson gick det bra, tyckte Lundbergs personal"
    assert masked(text) == text
    assert masked(text, "Lundberg & Svensson") == "Hos [namn] gick det bra, tyckte [namn] personal"


# --- The workbook ---

COMMENTS = {
    0: "Vi på Kajsas Krog väntade i sju veckor, ring mig på 070-123 45 67",
    1: "Handläggaren var vänlig men taxan är obegripligt hög för ett litet företag som vårt",
    2: "=SUMMA(1;2) är inget vi räknar med när vi söker tillstånd hos er",
}


def answers(folder: Path, comments: dict[int, str], year: int = 2025, name: str = "") -> Path:
    """Forty answers about bygglov; one of them by a private person."""
    chance = np.random.default_rng(year)
    rows = [
        {
            "svar_id": f"R{year}{number:03d}",
            "myndighetsomrade": "bygglov" if number % 2 else "brandskydd",
            "kundgrupp": "privatperson" if number == 39 else "foretag",
            **dict(zip(ITEMS, map(int, chance.integers(1, 11, len(ITEMS))), strict=True)),
            "Företagsnamn": "Kajsas Krog AB" if number == 0 else "",
            "Kommentar": comments.get(number, ""),
        }
        for number in range(40)
    ]
    path = folder / (name or f"insikt_{year}.csv")
    pd.DataFrame(rows).to_csv(path, sep=";", index=False, encoding="utf-8-sig")
    return path


@pytest.fixture
def project(tmp_path: Path) -> Project:
    root = tmp_path / "projekt"
    shutil.copytree(Path(__file__).resolve().parents[2] / "config", root / "config")
    for folder in ("data/raw", "data/official", "_site", "published", "egna-sidor"):
        (root / folder).mkdir(parents=True)
    return Project(root)


def cells(path: Path) -> Iterator[tuple[object, ...]]:
    return openpyxl.load_workbook(path).active.iter_rows(values_only=True)


def test_the_texts_are_laid_masked_by_area_and_score(project: Project) -> None:
    answers(project.raw, {**COMMENTS, 39: "En privatpersons egna ord om sitt bygglov"})
    told = free_texts.lay(project, None, None, TODAY)
    assert "3\xa0svar med fritext" in told and "27\xa0november\xa02027" in told
    assert not any(word in told for word in ("Kajsa", "taxan", "070"))
    rows = list(cells(project.raw / "fritext_2025.xlsx"))
    head = rows.index(free_texts.HEADINGS)
    assert "Radera senast 2027-11-27" in str(rows[1][0])
    texts = [(row[1], row[3]) for row in rows[head + 1 :]]
    # In the order of the questionnaire's areas, then of the scores.
    assert [area for area, _ in texts] == ["Brandskydd", "Brandskydd", "Bygglov"]
    assert texts[0][1] == COMMENTS[2] or texts[1][1] == COMMENTS[2]
    assert "Vi på [namn] väntade i sju veckor, ring mig på [telefonnummer]" in dict(
        (text, area) for area, text in texts
    )
    scores = [row[2] for row in rows[head + 1 : head + 3]]
    assert scores == sorted(scores)
    formulas = openpyxl.load_workbook(project.raw / "fritext_2025.xlsx").active
    assert not [c for row in formulas.iter_rows() for c in row if c.data_type == "f"]


def test_a_year_may_be_chosen_and_the_command_exists(project: Project) -> None:
    answers(project.raw, COMMENTS, 2024)
    answers(project.raw, {}, 2025)
    assert "för 2024" in free_texts.lay(project, 2024, None, TODAY)
    options = cli.parser().parse_args(["las", "--year", "2024", "--till", "x.xlsx"])
    assert (options.year, options.till) == (2024, Path("x.xlsx"))


def test_several_texts_of_an_answer_stand_together(project: Project) -> None:
    path = answers(project.raw, COMMENTS)
    table = pd.read_csv(path, sep=";", dtype="str", keep_default_na=False, encoding="utf-8-sig")
    table["Övrigt, fritext"] = [f"Mer {number}" if number < 2 else "" for number in range(40)]
    table.to_csv(path, sep=";", index=False, encoding="utf-8-sig")
    found = intake.free_texts(intake.look([project.raw], SETTINGS), 2025)
    assert len(found) == 3
    assert any(one.text.endswith("Övrigt, fritext: Mer 1") for one in found)


@pytest.mark.parametrize(
    ("target", "cause"),
    [
        ("_site/fritext.xlsx", "publiceras"),
        ("published/fritext.xlsx", "publiceras"),
        ("egna-sidor/fritext.xlsx", "publiceras"),
        ("fritext.xlsx", "publiceras"),
        ("config/fritext.xlsx", "delas i git"),
        ("data/raw/../../_site/fritext.xlsx", "publiceras"),
        ("data/raw/fritext.docx", "sluta på .xlsx"),
        ("finns-inte/fritext.xlsx", "ingen mapp"),
    ],
)
def test_a_place_that_is_published_or_shared_is_refused(
    project: Project, target: str, cause: str
) -> None:
    answers(project.raw, COMMENTS)
    path = project.root / target
    with pytest.raises(UsageError, match=cause):
        free_texts.lay(project, None, path, TODAY)
    assert not path.exists()


def test_a_folder_that_git_follows_is_refused_outside_as_well(
    project: Project, tmp_path: Path
) -> None:
    answers(project.raw, COMMENTS)
    shared, own = tmp_path / "delad", tmp_path / "egen"
    for folder in (shared, own):
        folder.mkdir()
    subprocess.run(["git", "init", "-q", str(shared)], check=True)
    with pytest.raises(UsageError, match="delas i git"):
        free_texts.lay(project, None, shared / "fritext.xlsx", TODAY)
    (shared / ".gitignore").write_text("*.xlsx\n", encoding="utf-8")
    free_texts.lay(project, None, shared / "fritext.xlsx", TODAY)
    told = free_texts.lay(project, None, own / "fritext.xlsx", TODAY)
    assert "Ska temana räknas i rapporten läggs den i" in told


def test_what_has_been_written_in_is_never_written_over(project: Project) -> None:
    answers(project.raw, COMMENTS)
    free_texts.lay(project, None, None, TODAY)
    before = (project.raw / "fritext_2025.xlsx").read_bytes()
    with pytest.raises(UsageError, match="finns redan"):
        free_texts.lay(project, None, None, TODAY)
    assert (project.raw / "fritext_2025.xlsx").read_bytes() == before


def test_what_cannot_be_read_is_refused_with_the_reason(project: Project) -> None:
    with pytest.raises(InputDataError, match="inga svar"):
        free_texts.lay(project, None, None, TODAY)
    answers(project.raw, {})
    with pytest.raises(InputDataError, match="inga fritexter"):
        free_texts.lay(project, None, None, TODAY)
    with pytest.raises(UsageError, match="2025"):
        free_texts.lay(project, 2019, None, TODAY)
    (project.raw / "insikt_2024.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    with pytest.raises(InputDataError):
        free_texts.lay(project, None, None, TODAY)


# --- Themes ---

HEAD = "Ärendeår;Område;Betyg;Text;Tema;Får citeras\n"


def themed(folder: Path, rows: str, name: str = "fritext_2025.csv") -> intake.RawFiles:
    (folder / name).write_text(HEAD + rows, encoding="utf-8")
    return intake.look([folder], SETTINGS)


def many(theme: str, count: int, about: str = "") -> str:
    return "".join(
        f"2025;Bygglov;7,3;En egen text nummer {n} om {about or theme};{theme};\n"
        for n in range(count)
    )


def test_themes_are_counted_whatever_their_capitals(tmp_path: Path) -> None:
    raw = themed(
        tmp_path, many("Tid", 5) + many("TID", 2, "väntan") + many("Taxa", 1) + many("", 4)
    )
    assert raw.problems == () and [file.kind for file in raw.files] == ["themes"]
    assert raw.themes.values.values.tolist() == [[2025, "", 4], [2025, "Taxa", 1], [2025, "Tid", 7]]


def test_a_row_that_is_copied_does_not_lift_a_theme_over_the_limit(tmp_path: Path) -> None:
    raw = themed(tmp_path, many("Tid", 4) * 2)
    assert raw.themes.values["texts"].tolist() == [4]


def test_two_sheets_for_a_year_are_refused(tmp_path: Path) -> None:
    themed(tmp_path, many("Tid", 4))
    raw = themed(tmp_path, many("Tid", 4), "fritext_2025 - kopia.csv")
    (problem,) = raw.refused
    assert "räknas flera gånger" in problem.cause and "kopia" in problem.where


@pytest.mark.parametrize(
    ("theme", "cause"),
    [("Kvastens Snickeri AB", "företagsnamn"), ("x" * 61, "längre än 60")],
)
def test_a_theme_that_may_not_be_published_stops_the_run(
    tmp_path: Path, theme: str, cause: str
) -> None:
    (problem,) = themed(tmp_path, f"2025;Bygglov;5;En text;{theme};\n").refused
    assert cause in problem.cause and problem.where == "fritext_2025.csv, rad 2, kolumn tema"
    assert "Kvasten" not in str(problem)


def test_a_row_without_a_text_is_told_and_never_repeated(tmp_path: Path) -> None:
    raw = themed(tmp_path, "2025;Bygglov;5;;Hemligt tema;\n" + many("Tid", 1))
    (told,) = raw.themes.told.notes
    assert "texten saknas (rad 2)" in told and "Hemligt" not in told


def test_a_workbook_without_its_column_of_themes_is_refused(tmp_path: Path) -> None:
    """Else nobody would know the texts that have been edited in it."""
    path = tmp_path / "fritext_2025.csv"
    path.write_text("Ärendeår;Område;Betyg;Text\n2025;Bygglov;5;Egna ord\n", encoding="utf-8")
    assert intake.look([tmp_path], SETTINGS).problems


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({"A": 9, "B": 7}, {"A": 9, "B": 7}),
        ({"A": 9, "B": 6}, {}),
        ({"A": 20, "B": 9, "C": 6}, {"A": 20, "": 15}),
        ({"A": 20, "B": 9, "C": 4, "D": 3}, {"A": 20, "B": 9, "": 7}),
        ({"A": 20, "B": 9, "": 3}, {"A": 20, "": 12}),
        ({"A": 20, "B": 9, "": 30}, {"A": 20, "B": 9, "": 30}),
        ({"A": 8, "B": 8, "": 1}, {"A": 8, "": 9}),
        ({"A": 3, "": 50}, {}),
        ({}, {}),
    ],
)
def test_small_themes_are_hidden_and_cannot_be_worked_out(
    counts: dict[str, int], shown: dict[str, int]
) -> None:
    table = pd.DataFrame(
        [(2025, theme, texts) for theme, texts in counts.items()],
        columns=["year", "theme", "texts"],
    ).astype({"year": "int64", "theme": "str", "texts": "int64"})
    found = measures.themes(table, SETTINGS)
    assert dict(zip(found["theme"], found["texts"], strict=True)) == shown
    least = SETTINGS.rules.themes.min_texts.value
    # Who knows the sum of all texts knows nothing of a group of fewer.
    hidden = sum(counts.values()) - found["texts"].sum()
    assert found["texts"].min() >= least if shown else True
    assert hidden == 0 or not shown


# --- The guard ---


def test_the_search_knows_every_text_masked_and_edited_as_well(project: Project) -> None:
    answers(project.raw, {**COMMENTS, 39: "En privatpersons helt egna ord om sitt eget bygglov"})
    free_texts.lay(project, None, None, TODAY)
    path = project.raw / "fritext_2025.xlsx"
    book = openpyxl.load_workbook(path)
    edited = "Kortat av oss till att det dröjde alldeles för länge"
    book.active["D7"], book.active["E7"] = edited, "Tid"
    book.save(path)
    raw = intake.look([project.raw], SETTINGS)
    assert raw.problems == ()
    secrets = Secrets.of(intake.Reading(raw, None).set_aside, SETTINGS)
    laid = "Vi på [namn] väntade i sju veckor, ring mig på [telefonnummer]"
    for text in (*COMMENTS.values(), laid, edited, "En privatpersons helt egna ord om sitt eget"):
        words = words_of(text)
        for start in range(len(words) - CHUNK + 1):
            fragment = " ".join(words[start : start + CHUNK])
            assert "texts" in set(secrets.kinds_in(f"Så här: {fragment}.")), fragment


def unknown_column(project: Project, texts: list[str]) -> intake.RawFiles:
    """The raw files, with a column under a header that nobody knows."""
    path = answers(project.raw, {})
    table = pd.read_csv(path, sep=";", dtype="str", keep_default_na=False, encoding="utf-8-sig")
    table["Vad kan vi göra bättre?"] = [*texts, *[""] * (40 - len(texts))]
    table.to_csv(path, sep=";", index=False, encoding="utf-8-sig")
    return intake.look([project.raw], SETTINGS)


def test_texts_under_a_header_that_nobody_knows_are_searched_for_as_well(project: Project) -> None:
    raw = unknown_column(project, [*COMMENTS.values(), "Nej", "Nej", ""])
    secrets = Secrets.of(intake.Reading(raw, None).set_aside, SETTINGS)
    for text in COMMENTS.values():
        assert "texts" in set(secrets.kinds_in(f"Så här: {text}."))
    told = " ".join(intake.check([project.raw], SETTINGS, today=TODAY).to_text().split())
    assert "kolumn Vad kan vi göra bättre?: Kolumnen känns inte igen och har fri text." in told
    assert "lägg till rubriken" not in told.casefold()
    assert "Det gäller Företagsnamn, Kommentar och Vad kan vi göra bättre?." in told
    assert not any(word in told for word in ("Kajsa", "taxan", "070"))
    assert len(intake.free_texts(raw, 2025)) == 5  # The two short ones stand there too.


@pytest.mark.parametrize(
    "texts",
    [
        ["Bra", "Dåligt", "Kanske det", "Vet inte så noga"] * 10,
        ["Ansökan om bygglov för ny verksamhet", "Anmälan om ändrad verksamhet i lokal"] * 20,
        [f"2025-01-{day:02} 14:02:11" for day in range(1, 31)],
        [f"{day} mars 2025 kl 14.02" for day in range(1, 31)],
    ],
)
def test_a_column_of_categories_or_days_is_no_free_text(project: Project, texts: list[str]) -> None:
    raw = unknown_column(project, texts)
    assert not intake.Reading(raw, None).set_aside.comments
    told = " ".join(intake.check([project.raw], SETTINGS, today=TODAY).to_text().split())
    assert "Kolumnen känns inte igen och används inte." in told


# --- When to delete ---


def test_a_workbook_older_than_a_year_is_told_by_check_and_doctor(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(project.raw, COMMENTS)
    free_texts.lay(project, None, None, TODAY)

    def told(today: date) -> bool:
        text = intake.check([project.raw], SETTINGS, today=today).to_text()
        return "bör inte sparas längre" in text

    assert not told(date(2027, 11, 27))
    assert told(date(2027, 11, 28))

    class Later(date):
        @classmethod
        def today(cls) -> date:
            return date(2027, 11, 28)

    monkeypatch.setattr(doctor, "date", Later)
    (found,) = doctor._free_texts(project)
    assert not found.good and "fritext_2025.xlsx" in found.told and "Radera" in found.fix


def test_a_workbook_without_a_day_is_as_old_as_its_file(tmp_path: Path) -> None:
    themed(tmp_path, many("Tid", 2))
    path = tmp_path / "fritext_2025.csv"
    then = time.mktime((2024, 1, 15, 12, 0, 0, 0, 0, 0))
    os.utime(path, (then, then))
    text = intake.check([tmp_path], SETTINGS, today=date(2026, 1, 1)).to_text()
    assert "15\xa0januari\xa02024" in text
    text = intake.check([tmp_path], SETTINGS, today=date(2024, 3, 1)).to_text()
    assert "bör inte sparas" not in text


def test_a_machine_without_workbooks_is_not_told_of_them(
    new_project: Callable[[str], Project],
) -> None:
    assert list(doctor._free_texts(new_project("projekt"))) == []
