"""Ändringar: every number that differs from what was published last, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import store, swedish
from analysis.present import columns, headings, moved, wording
from analysis.present.bundle import Text
from analysis.present.data import ReportData
from analysis.present.moved import DRIVERS, GOALS, INDEX, Comparison
from analysis.present.tables import Column, Table
from analysis.present.texts import heading, say

MOST_ROWS = 300
"""Cells in the page's table; the file has them all."""
CELL = ["table", "year", "scope", "definition", "measure"]
IN_TEXT = {
    "official": "andringar.publicerat_varde",
    "reason": "andringar.skal_att_inte_visas",
    "status": "andringar.bedomning",
    "probability": "andringar.sannolikhet",
    "effect": "andringar.effekt",
    "share": "andringar.andel",
    "drivers.index": "andringar.index_nyaste",
}
"""Columns with another name inside a sentence than over a table; of one table before all."""
# The columns that come first when the changes of a cell are listed.
MAIN = ("official", "index", "status", "effect")


def compared(
    data: ReportData,
    published: str,
    tables: str,
    inputs: Sequence[Mapping[str, str]],
    settings_files: Mapping[str, str],
) -> Comparison | None:
    """The differences from the latest publication; None for made-up answers or without one.

    A report that has been published is compared with the publication before it, as it was then.

    Parameters
    ----------
    data
        The run's numbers.
    published
        Folder of the publications.
    tables
        Folder of the tables for reuse.
    inputs, settings_files
        The run's sources, in the form that `moved.compare` takes.
    """
    if data.example:
        return None
    code = data.settings.report.municipality.code
    newest = None
    for publication in moved.publications(Path(published), code):
        found = moved.compare(data, publication, Path(tables), inputs, settings_files)
        if not found.same:
            return found
        newest = newest or found
    return newest


def write(found: Comparison | None, folder: str) -> Path:
    """Write every number that differs as ``andringar.csv``."""
    rows = found.moved if found else pd.DataFrame(columns=moved.COLUMNS)
    text = rows.to_csv(index=False, lineterminator="\n")
    return store.write_text(Path(folder) / store.CHANGES, text)


def introduction(data: ReportData, found: Comparison | None) -> Text:
    """The two reports that are compared, and a warning where published numbers moved."""
    if data.example:
        return wording.text("andringar.pahittade_svar")
    if found is None:
        return wording.text("andringar.forsta_rapporten")
    publication = found.publication
    new = swedish.listing(found.new_years)
    return wording.paragraphs(
        say(
            "andringar.jamforelsen",
            ar=publication.name,
            datum=swedish.long_date(date.fromisoformat(publication.made)),
            ersatta=publication.corrections,
        ),
        _warning(found),
        say("andringar.nya_ar", ar=new) if new else "",
    )


def _warning(found: Comparison) -> str:
    if found.moved.empty:
        return say("andringar.inget_andrat")
    amount = swedish.number(len(found.moved), 0)
    if not found.published_years:
        return say("andringar.bara_framgangsfaktorer", antal=amount)
    years = swedish.listing(found.published_years)
    return say("andringar.andrade_ar", ar=years, antal=amount)


def reason_table(data: ReportData, found: Comparison | None) -> Table | None:
    """The number of moved numbers by reason and case year."""
    if found is None or found.moved.empty:
        return None
    years = found.moved["year"].str[:4]
    counts = Counter(zip(years, found.moved["reason"], strict=True))
    return Table(
        "skal",
        data.caption(say("andringar.varfor")),
        [
            {"year": year, "reason": reason, "count": count}
            for (year, reason), count in sorted(counts.items())
        ],
        [
            columns.told(heading("skal"), "reason"),
            Column("year", heading("arendear"), _year),
            columns.number(heading("andrade_tal"), "count", 0),
        ],
    )


