"""The same answer twice, in one file or across files.

An answer is known by its number; without a number, by everything the row holds.
"""

from __future__ import annotations

import pandas as pd

from analysis.intake.columns import ANSWER_ID
from analysis.settings import Settings

DUPLICATE = "dubblett"
COLLISION = "olika svar med samma nummer"

CONTENT = (
    "year",
    "period",
    "area",
    "customer",
    "outcome",
    "case_type",
    "company_size",
    "industry",
)


def duplicates(rows: pd.DataFrame, settings: Settings) -> pd.Series:
    """Why a row is left out as a duplicate; empty text for rows that stand.

    Parameters
    ----------
    rows
        Interpreted rows of one year.

    Returns
    -------
    pandas.Series
        `DUPLICATE` for all but the first of equal rows; `COLLISION` for every row whose number
        stands for different answers.
    """
    content = [*CONTENT, *settings.questionnaire.item_keys]
    group = rows.groupby(content, dropna=False, sort=False).ngroup()
    reason = pd.Series("", index=rows.index, dtype="object")
    numbered = rows[ANSWER_ID] != ""

    with_number = pd.DataFrame({"id": rows.loc[numbered, ANSWER_ID], "content": group[numbered]})
    kinds = with_number.groupby("id")["content"].transform("nunique")
    reason[with_number.index[kinds > 1]] = COLLISION
    again = with_number["id"].duplicated()
    reason[with_number.index[again & (kinds == 1)]] = DUPLICATE

    without = pd.DataFrame({"rest": rows.loc[~numbered, "rest"], "content": group[~numbered]})
    reason[without.index[without.duplicated()]] = DUPLICATE
    return reason
