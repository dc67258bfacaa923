"""What was agreed at workshops, and how the factor has moved since the year that was discussed."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from analysis import store, swedish
from analysis.measures.totals import TOTAL
from analysis.present import wording
from analysis.present.data import ReportData
from analysis.present.texts import say
from analysis.settings.questionnaire import NKI


def agreed(data: ReportData, scopes: Collection[str]) -> pd.DataFrame:
    """The proposals for some areas or for the total (``intake.proposals``), the newest first.

    Those of later years than the report's are not known to it.
    """
    rows = data.table(store.PROPOSALS)
    rows = rows[rows["scope"].isin(list(scopes)) & (rows["year"] <= data.year)]
    return rows.sort_values("year", ascending=False, kind="stable")


def factor(data: ReportData, row: pd.Series) -> str:
    """What a proposal is about: a factor, or the index as a whole."""
    return data.label(row["factor"]) if row["factor"] else data.index_name(str(row["scope"]))


def moved(data: ReportData, row: pd.Series) -> str:
    """How the factor of a proposal has moved, from the numbers shown of both years.

    A change is called sure only where it is tested: since the year before.
    """
    then, now = (_index(data, row, year) for year in (int(row["year"]), data.year))
    if int(row["year"]) == data.year:
        return say("overenskommet.foljs_upp", ar=data.year + 1)
    if then is None or now is None or pd.isna(then["governing"]) or pd.isna(now["governing"]):
        return say("overenskommet.kan_inte_visas")
    tested = int(row["year"]) == data.year - 1 and pd.notna(now["change"])
    change = (
        wording.shown_change(now)
        if tested
        else swedish.difference(float(now["governing"]), float(then["governing"]))
    )
    return say(
        "overenskommet.rort_sig",
        fran=swedish.number(then["governing"]),
        till=swedish.number(now["governing"]),
        andring=swedish.signed(change),
        saker=tested and pd.notna(now["change_significant"]) and bool(now["change_significant"]),
    )


def _index(data: ReportData, row: pd.Series, year: int) -> pd.Series | None:
    """A proposal's index in a year; the total in the newest definition in every year."""
    definition = data.definition() if row["scope"] == TOTAL else ""
    found = data.select(
        year=year, scope=row["scope"], measure=row["factor"] or NKI, definition=definition
    )
    return None if found.empty else found.iloc[0]
