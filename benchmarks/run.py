"""How long a run takes, and the same job done the ordinary way: ``python benchmarks/run.py``.

Prints a table: a fresh run, an unchanged one, what each kind of change costs, the stages; the
ordinary way is Papermill with its default settings, one notebook after the other, and then the
renderer. ``--baseline FILE`` stores the figures or compares with those stored there, ``--national``
adds whole reports on ten years of a country's answers, and on a tenth of them. Runs in a temporary
copy of the project. Nothing here is a test: times belong to their machine.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from measures import ANSWERS_A_YEAR, YEARS, country

from analysis.settings import load

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("config", "notebooks", "reports", "data/example", "data/official", "src", "published")
FILES = ("_quarto.yml", "pyproject.toml", "requirements.txt")
MILLION = 1_000_000


def main() -> None:
    """Measure, print, and store or compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--baseline", type=Path, help="stored figures")
    parser.add_argument("--national", action="store_true", help="add 33,000 and 330,000 answers")
    parser.add_argument("--no-peer", action="store_true", help="leave out the ordinary way")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        project = copied(Path(scratch) / "project")
        figures = measured(project, peer=not options.no_peer)
        if options.national:
            figures |= national(project)
    if options.baseline and options.baseline.is_file():
        told(figures, json.loads(options.baseline.read_text("utf-8")))
    else:
        told(figures, {})
        if options.baseline:
            options.baseline.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")


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


def measured(project: Path, *, peer: bool) -> dict[str, float]:
    """Every figure by name; seconds unless the name says otherwise."""
    # The first run also compiles the code; what is measured is what a user meets every time.
    report(project, "--fresh")
    figures = {"fresh run": report(project, "--fresh")}
    figures["fresh run, peak memory (MB)"] = peak_memory(project)
    record = json.loads((project / "arende" / "exempel" / "korning.json").read_text("utf-8"))
    for name, seconds in sorted(record["tider"]["sekunder"].items()):
        figures[f"  {name}"] = seconds
    figures["unchanged rerun"] = min(report(project) for _ in range(3))
    for name, change in CHANGES.items():
        change(project)
        figures[f"after a change of {name}"] = report(project)
    figures["fresh run, one kernel"] = report(project, "--fresh", "--jobs", "1")
    if peer:
        figures["the ordinary way"] = ordinary(project)
        figures["times faster than the ordinary way"] = (
            figures["the ordinary way"] / figures["fresh run"]
        )
    site = project / "_site"
    figures["weight of the first page (MB)"] = (
        sum(path.stat().st_size for path in (site / "index.html", *(site / "assets").glob("*.*")))
        / MILLION
    )
    figures["weight of the whole site (MB)"] = (
        sum(path.stat().st_size for path in site.rglob("*") if path.is_file()) / MILLION
    )
    return figures


def national(project: Path) -> dict[str, float]:
    """Seconds and memory of reports on ten years of answers: a tenth of a country's, and all."""
    figures: dict[str, float] = {}
    yearly = (ANSWERS_A_YEAR // 10, ANSWERS_A_YEAR)
    few, many = (f"{len(YEARS) * a_year:,} answers" for a_year in yearly)
    for size, a_year in zip((few, many), yearly, strict=True):
        raw_folder = ("--raw", str(raw_files(project, a_year)))
        figures[f"{size}, fresh run"] = report(project, *raw_folder, "--fresh")
        figures[f"{size}, peak memory (MB)"] = peak_memory(project, *raw_folder)
        figures[f"{size}, unchanged rerun"] = report(project, *raw_folder)
    for what, told in (("fresh run", "time"), ("peak memory (MB)", "memory")):
        growth = figures[f"{many}, {what}"] / figures[f"{few}, {what}"]
        figures[f"from {few} to ten times as many, times the {told}"] = growth
    return figures


def raw_files(project: Path, answers_a_year: int) -> Path:
    """A folder with a file for each of ten years, as a coordinator lays them."""
    settings = load(project / "config")
    areas = settings.rules.totals.definitions["total6"].areas
    answers = country(settings, areas, answers_a_year)
    headers = {"year": "arendear", "area": "myndighetsomrade", "outcome": "utfall"}
    table = answers.rename(columns=headers).drop(columns=["period", "case_type", "company_size"])
    table.insert(0, "svar_id", [f"R{number}" for number in range(len(table))])
    raw = project / f"national-{answers_a_year}"
    raw.mkdir()
    for year, part in table.groupby("arendear"):
        part.astype({key: "Int64" for key in settings.questionnaire.item_keys}).to_csv(
            raw / f"insikt_{year}.csv", index=False
        )
    return raw


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


def peak_memory(project: Path, *options: str) -> float:
    """Largest sum of resident memory of a fresh run's processes; zero where it cannot be had."""
    if not Path("/proc/self/status").exists():
        return 0.0
    running = subprocess.Popen(
        command("--fresh", *options),
        cwd=project,
        env=environment(project),
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    most = 0.0
    while running.poll() is None:
        most = max(most, sum(map(resident, descendants(running.pid))))
        time.sleep(0.1)
    return most


def descendants(process: int) -> list[int]:
    """A process and everything it has started."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found, waiting = [], [process]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += parents.get(one, [])
    return found


def resident(process: int) -> float:
    """Megabytes of memory that a process has for itself, shared parts divided by their users."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    sizes = [int(line.split()[1]) for line in lines if line.startswith("Pss:")]
    return sum(sizes) * 1024 / MILLION


def environment(project: Path) -> dict[str, str]:
    """The environment in which the copy's code is the one that runs."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(project / "src"), "PYTHONUTF8": "1"}


def appended(path: str) -> Callable[[Path], None]:
    """A change of a file that changes nothing in what it says."""

    def change(project: Path) -> None:
        with (project / path).open("a", encoding="utf-8") as file:
            file.write("\n")

    return change


def commented(path: str) -> Callable[[Path], None]:
    """A change of a module."""

    def change(project: Path) -> None:
        with (project / path).open("a", encoding="utf-8") as file:
            file.write("\n# changed\n")

    return change


CHANGES: dict[str, Callable[[Path], None]] = {
    "plan.yml": appended("config/plan.yml"),
    "one year's answers": appended("data/example/insikt_2021.csv"),
    "the progress reported": appended("data/example/aktiviteter.csv"),
    "the accessibility page": appended("reports/tillganglighet.qmd"),
    "the code of the areas' pages": commented("src/analysis/present/pages/omrade.py"),
    "the code of the index": commented("src/analysis/measures/index.py"),
}


def told(figures: dict[str, float], before: dict[str, float]) -> None:
    """Print the table, beside stored figures where there are any."""
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores")
    width = max(map(len, figures))
    for name, value in figures.items():
        then = before.get(name)
        compared = f"{then:>10.2f} {value / then:>7.2f}x" if then else ""
        print(f"{name:<{width}} {value:>10.2f} {compared}")
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{'processor time of all runs':<{width}} {children.ru_utime + children.ru_stime:>10.2f}")


if __name__ == "__main__":
    main()
