"""What the coordinator sees while a run goes on, and when it is done."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

from analysis import swedish
from analysis.pipeline.tasks import Job, Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from analysis.pipeline.report import Finished


class Lines(Progress):
    """Plain lines, for a log or a console that cannot move its cursor."""

    def __init__(self) -> None:
        self._lock = Lock()

    def ended(self, job: Job, seconds: float) -> None:
        with self._lock:
            print(f"  {job.label} ({swedish.number(seconds)} s)", flush=True)


class Display(Progress):
    """A live line: what is being done now and how far it has come."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._lock = Lock()
        self._task = bar.add_task("Läser underlaget", total=None)
        self._running: dict[str, str] = {}

    def expected(self, count: int) -> None:
        self._bar.update(self._task, total=count)

    def started(self, job: Job) -> None:
        with self._lock:
            self._running[job.name] = job.label
            self._tell()

    def ended(self, job: Job, seconds: float) -> None:
        with self._lock:
            self._running.pop(job.name, None)
            self._bar.advance(self._task)
            self._tell()

    def skipped(self, job: Job) -> None:
        with self._lock:
            self._bar.advance(self._task)

    def _tell(self) -> None:
        if self._running:
            self._bar.update(self._task, description=next(reversed(self._running.values())))


@contextmanager
def progress() -> Iterator[Progress]:
    """The display that suits the console."""
    if not sys.stderr.isatty():
        yield Lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}", justify="left"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        yield Display(bar)


def summary(finished: Finished) -> None:
    """What was made, where it is, and what to know about it."""
    if finished.unchanged:
        print("Inget har ändrats sedan sist; rapporten är redan klar.")
    else:
        seconds = swedish.number(finished.elapsed)
        print(f"Rapporten är klar på {seconds} s.")
    if finished.example:
        print("Den visar EXEMPELDATA. Lägg kommunens filer i data/raw/ och kör igen.")
    for note in finished.notes:
        print(f"  • {note}")
    print(f"  Webbplatsen: {finished.site / 'index.html'}")
    print(f"  Bilagan:     {finished.site / 'bilaga.pdf'}")
