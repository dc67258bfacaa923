"""Runs the tests behind each promise and writes the table in ``reliability.md``.

``python docs/make_reliability.py``, with the environment of ``run.py test``; takes some minutes. A
promise with a failing test is shown as broken, one whose tests cannot run here as not tried; the
command ends with 1 when anything failed.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reliability.md"
START, END = "<!-- table -->\n", "<!-- end of table -->"
UNIT, FAULTS, SITE = "tests/unit/test_", "tests/faults/", "tests/site/"
DISCLOSURE = ROOT / "tests" / "unit" / "test_measures_disclosure.py"


@dataclass(frozen=True)
class Promise:
    """What is promised, what its figures count, and the tests that try it."""

    words: str
    counted: str
    tests: tuple[str, ...]


PROMISES = (
    Promise(
        "Killed at any moment, the last good site stands and the next run completes",
        "kills",
        (
            f"{FAULTS}test_swap.py::test_killed_at_any_moment_a_whole_site_stands_or_is_restored",
            f"{FAULTS}test_swap.py"
            "::test_killed_before_each_step_of_the_swap_a_whole_site_stands_or_is_restored",
            f"{FAULTS}test_run_whole.py::test_killed_at_seeded_moments_the_last_good_site_stands",
        ),
    ),
    Promise(
        "Full or read-only disk, open file, second run, interrupted swap: told, and nothing lost",
        "disturbances",
        (
            f"{FAULTS}test_swap.py",
            f"{FAULTS}test_run_whole.py",
            "-k",
            "disk or open_on_windows or second or ended or taken_back or copy_that_fails "
            "or other_things",
        ),
    ),
    Promise(
        "Broken kernel, fault of ours, refused input: the old site stands",
        "faults",
        (f"{FAULTS}test_run_whole.py", "-k", "fault or dies or mend or leak or answer"),
    ),
    Promise(
        "Two clean runs in different places, and any kernel, give the same bytes",
        "comparisons",
        (f"{FAULTS}test_run_whole.py", f"{UNIT}run_kernels.py", "-k", "bytes or record or reaches"),
    ),
    Promise(
        "The newest supported Python gives the same report",
        "reports",
        (f"{FAULTS}test_other_pythons.py",),
    ),
    Promise("Bad raw files are refused by name", "files", (f"{FAULTS}test_bad_files.py",)),
    Promise(
        "A site that is not whole is refused",
        "spoilt sites",
        (f"{UNIT}site_checks.py", "-k", "not_whole or whole_site"),
    ),
    Promise(
        "A planted leak stops the run, whatever file it lies in",
        "planted leaks",
        (f"{UNIT}site_checks.py", "-k", "leak or looked or grows"),
    ),
    Promise(
        "A secret is told from what an honest report says: the one is found, the other passes",
        "texts",
        (f"{UNIT}guard.py",),
    ),
    Promise(
        "Answers never reach the repository",
        "attempts",
        (f"{UNIT}site_publication.py", "-k", "repository or hook"),
    ),
    Promise(
        "Hostile text stays text; nothing injected runs or sends",
        "attacks",
        (f"{SITE}test_safety.py", f"{UNIT}report_rules.py"),
    ),
    Promise("The preview gives the site to this computer only", "requests", (f"{UNIT}commands_preview.py",)),
    Promise("No number is lost between the stages without a word", "checks", (f"{UNIT}quality_sanity.py",)),
    Promise(
        "Every number that moved since a publication is listed, and no publication is lost",
        "cases",
        (f"{UNIT}present_changes.py", f"{UNIT}site_publication.py", f"{SITE}test_published_changes.py"),
    ),
    Promise(
        "A changed thing reruns what depends on it and nothing else",
        "changes",
        (f"{UNIT}report_jobs.py",),
    ),
    Promise("What is wrong with the machine is told with its fix", "faults", (f"{UNIT}commands_doctor.py",)),
    Promise(
        "Dependencies: pinned, each used, licences listed",
        "checks",
        ("tests/unit/test_dependencies.py",),
    ),
)


def main() -> int:
    """Run, count, write."""
    rows = ["| promise | tried | held |", "|---|---:|---:|"]
    broken = 0
    for promise in PROMISES:
        tried, held = counted(promise.tests)
        broken += tried - held
        rows.append(f"| {promise.words} | {tried} {promise.counted} | {held or 'not tried'} |")
        print(rows[-1], flush=True)
    cells, pinned = attacked()
    broken += pinned
    rows.append(
        "| No hidden index of the example can be pinned within the protected width (linear "
        "programming; totals of twenty answers or more that are hidden for an area's sake are "
        f"not protected themselves) | {cells} hidden cells | {cells - pinned} "
        f"(cells pinned: {pinned}) |"
    )
    print(rows[-1])
    before, rest = PAGE.read_text("utf-8").split(START)
    table = "\n".join(rows) + "\n"
    PAGE.write_text(before + START + table + END + rest.split(END)[1], "utf-8", newline="\n")
    return int(broken > 0)


def counted(tests: tuple[str, ...]) -> tuple[int, int]:
    """Cases of some tests and how many held; a test that kills counts its kills."""
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.xml"
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n", "0", f"--junitxml={report}", *tests],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            check=False,
        )
        tried = held = 0
        for case in ElementTree.parse(report).iter("testcase"):
            if case.find("skipped") is not None:
                continue
            kills = case.find("properties/property[@name='kills']")
            weight = int(kills.get("value", "1")) if kills is not None else 1
            tried += weight
            failed = case.find("failure") is not None or case.find("error") is not None
            held += 0 if failed else weight
    return tried, held


def attacked() -> tuple[int, int]:
    """Hidden cells of the example's published tables, and how many of them the attack pins."""
    attack = _module(DISCLOSURE)
    frame = attack.simulate(attack.SETTINGS)
    frame = frame[frame["customer"] == "foretag"].copy()
    # The example's "vet ej", and its one year by tertial.
    frame[attack.ITEMS] = frame[attack.ITEMS].replace(0, float("nan"))
    frame["period"] = frame["period"].where(frame["year"] == 2023)
    published: pd.DataFrame = attack.publish.index_table(attack.table(frame))
    # All years at once: a change since the year before narrows both.
    widths = [
        width
        for group in attack.SETTINGS.questionnaire.groups
        for _, width in attack.Attack(frame, published, group).widths()
    ]
    return len(widths), sum(width < attack.WIDTH - 1e-6 for width in widths)


def _module(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    sys.exit(main())
