"""Marking a site as the year's publication, and that answers never reach the repository."""

from __future__ import annotations

import errno
import itertools
import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from analysis.commands import doctor
from analysis.errors import MachineError, Problem, RenderingError, UsageError
from analysis.project import matter_beside
from analysis.settings import load
from analysis.site import publication, record, swap
from analysis.site.build import where_written

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = load(ROOT / "config")


def made(site: Path, text: str = "2025", day: str = "2026-05-02", **changed: object) -> Path:
    """A site as a run leaves it, its record last."""
    shutil.rmtree(site, ignore_errors=True)
    (site / "data").mkdir(parents=True)
    (site / "data" / "index.csv").write_text(f"year\n{text}\n", "utf-8")
    (site / "data" / "andringar.csv").write_text(day, "utf-8")
    (site / "bilaga.pdf").write_bytes(b"%PDF")
    (site / "omraden").mkdir()
    (site / "omraden" / "bygglov.pdf").write_bytes(b"%PDF")
    (site / "omraden" / "bygglov.html").write_text(day, "utf-8")
    (site / "index.html").write_text(day, "utf-8")
    content = {
        "exempeldata": False,
        "nyaste_år": 2025,
        "rapportdatum": day,
        "kommun": {"code": "0188", "name": "Norrtälje"},
        "filer": record.digests(site),
        **changed,
    }
    matter = matter_beside(site)
    matter.mkdir(exist_ok=True)
    (matter / "korning.json").write_text(json.dumps(content), "utf-8")
    return site


def publish(site: Path, published: Path, *, few_answers: bool = False) -> str:
    beside, comments = matter_beside(site), published.parent / "kommentarer"
    return publication.publish(site, beside, published, comments, SETTINGS, few_answers=few_answers)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return made(tmp_path / "_site")


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


KEPT = {
    *("bilaga.pdf", "omraden/bygglov.pdf"),
    *("korning.json", "data/index.csv", "data/andringar.csv"),
}


def test_tables_pdf_and_record_are_kept_by_year_and_nothing_else(
    site: Path, tmp_path: Path
) -> None:
    told = publish(site, tmp_path / "published")
    assert files(tmp_path / "published" / "2025") == KEPT
    assert "2025" in told


def test_the_site_is_packed_beside_itself_the_same_bytes_each_time(
    site: Path, tmp_path: Path
) -> None:
    told = publish(site, tmp_path / "published")
    packed = tmp_path / "_site.zip"
    assert str(packed) in told
    first = packed.read_bytes()
    with zipfile.ZipFile(packed) as archive:
        assert set(archive.namelist()) == files(site)
        assert {info.date_time for info in archive.infolist()} == {(2026, 5, 2, 0, 0, 0)}
        assert archive.read("bilaga.pdf") == b"%PDF"
    packed.unlink()
    os.utime(site / "index.html", (0, 0))
    assert str(packed) in publish(site, tmp_path / "published")
    assert packed.read_bytes() == first


def test_a_zip_that_cannot_be_written_says_so_and_the_publication_stands(
    site: Path, tmp_path: Path
) -> None:
    (tmp_path / "_site.zip").mkdir()
    with pytest.raises(MachineError) as caught:
        publish(site, tmp_path / "published")
    assert "Publiceringen är sparad" in str(caught.value.problems[0])
    assert files(tmp_path / "published" / "2025") == KEPT


def test_a_correction_of_a_year_keeps_every_publication_before_it(
    site: Path, tmp_path: Path
) -> None:
    published = tmp_path / "published"
    for number, text in enumerate(["ett", "två", "tre"]):
        told = publish(made(site, text, f"2026-05-0{number + 1}"), published)
        assert ("ersatte" in told) == (number > 0)
    year = published / "2025"
    assert [path.name for path in published.iterdir()] == ["2025"]
    kept = [year / "tidigare" / "1", year / "tidigare" / "2", year]
    for folder, text in zip(kept, ["ett", "två", "tre"], strict=True):
        assert (folder / "data" / "index.csv").read_text("utf-8") == f"year\n{text}\n"
        assert files(folder) >= KEPT
    assert sorted(path.name for path in (year / "tidigare").iterdir()) == ["1", "2"]


