"""Doing the jobs of a run that are not up to date, each as soon as what it reads is there.

A job is up to date when its key, every file it reads and every file it made have the content that
the record tells of. The record is one JSON file, written whole after every job.
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
from threading import Thread
from types import TracebackType
from typing import TYPE_CHECKING, Any

from analysis import store

if TYPE_CHECKING:
    from analysis.run.warm import WarmKernel

RECORD = "jobs.json"
ENTRY = frozenset(("key", "inputs", "made", "seconds", "warnings"))
"""What the record tells of a job."""


@dataclass(frozen=True)
class Done:
    """The result of a job.

    Parameters
    ----------
    made
        Files it wrote beside its declared outputs.
    warnings
        Swedish sentences, told again when the job is up to date next time.
    """

    made: tuple[Path, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Job:
    """Something to do when it is not up to date.

    Parameters
    ----------
    name, label
        Unique name, and the name on the progress display.
    group
        Heading that its time is summed under in the summary.
    inputs, outputs
        Files read and written.
    key
        Digest of everything else that a result rests on: parameters, code, lock file.
    act
        Does the job; called with a warm kernel when `notebook`, else with None.
    notebook
        Whether it runs in a kernel.
    after
        Names of jobs to wait for, besides those that make an input.
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
    """What happened to the jobs of a run."""

    done: dict[str, float] = field(default_factory=dict)
    """Seconds by job that was done now."""
    kept: dict[str, float] = field(default_factory=dict)
    """Seconds by job that was up to date, as they were when it was done."""
    warnings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Warnings by job, done now or before."""


class Progress:
    """Told about jobs as they start, end or turn out to be up to date."""

    def read(self, balance: Sequence[str]) -> None:
        """The balance of the raw files: rows read, counted and set aside."""

    def expected(self, jobs: Sequence[Job], seconds: Mapping[str, float]) -> None:
        """Jobs to come, and the seconds of those that were done before."""

    def started(self, job: Job) -> None:
        """A job begins."""

    def ended(self, job: Job, seconds: float) -> None:
        """A job ended well."""

    def skipped(self, job: Job) -> None:
        """A job was up to date."""


class Runner(AbstractContextManager["Runner"]):
    """Does jobs in a few threads and remembers them.

    Parameters
    ----------
    state
        Folder of the record.
    kernels
        How many notebooks run at the same time, each in a thread with a kernel of its own.
    warm
        Whether a kernel is kept from notebook to notebook; else each notebook starts its own.
    fresh
        Whether the record is forgotten first.
    progress
        Told about every job.
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
        self.outcome = Outcome()

    def is_current(self, job: Job) -> bool:
        """Whether a job is up to date; if so its warnings are told again."""
        entry = self._record.get(job.name)
        if not (
            entry
            and entry["key"] == job.key
            and entry["inputs"] == self._content(job.inputs)
            and entry["made"].keys() >= set(map(str, job.outputs))
            and entry["made"] == self._content(map(Path, entry["made"]))
        ):
            return False
        self.outcome.kept[job.name] = entry["seconds"]
        self.outcome.warnings[job.name] = tuple(entry["warnings"])
        return True

    def run(self, jobs: Sequence[Job]) -> None:
        """Do those jobs that are not up to date.

        Parameters
        ----------
        jobs
            Any order; of the notebooks that are ready the one that most others wait for is first.

        Raises
        ------
        AnalysisError
            The first failure; the record keeps what was done before it.
        """
        named = {job.name: job for job in jobs}
        needs = _needs(jobs)
        self._progress.expected(jobs, {name: one["seconds"] for name, one in self._record.items()})
        # The lowest goes first.
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
        """Put a job that was done into the record.

        Raises
        ------
        FileNotFoundError
            When it has not made what it should.
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
        """Every file made by the jobs of this run, now or before."""
        names = (*self.outcome.done, *self.outcome.kept)
        return tuple(Path(path) for name in names for path in self._record[name]["made"])

    def warm_up(self) -> None:
        """Start the kernels, unless they are started: a notebook will have to be run."""
        while len(self._threads) < self._most:
            thread = Thread(target=self._run_notebooks, daemon=True)
            self._threads.append(thread)
            thread.start()

    def dismiss(self) -> None:
        """Let the kernels go: no notebook is left."""
        for _ in self._threads:
            self._waiting.put((0, next(self._numbers), None))

    def _start(self, job: Job, place: int) -> None:
        # The content that is read, not the one that a file may get while the job goes on.
        self._content(job.inputs)
        if job.notebook:
            self.warm_up()
            self._waiting.put((place, next(self._numbers), job))
        else:
            Thread(target=self._do, args=(job, None), daemon=True).start()

    def _next_ended(self) -> str:
        """Wait for a job to end, and take it into the record."""
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
                # Made ready before there is work: no notebook waits for it.
                kernel = self._ready(kernel) if self._warm else None
            except BaseException as error:  # told by the job that was to have the kernel
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
        """A kernel in its starting state: the one there is, or a new one."""
        if kernel and kernel.restored():
            return kernel
        if kernel:
            kernel.stop()
        from analysis.run.warm import WarmKernel

        new = WarmKernel()
        self._kernels.append(new)
        return new

    def _content(self, paths: Iterable[Path]) -> dict[str, str]:
        """Digest of each file, empty for one that is not there; looked at once in a run."""
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
            # The work that goes on is of no use; the threads are daemons and end with the program.
            for kernel in self._kernels:
                kernel.kill()


def in_order(jobs: Sequence[Job]) -> list[Job]:
    """Jobs so that each comes after those it waits for."""
    named = {job.name: job for job in jobs}
    return [named[name] for name in TopologicalSorter(_needs(jobs)).static_order()]


def _needs(jobs: Sequence[Job]) -> dict[str, set[str]]:
    """The jobs that each job waits for: those that make an input of it, and those it names."""
    makers = {path: job.name for job in jobs for path in job.outputs}
    names = {job.name for job in jobs}
    return {
        job.name: {makers[path] for path in job.inputs if path in makers}
        | names.intersection(job.after)
        for job in jobs
    }


def _waiting_for(name: str, needs: Mapping[str, set[str]]) -> int:
    """How many jobs wait for a job, directly or not."""
    found: set[str] = set()
    reached = {name}
    while reached:
        reached = {other for other, needed in needs.items() if needed & reached} - found
        found |= reached
    return len(found)


def _read(file: Path) -> dict[str, Any]:
    """The record; empty when there is none, or none of this program's."""
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        return {name: entry for name, entry in record.items() if entry.keys() >= ENTRY}
    except (OSError, ValueError, AttributeError):
        return {}
