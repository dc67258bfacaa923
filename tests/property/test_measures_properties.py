"""Question index and NKI against a plain-Python second implementation; what always holds."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from analysis import measures
from analysis.measures.grades import grade
from analysis.measures.index import Measures, summarise
from analysis.measures.uncertainty import estimate
from analysis.settings import load

SETTINGS = load(Path(__file__).resolve().parents[2] / "config")
MEASURES = Measures.of(SETTINGS)
ITEMS = SETTINGS.questionnaire.item_keys
GROUPS = SETTINGS.questionnaire.groups
NKI = GROUPS["nki"]
RULES = SETTINGS.rules.uncertainty

answer = st.one_of(st.none(), st.integers(1, 10))
respondent = st.tuples(*[answer] * len(NKI))
groups = st.lists(respondent, min_size=1, max_size=40)
few = hypothesis_settings(max_examples=100, deadline=None)


def scores(respondents: list[tuple[int | None, ...]]) -> np.ndarray:
    frame = np.full((len(respondents), len(ITEMS)), np.nan)
    for row, answers in enumerate(respondents):
        for item, value in zip(NKI, answers, strict=True):
            frame[row, ITEMS.index(item)] = np.nan if value is None else value
    return frame


def plain_question(respondents: list[tuple[int | None, ...]], place: int) -> Fraction | None:
    """The second implementation: exact fractions, no arrays."""
    valid = [answers[place] for answers in respondents if answers[place] is not None]
    if not valid:
        return None
    return (Fraction(sum(valid), len(valid)) - 1) / 9 * 100


def plain_nki(respondents: list[tuple[int | None, ...]]) -> Fraction | None:
    parts = [plain_question(respondents, place) for place in range(len(NKI))]
    if any(part is None for part in parts):
        return None
    return sum(parts, Fraction(0)) / len(parts)


def value(respondents: list[tuple[int | None, ...]], measure: str) -> float:
    return float(summarise(scores(respondents), MEASURES).index[MEASURES.keys.index(measure)])


@few
@given(groups)
def test_two_implementations_agree(respondents: list[tuple[int | None, ...]]) -> None:
    expected = [plain_question(respondents, place) for place in range(len(NKI))]
    for item, exact in zip(NKI, expected, strict=True):
        got = value(respondents, item)
        assert np.isnan(got) if exact is None else got == pytest.approx(float(exact), abs=1e-10)
    nki = plain_nki(respondents)
    got = value(respondents, "nki")
    assert np.isnan(got) if nki is None else got == pytest.approx(float(nki), abs=1e-10)


@few
@given(st.lists(st.integers(1, 10), min_size=1, max_size=60))
def test_grades_agree_with_exact_arithmetic(answers: list[int]) -> None:
    exact = plain_question([(a, None, None) for a in answers], 0)
    assert exact is not None
    band = [b.key for b in SETTINGS.rules.grades.bands if exact >= Fraction(b.lower)][-1]
    got = value([(a, None, None) for a in answers], "nki_totalt")
    assert grade(got, SETTINGS.rules.grades) == band


@few
@given(groups)
def test_everything_stays_within_the_scale(respondents: list[tuple[int | None, ...]]) -> None:
    summary = summarise(scores(respondents), MEASURES)
    known = estimate(summary.index, summary.variance, summary.n, RULES)
    lower, upper = known.interval(RULES.confidence.value)
    there = ~np.isnan(summary.index)
    assert (lower[there] >= 0).all()
    assert (upper[there] <= 100).all()
    assert (lower[there] <= summary.index[there]).all()
    assert (summary.index[there] <= upper[there]).all()
    assert (upper[there] - lower[there] > 0).all()


@few
@given(st.integers(1, 10), st.integers(1, 60))
def test_equal_answers_give_their_own_index_and_an_honest_interval(score: int, n: int) -> None:
    summary = summarise(scores([(score,) * 3] * n), MEASURES)
    known = estimate(summary.index, summary.variance, summary.n, RULES)
    lower, upper = known.interval(RULES.confidence.value)
    nki = MEASURES.keys.index("nki")
    assert summary.index[nki] == pytest.approx((score - 1) / 9 * 100, abs=1e-12)
    assert upper[nki] - lower[nki] > 0
    if score in (1, 10):
        assert summary.index[nki] == (0 if score == 1 else 100)


@few
@given(groups, st.data())
def test_a_higher_answer_never_lowers_an_index(
    respondents: list[tuple[int | None, ...]], data: st.DataObject
) -> None:
    places = [
        (row, place)
        for row, answers in enumerate(respondents)
        for place, score in enumerate(answers)
        if score is not None and score < 10
    ]
    if not places:
        return
    row, place = data.draw(st.sampled_from(places))
    raised = list(respondents)
    answers = list(raised[row])
    answers[place] = (answers[place] or 0) + 1
    raised[row] = tuple(answers)
    item = NKI[place]
    assert value(raised, item) > value(respondents, item)
    before, after = value(respondents, "nki"), value(raised, "nki")
    assert np.isnan(before) or after > before


@few
@given(groups, st.randoms(use_true_random=False))
def test_the_order_of_answers_is_forgotten(
    respondents: list[tuple[int | None, ...]], chance: random.Random
) -> None:
    shuffled = list(respondents)
    chance.shuffle(shuffled)
    first, second = (summarise(scores(part), MEASURES) for part in (respondents, shuffled))
    np.testing.assert_allclose(first.index, second.index, atol=1e-10)
    np.testing.assert_allclose(first.variance, second.variance, atol=1e-8)


@few
@given(groups, groups)
def test_parts_and_whole_agree(
    first: list[tuple[int | None, ...]], second: list[tuple[int | None, ...]]
) -> None:
    parts = [summarise(scores(part), MEASURES) for part in (first, second)]
    whole = summarise(scores(first + second), MEASURES)
    for item in NKI:
        at = MEASURES.keys.index(item)
        counts = [int(part.n[at]) for part in parts]
        assert whole.n[at] == sum(counts)
        pooled = sum(n * part.index[at] for n, part in zip(counts, parts, strict=True) if n)
        if sum(counts):
            assert whole.index[at] == pytest.approx(pooled / sum(counts), abs=1e-9)


@few
@given(st.integers(2, 200), st.integers(0, 300), st.floats(1, 99))
def test_more_known_cases_never_widen_an_interval(n: int, more: int, index: float) -> None:
    spread = np.array([400.0 / n])
    wide, narrow = (
        estimate(np.array([index]), spread, [n], RULES, [float(cases)]).interval(0.95)
        for cases in (n + more + 1, n + more)
    )
    assert narrow[1] - narrow[0] <= wide[1] - wide[0] + 1e-9


@few
@given(st.floats(1, 99), st.floats(1, 99), st.integers(7, 300))
def test_the_probability_agrees_with_the_interval(index: float, target: float, n: int) -> None:
    """A target at the interval's lower bound is reached with probability 97.5 %."""
    known = estimate(np.array([index]), np.array([400.0 / n]), [n], RULES)
    lower, upper = known.interval(0.95)
    assert known.probability_at_least(float(lower[0]))[0] == pytest.approx(0.975, abs=1e-6)
    assert known.probability_at_least(float(upper[0]))[0] == pytest.approx(0.025, abs=1e-6)
    higher = known.probability_at_least(target + 0.5)[0]
    assert known.probability_at_least(target)[0] >= higher


@hypothesis_settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_the_whole_table_forgets_order_and_index(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 60
    frame = pd.DataFrame(
        rng.integers(1, 11, size=(n, len(ITEMS))).astype(float), columns=list(ITEMS)
    )
    frame.insert(0, "year", rng.choice([2024, 2025], n))
    frame.insert(1, "period", pd.Series([None] * n, dtype="str"))
    frame.insert(2, "area", rng.choice(["bygglov", "livsmedelskontroll", "upphandling"], n))
    frame.insert(3, "joint", True)
    none = pd.DataFrame({"year": [], "area": [], "closed": []})
    shuffled = frame.sample(frac=1, random_state=seed)
    first = measures.indices(frame, none, pd.DataFrame(), SETTINGS)
    second = measures.indices(shuffled, none, pd.DataFrame(), SETTINGS)
    pd.testing.assert_frame_equal(first, second, rtol=1e-11)
