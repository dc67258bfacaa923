"""Parts of the measures by themselves: formulas at their borders, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import measures
from analysis.measures import audit
from analysis.measures.drivers import quadrants
from analysis.measures.linkage import link
from analysis.measures.regression import Fit, implied_products
from analysis.measures.totals import AreaWeights
from analysis.settings import Settings, load

SETTINGS = load(Path(__file__).resolve().parents[2] / "config")
ITEMS = list(SETTINGS.questionnaire.item_keys)
FACTORS = SETTINGS.questionnaire.factor_keys
NO_CASES = pd.DataFrame({"year": [], "area": [], "closed": []})
NO_ANSWERS = pd.DataFrame(columns=["year", "period", "area", "joint", *ITEMS])


def answers(year: int, period: str | None = None, **areas: list[float]) -> pd.DataFrame:
    """Each area's respondents give one score each to everything."""
    rows = [
        {"year": year, "period": period, "area": area, **dict.fromkeys(ITEMS, score)}
        for area, scores in areas.items()
        for score in scores
    ]
    return pd.DataFrame(rows).astype({"period": "str"}).assign(joint=True)


def with_method(method: str) -> Settings:
    totals = SETTINGS.rules.totals
    changed = totals.method.model_copy(update={"value": method})
    rules = SETTINGS.rules.model_copy(
        update={"totals": totals.model_copy(update={"method": changed})}
    )
    return replace(SETTINGS, rules=rules)


# --- totals ---


def test_a_mean_of_areas_has_satterthwaites_degrees_of_freedom() -> None:
    """Satterthwaite (1946): (Σ Vₐ)² / Σ Vₐ² / (nₐ − 1), with Vₐ = (wₐ · 100 / 9)² sₐ² / nₐ."""
    few, many = [4.0, 6.0, 9.0] * 3, [7.0, 8.0, 10.0, 10.0] * 10
    frame = answers(2025, bygglov=few, livsmedelskontroll=many)
    table = measures.indices(frame, NO_CASES, pd.DataFrame(), with_method("mean"))
    found = table[
        (table["scope"] == "total")
        & (table["definition"] == "total4")
        & (table["measure"] == "nki_totalt")
    ].iloc[0]
    parts = [(0.5 * 100 / 9) ** 2 * np.var(s, ddof=1) / len(s) for s in (few, many)]
    expected = sum(parts) ** 2 / (parts[0] ** 2 / 8 + parts[1] ** 2 / 39)
    assert found["freedom"] == pytest.approx(expected)


@pytest.mark.parametrize("method", ["pooled", "mean"])
def test_the_share_that_left_a_question_out_is_told(method: str) -> None:
    """Of forty, ten left the first question of the NKI out: a quarter of it, a twelfth of three."""
    frame = answers(2025, bygglov=[7.0] * 20, livsmedelskontroll=[8.0] * 20)
    frame.loc[frame.index % 4 == 0, "nki_totalt"] = np.nan
    table = measures.indices(frame, NO_CASES, pd.DataFrame(), with_method(method))
    total = table[(table["scope"] == "total") & (table["definition"] == "total4")]
    shares = total.set_index("measure")["missing_share"]
    assert shares[["nki_totalt", "nki", "bemotande"]].tolist() == pytest.approx([1 / 4, 1 / 12, 0])


def test_a_published_value_of_an_area_needs_no_definition() -> None:
    """As the files of published values have it: nothing stands in the column for an area."""
    published = pd.DataFrame(
        {
            "municipality_code": "0188", "year": 2025, "measure": "nki", "governs": True,
            "scope": ["bygglov", "brandskydd"], "definition": [None, ""], "value": [71.0, 72.0],
            "n": pd.array([30, None], "Int64"),
        }
    )  # fmt: skip
    table = measures.indices(NO_ANSWERS, NO_CASES, published, SETTINGS)
    assert table[["scope", "definition", "governing"]].to_numpy().tolist() == [
        ["brandskydd", "", 72.0],
        ["bygglov", "", 71.0],
    ]


def test_a_part_of_the_table_is_published_with_its_own_flags() -> None:
    """Nothing follows the place of a row: what is shown of a later row is not an earlier one's."""
    frame = answers(2025, brandskydd=[7.0] * 3, bygglov=[7.0] * 30)
    table = measures.indices(frame, NO_CASES, pd.DataFrame(), SETTINGS)
    for scope, shown in (("brandskydd", "false"), ("bygglov", "true")):
        published = measures.publish.index_table(table[table["scope"] == scope])
        assert set(published["shown"]) == {shown}


# --- the success factors ---


def test_a_lower_bound_of_exactly_nothing_is_no_effect() -> None:
    effect, lower = np.array([0.4, 0.4, 0.1]), np.array([0.0, 0.001, 0.1])
    found = [str(name) for name in quadrants(np.array([60.0, 60.0, 60.0]), effect, lower)]
    assert found == ["bevara", "forbattra", "bevara"]


