"""Comparison: words by the interval of the difference, years, peers, funnel limits, ranks."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t

from analysis import intake, measures
from analysis.measures.comparison import (
    Compared,
    Missing,
    Relation,
    Standing,
    comparison,
    panorama,
    published,
    rounded,
    standing,
)
from analysis.measures.effect import training_effect
from analysis.measures.funnel import between_variance, limits, rank_interval
from analysis.settings import load

SETTINGS = load(Path(__file__).resolve().parents[2] / "config")
RULES = SETTINGS.rules
PEERS = SETTINGS.report.comparison.peers.codes
Z = 1.959964
COLLECTION = Path(__file__).resolve().parents[2] / "data" / "official" / "published_values.csv"
ITEMS = list(SETTINGS.questionnaire.item_keys)
NO_ANSWERS = pd.DataFrame(columns=["year", "period", "area", *ITEMS]).astype(
    {"year": "int64", "period": "str", "area": "str", **dict.fromkeys(ITEMS, "float64")}
)
NO_CASES = pd.DataFrame({"year": [], "area": [], "closed": []})


def cell(year: int, index: float, half: float = 2.0, **more: object) -> dict[str, object]:
    """A row of our own indices."""
    scope = str(more.get("scope", "total"))
    return {
        "year": str(year), "scope": scope, "measure": "nki", "governing": index,
        "definition": RULES.totals.official(year) if scope == "total" else "",
        "governing_lower": index - half, "governing_upper": index + half, "official": np.nan,
        "n": 200, "part": "", "is_official_definition": True, "approximate": False,
    } | more  # fmt: skip


def value(code: str, year: int, number: float, **more: object) -> dict[str, object]:
    """A published value."""
    scope = str(more.get("scope", "total"))
    return {
        "municipality_code": code, "municipality": f"Kommun {code}", "year": year,
        "measure": "nki", "scope": scope, "value": number, "n": None,
        "definition": RULES.totals.official(year) if scope == "total" else "",
    } | more  # fmt: skip


def compared(
    own: list[dict[str, object]], others: list[dict[str, object]], of: str = "total"
) -> pd.Series:
    table = comparison(pd.DataFrame(own), pd.DataFrame(others).astype({"n": "Int64"}), SETTINGS)
    return table[(table["measure"] == "nki") & (table["scope"] == of)].iloc[0]


def test_a_published_value_has_the_interval_of_its_answers_and_of_its_rounding() -> None:
    """Wilson's interval with the assumed dispersion, solved by hand, and 1.96 · √(1/12)."""
    told = published(np.array([70.0, 70.1]), np.array([100.0, 100.0]), RULES)
    spread = t.ppf(0.975, 99) ** 2 * 0.40 / 100
    middle, reach = 0.7 + spread / 2, math.sqrt(spread * 0.21 + spread**2 / 4)
    upper = 100 * (middle + reach) / (1 + spread) - 70
    assert told.upper[0] - 70 == pytest.approx(math.hypot(upper, Z / math.sqrt(12)), abs=1e-6)
    # With a decimal it is narrower, though its index is a little different.
    assert told.upper[1] - 70.1 == pytest.approx(upper, abs=0.03)


def test_without_a_margin_only_the_rounding_is_left() -> None:
    one = np.array([75.0])
    told = rounded(Compared(one, one, one), RULES)
    assert (told.lower[0], told.upper[0]) == pytest.approx((75 - 0.5658, 75 + 0.5658), abs=1e-4)


def test_the_word_is_decided_by_the_interval_of_the_difference() -> None:
    """Ours 79 ± 2 against 75 ± 0.57: the difference is at least 4 − √(2² + 0.57²) = 1.92."""
    over = compared([cell(2025, 79)], [value("0000", 2025, 75)])
    assert over["country_lower"] == pytest.approx(4 - math.hypot(2, 0.5658), abs=1e-3)
    assert over["country_word"] == Standing.OVER
    under = compared([cell(2025, 71)], [value("0000", 2025, 75)])
    assert under["country_upper"] == pytest.approx(-over["country_lower"])
    assert under["country_word"] == Standing.UNDER


