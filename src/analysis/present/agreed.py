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
    if int(row["year"]) == data.year:
        return say("overenskommet.foljs_upp", ar=data.year + 1)
    found = []
    for year in (int(row["year"]), data.year):
        index = _index(data, row, year)
        if index is None:
            return say("overenskommet.saknas", ar=year)
        if wording.governing(index) is None:
            return say("overenskommet.visas_inte", ar=year, skal=wording.hidden(index))
        found.append(index)
    then, now = (float(index["governing"]) for index in found)
    return say(
        "overenskommet.rort_sig",
        fran=swedish.number(then),
        till=swedish.number(now),
        andring=swedish.signed(swedish.difference(now, then)),
        saker=int(row["year"]) == data.year - 1 and _sure(found[1], then),
    )


def _sure(now: pd.Series, then: float) -> bool:
    """Whether an index's change since the year before is sure, and was counted from this value."""
    same = swedish.rounded(float(now["change_from"])) == swedish.rounded(then)
    return same and wording.surely_changed(now)


def _index(data: ReportData, row: pd.Series, year: int) -> pd.Series | None:
    """A proposal's index in a year; the total in the newest definition in every year."""
    definition = data.definition() if row["scope"] == TOTAL else ""
    found = data.select(
        year=year, scope=row["scope"], measure=row["factor"] or NKI, definition=definition
    )
    return None if found.empty else found.iloc[0]
