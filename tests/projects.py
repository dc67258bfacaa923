"""Projects that tests share beside the example: what lies in the raw folder and the settings."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import spread
import yaml

from analysis.intake import look
from analysis.project import Project, Request
from analysis.settings import load
from analysis.site import matter

TODAY = date(2026, 11, 23)
OFFICIAL = """\
kommun,kommunkod,arende_ar,matt,varde,antal_svar,konfidens,kalla
Täby,0160,2023,total_nki,75.0,220,hög,Kolada
Täby,0160,2024,total_nki,76.2,180,hög,Kolada
Täby,0160,2025,total_nki,77.4,190,hög,Kolada
Täby,0160,2025,bygglov,66,60,hög,Kolada
Riket,0000,2025,total_nki,75.6,,hög,Kolada
"""
OTHER_AREAS = ("bygglov", "livsmedelskontroll", "serveringstillstand")
OTHER_REPORT = {
    "municipality": {"name": "Påhittsby", "code": "9999", "organisation": "Påhittsby kommun"},
    "written_for": "9999",
    "accessibility": {"contact": "kontakt@example.org", "assessed": date(2026, 5, 4)},
    "site": {"title": "Företagsservice", "subtitle": "Så går det"},
    "owners": {},
}
OTHER_PLAN = {
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
        "named": list(OTHER_AREAS),
        "judged": list(OTHER_AREAS),
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


def official_values(project: Project) -> None:
    """Published values alone, of another municipality, which has taken over the plan."""
    plan = project.config / "plan.yml"
    text = plan.read_text("utf-8").replace('municipality: "0188"', 'municipality: "0160"')
    plan.write_text(text, encoding="utf-8")
    (project.raw / "officiella_varden.csv").write_text(OFFICIAL, encoding="utf-8")
    # What is the project's own municipality's has no place in the other's report.
    own_look(project)


def no_plan(project: Project) -> None:
    """Published values of a municipality that has no plan of its own."""
    (project.raw / "officiella_varden.csv").write_text(OFFICIAL, encoding="utf-8")


def part_of_year(project: Project) -> None:
    """Three years by tertials, the last one T1–T2 of 2026."""
    shutil.copy(project.example / "aktiviteter.csv", project.raw)
    chance = np.random.default_rng(1)
    whole = ("T1", "T2", "T3")
    for year, tertials in ((2024, whole), (2025, whole), (2026, whole[:2])):
        for tertial in tertials:
            # Other answers each year, drawn from those of the example's year by tertial.
            path = project.example / f"insikt_2023_{tertial}.csv"
            rows = pd.read_csv(path, sep=";", dtype="str", encoding="utf-8-sig")
            items = [name for name in rows if name.endswith("?")]
            shown = rows.columns[rows.columns.isin(["Ärendeår", "Löpnummer", "Mätperiod"])]
            rows[shown] = rows[shown].apply(
                lambda texts, new=year: texts.str.replace("2023", str(new))
            )
            for _, part in rows.groupby("Myndighetsområde"):
                for item in items:
                    rows.loc[part.index, item] = chance.permutation(part[item].to_numpy())
            name = f"insikt_{year}_{tertial}.csv"
            rows.to_csv(project.raw / name, sep=";", index=False, encoding="utf-8-sig")


def distribution(project: Project) -> None:
    """Answers of four years, and of the newest one only their distributions."""
    settings, last = load(project.config), "insikt_2025.xlsx"
    for path in project.example.iterdir():
        if path.name != last and path.suffix != ".md":
            shutil.copy(path, project.raw)
    answers = look([project.example / last], settings).years[2025].answers
    spread.write(project.raw / "resultat_2025.csv", spread.rows(answers, settings))


def other_municipality(project: Project) -> None:
    """A municipality with a plan of its own: two goals, three areas, one activity."""
    file = project.config / "report.yml"
    settings = yaml.safe_load(file.read_text("utf-8")) | OTHER_REPORT
    settings["appendix"] |= {"title": "Uppföljning", "reference": "KS 2026:1"}
    for path, content in ((file, settings), (project.config / "plan.yml", OTHER_PLAN)):
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    items = list(load(project.config).questionnaire.item_keys)
    for year in (2024, 2025):
        with (project.raw / f"insikt_{year}.csv").open("w", encoding="utf-8", newline="") as out:
            csv.writer(out, delimiter=";").writerows(_contented(year, items))


def _contented(year: int, items: list[str]) -> list[list[str]]:
    """Three areas' answers, most of them content."""
    draw = np.random.default_rng(year)
    rows = [["svar_id", "myndighetsomrade", "utfall", *items]]
    for place, area in enumerate(OTHER_AREAS):
        for number in range(40):
            mood = 7.6 - place + draw.normal(0, 1.6)
            scores = np.clip(np.round(mood + draw.normal(0, 1, len(items))), 1, 10).astype(int)
            outcome = "beviljat" if number % 5 else "avslag"
            rows.append([f"{area}-{number}", area, outcome, *map(str, scores)])
    return rows


SAMPLE_LOOK = Path(__file__).parent / "site" / "sample_project" / "profil"
OWN_PAGE = """\
---
title: "Företagslotsen"
description: "En väg in för den som driver företag"
under: "Områden"
---

Företagslotsen samlar handläggarna när ett ärende rör flera områden. Se [Nuläge](nulage.ipynb).

## Så når du lotsen

Ring växeln, eller skriv till lotsen@example.org.
"""


def own_look(project: Project) -> None:
    """The example with a page and a look of the municipality's own."""
    shutil.copytree(SAMPLE_LOOK, project.profile)
    project.own_pages.mkdir()
    (project.own_pages / "foretagslotsen.qmd").write_text(OWN_PAGE, encoding="utf-8")


PREPARE: Mapping[str, Callable[[Project], None]] = {
    "official_values": official_values,
    "no_plan": no_plan,
    "part_of_year": part_of_year,
    "distribution": distribution,
    "other_municipality": other_municipality,
    "own_look": own_look,
}


def request(name: str, engine: str = "embedded") -> Request:
    """What a project's run is asked to do."""
    return Request(
        example=name in ("example", "own_look"),
        engine=engine,
        today=date(2026, 10, 1) if name == "part_of_year" else TODAY,
    )


def matter_of(site: Path) -> Path:
    """The folder of a finished site's draft, run record and quality page."""
    return matter.of_site(Project(site.parent), site)