def test_rounding_alone_may_take_a_difference_away() -> None:
    """2.05 above ± 2 is over an exact value; a whole number may be half a unit away."""
    with_decimal = compared([cell(2025, 77.15)], [value("0000", 2025, 75.1)])
    whole = compared([cell(2025, 77.05)], [value("0000", 2025, 75.0)])
    assert (with_decimal["country_word"], whole["country_word"]) == ("over", "i_niva_med")


@settings(deadline=None, max_examples=60)
@given(st.floats(-20, 20), st.floats(0.1, 15))
def test_the_words_are_symmetric_and_a_wide_interval_is_level(apart: float, half: float) -> None:
    mirrored = {
        Standing.OVER: Standing.UNDER,
        Standing.UNDER: Standing.OVER,
        Standing.LEVEL: Standing.LEVEL,
    }
    word = standing(apart - half, apart + half)
    assert standing(-apart - half, -apart + half) == mirrored[word]
    assert standing(apart - abs(apart) - half, apart + abs(apart) + half) == Standing.LEVEL


def test_the_newest_common_year_is_compared_and_never_two_different_years() -> None:
    own = [cell(year, 70 + year - 2023) for year in (2023, 2024, 2025)]
    found = compared(own, [value("0000", 2023, 75), value("0000", 2024, 76)])
    assert (found["year"], found["value"], found["country"]) == (2024, 71, 76)
    apart = compared([cell(2025, 72)], [value("0000", 2024, 76)])
    assert (apart["reason"], apart["country_word"]) == (Missing.NO_COMMON_YEAR, "")
    assert pd.isna(apart["value"])


def test_an_old_year_is_not_compared_but_told() -> None:
    found = compared([cell(2025, 72), cell(2021, 70)], [value("0000", 2021, 75)])
    assert (found["reason"], found["year"]) == (Missing.TOO_OLD, 2021)
    assert found["country_word"] == Standing.UNKNOWN
    assert pd.isna(found["country"])


def test_another_definition_a_part_of_a_year_and_a_hidden_value_are_not_compared() -> None:
    country = [value("0000", 2025, 75)]
    other = [value("0000", 2025, 75, definition="total6")]
    assert compared([cell(2025, 72)], other)["reason"] == Missing.NO_COMMON_YEAR
    for own in (cell(2025, 72, part="T1"), cell(2025, np.nan)):
        assert compared([own], country)["reason"] == Missing.NO_COMMON_YEAR


def test_the_peers_band_and_median_by_hand() -> None:
    """60, 62 … 72: the median is 66, the 10 % point 60 + 0.6 · 2 and the 90 % one 72 − 1.2."""
    others = [value(code, 2025, 60.0 + 2 * i, n=10_000) for i, code in enumerate(PEERS)]
    found = compared([cell(2025, 72)], others)
    assert found["peers"] == 7
    told = found[["peers_low", "peers_median", "peers_high"]].astype(float).tolist()
    assert told == pytest.approx([61.2, 66.0, 70.8])
    assert found["peers_word"] == Standing.OVER
    assert pd.isna(found["country"])
    assert found["country_word"] == Standing.UNKNOWN


def test_too_few_peers_and_groups_of_municipalities_are_not_shown() -> None:
    others = [value(code, 2025, 70) for code in (*PEERS[:4], "G37481")]
    found = compared([cell(2025, 72)], [*others, value("0000", 2025, 75)])
    assert found["peers"] == 4
    assert pd.isna(found["peers_median"])
    assert found["peers_word"] == Standing.UNKNOWN
    assert compared([cell(2025, 72)], others)["reason"] == Missing.NO_COMMON_YEAR


