"""Doing the jobs of a run: notebooks by the crew, pictures and site by the render floor.

Settings, raw files and stages are looked at only when the first job must be done.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any

from analysis.pipeline.crew import Crew
from analysis.pipeline.tasks import Done, Job, Outcome, Progress

if TYPE_CHECKING:
    from analysis.pipeline.stages import Planner, Stage
    from analysis.pipeline.warm import WarmKernel


class Workshop(AbstractContextManager["Workshop"]):
    """Does jobs.

    Parameters
    ----------
    plan
        Makes the run's plan; called at most once.
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
        plan: Callable[[], Planner],
        site: Path,
        *,
        jobs: int,
        isolated: bool,
        progress: Progress,
    ) -> None:
        self._plan = plan
        self._site = site
        self._progress = progress
        self._lock = Lock()
        self._order: list[str] = []
        self.crew = Crew(jobs, warm=not isolated)

    def do(self, job: Job, outcome: Outcome) -> Done:
        """Do one job.

        Parameters
        ----------
        job
            One of `jobs.jobs`.
        outcome
            What has happened in the run so far; it goes into the run record.
        """
        with self._lock:
            stages = self._stages
        stage = stages.get(job.name)
        if stage is None:
            return self._site_or_pictures(job, outcome)

        def work(kernel: WarmKernel | None) -> Done:
            from analysis.pipeline.notebooks import run_notebook

            self._progress.started(job)
            start = time.perf_counter()
            run_notebook(stage.template, stage.parameters, stage.executed, kernel)
            return Done(job.outputs, time.perf_counter() - start)

        done: Done = self.crew.run(work, list(stages).index(job.name))
        return done

    def _site_or_pictures(self, job: Job, outcome: Outcome) -> Done:
        self._progress.started(job)
        start = time.perf_counter()
        warnings: tuple[str, ...]
        if job.name == PICTURES:
            warnings = self._pictures(job)
            made: tuple[Path, ...] = tuple(job.outputs[0].parent.iterdir())
        else:
            from analysis.pipeline import publish_site

            self.crew.dismiss()
            pages = [stage for stage in self._stages.values() if stage.page]
            warnings = publish_site.build(self._planner, pages, self._site, outcome)
            made = tuple(path for path in sorted(self._site.rglob("*")) if path.is_file())
        return Done(made, time.perf_counter() - start, warnings)
