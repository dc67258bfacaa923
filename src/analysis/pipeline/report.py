"""The ``report`` command: from raw files to a site in place."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from analysis.pipeline import jobs, place, sources, tasks
from analysis.pipeline.project import Project, Request, Workspace
from analysis.pipeline.stages import Planner
from analysis.pipeline.tasks import Progress
from analysis.settings import load

@dataclass(frozen=True)
class Finished:
    """What a run gave.

    Parameters
    ----------
    site
        Where the site lies.
    example
        Whether it shows made-up answers.
    unchanged
        Whether nothing had to be done.
    seconds
        Per job that was run.
    elapsed
        Seconds from start to end.
    notes
        Swedish sentences for the coordinator.
    """

    site: Path
    example: bool
    unchanged: bool
    seconds: dict[str, float]
    elapsed: float
    notes: tuple[str, ...]


def report(project: Project, request: Request, progress: Progress) -> Finished:
    """Make the site and the PDF, doing only what a change makes necessary.

    Raises
    ------
    AnalysisError
        Nothing is put in place then; the last good site stays.
    """
    start = time.perf_counter()
    settings = load(project.config).for_municipality(request.municipality)
    folder = sources.raw_folder(project, request)
    workspace = Workspace.of(project, folder)
    site = (request.site or project.site).resolve()
    with place.only_one(workspace.state):
        place.repair(site)
        found = sources.find(project, request, workspace, folder, settings)
        planner = Planner(project, workspace, request, settings, found)
        with jobs.Notebooks(warm=not request.isolated) as notebooks:
            work = jobs.jobs(planner, site, notebooks)
            outcome = tasks.run(
                work,
                workspace.state,
                workers=request.jobs or min(4, os.cpu_count() or 1),
                fresh=request.fresh,
                progress=progress,
            )
    return Finished(
        site=site,
        example=found.example,
        unchanged=not outcome.done,
        seconds=outcome.done,
        elapsed=time.perf_counter() - start,
        notes=found.notes,
    )
