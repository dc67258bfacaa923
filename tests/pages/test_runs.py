"""The pages, the PDFs and the Word documents of whole runs read as approved."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from pages import reader
from pages.approval import APPROVED, compare
from projects import matter_of

from analysis.project import Project, Workspace

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


def test_no_text_is_approved_that_nobody_makes() -> None:
    assert {folder.name for folder in APPROVED.iterdir()} == {*CHOSEN, "branches", "sentences"}
