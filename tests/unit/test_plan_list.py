"""The plan's calendar with a few reports, in full, held to an approved list.

`plan.txt` beside this file tells every entry of the plan as a year-end report would find it. After
a change that is meant, ``python tests/unit/test_plan_list.py`` writes it anew: read the difference
before it is kept.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from analysis import measures
from analysis.settings import load

SETTINGS = load(Path(__file__).resolve().parents[2] / "config")
APPROVED = Path(__file__).with_name("plan.txt")
REPORTS = [
    ("1.2", date(2024, 3, 1), "pågår", 2, 9, 1_000, "Först", "Bygglov"),
    ("1.2", date(2024, 6, 10), "", 7, 9, 500, "", ""),
    ("3.2", date(2024, 11, 1), "ej påbörjad", None, None, None, "Väntar", ""),
    ("4.4", date(2025, 3, 1), "pågår", 40, 140, 5, "", "Näringsliv"),
    ("4.4", date(2025, 12, 1), "klar", 104, 140, 7, "Klar för året", ""),
    ("4.4", date(2026, 2, 1), "pågår", 0, 140, 11, "", ""),
    ("U", date(2026, 4, 28), "klar", None, 0, None, "", ""),
]
NAMES = ["step", "date", "status", "reached", "intended", "spent", "note", "department"]


def lines() -> list[str]:
    """Every entry on a line, without what it does not have."""
    progress = pd.DataFrame(REPORTS, columns=NAMES)
    progress = progress.astype(dict.fromkeys(("reached", "intended", "spent"), "Int64"))
    told = []
    for title, reports, today in (
        ("with reports", progress, date(2026, 5, 1)),
        ("without reports", progress[:0], date(2026, 3, 1)),
    ):
        table = measures.activities(SETTINGS.plan, reports, today)
        assert set(table.pop("responsible")) == {SETTINGS.plan.document.responsible}
        told.append(f"# {title}, {today}: {', '.join(map(str, table.dtypes))}")
        for entry in table.to_dict("records"):
            known = {key: value for key, value in entry.items() if not pd.isna(value)}
            told.append(" · ".join(f"{key} {value}" for key, value in known.items() if value != ""))
    return told


def test_the_plan_s_calendar_is_the_approved_one() -> None:
    assert lines() == APPROVED.read_text("utf-8").splitlines()


if __name__ == "__main__":
    APPROVED.write_text("\n".join(lines()) + "\n", "utf-8")
