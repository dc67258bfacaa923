"""Doing the jobs that are not up to date, through doit.

A job is stale when a file it reads, its version (parameters, code, lock file) or a file it made has
changed. doit keeps the record in the workspace; this module says what belongs to what.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from doit.cmd_base import TaskLoader2
from doit.cmd_run import Run
from doit.reporter import ZeroReporter
from doit.task import dict_to_task
from doit.tools import config_changed

from analysis import store
from analysis.errors import AnalysisError

RECORD = "doit.json"
VERSION, MADE, SECONDS, WARNINGS = "version", "made", "seconds", "warnings"


@dataclass(frozen=True)
class Job:
    """Something to do when it is not up to date.

    Parameters
    ----------
    name, label
        Unique name, and what the progress display calls it.
    group
        What its time is summed under in the summary.
    inputs, outputs
        Files read and written.
    version
        Digest of anything else a change of which makes it stale: parameters, code, lock file.
    """

    name: str
    label: str
    group: str
    inputs: tuple[Path, ...]
    outputs: tuple[Path, ...]
    version: str


@dataclass(frozen=True)
class Done:
    """What doing a job gave.

    Parameters
    ----------
    made
        Every file it wrote; at least the job's outputs.
    seconds
        How long it took, apart from waiting.
    warnings
        Swedish sentences, told again when the job is skipped next time.
    """

    made: tuple[Path, ...]
    seconds: float
    warnings: tuple[str, ...] = ()


@dataclass
class Outcome:
    """What happened to the jobs of a run."""

    done: dict[str, float] = field(default_factory=dict)
    """Seconds by job that was done now."""
    skipped: dict[str, float] = field(default_factory=dict)
    """Seconds by job that was up to date, as they were when it was done."""
    warnings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Warnings by job, done now or before."""
    errors: list[BaseException] = field(default_factory=list)


class Progress:
    """What is told about jobs as they start, end or are skipped."""

    def read(self, balance: Sequence[str]) -> None:
        """What became of the rows of the raw files, before anything is done with them."""

    def expected(self, jobs: Sequence[Job], seconds: Mapping[str, float]) -> None:
        """The jobs there are, and how long those took that were done before."""

    def started(self, job: Job) -> None:
        """A job begins."""

    def ended(self, job: Job, seconds: float) -> None:
        """A job ended well."""

    def skipped(self, job: Job) -> None:
        """A job was up to date."""


Act = Callable[[Job, Outcome], Done]


def run(jobs: Sequence[Job], act: Act, state: Path, *, fresh: bool, progress: Progress) -> Outcome:
    """Do what is not up to date, each job as soon as what it reads is there.

    Parameters
    ----------
    jobs
        Any order; a job that reads another's output waits for it.
    act
        Does a job. Called from several threads, one for each job that is ready; what may really
        go on at the same time is for it to settle.
    state
        Folder of doit's record.
    fresh
        Forget the record first.

    Raises
    ------
    AnalysisError
        The first failure; the record keeps what was done before it.
    """
    state.mkdir(parents=True, exist_ok=True)
    record = state / RECORD
    before = {} if fresh else _seconds(record)
    if not before:
        record.unlink(missing_ok=True)
    progress.expected(jobs, before)
    outcome = Outcome()
    options = {
        "dep_file": str(record),
        "backend": "json",
        "reporter": _reporter({job.name: job for job in jobs}, outcome, progress),
        "num_process": len(jobs),
        "par_type": "thread",
        "verbosity": 0,
    }
    Run(task_loader=_Loader(jobs, act, outcome), config={"GLOBAL": options}).parse_execute([])
    if outcome.errors:
        raise _first(outcome.errors)
    return outcome


class _Loader(TaskLoader2):  # type: ignore[misc]
    def __init__(self, jobs: Sequence[Job], act: Act, outcome: Outcome) -> None:
        super().__init__()
        self._tasks = [_task(job, act, outcome) for job in jobs]

    def load_doit_config(self) -> dict[str, Any]:
        return {}

    def load_tasks(self, cmd: object, pos_args: object) -> list[Any]:
        return [dict_to_task(task) for task in self._tasks]


def _task(job: Job, act: Act, outcome: Outcome) -> dict[str, Any]:
    def action() -> dict[str, Any] | bool:
        try:
            done = act(job, outcome)
            outcome.done[job.name] = done.seconds
            outcome.warnings[job.name] = done.warnings
            return {
                SECONDS: done.seconds,
                WARNINGS: done.warnings,
                MADE: {str(path): store.digest(path) for path in (*job.outputs, *done.made)},
            }
        except BaseException as error:  # handed to the caller, who raises it
            outcome.errors.append(error)
            return False

    def untouched(task: object, values: Mapping[str, Any]) -> bool:
        made: Mapping[str, str] = values.get(MADE, {})
        if not made or any(str(path) not in made for path in job.outputs):
            return False
        outcome.warnings[job.name] = tuple(values[WARNINGS])
        outcome.skipped[job.name] = values[SECONDS]
        paths = {Path(name): kept for name, kept in made.items()}
        return all(path.is_file() and store.digest(path) == kept for path, kept in paths.items())

    return {
        "name": job.name,
        "actions": [action],
        "file_dep": [str(path) for path in job.inputs],
        "targets": [str(path) for path in job.outputs],
        "uptodate": [config_changed(job.version), untouched],
        # doit would swap sys.stdout for each action, which threads cannot share.
        "io": {"capture": False},
        "verbosity": 0,
    }


def _reporter(jobs: Mapping[str, Job], outcome: Outcome, progress: Progress) -> type[Any]:
    class Reporter(ZeroReporter):  # type: ignore[misc]
        desc = "tells our own progress"

        def execute_task(self, task: Any) -> None:
            outcome.skipped.pop(task.name, None)

        def skip_uptodate(self, task: Any) -> None:
            progress.skipped(jobs[task.name])

        def add_success(self, task: Any) -> None:
            progress.ended(jobs[task.name], outcome.done[task.name])

        def add_failure(self, task: Any, fail: Any) -> None:
            # A job that failed by itself has left its error already.
            if not outcome.errors:
                outcome.errors.append(RuntimeError(f"{task.name}: {fail.get_msg()}"))

        def runtime_error(self, msg: str) -> None:
            outcome.errors.append(RuntimeError(msg))

    return Reporter


def _seconds(record: Path) -> dict[str, float]:
    """How long each job took; nothing when the record is not there or was cut off half-way."""
    try:
        content = json.loads(record.read_text(encoding="utf-8"))
        return {name: kept["_values_:"][SECONDS] for name, kept in content.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


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
