"""Dialogues with associations: read, compared with the survey by rule, and shown where quotable."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from pages.made_up import changed

from analysis import store
from analysis.commands import templates
from analysis.guard.secrets import Secrets
from analysis.intake import look
from analysis.intake.raw_files import RawFiles
from analysis.intake.reading import Reading
from analysis.measures.dialogue import PointedOutBy, compared, most_raised, pointed_out
from analysis.present.data import ReportData
from analysis.present.pages import dialog
from analysis.settings import load
from analysis.workshop import audience
from analysis.workshop import dialogue as slides
from analysis.workshop.content import Place

SETTINGS = load(Path(__file__).resolve().parents[2] / "config")
HEAD = "Förening;Datum;Område;Faktor;Sammanfattning;Får citeras\n"
NAN = float("nan")


def read(folder: Path, rows: str, name: str = "dialog.csv") -> RawFiles:
    (folder / name).write_text(HEAD + rows, encoding="utf-8")
    return look([folder], SETTINGS)


def test_a_filled_template_is_read(tmp_path: Path) -> None:
    templates.lay(SETTINGS, tmp_path / "mallar")
    book = openpyxl.load_workbook(tmp_path / "mallar" / "dialog.xlsx")
    row = ("Företagarna", date(2026, 5, 20), "Bygglov", "Effektivitet", "Det tar tid.", "Ja")
    for cell, value in zip(book["Dialog"][2], row, strict=True):
        cell.value = value
    book.save(tmp_path / "dialog.xlsx")
    raw = look([tmp_path / "dialog.xlsx"], SETTINGS)
    assert raw.problems == ()
    assert [file.kind for file in raw.files] == ["dialogues"]
    (found,) = raw.dialogues.values.itertuples(index=False)
    assert tuple(found) == (
        *(1, 2026, "bygglov", "effektivitet", "Företagarna", "2026-05-20", "Det tar tid."),
    )


def test_an_association_s_subjects_of_a_day_are_one_dialogue(tmp_path: Path) -> None:
    rows = (
        "Krögarna;2026-05-20;;Effektivitet;A;ja\nkrögarna;2026-05-20;Bygglov;;B;ja\n"
        "Krögarna;2026-05-21;Totalt;Bemötande;C;ja\nByggarna;2026-05-20;;Kompetens;D;ja\n"
    )
    found = read(tmp_path, rows).dialogues.values
    assert found["dialogue"].tolist() == [1, 1, 2, 3]
    assert found["scope"].tolist() == ["", "bygglov", "", ""]


def test_nothing_but_the_number_is_kept_of_what_may_not_be_quoted(tmp_path: Path) -> None:
    secret = "Handläggaren skrattade åt oss när vi frågade en gång till"
    raw = read(
        tmp_path,
        f"Krögarna;2026-05-20;;Bemötande;{secret};nej\n"
        f"Hotellen;2026-05-20;;Bemötande;{secret} och igen;\n",
    )
    assert raw.problems == ()
    found = raw.dialogues.values
    assert found["dialogue"].nunique() == 2
    assert (found[["association", "date", "summary"]] == "").all(axis=None)
    secrets = Secrets.of(Reading(raw, None).set_aside, SETTINGS)
    assert "texts" in set(secrets.kinds_in(f"De sa: {secret.lower()}."))


def test_what_may_be_quoted_as_well_is_no_secret(tmp_path: Path) -> None:
    raw = read(
        tmp_path,
        "Krögarna;2026-05-20;;Bemötande;Det tar för lång tid;nej\n"
        "Hotellen;2026-05-20;;Bemötande;Det tar för lång tid att få svar;ja\n",
    )
    assert raw.written == frozenset()


def test_rows_that_cannot_be_used_are_told_together_with_the_nearest(tmp_path: Path) -> None:
    rows = (
        "Krögarna;2026-05-20;;Effektivitet;A;ja\nKrögarna;2026-05-20;;Effektivtet;A;ja\n"
        "Krögarna;2026-05-20;Byglov;;A;ja\nKrögarna;2026-05-20;;;A;ja\n"
        "Krögarna;2026-05-20;Totalt;;A;ja\nKrögarna;i maj;;Bemötande;A;ja\n"
        ";2026-05-20;Bygglov;;A;ja\n;2026-05-21;Bygglov;;;\n"
    )
    raw = read(tmp_path, rows)
    assert len(raw.dialogues.values) == 1
    (told,) = raw.dialogues.told.notes
    for part in (
        *(
            "menades Effektivitet?",
            "menades Bygglov?",
            "föreningen saknas (rad 8 och 9)",
            "är ingen dag",
        ),
        "både faktor och område saknas (rad 5 och 6)",
    ):
        assert part in told


@pytest.mark.parametrize(
    ("cells", "column", "cause"),
    [
        ("Krögarna;2026-05-20;;Bemötande;Ring 0176-12 34 56;ja", "sammanfattning", "telefonnum"),
        ("Krögarna;2026-05-20;;Bemötande;Kvastens Snickeri AB;ja", "sammanfattning", "företagsn"),
        ("a@b.se;2026-05-20;;Bemötande;Bra;ja", "forening", "en e-postadress"),
        (f"Krögarna;2026-05-20;;Bemötande;{'x' * 301};ja", "sammanfattning", "längre än 300"),
        ("Krögarna;2026-05-20;;Bemötande;;ja", "sammanfattning", "inget att citera"),
        ("Krögarna;2026-05-20;;Bemötande;Bra;kanske", "far_citeras", "varken ja eller nej"),
    ],
)
def test_what_may_not_be_published_stops_the_run(
    tmp_path: Path, cells: str, column: str, cause: str
) -> None:
    (problem,) = read(tmp_path, f"{cells}\n").refused
    assert cause in problem.cause
    assert problem.where == f"dialog.csv, rad 2, kolumn {column}"
    assert "Kvasten" not in str(problem)


def test_what_is_never_shown_may_say_anything(tmp_path: Path) -> None:
    rows = "Krögarna;2026-05-20;;Bemötande;Kvastens Snickeri AB, 0176-12 34 56;nej\n"
    assert read(tmp_path, rows).refused == ()


# --- The rule ---


@pytest.mark.parametrize(
    ("counts", "dialogues", "found"),
    [
        ({"a": 5, "b": 3}, 5, {"a"}),
        ({"a": 5, "b": 4, "c": 3}, 6, {"a", "b"}),
        ({"a": 4, "b": 1}, 4, None),
        ({}, 9, None),
        ({"a": 3, "b": 3, "c": 2}, 5, {"a", "b", "c"}),
        ({"a": 3, "b": 3, "c": 2, "d": 2}, 5, None),
    ],
)
def test_what_is_raised_most(
    counts: dict[str, int], dialogues: int, found: set[str] | None
) -> None:
    assert most_raised(counts, dialogues, 6, SETTINGS) == found


def survey(*rows: tuple[str, float, float, str]) -> pd.DataFrame:
    """Factors by index, half the width of its interval and place in the matrix."""
    return pd.DataFrame(
        [(key, index, index - half, index + half, place) for key, index, half, place in rows],
        columns=["key", "index", "lower", "upper", "quadrant"],
    )


@pytest.mark.parametrize(
    ("rows", "unsure", "told"),
    [
        # Surely low and strong, though not the lowest.
        (
            [("a", 60, 2, "prioritera"), ("b", 59, 2, "bevaka"), ("c", 90, 2, "bevara")],
            set(),
            {"a": True, "b": None, "c": False},
        ),
        # A borderline association.
        (
            [("a", 64, 1, "prioritera"), ("b", 60, 1, "bevaka"), ("c", 90, 2, "bevara")],
            {"a"},
            {"a": None, "b": True, "c": False},
        ),
        # An index that may be above the mean.
        (
            [("a", 69, 3, "prioritera"), ("b", 60, 2, "bevaka"), ("c", 80, 2, "bevara")],
            set(),
            {"a": None, "b": True, "c": False},
        ),
        # No associations are known: only the lowest.
        (
            [("a", 60, 2, ""), ("b", 70, 2, ""), ("c", 80, 2, "")],
            set(),
            {"a": True, "b": False, "c": False},
        ),
        # No margins are known: nothing is sure.
        ([("a", 60, NAN, ""), ("b", 70, NAN, "")], set(), {"a": None, "b": None}),
        # A hidden index says nothing.
        ([("a", NAN, NAN, "prioritera"), ("b", 70, 1, "bevaka")], set(), {"b": None}),
    ],
)
def test_what_the_survey_points_out(
    rows: list[tuple[str, float, float, str]], unsure: set[str], told: dict[str, bool | None]
) -> None:
    assert pointed_out(survey(*rows), unsure) == told


def test_what_both_say_together() -> None:
    rows = survey(
        ("a", 60, 2, ""), ("b", 70, 2, ""), ("c", 80, 2, ""), ("d", NAN, NAN, "")
    )  # fmt: skip
    assert compared(rows, frozenset("ab")) == {
        "a": PointedOutBy.BOTH,
        "b": PointedOutBy.DIALOGUE,
        "c": PointedOutBy.NEITHER,
        "d": PointedOutBy.NO_INDEX,
    }
    assert compared(rows, frozenset("c"))["a"] == PointedOutBy.SURVEY
    assert set(compared(rows.head(3), None).values()) == {PointedOutBy.NOT_COMPARED}
    close = survey(("a", 60, 5, ""), ("b", 62, 5, ""))
    assert set(compared(close, frozenset("a")).values()) == {PointedOutBy.UNSURE}


# --- On the page and on the slide ---

FEW = (
    "Krögarna;2025-05-20;Bygglov;Effektivitet;Säg hur lång tid det tar;ja\n"
    "Hotellen;2025-06-20;;Effektivitet;Detta får ingen läsa alls;nej\n"
    "Gamla gänget;2021-06-20;;Effektivitet;Det var länge sedan;ja\n"
)


@pytest.fixture
def example(example_project) -> ReportData:
    folder = example_project.processed / "example"
    return ReportData(folder, SETTINGS, example=True, today=date(2026, 11, 23))


def told(data: ReportData) -> str:
    parts = (dialog.introduction, dialog.factor_table, dialog.area_table, dialog.quotes_table)
    found = (part(data) for part in parts)
    return "\n".join(one._repr_markdown_() for one in found if one is not None)


def test_few_dialogues_are_shown_and_not_compared(example: ReportData, tmp_path: Path) -> None:
    table = read(tmp_path, FEW).dialogues.values
    data = changed(example, tmp_path, **{store.DIALOGUES: table})
    text = told(data)
    assert "två dialoger" in text and "för få för att jämföra" in text
    assert "Säg hur lång tid det tar" in text and "Krögarna" in text
    assert "Hotellen" not in text and "ingen läsa" not in text
    # Too old to say anything about today.
    assert "Gamla" not in text
    assert "Pekas ut av" not in text
    slide = slides.beside(data, audience.audiences(SETTINGS, data.areas())[0][0])
    assert slide is not None
    grid = slide.parts[Place.TABLE]
    assert len(grid.headings) == len(grid.widths) == len(grid.rows[0]) == 4
    assert grid.rows[0][2] == "69,5 (66,9–72,0)"


def test_the_example_s_dialogues_agree_with_the_survey_where_it_is_sure(
    example: ReportData,
) -> None:
    table = dialog.factor_table(example)
    assert table is not None
    said = dict(zip(table.rows["key"], table.rows["agreement"], strict=True))
    assert said["Effektivitet"] == "dialogen och enkäten"
    assert "EXEMPELDATA" in table.caption
    places = [audience.audiences(SETTINGS, example.areas())[0][n] for n in (0, 1)]
    everyone, unit = (slides.beside(example, one) for one in places)
    assert everyone is not None and unit is not None
    assert set(everyone.named()) & set(unit.named()) == set()


def test_a_quote_of_another_forvaltning_s_area_is_not_on_its_slide(
    example: ReportData, tmp_path: Path
) -> None:
    rows = (
        "Krögarna;2025-05-20;Serveringstillstånd;Bemötande;Om serveringen;ja\n"
        "Alla;2025-05-21;;Bemötande;Om allt;ja\n"
        f"Alla;2025-05-22;;Bemötande;{'Ett långt citat. ' * 9};ja\n"
    )
    table = read(tmp_path, rows).dialogues.values
    data = changed(example, tmp_path, **{store.DIALOGUES: table})
    one = audience.Audience("x", "X", ("bygglov",))
    slide = slides.beside(data, one)
    assert slide is not None
    text = " ".join(slide.parts[Place.TEXT].told)
    assert "Om allt" in text and "serveringen" not in text and "långt citat" not in text


def test_without_dialogues_the_page_says_nothing(example: ReportData, tmp_path: Path) -> None:
    none = example.table(store.DIALOGUES).head(0)
    data = changed(example, tmp_path, **{store.DIALOGUES: none})
    assert told(data) == ""
    assert slides.beside(data, audience.audiences(SETTINGS, data.areas())[0][0]) is None


def test_a_year_without_areas_or_factors_is_told_of_dialogues_alone(
    example: ReportData, tmp_path: Path
) -> None:
    """The newest year may have a published total and nothing else."""
    table = read(tmp_path, FEW).dialogues.values
    total = example.indices[example.indices["scope"] == "total"]
    total = total[total["measure"] == "nki"]
    none = example.drivers.head(0)
    data = changed(example, tmp_path, dialogues=table, indices=total, drivers=none)
    assert "två dialoger" in told(data) and "index saknas" not in told(data)


def test_another_municipality_s_report_has_none_of_them(example: ReportData) -> None:
    other = replace(example, settings=SETTINGS.for_municipality("Täby"))
    assert dialog.introduction(other) is None and dialog.quotes_table(other) is None
