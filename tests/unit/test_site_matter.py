"""What lies beside the site: where, what stays of a person's own, and which record is a site's."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from analysis import store
from analysis.project import Project, Workspace
from analysis.site import matter, record
from analysis.site.material import Page

DRAFT, RECORD, QUALITY = "bilaga-underlag.docx", "korning.json", "kvalitet.html"


def run(folder: Path, site: Path, text: str) -> Path:
    """A matter as a run leaves it."""
    for name in (DRAFT, QUALITY):
        store.write_text(folder / name, text)
    drafts = {DRAFT: store.digest(folder / DRAFT)}
    store.write_json(folder / RECORD, {"utkast": drafts, "filer": record.digests(site)})
    return folder


def texts(folder: Path) -> Mapping[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in store.files(folder)
        if path.name != RECORD
    }


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.fixture
def site(project: Project) -> Path:
    return store.write_text(project.site / "index.html", "2026").parent


def test_each_year_and_the_example_have_a_folder_of_their_own(
    project: Project, tmp_path: Path
) -> None:
    own = Workspace.of(project, project.raw)
    assert own.matter(project, project.site, 2026) == tmp_path / "arende" / "2026"
    made_up = Workspace.of(project, project.example)
    assert made_up.matter(project, project.site, 2025) == tmp_path / "arende" / "exempel"
    elsewhere = tmp_path / "prov"
    assert own.matter(project, elsewhere, 2026) == tmp_path / "prov.arende"


def test_only_drafts_leave_the_site(tmp_path: Path) -> None:
    output, drafts = tmp_path / "_site", tmp_path / "arende"
    both = {name: name for name in ("utbildning.docx", "utbildning.pdf")}
    for name in (DRAFT, *both, "bilaga.pdf", "index.html"):
        store.write_text(output / name, name)
    store.write_text(drafts / "fran-forra.docx", "gammal")
    pages = [
        Page("index", tmp_path, {}),
        Page("bilaga", tmp_path, {"format": "typst"}),
        Page("bilaga-underlag", tmp_path, {"format": "docx"}),
        Page("utbildning", tmp_path, {"format": {"docx": "default", "typst": "default"}}),
    ]
    matter.take_drafts(pages, output, drafts)
    assert texts(output) == {"bilaga.pdf": "bilaga.pdf", "index.html": "index.html"}
    assert texts(drafts) == {DRAFT: DRAFT, **both}


def test_a_new_run_replaces_its_own_and_keeps_what_people_laid_there(
    tmp_path: Path, site: Path
) -> None:
    former = run(tmp_path / "arende" / "2026", site, "gammal")
    store.write_text(former / "tjänsteutlåtande.docx", "skrivet")
    store.write_text(former / "möten" / "KS.docx", "skrivet")
    built = run(tmp_path / "ny", site, "ny")
    assert matter.carry_over(former, built) == ()
    assert texts(built) == {
        DRAFT: "ny",
        QUALITY: "ny",
        "tjänsteutlåtande.docx": "skrivet",
        "möten/KS.docx": "skrivet",
    }


def test_a_draft_that_was_written_in_is_kept_under_another_name_each_time(
    tmp_path: Path, site: Path
) -> None:
    former = run(tmp_path / "arende" / "2026", site, "gammal")
    for text, name in (("ett", "bilaga-underlag-egen.docx"), ("två", "bilaga-underlag-egen2.docx")):
        store.write_text(former / DRAFT, text)
        built = run(tmp_path / text, site, "ny")
        (told,) = matter.carry_over(former, built)
        assert name in told
        assert texts(built)[DRAFT] == "ny"
        assert texts(built)[name] == text
        former = built
    assert texts(former)["bilaga-underlag-egen.docx"] == "ett"


def test_without_a_former_matter_nothing_is_carried_over(tmp_path: Path, site: Path) -> None:
    built = run(tmp_path / "ny", site, "ny")
    assert matter.carry_over(tmp_path / "arende" / "2026", built) == ()


def test_the_record_of_a_site_is_the_one_that_knows_its_files(
    project: Project, site: Path, tmp_path: Path
) -> None:
    """Runs of several years replace each other's site, but not each other's matter."""
    older = run(project.matters / "2025", site, "")
    store.write_text(site / "index.html", "2027")
    newer = run(project.matters / "2027", site, "")
    run(project.matters / "2027.under-arbete", site, "")
    assert matter.of_site(project, site) == newer
    store.write_text(site / "index.html", "2026")
    assert matter.of_site(project, site) == older
    (newer / RECORD).write_text("{", "utf-8")
    assert matter.of_site(project, site) == older
    assert matter.of_site(project, tmp_path / "prov") == tmp_path / "prov.arende"
