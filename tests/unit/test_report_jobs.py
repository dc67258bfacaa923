"""What a change reruns: the real jobs of a report, with work that only mixes what it reads.

The stand-in for the work writes a digest of all inputs, so that a change goes as far as it possibly
can: a job that is left alone here is left alone in every run.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import nbformat
import pytest

from analysis import store
from analysis.basis import Basis
from analysis.errors import InputDataError, Problem
from analysis.project import Project, Request, Workspace
from analysis.report import make
from analysis.report.jobs import Jobs
from analysis.report.templates import templates
from analysis.run import runner
from analysis.run.runner import Done, Job, Progress, Runner
from analysis.settings import load
from analysis.site.material import Material

TODAY = date(2026, 11, 23)
YEARS = (2021, 2022, 2023, 2024, 2025)
AREAS = ("bygglov", "brandskydd", "miljo_halsoskydd")
READ = {
    **{store.answers(year): f"insikt_{year}" for year in YEARS},
    **{store.quality(year): f"insikt_{year}" for year in YEARS},
    store.CASES: "arenden",
    store.OFFICIAL: "officiella",
    store.CORRECTIONS: "officiella",
    store.PROGRESS: "aktiviteter",
}
"""The tables that reading makes, and how the files begin that each is made of."""


def digest(paths: Sequence[Path]) -> str:
    """A digest of files, each of which must be there."""
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()


def mixed(job: Job) -> Job:
    """A job that writes a digest of what it reads into all that it makes."""

    def act(_: object) -> Done:
        found = digest(job.inputs)
        for path in job.outputs:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{path.name} {job.key} {found}", "utf-8")
        return Done(warnings=(f"{job.name} varnar",) if job.name == "figurer" else ())

    return replace(job, act=act, notebook=False)


def read(job: Job, workspace: Workspace, year: int | None) -> Job:
    """A stand-in for reading: each table is made of its own files."""

    def act(_: object) -> Done:
        made = []
        years = tuple(one for one in YEARS if year is None or one <= year)
        for name, start in READ.items():
            sources = sorted(workspace.raw.glob(f"{start}*"))
            path = store.table_path(workspace.processed, name)
            made.append(store.write_text(path, f"{job.key} {digest(sources)}"))
        Basis("0188", years, max(years), AREAS, outputs=tuple(p.name for p in made)).write(
            workspace.processed
        )
        for path in {*job.outputs} - {*made, workspace.processed / store.BASIS}:
            store.write_text(path, "läst")
        return Done(tuple(made))

    return replace(job, act=act, notebook=False)


Change = Callable[[Job], Job]


def run(
    project: Project, *, fresh: bool = False, change: Change = lambda job: job, **asked: object
) -> set[str]:
    """Names of the jobs that were done."""
    request = Request(example=True, **{"today": TODAY, **asked})  # type: ignore[arg-type]
    workspace = Workspace.of(project, project.example)
    material = Material(project, workspace, request, load(project.config))
    made_of = Jobs(material, templates(project.notebooks), key(project))
    with Runner(
        workspace.state, kernels=1, warm=False, fresh=fresh, progress=Progress()
    ) as running:
        reading = made_of.reading()
        running.run([change(read(reading, workspace, request.year))])
        basis = Basis.read(workspace.processed)
        known = replace(made_of, material=replace(material, basis=basis))
        others = [change(mixed(job)) for job in known.others(project.site, running)]
        running.run(others)
    outcome = running.outcome
    assert set(outcome.done) | set(outcome.kept) == {reading.name, *(job.name for job in others)}
    assert outcome.warnings["figurer"] == ("figurer varnar",)
    return set(outcome.done)


def key(project: Project) -> str:
    return store.digest(project.root / "requirements.txt")


def outputs(project: Project) -> dict[str, tuple[Path, ...]]:
    """The files that each job makes."""
    found: dict[str, tuple[Path, ...]] = {}

    def noted(job: Job) -> Job:
        found[job.name] = job.outputs
        return job

    run(project, change=noted)
    return found


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Project:
    root = tmp_path_factory.mktemp("uptodate")
    here = Path(__file__).resolve().parents[2]
    for part in ("config", "notebooks", "reports", "data/example", "data/official"):
        shutil.copytree(here / part, root / part)
    for file in ("_quarto.yml", "pyproject.toml", "requirements.txt"):
        shutil.copy(here / file, root / file)
    (root / "published").mkdir()
    return Project(root)


@pytest.fixture
def project(base: Project) -> Project:
    """The project with everything up to date."""
    run(base)
    assert run(base) == set()
    return base


PAGES = {"index", "framgangsfaktorer", "maluppfyllelse", "nulage", "andringar", "metod"}
DOCUMENTS = {"bilaga", "bilaga-underlag", "utbildningsunderlag"}
SITE = {"webbplats"}
READING, NUMBERS = "10_rensa", "20_index"
# What reads the goals' or the activities' tables.
AFTER_GOALS = {"index", "andringar", "metod", "85_tabeller", *DOCUMENTS}


def note(path: str) -> Callable[[Project], None]:
    def change(project: Project) -> None:
        file = project.root / path
        file.write_text(file.read_text("utf-8") + "\n", "utf-8")

    return change


def cell(path: str) -> Callable[[Project], None]:
    def change(project: Project) -> None:
        file = project.root / path
        file.write_text(file.read_text("utf-8").replace("show(", "show( ", 1), "utf-8")

    return change


CASES = [
    ("config/plan.yml", note("config/plan.yml"), {NUMBERS}, {READING, *PAGES, *DOCUMENTS, *SITE}),
    ("config/rules.yml", note("config/rules.yml"), set(), {READING, NUMBERS, *PAGES, *SITE}),
    ("requirements.txt", note("requirements.txt"), set(), {READING, NUMBERS, *PAGES, *SITE}),
    (
        "one year's answers",
        note("data/example/insikt_2022.csv"),
        set(),
        {READING, NUMBERS, *PAGES, *SITE},
    ),
    (
        "closed cases",
        note("data/example/arenden_2024.csv"),
        {"kontroll-svar"},
        {READING, NUMBERS, "nulage", *SITE},
    ),
    (
        "reported progress",
        note("data/example/aktiviteter.csv"),
        {NUMBERS, "framgangsfaktorer", "nulage", "kontroll-svar", "kontroll-index"},
        {READING, "maluppfyllelse", *AFTER_GOALS, *SITE},
    ),
    (
        "the goals' notebook",
        cell("notebooks/50_maluppfyllelse.ipynb"),
        {READING, NUMBERS, "nulage", "framgangsfaktorer"},
        {"maluppfyllelse", *AFTER_GOALS, *SITE},
    ),
]


@pytest.mark.parametrize(
    ("change", "left", "done"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_a_change_reruns_what_depends_on_it_and_nothing_else(
    project: Project, change: Callable[[Project], None], left: set[str], done: set[str]
) -> None:
    change(project)
    redone = run(project)
    assert redone.isdisjoint(left)
    assert redone >= done
    assert run(project) == set()


def test_a_page_without_computing_reruns_only_the_site(project: Project) -> None:
    note("reports/data.qmd")(project)
    assert run(project) == SITE
    note("_quarto.yml")(project)
    assert run(project) == SITE


def test_what_is_the_municipality_s_own_reruns_only_the_site(project: Project) -> None:
    for path in (project.own_pages / "lotsen.qmd", project.profile / "profil.yml"):
        store.write_text(path, "ny")
        assert run(project) == SITE
        path.unlink()
        assert run(project) == SITE


def test_new_outputs_stored_in_a_template_rerun_nothing(project: Project) -> None:
    path = project.notebooks / "20_index.ipynb"
    notebook = nbformat.read(path, 4)
    for one in notebook.cells:
        if one.cell_type == "code":
            one.outputs = [nbformat.v4.new_output("stream", name="stdout", text="1")]
    nbformat.write(notebook, path)
    assert run(project) == set()


@pytest.mark.parametrize("name", ["index.html", "bilaga.pdf", "data/nki.xlsx"])
def test_a_deleted_product_of_the_site_comes_back(project: Project, name: str) -> None:
    (project.site / name).unlink()
    assert run(project) == SITE
    assert (project.site / name).is_file()


@pytest.mark.parametrize("name", ["korning.json", "kvalitet.html", "utbildningsunderlag.pdf"])
def test_a_deleted_product_of_the_matter_comes_back(project: Project, name: str) -> None:
    made = project.matters / "exempel" / name
    made.unlink()
    assert run(project) == SITE
    assert made.is_file()


def test_any_deleted_product_comes_back(project: Project) -> None:
    for name, made in outputs(project).items():
        if made:
            made[-1].unlink()
            assert name in run(project)
            assert made[-1].is_file()


def test_a_product_that_was_changed_by_hand_is_made_again(project: Project) -> None:
    """A run that is killed leaves new products with an old record: they must not be trusted."""
    table = store.table_path(project.processed / "example", store.answers(2023))
    kept = table.read_bytes()
    table.write_text("något annat", "utf-8")
    assert run(project) == {READING}
    assert table.read_bytes() == kept


def test_a_file_that_is_open_in_excel_is_told_first_as_long_as_it_is(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where nothing has changed, so that nothing is read again."""
    told: list[Sequence[str]] = []

    class Listening(Progress):
        def read(self, balance: Sequence[str]) -> None:
            told.append(balance)

    def made(
        _: Project, request: Request, workspace: Workspace, site: Path, *others: object
    ) -> list[Job]:
        Basis("0188", YEARS, max(YEARS), AREAS, first=("Först",)).write(workspace.processed)
        store.write_text(site / make.START, "gjord")
        return []

    monkeypatch.setattr(make, "_make", made)
    request = Request(example=True, today=TODAY)
    make.report(project, request, Listening())
    lock = project.example / "~$insikt_2025.xlsx"
    sentence = "insikt_2025.xlsx är öppen i Excel, så det som sparades senast används."
    for there in (True, False):
        lock.write_bytes(b"lock") if there else lock.unlink()
        finished = make.report(project, request, Listening())
        assert told.pop()[0].startswith(sentence if there else "Först")
        assert finished.notes[0].startswith(sentence if there else "Först")


