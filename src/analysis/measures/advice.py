"""Where an area should begin: one question, by a rule that weighs three things together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from analysis.settings import Settings
from analysis.settings.questionnaire import NKI

OVERALL = "_totalt"
"""How the key of a question about a factor as a whole ends: nobody can mend a whole at once."""


@dataclass(frozen=True)
class Advice:
    """The question to begin with, and what speaks for it.

    Parameters
    ----------
    question, factor
        Keys.
    lowest
        Whether the question is the area's lowest.
    strongest
        Whether its factor has the strongest association with the NKI in the area.
    prioritised
        Whether its factor lies in the matrix' field "prioritise" for the municipality.
    """

    question: str
    factor: str
    lowest: bool
    strongest: bool
    prioritised: bool


def actionable(questions: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The questions of an area that it can act on and that have answers enough, lowest first.

    Parameters
    ----------
    questions
        Rows of the table of indices: ``measure, governing, n``.
    settings
        The questionnaire, and the least number of answers for advice. A published index without
        a number of answers counts.
    """
    least = settings.rules.drivers.min_answers_advice.value
    factors = {
        item.key: item.group
        for item in settings.questionnaire.items
        if item.group != NKI and not item.key.endswith(OVERALL)
    }
    few = (questions["n"] < least).fillna(False).astype(bool)
    known = questions["measure"].isin(factors) & questions["governing"].notna()
    kept = questions[~few & known]
    return kept.assign(factor=kept["measure"].map(factors)).sort_values("governing", kind="stable")


def advice(
    questions: pd.DataFrame, strongest: str, prioritised: Collection[str], settings: Settings
) -> Advice | None:
    """The one question that an area should begin with.

    Three things can speak for a factor: it holds the area's lowest question that can be acted on,
    its association with the NKI is the strongest in the area, and the municipality as a whole
    gives it priority. The factor that most speaks for is chosen, and of several the one with the
    lowest question; the advice is that factor's lowest question. So neither a low question in a
    factor that matters little, nor the strongest factor where all is well already, decides alone.

    Parameters
    ----------
    questions
        The area's rows of the table of indices, as `actionable` takes them.
    strongest
        Key of the area's strongest factor; empty where the area has too few answers for one.
    prioritised
        Keys of the factors in the matrix' field "prioritise" for the municipality.
    settings
        The questionnaire and the rules.

    Returns
    -------
    Advice or None
        ``None`` where no question has answers enough.
    """
    low = actionable(questions, settings).drop_duplicates("factor")
    if low.empty:
        return None
    first = low["measure"].iloc[0]
    choices = [
        Advice(
            question=str(row["measure"]),
            factor=str(row["factor"]),
            lowest=row["measure"] == first,
            strongest=row["factor"] == strongest,
            prioritised=row["factor"] in prioritised,
        )
        for _, row in low.iterrows()
    ]
    # The lowest question stands first, and `max` keeps the first of equals.
    return max(choices, key=lambda one: one.lowest + one.strongest + one.prioritised)
