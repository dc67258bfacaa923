"""Parts that the documents of one page have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from analysis import swedish
from analysis.present.data import ReportData
from analysis.present.tables import Table
from analysis.present.texts import say


def frame(data: ReportData) -> Mapping[str, Any]:
    """What the frame around every document tells."""
    report = data.settings.report
    return {
        "municipality": report.municipality.organisation,
        "reference": report.appendix.reference if data.settings.plan.adopted else "",
        "date": swedish.long_date(data.today),
        "marks": [{"word": mark.word, "told": mark.told} for mark in data.marks],
    }


def question(data: ReportData, row: pd.Series) -> str:
    """A question with its index."""
    return swedish.capitalised(
        say(
            "omrade.fraga_varde",
            fraga=data.in_text(row["measure"]),
            varde=swedish.number(row["governing"]),
        )
    )


def starred(table: Table) -> Table:
    """A table with the meaning of the star of a sure change, where it has one."""
    if "change" not in table.rows or not table.rows["change"].str.endswith("*").any():
        return table
    return replace(table, note=say("gemensamt.stjarna"))
