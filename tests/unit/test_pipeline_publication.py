"""Marking a site as the year's publication, and that answers never reach the repository."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from analysis.errors import UsageError
from analysis.pipeline import publication

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "_site"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "index.csv").write_text("year\n2025\n", "utf-8")
    (folder / "bilaga.pdf").write_bytes(b"%PDF")
    (folder / "index.html").write_text("", "utf-8")
    record = {"exempeldata": False, "nyaste_år": 2025}
    (folder / "korning.json").write_text(json.dumps(record), "utf-8")
    return folder


def test_tables_pdf_and_record_are_kept_by_year_and_nothing_else(
    site: Path, tmp_path: Path
) -> None:
    told = publication.publish(site, tmp_path / "published")
    kept = tmp_path / "published" / "2025"
    names = {path.relative_to(kept).as_posix() for path in kept.rglob("*") if path.is_file()}
    assert names == {"bilaga.pdf", "korning.json", "data/index.csv"}
    assert "2025" in told


def test_a_second_publication_of_a_year_replaces_the_first_and_says_so(
    site: Path, tmp_path: Path
) -> None:
    published = tmp_path / "published"
    publication.publish(site, published)
    (published / "2025" / "stray.txt").write_text("", "utf-8")
    (site / "data" / "index.csv").write_text("year\n2026\n", "utf-8")
    assert "ersatte" in publication.publish(site, published)
    assert (published / "2025" / "data" / "index.csv").read_text("utf-8") == "year\n2026\n"
    assert [path.name for path in published.iterdir()] == ["2025"]
    assert not (published / "2025" / "stray.txt").exists()


def test_a_copy_that_fails_keeps_the_former_publication(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = tmp_path / "published"
    publication.publish(site, published)
    (site / "bilaga.pdf").unlink()
    with pytest.raises(OSError, match=r"bilaga\.pdf"):
        publication.publish(site, published)
    assert (published / "2025" / "bilaga.pdf").read_bytes() == b"%PDF"


def test_made_up_answers_are_not_published(site: Path, tmp_path: Path) -> None:
    (site / "korning.json").write_text('{"exempeldata": true}', "utf-8")
    with pytest.raises(UsageError, match="Exempeldata publiceras inte"):
        publication.publish(site, tmp_path / "published")


def test_without_a_site_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Det finns ingen webbplats"):
        publication.publish(tmp_path, tmp_path / "published")


@pytest.mark.parametrize(
    "path",
    [
        "data/raw/insikt_2025.csv",
        "data/raw/inner/svar.xlsx",
        "data/processed/answers_2025.parquet",
        "data/processed/rejects_2025.csv",
        "data/processed/example/.build/notebooks/index.ipynb",
        "_site/index.html",
        "_site.under-arbete/index.html",
    ],
)
def test_answers_and_what_is_made_of_them_never_reach_the_repository(path: str) -> None:
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("this is no git repository")
    done = subprocess.run(["git", "check-ignore", "-q", path], cwd=ROOT, check=False)
    assert done.returncode == 0
    tracked = subprocess.run(
        ["git", "ls-files", "data/raw", "data/processed"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert {Path(name).name for name in tracked} <= {"README.md", ".gitkeep"}
