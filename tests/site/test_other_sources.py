"""The same report from other sources: the coordinator's own answers, or official values alone."""

from __future__ import annotations

import csv
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import lxml.html
import pypdf
import pytest
from projects import TODAY, matter_of

from analysis import store, swedish
from analysis.present.texts import say
from analysis.project import Project, Request
from analysis.report.make import report
from analysis.run.runner import Progress


@pytest.fixture(scope="module")
def own_site(
    tmp_path_factory: pytest.TempPathFactory, project_at: Callable[[Path], Project]
) -> Path:
    """The site of two years' answers that lie in the coordinator's raw folder."""
    project = project_at(tmp_path_factory.mktemp("egna") / "projekt")
    for name in ("insikt_2024.xlsx", "insikt_2025.xlsx", "arenden_2025.csv"):
        shutil.copy(project.example / name, project.raw / name)
    return report(project, Request(engine="embedded", today=TODAY), Progress()).site


@pytest.fixture(scope="module")
def official_site(finished_project: Callable[[str], Project]) -> Path:
    """The site of official values alone, of another municipality."""
    return finished_project("official_values").site


def text(page: Path) -> str:
    main = lxml.html.fromstring(page.read_text(encoding="utf-8")).find(".//main")
    return " ".join(main.text_content().split())


def test_pages_and_look_of_the_project_s_municipality_are_not_the_others(
    official_site: Path,
) -> None:
    assert not (official_site / "foretagslotsen.html").exists()
    assert not list((official_site / "assets").glob("logotyp.*"))
    assert not list((official_site / "assets").glob("profil.*"))
    assert "Företagslotsen" not in (official_site / "index.html").read_text("utf-8")


def test_own_answers_bear_no_mark_anywhere(own_site: Path) -> None:
    for page in own_site.rglob("*.html"):
        assert "EXEMPELDATA" not in page.read_text(encoding="utf-8"), page.name
    told = [page.extract_text() for page in pypdf.PdfReader(own_site / "bilaga.pdf").pages]
    assert not any("EXEMPELDATA" in page for page in told)
    for path in (*matter_of(own_site).glob("*.docx"), own_site / "data" / "nki.xlsx"):
        with zipfile.ZipFile(path) as archive:
            parts = [archive.read(part).decode("utf-8", "replace") for part in archive.namelist()]
        assert not any("EXEMPELDATA" in part for part in parts), path.name
    record = json.loads((matter_of(own_site) / "korning.json").read_text("utf-8"))
    assert record["exempeldata"] is False


def test_own_answers_are_beside_the_published_values(own_site: Path) -> None:
    shown = text(own_site / "metod.html")
    assert "Publicerade värden för Norrtälje" in shown


