"""What is raised in dialogues beside what the survey shows: where they agree, by a written rule.

Never more certain than the numbers: with few dialogues nothing is compared, and what the margins
of error leave open is called open.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from enum import StrEnum

import pandas as pd

from analysis.measures.drivers import Quadrant
from analysis.settings import Settings


class PointedOutBy(StrEnum):
    """What dialogue and survey say together of a factor or an area."""

    BOTH = "bada"
    DIALOGUE = "dialogen"
    SURVEY = "enkaten"
    NEITHER = "ingen"
    UNSURE = "osakert"
    NO_INDEX = "saknas"
    NOT_COMPARED = "jamfors_inte"


def most_raised(
    counts: Mapping[str, int], dialogues: int, possible: int, settings: Settings
) -> frozenset[str] | None:
    """The subjects raised in most dialogues; None where the dialogues cannot tell.

    Subjects that lead by less than ``dialogue.lead`` count as raised as often. With fewer dialogues
    than ``dialogue.min_dialogues``, or when more than half of the subjects are raised as often,
    nothing stands out.

    Parameters
    ----------
    counts
        Dialogues that raised each subject.
    dialogues
        Dialogues that raised any of them.
    possible
        How many subjects there are.
    settings
        The configuration.

    Examples
    --------
    >>> from analysis.project import Project
    >>> from analysis.settings import load
    >>> settings = load(Project.here().config)
    >>> sorted(most_raised({"tid": 6, "taxa": 5, "ton": 2}, 8, 6, settings))
    ['taxa', 'tid']
    >>> most_raised({"tid": 4}, 4, 6, settings) is None
    True
    """
    rules = settings.rules.dialogue
    if dialogues < rules.min_dialogues.value or not counts:
        return None
    most = max(counts.values())
    found = frozenset(key for key, many in counts.items() if most - many < rules.lead.value)
    return found if 2 * len(found) <= possible else None


def pointed_out(rows: pd.DataFrame, unsure: Collection[str]) -> dict[str, bool | None]:
    """Whether the survey points out each factor or area; None where the margins leave it open.

    It does when the factor surely belongs in the field Prioritera (an index surely below the mean
    of the factors, and a strong association that is no borderline case), or when it surely has the
    lowest index.

    Parameters
    ----------
    rows
        ``key``, ``index`` with ``lower`` and ``upper`` (0–100; missing where unknown) and
        ``quadrant`` (of `Quadrant`; empty where the answers tell no associations).
    unsure
        Factors whose association may be strong or weak.
    """
    known = rows.dropna(subset=["index"])
    if known.empty:
        return {}
    mean, lowest = known["index"].mean(), known.sort_values("index", kind="stable").iloc[0]
    found = {}
    for row in known.to_dict("records"):
        strong = row["quadrant"] in (Quadrant.PRIORITISE, Quadrant.IMPROVE)
        matrix = _and(
            None if row["key"] in unsure else strong, _below(row["lower"], row["upper"], mean)
        )
        others = known[known["key"] != row["key"]]
        if row["key"] == lowest["key"]:
            # The lowest for sure: below every other one's interval.
            least = _below(row["lower"], row["upper"], others["lower"].min())
            least = True if least else None
        else:
            least = None if _may_reach(row["lower"], lowest["upper"]) else False
        found[str(row["key"])] = _or(matrix if row["quadrant"] else False, least)
    return found


def compared(
    rows: pd.DataFrame,
    raised: frozenset[str] | None,
    unsure: Collection[str] = (),
) -> dict[str, PointedOutBy]:
    """What dialogue and survey say together of each factor or area.

    Parameters
    ----------
    rows, unsure
        As in `pointed_out`.
    raised
        As of `most_raised`.
    """
    survey = pointed_out(rows, unsure)
    return {str(key): _together(str(key), survey, raised) for key in rows["key"]}


def _together(
    key: str, survey: Mapping[str, bool | None], raised: frozenset[str] | None
) -> PointedOutBy:
    if key not in survey:
        return PointedOutBy.NO_INDEX
    if raised is None:
        return PointedOutBy.NOT_COMPARED
    found = survey[key]
    if found is None:
        return PointedOutBy.UNSURE
    if key in raised:
        return PointedOutBy.BOTH if found else PointedOutBy.DIALOGUE
    return PointedOutBy.SURVEY if found else PointedOutBy.NEITHER


def _below(lower: float, upper: float, limit: float) -> bool | None:
    """Whether a number is below a limit; None where its interval holds the limit, or is unknown."""
    if math.isnan(lower) or math.isnan(upper) or math.isnan(limit):
        return None
    if upper < limit:
        return True
    return None if lower < limit else False


def _may_reach(lower: float, upper: float) -> bool:
    """Whether two intervals meet; those that are not known may."""
    return math.isnan(lower) or math.isnan(upper) or lower <= upper


def _and(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _or(one: bool | None, other: bool | None) -> bool | None:
    if one or other:
        return True
    return None if one is None or other is None else False
