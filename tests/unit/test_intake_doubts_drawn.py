"""Answers that can be read but cannot be right, and honest ones that look odd."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.example import truth
from analysis.example.simulate import simulate
from analysis.intake.answers.clean import CleanYear
from analysis.intake.answers.reasons import CUSTOMERS
from analysis.intake.judging.doubts import doubts
from analysis.settings import load

SETTINGS = load(Path(__file__).resolve().parents[2] / "config")
ITEMS = list(SETTINGS.questionnaire.item_keys)


def clean_of(answers: pd.DataFrame, year: int) -> CleanYear:
    """A year's drawn answers (0 is "vet ej") as cleaning gives them."""
    drawn = answers[answers["year"] == year].reset_index(drop=True)
    rows = drawn.assign(
        file=drawn.get("file", f"insikt_{year}.csv"),
        aside=drawn["customer"].map(lambda who: "" if who == "foretag" else CUSTOMERS[who]),
    )
    rows[ITEMS] = drawn[ITEMS].where(drawn[ITEMS] >= 1)
    counted = rows["aside"] == ""
    cells = [
        (key, "", word, int(count))
        for key in ITEMS
        for word, count in (
            ("inget svar", drawn.loc[counted, key].isna().sum()),
            ("vet ej", (drawn.loc[counted, key] == 0).sum()),
        )
    ]
    return CleanYear(
        year=year,
        answers=rows[counted].drop(columns="aside"),
        rejects=pd.DataFrame(),
        quality=pd.DataFrame(cells, columns=["measure", "group", "reason", "count"]),
        problems=(),
        notes=(),
        read=len(rows),
        counted=int(counted.sum()),
        duplicates=0,
        rows=rows,
        flaws=pd.DataFrame(),
    )


def stopping(now: CleanYear, before: CleanYear | None) -> set[tuple[str, str]]:
    return {(one.kind, one.subject) for one in doubts(now, before, SETTINGS) if one.stops}


@pytest.fixture(scope="module")
def drawn() -> pd.DataFrame:
    return simulate(SETTINGS, 7)


def test_honest_years_of_a_small_municipality_are_not_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Forty answers a year: nobody need give the lowest score, and numbers vary."""
    small = {
        key: replace(truth.AREAS[key], answers=(9, 6, 8, 5, 7))
        for key in (*SETTINGS.rules.totals.definitions["total4"].areas, "brandskydd")
    }
    monkeypatch.setattr(truth, "AREAS", small)
    monkeypatch.setattr(truth, "CALIBRATED", ())
    stopped = []
    for seed in range(8):
        answers = simulate(SETTINGS, seed)
        years = {year: clean_of(answers, year) for year in truth.YEARS}
        for year, clean in years.items():
            stopped += stopping(clean, None)
            stopped += stopping(clean, years.get(year - 1))
    assert stopped == []


def test_few_who_left_a_question_out_are_not_taken_for_the_displeased(drawn: pd.DataFrame) -> None:
    """Five of the highest: with ranks, so few can never be certain."""
    answers = drawn[(drawn["year"] == 2024) & (drawn["customer"] == "foretag")].copy()
    means = answers[ITEMS].where(answers[ITEMS] >= 1).mean(axis=1)
    key = "nki_totalt"
    answers[key] = answers[key].fillna(8).replace(0, 8)
    answers.loc[means.nlargest(5).index, key] = np.nan
    assert ("ojämnt bortfall", key) not in stopping(clean_of(answers, 2024), None)
    answers.loc[means.nsmallest(20).index, key] = np.nan
    assert ("ojämnt bortfall", key) in stopping(clean_of(answers, 2024), None)


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("column, part", [("area", "bygglov"), ("period", "T3")])
def test_a_part_on_another_scale_stops(
    drawn: pd.DataFrame, column: str, part: str, known: bool
) -> None:
    before = clean_of(drawn, 2024) if known else None
    assert stopping(clean_of(drawn, 2025), before) == set()
    inside = (drawn["year"] == 2025) & (drawn[column] == part)
    for new in (lambda n: 11 - n, lambda n: (n + 1) // 2, lambda n: n.clip(upper=9)):
        damaged = drawn.copy()
        scores = drawn.loc[inside, ITEMS]
        damaged.loc[inside, ITEMS] = new(scores).where(scores >= 1, scores)
        found = stopping(clean_of(damaged, 2025), before)
        assert {subject for _, subject in found} == {part}


def test_a_file_on_another_scale_stops(drawn: pd.DataFrame) -> None:
    answers = drawn[drawn["year"] == 2025].reset_index(drop=True)
    second = answers.index % 3 == 0
    answers["file"] = np.where(second, "insikt_2025_b.csv", "insikt_2025_a.csv")
    assert stopping(clean_of(answers, 2025), None) == set()
    scores = answers.loc[second, ITEMS]
    answers.loc[second, ITEMS] = ((scores + 1) // 2).where(scores >= 1, scores)
    assert stopping(clean_of(answers, 2025), None) == {
        ("annan skala i en del", "insikt_2025_b.csv")
    }


def test_an_area_that_lost_most_of_its_answers_stops(drawn: pd.DataFrame) -> None:
    before = clean_of(drawn, 2024)
    inside = drawn.index[(drawn["year"] == 2025) & (drawn["area"] == "bygglov")]
    left = clean_of(drawn.drop(inside[8:]), 2025)
    assert stopping(left, before) == {("antalet svar i ett område", "bygglov")}
    # Three of nine in a small area is chance.
    inside = drawn.index[(drawn["year"] == 2025) & (drawn["area"] == "folkol_tobak")]
    assert stopping(clean_of(drawn.drop(inside[2:]), 2025), before) == set()


@pytest.mark.parametrize("code, score", [(0, 10), (0, 1), (np.nan, 1)])
def test_missing_answers_that_became_a_score_stop(
    drawn: pd.DataFrame, code: float, score: int
) -> None:
    now, before = drawn[drawn["year"] == 2025], clean_of(drawn, 2024)
    coded = now.copy()
    missing = coded[ITEMS].isna() if np.isnan(code) else coded[ITEMS] == code
    coded[ITEMS] = coded[ITEMS].mask(missing, score)
    kind = "inget svar som betyg" if np.isnan(code) else "vet ej som betyg"
    assert stopping(clean_of(coded, 2025), before) == {(kind, "")}


def test_a_tool_that_demands_an_answer_is_no_fault(drawn: pd.DataFrame) -> None:
    """What was missing is answered like the rest, or left blank."""
    now, before = drawn[drawn["year"] == 2025], clean_of(drawn, 2024)
    draw = np.random.default_rng(3)
    answered = now.copy()
    for key in ITEMS:
        given = now[key][now[key] >= 1].to_numpy()
        unsure = now[key] == 0
        answered.loc[unsure, key] = draw.choice(given, int(unsure.sum()))
    assert stopping(clean_of(answered, 2025), before) == set()
    blank = now.copy()
    blank[ITEMS] = now[ITEMS].replace(0, np.nan)
    assert stopping(clean_of(blank, 2025), before) == set()
