"""The one piece of advice an area gets: which question, and what speaks for it."""

from __future__ import annotations

import pandas as pd
import pytest
from pages.made_up import SETTINGS

from analysis.measures.advice import Advice, actionable, advice

ENOUGH = SETTINGS.rules.drivers.min_answers_advice.value
TIME, ROUTINES = "effektivitet_tid", "effektivitet_rutiner"
ATTITUDE, ORAL = "bemotande_attityd", "information_muntlig"


def area(n: float = ENOUGH, **indices: float) -> pd.DataFrame:
    """The questions of an area with their indices."""
    rows = [{"measure": key, "governing": value, "n": n} for key, value in indices.items()]
    return pd.DataFrame(rows).astype({"n": "Float64"})


QUESTIONS = area(
    **{TIME: 60.0, ROUTINES: 58.0, ATTITUDE: 75.0, ORAL: 55.0},
    effektivitet_totalt=40.0,
    nki_totalt=30.0,
)


@pytest.mark.parametrize(
    ("strongest", "prioritised", "question", "spoken_for"),
    [
        # All three speak for one factor.
        ("information", {"information"}, ORAL, (True, True, True)),
        # Two against the lowest question.
        ("effektivitet", {"effektivitet"}, ROUTINES, (False, True, True)),
        # One each: the lowest question decides.
        ("bemotande", {"effektivitet"}, ORAL, (True, False, False)),
        # The strongest factor is highest already, and the municipality's priority agrees with
        # the lowest question.
        ("bemotande", {"information"}, ORAL, (True, False, True)),
        # Too few answers for a strongest factor, and nothing to prioritise.
        ("", set(), ORAL, (True, False, False)),
    ],
)
def test_what_speaks_for_a_factor_is_counted(
    strongest: str, prioritised: set[str], question: str, spoken_for: tuple[bool, ...]
) -> None:
    found = advice(QUESTIONS, strongest, prioritised, SETTINGS)
    factor = SETTINGS.questionnaire.item(question).group
    assert found == Advice(question, factor, *spoken_for)


def test_neither_a_whole_factor_nor_the_nki_is_something_to_begin_with() -> None:
    assert list(actionable(QUESTIONS, SETTINGS)["measure"]) == [ORAL, ROUTINES, TIME, ATTITUDE]


def test_no_advice_rests_on_few_answers() -> None:
    assert advice(area(ENOUGH - 1, **{TIME: 20.0}), "effektivitet", set(), SETTINGS) is None
    # A published index tells no number of answers, but rests on enough to be published.
    assert advice(area(float("nan"), **{TIME: 20.0}), "", set(), SETTINGS) is not None
    assert advice(area(**{TIME: float("nan")}), "", set(), SETTINGS) is None
