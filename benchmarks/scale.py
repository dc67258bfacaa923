"""How a report's time grows with years, areas and answers: ``python benchmarks/scale.py``.

Made-up answers of a municipality, of which one thing at a time is more. Prints the table of
``docs/scale.md``. Everything happens in a temporary copy of the project.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from measures import YEARS

from analysis.settings import load
from run import copied, raw_files, report

A_YEAR = 560
SIZES = (
    ("years", 2, 10, A_YEAR),
    ("years", 5, 10, A_YEAR),
    ("years", 10, 10, A_YEAR),
    ("areas", 10, 2, A_YEAR),
    ("areas", 10, 5, A_YEAR),
    ("areas", 10, 10, A_YEAR),
    ("answers a year", 10, 10, 10 * A_YEAR),
    ("answers a year", 10, 10, 60 * A_YEAR),
)
"""What is more, the number of years and of areas, and the answers a year."""


def main() -> None:
    """Make a fresh report of each size, and print its seconds."""
    with tempfile.TemporaryDirectory() as scratch:
        project = copied(Path(scratch) / "project")
        settings = load(project / "config")
        report(project, "--fresh")
        print("| more | years | areas | answers a year | seconds |")
        print("|---|---:|---:|---:|---:|")
        for number, (more, years, areas, a_year) in enumerate(SIZES):
            raw = Path(scratch) / f"raw-{number}"
            keys = settings.questionnaire.area_keys[:areas]
            raw_files(raw, settings, keys, a_year)
            for year in list(YEARS)[:-years]:
                (raw / f"insikt_{year}.csv").unlink()
            seconds = report(project, "--raw", str(raw), "--fresh")
            print(f"| {more} | {years} | {areas} | {a_year:,} | {seconds:.1f} |")


if __name__ == "__main__":
    main()
