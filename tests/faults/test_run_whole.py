"""Whole runs of the example: killed, broken, refused, repeated; the old site stands."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest
from projects import matter_of

from analysis import cli
from analysis.basis import Basis
from analysis.project import Project, Request, Workspace
from analysis.report.jobs import Jobs, NotebookRun
from analysis.report.make import Finished, report
from analysis.report.templates import templates
from analysis.run.runner import Job, Progress, Runner
from analysis.settings import load
from analysis.site import checks
from analysis.site.material import Material
from analysis.site.record import FILE, VOLATILE

pytestmark = pytest.mark.slow

KILLS = 6
DISK = 60_000_000
DAY = "2026-11-23"
RUN = """
import sys
from pathlib import Path
from analysis import cli
from analysis.project import Project
Project.here = classmethod(lambda cls: Project(Path(sys.argv[1])))
print("ready", flush=True)
sys.exit(cli.main(["report", "--example", "--engine", "embedded", "--date", sys.argv[2]]))
"""


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def project(
    example_project: Project, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Project]:
    """A project of this module's own, on a disk of its own where that can be had."""
    root = tmp_path_factory.mktemp("whole") / "Företag & service"
    root.mkdir()
    size = ["-o", f"size={DISK}", "tmpfs", str(root)]
    mount = sys.platform.startswith("linux") and shutil.which("mount")
    own_disk = mount and not subprocess.run([mount, "-t", "tmpfs", *size], check=False).returncode
    for part in ("config", "notebooks", "reports", "data/example", "data/official", "published"):
        shutil.copytree(example_project.root / part, root / part)
    for file in ("_quarto.yml", "pyproject.toml", "requirements.txt"):
        shutil.copy(example_project.root / file, root / file)
    made = Project(root)
    assert sum(run(made).done.values()) > 20
    yield made
    if own_disk:
        subprocess.run(["umount", str(root)], check=True)