def test_cross_products_follow_from_slopes() -> None:
    """One predictor of variance 2 and slope 0.5: covariance 1, variance 0.5 · 1 + 3."""
    nothing = np.zeros((1, 1))
    whole = Fit(
        np.array([0.5]), nothing[0], 0.0, nothing[0], nothing, nothing,
        np.array([[2.0, 9.0], [9.0, 9.0]]), 3.0,
    )  # fmt: skip
    assert implied_products(np.array([[0.5], [1.0]]), whole).tolist() == [
        [[2.0, 1.0], [1.0, 3.5]],
        [[2.0, 2.0], [2.0, 5.0]],
    ]


def test_without_answers_the_tables_of_factors_are_empty_with_their_kinds() -> None:
    found = measures.drivers(NO_ANSWERS, SETTINGS)
    assert found.table.empty and found.factors == FACTORS
    assert found.table.dtypes.astype(str).to_dict() == {
        **dict.fromkeys(found.table.columns, "float64"),
        **dict.fromkeys(("scope", "factor", "quadrant", "pooling"), "str"),
        "n": "int64",
    }
    aims = measures.aims(SETTINGS.plan, found)
    first = SETTINGS.plan.activities[0]
    assert aims.iloc[0].dropna().to_dict() == {
        "activity": first.number,
        "factor": FACTORS[0],
        "aimed_at": FACTORS[0] in first.aims_at,
        "quadrant": "",
    }


# --- the training ---


def test_tertials_and_areas_change_nothing_of_an_activity_s_effect() -> None:
    before = [6.0, 7.0, 8.0] * 20
    after = [8.0, 9.0, 10.0] * 20
    found = []
    for periods in ((None,), ("T1", "T2", "T3")):
        frame = pd.concat(
            answers(year, period, bygglov=scores, brandskydd=scores)
            for period in periods
            for year, scores in ((2024, before), (2025, after))
        )
        indices = measures.indices(frame, NO_CASES, pd.DataFrame(), SETTINGS)
        found.append(measures.training_effect(indices, pd.DataFrame(), SETTINGS))
    known = ["measure", "scope", "definition", "before_year", "after_year", "before", "after"]
    assert found[0][known].equals(found[1][known])
    assert found[0]["after_year"].tolist() == [2025] * len(found[0])


# --- what can be worked out ---


@pytest.mark.parametrize(
    ("method", "total"), [("mean", [0.375, 0.125, 0.5]), ("pooled", [0.6, 0.2, 0.2])]
)
def test_a_total_is_a_mean_of_the_smallest_groups_by_its_method(
    method: str, total: list[float]
) -> None:
    """Three answers of one area are of the first tertial and one is not; another area has one."""
    areas = SETTINGS.rules.totals.definitions["total4"].areas
    system = link(
        (("bygglov", "", ""), ("bygglov", "", "T1"), ("livsmedelskontroll", "", ""),
         ("total", "total4", "")),
        np.array([4, 3, 1, 5]),
        np.array([70.0, 80.0, 50.0, 60.0]),
        {"total4": AreaWeights(method, dict.fromkeys(areas, 1.0))},
        SETTINGS.rules.totals,
    )  # fmt: skip
    assert system.functions.tolist() == [[0.75, 0.25, 0], [1, 0, 0], [0, 0, 1], total]
    assert system.truth.tolist() == [80.0, 40.0, 50.0]


@pytest.mark.parametrize(
    ("published", "truth", "width"),
    [
        ([[0.0, 1.0]], [60.0, 80.0], 100.0),
        ([[1.0, 0.0]], [60.0, 80.0], 0.0),
        ([[0.5, 0.5]], [90.0, 90.0], 20.0),
        ([[0.5, 0.5]], [50.0, 50.0], 100.0),
        ([[0.25, 0.75]], [0.0, 20.0], 60.0),
        ([[1.0, 0.0]], [120.0, 50.0], 0.0),
    ],
)
def test_the_range_of_a_mean_beside_what_is_published(
    published: list[list[float]], truth: list[float], width: float
) -> None:
    """The first of two means; a truth outside the scale is impossible and has no range."""
    found = audit.exact_width(np.array([1.0, 0.0]), np.array(published), np.array(truth))
    assert found == pytest.approx(width, abs=1e-6)


def test_the_range_of_a_mean_when_the_answers_of_all_are_told_by_band() -> None:
    """Two groups of two; of the four answers two are 1–2 and two 9–10, and all sum to 22.

    The first group may have both low answers (1 to 2 in mean) or both high ones (9 to 10): its
    mean lies within 1–10, and within 9 steps; with its own sum told as well it has no range.
    """
    bands, counts = [(1, 2), (9, 10)], np.array([2.0, 2.0])
    free = audit.banded_widths([2, 2], [((0, 1), 22.0)], counts, bands, [[0], [0, 1]])
    assert free.tolist() == pytest.approx([9.0, 0.0], abs=1e-6)
    told = audit.banded_widths([2, 2], [((0,), 11.0), ((1,), 11.0)], counts, bands, [[0], [1]])
    assert told.tolist() == pytest.approx([0.0, 0.0], abs=1e-6)
    impossible = audit.banded_widths([2, 2], [((0, 1), 60.0)], counts, bands, [[0]])
    assert impossible.tolist() == [0.0]
