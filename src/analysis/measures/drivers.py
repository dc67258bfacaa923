"""Success factors: the effect of each factor on the NKI, adjusted for area, year and outcome.

Effects are regression coefficients, importance is Johnson's relative weights; both bootstrapped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import pandas as pd

from analysis import store
from analysis.measures.index import Floats
from analysis.measures.regression import Fit, bears, between_variance, borrowed, fit
from analysis.measures.totals import TOTAL
from analysis.settings import Settings
from analysis.settings.questionnaire import NKI


class Pooling(StrEnum):
    """Origin of a scope's effects: its own model, or partial pooling with the other areas."""

    OWN = "own"
    PARTIAL = "partial"


class Quadrant(StrEnum):
    """Places in the priority matrix."""

    PRIORITISE = "prioritera"
    IMPROVE = "forbattra"
    KEEP = "bevara"
    WATCH = "bevaka"


COLUMNS = (*store.PUBLISHED["drivers"], "r_squared", "vif", "pooling")


@dataclass(frozen=True)
class Drivers:
    """The success factors found in the answers.

    Parameters
    ----------
    table
        One row per scope and factor: ``scope``, ``factor``, ``n`` (answers in the model),
        ``index`` (the factor's index the newest year with answers or distributions of them, 0–100;
        missing where hidden), ``effect``
        with bounds (expected change in NKI for +1 in the factor), ``share`` with bounds (of R²,
        0–1), ``quadrant`` (key), ``r_squared``, ``vif``
        and ``pooling`` (``own`` model or ``partial`` pooling with the total's).
    replicates
        Samples of the effects by scope, samples × factors; nothing of single answers.
    factors
        Factor keys in the order of the samples' columns.
    """

    table: pd.DataFrame
    replicates: Mapping[str, Floats] = field(repr=False)
    factors: tuple[str, ...]


def drivers(
    answers: pd.DataFrame, settings: Settings, indices: pd.DataFrame | None = None
) -> Drivers:
    """Success factors of the total and of each area with enough answers for a model.

    Parameters
    ----------
    answers
        Clean answers; years known by distributions only have no part in the model.
    settings
        Configuration; the newest year's official areas and the last years are pooled.
    indices
        The table of `measures.indices`: the factors' indices are then the published ones of the
        newest year, else the means over the years of the model.

    Returns
    -------
    Drivers
        Empty when there are too few answers, or too few that differ, for the total's model.
    """
    factors = settings.questionnaire.factor_keys
    latest = answers["year"].max()
    # Put together from distributions, a row tells nothing of what goes with what.
    answers = answers[answers["joint"]]
    if answers.empty:
        return _none(factors)
    newest = int(answers["year"].max())
    rules = settings.rules
    areas = rules.totals.definitions[rules.totals.official(newest)].areas
    recent = answers[answers["year"] > newest - rules.drivers.pooled_years.value]
    scores = respondent_scores(recent, settings)
    parts = {TOTAL: scores[scores["area"].isin(areas)]} | {
        area: scores[scores["area"] == area] for area in settings.questionnaire.area_keys
    }
    fits = _fits(parts, settings)
    if not fits:
        return _none(factors)
    tables = [
        _table(scope, parts[scope], model, pooling, int(latest), indices, settings)
        for scope, (model, pooling) in fits.items()
    ]
    return Drivers(
        table=pd.concat(tables, ignore_index=True)[list(COLUMNS)],
        replicates={scope: model.slope_samples for scope, (model, _) in fits.items()},
        factors=factors,
    )


