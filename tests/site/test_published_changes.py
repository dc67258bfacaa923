"""A year's publication and the report after it, as the coordinator makes them."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from projects import matter_of

from analysis.errors import RenderingError
from analysis.project import Project, Request
from analysis.report.make import Finished, report
from analysis.run.runner import Progress
from analysis.settings import load
from analysis.site.publication import publish

pytestmark = pytest.mark.slow

FIRST, SECOND = date(2026, 5, 4), date(2026, 11, 23)
COMMENT = "Det tog alldeles för lång tid att få besked om vår uteservering vid hamnen"


def made(project: Project, day: date) -> Finished:
    return report(project, Request(engine="embedded", today=day), Progress())


def record_of(project: Project) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(
        (matter_of(project.site) / "korning.json").read_text("utf-8")
    )
    return content


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def rewrite(path: Path, change: Callable[[list[list[str]]], None]) -> None:
    text = path.read_text("utf-8-sig")
    rows = list(csv.reader(text.splitlines(), delimiter=";"))
    change(rows)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)


def satisfied(rows: list[list[str]]) -> None:
    """The first five companies of an area give the highest score throughout."""
    place = rows[0].index("Myndighetsområde")
    chosen = [row for row in rows[1:] if row[place] == "Serveringstillstånd"][:5]
    for row in chosen:
        row[9:] = ["10" if cell.isdigit() else cell for cell in row[9:]]


@pytest.fixture(scope="module")
def project(
    tmp_path_factory: pytest.TempPathFactory, project_at: Callable[[Path], Project]
) -> Project:
    """A report that was published, and one made after an answer file was changed.

    It is published as 2023, the newest year of the official values beside the answers.
    """
    project = project_at(tmp_path_factory.mktemp("publicerad") / "projekt")
    for name in ("insikt_2022.csv", "arenden_2022.csv", "aktiviteter.csv"):
        shutil.copy(project.example / name, project.raw / name)
    made(project, FIRST)
    settings = load(project.config)
    publish(project.site, matter_of(project.site), project.published, project.comments, settings)
    rewrite(project.raw / "insikt_2022.csv", satisfied)
    made(project, SECOND)
    return project


def test_every_number_that_moved_stands_on_the_page_with_its_reason(project: Project) -> None:
    """Counted here from the two tables, apart from the program."""

    def cells(path: Path) -> dict[tuple[str, ...], dict[str, str]]:
        with path.open(encoding="utf-8", newline="") as file:
            keys = ("year", "scope", "definition", "kind", "measure")
            return {tuple(row[key] for key in keys): row for row in csv.DictReader(file)}

    before = cells(project.published / "2023" / "data" / "index.csv")
    now = cells(project.site / "data" / "index.csv")
    moved = {
        (key[0], key[1], key[2], key[4], name)
        for key in before.keys() & now.keys()
        for name in before[key]
        if before[key][name] != now[key][name]
    }
    with (project.site / "data" / "andringar.csv").open(encoding="utf-8", newline="") as file:
        told = list(csv.DictReader(file))
    names = ("year", "scope", "definition", "measure", "column")
    listed = {tuple(row[name] for name in names) for row in told if row["table"] == "index"}
    assert before.keys() == now.keys()
    assert len(moved) > 20
    assert listed == moved
    assert {row["reason"] for row in told} == {"ändrade svar (insikt_2022.csv)"}
    page = lxml.html.fromstring((project.site / "andringar.html").read_text("utf-8"))
    shown = " ".join(page.find(".//main").text_content().split())
    assert "ändrade svar (insikt_2022.csv)" in shown
    assert f"{len(told)} tal" in shown.replace("\u00a0", " ")


def test_the_run_warns_when_an_already_published_year_changes(project: Project) -> None:
    warnings = record_of(project)["varningar"]
    assert any("redan publicerade år (2022) har ändrats" in warning for warning in warnings)


def test_the_record_names_every_input_with_its_digest_and_rows(project: Project) -> None:
    read = {file["fil"]: file for file in record_of(project)["indata"]}
    for path in project.raw.iterdir():
        assert read[path.name]["sha256"] == digest(path)
    with (project.raw / "arenden_2022.csv").open(encoding="utf-8-sig") as file:
        cases = sum(1 for line in file if line.strip(";\n")) - 1
    assert read["arenden_2022.csv"]["lästa"] == cases > 5
    assert read["aktiviteter.csv"]["lästa"] > 0
    collected = project.collection / "published_values.csv"
    with collected.open(encoding="utf-8", newline="") as file:
        values = len(list(csv.DictReader(file)))
    assert read["published_values.csv"]["lästa"] == values > 100
    assert all(file["lästa"] for file in read.values() if file["slag"] != "publicering")
    # What the page Ändringar compares with is an input as well.
    publication = project.published / "2023" / "korning.json"
    assert read["published/2023/korning.json"]["sha256"] == digest(publication)
    assert read["published/2023/korning.json"]["slag"] == "publicering"
    page = (project.site / "metod.html").read_text("utf-8")
    assert "published/2023/korning.json" in page
    assert f">{cases}<" in page.replace(" ", "")


def test_the_record_is_enough_to_make_the_same_bytes_again(
    project: Project, project_at: Callable[[Path], Project], tmp_path: Path
) -> None:
    """In another folder, from the files and the command that the record names."""
    record = record_of(project)
    again = project_at(tmp_path / "igen")
    for file in record["indata"]:
        if file["slag"] in ("svar", "övrigt", "uppföljning"):
            shutil.copy(project.raw / file["fil"], again.raw / file["fil"])
    shutil.copytree(project.published, again.published, dirs_exist_ok=True)
    words = record["kommando"].split()
    request = Request(
        engine=words[words.index("--engine") + 1],
        municipality=words[words.index("--municipality") + 1],
        today=date.fromisoformat(words[words.index("--date") + 1]),
    )
    report(again, request, Progress())
    assert record_of(again)["filer"] == record["filer"]


def test_a_changed_comment_alone_is_searched_for_and_stands_in_the_record(
    project: Project, project_at: Callable[[Path], Project], tmp_path: Path
) -> None:
    """Last: the answers are the same, so that nothing but the scan and the record has to be new."""

    def commented(rows: list[list[str]]) -> None:
        rows[0].append("Kommentar")
        rows[1].append(COMMENT)

    path = project.raw / "insikt_2022.csv"
    rewrite(path, commented)
    made(project, SECOND)
    read = {file["fil"]: file for file in record_of(project)["indata"]}
    assert read[path.name]["sha256"] == digest(path)
    page = project.reports / "data.qmd"
    page.write_text(page.read_text("utf-8") + f"\n\n{COMMENT}\n", "utf-8")
    with pytest.raises(RenderingError, match="kolumn som aldrig"):
        made(project, SECOND)