def test_a_municipality_is_not_its_own_peer() -> None:
    mine = SETTINGS.report.municipality.model_copy(update={"code": PEERS[0]})
    other = replace(SETTINGS, report=SETTINGS.report.model_copy(update={"municipality": mine}))
    values = pd.DataFrame([value(code, 2025, 70) for code in PEERS]).astype({"n": "Int64"})
    found = comparison(pd.DataFrame([cell(2025, 72)]), values, other).iloc[0]
    assert found["peers"] == 6


def test_another_municipality_has_none_of_our_peers() -> None:
    other = SETTINGS.for_municipality("Boden")
    values = [value(code, 2025, 70) for code in PEERS] + [value("0000", 2025, 75)]
    frame = pd.DataFrame(values).astype({"n": "Int64"})
    found = comparison(pd.DataFrame([cell(2025, 72)]), frame, other).iloc[0]
    assert (found["peers"], found["peers_word"], found["country"]) == (0, "", 75)


def test_without_a_number_of_answers_only_a_difference_that_the_fewest_bear_is_told() -> None:
    """20 answers for a total: 9 units above the country is not enough, 14 is."""
    bare = {"governing_lower": np.nan, "governing_upper": np.nan, "n": pd.NA}
    for index, word in ((84.0, Standing.UNDECIDED), (89.0, Standing.OVER)):
        found = compared([cell(2025, index, official=index, **bare)], [value("0000", 2025, 75)])
        assert (found["country_word"], bool(found["approximate"])) == (word, True)
        assert found[["lower", "upper", "country_lower", "country_upper"]].isna().all()


def test_peers_without_a_number_of_answers_leave_a_small_difference_undecided() -> None:
    for answers, word in ((200, Standing.LEVEL), (None, Standing.UNDECIDED)):
        peers = [value(code, 2025, 76, n=answers) for code in PEERS]
        found = compared([cell(2025, 75.0)], peers)
        assert found["peers_word"] == word
        assert pd.isna(found["peers_lower"]) == (answers is None)


def test_variance_between_municipalities_and_limits_by_hand() -> None:
    """Q = 32, k − 1 = 2, Σw − Σw²/Σw = 3 − 1 = 2: (32 − 2) / 2 = 15."""
    errors = np.ones(3)
    between = between_variance(np.array([66.0, 70.0, 74.0]), errors)
    assert between == pytest.approx(15.0)
    lower, upper = limits(70.0, errors, between, 0.95)
    assert upper[0] - 70 == pytest.approx(Z * 4, abs=1e-4)
    assert lower[0] == pytest.approx(140 - upper[0])


def world(draw: np.random.Generator, many: int, answers: float, between: float = 4.5):
    true = draw.normal(72, between, many)
    errors = np.full(many, 24 / math.sqrt(answers))
    return true, true + draw.normal(0, errors), errors


def test_limits_hold_95_per_cent_of_municipalities_that_differ() -> None:
    draw = np.random.default_rng(1)
    inside = []
    for _ in range(100):
        _, values, errors = world(draw, 200, 200)
        lower, upper = limits(values.mean(), errors, between_variance(values, errors), 0.95)
        inside.append(np.mean((lower < values) & (values < upper)))
    assert np.mean(inside) == pytest.approx(0.95, abs=0.01)


def test_the_interval_of_a_rank_covers_the_true_rank() -> None:
    draw = np.random.default_rng(2)
    hits = []
    for _ in range(600):
        true, values, errors = world(draw, 60, 150)
        low, high = rank_interval(values, errors, confidence=0.95, replicates=400, seed=3)
        hits.append(low <= 1 + (true > true[0]).sum() <= high)
    assert 0.93 <= np.mean(hits) <= 0.985


def test_a_rank_says_little_at_200_answers_and_nothing_where_nobody_differs() -> None:
    _, values, errors = world(np.random.default_rng(4), 200, 200)
    values[0] = 72.0
    low, high = rank_interval(values, errors, confidence=0.95, replicates=2000, seed=3)
    assert 50 < high - low < 110
    same = rank_interval(np.full(9, 70.0), np.ones(9), confidence=0.95, replicates=100, seed=3)
    assert same == (1, 9)


