"""What a change reruns: the real plan of a run, with work that only mixes what it reads.

The stand-in for the work writes a digest of all inputs, so that a change goes as far as it possibly
can: a job that is left alone here is left alone in every run.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import nbformat
import pytest

from analysis.errors import InputDataError, Problem
from analysis.project import Project, Request, Workspace
from analysis.report import code, jobs, remembered, sources
from analysis.report.stages import Planner
from analysis.run import runner as tasks
from analysis.run.runner import Done, Job, Outcome, Progress
from analysis.settings import load

TODAY = date(2026, 11, 23)
YEARS = (2021, 2022, 2023, 2024, 2025)


def planner(project: Project, **asked: object) -> Planner:
    request = Request(example=True, today=TODAY, **asked)  # type: ignore[arg-type]
    workspace = Workspace.of(project, project.example)
    settings = load(project.config)
    found = sources.find(project, request, workspace, project.example, settings)
    assert found
    return Planner(project, workspace, request, settings, found)


def mix(job: Job, outcome: Outcome) -> Done:
    digest = hashlib.sha256(job.version.encode())
    for path in job.inputs:
        digest.update(path.read_bytes())
    for path in job.outputs:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{path.name} {digest.hexdigest()}", "utf-8")
    return Done(job.outputs, 0.1, (f"{job.name} varnar",) if job.name == "figurer" else ())


def run(project: Project, *, fresh: bool = False, **asked: object) -> set[str]:
    """Names of the jobs that were done."""
    plan = planner(project, **asked)
    work = jobs.jobs(plan, project.site)
    outcome = tasks.run(work, mix, plan.workspace.state, fresh=fresh, progress=Progress())
    assert set(outcome.done) | set(outcome.skipped) == {job.name for job in work}
    assert outcome.warnings["figurer"] == ("figurer varnar",)
    return set(outcome.done)


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


EVERYTHING = "everything"
PAGES = "every page"
SITE = {"webbplats"}
GOALS = {"sida-maluppfyllelse"}
# What reads the goals' or the activities' tables.
AFTER_GOALS = {"sida-index", "sida-andringar", "sida-metod", "sida-bilaga", "tabeller"}


def note(path: str) -> Callable[[Project], None]:
    def change(project: Project) -> None:
        file = project.root / path
        file.write_text(file.read_text("utf-8") + "\n", "utf-8")

    return change


def cell(path: str) -> Callable[[Project], None]:
    def change(project: Project) -> None:
        file = project.root / path
        file.write_text(file.read_text("utf-8").replace("folder = ", "folder  = ", 1), "utf-8")

    return change


def areas(done: set[str]) -> set[str]:
    return {name for name in done if name.startswith("sida-omraden")}


CASES = [
    ("config/plan.yml", note("config/plan.yml"), {"index", *(f"rensa-{y}" for y in YEARS)}, PAGES),
    ("config/rules.yml", note("config/rules.yml"), set(), EVERYTHING),
    ("requirements.txt", note("requirements.txt"), set(), EVERYTHING),
    (
        "one year's answers",
        note("data/example/insikt_2022.csv"),
        {f"rensa-{year}" for year in YEARS if year != 2022},
        PAGES,
    ),
    (
        "closed cases",
        note("data/example/arenden_2024.csv"),
        {f"rensa-{year}" for year in YEARS},
        PAGES,
    ),
    (
        "reported progress",
        note("data/example/aktiviteter.csv"),
        {"index", "sida-framgangsfaktorer", "sida-nulage", *(f"rensa-{y}" for y in YEARS)},
        {"sida-maluppfyllelse", *AFTER_GOALS, *SITE},
    ),
    (
        "the cleaning notebook",
        cell("notebooks/10_rensa.ipynb"),
        set(),
        {f"rensa-{year}" for year in YEARS},
    ),
    (
        "the goals' notebook",
        cell("notebooks/50_maluppfyllelse.ipynb"),
        {"index", "sida-nulage", "sida-framgangsfaktorer"},
        {"sida-maluppfyllelse", *AFTER_GOALS, *SITE},
    ),
]


@pytest.mark.parametrize(
    ("change", "left", "done"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_a_change_reruns_what_depends_on_it_and_nothing_else(
    project: Project,
    change: Callable[[Project], None],
    left: set[str],
    done: set[str] | str,
) -> None:
    every = {job.name for job in jobs.jobs(planner(project), project.site)}
    change(project)
    redone = run(project)
    assert redone.isdisjoint(left)
    if done == EVERYTHING:
        assert redone == every
    elif done == PAGES:
        assert {name for name in every if name.startswith("sida-")} <= redone
        assert redone >= SITE
    else:
        assert set(done) <= redone
    assert run(project) == set()


def test_a_page_without_computing_reruns_only_the_site(project: Project) -> None:
    note("reports/data.qmd")(project)
    assert run(project) == SITE
    note("_quarto.yml")(project)
    assert run(project) == SITE


def test_new_outputs_stored_in_a_template_rerun_nothing(project: Project) -> None:
    path = project.notebooks / "20_index.ipynb"
    notebook = nbformat.read(path, 4)
    for one in notebook.cells:
        if one.cell_type == "code":
            one.outputs = [nbformat.v4.new_output("stream", name="stdout", text="1")]
    nbformat.write(notebook, path)
    assert run(project) == set()


@pytest.mark.parametrize("name", ["index.html", "bilaga.pdf", "data/nki.xlsx", "korning.json"])
def test_a_deleted_product_of_the_site_comes_back(project: Project, name: str) -> None:
    (project.site / name).unlink()
    assert run(project) == SITE
    assert (project.site / name).is_file()


def test_any_deleted_product_comes_back(project: Project) -> None:
    plan = planner(project)
    for job in jobs.jobs(plan, project.site):
        job.outputs[-1].unlink()
        assert job.name in run(project)
        assert job.outputs[-1].is_file()


def test_a_product_that_was_changed_by_hand_is_made_again(project: Project) -> None:
    """A run that is killed leaves new products with an old record: they must not be trusted."""
    plan = planner(project)
    product = next(job for job in jobs.jobs(plan, project.site) if job.name == "rensa-2023")
    kept = product.outputs[-1].read_bytes()
    product.outputs[-1].write_text("något annat", "utf-8")
    assert run(project) == {"rensa-2023"}
    assert product.outputs[-1].read_bytes() == kept


def test_an_earlier_year_and_back(project: Project) -> None:
    done = run(project, year=2023)
    assert not {f"rensa-{year}" for year in YEARS} & done
    assert {"index", "sida-nulage", "webbplats"} <= done
    assert {"index", "sida-nulage", "webbplats"} <= run(project)


def test_another_day_leaves_the_numbers_alone(project: Project) -> None:
    plan = planner(project)
    later = Planner(
        plan.project,
        plan.workspace,
        Request(example=True, today=date(2026, 12, 1)),
        plan.settings,
        plan.sources,
    )
    work = jobs.jobs(later, project.site)
    outcome = tasks.run(work, mix, plan.workspace.state, fresh=False, progress=Progress())
    assert not {"index", *(f"rensa-{year}" for year in YEARS)} & set(outcome.done)
    assert set(outcome.done) >= SITE


def test_fresh_does_all_again(project: Project) -> None:
    every = {job.name for job in jobs.jobs(planner(project), project.site)}
    assert run(project, fresh=True) == every


@pytest.mark.parametrize("record", ["{", "[]", '{"a": 1}', ""])
def test_a_record_that_was_cut_off_is_forgotten(project: Project, record: str) -> None:
    (planner(project).workspace.state / tasks.RECORD).write_text(record, "utf-8")
    assert "index" in run(project)
    assert run(project) == set()


def test_a_changed_function_reruns_the_stages_that_reach_it(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = code.SOURCE / "present" / "pages" / "omrade.py"
    read = Path.read_bytes
    monkeypatch.setattr(
        Path, "read_bytes", lambda path: read(path) + (b"#" if path == changed else b"")
    )
    redone = run(project)
    assert areas(redone) == redone - SITE
    assert len(redone) > 5


def test_a_failure_keeps_what_was_done_and_is_told_with_all_its_problems(project: Project) -> None:
    plan = planner(project)
    work = jobs.jobs(plan, project.site)

    def failing(job: Job, outcome: Outcome) -> Done:
        if job.name in ("rensa-2022", "rensa-2024"):
            raise InputDataError("Filen kan inte användas", problems=[Problem(job.name)])
        return mix(job, outcome)

    with pytest.raises(InputDataError) as caught:
        tasks.run(work, failing, plan.workspace.state, fresh=True, progress=Progress())
    assert {p.cause for p in caught.value.problems} <= {"rensa-2022", "rensa-2024"}
    assert run(project) >= {"rensa-2022", "rensa-2024", "index"}


def test_a_missing_input_is_an_error_and_not_a_silent_end(project: Project) -> None:
    plan = planner(project)
    work = jobs.jobs(plan, project.site)
    (project.reports / "data.qmd").rename(project.root / "away")
    try:
        with pytest.raises(RuntimeError, match=r"data\.qmd"):
            tasks.run(work, mix, plan.workspace.state, fresh=False, progress=Progress())
    finally:
        (project.root / "away").rename(project.reports / "data.qmd")


# --- the remembered plan ---


def test_a_plan_is_recalled_only_when_nothing_it_rests_on_changed(project: Project) -> None:
    plan = planner(project)
    request, state = plan.request, plan.workspace.state

    def fingerprint(request: Request = request) -> str:
        return remembered.fingerprint(project, request, project.example, project.site)

    kept = remembered.Plan(tuple(jobs.jobs(plan, project.site)), state, True, ("ett",), ("två",))
    before = fingerprint()
    remembered.remember(state, before, kept)
    assert remembered.recall(state, fingerprint()) == kept
    for change in ("config/plan.yml", "data/example/insikt_2021.csv", "notebooks/80_metod.ipynb"):
        note(change)(project)
        now = fingerprint()
        assert now != before
        assert remembered.recall(state, now) is None
        before = now
    assert fingerprint(Request(example=True, today=TODAY, year=2023)) != before
    (project.config / "questionnaire.local.yml.bak").write_text("x", "utf-8")
    assert fingerprint() != before


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"digest": "x"}', '{"digest": "x", "jobs": 1}']
)
def test_a_plan_that_was_cut_off_is_forgotten(tmp_path: Path, content: str) -> None:
    (tmp_path / remembered.FILE).write_text(content, "utf-8")
    assert remembered.recall(tmp_path, "x") is None
