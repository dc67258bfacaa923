"""Runs the tests behind each promise and writes the table in ``reliability.md``.

``python docs/make_reliability.py``; takes some minutes. A promise with a failing test is shown as
broken, and the command ends with 1.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reliability.md"
START, END = "<!-- table -->\n", "<!-- end of table -->"
PROMISES = {
    "Killed at any moment, a whole site stands (kills)": (
        "tests/faults/test_swap.py::test_killed_at_any_moment_a_whole_site_stands_or_is_restored",
        "tests/faults/test_run_whole.py::test_killed_at_seeded_moments_the_last_good_site_stands",
    ),
    "Full disk, read-only disk, open file, second run, interrupted swap": (
        "tests/faults/test_swap.py",
    ),
    "Broken kernel, fault of ours, refused input: the old site stands": (
        "tests/faults/test_run_whole.py",
    ),
    "A changed thing reruns what depends on it and nothing else": (
        "tests/unit/test_pipeline_uptodate.py",
        "tests/unit/test_pipeline_code.py",
    ),
    "A notebook's result does not depend on its kernel": ("tests/unit/test_pipeline_kernels.py",),
    "A site that is not whole, or leaks, is refused": ("tests/unit/test_pipeline_checks.py",),
    "Hostile text stays text; the pages' policy holds": ("tests/site/test_safety.py",),
    "The preview gives the site to this computer only": ("tests/unit/test_pipeline_preview.py",),
    "Bad raw files are refused by name": ("tests/faults/test_bad_files.py",),
    "No hidden cell can be pinned": ("tests/unit/test_measures_disclosure.py",),
}


def main() -> int:
    """Run, count, write."""
    rows = ["| promise | cases | held |", "|---|---:|---:|"]
    broken = 0
    for promise, tests in PROMISES.items():
        cases, held = counted([test for test in tests if (ROOT / test.split("::")[0]).exists()])
        broken += cases - held
        rows.append(f"| {promise} | {cases} | {held if cases else 'not run'} |")
        print(rows[-1], flush=True)
    text = PAGE.read_text("utf-8")
    before, rest = text.split(START)
    table = "\n".join(rows) + "\n"
    PAGE.write_text(before + START + table + END + rest.split(END)[1], "utf-8", newline="\n")
    return int(broken > 0)


def counted(tests: list[str]) -> tuple[int, int]:
    """Cases of some tests and how many held; a test that kills counts its kills."""
    if not tests:
        return 0, 0
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.xml"
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n", "0", f"--junitxml={report}", *tests],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            check=False,
        )
        cases = held = 0
        for case in ElementTree.parse(report).iter("testcase"):
            if case.find("skipped") is not None:
                continue
            kills = case.find("properties/property[@name='kills']")
            weight = int(kills.get("value", "1")) if kills is not None else 1
            cases += weight
            failed = case.find("failure") is not None or case.find("error") is not None
            held += 0 if failed else weight
    return cases, held


if __name__ == "__main__":
    sys.exit(main())
