"""The rises in factors or measures that would bring each goal to its target."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from analysis.measures.drivers import Drivers
from analysis.measures.index import Floats
from analysis.measures.totals import TOTAL
from analysis.settings import Goal, Settings
from analysis.settings.questionnaire import NKI

EVERY_FACTOR = "alla"

COLUMNS = (
    *("goal", "scope", "factor", "target", "index", "gap", "factor_index"),
    *("rise", "rise_lower", "rise_upper", "reachable", "year"),
)


def required_rise(indices: pd.DataFrame, drivers: Drivers, settings: Settings) -> pd.DataFrame:
    """Rises that would bring each missed goal to its target.

    Parameters
    ----------
    indices
        The table of `measures.indices`; the newest year is judged.
    drivers
        The success factors.
    settings
        Goals, confidence, seed.

    Returns
    -------
    pandas.DataFrame
        One row per goal, scope and factor: ``goal``, ``scope``, ``factor``, ``target``,
        ``index`` (governing), ``gap`` (target − index), ``factor_index``, ``rise`` with
        ``rise_lower`` and ``rise_upper`` (index units), ``reachable`` (bool), ``year``.
        A goal on the NKI has one row per factor, rising alone, and ``alla`` for every factor
        rising equally; ``rise`` is missing where the factor has no sure effect, and
        ``reachable`` False where it would pass 100. A goal on a question, or on the NKI of an
        area without a model, has one row: the measure itself. There are no rows for goals that are
        reached, have no value or whose target year has passed, nor for a part of a year.
    """
    whole = indices[~indices["year"].str.contains("-") & indices["is_official_definition"]]
    whole = whole[whole["governing"].notna()]
    newest = whole[whole["year"] == whole["year"].max()]
    year = int(newest["year"].max()) if len(newest) else 0
    goals = () if (newest["part"] != "").any() else settings.plan.goals
    rows = [
        row
        for goal in goals
        if goal.judged_by(year) == year
        for row in _goal(goal, newest, drivers, settings)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _goal(
    goal: Goal, newest: pd.DataFrame, drivers: Drivers, settings: Settings
) -> Iterator[dict[str, Any]]:
    scopes = (TOTAL,) if goal.scope == TOTAL else settings.plan.areas.judged
    for scope in scopes:
        cells = newest[(newest["scope"] == scope) & (newest["measure"] == goal.measure)]
        if cells.empty:
            continue
        cell = cells.iloc[0]
        gap = goal.target - float(cell["governing"])
        if gap <= settings.rules.goals.tolerance.value:
            continue
        shared = {
            "goal": goal.number,
            "scope": scope,
            "target": goal.target,
            "index": float(cell["governing"]),
            "gap": gap,
            "year": int(cell["year"]),
        }
        if goal.measure == NKI and scope in drivers.replicates:
            yield from (shared | row for row in _factors(cell, gap, scope, drivers, settings))
        else:
            yield shared | _itself(goal.measure, cell, gap)


def _itself(measure: str, cell: pd.Series, gap: float) -> dict[str, Any]:
    """The measure's own rise by its gap, as far as the gap is known."""
    value = float(cell["governing"])
    return {
        "factor": measure,
        "factor_index": value,
        "rise": gap,
        "rise_lower": max(gap - (float(cell["governing_upper"]) - value), 0.0),
        "rise_upper": gap + (value - float(cell["governing_lower"])),
        "reachable": True,
    }


def _factors(
    cell: pd.Series, gap: float, scope: str, drivers: Drivers, settings: Settings
) -> Iterator[dict[str, Any]]:
    rules = settings.rules.uncertainty
    table = drivers.table[drivers.table["scope"] == scope].set_index("factor")
    samples = drivers.replicates[scope]
    # The gap is uncertain too: both the true NKI and the true effects are unknown.
    rng = np.random.default_rng(rules.seed.value)
    error = 0.0 if pd.isna(cell["se"]) else float(cell["se"])
    gaps = np.maximum(gap + error * rng.standard_normal(len(samples)), 0.0)
    index, effect = table["index"].to_dict(), table["effect"].to_dict()
    index[EVERY_FACTOR], effect[EVERY_FACTOR] = table["index"].max(), table["effect"].sum()
    effects = np.column_stack([samples, samples.sum(axis=1)])
    for place, factor in enumerate((*drivers.factors, EVERY_FACTOR)):
        confidence = rules.confidence.value
        rise, lower, upper = _rise(gap, gaps, effect[factor], effects[:, place], confidence)
        yield {
            "factor": factor,
            "factor_index": np.nan if factor == EVERY_FACTOR else index[factor],
            "rise": rise,
            "rise_lower": lower,
            "rise_upper": upper,
            "reachable": bool(index[factor] + rise <= 100),
        }


def _rise(
    gap: float, gaps: Floats, effect: float, effects: Floats, confidence: float
) -> tuple[float, float, float]:
    """Gap over effect, with bounds; missing where the effect is not surely above zero."""
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    if np.quantile(effects, tails[0]) <= 0:
        return float("nan"), float("nan"), float("nan")
    # A quotient with a denominator near zero is skewed; a non-positive sample means "never".
    with np.errstate(divide="ignore"):
        rises = np.where(effects > 0, gaps / np.maximum(effects, 1e-12), np.inf)
    lower, upper = np.quantile(rises, tails, method="lower")
    return gap / effect, float(lower), float(upper)
