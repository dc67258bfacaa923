"""How fast the report is, as ratios within one run: ``python benchmarks/run.py``.

A fresh run of the example is set against the same job done the ordinary way (Papermill with its
default settings, one notebook after the other, and then the renderer), against an unchanged run
and runs after a change. ``--national`` adds ten years of a country's answers, ``--municipalities
N`` as many municipalities (one after the other, and as many at a time as there are processors),
``--first`` the first command on a fresh machine. ``--store FILE`` keeps the figures; ``--against
FILE`` shows those kept beside the new ones and tells which got worse. Everything happens in a
temporary copy of the project. Nothing here is a test: times belong to their machine, and the two of
a ratio to the same hour.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from measures import ANSWERS_A_YEAR, country
from processes import peak_memory

from analysis.settings import Settings, load

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("config", "notebooks", "reports", "data/example", "data/official", "src", "published")
FILES = ("_quarto.yml", "pyproject.toml", "requirements.txt")
NOISE = 1.1
"""A ratio that is this many times the stored one has got worse."""
Figures = dict[str, float]
"""Seconds by name, megabytes where the name says so."""

FRESH, ORDINARY, UNCHANGED = "a fresh run", "the ordinary way", "an unchanged run"
ONE_YEAR, PLAN = "after a change of one year's answers", "after a change of plan.yml"
MEMORY = "peak memory of all processes"
TENTH, COUNTRY = "33,000 answers", "330,000 answers"
FIRST = "the first command on a fresh machine, network not counted"


@dataclass(frozen=True)
class Ratio:
    """What is reached, and what is aimed at.

    Parameters
    ----------
    name
        What is measured.
    over, under
        The names of two figures; without the second the first itself, in seconds or gigabytes.
    goal
        The most it should be; the least where `more` is better.
    times
        How many times the second figure is taken.
    """

    name: str
    over: str
    under: str
    goal: float
    more: bool = False
    times: int = 1

    def of(self, figures: Mapping[str, float]) -> float | None:
        """The ratio in a run's figures; None where a figure was not measured."""
        if self.over not in figures or (self.under and self.under not in figures):
            return None
        if self.under:
            return figures[self.over] / figures[self.under] / self.times
        return figures[self.over] / (1000 if MEMORY in self.over else 1)

    def worse(self, now: float, then: float) -> bool:
        """Whether it is worse than it was by more than `NOISE`."""
        return then / now > NOISE if self.more else now / then > NOISE

    def reached(self, now: float) -> bool:
        """Whether the goal is reached."""
        return now >= self.goal if self.more else now <= self.goal


def one_after_the_other(count: int) -> str:
    """The name of the figure of some municipalities, one at a time."""
    return f"{count} municipalities one after the other"


def at_once(count: int) -> str:
    """The name of the figure of the same municipalities, as many at a time as processors."""
    return f"{count} municipalities, {os.cpu_count()} at a time"


def ratios(count: int) -> tuple[Ratio, ...]:
    """All ratios, with so many municipalities."""
    return (
        Ratio("a fresh run is faster than the ordinary way (times)", ORDINARY, FRESH, 6, more=True),
        Ratio("one year's answers changed / fresh", ONE_YEAR, FRESH, 0.4),
        Ratio("plan.yml changed / fresh", PLAN, FRESH, 0.5),
        Ratio("unchanged / fresh", UNCHANGED, FRESH, 0.05),
        Ratio("unchanged (s)", UNCHANGED, "", 1),
        Ratio("330,000 answers / fresh", COUNTRY, FRESH, 2),
        Ratio("peak memory, the example (GB)", f"{FRESH}, {MEMORY}", "", 0.7),
        Ratio("peak memory, 330,000 answers (GB)", f"{COUNTRY}, {MEMORY}", "", 1.5),
        Ratio("330,000 / 33,000 answers, time", COUNTRY, TENTH, 6),
        Ratio("330,000 / 33,000, memory", f"{COUNTRY}, {MEMORY}", f"{TENTH}, {MEMORY}", 3),
        *(
            Ratio(f"{name} / {count} fresh runs", name, FRESH, 0.6, times=count)
            for name in (one_after_the_other(count), at_once(count))
        ),
        Ratio("first command on a fresh machine (s)", FIRST, "", 25),
    )


