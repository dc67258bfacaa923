"""Forecasts: the pooled movement, heavy tails, small panels, the break of 2024, what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from analysis.intake import look
from analysis.measures.forecast import (
    Drift,
    Forecast,
    Limits,
    Movement,
    Panel,
    Position,
    backtest,
    drift,
    forecast,
    movement,
    pairs,
    risen,
)
from analysis.measures.goal_forecast import COLUMNS, goal_forecasts, panels_of
from analysis.project import Project
from analysis.settings import Settings, load

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = load(ROOT / "config")
COLLECTION = look([], SETTINGS, Project.here().collection).published.values
LIMITS = Limits(3, 60, 30, 5, 0.5, 0.8, 5)
NAN = float("nan")
Floats = npt.NDArray[np.float64]


def panel(values: Floats, variance: float = 1.0, country: Floats | None = None) -> Panel:
    none = np.full(values.shape[1], NAN)
    return Panel(
        2015, values, np.full(values.shape, variance), none if country is None else country
    )


def country_like(seed: int, *, left: float, noise: float, tails: bool = False) -> Panel:
    """80 municipalities of eight years, around own levels, with a known share left after a year."""
    rng = np.random.default_rng(seed)
    own = rng.normal(0, 5, (80, 1))
    moves = np.zeros((80, 8))
    shocks = rng.standard_t(2.5, (80, 8)) if tails else rng.normal(0, 1, (80, 8))
    for year in range(1, 8):
        moves[:, year] = left * moves[:, year - 1] + noise * shocks[:, year]
    return panel(70 + own + moves, 0.01)


# The panel


def test_the_level_of_a_year_is_the_mean_or_the_country_s_with_the_usual_distance() -> None:
    values = np.array([[70.0, 72.0], [60.0, NAN]])
    assert panel(values).levels == pytest.approx([65.0, 72.0])
    level = panel(values, country=np.array([66.0, 68.0])).levels
    # The values are 4 and 4 above and 6 below the country: two thirds above.
    assert level == pytest.approx([66 + 2 / 3, 68 + 2 / 3])


def test_a_movement_needs_a_still_earlier_value_and_knows_no_later_one() -> None:
    found = pairs(panel(np.array([[70.0, 72.0, 75.0], [60.0, NAN, 61.0], [65.0, 65.0, 65.0]])), 1)
    assert list(found.municipality) == [0, 2] and list(found.year) == [2016, 2016]
    # Levels 65, 68.5 and 67: now 3.5, before 5, after 8.
    assert found.before[0] == pytest.approx([3.5, 5.0]) and found.after[0] == pytest.approx(8.0)


def test_the_future_does_not_change_what_was_known() -> None:
    whole = country_like(1, left=0.5, noise=2)
    other = replace(whole, values=np.where(np.arange(8) > 4, 0.0, whole.values))
    known, changed = (movement([one.until(2019)], 1, LIMITS) for one in (whole, other))
    assert known is not None and changed is not None
    assert known.weights == pytest.approx(changed.weights) and known.reach == changed.reach


# The movement


def test_a_steady_country_leaves_the_whole_deviation_and_nothing_to_miss() -> None:
    own = np.repeat(np.linspace(-8, 8, 40)[:, None], 6, axis=1)
    moved = movement([panel(70 + own, 0.0)], 2, LIMITS)
    assert moved is not None
    assert moved.weights.sum() == pytest.approx(1) and moved.variance == pytest.approx(0, abs=1e-9)


def test_what_returns_fast_is_weighed_towards_the_own_level() -> None:
    fast, slow = (
        movement([country_like(2, left=left, noise=3)], 1, LIMITS) for left in (0.0, 0.95)
    )
    assert fast is not None and slow is not None
    assert fast.weights[1] > fast.weights[0] and slow.weights[0] > 2 * slow.weights[1]


def test_a_longer_time_ahead_is_less_sure() -> None:
    walk = country_like(3, left=1.0, noise=2)
    near, far = (movement([walk], lead, LIMITS) for lead in (1, 3))
    assert near is not None and far is not None
    assert far.own and far.spread(0.01, 0.01) > 1.3 * near.spread(0.01, 0.01)


def test_a_small_panel_takes_all_lead_times_together_and_a_smaller_one_nothing() -> None:
    whole = country_like(4, left=0.5, noise=2)
    some = replace(whole, values=whole.values[:5], variances=whole.variances[:5])
    assert (alone := movement([whole], 1, LIMITS)) is not None and alone.own
    assert (pooled := movement([some], 1, LIMITS)) is not None and not pooled.own
    assert pooled.pairs == sum(len(pairs(some, lead).after) for lead in (1, 2, 3))
    few = replace(whole, values=whole.values[:2], variances=whole.variances[:2])
    assert movement([few], 1, LIMITS) is None
    assert movement([], 1, LIMITS) is None


def test_two_definitions_are_two_panels_and_no_movement_goes_between_them() -> None:
    whole = country_like(5, left=0.5, noise=2)
    last = np.arange(8) < 4
    parts = [
        replace(whole, values=np.where(last == own, whole.values, NAN)) for own in (True, False)
    ]
    moved = movement(parts, 1, LIMITS)
    assert moved is not None and moved.pairs == 80 * (2 + 2)
    change = drift([replace(part, values=part.values + 20 * n) for n, part in enumerate(parts)], 1)
    assert abs(change.change) < 1


# The forecast


def test_it_lies_between_the_last_value_and_the_level_with_half_the_national_change() -> None:
    moved = Movement(np.array([0.5, 0.3]), 4.0, 1.3, 100, True)
    made = forecast(Position(70.0, 10.0, 10.0, 1.0), moved, Drift(0.4, 0.0, 0.0), 2, LIMITS)
    assert made.index == pytest.approx(70 + 2 * 0.4 + 8)
    lower, upper = made.interval
    # 1.3 · √(4 + 1 + 0.25) to either side.
    assert (upper - lower) / 2 == pytest.approx(1.3 * np.sqrt(5.25))
    assert made.probability_at_least(made.index) == pytest.approx(0.5)
    assert made.probability_at_least(upper) == pytest.approx(0.1)


def test_the_national_change_is_damped_and_its_doubt_grows_faster_than_the_years() -> None:
    rising = panel(np.array([[60.0, 62.0, 64.0, 66.0]]))
    moving = drift([rising], 0.5)
    assert moving.change == pytest.approx(1.0) and moving.variance == pytest.approx(0)
    assert moving.over(3) == pytest.approx(9 * moving.over(1)) and moving.over(1) > 0
    assert drift([panel(np.array([[60.0]]))], 0.5) == Drift(0.0, 0.0, 0.0)


def test_an_interval_stays_on_the_scale() -> None:
    assert Forecast(99.0, 3.0, LIMITS).interval[1] == 100
    assert Forecast(1.0, 3.0, LIMITS).interval[0] == 0


@pytest.mark.parametrize("tails", [False, True])
def test_intervals_hold_what_they_say(tails: bool) -> None:
    trials = [
        backtest([country_like(seed, left=0.6, noise=2, tails=tails)], LIMITS, 2.0)
        for seed in range(6)
    ]
    covered = np.concatenate([trial.covered for trial in trials])
    assert len(covered) > 5000 and 0.74 <= covered.mean() <= 0.86
    given = np.concatenate([trial.probability for trial in trials])
    reached = np.concatenate([trial.reached for trial in trials])
    for low, high in ((0.1, 0.4), (0.4, 0.7)):
        chosen = (given >= low) & (given < high)
        assert abs(given[chosen].mean() - reached[chosen].mean()) < 0.08


def test_how_often_others_have_risen_counts_within_the_time() -> None:
    values = np.array([[70.0, NAN, 75.0, 76.0], [60.0, 61.0, 62.0, 60.0]])
    assert risen([panel(values)], 2, 5.0) == (1, 3, 2)
    assert risen([panel(values)], 1, 1.0) == (3, 4, 2)
    assert risen([panel(values)], 4, 1.0) == (0, 0, 0)


# The goals


def totals(*values: tuple[int, float], half: float = 2.5, **more: object) -> pd.DataFrame:
    """The table of indices for the total, each year in its official definition."""
    rows = [
        {
            "year": str(year),
            "scope": "total",
            "definition": SETTINGS.rules.totals.official(year),
            "measure": "nki",
            "governing": value,
            "governing_lower": value - half,
            "governing_upper": value + half,
            "n": 200,
            "part": "",
            "is_official_definition": True,
        }
        | more
        for year, value in values
    ]
    return pd.DataFrame(rows)


def with_goal(target: float = 77, **more: object) -> Settings:
    goal = SETTINGS.plan.goal(1).model_copy(update={"target": target, **more})
    return replace(SETTINGS, plan=SETTINGS.plan.model_copy(update={"goals": (goal,)}))


OWN = totals((2022, 72.0), (2024, 72.0), (2025, 73.0))


def of(
    indices: pd.DataFrame = OWN, official: pd.DataFrame = COLLECTION, settings: Settings = SETTINGS
) -> pd.DataFrame:
    return goal_forecasts(indices, official, settings)


def test_the_collection_gives_a_rough_forecast_of_the_goal_of_2026() -> None:
    table = of()
    row = table.iloc[0]
    assert list(table["goal"]) == [1] and (row["from_year"], row["year"]) == (2025, 2026)
    assert row["basis"] == "liten panel" and row["movements"] >= 30
    assert row["lower"] < row["index"] < row["upper"] < 80
    assert 0 < row["probability"] < 0.5 and row["rise"] == pytest.approx(4)
    assert 0 < row["risen"] < row["changes"] and row["covered"] <= row["tried"] > 0


def test_a_higher_target_is_less_probable_and_a_lower_one_more() -> None:
    given = [of(settings=with_goal(target)).iloc[0]["probability"] for target in (70, 74, 77, 85)]
    assert given == sorted(given, reverse=True) and given[0] > 0.8 and given[-1] < 0.02


def test_every_year_until_the_goal_s_own_is_there_for_the_figure() -> None:
    table = of(settings=with_goal(target_year=2028))
    assert list(table["year"]) == [2026, 2027, 2028]
    width = table["upper"] - table["lower"]
    assert width.is_monotonic_increasing


@pytest.mark.parametrize(
    ("indices", "official", "settings", "reason"),
    [
        (OWN, COLLECTION, with_goal(target_year=2029), "for_langt"),
        (OWN, COLLECTION[:0], SETTINGS, "inga_andra"),
        (OWN, COLLECTION[COLLECTION["year"] < 2014], SETTINGS, "for_liten_panel"),
        (totals((2025, 73.0)), COLLECTION, SETTINGS, "ingen_historia"),
    ],
)
def test_where_there_is_no_forecast_the_table_says_why(
    indices: pd.DataFrame, official: pd.DataFrame, settings: Settings, reason: str
) -> None:
    row = of(indices, official, settings).iloc[0]
    assert row["reason"] == reason and row["basis"] == "" and np.isnan(row["index"])


def test_a_goal_that_is_due_and_a_part_of_a_year_have_no_forecast() -> None:
    assert of(settings=with_goal(target_year=2025)).empty
    part = OWN.assign(part=np.where(OWN["year"] == "2025", "T1,T2", ""))
    assert of(part).empty
    assert list(of(part).columns) == list(COLUMNS)


def test_the_break_of_2024_widens_what_the_earlier_definition_tells() -> None:
    after = totals((2024, 72.0), (2025, 73.0))
    before = totals((2022, 72.0), (2025, 73.0))
    narrow, wide = (of(one).iloc[0] for one in (after, before))
    assert wide["upper"] - wide["lower"] > narrow["upper"] - narrow["lower"]


def test_a_spread_between_the_definitions_is_taken_from_years_with_both() -> None:
    both = pd.concat(
        [
            totals((2021, 70.0), (2022, 72.0), (2023, 71.0), (2025, 73.0)),
            totals((2021, 70.5), (2022, 72.5), (2023, 71.5), definition="total4").assign(
                is_official_definition=False
            ),
        ]
    )
    alone = totals((2021, 70.0), (2022, 72.0), (2023, 71.0), (2025, 73.0))
    known, assumed = (of(one).iloc[0] for one in (both, alone))
    assert known["upper"] - known["lower"] < assumed["upper"] - assumed["lower"]


def test_few_answers_make_a_wide_forecast() -> None:
    sure, unsure = (
        of(totals((2024, 72.0), (2025, 73.0), half=half)).iloc[0] for half in (1.5, 6.0)
    )
    assert unsure["upper"] - unsure["lower"] > 1.3 * (sure["upper"] - sure["lower"])


def test_the_panel_holds_municipalities_alone_in_the_same_rows() -> None:
    twice = pd.concat(
        [
            COLLECTION,
            COLLECTION.assign(definition="total4", year=2024).drop_duplicates(
                ["municipality_code", "measure", "scope"]
            ),
        ]
    )
    found = panels_of(twice[twice["municipality_code"] != ""], "nki", SETTINGS)
    assert set(found) == {"total6", "total4"}
    shapes = {one.values.shape for one in found.values()}
    assert len(shapes) == 1 and not any((one.values == 0).any() for one in found.values())