def test_official_values_alone_give_level_goals_and_comparison(official_site: Path) -> None:
    front = text(official_site / "index.html")
    assert "77,4" in front
    told = say("oversikt.fakta", intervall="", svar="", publicerat=True, ungefarlig=False)
    assert told in front
    with (official_site / "data" / "goals.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["year"] == "2025"]
    verdicts = {(row["goal"], row["scope"]): row["status"] for row in rows}
    assert verdicts["1", "total"] == "nått"
    assert verdicts["2", "bygglov"] == "ej nått"
    assert verdicts["3", "total"] == "saknas"


def test_what_needs_answers_says_so(official_site: Path) -> None:
    for page in ("framgangsfaktorer.html", "nulage.html"):
        document = lxml.html.fromstring((official_site / page).read_text(encoding="utf-8"))
        for heading in document.findall(".//main//h2"):
            section = heading.getparent()
            told = " ".join(section.text_content().split())
            assert len(told) > len(heading.text_content().strip()) + 20, heading.text_content()
    assert "enskilda svar" in text(official_site / "framgangsfaktorer.html")


def test_no_column_stands_empty(official_site: Path) -> None:
    for page in official_site.rglob("*.html"):
        document = lxml.html.fromstring(page.read_text(encoding="utf-8"))
        for table in document.iter("table"):
            rows = [[cell.text_content().strip() for cell in row] for row in table.iter("tr")]
            for column in zip(*rows[1:], strict=True):
                assert any(column), (page.name, rows[0])


def test_one_municipalitys_case_and_contact_are_not_anothers(official_site: Path) -> None:
    statement = text(official_site / "tillganglighet.html")
    assert "Norrtälje" not in statement
    assert statement.count("Täby kommun") == 2
    first = pypdf.PdfReader(official_site / "bilaga.pdf").pages[0].extract_text()
    for own in ("Diarienummer", "Handläggare", "Bilaga till"):
        assert own not in first


def test_nothing_is_made_up_beside_official_values(official_site: Path) -> None:
    for page in official_site.rglob("*.html"):
        assert "EXEMPELDATA" not in page.read_text(encoding="utf-8"), page.name
    assert {path.stem for path in (official_site / "omraden").glob("*.html")} == {"bygglov"}


@pytest.fixture(scope="module")
def distribution_site(finished_project: Callable[[str], Project]) -> Path:
    """The site of the example's answers, those of 2025 as distributions only."""
    return finished_project("distribution").site


def published(site: Path, name: str) -> list[dict[str, str]]:
    with (site / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_distributions_give_the_numbers_of_the_answers(
    distribution_site: Path, example_site: Path
) -> None:
    def cells(site: Path) -> dict[tuple[str, ...], dict[str, str]]:
        keys = ("scope", "definition", "measure")
        rows = (row for row in published(site, "index.csv") if row["year"] == "2025")
        return {tuple(row[key] for key in keys): row for row in rows if row["shown"] == "true"}

    ours, theirs = cells(distribution_site), cells(example_site)
    # The example's tertials give away more, so it hides a few more.
    assert theirs.keys() <= ours.keys() and len(theirs) > 0.9 * len(ours)
    for cell, row in theirs.items():
        names = ["index"] if row["kind"] != "question" else ["index", "n", "lower", "upper"]
        assert [ours[cell][name] for name in names] == [row[name] for name in names], cell
    totals = [row for row in published(distribution_site, "goals.csv") if row["year"] == "2025"]
    assert {row["goal"] for row in totals if row["status"] not in ("saknas", "")} >= {"1", "3"}


def test_distributions_have_no_part_in_the_associations(distribution_site: Path) -> None:
    told = text(distribution_site / "framgangsfaktorer.html")
    assert say("framgang.fordelningar", ar="2025", index=2025) in told
    assert "2022–2024" in told
    pages = [distribution_site / name for name in ("nulage.html", "metod.html")]
    assert all("För 2025 finns svaren bara som fördelningar" in text(page) for page in pages)
    with zipfile.ZipFile(distribution_site / "data" / "nki.xlsx") as archive:
        book = "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    # The counts of single scores are nobody's to publish: neither the table nor its headings.
    assert "Vet ej" not in book


@pytest.mark.parametrize(
    ("name", "code"), [("Norrtälje", "0188"), ("Göteborg", "1480"), ("Mölndal", "1481")]
)
def test_what_is_published_about_a_municipality_is_a_report(
    name: str, code: str, tmp_path: Path, project_at: Callable[[Path], Project]
) -> None:
    """With the raw folder empty: the level, the comparison and, with a plan, the forecast."""
    project = project_at(tmp_path / "projekt")
    plan = project.config / "plan.yml"
    text_of_plan = plan.read_text("utf-8").replace(
        'municipality: "0188"', f'municipality: "{code}"'
    )
    plan.write_text(text_of_plan, encoding="utf-8")
    request = Request(engine="embedded", municipality=name, today=TODAY)
    site = report(project, request, Progress()).site
    front, compared = text(site / "index.html"), text(site / "jamforelse.html")
    assert f"{name} kommun: resultat 2023" in front
    assert "NKI 2023" in compared and "riket" in compared
    assert "EXEMPELDATA" not in front
    forecast = store.read_table(project.processed, store.FORECAST)
    told = forecast[(forecast["goal"] == 1) & (forecast["year"] == 2026)].iloc[0]
    assert told["reason"] == ""
    assert told["lower"] < told["index"] < told["upper"]
    goals_page = text(site / "maluppfyllelse.html")
    assert swedish.interval(told["lower"], told["upper"]) in goals_page
