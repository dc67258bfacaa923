"""Success factors: how much each factor matters for the NKI, adjusted for area, year and outcome.

Effects are regression coefficients, importance is Johnson's relative weights; both bootstrapped.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.measures.index import Floats
from analysis.measures.totals import TOTAL
from analysis.settings import Settings
from analysis.settings.questionnaire import NKI

OWN = "own"
PARTIAL = "partial"
PRIORITISE = "prioritera"
IMPROVE = "forbattra_om_mojligt"
KEEP = "bevara"
LOW = "lagre_prioritet"


@dataclass(frozen=True)
class Drivers:
    """What the success factors were found to be.

    Parameters
    ----------
    table
        One row per scope and factor: ``scope, factor, n, index, effect, effect_lower,
        effect_upper, share, share_lower, share_upper, quadrant, effect_5, effect_5_lower,
        effect_5_upper, r_squared, vif, rank_group, pooling``. ``effect`` is the expected change
        in NKI for +1 index unit in the factor, ``effect_5`` for +5, ``share`` its share of R²
        (0–1), ``rank_group`` 1 for the most important (factors in one group are not ranked
        against each other), ``pooling`` ``own`` or ``partial``.
    replicates
        Bootstrap effects by scope, replicates × factors; nothing of single answers.
    factors
        Factor keys in the order of the replicates' columns.
    r_squared, n
        By scope.
    years, areas
        What the total's model is built on.
    too_few
        Areas that bear no model.
    notes
        Swedish sentences about the model.
    """

    table: pd.DataFrame
    replicates: dict[str, Floats] = field(repr=False)
    factors: tuple[str, ...]
    r_squared: dict[str, float]
    n: dict[str, int]
    years: tuple[int, ...]
    areas: tuple[str, ...]
    too_few: tuple[str, ...]
    notes: tuple[str, ...]


COLUMNS = (
    "scope",
    "factor",
    "n",
    "index",
    "effect",
    "effect_lower",
    "effect_upper",
    "share",
    "share_lower",
    "share_upper",
    "quadrant",
    "effect_5",
    "effect_5_lower",
    "effect_5_upper",
    "r_squared",
    "vif",
    "rank_group",
    "pooling",
)


def drivers(answers: pd.DataFrame, settings: Settings) -> Drivers:
    """Success factors of the total and of each area that bears a model.

    Parameters
    ----------
    answers
        Clean answers.
    settings
        Configuration; the newest year's official areas and the last years are pooled.
    """
    rules = settings.rules
    factors = settings.questionnaire.factor_keys
    if answers.empty:
        empty = pd.DataFrame(columns=list(COLUMNS))
        return Drivers(empty, {}, factors, {}, {}, (), (), (), ())
    newest = int(answers["year"].max())
    areas = rules.totals.definitions[rules.totals.official(newest)].areas
    first = newest - rules.drivers.pooled_years.value + 1
    used = answers[(answers["year"] >= first) & answers["area"].isin(areas)]
    scores = respondent_scores(used, settings)
    rows: list[pd.DataFrame] = []
    replicates: dict[str, Floats] = {}
    squared: dict[str, float] = {}
    counts: dict[str, int] = {}
    too_few: list[str] = []
    needed = max(
        rules.drivers.min_answers.value, rules.drivers.answers_per_predictor.value * len(factors)
    )
    for number, scope in enumerate((TOTAL, *areas)):
        inside = scores if scope == TOTAL else scores[scores["area"] == scope]
        if len(inside) < needed:
            too_few.append(scope)
            continue
        model = _model(inside, factors, rules.drivers.replicates.value,
                       rules.uncertainty.seed.value + number)
        rows.append(_table(scope, inside, factors, model, rules.uncertainty.confidence.value))
        replicates[scope] = model.effects
        squared[scope] = model.r_squared
        counts[scope] = len(inside)
    table = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=list(COLUMNS))
    return Drivers(
        table=table,
        replicates=replicates,
        factors=factors,
        r_squared=squared,
        n=counts,
        years=tuple(sorted({int(year) for year in used["year"]})),
        areas=tuple(areas),
        too_few=tuple(too_few),
        notes=(),
    )


def respondent_scores(answers: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Respondents' NKI and factor scores (0–100), those with every score only.

    A respondent's factor score is the mean of the questions answered.
    """
    rules = settings.rules.index
    unit = 100 / (rules.highest.value - rules.lowest.value)
    columns = {
        group: (answers[list(items)].mean(axis=1) - rules.lowest.value) * unit
        for group, items in settings.questionnaire.groups.items()
    }
    frame = pd.DataFrame(columns)
    for key in ("year", "area", "outcome"):
        frame[key] = answers[key].astype("str").fillna("") if key != "year" else answers[key]
    complete = frame.dropna(subset=[NKI, *settings.questionnaire.factor_keys])
    order = list(complete.columns)
    return complete.sort_values(order, kind="stable").reset_index(drop=True)


@dataclass(frozen=True)
class _Model:
    effect: Floats
    share: Floats
    r_squared: float
    vif: Floats
    effects: Floats
    shares: Floats