def respondent_scores(answers: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """NKI and factor scores of the respondents who have every score.

    Parameters
    ----------
    answers
        Clean answers.
    settings
        Questions and scale.

    Returns
    -------
    pandas.DataFrame
        ``nki`` and the factors (0–100, the mean of the questions answered), ``year``, ``area``,
        ``outcome`` (empty where unknown); sorted, so that the order of the answers is forgotten.
    """
    rules = settings.rules.index
    unit = 100 / (rules.highest.value - rules.lowest.value)
    frame = pd.DataFrame(
        {
            group: (answers[list(items)].mean(axis=1) - rules.lowest.value) * unit
            for group, items in settings.questionnaire.groups.items()
        }
    )
    frame["year"] = answers["year"]
    frame["area"] = answers["area"].astype("str")
    frame["outcome"] = answers["outcome"].fillna("").astype("str")
    complete = frame.dropna(subset=list(settings.questionnaire.groups))
    return complete.sort_values(list(frame.columns), kind="stable").reset_index(drop=True)


def _fits(parts: Mapping[str, pd.DataFrame], settings: Settings) -> dict[str, tuple[Fit, str]]:
    """A model of the total, and for each area its own model or one that borrows strength."""
    rules = settings.rules.drivers
    factors = settings.questionnaire.factor_keys
    needed = max(rules.min_answers.value, rules.answers_per_predictor.value * len(factors))
    seed = settings.rules.uncertainty.seed.value
    designs = {scope: _design(part, settings) for scope, part in parts.items()}
    models = {
        scope: _own(designs[scope], rules.replicates.value, seed + number)
        for number, scope in enumerate(parts)
        if len(parts[scope]) >= needed
    }
    own = {scope: model for scope, model in models.items() if model is not None}
    if TOTAL not in own:
        return {}
    spread = between_variance(
        own[TOTAL],
        [model for scope, model in own.items() if scope != TOTAL],
        rules.least_spread.value**2,
    )
    result: dict[str, tuple[Fit, str]] = {}
    for number, scope in enumerate(parts):
        if scope in own:
            result[scope] = (own[scope], Pooling.OWN)
        elif len(parts[scope]) >= rules.min_answers_borrowed.value:
            model = borrowed(own[TOTAL], *designs[scope], spread, seed + number)
            result[scope] = (model, Pooling.PARTIAL)
    return result


def _own(design: tuple[Floats, Floats, Floats], samples: int, seed: int) -> Fit | None:
    """A group's own model; None where too few of its answers differ."""
    if not bears(*design):
        return None
    try:
        with np.errstate(divide="ignore", invalid="ignore"):
            return fit(*design, samples, seed)
    except np.linalg.LinAlgError:
        # So few answers differ that some bootstrap samples contain none of them, or too few.
        return None


def _design(scores: pd.DataFrame, settings: Settings) -> tuple[Floats, Floats, Floats]:
    """Controls (constant, area, year, outcome), factors and NKI."""
    labels = scores[["area", "year", "outcome"]].astype("str")
    dummies = pd.get_dummies(labels, drop_first=True, dtype=float).to_numpy()
    return (
        np.column_stack([np.ones(len(scores)), dummies]),
        scores[list(settings.questionnaire.factor_keys)].to_numpy(dtype=float),
        scores[NKI].to_numpy(dtype=float),
    )


def _table(
    scope: str,
    scores: pd.DataFrame,
    model: Fit,
    pooling: str,
    newest: int,
    indices: pd.DataFrame | None,
    settings: Settings,
) -> pd.DataFrame:
    factors = list(settings.questionnaire.factor_keys)
    confidence = settings.rules.uncertainty.confidence.value
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    effect_lower, effect_upper = np.quantile(model.slope_samples, tails, axis=0)
    share_lower, share_upper = np.quantile(model.share_samples, tails, axis=0)
    means = scores[factors].mean().to_numpy()
    shown = means if indices is None else _factor_indices(scope, newest, indices, settings)
    # Without published indices of the newest year, the model's means place the factors.
    placed = means if np.isnan(shown).any() else shown
    return pd.DataFrame(
        {
            "scope": scope,
            "factor": factors,
            "n": len(scores),
            "index": shown,
            "effect": model.slopes,
            "effect_lower": effect_lower,
            "effect_upper": effect_upper,
            "share": model.shares,
            "share_lower": share_lower,
            "share_upper": share_upper,
            "quadrant": quadrants(placed, model.slopes, effect_lower),
            "r_squared": model.r_squared,
            "vif": model.vif,
            "pooling": pooling,
        }
    )


def _factor_indices(scope: str, newest: int, indices: pd.DataFrame, settings: Settings) -> Floats:
    rows = indices[
        (indices["year"] == str(newest))
        & (indices["scope"] == scope)
        & indices["is_official_definition"]
        & (indices["kind"] == "factor")
    ].set_index("measure")["governing"]
    return np.asarray(rows.reindex(list(settings.questionnaire.factor_keys)).to_numpy(dtype=float))


def national(indices: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Places in the priority matrix by what matters most in the country, without any answers.

    Only the order is published: which factors tend to matter most. So a factor is one of those or
    not, and no effect is told.

    Parameters
    ----------
    indices
        The table of `measures.indices`.
    settings
        Configuration, with the factors that matter most nationally.

    Returns
    -------
    pandas.DataFrame
        The total's factors of the newest year, those that matter most first and otherwise in the
        questionnaire's order: the columns of `indices`, ``strong`` (bool) and ``quadrant`` (key).
        Empty where fewer than two factors have an index: one cannot be set against the others.
    """
    yearly = indices[~indices["year"].str.contains("-")]
    rows = yearly[
        (yearly["year"] == yearly["year"].max())
        & (yearly["scope"] == TOTAL)
        & yearly["is_official_definition"]
        & (yearly["kind"] == "factor")
        & yearly["governing"].notna()
    ]
    rows = rows if len(rows) > 1 else rows.head(0)
    strong = rows["measure"].isin(settings.rules.drivers.strongest_nationally.value)
    weight = strong.to_numpy(dtype=float)
    placed = quadrants(rows["governing"].to_numpy(dtype=float), weight, weight) if len(rows) else []
    rows = rows.assign(strong=strong, quadrant=placed)
    ordered: pd.DataFrame = rows.sort_values("strong", ascending=False, kind="stable")
    return ordered.reset_index(drop=True)


def quadrants(index: Floats, effect: Floats, lower: Floats) -> list[Quadrant]:
    """Place of each factor in the priority matrix.

    An index is high at or above the mean of the factors'. An effect is high at or above the mean
    effect, and only when its lower bound is above zero: a factor that may have no effect is never
    called important.

    >>> import numpy as np
    >>> effect, lower = np.array([0.4, 0.4, 0.1]), np.array([0.2, 0.2, -0.1])
    >>> [*map(str, quadrants(np.array([60.0, 80.0, 80.0]), effect, lower))]
    ['prioritera', 'forbattra', 'bevara']
    """
    names = {
        (False, True): Quadrant.PRIORITISE,
        (True, True): Quadrant.IMPROVE,
        (True, False): Quadrant.KEEP,
        (False, False): Quadrant.WATCH,
    }
    high_index = index >= index.mean()
    high_effect = (effect >= effect.mean()) & (lower > 0)
    return [names[bool(i), bool(e)] for i, e in zip(high_index, high_effect, strict=True)]


def _none(factors: tuple[str, ...]) -> Drivers:
    texts = ("scope", "factor", "quadrant", "pooling")
    kinds = {name: "str" if name in texts else "float64" for name in COLUMNS} | {"n": "int64"}
    return Drivers(pd.DataFrame(columns=list(COLUMNS)).astype(kinds), {}, factors)
