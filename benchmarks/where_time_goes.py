"""Where the time of a run of the example goes: ``benchmarks/where_time_goes.py [ENGINE]``.

The run is a fresh one, or one ``--after`` a change of plan.yml or of one year's answers. Prints
the tables of ``benchmarks/README.md``: what is done, from when to when, in how many seconds, and
the processor time of each kind of process. Steps may overlap. Linux only, since the processor time
of the kernels, the browser and pandoc is read from the system.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import importlib
import io
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from processes import descendants, processor_time, started_as

from run import CHANGES, ONE_YEAR, PLAN, copied, environment

STEPS = {
    "start and imports of the two kernels": "analysis.run.warm:WarmKernel.__init__",
    "notebooks": "analysis.run.notebooks:run_notebook",
    "a kernel put back between notebooks": "analysis.run.warm:WarmKernel.restored",
    "figures drawn by the browser": "analysis.render.pictures:write",
    "bitmaps of them": "analysis.render.pictures:bitmaps",
    "the build folder": "analysis.site.layout:lay_out",
    "the whole report as one HTML and one PDF": "analysis.render.whole:make",
    "the documents of one page": "analysis.render.sheets:compile_all",
    "pages, appendix, Word documents": "analysis.render.embedded:render",
    "the same by Quarto, with what is mended after it": "analysis.render.quarto:render",
    "Quarto itself": "analysis.render.quarto:_run",
    "the site built, checked and put in place": "analysis.site.build:build",
    "checks of the site": "analysis.site.checks:site",
    "the search for secrets": "analysis.guard.search:Search.refuse",
    "the site put in place": "analysis.site.swap:swap_in",
}
"""Each step with the function that does it."""
KINDS = {
    "ipykernel": "kernels",
    "pandoc": "pandoc",
    "kaleido": "the browser",
    "render.draw": "the browser",
}
"""What stands in a process's command line, and its name here."""
EVERY = 0.1
AFTER = {"plan": PLAN, "answers": ONE_YEAR}


class Timed:
    """How often a function was called, from when to when, and its seconds in all."""

    def __init__(self, start: float) -> None:
        self._start = start
        self.calls, self.seconds, self.first, self.last = 0, 0.0, float("inf"), 0.0

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, timed."""

        @functools.wraps(function)
        def timed(*arguments: Any, **named: Any) -> Any:
            begun = time.perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                ended = time.perf_counter()
                self.calls += 1
                self.seconds += ended - begun
                self.first = min(self.first, begun - self._start)
                self.last = max(self.last, ended - self._start)

        return timed


def inside(project: Path, engine: str, *, fresh: bool) -> None:
    """Run the report in this process, its steps timed, and print the table."""
    start = time.perf_counter()
    os.chdir(project)
    from analysis import cli

    importing = time.perf_counter() - start
    steps = {name: Timed(start) for name in STEPS}
    for name, place in STEPS.items():
        module, _, path = place.partition(":")
        holder: Any = importlib.import_module(module)
        *within, last = path.split(".")
        for one in within:
            holder = getattr(holder, one)
        setattr(holder, last, steps[name].around(getattr(holder, last)))
    done = threading.Event()
    used: dict[int, tuple[str, float]] = {}
    watching = threading.Thread(target=watch, args=(done, used))
    watching.start()
    begun = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        code = cli.main(
            ["report", "--example", "--engine", engine, *(["--fresh"] if fresh else [])]
        )
    whole = time.perf_counter() - begun
    done.set()
    watching.join()
    assert code == 0
    print(f"| {'step':<48} | times | from (s) | to (s) | seconds in all |")
    print(f"|{'-' * 50}|---:|---:|---:|---:|")
    for name, step in steps.items():
        if step.calls:
            print(
                f"| {name:<48} | {step.calls} | {step.first - importing:.1f} "
                f"| {step.last - importing:.1f} | {step.seconds:.1f} |"
            )
    print(f"| {'the whole run':<48} | 1 | 0.0 | {whole:.1f} | {whole:.1f} |")
    processors: dict[str, float] = defaultdict(float)
    for kind, seconds in used.values():
        processors[kind] += seconds
    # Of pandoc, most of whose processes are gone before they are seen, the system tells the rest.
    times = os.times()
    processors["pandoc"] += max(
        0.0, times.children_user + times.children_system - sum(processors.values())
    )
    processors["this process"] = times.user + times.system
    print(f"\n| {'processor time of':<48} | seconds |")
    print(f"|{'-' * 50}|---:|")
    for kind, seconds in sorted(processors.items(), key=lambda one: -one[1]):
        print(f"| {kind:<48} | {seconds:.1f} |")


def watch(done: threading.Event, used: dict[int, tuple[str, float]]) -> None:
    """Note the processor time of every process that is started, until it is done."""
    own = os.getpid()
    while not done.wait(EVERY):
        for process in descendants(own):
            if process == own:
                continue
            line = started_as(process)
            kind = next((kind for sign, kind in KINDS.items() if sign in line), "")
            before = used.get(process, ("", 0.0))
            seconds = max(processor_time(process), before[1])
            if kind or before[0]:
                used[process] = (kind or before[0], seconds)


def main() -> None:
    """Make a copy, run it once so that the code is compiled, and time a run of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine", nargs="?", default="embedded", choices=("embedded", "quarto"))
    parser.add_argument("--after", choices=sorted(AFTER), help="a change since the run before")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    engine, after = options.engine, options.after
    if options.inside:
        inside(options.inside, engine, fresh=not after)
        return
    with tempfile.TemporaryDirectory() as scratch:
        project = copied(Path(scratch) / "project")

        def run(*command: str, out: int | None = None) -> None:
            everything = [sys.executable, *command]
            subprocess.run(
                everything, cwd=project, env=environment(project), stdout=out, check=True
            )

        report = ("-m", "analysis", "report", "--example", "--engine", engine)
        run(*report, out=subprocess.DEVNULL)
        if after:
            CHANGES[AFTER[after]](project)
        changed = ("--after", after) if after else ()
        run(str(Path(__file__).resolve()), engine, *changed, "--inside", str(project))


if __name__ == "__main__":
    main()