def _model(scores: pd.DataFrame, factors: tuple[str, ...], replicates: int, seed: int) -> _Model:
    dummies = pd.get_dummies(
        scores[["area", "year", "outcome"]].astype("str"), drop_first=True, dtype=float
    ).to_numpy()
    controls = np.column_stack([np.ones(len(scores)), dummies])
    variables = scores[[*factors, NKI]].to_numpy(dtype=float)
    full = np.column_stack([controls, variables])
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(len(full), np.full(len(full), 1 / len(full)), size=replicates)
    everything = np.vstack([np.ones((1, len(full))), weights])
    left, right = np.triu_indices(full.shape[1])
    products = everything @ (full[:, left] * full[:, right])
    crossed = np.empty((len(everything), full.shape[1], full.shape[1]))
    crossed[:, left, right] = products
    crossed[:, right, left] = products
    partial = _partial(crossed, controls.shape[1])
    effects = np.linalg.solve(partial[:, :-1, :-1], partial[:, :-1, -1:])[:, :, 0]
    shares, squared = relative_weights(partial)
    correlations = _correlations(partial[0])[:-1, :-1]
    return _Model(
        effects[0],
        shares[0],
        float(squared[0]),
        np.diag(np.linalg.inv(correlations)),
        effects[1:],
        shares[1:],
    )


def _partial(crossed: Floats, controls: int) -> Floats:
    """Cross products of the variables after the controls are regressed out (Frisch–Waugh)."""
    inner = crossed[:, :controls, :controls] + 1e-8 * np.eye(controls)
    mixed = crossed[:, :controls, controls:]
    result: Floats = crossed[:, controls:, controls:] - np.swapaxes(mixed, 1, 2) @ np.linalg.solve(
        inner, mixed
    )
    return result


def _correlations(crossed: Floats) -> Floats:
    scale = np.sqrt(np.diagonal(crossed, axis1=-2, axis2=-1))
    result: Floats = crossed / scale[..., :, None] / scale[..., None, :]
    return result


def relative_weights(crossed: Floats) -> tuple[Floats, Floats]:
    """Johnson's relative weights as shares of R², and R².

    Parameters
    ----------
    crossed
        Cross products, the outcome last; leading axes are replicates.

    Source: Johnson, J. W. (2000), Multivariate Behavioral Research 35, 1–19.
    """
    correlations = _correlations(crossed)
    predictors, outcome = correlations[..., :-1, :-1], correlations[..., :-1, -1:]
    values, vectors = np.linalg.eigh(predictors)
    roots = np.sqrt(np.maximum(values, 1e-12))
    loadings = (vectors * roots[..., None, :]) @ np.swapaxes(vectors, -1, -2)
    slopes = np.linalg.solve(loadings, outcome)
    raw = (loadings**2) @ (slopes**2)
    squared = raw.sum(axis=(-2, -1))
    return raw[..., 0] / squared[..., None], squared


def _table(
    scope: str, scores: pd.DataFrame, factors: tuple[str, ...], model: _Model, confidence: float
) -> pd.DataFrame:
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    effect_lower, effect_upper = np.quantile(model.effects, tails, axis=0)
    share_lower, share_upper = np.quantile(model.shares, tails, axis=0)
    index = scores[list(factors)].mean().to_numpy()
    table = pd.DataFrame(
        {
            "scope": scope,
            "factor": factors,
            "n": len(scores),
            "index": index,
            "effect": model.effect,
            "effect_lower": effect_lower,
            "effect_upper": effect_upper,
            "share": model.share,
            "share_lower": share_lower,
            "share_upper": share_upper,
            "quadrant": _quadrants(index, model.effect, effect_lower),
            "effect_5": 5 * model.effect,
            "effect_5_lower": 5 * effect_lower,
            "effect_5_upper": 5 * effect_upper,
            "r_squared": model.r_squared,
            "vif": model.vif,
            "rank_group": _rank_groups(model.share, share_lower, share_upper),
            "pooling": OWN,
        }
    )
    return table[list(COLUMNS)]


def _quadrants(index: Floats, effect: Floats, lower: Floats) -> list[str]:
    """Low or high index against the mean factor; high effect only when it is surely above zero."""
    high_effect = (effect >= effect.mean()) & (lower > 0)
    high_index = index >= index.mean()
    names = {(False, True): PRIORITISE, (True, True): IMPROVE, (True, False): KEEP,
             (False, False): LOW}
    return [names[bool(i), bool(e)] for i, e in zip(high_index, high_effect, strict=True)]


def _rank_groups(value: Floats, lower: Floats, upper: Floats) -> npt.NDArray[np.int64]:
    """Factors with overlapping intervals share a group; 1 is the most important."""
    order = np.argsort(-value, kind="stable")
    groups = np.zeros(len(value), dtype=np.int64)
    group, floor = 1, lower[order[0]]
    for place in order:
        if upper[place] < floor:
            group += 1
            floor = lower[place]
        floor = min(floor, lower[place])
        groups[place] = group
    return groups
