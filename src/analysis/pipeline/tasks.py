"""Running stages that are not up to date, through doit.

What counts as a change: a file a stage reads, its parameters, the code it reaches, the lock file.
doit keeps the digests in the workspace's state; this module only says what belongs to what.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from doit.cmd_base import ModuleTaskLoader
from doit.doit_cmd import DoitMain
from doit.reporter import ZeroReporter
from doit.tools import config_changed

from analysis.errors import AnalysisError

Action = Callable[[], None]


@dataclass(frozen=True)
class Job:
    """Something to do when it is not up to date.

    Parameters
    ----------
    name, label
        Unique name, and what the progress display calls it.
    action
        Does it; raises when it fails.
    inputs, outputs
        Files read and written.
    version
        Anything else a change of which makes it stale: parameters, code, lock file.
    """

    name: str
    label: str
    action: Action
    inputs: tuple[Path, ...]
    outputs: tuple[Path, ...]
    version: Mapping[str, Any]


@dataclass
class Outcome:
    """What happened to the jobs of a run."""

    done: dict[str, float] = field(default_factory=dict)
    """Seconds by job that was run."""
    skipped: list[str] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)


class Progress:
    """What is told about jobs as they start, end or are skipped."""

    def expected(self, count: int) -> None:
        """How many jobs there are."""

    def started(self, job: Job) -> None:
        """A job begins."""

    def ended(self, job: Job, seconds: float) -> None:
        """A job ended well."""

    def skipped(self, job: Job) -> None:
        """A job was up to date."""


def run(
    jobs: Sequence[Job], state: Path, *, workers: int, fresh: bool, progress: Progress
) -> Outcome:
    """Run what is not up to date, several at a time, each after what it reads from.

    Parameters
    ----------
    jobs
        Any order; a job that reads another's output waits for it.
    state
        Folder of doit's record.
    workers
        How many run at the same time.
    fresh
        Forget the record first.

    Raises
    ------
    AnalysisError
        The first failure; the record keeps what was done before it.
    """
    state.mkdir(parents=True, exist_ok=True)
    record = state / "doit.json"
    if fresh:
        record.unlink(missing_ok=True)
    outcome = Outcome()
    progress.expected(len(jobs))
    by_name = {job.name: job for job in jobs}
    for job in jobs:
        for path in job.outputs:
            path.parent.mkdir(parents=True, exist_ok=True)

    class Reporter(ZeroReporter):  # type: ignore[misc]
        desc = "tells our own progress"

        def execute_task(self, task: Any) -> None:
            progress.started(by_name[task.name])

        def skip_uptodate(self, task: Any) -> None:
            outcome.skipped.append(task.name)
            progress.skipped(by_name[task.name])

        def add_success(self, task: Any) -> None:
            progress.ended(by_name[task.name], outcome.done[task.name])

        def runtime_error(self, msg: str) -> None:
            outcome.errors.append(RuntimeError(msg))

    def creator(job: Job) -> Callable[[], dict[str, Any]]:
        return lambda: _task(job, outcome)

    loader = ModuleTaskLoader({f"task_{job.name}": creator(job) for job in jobs})
    options = {
        "dep_file": str(record),
        "backend": "json",
        "reporter": Reporter,
        "num_process": workers if workers > 1 else 0,
        "par_type": "thread",
        "verbosity": 0,
    }
    DoitMain(loader, extra_config={"GLOBAL": options}).run(["run"])
    if outcome.errors:
        raise _first(outcome.errors)
    return outcome


def _task(job: Job, outcome: Outcome) -> dict[str, Any]:
    def act() -> bool:
        start = time.perf_counter()
        try:
            job.action()
        except Exception as error:
            outcome.errors.append(error)
            return False
        outcome.done[job.name] = time.perf_counter() - start
        return True

    return {
        "basename": job.name,
        "actions": [act],
        "file_dep": [str(path) for path in job.inputs],
        "targets": [str(path) for path in job.outputs],
        "uptodate": [config_changed(dict(job.version))],
        # doit would swap sys.stdout for each action, which threads cannot share.
        "io": {"capture": False},
        "verbosity": 0,
    }


def _first(errors: Sequence[BaseException]) -> BaseException:
    """The first error the user can mend, with the others' problems; else the first of any kind."""
    mendable = [error for error in errors if isinstance(error, AnalysisError)]
    if not mendable:
        return errors[0]
    first = mendable[0]
    alike = [error for error in mendable if type(error) is type(first)]
    if len(alike) == 1:
        return first
    problems = tuple(dict.fromkeys(p for error in alike for p in error.problems))
    return type(first)(first.title, problems=problems)


def python_version() -> str:
    """Version of Python, part of what everything depends on."""
    return ".".join(map(str, sys.version_info[:3]))
