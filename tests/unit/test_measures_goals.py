"""The four goals: verdicts at the border, how sure, pace, too few answers, switches; the effect."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import measures
from analysis.measures.uncertainty import estimate
from analysis.settings import Plan, load

SETTINGS = load(Path(__file__).resolve().parents[2] / "config")
ITEMS = list(SETTINGS.questionnaire.item_keys)
NO_CASES = pd.DataFrame({"year": [], "area": [], "closed": []})
NO_OFFICIAL = pd.DataFrame()
ALL_SIX = SETTINGS.rules.totals.definitions["total6"].areas


def answers(year: int, scores: list[float], areas: tuple[str, ...] = ALL_SIX) -> pd.DataFrame:
    """Every area gives the same scores to every question."""
    rows = [
        {"year": year, "period": None, "area": area, **dict.fromkeys(ITEMS, score)}
        for area in areas
        for score in scores
    ]
    return pd.DataFrame(rows).astype({"period": "str"}).assign(joint=True)


def official(year: int, value: float, code: str = "0188", **more: object) -> pd.DataFrame:
    row = {"municipality_code": code, "year": year, "measure": "nki", "scope": "total",
           "definition": SETTINGS.rules.totals.official(year), "value": value, "n": None,
           "governs": True} | more  # fmt: skip
    return pd.DataFrame([row]).astype({"n": "Int64"})


def judged(
    frame: pd.DataFrame, published: pd.DataFrame = NO_OFFICIAL, plan: Plan = SETTINGS.plan
) -> pd.DataFrame:
    indices = measures.indices(frame, NO_CASES, published, SETTINGS)
    return measures.goals(indices, plan, SETTINGS.rules)


def row(goals: pd.DataFrame, goal: int, scope: str, year: int) -> pd.Series:
    rows = goals[(goals["goal"] == goal) & (goals["scope"] == scope) & (goals["year"] == year)]
    assert len(rows) == 1
    return rows.iloc[0]


def test_eight_point_two_is_exactly_eighty_and_reaches_eighty() -> None:
    """Mean 8.2 of four eights and a nine: index 80 in exact arithmetic."""
    goals = judged(answers(2025, [8.0, 8.0, 8.0, 8.0, 9.0] * 6))
    assert row(goals, 3, "total", 2025)["status"] == "nått"
    assert row(goals, 4, "bygglov", 2025)["status"] == "nått"
    below = judged(answers(2025, [8.0] * 25 + [9.0] * 6))
    assert row(below, 3, "total", 2025)["status"] == "ej nått"


def test_an_area_with_too_few_answers_is_neither_met_nor_missed() -> None:
    others = tuple(area for area in ALL_SIX if area != "markupplatelse")
    spread = [8.0, 9.0, 10.0] * 10
    frame = pd.concat(
        [answers(2025, spread, others), answers(2025, [1.0] * 5, ("markupplatelse",))]
    )
    goals = judged(frame)
    assert row(goals, 2, "markupplatelse", 2025)["status"] == "för få svar"
    assert row(goals, 2, "samtliga", 2025)["status"] == "nått"
    assert np.isnan(row(goals, 2, "markupplatelse", 2025)["probability"])


def test_an_area_that_was_not_measured_is_missing() -> None:
    goals = judged(answers(2025, [9.0] * 30, ("bygglov", "brandskydd")))
    assert row(goals, 2, "serveringstillstand", 2025)["status"] == "saknas"


def test_procurement_is_judged_only_where_the_plan_says_so() -> None:
    frame = answers(2025, [5.0] * 30, (*ALL_SIX, "upphandling"))
    assert "upphandling" not in set(judged(frame)["scope"])
    judged_areas = (*SETTINGS.plan.areas.judged, "upphandling")
    areas = SETTINGS.plan.areas.model_copy(update={"judged": judged_areas})
    plan = SETTINGS.plan.model_copy(update={"areas": areas})
    assert row(judged(frame, plan=plan), 2, "upphandling", 2025)["status"] == "ej nått"


def test_an_area_without_a_number_of_answers_pulls_the_total_down_last() -> None:
    """Bygglov 5 below with a published value alone, against brandskydd 2 below on thirty answers.

    Answers times distance: 60 for brandskydd, and for bygglov its distance as if one had answered.
    """
    published = pd.concat(
        [
            official(2026, 72.0, scope="bygglov", definition=""),
            official(2026, 75.0, scope="livsmedelskontroll", definition="", n=30),
        ]
    )
    goals = judged(answers(2026, [9.0] * 30, ("miljo_halsoskydd",)), published)
    assert row(goals, 1, "total", 2026)["holding_back"] == "livsmedelskontroll,bygglov"


def test_the_official_value_governs_the_verdict() -> None:
    frame = answers(2026, [7.0] * 30)
    assert row(judged(frame), 1, "total", 2026)["status"] == "ej nått"
    goals = judged(frame, official(2026, 77.0))
    found = row(goals, 1, "total", 2026)
    assert found["status"] == "nått"
    assert found["index"] == 77.0
    assert found["gap"] == 0.0


def test_official_values_alone_give_verdict_gap_and_pace() -> None:
    published = pd.concat([official(2024, 72.0), official(2025, 74.0)])
    goals = judged(pd.DataFrame(columns=["year", "period", "area", *ITEMS]), published)
    found = row(goals, 1, "total", 2025)
    assert found["status"] == "ej nått"
    assert found["gap"] == pytest.approx(-3.0)
    assert found["pace_needed"] == pytest.approx(3.0)
    assert found["pace_so_far"] == pytest.approx(2.0)
    assert np.isnan(found["probability"])


def test_the_pace_never_mixes_published_values_with_our_own() -> None:
    """Ours are 66.7 both years: a published 74 of the last one is no rise of seven units."""
    frame = pd.concat([answers(2024, [7.0] * 30), answers(2025, [7.0] * 30)])
    goals = judged(frame, official(2025, 74.0))
    assert row(goals, 1, "total", 2025)["gap"] == pytest.approx(-3.0)
    assert row(goals, 1, "total", 2025)["pace_so_far"] == pytest.approx(0.0)
    both = judged(frame, pd.concat([official(2024, 72.0), official(2025, 74.0)]))
    assert row(both, 1, "total", 2025)["pace_so_far"] == pytest.approx(2.0)
    neither = judged(answers(2024, [7.0] * 30), official(2025, 74.0))
    assert np.isnan(row(neither, 1, "total", 2025)["pace_so_far"])


def test_the_total_is_judged_in_the_definition_of_its_year() -> None:
    frame = pd.concat([answers(2023, [7.0] * 30), answers(2024, [7.0] * 30)])
    goals = judged(frame)
    assert row(goals, 1, "total", 2023)["definition"] == "total6"
    assert row(goals, 1, "total", 2024)["definition"] == "total4"


def test_areas_that_hold_back_are_named_the_heaviest_first() -> None:
    frame = pd.concat(
        [
            answers(2025, [9.0] * 30, ("livsmedelskontroll", "serveringstillstand")),
            answers(2025, [6.0] * 30, ("bygglov",)),
            answers(2025, [7.0] * 20, ("miljo_halsoskydd",)),
        ]
    )
    goals = judged(frame)
    assert row(goals, 1, "total", 2025)["holding_back"] == "bygglov,miljo_halsoskydd"
    assert row(goals, 2, "samtliga", 2025)["holding_back"] == "bygglov,miljo_halsoskydd"


def test_an_area_exactly_at_the_target_does_not_hold_back() -> None:
    """A mean of 8.2 in bygglov is exactly 80, even where floating point says a little less."""
    frame = pd.concat(
        [
            answers(2025, [8.0, 8.0, 8.0, 8.0, 9.0] * 6, ("bygglov",)),
            answers(2025, [6.0] * 30, ("livsmedelskontroll",)),
        ]
    )
    assert row(judged(frame), 3, "total", 2025)["holding_back"] == "livsmedelskontroll"


def test_an_area_hidden_for_anothers_sake_says_so() -> None:
    frame = pd.concat(
        [
            answers(2025, [5.0, 7.0, 9.0] * 10, ("bygglov", "livsmedelskontroll")),
            answers(2025, [5.0, 7.0, 9.0] * 4, ("miljo_halsoskydd",)),
            answers(2025, [5.0, 9.0] * 2, ("serveringstillstand",)),
        ]
    )
    goals = judged(frame)
    assert row(goals, 2, "serveringstillstand", 2025)["reason"] == "for_fa_svar"
    protecting = row(goals, 2, "miljo_halsoskydd", 2025)
    assert protecting["status"] == "för få svar"
    assert protecting["reason"] == "skyddar_annat_varde"
    assert row(goals, 2, "bygglov", 2025)["reason"] == ""


def test_probability_is_high_far_above_and_low_far_below() -> None:
    spread = [8.0, 9.0, 9.0, 10.0] * 10
    above = row(judged(answers(2025, spread)), 2, "bygglov", 2025)
    below = row(judged(answers(2025, [s - 4 for s in spread])), 2, "bygglov", 2025)
    assert above["probability"] > 0.99
    assert below["probability"] < 0.01


def test_probabilities_are_calibrated() -> None:
    """Of cases called 66–90 %, about that share truly lie above the target (fixed seed)."""
    rng = np.random.default_rng(7)
    rows = []
    for level in np.linspace(0.5, 0.9, 21):
        whole = np.round(1 + 9 * rng.beta(2.6 * level, 2.6 * (1 - level), 50_000))
        true = (whole.mean() - 1) / 9 * 100
        for _ in range(150):
            target = 70 + rng.uniform(-1, 1)
            sample = rng.choice(whole, 20)
            index = np.array([(sample.mean() - 1) / 9 * 100])
            variance = np.array([sample.var(ddof=1) / 20 * (100 / 9) ** 2])
            known = estimate(index, variance, [20], SETTINGS.rules.uncertainty)
            rows.append((known.probability_at_least(target)[0], true >= target))
    table = pd.DataFrame(rows, columns=["given", "met"])
    for low, high in ((0.1, 0.34), (0.34, 0.66), (0.66, 0.9)):
        part = table[(table["given"] >= low) & (table["given"] < high)]
        assert part["met"].mean() == pytest.approx(part["given"].mean(), abs=0.08)


TRAINED = [9.0, 10.0, 10.0, 9.0, 8.0] * 10
UNTRAINED = [6.0, 7.0, 8.0, 7.0, 7.0] * 10


def effect(after: list[float], published: pd.DataFrame = NO_OFFICIAL) -> pd.Series:
    frame = pd.concat([answers(2024, UNTRAINED), answers(2025, after)])
    indices = measures.indices(frame, NO_CASES, NO_OFFICIAL, SETTINGS)
    table = measures.training_effect(indices, published, SETTINGS)
    return table[table["measure"] == "nki"].iloc[0]


def test_a_sure_rise_after_the_training() -> None:
    found = effect(TRAINED)
    assert found["conclusion"] == "okade_efter"
    assert found["lower"] > 0
    assert (found["before_year"], found["after_year"]) == (2024, 2025)
    assert found["partly"]


def test_official_values_are_not_compared_with_our_own() -> None:
    """An official value stands before but not after: both sides are then ours."""
    frame = pd.concat([answers(2024, UNTRAINED), answers(2025, UNTRAINED)])
    published = official(2024, 60.0)
    indices = measures.indices(frame, NO_CASES, published, SETTINGS)
    table = measures.training_effect(indices, published, SETTINGS)
    found = table[table["measure"] == "nki"].iloc[0]
    assert found["change"] == pytest.approx(0.0)
    assert found["before"] == pytest.approx(found["after"])


def test_no_sure_change() -> None:
    assert effect(UNTRAINED)["conclusion"] == "ingen_saker_forandring"


def test_how_sure_a_difference_of_published_values_is_cannot_be_known() -> None:
    published = pd.concat([official(2024, 70.0), official(2025, 80.0)])
    indices = measures.indices(answers(2020, UNTRAINED), NO_CASES, published, SETTINGS)
    found = measures.training_effect(indices, published, SETTINGS).iloc[0]
    assert found["change"] == pytest.approx(10.0)
    assert found["conclusion"] == "okand_osakerhet"


def test_a_rise_is_set_against_the_countrys() -> None:
    country = [official(2024, 73.0, "0000"), official(2025, 74.0, "0000")]
    found = effect(TRAINED, pd.concat(country))
    assert found["reference_change"] == pytest.approx(1.0)
    assert found["difference"] == pytest.approx(found["change"] - 1.0)
    assert found["conclusion"] == "okade_mer_an_riket"


def test_nothing_is_said_before_there_is_an_after() -> None:
    indices = measures.indices(answers(2024, UNTRAINED), NO_CASES, NO_OFFICIAL, SETTINGS)
    table = measures.training_effect(indices, NO_OFFICIAL, SETTINGS)
    assert set(table["conclusion"]) == {"ingen_matning_efter"}
    assert table["change"].isna().all()


def test_a_year_wholly_after_the_training_is_not_partly() -> None:
    frame = pd.concat([answers(2024, UNTRAINED), answers(2026, TRAINED)])
    indices = measures.indices(frame, NO_CASES, NO_OFFICIAL, SETTINGS)
    table = measures.training_effect(indices, NO_OFFICIAL, SETTINGS)
    assert not table["partly"].any()
    assert (table["after_year"] == 2026).all()


def test_goals_follow_the_plan_not_the_code() -> None:
    goal = SETTINGS.plan.goals[1].model_copy(update={"target": 50})
    plan = SETTINGS.plan.model_copy(update={"goals": (goal,)})
    settings = replace(SETTINGS, plan=plan)
    frame = answers(2025, [6.0] * 30)
    goals = judged(frame, plan=settings.plan)
    assert set(goals["goal"]) == {2}
    assert row(goals, 2, "samtliga", 2025)["status"] == "nått"


def test_the_interval_lies_around_the_value_that_governs() -> None:
    """A published 80 beside answers that give 66.7 is as uncertain as they are."""
    frame = answers(2025, [5.0, 6.0, 7.0, 8.0, 9.0] * 6)
    own = measures.indices(frame, NO_CASES, NO_OFFICIAL, SETTINGS)
    both = measures.indices(frame, NO_CASES, official(2025, 80.0), SETTINGS)
    cell = {"scope": "total", "definition": "total4", "measure": "nki", "year": "2025"}

    def bounds(table: pd.DataFrame, *names: str) -> list[float]:
        found = table[(table[list(cell)] == pd.Series(cell)).all(axis=1)].iloc[0]
        return [float(found[name]) for name in names]

    low, value, high = bounds(both, "governing_lower", "governing", "governing_upper")
    assert low < value == 80.0 < high
    own_low, own_high = bounds(own, "lower", "upper")
    assert bounds(own, "governing_lower", "governing_upper") == [own_low, own_high]
    assert bounds(both, "lower", "upper") == [own_low, own_high]
    assert high - low == pytest.approx(own_high - own_low, rel=0.2)
    goals = measures.goals(both, SETTINGS.plan, SETTINGS.rules)
    assert row(goals, 1, "total", 2025)[["lower", "upper"]].tolist() == [low, high]


def with_target_years(*years: int | None) -> Plan:
    goals = zip(SETTINGS.plan.goals, years, strict=False)
    return SETTINGS.plan.model_copy(
        update={"goals": tuple(g.model_copy(update={"target_year": year}) for g, year in goals)}
    )


def test_what_the_target_year_decided_stands_in_later_years() -> None:
    """Published 75 in the target year 2025 misses 77 for good, though 2026 has 79."""
    published = pd.concat([official(2024, 72.0), official(2025, 75.0), official(2026, 79.0)])
    frame = pd.concat([answers(2025, [7.0, 8.0] * 15), answers(2026, [9.0] * 30)])
    goals = judged(frame, published, with_target_years(2025, 2025))
    of_its_year, later = (row(goals, 1, "total", year) for year in (2025, 2026))
    assert of_its_year["judged_year"] == later["judged_year"] == 2025
    assert later["status"] == "ej nått"
    assert later["index"] == 75.0
    for name in ("lower", "upper", "probability", "gap", "holding_back", "n", "definition"):
        assert later[name] == of_its_year[name], name
    assert of_its_year["pace_so_far"] == pytest.approx(3.0)
    assert later[["pace_needed", "pace_so_far", "pace_since", "pace_from"]].isna().all()
    for scope in ("bygglov", "samtliga"):
        assert row(goals, 2, scope, 2026)["index"] == row(goals, 2, scope, 2025)["index"]
        assert row(goals, 2, scope, 2026)["judged_year"] == 2025


def test_a_goal_that_was_reached_in_its_year_is_not_lost_afterwards() -> None:
    published = pd.concat([official(2025, 78.0), official(2026, 60.0)])
    goals = judged(answers(2025, [8.0] * 30), published, with_target_years(2025))
    assert row(goals, 1, "total", 2026)["status"] == "nått"


def test_a_goal_without_a_target_year_is_judged_every_year() -> None:
    published = pd.concat([official(2025, 75.0), official(2026, 79.0)])
    goals = judged(answers(2025, [8.0] * 30), published, with_target_years(None))
    assert list(goals["status"]) == ["ej nått", "nått"]
    assert list(goals["judged_year"]) == [2025, 2026]


def test_a_target_year_without_a_result_is_missing_afterwards_and_says_so() -> None:
    published = pd.concat([official(2024, 72.0), official(2026, 79.0)])
    goals = judged(answers(2024, [8.0] * 30), published, with_target_years(2025, 2025))
    for number, scope in ((1, "total"), (2, "bygglov"), (2, "samtliga")):
        found = row(goals, number, scope, 2026)
        assert (found["status"], found["reason"]) == ("saknas", "malaret_saknas")
        assert np.isnan(found["index"])
        assert found["judged_year"] == 2025


def test_a_target_year_before_the_plan_is_never_judged() -> None:
    published = pd.concat([official(2019, 70.0), official(2025, 79.0)])
    goals = judged(answers(2025, [8.0] * 30), published, with_target_years(2019, 2019))
    found = row(goals, 1, "total", 2025)
    assert (found["status"], found["reason"]) == ("inte bedömt", "fore_planen")
    assert found["index"] == 70.0
    assert row(goals, 2, "samtliga", 2025)["reason"] == "fore_planen"


def test_a_part_of_a_later_year_leaves_what_the_target_year_decided() -> None:
    part = answers(2026, [9.0] * 30).assign(period="T1")
    goals = judged(pd.concat([answers(2025, [7.0] * 30), part]), plan=with_target_years(2025, None))
    assert row(goals, 1, "total", 2026)["status"] == "ej nått"
    assert row(goals, 2, "bygglov", 2026)["status"] == "inte bedömt"


def test_nothing_is_required_of_a_goal_whose_year_has_passed() -> None:
    plan = with_target_years(2024, 2026)
    settings = replace(SETTINGS, plan=plan)
    frame = answers(2025, [6.0, 7.0] * 30).assign(outcome=None)
    indices = measures.indices(frame, NO_CASES, NO_OFFICIAL, settings)
    drivers = measures.drivers(frame.astype({"outcome": "str"}), settings)
    assert set(measures.required_rise(indices, drivers, settings)["goal"]) == {2}
