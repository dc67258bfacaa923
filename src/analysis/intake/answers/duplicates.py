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


def telling(scores: pd.DataFrame, settings: Settings) -> pd.Series:
    """Whether an answer's scores point one respondent out.

    Two companies can both be pleased with everything, or give three questions the same scores, but
    hardly ever do two give ten questions the same, with at least three different scores among them.

    Parameters
    ----------
    scores
        One column per question; missing where there is no score.
    settings
        Configuration: ``doubt.same_answers_questions``.
    """
    answered = scores.notna().sum(axis=1)
    different = scores.nunique(axis=1)
    return (answered >= settings.guards.doubt.same_answers_questions.value) & (different > 2)


def duplicates(rows: pd.DataFrame, settings: Settings) -> pd.Series:
    """The reason for leaving a row out as a duplicate; empty for rows that are kept.

    Without numbers, equal rows of one table whose scores are not `telling` can be two companies',
    and count; of another table they are the same ones. In a table that has most of its telling rows
    twice, every row is.

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
    group = _content(rows, settings)
    reason = pd.Series("", index=rows.index, dtype="object")
    numbered = rows[ANSWER_ID] != ""

    with_number = pd.DataFrame({"id": rows.loc[numbered, ANSWER_ID], "content": group[numbered]})
    kinds = with_number.groupby("id")["content"].transform("nunique")
    reason[with_number.index[kinds > 1]] = Reason.COLLISION
    again = with_number["id"].duplicated()
    reason[with_number.index[again & (kinds == 1)]] = Reason.DUPLICATE

    without = rows.loc[~numbered, ["file", "sheet", "rest"]].assign(content=group[~numbered])
    tells = telling(rows.loc[~numbered, list(settings.questionnaire.item_keys)], settings)
    table = [without["file"], without["sheet"]]
    twice = without.duplicated(keep=False).where(tells).astype("float64").groupby(table)
    doubled = twice.transform("mean") > settings.guards.intake.doubled_share.value
    without["which"] = without.groupby(list(without.columns)).cumcount().where(~tells & ~doubled, 0)
    same = without.duplicated(["content", "rest", "which"])
    reason[without.index[same]] = Reason.DUPLICATE
    return reason


def alike(rows: pd.DataFrame, settings: Settings) -> int:
    """The number of counted rows without a number that repeat another of their table."""
    without = rows[rows[ANSWER_ID] == ""]
    said = without[["file", "sheet", "rest"]].assign(content=_content(without, settings))
    return int(said.duplicated().sum())


def _content(rows: pd.DataFrame, settings: Settings) -> pd.Series:
    """The same number for rows that say the same."""
    content = [*CONTENT, *settings.questionnaire.item_keys]
    return rows.groupby(content, dropna=False, sort=False).ngroup()