def table(data: ReportData, found: Comparison | None) -> Table | None:
    """The cells that moved, NKI first; each with its published and its new numbers."""
    if found is None or found.moved.empty:
        return None
    cells = [
        {**dict(zip(CELL, key, strict=True)), "rows": rows}
        for key, rows in found.moved.groupby(CELL, sort=True)
    ]
    cells.sort(key=lambda cell: _order(data, cell))
    left = len(cells) - MOST_ROWS
    note = say(
        "andringar.varje_tal",
        fil=store.CHANGES,
        visade=MOST_ROWS,
        ovriga=swedish.number(left, 0) if left > 0 else "",
    )
    return Table(
        "andringar",
        data.caption(say("andringar.andrade_tal")),
        cells[:MOST_ROWS],
        [
            Column("measure", heading("matt"), lambda cell: _name(data, cell)),
            Column("year", heading("arendear"), _year),
            Column(
                "before", heading("publicerat"), lambda cell: _told(data, cell["rows"], "before")
            ),
            Column("now", heading("nu"), lambda cell: _told(data, cell["rows"], "now")),
            Column(
                "reason",
                heading("skal"),
                lambda cell: "; ".join(dict.fromkeys(cell["rows"]["reason"])),
            ),
        ],
        note,
    )


def corrected_table(data: ReportData) -> Table | None:
    """Official values of the municipality that another one replaced, with and without publication.

    A value of a source that another one contradicts stands there too: neither is overwritten.
    """
    found = data.corrections
    found = found[found["municipality_code"] == data.settings.report.municipality.code]
    if found.empty:
        return None
    total_first = found.assign(part=found["scope"] != "total")
    rows = total_first.sort_values(
        ["year", "part", "scope", "measure"], ascending=[False, True, True, True], kind="stable"
    )
    return Table(
        "rattade",
        say("andringar.rattade"),
        rows.assign(table=INDEX),
        [
            Column("measure", heading("matt"), lambda row: _name(data, row)),
            columns.year(),
            Column(
                "before",
                heading("tidigare_varde"),
                lambda row: _dated(row["earlier"], row["earlier_source"], row["earlier_published"]),
            ),
            Column(
                "now",
                heading("anvant_varde"),
                lambda row: _dated(row["value"], row["source"], row["published"]),
            ),
            Column(
                "reason",
                heading("skal"),
                lambda row: say(
                    "andringar.rattat" if row["corrected"] else "andringar.kallorna_skiljer_sig"
                ),
            ),
        ],
        say("andringar.rattade_not"),
    )


def _year(row: Mapping[str, Any]) -> str:
    return row["year"] or say("andringar.sammanlagda_ar")


def _dated(value: float, source: str, published: date | None) -> str:
    told = [wording.source_site(source)] if source else []
    told += [] if pd.isna(published) else [str(published)[:10]]
    return f"{swedish.number(value)} ({', '.join(told)})" if told else swedish.number(value)


def _order(data: ReportData, key: Mapping[str, Any]) -> tuple[object, ...]:
    kinds = {"nki": 0, **dict.fromkeys(data.settings.questionnaire.factor_keys, 1)}
    return (
        [*moved.KEYS].index(key["table"]),
        kinds.get(key["measure"], 2),
        [-int(part) for part in key["year"][:4].split()],
        key["scope"] != "total",
        key["scope"],
        key["measure"],
    )


def _name(data: ReportData, key: Mapping[str, Any] | pd.Series) -> str:
    scope = data.label(key["scope"]).lower()
    if key["table"] == GOALS:
        return say("andringar.mal", nummer=key["measure"], omrade=scope)
    name = f"{data.index_name(key['scope'], key['measure'])}, {scope}"
    if key["table"] == DRIVERS:
        return say("andringar.framgangsfaktor", matt=name)
    total = data.settings.rules.totals.definitions.get(key["definition"])
    return f"{name} ({total.short})" if total else name


def _told(data: ReportData, rows: pd.DataFrame, side: str) -> str:
    """The numbers of one side of a cell that differ, the most telling first."""
    values = dict(zip(rows["column"], rows[side], strict=True))
    first = [name for name in MAIN if name in values]
    others = [name for name in values if name not in first and "_" not in name]
    table = rows["table"].iloc[0]
    told = [f"{_in_text(name, table)} {_shown(data, values[name])}" for name in first + others]
    return ", ".join(told) or say("andringar.intervall")


def _in_text(column: str, table: str) -> str:
    """The name of a table's column inside a sentence."""
    name = IN_TEXT.get(f"{table}.{column}", IN_TEXT.get(column))
    return say(name) if name else headings.told(column).lower()


def _shown(data: ReportData, text: str) -> str:
    if not text:
        return swedish.MISSING
    try:
        decimals = len(text.partition(".")[2])
        return swedish.number(float(text), decimals if float(text) % 1 or decimals == 1 else 0)
    except ValueError:
        grade = data.grade(text)
        if text in headings.FLAGS:
            return say(headings.FLAGS[text])
        return text if grade == swedish.MISSING else grade
