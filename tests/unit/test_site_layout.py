"""The build folder: what is laid there, and what has no place in it."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from analysis import store
from analysis.project import Project, Request, Workspace
from analysis.settings import load
from analysis.site import layout
from analysis.site.material import DATA, PICTURES, SHEETS, Material

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def material(tmp_path: Path) -> Material:
    """A project with a table and a page of the municipality's own, and no page of the report."""
    project = Project(tmp_path)
    shutil.copytree(ROOT / "reports", project.reports)
    shutil.copy(ROOT / store.SITE_SETTINGS, tmp_path)
    store.write_text(project.own_pages / "lotsen.qmd", "---\ntitle: Lotsen\n---\n")
    workspace = Workspace(project.raw, project.processed, example=False)
    store.write_text(workspace.build / DATA / "index.csv", "year\n2025\n")
    (workspace.build / PICTURES).mkdir()
    store.write_json(workspace.build / SHEETS, {})
    request = Request(today=date(2026, 11, 23))
    return Material(project, workspace, request, load(ROOT / "config"))


def laid_out(material: Material, folder: Path) -> tuple[set[str], str]:
    """The files, and the settings of the site."""
    layout.lay_out(folder, material, ())
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return files, (folder / store.SITE_SETTINGS).read_text("utf-8")


def test_what_a_killed_run_left_half_written_is_no_part_of_the_site(
    material: Material, tmp_path: Path
) -> None:
    (material.workspace.build / DATA / "index.csv.unfinished").write_text("ye", "utf-8")
    (material.workspace.build / PICTURES / "mal.svg.unfinished").write_text("<s", "utf-8")
    files, _ = laid_out(material, tmp_path / "bygg")
    assert "data/index.csv" in files
    assert not [name for name in files if name.endswith(".unfinished")]


def test_what_is_copied_from_a_protected_place_can_be_changed(
    material: Material, tmp_path: Path
) -> None:
    """A program that came from a protected place says so of its files and folders."""
    for path in (material.project.reports, *material.project.reports.rglob("*")):
        path.chmod(path.stat().st_mode & 0o555)
    folder = tmp_path / "bygg"
    laid_out(material, folder)
    protected = [path for path in (folder, *folder.rglob("*")) if not path.stat().st_mode & 0o200]
    assert protected == []
    for path in (material.project.reports, *material.project.reports.rglob("*")):
        path.chmod(path.stat().st_mode | 0o200)


def test_the_municipality_s_pages_are_laid_out_in_its_own_report_only(
    material: Material, tmp_path: Path
) -> None:
    files, settings = laid_out(material, tmp_path / "bygg")
    assert "lotsen.qmd" in files and "href: lotsen.qmd" in settings
    other = Material(
        material.project, material.workspace, material.request, material.settings, home=False
    )
    files, settings = laid_out(other, tmp_path / "bygg")
    assert "lotsen.qmd" not in files and "lotsen" not in settings


def test_the_footer_links_to_no_appendix_where_none_was_made(
    material: Material, tmp_path: Path
) -> None:
    _, settings = laid_out(material, tmp_path / "bygg")
    assert "bilaga.ipynb" not in settings
