"""Draws the made-up answers: latent satisfaction, skewed scores, missing values, calibration."""

from __future__ import annotations

from itertools import cycle

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import betaincinv, ndtr

from analysis import store
from analysis.example import truth
from analysis.settings import Settings

Floats = npt.NDArray[np.float64]

CASE_TYPES = ("Ansökan", "Anmälan", "Tillsyn", "Rådgivning")
INDUSTRIES = ("Handel", "Hotell och restaurang", "Bygg", "Jordbruk", "Tillverkning", "Tjänster")
SIZES = ("s0", "s1_9", "s10_49", "s50")


def simulate(settings: Settings, seed: int = truth.SEED) -> pd.DataFrame:
    """Draw the answers of every year, company and other.

    Parameters
    ----------
    settings
        Questions, areas and the two total definitions.
    seed
        Same seed, same answers.

    Returns
    -------
    pandas.DataFrame
        One row per answer: ``svar_id, year, period, area, customer, outcome, case_type,
        company_size, industry`` and the questions (1–10; NaN blank; 0 stands for "vet ej").
    """
    rng = np.random.default_rng(seed)
    years = [_year(settings, year, rng) for year in truth.YEARS]
    answers = pd.concat(years, ignore_index=True)
    areas = settings.rules.totals.definitions["total6"].areas
    for year, items, target in truth.CALIBRATED:
        counted = (
            (answers["year"] == year)
            & answers["area"].isin(areas)
            & (answers["customer"] == "foretag")
        )
        for item in items:
            answers.loc[counted, item] = _calibrate(answers.loc[counted, item], target, rng)
    answers.insert(0, "svar_id", [f"E{n:05d}" for n in range(1, len(answers) + 1)])
    return answers


def _year(settings: Settings, year: int, rng: np.random.Generator) -> pd.DataFrame:
    position = truth.YEARS.index(year)
    parts = [
        _group(settings, year, key, customer, size, rng)
        for key, area in truth.AREAS.items()
        for customer, size in [
            ("foretag", area.answers[position]),
            *(
                (other, int(rng.binomial(area.answers[position], share)))
                for other, share in truth.OTHER_CUSTOMERS.items()
            ),
        ]
        if size
    ]
    return pd.concat(parts, ignore_index=True).sample(frac=1, random_state=rng)


def _group(
    settings: Settings, year: int, area: str, customer: str, size: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Answers of one area, year and kind of customer."""
    known = truth.AREAS[area]
    refused = rng.random(size) < known.refusal_share
    partly = ~refused & (rng.random(size) < 0.06)
    latent = _latent(size, rng)
    columns: dict[str, Floats] = {}
    for group, items in settings.questionnaire.groups.items():
        if area == "upphandling" and group in truth.NOT_IN_PROCUREMENT:
            columns |= {item: np.full(size, np.nan) for item in items}
            continue
        level = known.level + truth.TREND[year] + truth.OFFSETS[group]
        if year >= 2025:
            level += truth.AFTER_TRAINING.get(group, 0.0)
        for item in items:
            noise = rng.standard_normal(size)
            value = np.sqrt(truth.ITEM_RELIABILITY) * latent[group] + noise * np.sqrt(
                1 - truth.ITEM_RELIABILITY
            )
            value += truth.REFUSAL_SHIFT * (refused - known.refusal_share)
            scores = _scores(value, min(level, 96.0))
            unsure = truth.DONT_KNOW.get(item, truth.DONT_KNOW_ELSEWHERE)
            draw = rng.random(size)
            scores[draw < unsure] = 0
            scores[draw > 1 - truth.BLANK] = np.nan
            columns[item] = scores
    outcome = np.select([refused, partly], ["avslag", "delvis"], "beviljat")
    if area in ("livsmedelskontroll", "upphandling"):
        outcome = np.full(size, "ej_tillampligt")
    return pd.DataFrame(
        {
            "year": year,
            "period": rng.choice(store.PERIODS, size),
            "area": area,
            "customer": customer,
            "outcome": outcome,
            "case_type": rng.choice(CASE_TYPES, size, p=[0.5, 0.2, 0.2, 0.1]),
            "company_size": rng.choice(SIZES, size, p=[0.35, 0.4, 0.18, 0.07]),
            "industry": rng.choice(INDUSTRIES, size),
            **columns,
        }
    )


def _latent(size: int, rng: np.random.Generator) -> dict[str, Floats]:
    """Standard normal latent values of every factor and, from their true effects, of the NKI."""
    shared = rng.standard_normal(size)
    factors = {
        factor: np.sqrt(truth.SHARED_SATISFACTION) * shared
        + np.sqrt(1 - truth.SHARED_SATISFACTION) * rng.standard_normal(size)
        for factor in truth.EFFECTS
    }
    effects = np.array(list(truth.EFFECTS.values()))
    spread = np.sqrt(
        truth.SHARED_SATISFACTION * effects.sum() ** 2
        + (1 - truth.SHARED_SATISFACTION) * (effects**2).sum()
    )
    explained = sum(effect * factors[factor] for factor, effect in truth.EFFECTS.items()) / spread
    rest = rng.standard_normal(size)
    nki = np.sqrt(truth.NKI_EXPLAINED) * explained + np.sqrt(1 - truth.NKI_EXPLAINED) * rest
    return {"nki": nki, **factors}


def _scores(latent: Floats, level: float) -> Floats:
    """Whole scores 1–10 with a given mean index and the scale's usual skew towards ten."""
    share = level / 100
    first, second = share * truth.CONCENTRATION, (1 - share) * truth.CONCENTRATION
    quantile: Floats = betaincinv(first, second, ndtr(latent))
    return np.round(1 + 9 * quantile)


def _calibrate(scores: pd.Series, target: float, rng: np.random.Generator) -> pd.Series:
    """Move single answers by one step until the question's index is the target to one decimal."""
    adjusted = scores.copy()
    valid = adjusted.index[adjusted >= 1]
    wanted = round((target / 100 * 9 + 1) * len(valid))
    missing = int(wanted - adjusted[valid].sum())
    step = 1 if missing > 0 else -1
    for row in cycle(rng.permutation(valid)):
        if missing == 0:
            return adjusted
        if 2 <= adjusted[row] <= 9:
            adjusted[row] += step
            missing -= step
    return adjusted
