"""Runs the jobs that are not up to date, each as soon as its inputs exist.

A job is up to date when its key and the content of all its inputs and outputs are those in the
record. The record is one JSON file, written whole after each job.
"""

from __future__ import annotations

import itertools
import json
import queue
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path
from threading import Lock, Thread
from types import TracebackType
from typing import TYPE_CHECKING, Any

from analysis import store

if TYPE_CHECKING:
    from analysis.run.warm import WarmKernel

RECORD = "jobs.json"
ENTRY = frozenset(("key", "inputs", "made", "seconds", "warnings"))
"""The record's entry of a job."""


@dataclass(frozen=True)
class Done:
    """The result of a job.

    Parameters
    ----------
    made
        Files written besides the declared outputs.
    warnings
        Swedish sentences, repeated in later runs where the job is up to date.
    """

    made: tuple[Path, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Job:
    """A unit of work that is skipped while it is up to date.

    Parameters
    ----------
    name, label
        Unique name, and the name on the progress display.
    group
        Heading in the summary under which its seconds are added up.
    inputs, outputs
        Files read and written.
    key
        Digest of everything else that the result depends on: parameters, code, lock file.
    act
        Function that does the work; called with a warm kernel when `notebook`, else with None.
    notebook
        Whether it runs in a kernel.
    after
        Names of further jobs to wait for, besides those that write an input.
    """

    name: str
    label: str
    group: str
    inputs: tuple[Path, ...]
    outputs: tuple[Path, ...]
    key: str
    act: Callable[[WarmKernel | None], Done] = field(compare=False)
    notebook: bool = False
    after: tuple[str, ...] = ()


@dataclass
class Outcome:
    """The outcome of a run's jobs."""

    done: dict[str, float] = field(default_factory=dict)
    """Seconds of each job run now."""
    kept: dict[str, float] = field(default_factory=dict)
    """Seconds of each job that was up to date, measured when it was last run."""
    warnings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Warnings of each job, run now or earlier."""


class Progress:
    """Receives events: a job starts, ends or is skipped because it is up to date."""

    def read(self, balance: Sequence[str]) -> None:
        """The balance of the raw files: rows read, counted and set aside."""

    def expected(self, jobs: Sequence[Job], seconds: Mapping[str, float]) -> None:
        """The jobs to come, with their seconds in the last run where known."""

    def started(self, job: Job) -> None:
        """A job begins."""

    def ended(self, job: Job, seconds: float) -> None:
        """A job ended without error."""

    def skipped(self, job: Job) -> None:
        """A job was up to date."""


class Runner(AbstractContextManager["Runner"]):
    """Runs jobs in threads and keeps the record of them.

    Parameters
    ----------
    state
        Folder of the record.
    kernels
        Number of notebooks that run at the same time, each in a thread with its own kernel.
    warm
        Whether kernels are reused; otherwise each notebook starts a kernel of its own.
    fresh
        Whether to start from an empty record.
    progress
        Receives the events of every job.
    """

    def __init__(
        self, state: Path, *, kernels: int, warm: bool, fresh: bool, progress: Progress
    ) -> None:
        self._file = state / RECORD
        self._record = {} if fresh else _read(self._file)
        self._progress = progress
        self._most, self._warm = kernels, warm
        self._digests: dict[Path, str] = {}
        self._waiting: queue.PriorityQueue[tuple[int, int, Job | None]] = queue.PriorityQueue()
        self._numbers = itertools.count()
        self._ended: queue.Queue[tuple[Job, float, Done | BaseException]] = queue.Queue()
        self._threads: list[Thread] = []
        self._kernels: list[WarmKernel] = []
        self._starting = Lock()
        self.outcome = Outcome()

    def is_current(self, job: Job) -> bool:
        """Whether a job is up to date; its warnings are then added to the outcome."""
        # Looked at in any case: what is read is this content, not one that a file gets meanwhile.
        inputs = self._content(job.inputs)
        entry = self._record.get(job.name)
        if not (
            entry
            and entry["key"] == job.key
            and entry["inputs"] == inputs
            and entry["made"].keys() >= set(map(str, job.outputs))
            and entry["made"] == self._content(map(Path, entry["made"]))
        ):
            return False
        self.outcome.kept[job.name] = entry["seconds"]
        self.outcome.warnings[job.name] = tuple(entry["warnings"])
        return True

    def run(self, jobs: Sequence[Job]) -> None:
        """Run the jobs that are not up to date.

        Parameters
        ----------
        jobs
            In any order. Of several ready notebooks, the one that most jobs wait for runs first.

        Raises
        ------
        AnalysisError
            The first failure; the record keeps the jobs that succeeded before it.
        """
        named = {job.name: job for job in jobs}
        needs = _needs(jobs)
        self._progress.expected(jobs, {name: one["seconds"] for name, one in self._record.items()})
        # A priority queue gives the lowest number first.
        places = {name: -_waiting_for(name, needs) for name in named}
        graph = TopologicalSorter(needs)
        graph.prepare()
        running = 0
        while graph.is_active():
            for name in sorted(graph.get_ready(), key=places.__getitem__):
                if self.is_current(named[name]):
                    self._progress.skipped(named[name])
                    graph.done(name)
                else:
                    self._start(named[name], places[name])
                    running += 1
            if running:
                graph.done(self._next_ended())
                running -= 1

    def remember(self, job: Job, seconds: float, done: Done) -> None:
        """Enter a finished job into the record.

        Raises
        ------
        FileNotFoundError
            When a declared output is missing.
        """
        made = dict.fromkeys((*job.outputs, *done.made))
        if missing := [path.name for path in made if not path.is_file()]:
            raise FileNotFoundError(f"{job.name} has not made {', '.join(missing)}")
        for path in made:
            self._digests.pop(path, None)
        self._record[job.name] = {
            "key": job.key,
            "inputs": self._content(job.inputs),
            "made": self._content(made),
            "seconds": seconds,
            "warnings": done.warnings,
        }
        self.outcome.done[job.name] = seconds
        self.outcome.warnings[job.name] = done.warnings
        store.write_json(self._file, self._record)

    def made(self) -> tuple[Path, ...]:
        """All files written by the jobs of this run, including those already up to date."""
        names = (*self.outcome.done, *self.outcome.kept)
        return tuple(Path(path) for name in names for path in self._record[name]["made"])

    def warm_up(self) -> None:
        """Start the kernels unless they are running, because a notebook has to be run."""
        while len(self._threads) < self._most:
            thread = Thread(target=self._run_notebooks, daemon=True)
            self._threads.append(thread)
            thread.start()

    def dismiss(self) -> None:
        """Stop the kernels when no notebook is left."""
        for _ in self._threads:
            self._waiting.put((0, next(self._numbers), None))

    def _start(self, job: Job, place: int) -> None:
        if job.notebook:
            self.warm_up()
            self._waiting.put((place, next(self._numbers), job))
        else:
            Thread(target=self._do, args=(job, None), daemon=True).start()

    def _next_ended(self) -> str:
        """Wait for the next job to end and enter it into the record."""
        job, seconds, result = self._ended.get()
        if isinstance(result, BaseException):
            raise result
        self.remember(job, seconds, result)
        self._progress.ended(job, seconds)
        return job.name

    def _do(self, job: Job, kernel: WarmKernel | None) -> None:
        self._progress.started(job)
        start = time.perf_counter()
        result: Done | BaseException
        try:
            result = job.act(kernel)
        except BaseException as error:  # raised by `run`, in the thread that waits
            result = error
        self._ended.put((job, time.perf_counter() - start, result))

    def _run_notebooks(self) -> None:
        kernel: WarmKernel | None = None
        while True:
            fault: BaseException | None = None
            try:
                # The kernel is started before there is work, so that no notebook waits for it.
                kernel = self._ready(kernel) if self._warm else None
            except BaseException as error:  # reported by the job that needs the kernel
                fault = error
            _, _, job = self._waiting.get()
            if job is None:
                break
            if fault:
                self._ended.put((job, 0.0, fault))
            else:
                self._do(job, kernel)
        if kernel:
            kernel.stop()

    def _ready(self, kernel: WarmKernel | None) -> WarmKernel:
        """A kernel in its starting state: the given one restored, or a new one."""
        if kernel and kernel.restored():
            return kernel
        if kernel:
            kernel.stop()
        from analysis.run.warm import WarmKernel

        # One at a time: on few processors the others would delay the first, and the first notebook
        # is alone.
        with self._starting:
            new = WarmKernel()
            self._kernels.append(new)
        return new

    def _content(self, paths: Iterable[Path]) -> dict[str, str]:
        """Digest of each file (empty for a missing file), computed once in a run."""
        found: dict[str, str] = {}
        for path in paths:
            if path not in self._digests:
                self._digests[path] = store.digest(path) if path.is_file() else ""
            found[str(path)] = self._digests[path]
        return found

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is None:
            self.dismiss()
            for thread in self._threads:
                thread.join()
        else:
            # Unfinished work is abandoned: the threads are daemons and end with the program.
            for kernel in self._kernels:
                kernel.kill()


def in_order(jobs: Sequence[Job]) -> list[Job]:
    """The jobs sorted so that each follows the jobs it waits for."""
    named = {job.name: job for job in jobs}
    return [named[name] for name in TopologicalSorter(_needs(jobs)).static_order()]


def _needs(jobs: Sequence[Job]) -> dict[str, set[str]]:
    """The jobs that each job waits for: those that write its inputs, and those in `after`."""
    makers = {path: job.name for job in jobs for path in job.outputs}
    names = {job.name for job in jobs}
    return {
        job.name: {makers[path] for path in job.inputs if path in makers}
        | names.intersection(job.after)
        for job in jobs
    }


def _waiting_for(name: str, needs: Mapping[str, set[str]]) -> int:
    """The number of jobs that wait for each job, directly or indirectly."""
    found: set[str] = set()
    reached = {name}
    while reached:
        reached = {other for other, needed in needs.items() if needed & reached} - found
        found |= reached
    return len(found)


def _read(file: Path) -> dict[str, Any]:
    """The record; empty when the file is missing or not in this program's form."""
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        return {name: entry for name, entry in record.items() if entry.keys() >= ENTRY}
    except (OSError, ValueError, AttributeError):
        return {}
