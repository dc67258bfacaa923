"""Duplicate answers, in one file or across files.

An answer is identified by its number; without a number, by the content of its row.
"""

from __future__ import annotations

import pandas as pd

from analysis.intake.answers.reasons import Reason
from analysis.intake.cells.keys import ANSWER_ID, FIELDS
from analysis.settings import Settings

CONTENT = ("year", "period", "area", "customer", *FIELDS)


def settled_periods(rows: pd.DataFrame, settings: Settings) -> pd.Series:
    """The period of each row; missing where it comes from file names that disagree.

    Files of tertials may overlap. The answer's own period goes before a file's name, and
    disagreeing names give no period.

    Parameters
    ----------
    rows
        Interpreted rows of one year.
    """
    if not rows["period_of_file"].any() or (rows["period"] == "").all():
        return rows["period"]
    content = [column for column in CONTENT if column != "period"]
    same = rows.groupby(
        [*content, *settings.questionnaire.item_keys, "rest"], dropna=False, sort=False
    ).ngroup()
    answer = rows[ANSWER_ID].where(rows[ANSWER_ID] != "", "\0" + same.astype("str"))
    own = rows["period"].where(~rows["period_of_file"])
    owns = own.groupby(answer)
    names = rows["period"].replace("", None).groupby(answer)
    told = names.transform("first").where(names.transform("nunique") == 1, "")
    told = told.where(owns.transform("count") == 0, owns.transform("first"))
    several = owns.transform("nunique") > 1
    return rows["period"].where(~rows["period_of_file"] | several, told)


def duplicates(rows: pd.DataFrame, settings: Settings) -> pd.Series:
    """The reason for leaving a row out as a duplicate; empty for rows that are kept.

    Parameters
    ----------
    rows
        Interpreted rows of one year.

    Returns
    -------
    pandas.Series
        The reason `DUPLICATE` for all but the first of equal rows, and `COLLISION` for every row
        whose number stands for different answers.
    """
    content = [*CONTENT, *settings.questionnaire.item_keys]
    group = rows.groupby(content, dropna=False, sort=False).ngroup()
    reason = pd.Series("", index=rows.index, dtype="object")
    numbered = rows[ANSWER_ID] != ""

    with_number = pd.DataFrame({"id": rows.loc[numbered, ANSWER_ID], "content": group[numbered]})
    kinds = with_number.groupby("id")["content"].transform("nunique")
    reason[with_number.index[kinds > 1]] = Reason.COLLISION
    again = with_number["id"].duplicated()
    reason[with_number.index[again & (kinds == 1)]] = Reason.DUPLICATE

    without = pd.DataFrame({"rest": rows.loc[~numbered, "rest"], "content": group[~numbered]})
    reason[without.index[without.duplicated()]] = Reason.DUPLICATE
    return reason
