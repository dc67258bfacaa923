"""The coordinator's terminal during a run and at its end."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

from analysis.run.runner import Job, Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from analysis.report.make import Finished

# Assumed seconds of a job that has never been run.
USUAL = {"clean": 0.5, "numbers": 1.5, "pages": 0.4, "pictures": 2.5, "site": 3.0}
SHOWN_FILES = 12
GROUPS = {
    "clean": "Rensning av svaren",
    "numbers": "Index och tabeller",
    "pages": "Sidor",
    "pictures": "Figurer till bilagan",
    "site": "Webbplats och bilaga",
}


class Lines(Progress):
    """Progress as plain lines, for a log or a console that cannot move its cursor."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._expected = 0
        self._told = 0

    def read(self, balance: Sequence[str]) -> None:
        print("\n".join(_listed(balance)), flush=True)

    def expected(self, jobs: Sequence[Job], seconds: Mapping[str, float]) -> None:
        self._expected, self._told = len(jobs), 0

    def skipped(self, job: Job) -> None:
        self._told += 1

    def ended(self, job: Job, seconds: float) -> None:
        with self._lock:
            self._told += 1
            number = f"{self._told:>{len(str(self._expected))}}/{self._expected}  "
            shown = number if self._expected > 1 else ""
            print(f"  {shown}{job.label} ({_seconds(seconds)})", flush=True)


class Display(Progress):
    """Progress as a live line: the present jobs, the share done, and the time left."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._lock = Lock()
        self._task = bar.add_task("Förbereder", total=None)
        self._running: dict[str, str] = {}
        self._weights: dict[str, float] = {}

    def read(self, balance: Sequence[str]) -> None:
        for line in _listed(balance):
            self._bar.console.print(line, markup=False, highlight=False)

    def expected(self, jobs: Sequence[Job], seconds: Mapping[str, float]) -> None:
        self._weights = {job.name: seconds.get(job.name, USUAL[job.group]) for job in jobs}
        self._bar.update(self._task, total=sum(self._weights.values()), completed=0)

    def started(self, job: Job) -> None:
        with self._lock:
            self._running[job.name] = job.label
            self._tell()

    def ended(self, job: Job, seconds: float) -> None:
        with self._lock:
            self._running.pop(job.name, None)
            self._bar.advance(self._task, self._weights[job.name])
            self._tell()

    def skipped(self, job: Job) -> None:
        # Jobs that are up to date do not count in the time left.
        with self._lock:
            self._weights.pop(job.name)
            self._bar.update(self._task, total=sum(self._weights.values()))

    def _tell(self) -> None:
        if self._running:
            self._bar.update(self._task, description=next(reversed(self._running.values())))


@contextmanager
def progress() -> Iterator[Progress]:
    """A progress display that suits the console."""
    if not sys.stderr.isatty():
        yield Lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        # The whole line fits a console of 80 columns.
        TextColumn("{task.description:<40}"),
        BarColumn(bar_width=14),
        TaskProgressColumn(),
        TextColumn("kvar"),
        TimeRemainingColumn(compact=True),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        yield Display(bar)


def _listed(balance: Sequence[str]) -> list[str]:
    """The first warnings and the newest files' balance; older files are only counted."""
    left = len(balance) - SHOWN_FILES
    files = "fil" if left == 1 else "filer"
    more = [f"… och {left} {files} till; python run.py check visar alla."] if left > 0 else []
    return [*balance[:SHOWN_FILES], *more]


def summary(finished: Finished) -> None:
    """Print the result of a run: where the files are, and the notes about them."""
    if not finished.done:
        print("Inget har ändrats sedan sist; rapporten är redan klar.")
    else:
        print(f"Rapporten är klar på {_seconds(finished.elapsed)}.")
        for group, label in GROUPS.items():
            if group in finished.seconds:
                print(f"  {label:<22} {_seconds(finished.seconds[group]):>8}")
        if finished.skipped:
            print(f"  Oförändrat sedan förra körningen: {_kept(finished)}.")
    if finished.example:
        print("Den visar EXEMPELDATA. Lägg kommunens filer i data/raw/ och kör igen.")
    for note in finished.notes:
        print(f"  • {note}")
    print(f"  Webbplatsen: {finished.site / 'index.html'}")
    print(f"  Bilagan:     {finished.site / 'bilaga.pdf'}")
    print(f"  Underlaget:  {finished.matter / 'bilaga-underlag.docx'}")
    print(f"  Utbildning:  {finished.matter / 'utbildningsunderlag.docx'} (och som PDF)")
    print(f"  Kvaliteten:  {finished.matter / 'kvalitet.html'} (får inte publiceras)")


def _kept(finished: Finished) -> str:
    """A sentence on jobs that were up to date: whole groups by name, others with a count."""
    return ", ".join(
        f"{label[0].lower()}{label[1:]}" + (f" ({kept} av {kept + done})" if done else "")
        for group, label in GROUPS.items()
        if (kept := finished.skipped.get(group, 0))
        for done in [finished.done.get(group, 0)]
    )


def _seconds(seconds: float) -> str:
    # `swedish` would load locale data, which takes half the time of an unchanged run.
    return f"{seconds:.1f}".replace(".", ",") + " s"
