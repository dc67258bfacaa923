"""Another municipality: `config/report.yml` and `plan.yml` are all that must change.

Without a plan of its own it is not judged by the project's.
"""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import lxml.html
import pypdf
import pytest
from projects import OTHER_AREAS, matter_of

from analysis.present.texts import say
from analysis.project import Project
from analysis.settings import load


@pytest.fixture(scope="module")
def project(finished_project: Callable[[str], Project]) -> Project:
    return finished_project("other_municipality")


def text(page: Path) -> str:
    main = lxml.html.fromstring(page.read_text(encoding="utf-8")).find(".//main")
    return " ".join(main.text_content().split())


def test_the_report_is_the_other_municipalitys_throughout(project: Project) -> None:
    for page in project.site.rglob("*.html"):
        content = page.read_text("utf-8")
        assert "Norrtälje" not in content, page.name
        assert "KS 2023-1741" not in content, page.name
        assert "Företagsservice – Påhittsby kommun" in content, page.name
    pages = {page.stem for page in (project.site / "omraden").glob("*.html")}
    assert pages == set(OTHER_AREAS)
    told = " ".join(p.extract_text() for p in pypdf.PdfReader(project.site / "bilaga.pdf").pages)
    assert "Påhittsby kommun" in told and "Norrtälje" not in told
    record = json.loads((matter_of(project.site) / "korning.json").read_text("utf-8"))
    assert record["exempeldata"] is False


def test_its_goals_and_its_activity_are_followed_up(project: Project) -> None:
    front = text(project.site / "index.html")
    assert "NKI minst 72" in front and "Dialog" in front
    shown = text(project.site / "maluppfyllelse.html")
    assert "1.1 Möten med företagen" in shown
    with (project.site / "data" / "goals.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["year"] == "2025"]
    assert {(row["goal"], row["scope"]) for row in rows} == {
        ("1", "total"), ("2", "samtliga"), *(("2", area) for area in OTHER_AREAS)
    }  # fmt: skip


def test_no_heading_stands_empty(project: Project) -> None:
    for page in project.site.rglob("*.html"):
        for heading in lxml.html.fromstring(page.read_text("utf-8")).findall(".//main//h2"):
            told = " ".join(heading.getparent().text_content().split())
            assert len(told) > len(heading.text_content()) + 15, (page.name, told)


@pytest.fixture(scope="module")
def planless(finished_project: Callable[[str], Project]) -> Project:
    return finished_project("no_plan")


def test_a_plan_is_its_own_municipalitys_alone() -> None:
    settings = load(Project.here().config)
    other = settings.for_municipality("Täby")
    assert settings.plan.adopted and not other.plan.adopted
    assert other.plan.goals == other.plan.activities == other.plan.areas.judged == ()
    assert other.for_municipality("0188").plan == settings.plan


def test_without_a_plan_of_its_own_a_municipality_is_not_judged(planless: Project) -> None:
    site = planless.site
    assert not (site / "maluppfyllelse.html").exists()
    sentence = say("maluppfyllelse.ingen_plan", kommun="Täby kommun").replace("**", "")
    assert sentence in text(site / "index.html")
    for page in site.rglob("*.html"):
        content = page.read_text("utf-8")
        assert "maluppfyllelse" not in content, page.name
        assert "Mål och tidplan" not in content, page.name
        assert "KS 2023-1741" not in content, page.name
    for name in ("goals", "activities"):
        with (site / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            assert list(csv.DictReader(file)) == [], name


def test_without_a_plan_the_documents_tell_the_present_state(planless: Project) -> None:
    told = " ".join(p.extract_text() for p in pypdf.PdfReader(planless.site / "bilaga.pdf").pages)
    with zipfile.ZipFile(matter_of(planless.site) / "bilaga-underlag.docx") as archive:
        word = archive.read("word/document.xml").decode("utf-8")
    for document in (told, word):
        assert "77,4" in document
        assert not any(word in document for word in ("andlingsplan", "Tidplan", "Mål ", "beslutar"))


def test_without_a_plan_the_document_for_those_who_train_says_what_it_lacks(
    planless: Project,
) -> None:
    with zipfile.ZipFile(matter_of(planless.site) / "utbildningsunderlag.docx") as archive:
        root = lxml.etree.fromstring(archive.read("word/document.xml"))
    told = " ".join("".join(root.itertext()).split())
    assert "77,4" in told
    assert "Rapporten har ingen handlingsplan för kommunen." in told
    # The headings of what only a plan has are left out with it.
    assert "översyn" not in told and "riktar in sig" not in told


def test_without_a_plan_no_heading_stands_empty(planless: Project) -> None:
    test_no_heading_stands_empty(planless)