def test_a_refused_file_that_is_open_may_have_been_mended_but_not_saved(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> list[Job]:
        raise InputDataError("Filen kan inte användas", "Datumet saknas.")

    monkeypatch.setattr(make, "_make", refused)
    (project.example / "~$aktiviteter.csv").write_bytes(b"lock")
    with pytest.raises(InputDataError) as caught:
        make.report(project, Request(example=True, today=TODAY), Progress())
    assert str(caught.value).startswith("aktiviteter.csv är öppen i Excel")


def test_an_earlier_year_and_back(project: Project) -> None:
    assert {NUMBERS, "nulage", "webbplats"} <= run(project, year=2023)
    assert {NUMBERS, "nulage", "webbplats"} <= run(project)


def test_another_day_leaves_the_numbers_alone(project: Project) -> None:
    done = run(project, today=date(2026, 12, 1))
    assert done.isdisjoint({READING, NUMBERS})
    assert done >= SITE


def test_fresh_does_all_again(project: Project) -> None:
    assert run(project, fresh=True) == set(outputs(project))


@pytest.mark.parametrize("record", ["{", "[]", '{"a": 1}', '{"a": {"key": ""}}', ""])
def test_a_record_that_was_cut_off_is_forgotten(project: Project, record: str) -> None:
    (project.processed / "example" / ".state" / runner.RECORD).write_text(record, "utf-8")
    assert NUMBERS in run(project)
    assert run(project) == set()


def test_a_failure_keeps_what_was_done_before_it(project: Project) -> None:
    def failing(job: Job) -> Job:
        def act(_: object) -> Done:
            raise InputDataError("Filen kan inte användas", problems=[Problem(job.name)])

        return replace(job, act=act) if job.name == "webbplats" else job

    note("data/example/insikt_2022.csv")(project)
    with pytest.raises(InputDataError, match="webbplats"):
        run(project, change=failing)
    assert run(project) == SITE


def test_a_job_that_has_not_made_its_files_is_a_fault(tmp_path: Path) -> None:
    job = Job("a", "a", "", (), (tmp_path / "a.txt",), "", lambda _: Done())
    with (
        Runner(tmp_path, kernels=1, warm=False, fresh=True, progress=Progress()) as running,
        pytest.raises(FileNotFoundError, match=r"a\.txt"),
    ):
        running.run([job])


@pytest.mark.parametrize("before", ["", "another key"], ids=["first run", "other parameters"])
def test_a_file_that_changes_while_it_is_read_is_read_again(tmp_path: Path, before: str) -> None:
    """What the record tells of is the content at the start: the work may have read that."""
    raw = store.write_text(tmp_path / "insikt_2026.csv", "gammal")
    page = store.write_text(tmp_path / "data.qmd", "gammal")

    def act(_: object) -> Done:
        for path in (raw, page):
            store.write_text(path, "ny")
        return Done()

    job = Job("a", "a", "", (raw,), (), "key", act)

    def running() -> Runner:
        return Runner(tmp_path, kernels=1, warm=False, fresh=False, progress=Progress())

    whole = replace(job, name="whole", inputs=(page,))
    if before:
        for one in (job, whole):
            running().remember(replace(one, key=before), 1.0, Done())
    with running() as first:
        assert not first.is_current(whole)
        first.run([job])
        first.remember(whole, 1.0, Done())
    assert not running().is_current(job)
    assert not running().is_current(whole)


def test_what_most_others_wait_for_goes_first() -> None:
    jobs = [
        Job(name, name, "", tuple(map(Path, reads)), tuple(map(Path, makes)), "", lambda _: Done())
        for name, reads, makes in (("c", "b", "c"), ("a", "", "a"), ("b", "a", "b"), ("d", "a", ""))
    ]
    needs = runner._needs(jobs)
    assert {name: runner._waiting_for(name, needs) for name in "abcd"} == dict(a=3, b=1, c=0, d=0)


# --- the whole run as a job ---


def test_the_whole_run_rests_on_everything_that_can_change_it(project: Project) -> None:
    workspace = Workspace.of(project, project.example)
    usual = Request(example=True, today=TODAY)

    def whole(request: Request = usual) -> Job:
        return make._whole(project, request, workspace, project.site)

    def running() -> Runner:
        return Runner(workspace.state, kernels=1, warm=False, fresh=False, progress=Progress())

    def is_current(request: Request = usual) -> bool:
        return running().is_current(whole(request))

    def remember() -> None:
        running().remember(whole(), 1.0, Done())

    remember()
    assert is_current()
    assert not is_current(replace(usual, year=2023))
    for path in (
        *("config/plan.yml", "data/example/insikt_2022.csv", "notebooks/80_metod.ipynb"),
        *("reports/data.qmd", "_quarto.yml", "requirements.txt", "pyproject.toml"),
        *("egna-sidor/lotsen.qmd", "profil/profil.yml"),
    ):
        (project.root / path).parent.mkdir(exist_ok=True)
        (project.root / path).touch()
        note(path)(project)
        assert not is_current(), path
        remember()
    (project.config / "questionnaire.local.yml.bak").write_text("x", "utf-8")
    assert not is_current()
