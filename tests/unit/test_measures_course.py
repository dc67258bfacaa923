"""The rule of the yearly review of a course: never more certain than the numbers."""

from __future__ import annotations

from itertools import product

import pandas as pd
import pytest

from analysis.measures.course import CourseVerdict, fell, review
from analysis.measures.drivers import Quadrant

PLACES = (*Quadrant, "")
FIRM = (CourseVerdict.TAKE_UP, CourseVerdict.DEEPEN)
WEAK = (CourseVerdict.CONSIDER, CourseVerdict.LOOK_OVER)


def judged(**given: object) -> CourseVerdict:
    usual = {"aimed_at": False, "quadrant": "bevara", "unsure": False, "fallen": False}
    return review(**{**usual, **given})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "outside", "inside"),
    [
        ({"quadrant": "prioritera"}, "ta_upp", "fordjupa"),
        ({"quadrant": "prioritera", "unsure": True}, "overvag", "ga_igenom"),
        ({"quadrant": "bevaka", "unsure": True}, "overvag", "ga_igenom"),
        ({"quadrant": "bevara", "fallen": True}, "overvag", "ga_igenom"),
        ({"quadrant": "", "fallen": True}, "overvag", "ga_igenom"),
        # A factor that companies are content with asks for nothing, wherever its line is.
        ({"quadrant": "forbattra", "unsure": True}, "utanfor", "behall"),
        ({"quadrant": "bevaka"}, "utanfor", "behall"),
        ({"quadrant": ""}, "okand", "okand"),
    ],
)
def test_what_a_factor_asks_of_the_course(
    given: dict[str, object], outside: str, inside: str
) -> None:
    assert judged(**given) == outside
    assert judged(**given, aimed_at=True) == inside


def test_firm_words_need_a_sure_place_in_the_matrix() -> None:
    for aimed, place, unsure, fallen in product((False, True), PLACES, *[(False, True)] * 2):
        found = judged(aimed_at=aimed, quadrant=place, unsure=unsure, fallen=fallen)
        assert (found in FIRM) == (place == Quadrant.PRIORITISE and not unsure)
        if fallen:
            assert found in FIRM + WEAK


@pytest.mark.parametrize(
    ("change", "sure", "told"),
    [(-3.0, True, True), (-3.0, False, False), (3.0, True, False), (-3.0, None, False)],
)
def test_only_a_sure_fall_counts(change: float, sure: bool | None, told: bool) -> None:
    assert fell(pd.Series({"change": change, "change_significant": sure})) is told
    assert not fell(pd.Series({"change": None, "change_significant": None}))
