"""Doing the jobs of a run: notebooks by the crew, pictures and site by the render floor.

Settings, raw files and stages are looked at only when the first job must be done.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING

from analysis.errors import AnalysisError
from analysis.guard import quality_page, sanity
from analysis.run.crew import Crew
from analysis.run.runner import Done, Job, Outcome, Progress

if TYPE_CHECKING:
    from analysis.report.stages import Planner, Stage
    from analysis.run.warm import WarmKernel


class Workshop(AbstractContextManager["Workshop"]):
    """Does jobs.

    Parameters
    ----------
    planner
        Makes the run's planner; called when the first job must be done.
    site
        Where the site is put.
    jobs
        How many notebooks run at the same time.
    isolated
        Whether every notebook gets a kernel of its own.
    progress
        Told when a job begins.
    """

    def __init__(
        self,
        planner: Callable[[], Planner],
        site: Path,
        *,
        jobs: int,
        isolated: bool,
        progress: Progress,
    ) -> None:
        self._planner = planner
        self._site = site
        self._progress = progress
        self._lock = Lock()
        self._made: tuple[Planner, dict[str, Stage]] | None = None
        self._crew = Crew(jobs, warm=not isolated)

    def warm_up(self) -> None:
        """Start the kernels now: something will have to be done."""
        self._crew.start()

    def do(self, job: Job, outcome: Outcome) -> Done:
        """Do one job.

        Parameters
        ----------
        job
            One of `jobs.jobs`.
        outcome
            What has happened in the run so far; it goes into the run record.
        """
        from analysis.report.jobs import PICTURES

        planner, stages = self._stages()
        if job.name in stages:
            return self._notebook(job, stages)
        self._progress.started(job)
        start = time.perf_counter()
        if job.name in sanity.CHECKS:
            warnings = self._check(job, planner)
            return Done(job.outputs, time.perf_counter() - start, warnings)
        if job.name == PICTURES:
            from analysis.render import pictures

            folder = job.outputs[0].parent
            warnings = tuple(pictures.write(job.inputs[0], folder))
        else:
            from analysis.site import build as publish_site

            folder = self._site
            # No notebook is left: what the kernels hold is better used for rendering.
            self._crew.dismiss()
            warnings = publish_site.build(planner, list(stages.values()), folder, outcome)
        made = tuple(path for path in sorted(folder.rglob("*")) if path.is_file())
        return Done(made, time.perf_counter() - start, warnings)

    def _notebook(self, job: Job, stages: dict[str, Stage]) -> Done:
        stage = stages[job.name]

        def work(kernel: WarmKernel | None) -> Done:
            from analysis.run.notebooks import run_notebook

            self._progress.started(job)
            start = time.perf_counter()
            run_notebook(stage.template, stage.parameters, stage.executed, kernel)
            return Done(job.outputs, time.perf_counter() - start)

        done: Done = self._crew.run(work, urgency=list(stages).index(job.name))
        return done

    def _check(self, job: Job, planner: Planner) -> tuple[str, ...]:
        look = sanity.of_answers if job.name == sanity.CHECK_OF_ANSWERS else sanity.of_numbers
        processed, years = planner.workspace.processed, planner.sources.years
        found = look(processed, years, planner.settings)
        sanity.write(found, job.outputs[0])
        try:
            return sanity.judge(found, planner.settings, max(years, default=0))
        except AnalysisError:
            # The run ends here, and the page that explains it would not be written.
            quality_page.write(processed, years, found, planner.settings)
            raise

    def _stages(self) -> tuple[Planner, dict[str, Stage]]:
        with self._lock:
            if self._made is None:
                planner = self._planner()
                self._made = planner, {stage.name: stage for stage in planner.stages()}
            return self._made

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._crew.__exit__(kind, error, traceback)
