"""Forecasts of the goals that have a year ahead, from published values of all municipalities."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

from analysis.measures import forecast as method
from analysis.measures.forecast import Limits, Panel, Position
from analysis.measures.totals import TOTAL
from analysis.settings import Goal, Settings
from analysis.settings.rules import ForecastRules


class ForecastBasis(StrEnum):
    """What a forecast rests on."""

    PANEL = "panel"
    SMALL_PANEL = "liten panel"
    NONE = ""


class NoForecast(StrEnum):
    """Why there is no forecast."""

    TOO_FAR = "for_langt"
    NOT_COMPARED = "inga_andra"
    SMALL = "for_liten_panel"
    NO_HISTORY = "ingen_historia"


COLUMNS = {
    "goal": "int64",
    "target": "float64",
    "target_year": "int64",
    "from_year": "int64",
    "year": "int64",
    "index": "float64",
    "lower": "float64",
    "upper": "float64",
    "probability": "float64",
    "basis": "str",
    "reason": "str",
    "movements": "int64",
    "rise": "float64",
    **dict.fromkeys(("risen", "changes", "municipalities", "covered", "tried"), "int64"),
}


def goal_forecasts(
    indices: pd.DataFrame, official: pd.DataFrame, settings: Settings
) -> pd.DataFrame:
    """Where the goals for the total lead whose year is still to come.

    Parameters
    ----------
    indices
        The table of `measures.indices`.
    official
        Published values of all municipalities: the panel.
    settings
        Goals, definitions of the total, rules of forecasts.

    Returns
    -------
    pandas.DataFrame
        One row per goal and ``year`` from the first after ``from_year`` (the newest whole year)
        to ``target_year``: ``index`` (what is most probable), ``lower`` and ``upper`` (at the
        rules' confidence), ``probability`` (0–1, of a result at or above ``target``), ``basis``
        (`ForecastBasis`), ``movements`` (how many it rests on), ``rise`` (index units from the
        newest value to the target), ``risen`` of ``changes`` in so many ``municipalities`` over
        the same time that were at least so large, ``covered`` of ``tried`` earlier values by
        intervals made in the same way. A goal without a forecast has one row, of its year, with
        a ``reason``
        (`NoForecast`). Empty where the newest year is a part of one.
    """
    whole = indices[(indices["scope"] == TOTAL) & ~indices["year"].str.contains("-")]
    whole = whole.assign(year=whole["year"].astype(int))
    rows: list[dict[str, Any]] = []
    for goal in settings.plan.goals:
        own = whole[(whole["measure"] == goal.measure) & whole["governing"].notna()]
        if goal.scope != TOTAL or goal.target_year is None or own.empty:
            continue
        newest, last = int(own["year"].max()), int(whole["year"].max())
        part = (whole.loc[whole["year"] == last, "part"] != "").any()
        if goal.target_year > last and not part:
            rows += _of_goal(goal, newest, own, official, settings)
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def limits_of(rules: ForecastRules) -> Limits:
    """The rules as the method takes them."""
    return Limits(**{name: getattr(rules, name).value for name in Limits._fields})


def panels_of(official: pd.DataFrame, measure: str, settings: Settings) -> dict[str, Panel]:
    """Published totals of all municipalities, a panel for each definition with any.

    All panels have the same years and the same municipalities in the same rows.
    """
    if official.empty:
        return {}
    rows = official[(official["scope"] == TOTAL) & (official["measure"] == measure)]
    country = settings.report.comparison.country.code
    others = rows[rows["municipality_code"].isin(settings.municipalities) & rows["value"].notna()]
    others = others[others["municipality_code"] != country]
    if others.empty:
        return {}
    years = pd.RangeIndex(int(others["year"].min()), int(others["year"].max()) + 1)
    codes = sorted(others["municipality_code"].unique())
    rules = settings.rules.forecast
    panels = {}
    for definition, found in others.groupby("definition"):
        numbers = found.astype({"value": "float64", "n": "float64"})
        wide = numbers.pivot(index="municipality_code", columns="year", values=["value", "n"])
        values, counts = (
            pd.DataFrame(wide[name]).reindex(index=codes, columns=years).to_numpy()
            for name in ("value", "n")
        )
        counts = np.where(counts > 0, counts, rules.typical_answers.value)
        known = rows[(rows["municipality_code"] == country) & (rows["definition"] == definition)]
        level = known.set_index("year")["value"].reindex(years).to_numpy(dtype=np.float64)
        variances = _assumed(values, counts, settings)
        panels[str(definition)] = Panel(years[0], values, variances, level)
    return panels


def _of_goal(
    goal: Goal, newest: int, own: pd.DataFrame, official: pd.DataFrame, settings: Settings
) -> list[dict[str, Any]]:
    target_year = int(goal.target_year or newest)
    limits, lead = limits_of(settings.rules.forecast), target_year - newest
    row = {
        "goal": goal.number,
        "target": goal.target,
        "target_year": target_year,
        "from_year": newest,
        "year": target_year,
        **dict.fromkeys(("index", "lower", "upper", "probability", "rise"), np.nan),
        **dict.fromkeys(("basis", "reason"), ""),
        **dict.fromkeys(("movements", "risen", "changes", "municipalities", "covered", "tried"), 0),
    }
    if lead > limits.horizon:
        return [row | {"reason": NoForecast.TOO_FAR}]
    panels = panels_of(official, goal.measure, settings)
    if not panels:
        return [row | {"reason": NoForecast.NOT_COMPARED}]
    every = list(panels.values())
    moved = {years: method.movement(every, years, limits) for years in range(1, lead + 1)}
    drifting = method.drift(every, limits.damping)
    definition = settings.rules.totals.official(target_year)
    standing = _standing(own, newest, definition, panels, drifting, settings)
    if standing is None:
        return [row | {"reason": NoForecast.NO_HISTORY}]
    at_last = moved[lead]
    if at_last is None:
        return [row | {"reason": NoForecast.SMALL}]
    rise = goal.target - (standing.level + standing.deviation)
    risen = method.risen(every, lead, rise)
    trial = method.backtest(every, limits, settings.rules.forecast.tried.value)
    shared = row | {
        "basis": ForecastBasis.PANEL if at_last.own else ForecastBasis.SMALL_PANEL,
        "movements": at_last.pairs,
        "rise": rise,
        "risen": risen.times,
        "changes": risen.of,
        "municipalities": risen.municipalities,
        "covered": int(trial.covered.sum()),
        "tried": len(trial.covered),
    }
    rows = []
    for years, movement in moved.items():
        if movement is not None:
            made = method.forecast(standing, movement, drifting, years, limits)
            lower, upper = made.interval
            rows.append(
                shared
                | {
                    "year": newest + years,
                    "index": made.index,
                    "lower": lower,
                    "upper": upper,
                    "probability": made.probability_at_least(goal.target),
                }
            )
    return rows


class _Level(NamedTuple):
    """The level of a year, and the variance of what is not known of it."""

    value: float
    variance: float


def _level(
    panels: Mapping[str, Panel], definition: str, year: int, drifting: method.Drift, apart: float
) -> _Level:
    """The level of a year in a definition: published, of the other definition, or carried on.

    Parameters
    ----------
    apart
        Variance of the difference between the definitions.
    """
    known = {
        (key, panel.first + place): float(level)
        for key, panel in panels.items()
        for place, level in enumerate(panel.levels)
        if not np.isnan(level)
    }
    if (definition, year) in known:
        return _Level(known[definition, year], 0.0)
    key, nearest = min(
        known, key=lambda place: (abs(place[1] - year), place[0] != definition, place[1])
    )
    years = year - nearest
    return _Level(
        known[key, nearest] + years * drifting.change,
        drifting.over(abs(years)) + (apart if key != definition else 0.0),
    )


def _standing(
    own: pd.DataFrame,
    newest: int,
    definition: str,
    panels: Mapping[str, Panel],
    drifting: method.Drift,
    settings: Settings,
) -> Position | None:
    """The municipality's place among the others, in the definition of the goal's year if it can be.

    None where there is no value of an earlier year.
    """
    whole = own[own["part"] == ""]
    used = whole.assign(
        other=whole["definition"] != definition, strange=~whole["is_official_definition"]
    )
    used = used.sort_values(["year", "other", "strange"]).drop_duplicates("year")
    if len(used) < 2 or used["year"].iloc[-1] != newest:
        return None
    apart = _apart(whole, settings)
    levels = [
        _level(panels, str(key), int(year), drifting, apart)
        for key, year in zip(used["definition"], used["year"], strict=True)
    ]
    deviations = used["governing"].to_numpy(dtype=float) - np.array([lv.value for lv in levels])
    last = used.iloc[-1]
    return Position(
        levels[-1].value,
        float(deviations[-1]),
        float(deviations[:-1].mean()),
        _chance(last, settings),
        levels[-1].variance + (apart if used["other"].any() else 0.0),
    )


def _apart(whole: pd.DataFrame, settings: Settings) -> float:
    """The variance of the difference between two definitions of the total in the same year."""
    both = whole.pivot(index="year", columns="definition", values="governing").dropna()
    if both.shape[1] == 2 and len(both) >= settings.rules.forecast.break_years.value:
        return float(np.var(both.iloc[:, 1] - both.iloc[:, 0], ddof=1))
    return settings.rules.forecast.break_spread.value**2


def _chance(row: pd.Series, settings: Settings) -> float:
    """The variance of a value by chance in who answered."""
    if pd.notna(row["governing_lower"]):
        reach = 2 * float(ndtri((1 + settings.rules.uncertainty.confidence.value) / 2))
        return float(((row["governing_upper"] - row["governing_lower"]) / reach) ** 2)
    typical = settings.rules.forecast.typical_answers.value
    n = typical if pd.isna(row["n"]) else float(row["n"])
    return float(_assumed(np.array([row["governing"]]), np.array([n]), settings)[0])


def _assumed(
    values: npt.NDArray[np.float64], n: npt.NDArray[np.float64], settings: Settings
) -> npt.NDArray[np.float64]:
    """The variance of an index by chance in who answered, where only the answers are counted."""
    dispersion = settings.rules.uncertainty.prior_dispersion.value
    variances: npt.NDArray[np.float64] = dispersion * values * (100 - values) / n
    return variances
