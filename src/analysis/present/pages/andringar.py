"""Ändringar: every number that differs from what was published last."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis import swedish
from analysis.measures import publish
from analysis.present import wording
from analysis.present.bundle import Text
from analysis.present.data import ReportData
from analysis.present.tables import Column, Table, from_records

KEYS = ["year", "scope", "definition", "kind", "measure"]


def latest(published: str) -> Path | None:
    """The folder of the newest publication."""
    folders = sorted(
        path for path in Path(published).glob("*") if (path / "data" / "index.csv").is_file()
    )
    return folders[-1] if folders else None


def differences(data: ReportData, published: str) -> pd.DataFrame | None:
    """Numbers that moved since the last publication.

    Returns
    -------
    pandas.DataFrame or None
        The keys of ``index.csv`` with ``before`` and ``now``; None when nothing was published.
    """
    folder = latest(published)
    if folder is None:
        return None
    before = pd.read_csv(folder / "data" / "index.csv", dtype="str", keep_default_na=False)
    now = publish.index_table(data.indices).astype("str").replace({"nan": "", "<NA>": ""})
    both = before.merge(now, on=KEYS, how="outer", suffixes=("_before", "_now"))
    both = both.fillna("")
    moved = both[
        (both["index_before"] != both["index_now"])
        | (both["official_before"] != both["official_now"])
    ]
    return moved.assign(
        before=moved["official_before"].where(
            moved["official_before"] != "", moved["index_before"]
        ),
        now=moved["official_now"].where(moved["official_now"] != "", moved["index_now"]),
    )


def introduction(data: ReportData, published: str) -> Text:
    """What is compared with what."""
    folder = latest(published)
    if folder is None:
        return wording.paragraphs(
            "Det finns ingen tidigare publicering att jämföra med. När rapporten publiceras med "
            "kommandot `python run.py publish` sparas talen, och nästa års rapport visar här "
            "vilka tal som har ändrats."
        )
    moved = differences(data, published)
    old = [] if moved is None else [r for r in moved["year"] if r <= folder.name]
    warning = (
        "**Tal för redan publicerade år har ändrats.** Förklara det när rapporten läggs fram."
        if old
        else "Inga redan publicerade tal har ändrats."
    )
    return wording.paragraphs(f"Jämförelsen görs med publiceringen {folder.name}.", warning)


def table(data: ReportData, published: str) -> Table | None:
    """The numbers that moved, NKI first."""
    moved = differences(data, published)
    if moved is None or moved.empty:
        return None
    order = {"nki": 0, "factor": 1, "question": 2}
    moved = moved.sort_values(
        ["kind", "year", "scope"], key=lambda c: c.map(order) if c.name == "kind" else c
    )
    records = [
        (
            f"{data.label(row['measure'])}, {data.label(row['scope']).lower()}",
            row["year"],
            _shown(row["before"]),
            _shown(row["now"]),
        )
        for _, row in moved.head(400).iterrows()
    ]
    columns = (
        Column("measure", "Mått"),
        Column("year", "Ärendeår"),
        Column("before", "Publicerat", "right"),
        Column("now", "Nu", "right"),
    )
    return from_records("andringar", data.caption("**Ändrade tal.**"), columns, records)


def _shown(text: str) -> str:
    return swedish.number(float(text)) if text else swedish.MISSING
