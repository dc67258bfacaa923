"""How long a national file takes: 50,000 answers in one Excel sheet, read and checked.

Run by hand: ``python benchmarks/intake.py [ROWS]``. The goal is 5 s for 50,000 rows. The time the
processor was busy is told beside the time on the clock, which other programs prolong.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import xlsxwriter

from analysis import intake
from analysis.settings import Settings, load

ROOT = Path(__file__).resolve().parents[1]


def write_workbook(path: Path, rows: int, settings: Settings) -> None:
    """Answers as a portal exports them: a title, coded question texts, numbers and "Vet ej"."""
    rng = np.random.default_rng(1)
    areas = [area.name for area in settings.questionnaire.areas[:6]]
    items = settings.questionnaire.items
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Svar")
        sheet.write(0, 0, "Insikt 2024")
        headers = ["svar_id", "ärendeår", "period", "Myndighetsområde", "Kundgrupp", "Utfall"]
        headers += [f"F{number}. {item.text}" for number, item in enumerate(items, start=1)]
        sheet.write_row(2, 0, [*headers, "Kommentar"])
        scores = rng.integers(0, 11, size=(rows, len(items)))
        for number in range(rows):
            answer = [int(score) if score else "Vet ej" for score in scores[number]]
            sheet.write_row(
                number + 3,
                0,
                [
                    f"R{number}",
                    2024,
                    f"T{number % 3 + 1}",
                    areas[number % 6],
                    "Företag" if number % 9 else "Privatperson",
                    "Beviljat",
                    *answer,
                    "Tack!",
                ],
            )


def main() -> None:
    """Time `check` (the first, with the libraries' import) and the cleaning by themselves."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    settings = load(ROOT / "config")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "insikt_2024.xlsx"
        write_workbook(path, rows, settings)
        print(f"{rows} rader, {path.stat().st_size / 1e6:.1f} MB")
        for name, work in (
            ("check", lambda: intake.check([path], settings).to_text()),
            ("years", lambda: intake.look([path], settings).years),
        ):
            start, busy = time.perf_counter(), time.process_time()
            work()
            spent = time.process_time() - busy
            print(f"{name}: {time.perf_counter() - start:.2f} s, processor {spent:.2f} s")


if __name__ == "__main__":
    main()
