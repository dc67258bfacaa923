"""Checks between the stages: each is spoilt once on real numbers, and must say so."""

from __future__ import annotations

import copy
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from analysis import store
from analysis.errors import InputDataError
from analysis.project import Project
from analysis.quality import page as quality_page
from analysis.quality import sanity
from analysis.quality.sanity import Remark, Tally
from analysis.settings import Settings, load

YEARS = (2021, 2022, 2023, 2024, 2025)


@pytest.fixture(scope="module")
def settings(example_project: Project) -> Settings:
    return load(example_project.config)


@pytest.fixture(scope="module")
def processed(example_project: Project) -> Path:
    return example_project.processed / "example"


@pytest.fixture
def indices(processed: Path) -> list[Any]:
    return copy.deepcopy(sanity.rows_of(processed, store.INDICES))


@pytest.fixture(scope="module")
def answers(processed: Path) -> list[Any]:
    return [row for year in YEARS for row in sanity.rows_of(processed, store.answers(year))]


def test_the_example_s_numbers_hold(processed: Path, settings: Settings) -> None:
    assert sanity.of_answers(processed, YEARS, settings) == []
    found = sanity.of_numbers(processed, YEARS, settings)
    assert {one.check for one in found} <= {"index_jump"}


def counted(rows: list[Any], settings: Settings) -> Tally:
    """The tally of some answers, missing scores as they are in a file."""
    kinds = {"year": pa.int64(), "area": pa.string()}
    kinds |= dict.fromkeys(settings.questionnaire.item_keys, pa.float64())
    schema = pa.schema([(key, kinds[key]) for key in rows[0] if key in kinds])
    return sanity.tally(pa.Table.from_pylist(rows, schema), settings)


# --- counts in are counts out and set aside ---

QUALITY = [
    {"measure": measure, "group": group, "reason": reason, "count": count}
    for measure, group, reason, count in (
        ("rader", "", "lästa", 12),
        ("rader", "", "räknade", 10),
        ("rader", "", "privatperson", 2),
        ("områden", "bygglov", "lästa", 12),
        ("områden", "bygglov", "räknade", 10),
        ("områden", "bygglov", "privatperson", 2),
        ("filer", "a.csv", "lästa", 12),
        ("filer", "a.csv", "räknade", 10),
        ("filer", "a.csv", "privatperson", 2),
        ("nki_totalt", "", "betyg", 9),
        ("nki_totalt", "", "vet ej", 1),
        ("nki_totalt", "", "inget svar", 0),
        ("nki_totalt", "", "ogiltigt", 0),
    )
]


def ten(count: int = 10, area: str = "bygglov") -> list[dict[str, object]]:
    """Clean answers, one of them without a score."""
    scores = [8.0 if number else None for number in range(count)]
    return [{"year": 2025, "area": area, "nki_totalt": score} for score in scores]


def test_rows_that_add_up_are_silent(settings: Settings) -> None:
    clean = counted(ten(), settings)
    assert list(sanity.lost_rows(2025, QUALITY, {"privatperson": 2}, clean)) == []


@pytest.mark.parametrize(
    ("row", "count", "kept", "clean", "told"),
    [
        (0, 13, 2, ten(), "13 rader lästes, men 10 som räknas och 2 som inte räknas blir 12"),
        (0, 12, 2, ten(9), "10 svar räknades, men 9 finns bland de rensade svaren"),
        (0, 12, 1, ten(), "2 rader räknas inte (privatperson), men 1 är sparade"),
        (4, 9, 2, ten(), "10 svar räknades, men områdena har tillsammans 9"),
        (7, 11, 2, ten(), "10 svar räknades, men filerna har tillsammans 11"),
        (
            3,
            13,
            2,
            ten(),
            "bygglov: 13 rader lästes, men 10 som räknas och 2 som inte räknas blir 12",
        ),
        (
            6,
            11,
            2,
            ten(),
            "a.csv: 11 rader lästes, men 10 som räknas och 2 som inte räknas blir 12",
        ),
        (0, 12, 2, ten(area="brandskydd"), "bygglov: 10 svar räknades, men 0 finns bland"),
        (9, 10, 2, ten(), "nki_totalt: 10 svar räknades, men frågan har 11 celler"),
        (10, 0, 2, ten(), "nki_totalt: 10 svar räknades, men frågan har 9 celler"),
    ],
)
def test_a_lost_row_is_told_with_its_numbers(
    row: int,
    count: int,
    kept: int,
    clean: list[dict[str, object]],
    told: str,
    settings: Settings,
) -> None:
    quality = copy.deepcopy(QUALITY)
    quality[row]["count"] = count
    tally = counted(clean, settings)
    found = list(sanity.lost_rows(2025, quality, Counter(privatperson=kept), tally))
    assert any(told in one.told for one in found)
    assert {one.check for one in found} == {"lost_rows"}


# --- parts and whole ---


def cell(indices: list[Any], scope: str) -> Any:
    return next(
        row
        for row in indices
        if row["scope"] == scope
        and row["year"] == "2025"
        and row["measure"] == "bemotande_totalt"
        and row["shown"]
        and row["has_answers"]
    )


