"""What the yearly review of a course gives at hand for each factor, by one written rule.

A judgement of the numbers of one year, not of the course: what it teaches and how well is nothing
that the answers know.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

import pandas as pd

from analysis.measures.drivers import Quadrant


class CourseVerdict(StrEnum):
    """What the numbers give at hand, what asks most of the course first."""

    TAKE_UP = "ta_upp"
    DEEPEN = "fordjupa"
    CONSIDER = "overvag"
    LOOK_OVER = "ga_igenom"
    KEEP = "behall"
    LEAVE_OUT = "utanfor"
    UNKNOWN = "okand"


def fell(row: pd.Series | None) -> bool:
    """Whether an index is surely lower than the year before (a row of the table of indices).

    >>> fell(pd.Series({"change": -4.0, "change_significant": False})), fell(None)
    (False, False)
    """
    if row is None or pd.isna(row["change"]) or pd.isna(row["change_significant"]):
        return False
    return bool(row["change_significant"]) and float(row["change"]) < 0


def review(*, aimed_at: bool, quadrant: str, unsure: bool, fallen: bool) -> CourseVerdict:
    """What a year's numbers give at hand for a factor when a course is reviewed.

    A factor asks for something where it lies in the matrix' field "prioritise", or where its index
    is surely lower than the year before. It is surely prioritised where its place does not depend
    on chance; else, and where only the index has fallen, no more is said than that the course
    ought to be looked over. All else speaks for leaving the course as it is.

    Parameters
    ----------
    aimed_at
        Whether the course aims at the factor.
    quadrant
        Its place in the priority matrix (`Quadrant`); empty where there is none.
    unsure
        Whether its association is sure but may as well be on the other side of the line, or is the
        country's and not the municipality's own.
    fallen
        From `fell`.

    Examples
    --------
    >>> review(aimed_at=False, quadrant="prioritera", unsure=False, fallen=False).value
    'ta_upp'
    >>> review(aimed_at=False, quadrant="bevaka", unsure=True, fallen=False).value
    'overvag'
    >>> review(aimed_at=True, quadrant="bevara", unsure=False, fallen=True).value
    'ga_igenom'
    >>> review(aimed_at=True, quadrant="", unsure=False, fallen=False).value
    'okand'
    """
    if quadrant == Quadrant.PRIORITISE and not unsure:
        return CourseVerdict.DEEPEN if aimed_at else CourseVerdict.TAKE_UP
    low: Collection[str] = (Quadrant.PRIORITISE, Quadrant.WATCH)
    if fallen or (unsure and quadrant in low):
        return CourseVerdict.LOOK_OVER if aimed_at else CourseVerdict.CONSIDER
    if not quadrant:
        return CourseVerdict.UNKNOWN
    return CourseVerdict.KEEP if aimed_at else CourseVerdict.LEAVE_OUT