def everyone(many: int = 150) -> list[dict[str, object]]:
    codes = ["0188", *PEERS, "0180", *(f"{number:04}" for number in range(2600, 2600 + many - 9))]
    draw = np.random.default_rng(5)
    return [
        value(code, 2024, round(float(draw.normal(73, 4)), 1), n=int(draw.integers(25, 900)))
        for code in codes
    ]


def test_a_rank_and_the_funnel_need_half_of_those_that_take_part() -> None:
    own = [cell(2024, 73)]
    found = compared(own, everyone())
    assert found["ranked"] == 150
    assert 1 <= found["rank_lower"] < found["rank_upper"] <= 150
    few = everyone(60)
    assert pd.isna(compared(own, few)["rank_lower"])
    frame = pd.DataFrame(few).astype({"n": "Int64"})
    assert panorama(pd.DataFrame(own), frame, SETTINGS).empty


def test_the_funnel_marks_ours_the_peers_and_the_county() -> None:
    frame = pd.DataFrame([*everyone(), value("0000", 2024, 74.0, n=33_000)]).astype({"n": "Int64"})
    rows = panorama(pd.DataFrame([cell(2025, 73)]), frame, SETTINGS)
    groups = rows["group"].value_counts()
    assert (groups[Relation.OWN], groups[Relation.PEER], len(rows)) == (1, 7, 150)
    # Upplands Väsby and Stockholm lie in our county; a peer is told as a peer.
    assert list(rows.loc[rows["group"] == Relation.COUNTY, "code"]) == ["0180"]
    assert rows["n"].is_monotonic_increasing
    assert (rows["upper"] - rows["lower"]).is_monotonic_decreasing


def test_our_own_index_stands_in_the_funnel_where_none_is_published() -> None:
    frame = pd.DataFrame(everyone()[1:]).astype({"n": "Int64"})
    rows = panorama(pd.DataFrame([cell(2024, 71.25)]), frame, SETTINGS)
    own = rows[rows["group"] == Relation.OWN].iloc[0]
    assert (own["value"], own["n"], len(rows)) == (71.25, 200, 150)


def test_the_change_after_the_training_stands_beside_the_peers() -> None:
    """The peers rose by 0, 1 … 6: the median is 3; with four of them nothing is told."""
    own = pd.DataFrame([cell(2024, 70), cell(2025, 74)])
    own = own.assign(index=own["governing"], lower=own["governing"] - 2, upper=own["governing"] + 2)
    values = [value(code, 2024, 70) for code in PEERS]
    values += [value(code, 2025, 70 + i) for i, code in enumerate(PEERS)]
    frame = pd.DataFrame(values).astype({"n": "Int64"})
    found = training_effect(own, frame, SETTINGS).iloc[0]
    assert (found["peers"], found["peers_change"]) == (7, 3.0)
    few = training_effect(own, frame[frame["municipality_code"].isin(PEERS[:4])], SETTINGS).iloc[0]
    assert few["peers"] == 4
    assert pd.isna(few["peers_change"])


@pytest.mark.parametrize(
    ("name", "year", "word"),
    [
        ("Boden", 2023, "over"),
        ("Södertälje", 2020, "under"),
        ("Nyköping", 2022, "gar_inte_att_avgora"),
    ],
)
def test_real_municipalities_are_compared_by_the_projects_own_collection(
    name: str, year: int, word: str
) -> None:
    """91 against the country's 75, 70 against 74 (with its answers), 76 against 75 (no n)."""
    other = SETTINGS.for_municipality(name)
    values = intake.look([COLLECTION], other).official.values
    found = comparison(measures.indices(NO_ANSWERS, NO_CASES, values, other), values, other).iloc[0]
    assert (found["year"], found["country_word"], bool(found["approximate"])) == (year, word, True)
    assert found["peers"] < RULES.comparison.least_peers.value
    assert pd.isna(found["rank_lower"])