def test_publishing_the_same_once_more_changes_nothing(site: Path, tmp_path: Path) -> None:
    """A new run compares itself with the publication: its page and its list of changes differ."""
    published = tmp_path / "published"
    publish(site, published)
    before = (published / "2025" / "korning.json").read_bytes()
    told = publish(made(site, day="2026-05-09"), published)
    assert "redan publicerad" in told
    assert (published / "2025" / "korning.json").read_bytes() == before
    assert files(published / "2025") == KEPT


@pytest.mark.parametrize("name", ["index.html", "data/index.csv", "bilaga.pdf"])
def test_a_site_that_was_changed_after_its_run_is_not_published(
    site: Path, tmp_path: Path, name: str
) -> None:
    with (site / name).open("ab") as file:
        file.write(b" ")
    with pytest.raises(UsageError, match="har ändrats efter körningen") as caught:
        publish(site, tmp_path / "published")
    assert name in str(caught.value)
    assert not (tmp_path / "published").exists()


def test_another_municipality_does_not_take_the_year(site: Path, tmp_path: Path) -> None:
    published = tmp_path / "published"
    publish(site, published)
    other = made(site, "annan", kommun={"code": "0180", "name": "Stockholm"})
    with pytest.raises(UsageError, match="annan kommun"):
        publish(other, published)
    assert "2025" in (published / "2025" / "data" / "index.csv").read_text("utf-8")


def test_a_publication_that_was_cut_off_between_its_renames_is_taken_back(
    site: Path, tmp_path: Path
) -> None:
    published = tmp_path / "published"
    publish(site, published)
    (published / "2025").rename(published / "2025.forra")
    assert "ersatte" in publish(made(site, "två"), published)
    assert (published / "2025" / "tidigare" / "1" / "korning.json").is_file()


