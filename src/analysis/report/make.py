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
from analysis.errors import InputDataError
from analysis.project import (
    OPEN,
    REQUIREMENTS,
    Project,
    Request,
    Workspace,
    left_open,
    matter_beside,
    raw_files,
    raw_folder,
)
from analysis.run.runner import Done, Job, Progress, Runner
from analysis.site import swap

MOST_KERNELS = 4
START = "index.html"


@dataclass(frozen=True)
class Finished:
    """The result of a run.

    Parameters
    ----------
    site
        Where the site lies.
    matter
        Where the draft, the run record and the internal quality page lie.
    example
        Whether the site shows made-up answers.
    seconds
        Seconds by group of jobs run now; empty when everything was up to date.
    done, skipped
        Number of jobs run, and of jobs already up to date, by group.
    elapsed
        Seconds from start to end.
    notes
        Swedish sentences for the coordinator.
    """

    site: Path
    matter: Path
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
        When the report cannot be made; the last good site stays in place.
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
            swap.refuse_foreign(site, matter_beside(site) / store.RECORD)
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
            progress.read(_balance(Basis.read(workspace.processed), request, workspace.raw))
        else:
            try:
                jobs = _make(project, request, workspace, site, runner, progress)
            except InputDataError as error:
                # What is refused may have been mended, but not saved.
                error.first = (*_open(workspace.raw), *error.first)
                raise
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
        matter=workspace.matter(project, site, Basis.read(workspace.processed).last_year),
        example=workspace.example,
        seconds=seconds,
        done=Counter(job.group for job in jobs if job.name in outcome.done),
        skipped=Counter(job.group for job in jobs if job.name in outcome.kept),
        elapsed=time.perf_counter() - start,
        notes=(*_open(workspace.raw), *outcome.warnings[whole.name]),
    )


def _make(
    project: Project,
    request: Request,
    workspace: Workspace,
    site: Path,
    runner: Runner,
    progress: Progress,
) -> list[Job]:
    """Read the raw files, report the balance of their rows, and run all other jobs."""
    runner.warm_up()
    from analysis.present import comments, texts
    from analysis.report.jobs import Jobs
    from analysis.report.templates import templates
    from analysis.settings import load, profile
    from analysis.site.material import Material

    configured = load(project.config)
    look = profile.read(project.profile, configured.guards.profile)
    if problems := [*texts.of(project).problems(), *comments.problems(project, configured)]:
        raise texts.refused(problems)
    settings = configured.for_municipality(request.municipality)
    material = Material(project, workspace, request, settings)
    made_of = Jobs(material, templates(project.notebooks), _key(project), _quarto())
    reading = made_of.reading()
    runner.run([reading])
    basis = Basis.read(workspace.processed)
    progress.read(_balance(basis, request, workspace.raw))
    settings = settings.for_municipality(basis.municipality)
    home = settings.report.municipality == configured.report.municipality
    material = replace(
        material,
        settings=settings,
        basis=basis,
        home=home,
        profile=look if home else profile.Profile(),
    )
    known = replace(made_of, material=material)
    others = known.others(site, runner)
    runner.run(others)
    return [reading, *others]


def _whole(project: Project, request: Request, workspace: Workspace, site: Path) -> Job:
    """The whole run as one job with all its inputs, so that an unchanged run loads nothing."""
    asked = (request.year, request.municipality, request.engine, request.today, workspace.raw, site)
    folders = (
        *project.made_with,
        *project.municipal,
        *(project.config, project.collection, project.published),
    )
    inputs = (
        *raw_files(workspace.raw),
        *(path for place in folders for path in store.files(place)),
        project.root / "pyproject.toml",
        project.root / REQUIREMENTS,
    )
    key = repr((asked, platform.python_version(), _quarto()))
    # Whatever the run has made counts as well (`Runner.made`), in the matter's folder too.
    return Job("rapport", "", "", inputs, (site / START,), key, act=lambda _: Done())


def _key(project: Project) -> str:
    """Digest of the code, the libraries and Python; a change in any of them reruns every job."""
    code = store.folder_digest(project.source, project.root / REQUIREMENTS)
    return f"{code} {platform.python_version()}"


def _quarto() -> str:
    """Path and time of change of the Quarto program: another one counts as another engine."""
    program = os.environ.get("QUARTO_PATH") or shutil.which("quarto") or ""
    changed = Path(program).stat().st_mtime_ns if program and Path(program).is_file() else 0
    return f"{program} {changed}"


def _balance(basis: Basis, request: Request, raw: Path) -> tuple[str, ...]:
    """The balance of the raw files, after the warnings that come before everything else."""
    return (*_open(raw), *basis.first, *_unfinished(basis, request), *basis.balance)


def _open(raw: Path) -> tuple[str, ...]:
    """Warnings of raw files that are open now; never remembered, since they are soon closed."""
    return tuple(f"{name} {' '.join(OPEN)}" for name in left_open([raw]))


def _notes(basis: Basis, request: Request, runner: Runner, jobs: Sequence[Job]) -> tuple[str, ...]:
    """All messages for the coordinator at the end of a run, without repetitions."""
    told = [note for job in jobs for note in runner.outcome.warnings.get(job.name, ())]
    first = (*basis.first, *_unfinished(basis, request))
    return tuple(dict.fromkeys((*first, *basis.notes, *told)))


def _unfinished(basis: Basis, request: Request) -> tuple[str, ...]:
    """A first warning that the newest case year is not over, since answers may lack tertials."""
    year = max(basis.years, default=0)
    if year != request.today.year:
        return ()
    return (f"Ärendeår {year} är inte slut: talen för året är preliminära.",)