def main() -> None:
    """Measure, print, store, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, help="keep the figures in a file")
    parser.add_argument("--against", type=Path, help="figures kept earlier")
    parser.add_argument("--no-peer", action="store_true", help="leave out the ordinary way")
    parser.add_argument("--national", action="store_true", help="add a country's answers")
    parser.add_argument("--municipalities", type=int, default=0, help="add so many")
    parser.add_argument("--first", action="store_true", help="add the first command")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        project = copied(Path(scratch) / "project")
        figures = of_the_example(project, peer=not options.no_peer)
        if options.national:
            figures |= national(project)
        if options.municipalities:
            figures |= of_municipalities(project, options.municipalities)
        if options.first:
            figures[FIRST] = first_command(Path(scratch) / "fresh")
    kept = json.loads(options.against.read_text("utf-8")) if options.against else {}
    told(figures, kept, options.municipalities)
    if options.store:
        content = {"machine": machine(), "figures": figures}
        options.store.write_text(json.dumps(content, indent=1) + "\n", "utf-8")


def copied(root: Path) -> Path:
    """A copy of the project, so that nothing of the real one is touched."""
    for part in PARTS:
        if (ROOT / part).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", ".*")
            shutil.copytree(ROOT / part, root / part, ignore=ignored)
    for file in FILES:
        shutil.copy(ROOT / file, root / file)
    (root / "published").mkdir(exist_ok=True)
    return root


def of_the_example(project: Path, *, peer: bool) -> Figures:
    """A fresh run, an unchanged one, and one after each kind of change."""
    # The first run also compiles the code; what is measured is what a user meets every time.
    report(project, "--fresh")
    figures = {FRESH: min(report(project, "--fresh") for _ in range(2))}
    figures[f"{FRESH}, {MEMORY}"] = memory(project)
    record = json.loads((project / "arende" / "exempel" / "korning.json").read_text("utf-8"))
    for name, seconds in sorted(record["tider"]["sekunder"].items()):
        figures[f"  {name}"] = seconds
    figures[UNCHANGED] = min(report(project) for _ in range(3))
    for name, change in CHANGES.items():
        change(project)
        figures[name] = report(project)
    figures[f"{FRESH}, one kernel"] = report(project, "--fresh", "--jobs", "1")
    if peer:
        figures[ORDINARY] = ordinary(project)
    return figures


def national(project: Path) -> Figures:
    """The whole report on ten years of a country's answers, and on a tenth of them."""
    settings = load(project / "config")
    areas = settings.rules.totals.definitions["total6"].areas
    figures: Figures = {}
    for name, answers_a_year in ((TENTH, ANSWERS_A_YEAR // 10), (COUNTRY, ANSWERS_A_YEAR)):
        raw = project / name.replace(",", "").replace(" ", "-")
        raw_files(raw, settings, areas, answers_a_year)
        figures[name] = report(project, "--raw", str(raw), "--fresh")
        figures[f"{name}, {MEMORY}"] = memory(project, "--raw", str(raw))
    return figures


def raw_files(folder: Path, settings: Settings, areas: Sequence[str], answers_a_year: int) -> None:
    """Made-up answers as the files of ten years."""
    folder.mkdir()
    headers = {"year": "arendear", "area": "myndighetsomrade", "outcome": "utfall"}
    table = country(settings, tuple(areas), answers_a_year).rename(columns=headers)
    table = table.drop(columns=["period", "case_type", "company_size", "industry", "joint"])
    table.insert(0, "svar_id", [f"R{number}" for number in range(len(table))])
    scores = {key: "Int64" for key in settings.questionnaire.item_keys}
    for year, part in table.groupby("arendear"):
        part.astype(scores).to_csv(folder / f"insikt_{year}.csv", index=False)


def of_municipalities(project: Path, count: int) -> Figures:
    """Seconds of the reports of some municipalities, each with folders of its own."""
    settings = load(project / "config")
    own = settings.report.municipality.code
    names = [name for code, name in sorted(settings.municipalities.items()) if code != own][:count]
    commands = []
    for name in names:
        raw = project / "municipalities" / name
        shutil.copytree(project / "data" / "example", raw, ignore=OF_THE_MUNICIPALITY)
        site = project / "municipalities" / f"site-{name}"
        options = ("--municipality", name, "--raw", str(raw), "--site", str(site), "--fresh")
        commands.append(options)
    alone = sum(report(project, *options) for options in commands)
    start = time.perf_counter()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for made in [pool.submit(report, project, *one, "--jobs", "1") for one in commands]:
            made.result()
    beside = time.perf_counter() - start
    return {one_after_the_other(count): alone, at_once(count): beside}


OF_THE_MUNICIPALITY = shutil.ignore_patterns("aktiviteter*", "dialog*", "forslag*", "teman*")
"""Files of the example that belong to one municipality's plan."""


def first_command(root: Path) -> float:
    """Seconds of ``python run.py`` where nothing is installed but all is downloaded."""
    made = ("__pycache__", ".*", "_site", "arende", "processed", "raw", "tests")
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(*made))
    (root / "data" / "raw").mkdir()
    python = getattr(sys, "_base_executable", sys.executable)
    seconds = 0.0
    for _ in range(2):  # The first fills the installer's cache.
        for place in (".venv", "_site", "arende", "data/processed"):
            shutil.rmtree(root / place, ignore_errors=True)
        start = time.perf_counter()
        subprocess.run([python, "run.py"], cwd=root, stdout=subprocess.DEVNULL, check=True)
        seconds = time.perf_counter() - start
    return seconds


def command(*options: str) -> list[str]:
    """The report command; of the example, unless a raw folder is given."""
    source = () if "--raw" in options else ("--example",)
    return [sys.executable, "-m", "analysis", "report", *source, "--engine", "embedded", *options]


def report(project: Path, *options: str) -> float:
    """Seconds of a whole ``report`` command, start of Python included."""
    start = time.perf_counter()
    subprocess.run(
        command(*options),
        cwd=project,
        env=environment(project),
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - start


def memory(project: Path, *options: str) -> float:
    """Megabytes that all processes of a fresh run have at most; zero where it cannot be had."""
    return peak_memory(command("--fresh", *options), project, environment(project))


def ordinary(project: Path) -> float:
    """Seconds of the same notebooks by Papermill's own settings, one by one, then the renderer."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("ordinary.py")), str(project)],
        env=environment(project),
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout.split()[-1])


def environment(project: Path) -> dict[str, str]:
    """The environment in which the copy's code is the one that runs."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(project / "src"), "PYTHONUTF8": "1"}


def appended(path: str, text: str = "\n") -> Callable[[Path], None]:
    """A change of a file that changes nothing in what it says."""

    def change(project: Path) -> None:
        with (project / path).open("a", encoding="utf-8") as file:
            file.write(text)

    return change


CHANGES: dict[str, Callable[[Path], None]] = {
    PLAN: appended("config/plan.yml"),
    ONE_YEAR: appended("data/example/insikt_2021.csv"),
    "after a change of the progress reported": appended("data/example/aktiviteter.csv"),
    "after a change of the accessibility page": appended("reports/tillganglighet.qmd"),
    "after a change of the code": appended("src/analysis/measures/index.py", "\n# changed\n"),
}


def machine() -> str:
    """The machine in words: times mean nothing without it."""
    cpu = Path("/proc/cpuinfo")
    lines = cpu.read_text().splitlines() if cpu.exists() else []
    name = next((line.partition(": ")[2] for line in lines if "model name" in line), "")
    kind = f"{platform.system()} {platform.machine()}"
    return f"{name or kind}, {os.cpu_count()} cores, Python {platform.python_version()}"


def told(figures: Figures, kept: Mapping[str, object], count: int) -> None:
    """Print the figures and the ratios, beside those kept, and what got worse."""
    then = kept.get("figures", {})
    assert isinstance(then, dict)
    print(f"now:  {machine()}")
    if kept:
        print(f"then: {kept['machine']}")
    print(f"\n{'':<60} {'now':>9} {'then':>9}")
    for name, value in figures.items():
        print(f"{name:<60} {value:>9.2f} {shown(then.get(name))}")
    print(f"\n{'':<60} {'now':>9} {'then':>9} {'goal':>9}")
    worse = []
    for ratio in ratios(count):
        now, before = ratio.of(figures), ratio.of(then)
        if now is None:
            continue
        sign = "reached" if ratio.reached(now) else ""
        print(f"{ratio.name:<60} {now:>9.2f} {shown(before)} {ratio.goal:>9.2f} {sign}")
        if before and ratio.worse(now, before):
            worse.append(ratio.name)
    if kept:
        print(f"\nworse than then: {', '.join(worse) or 'nothing'}")


def shown(value: float | None) -> str:
    """A figure of then, or room for it."""
    return f"{value:>9.2f}" if value is not None else " " * 9


if __name__ == "__main__":
    main()
