"""The ``report`` command: from raw files to a site in place."""

from __future__ import annotations

import os
import shutil
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.guard import quality_page
from analysis.project import Project, Request, Workspace
from analysis.report import remembered, sources
from analysis.report.workshop import Workshop
from analysis.run import runner as tasks
from analysis.run.runner import Progress
from analysis.site import swap as place

if TYPE_CHECKING:
    from analysis.report.stages import Planner

MOST_KERNELS = 4


@dataclass(frozen=True)
class Finished:
    """What a run gave.

    Parameters
    ----------
    site
        Where the site lies.
    quality
        The internal quality page.
    example
        Whether it shows made-up answers.
    seconds
        Per group of jobs, those that were done now; nothing when all was up to date.
    done, skipped
        How many jobs were done, and how many were up to date, by group.
    elapsed
        Seconds from start to end.
    notes
        Swedish sentences for the coordinator.
    """

    site: Path
    quality: Path
    example: bool
    seconds: Mapping[str, float]
    done: Mapping[str, int]
    skipped: Mapping[str, int]
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
    site = (request.site or project.site).resolve()
    folder = sources.raw_folder(project, request)
    asked = Workspace.of(project, folder)

    @cache
    def planner() -> Planner:
        return _planner(project, request, folder)

    with ExitStack() as held:
        held.enter_context(place.only_one(asked.state, place.lock_folder(project.processed, site)))
        workshop = held.enter_context(
            Workshop(
                planner,
                site,
                jobs=request.jobs or min(MOST_KERNELS, os.cpu_count() or 1),
                isolated=request.isolated,
                progress=progress,
            )
        )
        place.repair(site)
        if site != project.site:
            place.refuse_foreign(site)
        digest = remembered.fingerprint(project, request, folder, site)
        plan = remembered.recall(asked.state, digest)
        if request.fresh or plan is None:
            workshop.warm_up()
        if request.fresh:
            # Pictures that were drawn before are no part of a fresh run either.
            shutil.rmtree(planner().workspace.build, ignore_errors=True)
        if plan is None:
            plan = _plan(planner(), site)
            remembered.remember(asked.state, digest, plan)
        progress.read(plan.balance)
        outcome = tasks.run(
            plan.jobs, workshop.do, plan.state, fresh=request.fresh, progress=progress
        )
    groups = {job.name: job.group for job in plan.jobs}
    seconds: dict[str, float] = {}
    for name, spent in outcome.done.items():
        seconds[groups[name]] = seconds.get(groups[name], 0) + spent
    told = [note for job in plan.jobs for note in outcome.warnings.get(job.name, ())]
    return Finished(
        site=site,
        quality=plan.state.parent / quality_page.FILE,
        example=plan.example,
        seconds=seconds,
        done=Counter(job.group for job in plan.jobs if job.name in outcome.done),
        skipped=Counter(job.group for job in plan.jobs if job.name not in outcome.done),
        elapsed=time.perf_counter() - start,
        notes=tuple(dict.fromkeys((*plan.notes, *told))),
    )


def _planner(project: Project, request: Request, folder: Path) -> Planner:
    """What a run would do: settings, raw files and their place."""
    from analysis.report.stages import Planner
    from analysis.settings import load

    settings = load(project.config).for_municipality(request.municipality)
    workspace = Workspace.of(project, folder)
    found = sources.find(project, request, workspace, folder, settings)
    settings = settings.for_municipality(found.municipality)
    return Planner(project, workspace, request, settings, found)


def _plan(planner: Planner, site: Path) -> remembered.Plan:
    from analysis.report.jobs import jobs

    found = planner.sources
    first = (*found.first, *_unfinished(planner))
    return remembered.Plan(
        tuple(jobs(planner, site)),
        planner.workspace.state,
        found.example,
        # What must be known before anything else stands above the balance.
        (*first, *found.balance),
        (*first, *found.notes),
    )


def _unfinished(planner: Planner) -> tuple[str, ...]:
    """That the newest case year is not over, told first: its answers may tell no tertials."""
    year = max(planner.sources.years, default=0)
    if year != planner.request.today.year:
        return ()
    return (f"Ärendeår {year} är inte slut: talen för året är preliminära.",)