@pytest.mark.parametrize("scope", ["total", "bygglov"])
@pytest.mark.parametrize(("column", "more"), [("n", 1), ("index", 0.01)])
def test_a_number_that_the_answers_do_not_give_is_told(
    indices: list[Any],
    answers: list[Any],
    settings: Settings,
    scope: str,
    column: str,
    more: float,
) -> None:
    clean = counted(answers, settings)
    assert list(sanity.parts_and_whole(indices, [clean], settings)) == []
    cell(indices, scope)[column] += more
    found = list(sanity.parts_and_whole(indices, [clean], settings))
    assert len(found) == 1
    assert found[0].year == 2025


def test_an_answer_that_is_lost_on_the_way_is_told(
    indices: list[Any], answers: list[Any], settings: Settings
) -> None:
    assert list(sanity.parts_and_whole(indices, [counted(answers[:-1], settings)], settings))


def test_a_hidden_cell_with_a_number_and_an_impossible_interval_are_told(
    indices: list[Any],
) -> None:
    assert list(sanity.impossible(indices)) == []
    hidden = next(row for row in indices if not row["shown"])
    hidden["n"] = 3
    cell(indices, "total")["lower"] = 99.0
    found = [one.told for one in sanity.impossible(indices)]
    assert len(found) == 2
    assert any("skyddat värde" in told for told in found)
    assert any("osäkerhetsintervall" in told for told in found)


# --- what a person should look at ---


def test_a_question_that_nobody_answered_is_told(answers: list[Any], settings: Settings) -> None:
    empty = [{**row, "nki_ideal": None, "bemotande_attityd": float("nan")} for row in answers]
    clean = counted(empty, settings)
    found = [one.told for one in sanity.empty_questions(2025, clean, settings)]
    assert len(found) == 2
    assert all("saknar svar" in told for told in found)


@pytest.mark.parametrize(("change", "jumps"), [(10.0, False), (10.1, True), (-12.0, True)])
def test_a_jump_of_an_index_is_told(
    indices: list[Any], settings: Settings, change: float, jumps: bool
) -> None:
    row = next(one for one in indices if one["measure"] == "nki" and one["shown"])
    found = list(sanity.index_jumps([{**row, "change": change}], settings))
    assert bool(found) == jumps
    size = f"{abs(change):.1f}".replace(".", ",")
    assert all(f" med {size} enheter sedan " in one.told for one in found)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("", []),
        ("drivers,,total,,bemotande,effect,0.1,0.2,nya svar\n", []),
        ("index,2024,total,total4,nki,index,71.0,71.5,nya svar\n", ["1 tal"]),
    ],
)
def test_published_numbers_that_moved_are_told(tmp_path: Path, rows: str, told: list[str]) -> None:
    path = tmp_path / "andringar.csv"
    head = "table,year,scope,definition,measure,column,before,now,reason\n"
    path.write_text(head + rows, "utf-8")
    found = sanity.of_publication(path)
    assert len(found) == len(told)
    assert all(words in one.told for words, one in zip(told, found, strict=True))


# --- stop or warn ---


def test_what_stops_tells_all_and_what_warns_tells_the_newest_year(settings: Settings) -> None:
    warned = [Remark("index_jump", 2021, "gammalt"), Remark("index_jump", 2025, "nytt")]
    assert sanity.judge(warned, settings, 2025) == ("nytt",)
    stopping = [*warned, Remark("lost_rows", 2021, "ett"), Remark("lost_rows", 2025, "två")]
    with pytest.raises(InputDataError, match="stämmer inte") as caught:
        sanity.judge(stopping, settings, 2025)
    assert [problem.cause for problem in caught.value.problems] == ["ett", "två"]
    assert caught.value.exit_code == 10


def test_the_rule_decides_what_stops(settings: Settings) -> None:
    checks = settings.guards.checks
    strict = checks.index_jump.model_copy(update={"action": sanity.STOP})
    guards = settings.guards.model_copy(
        update={"checks": checks.model_copy(update={"index_jump": strict})}
    )
    changed = replace(settings, guards=guards)
    with pytest.raises(InputDataError):
        sanity.judge([Remark("index_jump", 2025, "nytt")], changed, 2025)


# --- the internal page ---


def test_the_quality_page_is_written_and_is_no_part_of_the_site(
    example_project: Project,
) -> None:
    text = (example_project.matters / "exempel" / quality_page.FILE).read_text("utf-8")
    for words in ("Rader per år", "Giltiga svar per fråga", "Inget att anmärka", "ska inte läggas"):
        assert words in text
    for path in example_project.site.rglob("*"):
        assert path.name != quality_page.FILE
        if path.suffix == ".html":
            assert quality_page.FILE not in path.read_text("utf-8")


def test_the_quality_page_shows_text_as_text(tmp_path: Path, settings: Settings) -> None:
    finding = Remark("index_jump", 2025, "<script>alert(1)</script>")
    path = quality_page.write(tmp_path, tmp_path, (), [finding], settings)
    assert "<script>" not in path.read_text("utf-8")
    assert "&lt;script&gt;" in path.read_text("utf-8")


def test_findings_survive_writing_and_reading(tmp_path: Path) -> None:
    found = [Remark("lost_rows", 2025, "å”")]
    assert sanity.read(sanity.write(found, tmp_path / "a.json")) == found
