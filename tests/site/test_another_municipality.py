"""Another municipality: `config/report.yml` and `plan.yml` are all that must change."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import lxml.html
import numpy as np
import pypdf
import pytest
import yaml

from analysis.project import Project, Request
from analysis.report.make import report
from analysis.run.runner import Progress
from analysis.settings import load

TODAY = date(2026, 11, 23)
AREAS = ("bygglov", "livsmedelskontroll", "serveringstillstand")
CONFIG = Path(__file__).resolve().parents[2] / "config"

REPORT = {
    "municipality": {"name": "Påhittsby", "code": "9999", "organisation": "Påhittsby kommun"},
    "accessibility": {"contact": "kontakt@example.org", "assessed": date(2026, 5, 4)},
    "site": {"title": "Företagsservice", "subtitle": "Så går det"},
}
PLAN = {
    "document": {
        "title": "Plan för bättre service",
        "municipality": "9999",
        "reference": "KS 2025:12",
        "adopted": date(2025, 2, 3),
        "adopted_by": "kommunstyrelsen",
        "programme": "Verksamhetsplan 2025",
        "budget_document": "Budget 2025",
        "period": "2025–2027",
        "responsible": "Näringslivskontoret",
        "source": "KS 2025:12",
    },
    "areas": {
        "named": list(AREAS),
        "judged": list(AREAS),
        "source": "KS 2025:12",
        "reason": "Planen räknar upp tre områden.",
    },
    "goals": [
        {
            "number": 1,
            "short": "NKI minst 72",
            "text": "NKI ska vara minst 72",
            "measure": "nki",
            "scope": "total",
            "target": 72,
            "source": "KS 2025:12",
        },
        {
            "number": 2,
            "short": "NKI minst 65 i alla områden",
            "text": "NKI ska vara minst 65 i alla områden",
            "measure": "nki",
            "scope": "areas",
            "target": 65,
            "source": "KS 2025:12",
        },
    ],
    "baselines": [],
    "activities": [
        {
            "number": 1,
            "short": "Dialog",
            "title": "Dialog med företagen",
            "start": date(2025, 3, 1),
            "end": date(2025, 12, 31),
            "source": "KS 2025:12",
            "aims_at": ["information"],
            "aims_at_reason": "Planens text.",
            "steps": [{"key": "1.1", "short": "Möten", "title": "Möten med företagen"}],
        }
    ],
    "evaluation": {
        "key": "U",
        "short": "Utvärdering",
        "title": "Utvärdering varje år",
        "month": 5,
        "first_year": 2026,
        "source": "KS 2025:12",
    },
    "horizon": {"value": 2028, "source": "Antagande", "reason": "Så långt fram ritas planen."},
}


def answers(year: int) -> list[list[str]]:
    """Three areas' answers, most of them content."""
    draw = np.random.default_rng(year)
    items = list(load(CONFIG).questionnaire.item_keys)
    rows = [["svar_id", "myndighetsomrade", "utfall", *items]]
    for place, area in enumerate(AREAS):
        for number in range(40):
            mood = 7.6 - place + draw.normal(0, 1.6)
            scores = np.clip(np.round(mood + draw.normal(0, 1, len(items))), 1, 10).astype(int)
            outcome = "beviljat" if number % 5 else "avslag"
            rows.append([f"{area}-{number}", area, outcome, *map(str, scores)])
    return rows


@pytest.fixture(scope="module")
def project(
    tmp_path_factory: pytest.TempPathFactory, project_at: Callable[[Path], Project]
) -> Project:
    project = project_at(tmp_path_factory.mktemp("annan") / "projekt")
    file = project.config / "report.yml"
    settings = yaml.safe_load(file.read_text("utf-8")) | REPORT
    settings["appendix"] |= {"title": "Uppföljning", "reference": "KS 2026:1"}
    for path, content in ((file, settings), (project.config / "plan.yml", PLAN)):
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    for year in (2024, 2025):
        with (project.raw / f"insikt_{year}.csv").open("w", encoding="utf-8", newline="") as out:
            csv.writer(out, delimiter=";").writerows(answers(year))
    report(project, Request(engine="embedded", today=TODAY), Progress())
    return project


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
    assert pages == set(AREAS)
    told = " ".join(p.extract_text() for p in pypdf.PdfReader(project.site / "bilaga.pdf").pages)
    assert "Påhittsby kommun" in told and "Norrtälje" not in told
    assert json.loads((project.site / "korning.json").read_text("utf-8"))["exempeldata"] is False


def test_its_goals_and_its_activity_are_followed_up(project: Project) -> None:
    front = text(project.site / "index.html")
    assert "NKI minst 72" in front and "Dialog" in front
    shown = text(project.site / "maluppfyllelse.html")
    assert "Planen har två mål och en aktivitet." in shown
    assert "Planen har ingen aktivitet vars effekt mäts." in shown
    assert "1.1 Möten med företagen" in shown
    with (project.site / "data" / "goals.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["year"] == "2025"]
    assert {(row["goal"], row["scope"]) for row in rows} == {
        ("1", "total"), ("2", "samtliga"), *(("2", area) for area in AREAS)
    }  # fmt: skip


def test_no_heading_stands_empty(project: Project) -> None:
    for page in project.site.rglob("*.html"):
        for heading in lxml.html.fromstring(page.read_text("utf-8")).findall(".//main//h2"):
            told = " ".join(heading.getparent().text_content().split())
            assert len(told) > len(heading.text_content()) + 15, (page.name, told)
