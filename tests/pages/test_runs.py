"""The pages, the PDFs and the Word documents of whole runs read as approved."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest
from pages import reader
from pages.approval import APPROVED, compare
from projects import matter_of

from analysis.present.data import ReportData
from analysis.present.pages import omrade
from analysis.present.texts import say
from analysis.project import Project, Workspace
from analysis.settings import load

FRONT = ("index", "framgangsfaktorer", "jamforelse", "maluppfyllelse", "nulage", "omraden/bygglov")
CHOSEN: Mapping[str, tuple[str, ...]] = {
    "example": (),
    "official_values": (*FRONT, "metod", "tillganglighet"),
    "part_of_year": FRONT,
    "distribution": ("index", "framgangsfaktorer", "metod", "nulage"),
    "other_municipality": ("index", "framgangsfaktorer", "jamforelse", "maluppfyllelse"),
}
"""The pages of each run that may read otherwise than the example's; none means all."""
OF_THE_MACHINE = re.compile(r"\b[0-9a-f]{12}\b|(?<=Versioner: ).+")
"""Digests and versions on the page Metod."""


def texts(project: Project, chosen: tuple[str, ...]) -> dict[str, str]:
    site = project.site
    named = {path.relative_to(site).with_suffix("").as_posix(): path for path in pages(site)}
    told = {
        name: OF_THE_MACHINE.sub("…", reader.of_html(path.read_text("utf-8")))
        for name, path in named.items()
        if not chosen or name in chosen
    }
    assert told.keys() >= set(chosen)
    raw = project.raw if any(project.raw.iterdir()) else project.example
    notebooks = Workspace.of(project, raw).build / "notebooks"
    drafts = ("bilaga-underlag.docx", "utbildningsunderlag.docx")
    return told | {
        "bilaga.pdf": reader.of_notebook(notebooks / "bilaga.ipynb"),
        "blad.pdf": reader.of_notebook(notebooks / "65_blad.ipynb"),
        **{name: reader.of_word(matter_of(site) / name) for name in drafts},
    }


def pages(site: Path) -> list[Path]:
    # The whole report in one file says again what the pages say.
    found = (path for path in site.rglob("*.html") if "assets" not in path.parts)
    return sorted(path for path in found if path.name != "rapport.html")


@pytest.mark.parametrize("name", CHOSEN)
def test_a_run_reads_as_approved(finished_project: Callable[[str], Project], name: str) -> None:
    compare(name, texts(finished_project(name), CHOSEN[name]))


@pytest.mark.parametrize("name", ["example", "official_values", "distribution"])
def test_a_part_that_an_area_lacks_is_told(
    finished_project: Callable[[str], Project], name: str
) -> None:
    project = finished_project(name)
    raw = project.raw if any(project.raw.iterdir()) else project.example
    folder = Workspace.of(project, raw).processed
    settings = load(project.config)
    data = ReportData(folder, settings, name == "example", date(2026, 11, 23), project)
    told = set()
    for area in settings.questionnaire.area_keys:
        parts = (omrade.trend_figure, omrade.factor_figure, omrade.question_table)
        missing = [part(data, area) is None for part in parts]
        names = ("del_utveckling", "del_faktorer", "del_fragor")
        said = omrade.left_out(data, area)
        assert [say(f"omrade.{one}") in said for one in names] == missing, area
        told.add(tuple(missing))
    assert len(told) > 1, "areas with a part and without"


def test_no_text_is_approved_that_nobody_makes() -> None:
    assert {folder.name for folder in APPROVED.iterdir()} == {*CHOSEN, "branches", "sentences"}