@pytest.fixture
def command(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The command line, in the module's project; what a test changes is put back."""
    monkeypatch.setattr(Project, "here", classmethod(lambda cls: project))
    kept = {
        path: path.read_bytes()
        for part in ("config", "notebooks", "reports", "data/example")
        for path in (project.root / part).rglob("*")
        if path.is_file()
    }
    yield ["report", "--example", "--engine", "embedded", "--date", DAY]
    for path, content in kept.items():
        if not path.is_file() or path.read_bytes() != content:
            path.write_bytes(content)


def run(project: Project, **asked: object) -> Finished:
    request = Request(
        example=True,
        engine="embedded",
        today=date.fromisoformat(DAY),
        **asked,  # type: ignore[arg-type]
    )
    return report(project, request, Progress())


def test_two_clean_runs_in_different_places_give_the_same_bytes(
    example_project: Project, project: Project
) -> None:
    """Tables, PDF, Word document and every page; of the record all but the times."""
    first, second = digests(example_project.site), digests(project.site)
    assert len(first) > 30
    assert first.keys() == second.keys()
    assert {name for name in first if first[name] != second[name]} == set()
    records = [record_of(one) for one in (example_project, project)]
    assert records[0][VOLATILE] != records[1][VOLATILE]
    plain = [{**record, VOLATILE: None} for record in records]
    assert plain[0] == plain[1]


def test_the_record_tells_all_that_went_in_and_came_out(project: Project) -> None:
    record = record_of(project)
    read = {file["fil"]: file for file in record["indata"]}
    for path in (*project.example.glob("*.[cx]*"), *project.collection.glob("*.csv")):
        assert read[path.name]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert read["insikt_2025.xlsx"]["år"] == "2025"
    assert read["insikt_2025.xlsx"]["lästa"] > read["insikt_2025.xlsx"]["räknade"] > 100
    assert record["inställningar"].keys() == {path.name for path in project.config.iterdir()}
    assert record["regler"]["disclosure.min_answers"] == "7"
    assert record["motor"].keys() == {"namn", "version", "skäl", "begärd"}
    assert record["versioner"].keys() >= {"python", "pandas", "typst", "låsfil", "källkod"}
    assert record["kommando"].startswith(f"python run.py report --date {DAY}")
    assert record["slumpfrö"]
    assert any("folköl" in warning for warning in record["varningar"])
    assert record["filer"] == digests(project.site)
    page = (project.site / "metod.html").read_text("utf-8")
    assert all(name in page for name in read)
    assert read["insikt_2025.xlsx"]["sha256"][:12] not in page, "for who audits, not for readers"
    assert str(read["insikt_2025.xlsx"]["lästa"]) in page


def test_a_notebook_with_a_kernel_of_its_own_gives_the_same_bytes(
    project: Project, tmp_path: Path
) -> None:
    """What the run's warm kernels gave, whatever ran in them before, a new kernel gives too."""
    for job in jobs_of(project):
        if job.name in ("10_rensa", "20_index", "framgangsfaktorer", "omraden/bygglov"):
            work = cast(NotebookRun, job.act)
            kept = [path.read_bytes() for path in job.outputs]
            again = tmp_path / "executed.ipynb"
            replace(work, executed=again)(None)
            assert again.read_bytes() == work.executed.read_bytes()
            assert [path.read_bytes() for path in job.outputs] == kept


def record_of(project: Project) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((matter_of(project.site) / FILE).read_text("utf-8"))
    return content


def jobs_of(project: Project) -> list[Job]:
    """The jobs of the run that was done, reading first."""
    request = Request(example=True, engine="embedded", today=date.fromisoformat(DAY))
    workspace = Workspace.of(project, project.example)
    basis = Basis.read(workspace.processed)
    material = Material(project, workspace, request, load(project.config))
    made_of = Jobs(material, templates(project.notebooks), "")
    known = replace(made_of, material=replace(material, basis=basis))
    with Runner(workspace.state, kernels=1, warm=False, fresh=True, progress=Progress()) as runner:
        return [made_of.reading(), *known.others(project.site, runner)]


def test_an_unchanged_rerun_does_nothing(project: Project) -> None:
    before = {path: path.stat().st_mtime_ns for path in project.site.rglob("*")}
    finished = run(project)
    assert not finished.done
    assert {path: path.stat().st_mtime_ns for path in project.site.rglob("*")} == before


def test_killed_at_seeded_moments_the_last_good_site_stands(
    project: Project, record_property: Callable[[str, object], None]
) -> None:
    before = digests(project.site)
    pages = [Path(name) for name in before if name.endswith((".html", ".pdf"))]
    moments = random.Random(11)
    days = [f"2026-12-{number:02}" for number in range(1, KILLS + 1)]
    for day in days:
        running = subprocess.Popen(
            [sys.executable, "-c", RUN, str(project.root), day],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert running.stdout and running.stdout.readline()
        time.sleep(moments.uniform(0.1, 8))
        running.kill()
        running.wait()
        found = digests(project.site)
        assert found.keys() == before.keys()
        checks.site(project.site, matter_of(project.site), expected=pages)
        record = json.loads((matter_of(project.site) / "korning.json").read_text("utf-8"))
        assert record["rapportdatum"] in (DAY, *days)
        # The drafts are those that the record beside them tells of, whichever site stands.
        beside = digests(matter_of(project.site))
        training = {"utbildningsunderlag.docx", "utbildningsunderlag.pdf"}
        assert beside.keys() == {"bilaga-underlag.docx", *training, FILE, "kvalitet.html"}
        assert record["utkast"].items() < beside.items()
    record_property("kills", KILLS)
    finished = run(project)
    assert finished.site == project.site
    after = digests(project.site)
    assert {name for name in before if after[name] != before[name]} <= {"korning.json"}
    assert [path.name for path in project.root.iterdir() if path.name.startswith("_site")] == [
        "_site"
    ]


def test_a_deleted_site_comes_back(project: Project) -> None:
    before = digests(project.site)
    shutil.rmtree(project.site)
    assert run(project).done == {"site": 1}
    after = digests(project.site)
    assert {name for name in before if after.get(name) != before[name]} <= {"korning.json"}


def test_a_kernel_that_dies_is_a_fault_of_ours_and_nothing_is_lost(
    project: Project, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    before = digests(project.site)
    spoil(project.notebooks / "80_metod.ipynb", "import os; os._exit(3)")
    assert cli.main(command) == 1
    assert "Ett fel i programmet" in capsys.readouterr().err
    assert digests(project.site) == before


def test_a_fault_in_a_notebook_saves_a_traceback_without_its_values(
    project: Project, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    before = digests(project.site)
    for old in project.processed.glob("fel-*.txt"):
        old.unlink()
    spoil(
        project.notebooks / "80_metod.ipynb",
        "secret = ' '.join(['Anna', 'på', 'krogen'])\nint(secret)",
    )
    assert cli.main(command) == 1
    saved = list(project.processed.glob("fel-*.txt"))
    assert len(saved) == 1
    assert str(saved[0]) in capsys.readouterr().err
    text = saved[0].read_text("utf-8")
    assert "80_metod.ipynb" in text
    assert "ValueError" in text
    assert "Anna på krogen" not in text
    assert digests(project.site) == before


@pytest.mark.parametrize(
    ("path", "content", "code"),
    [
        ("data/example/insikt_2023_T2.csv", "", 10),
        ("config/plan.yml", "goals: [", 11),
        ("reports/data.qmd", "---\ntitle: Data\n---\n\n{{< video x.mp4 >}}\n", 12),
    ],
    ids=["answers", "configuration", "rendering"],
)
def test_what_the_user_can_mend_has_its_code_names_the_file_and_leaves_the_site(
    project: Project,
    command: list[str],
    capsys: pytest.CaptureFixture[str],
    path: str,
    content: str,
    code: int,
) -> None:
    before = digests(project.site)
    (project.root / path).write_text(content, "utf-8")
    assert cli.main(command) == code
    told = capsys.readouterr().err
    assert Path(path).name in told
    assert "Traceback" not in told
    assert "→" in told
    assert digests(project.site) == before


def test_no_answer_reaches_the_console_the_log_or_the_saved_fault(
    project: Project, command: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    """Free text in the raw file, and a fault that carries a row of answers."""
    comment = "Handläggaren svarade aldrig på våra mejl om uteserveringen vid hamnen"
    raw = project.example / "insikt_2022.csv"
    head, first, *rest = raw.read_text("utf-8-sig").splitlines()
    spoilt = [head + ";Kommentar", f"{first};{comment}", *(row + ";" for row in rest)]
    raw.write_text("\n".join(spoilt) + "\n", "utf-8-sig")
    for old in project.processed.glob("fel-*.txt"):
        old.unlink()
    spoil(
        project.notebooks / "20_index.ipynb",
        "print(answers.head().to_string())\nraise KeyError(str(answers.iloc[0].to_dict()))",
    )
    assert cli.main(command) == 1
    told = "".join(capfd.readouterr())
    saved = [path.read_text("utf-8") for path in project.processed.rglob("fel-*.txt")]
    assert len(saved) == 1
    for text in (told, *saved):
        assert "hamnen" not in text
        assert "'area'" not in text
        assert "KeyError" in text or text is told
    kept = [path for path in project.processed.rglob("*") if path.is_file()]
    assert kept
    assert not [path for path in kept if b"hamnen" in path.read_bytes()]


def test_a_leak_in_a_page_stops_the_run_and_leaves_the_site(
    project: Project, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    before = digests(project.site)
    page = project.reports / "data.qmd"
    page.write_text(page.read_text("utf-8") + "\nOrganisationsnummer 556677-8899.\n", "utf-8")
    assert cli.main(command) == 12
    assert "data.html" in capsys.readouterr().err
    assert digests(project.site) == before


def test_a_second_run_is_turned_away(project: Project, command: list[str]) -> None:
    running = subprocess.Popen(
        [sys.executable, "-c", RUN, str(project.root), "2026-12-24"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert running.stdout and running.stdout.readline()
    try:
        # The balance of the raw files is told while the lock is held.
        assert running.stdout.readline()
        assert cli.main(command) == 13
    finally:
        running.kill()
        running.wait()


@pytest.fixture
def own_disk(project: Project) -> Path:
    """The project's disk, when it has one that can be filled."""
    if not project.root.is_mount():
        pytest.skip("a small disk needs the right to mount one")
    return project.root


@pytest.mark.parametrize("room", [0, 120_000, 400_000])
def test_a_full_disk_is_told_and_leaves_the_site(
    project: Project,
    command: list[str],
    own_disk: Path,
    capsys: pytest.CaptureFixture[str],
    room: int,
) -> None:
    """Full at once, while the pages are written, and while the site is put together."""
    before = digests(project.site)
    filler = own_disk / "filler"
    with filler.open("wb") as file:
        file.write(b"x" * (shutil.disk_usage(own_disk).free - room))
    try:
        assert cli.main([*command[:-1], "2026-12-30"]) == 13
    finally:
        filler.unlink()
    told = capsys.readouterr().err
    assert "disken är full" in told
    assert "→" in told
    assert digests(project.site) == before


def test_a_disk_that_may_only_be_read_is_told_and_leaves_the_site(
    project: Project, command: list[str], own_disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = digests(project.site)
    subprocess.run(["mount", "-o", "remount,ro", str(own_disk)], check=True)
    try:
        assert cli.main([*command[:-1], "2026-12-30"]) == 13
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(own_disk)], check=True)
    assert "skrivskyddad" in capsys.readouterr().err
    assert digests(project.site) == before


def test_the_project_is_as_it_was(project: Project) -> None:
    """Last: after all that, one more run gives the first day's site."""
    finished = run(project)
    assert finished.example
    record = json.loads((matter_of(project.site) / "korning.json").read_text("utf-8"))
    assert record["rapportdatum"] == DAY


def spoil(notebook: Path, code: str) -> None:
    """Put a line of code into a notebook's last code cell."""
    content = json.loads(notebook.read_text("utf-8"))
    cells = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    cells[-1]["source"] = [code]
    notebook.write_text(json.dumps(content), "utf-8")