@pytest.mark.parametrize("step", range(1, 4))
def test_a_disk_that_fails_keeps_the_former_publication(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    published = tmp_path / "published"
    publish(site, published)
    calls = itertools.count(1)
    rename = Path.rename

    def failing(path: Path, target: Path) -> Path:
        if next(calls) == step:
            raise OSError(errno.ENOSPC, "No space left on device")
        return rename(path, target)

    made(site, "två")
    # As where the system cannot exchange two folders in one step.
    monkeypatch.setattr(swap, "_exchange", lambda *_: False)
    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(MachineError, match="kunde inte sparas") as caught:
        publish(site, published)
    assert "disken är full" in str(caught.value)
    assert (published / "2025" / "data" / "index.csv").read_text("utf-8") == "year\n2025\n"
    monkeypatch.setattr(Path, "rename", rename)
    told = publish(site, published)
    assert "ersatte" in told
    for folder, text in (
        (published / "2025" / "tidigare" / "1", "2025"),
        (published / "2025", "två"),
    ):
        assert (folder / "data" / "index.csv").read_text("utf-8") == f"year\n{text}\n"
    assert [path.name for path in published.iterdir()] == ["2025"]


def test_made_up_answers_are_not_published(site: Path, tmp_path: Path) -> None:
    made(site, exempeldata=True)
    with pytest.raises(UsageError, match="Exempeldata publiceras inte"):
        publish(site, tmp_path / "published")


def test_without_a_site_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Det finns ingen webbplats"):
        publish(tmp_path, tmp_path / "published")


@pytest.mark.parametrize(
    "path",
    [
        "data/raw/insikt_2025.csv",
        "data/raw/inner/svar.xlsx",
        "data/processed/answers_2025.parquet",
        "data/processed/rejects_2025.csv",
        "data/processed/example/.build/notebooks/index.ipynb",
        "_site/index.html",
        "arende/2026/bilaga-underlag.docx",
        "_site.under-arbete/index.html",
    ],
)
def test_answers_and_what_is_made_of_them_never_reach_the_repository(path: str) -> None:
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("this is no git repository")
    done = subprocess.run(["git", "check-ignore", "-q", path], cwd=ROOT, check=False)
    assert done.returncode == 0


def git(*arguments: str, root: Path = ROOT) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture
def repository() -> None:
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("this is no git repository")


@pytest.mark.usefixtures("repository")
def test_no_answers_were_ever_in_the_repository() -> None:
    """In no commit of its history: what was once in git stays there."""
    named = git("log", "--all", "--name-only", "--format=", "--", "data/raw", "data/processed")
    assert {Path(name).name for name in named.split()} <= {"README.md", ".gitkeep"}
    ever = set(git("log", "--all", "--name-only", "--format=").split())
    assert ever
    tables = {
        name for name in ever if Path(name).suffix in (".parquet", ".xlsx", ".xls", ".ods", ".db")
    }
    # What was published has passed disclosure control and the leak scan.
    assert {n for n in tables if not n.startswith(("data/example/", "published/"))} == set()
    assert {n for n in ever if "insikt_" in n and not n.startswith("data/example/")} == set()


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize(
    ("path", "refused"),
    [
        ("data/raw/insikt_2026.xlsx", True),
        ("data/processed/answers_2026.parquet", True),
        ("data/raw/företagens svar.csv", True),
        ("data/raw/README.md.xlsx", True),
        ("data/raw/README.md", False),
        ("docs/a.md", False),
    ],
)
def test_the_hook_of_the_security_page_stops_answers_that_are_forced_in(
    tmp_path: Path, path: str, refused: bool
) -> None:
    git("init", "-q", root=tmp_path)
    hook_of(tmp_path)
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text("svar", "utf-8")
    git("add", "-f", path, root=tmp_path)
    assert committed(tmp_path) is not refused


@pytest.mark.usefixtures("repository")
def test_the_hook_lets_answers_be_taken_out_again(tmp_path: Path) -> None:
    """By the command that ``doctor`` gives."""
    git("init", "-q", root=tmp_path)
    path = tmp_path / "data" / "raw" / "insikt_2026.csv"
    path.parent.mkdir(parents=True)
    path.write_text("svar", "utf-8")
    git("add", "-f", str(path), root=tmp_path)
    assert committed(tmp_path)
    hook_of(tmp_path)
    git(*doctor.TAKE_OUT.split()[1:], root=tmp_path)
    assert committed(tmp_path)
    assert git("ls-files", root=tmp_path) == ""
    assert path.read_text("utf-8") == "svar"


def hook_of(root: Path) -> None:
    """The line of the security page, as the page says to put it in place."""
    text = (ROOT / "docs" / "security.md").read_text("utf-8")
    line = next(part for part in text.split("`") if "git diff --cached" in part)
    hook = root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\n{line}\n", "utf-8")
    hook.chmod(0o755)


def committed(root: Path) -> bool:
    name = ["-c", "user.name=x", "-c", "user.email=x@x.example", "-c", "commit.gpgsign=false"]
    commit = ["git", *name, "commit", "-qm", "x"]
    return not subprocess.run(commit, cwd=root, capture_output=True, check=False).returncode


def test_a_fault_in_a_page_is_told_with_the_folder_the_page_is_written_in(tmp_path: Path) -> None:
    folders = (tmp_path / "reports", tmp_path / "egna-sidor")
    for folder, name in zip(folders, ("data.qmd", "egen.qmd"), strict=True):
        folder.mkdir()
        (folder / name).touch()
    told = where_written(
        RenderingError(
            "Webbplatsen kan inte göras",
            problems=[
                Problem("Koden körs inte.", "Ta bort den.", "data.qmd, rad 5"),
                Problem("Koden körs inte.", "Ta bort den.", "egen.qmd, rad 7"),
                Problem("Länken leder ingenstans.", "", "egen.html"),
                Problem("Fel i cell.", "", "nulage.ipynb, cell 3"),
                Problem("Fel i programmet.", "", str(Path(__file__))),
                Problem("Fel utan ställe."),
            ],
        ),
        folders,
    )
    assert [problem.where for problem in told.problems] == [
        "reports/data.qmd, rad 5", "egna-sidor/egen.qmd, rad 7", "egna-sidor/egen.qmd",
        "nulage.ipynb, cell 3",
        str(Path(__file__)), "",
    ]  # fmt: skip
    assert str(told).startswith("Webbplatsen kan inte göras\n  • reports/data.qmd, rad 5: ")


def test_the_comments_are_kept_with_the_numbers_they_are_about(tmp_path: Path) -> None:
    comments = tmp_path / "kommentarer"
    comment = comments / "2025" / "bygglov.md"
    comment.parent.mkdir(parents=True)
    comment.write_text("Bra.", "utf-8")

    def run_again() -> Path:
        own = {f"kommentarer/{name}": of for name, of in record.digests(comments).items()}
        return made(tmp_path / "_site", kommunens_filer=own)

    publish(run_again(), tmp_path / "published")
    kept = tmp_path / "published" / "2025" / "kommentarer" / "bygglov.md"
    assert kept.read_text("utf-8") == "Bra."
    comment.write_text("Mycket bra.", "utf-8")
    with pytest.raises(UsageError, match="bygglov"):
        publish(tmp_path / "_site", tmp_path / "published")
    assert "ersatte" in publish(run_again(), tmp_path / "published")
    assert kept.read_text("utf-8") == "Mycket bra."


INDEX = "year,scope,definition,kind,measure,n,index\n"


def with_indices(site: Path, *cells: str, day: str = "2026-05-02") -> Path:
    made(site, day=day)
    (site / "data" / "index.csv").write_text(INDEX + "\n".join(cells) + "\n", "utf-8")
    matter = matter_beside(site) / "korning.json"
    content = json.loads(matter.read_text("utf-8"))
    matter.write_text(json.dumps({**content, "filer": record.digests(site)}), "utf-8")
    return site


def test_a_correction_that_gives_a_few_answers_away_is_not_published(
    site: Path, tmp_path: Path
) -> None:
    """18 answers of 90,7 and 19 of 90,6 are one answer of the tenth score or so."""
    published = tmp_path / "published"
    publish(with_indices(site, "2025,brandskydd,,question,kompetens,18,90.7"), published)
    later = with_indices(site, "2025,brandskydd,,question,kompetens,19,90.6", day="2026-05-09")
    before = files(published)
    with pytest.raises(UsageError, match="bara några få svar") as refused:
        publish(later, published)
    (problem,) = refused.value.problems
    assert "Brandskydd 2025 (1" in problem.cause
    assert "--trots-fa-svar" in problem.fix
    assert files(published) == before
    assert "ersatte" in publish(later, published, few_answers=True)


@pytest.mark.parametrize(
    "cell",
    [
        "2025,brandskydd,,question,kompetens,25,90.6",
        "2025,brandskydd,,question,kompetens,18,90.6",
        "2025,brandskydd,,question,kompetens,19,",
        "2026,brandskydd,,question,kompetens,19,90.6",
    ],
)
def test_seven_more_none_more_hidden_or_another_year_gives_nothing_away(
    site: Path, tmp_path: Path, cell: str
) -> None:
    published = tmp_path / "published"
    publish(with_indices(site, "2025,brandskydd,,question,kompetens,18,90.7"), published)
    assert "ersatte" in publish(with_indices(site, cell, day="2026-05-09"), published)
