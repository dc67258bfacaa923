"""Every job of a run: the notebooks, the tables for reuse, the pictures, the site."""

from __future__ import annotations

import hashlib
import threading
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from analysis import store
from analysis.pipeline import code
from analysis.pipeline.project import REQUIREMENTS
from analysis.pipeline.stages import Planner, Stage
from analysis.pipeline.tasks import Job, python_version

if TYPE_CHECKING:
    from analysis.pipeline.kernels import KernelPool

DATA_TABLES = ("index.csv", "goals.csv", "drivers.csv", "activities.csv", "nki.xlsx")
APPENDIX = "bilaga"


class Notebooks(AbstractContextManager["Notebooks"]):
    """Runs notebooks; loads Papermill and starts kernels only when the first one must run."""

    def __init__(self, *, warm: bool) -> None:
        self._warm = warm
        self._lock = threading.Lock()
        self._stack = ExitStack()
        self._pool: KernelPool | None = None

    def run(self, stage: Stage) -> None:
        """Execute a stage's notebook."""
        from analysis.pipeline.notebooks import run_notebook

        run_notebook(stage.template, stage.parameters, stage.executed, self._started())

    def _started(self) -> KernelPool | None:
        if not self._warm:
            return None
        with self._lock:
            if self._pool is None:
                from analysis.pipeline.kernels import warm_kernels

                self._pool = self._stack.enter_context(warm_kernels())
            return self._pool

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.close()


def jobs(planner: Planner, site: Path, notebooks: Notebooks) -> list[Job]:
    """All jobs of a run.

    Parameters
    ----------
    planner
        The run's stages and where everything lies.
    site
        Where the site is put.
    notebooks
        Runs them.
    """
    stages = planner.stages()
    lock = _digest(planner.project.root / REQUIREMENTS)
    work = [_notebook(stage, lock, notebooks) for stage in stages]
    tables = _tables(planner, lock)
    pictures = _pictures(planner, stages, lock)
    return [*work, tables, pictures, _site(planner, stages, site, (tables, pictures), lock)]


def _notebook(stage: Stage, lock: str, notebooks: Notebooks) -> Job:
    def action() -> None:
        notebooks.run(stage)

    return Job(
        name=stage.name,
        label=stage.label,
        action=action,
        inputs=(stage.template, *stage.inputs),
        outputs=(stage.executed, *stage.outputs),
        version={
            "parameters": dict(stage.parameters),
            "code": code.notebook_digest(stage.template),
            "lock": lock,
            "python": python_version(),
        },
    )


def _tables(planner: Planner, lock: str) -> Job:
    """The tables for reuse, as they are published."""
    processed, folder = planner.workspace.processed, planner.workspace.build / "data"

    def action() -> None:
        from analysis.present import downloads

        downloads.write(processed, folder, planner.settings, example=planner.sources.example)

    return Job(
        name="tabeller",
        label="Skriver tabeller för återanvändning",
        action=action,
        inputs=tuple(
            store.table_path(processed, name)
            for name in (store.INDICES, store.GOALS, store.DRIVERS, store.ACTIVITIES)
        ),
        outputs=tuple(folder / name for name in DATA_TABLES),
        version={"code": code.module_digest("analysis.present.downloads"), "lock": lock},
    )


def _pictures(planner: Planner, stages: list[Stage], lock: str) -> Job:
    """Vector pictures of the appendix's figures, all in one go."""
    appendix = next(stage for stage in stages if stage.page == f"{APPENDIX}.ipynb")
    folder = planner.workspace.build / "figurer"

    def action() -> None:
        from analysis.render import pictures

        pictures.write(appendix.executed, folder)

    return Job(
        name="figurer",
        label="Ritar bilagans figurer",
        action=action,
        inputs=(appendix.executed,),
        outputs=(folder / "figurer.json",),
        version={"code": code.module_digest("analysis.render.pictures"), "lock": lock},
    )


def _site(
    planner: Planner, stages: list[Stage], site: Path, made: tuple[Job, ...], lock: str
) -> Job:
    """Rendering, checking and putting the site in place."""
    project = planner.project
    pages = [stage for stage in stages if stage.page]
    reports = sorted(path for path in project.reports.rglob("*") if path.is_file())
    shown = [Path(stage.page).with_suffix(".html") for stage in pages]
    shown += [
        path.relative_to(project.reports).with_suffix(".html")
        for path in reports
        if path.suffix == ".qmd"
    ]
    outputs = [
        site / (f"{APPENDIX}.pdf" if page.stem == APPENDIX else page) for page in shown
    ]
    outputs += [site / "data" / name for name in DATA_TABLES]
    outputs.append(site / "korning.json")

    def action() -> None:
        from analysis.pipeline import publish_site

        publish_site.build(planner, pages, site)

    return Job(
        name="webbplats",
        label="Sätter samman webbplatsen och bilagan",
        action=action,
        inputs=(
            *(stage.executed for stage in pages),
            *(path for job in made for path in job.outputs),
            project.root / "_quarto.yml",
            *reports,
            project.config / "report.yml",
        ),
        outputs=tuple(outputs),
        version={
            "code": code.module_digest("analysis.pipeline.publish_site", "analysis.present"),
            "engine": planner.request.engine,
            "lock": lock,
            "today": planner.request.today.isoformat(),
            "raw": planner.sources.folder,
        },
    )


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
