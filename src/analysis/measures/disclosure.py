"""Disclosure control: decides which cells to show, so that hidden ones cannot be worked out.

Cells with too few answers are hidden first. `complement` then hides further cells, until the
published ones leave every hidden index at least the protected width.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.measures.aggregated import complement, too_few
from analysis.measures.complement import CompositeMeasure
from analysis.measures.totals import AreaWeights
from analysis.settings import Settings


class HiddenReason(StrEnum):
    """Reasons for hiding a number."""

    TOO_FEW = "for_fa_svar"
    TOO_FEW_IN_QUESTION = "for_fa_svar_i_fraga"
    PROTECTS = "skyddar_annat_varde"


NUMBERS = ("n", "index", "lower", "upper", "se", "scale", "freedom", "missing_share")


def protect(
    table: pd.DataFrame, weights: Mapping[int, Mapping[str, AreaWeights]], settings: Settings
) -> pd.DataFrame:
    """Hide cells with too few answers, and cells that would reveal them.

    Parameters
    ----------
    table
        Cells with ``year, scope, definition, measure, n, fewest, index, official, has_answers``;
        ``fewest`` is the fewest answers among the measure's questions.
    weights
        Weights of the areas in each definition of the total, by year.
    settings
        Thresholds, the protected width, totals and questions.

    Returns
    -------
    pandas.DataFrame
        Without ``fewest``, with ``shown`` and ``reason`` (``for_fa_svar``,
        ``for_fa_svar_i_fraga``, ``skyddar_annat_varde`` or empty). Hidden rows have no numbers
        of ours; a published official value stays, and its row is shown, unless it is known to
        rest on too few answers and there are no answers of ours beside it (`aggregated`).
    """
    table = table.reset_index(drop=True)
    reason = _own_reasons(table, settings)
    own = table["has_answers"].to_numpy(dtype=bool) & table["index"].notna().to_numpy()
    years = table["year"].str[:4].to_numpy(dtype=str)
    measures = table["measure"].to_numpy(dtype=str)
    for year in np.unique(years):
        for group, items in settings.questionnaire.groups.items():
            inside = own & (years == year) & np.isin(measures, [group, *items])
            rows = np.flatnonzero(inside)
            if (reason[rows] != "").any():
                cells = CompositeMeasure.of(table.iloc[rows], group, int(year), weights, settings)
                hidden = cells.complement(reason[rows] != "")
                reason[rows[hidden & (reason[rows] == "")]] = HiddenReason.PROTECTS
    few = too_few(table, settings)
    reason[few] = HiddenReason.TOO_FEW
    concealed = complement(table, few, weights, settings)
    reason[concealed & ~few] = HiddenReason.PROTECTS
    table["official"] = table["official"].mask(concealed)
    return _blanked(table, reason)


def own_reason(n: int, fewest: int, needed: int, needed_each: int) -> str:
    """The reason for hiding a cell for its own answers; empty where it may be shown.

    Parameters
    ----------
    n, needed
        Answers that the cell has, and that it needs.
    fewest, needed_each
        Answers of its question with fewest answers, and the number that every question needs.

    Examples
    --------
    Seven answers are enough for an area, six are not:

    >>> own_reason(7, 7, needed=7, needed_each=7), str(own_reason(6, 6, needed=7, needed_each=7))
    ('', 'for_fa_svar')

    Nineteen are not enough for a total, twenty are:

    >>> [str(own_reason(n, n, needed=20, needed_each=7)) for n in (19, 20)]
    ['for_fa_svar', '']

    One thin question hides its factor and the NKI:

    >>> str(own_reason(9, 6, needed=7, needed_each=7))
    'for_fa_svar_i_fraga'
    """
    if n < needed:
        return HiddenReason.TOO_FEW
    return HiddenReason.TOO_FEW_IN_QUESTION if fewest < needed_each else ""


def _own_reasons(table: pd.DataFrame, settings: Settings) -> npt.NDArray[np.str_]:
    rules = settings.rules.disclosure
    reasons = [
        own_reason(int(n), int(fewest), rules.needed(scope), rules.min_answers.value) if own else ""
        for own, scope, n, fewest in zip(
            table["has_answers"], table["scope"], table["n"].fillna(0), table["fewest"], strict=True
        )
    ]
    return np.array(reasons, dtype="<U32")


def _blanked(table: pd.DataFrame, reason: npt.NDArray[np.str_]) -> pd.DataFrame:
    result = table.copy()
    hidden = reason != ""
    for column in NUMBERS:
        result[column] = result[column].mask(hidden)
    public = result["official"].notna().to_numpy()
    result["shown"] = ~hidden | public
    result["reason"] = pd.Series(np.where(public, "", reason), index=result.index, dtype="str")
    return result.drop(columns="fewest")
