"""The ``report`` command: from raw files to a site in place."""

from __future__ import annotations

import os
import platform
import shutil
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from analysis import store
from analysis.basis import Basis
from analysis.project import REQUIREMENTS, Project, Request, Workspace, raw_files, raw_folder
from analysis.quality import page as quality_page
from analysis.run.runner import Done, Job, Progress, Runner
from analysis.site import swap

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
    workspace = Workspace.of(project, raw_folder(project, request))
    jobs: list[Job] = []
    with ExitStack() as held:
        locked = (workspace.state, swap.lock_folder(project.processed, site))
        held.enter_context(swap.only_one(*locked))
        swap.repair(site)
        if site != project.site:
            swap.refuse_foreign(site)
        if request.fresh:
            shutil.rmtree(workspace.build, ignore_errors=True)
        runner = held.enter_context(
            Runner(
                workspace.state,
                kernels=request.jobs or min(MOST_KERNELS, os.cpu_count() or 1),
                warm=not request.isolated,
                fresh=request.fresh,
                progress=progress,
            )
        )
        whole = _whole(project, request, workspace, site)
        if runner.is_current(whole):
            progress.read(_balance(Basis.read(workspace.processed), request))
        else:
            jobs = _make(project, request, workspace, site, runner, progress)
            done = Done(
                runner.made(), _notes(Basis.read(workspace.processed), request, runner, jobs)
            )
            runner.remember(whole, time.perf_counter() - start, done)
    outcome = runner.outcome
    seconds: dict[str, float] = {}
    for job in jobs:
        if job.name in outcome.done:
            seconds[job.group] = seconds.get(job.group, 0) + outcome.done[job.name]
    return Finished(
        site=site,
        quality=workspace.processed / quality_page.FILE,
        example=workspace.example,
        seconds=seconds,
        done=Counter(job.group for job in jobs if job.name in outcome.done),
        skipped=Counter(job.group for job in jobs if job.name in outcome.kept),
        elapsed=time.perf_counter() - start,
        notes=outcome.warnings[whole.name],
    )


def _make(
    project: Project,
    request: Request,
    workspace: Workspace,
    site: Path,
    runner: Runner,
    progress: Progress,
) -> list[Job]:
    """Read the raw files, tell what became of them, and do all other jobs."""
    runner.warm_up()
    from analysis.report.jobs import Jobs
    from analysis.report.templates import templates
    from analysis.settings import load
    from analysis.site.material import Material

    settings = load(project.config).for_municipality(request.municipality)
    material = Material(project, workspace, request, settings)
    made_of = Jobs(material, templates(project.notebooks), _key(project), _quarto())
    reading = made_of.reading()
    runner.run([reading])
    basis = Basis.read(workspace.processed)
    progress.read(_balance(basis, request))
    settings = settings.for_municipality(basis.municipality)
    known = replace(made_of, material=replace(material, settings=settings, basis=basis))
    others = known.others(site, runner)
    runner.run(others)
    return [reading, *others]


def _whole(project: Project, request: Request, workspace: Workspace, site: Path) -> Job:
    """The whole run as a job: everything it rests on, so that an unchanged one loads nothing."""
    asked = (request.year, request.municipality, request.engine, request.today, workspace.raw, site)
    folders = (*project.made_with, project.config, project.collection, project.published)
    inputs = (
        *raw_files(workspace.raw),
        *(path for place in folders for path in store.files(place)),
        project.root / "pyproject.toml",
        project.root / REQUIREMENTS,
    )
    key = repr((asked, platform.python_version(), _quarto()))
    return Job("rapport", "", "", inputs, (site / store.RECORD,), key, act=lambda _: Done())


def _key(project: Project) -> str:
    """Digest of the code, the libraries and Python: a change of them makes everything again."""
    code = store.folder_digest(project.source, project.root / REQUIREMENTS)
    return f"{code} {platform.python_version()}"


def _quarto() -> str:
    """The Quarto that would be found: another one is another engine."""
    program = os.environ.get("QUARTO_PATH") or shutil.which("quarto") or ""
    changed = Path(program).stat().st_mtime_ns if program and Path(program).is_file() else 0
    return f"{program} {changed}"


def _balance(basis: Basis, request: Request) -> tuple[str, ...]:
    """The balance of the raw files, under what must be known before all else."""
    return (*basis.first, *_unfinished(basis, request), *basis.balance)


def _notes(basis: Basis, request: Request, runner: Runner, jobs: Sequence[Job]) -> tuple[str, ...]:
    """Everything the coordinator is told at the end, once."""
    told = [note for job in jobs for note in runner.outcome.warnings.get(job.name, ())]
    first = (*basis.first, *_unfinished(basis, request))
    return tuple(dict.fromkeys((*first, *basis.notes, *told)))


def _unfinished(basis: Basis, request: Request) -> tuple[str, ...]:
    """That the newest case year is not over, told first: its answers may tell no tertials."""
    year = max(basis.years, default=0)
    if year != request.today.year:
        return ()
    return (f"Ärendeår {year} är inte slut: talen för året är preliminära.",)
