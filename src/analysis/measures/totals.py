"""Which groups of answers there are: areas and totals, by year and by tertial, and their indices.

A total is pooled answers, areas weighted by closed cases, or the plain mean of areas (rules.yml).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.measures.index import Floats, Measures, Summary, summarise
from analysis.measures.uncertainty import correction
from analysis.settings import Settings

TOTAL = "total"
POOLED = "pooled"
BY_CASES = "cases"
PLAIN_MEAN = "mean"
WHOLE_YEAR = ""


@dataclass(frozen=True)
class Group:
    """One scope in one period.

    Parameters
    ----------
    year
        Case year.
    period
        ``T1``–``T3``, or empty for the whole year.
    scope, definition
        ``total`` with its definition, or an area with none.
    summary
        The measures.
    cases
        Closed cases for the finite-population correction; NaN where unknown or already used.
    """

    year: int
    period: str
    scope: str
    definition: str
    summary: Summary
    cases: float

    @property
    def label(self) -> str:
        """The period as the tables have it: ``2025`` or ``2025-T1``."""
        return f"{self.year}-{self.period}" if self.period else str(self.year)


def groups(answers: pd.DataFrame, cases: pd.DataFrame, settings: Settings) -> Iterator[Group]:
    """Every group with at least one answer, summarised, in canonical order.

    Parameters
    ----------
    answers, cases
        Clean frames; `cases` may be empty.
    settings
        Areas, total definitions and the method of putting areas together.
    """
    if answers.empty:
        return
    measures = Measures.of(settings)
    closed = closed_cases(cases)
    ordered = answers.sort_values("year", kind="stable")
    areas = ordered["area"].to_numpy(dtype=str)
    periods = ordered["period"].fillna(WHOLE_YEAR).to_numpy(dtype=str)
    scores = ordered[list(measures.items)].to_numpy(dtype=np.float64)
    years, starts = np.unique(ordered["year"].to_numpy(), return_index=True)
    for year, start, end in zip(years, starts, [*starts[1:], len(ordered)], strict=True):
        part = slice(start, end)
        asked = measures.asked((~np.isnan(scores[part])).any(axis=0))
        weights = area_weights(int(year), closed, settings)
        for period in (WHOLE_YEAR, *sorted({*periods[part]} - {WHOLE_YEAR})):
            inside = np.full(end - start, True) if not period else periods[part] == period
            # Closed cases come by year only: how many belong to a tertial is not known.
            known = {} if period else {key: closed.get((int(year), key), np.nan) for key in weights}
            for scope, definition, summary, number in _scopes(
                areas[part][inside], scores[part][inside], asked, weights, known, settings
            ):
                yield Group(int(year), period, scope, definition, summary, number)


def _scopes(
    area: npt.NDArray[np.str_],
    scores: Floats,
    measures: Measures,
    weights: Mapping[str, float],
    known: Mapping[str, float],
    settings: Settings,
) -> Iterator[tuple[str, str, Summary, float]]:
    own = {
        key: summarise(scores[area == key], measures)
        for key in settings.questionnaire.area_keys
        if (area == key).any()
    }
    method = settings.rules.totals.method.value
    for definition, total in settings.rules.totals.definitions.items():
        members = [key for key in total.areas if key in own]
        if not members:
            continue
        if method == POOLED:
            # An area without answers has cases too, where they are known.
            silent = [known.get(key, np.nan) for key in total.areas if key not in members]
            number = float(np.sum([known.get(key, np.nan) for key in members]) + np.nansum(silent))
            pooled = summarise(scores[np.isin(area, members)], measures)
            yield TOTAL, definition, pooled, number
        else:
            parts = [own[key] for key in members]
            shares = np.array([weights[key] for key in members])
            counts = np.array([known.get(key, np.nan) for key in members])
            yield TOTAL, definition, stratified(parts, shares, counts, measures), np.nan
    for key, summary in own.items():
        yield key, "", summary, known.get(key, np.nan)


def area_weights(
    year: int, closed: Mapping[tuple[int, str], float], settings: Settings
) -> dict[str, float]:
    """Weight of each area in a total that is not pooled.

    Closed cases where the method asks for them and every area of the year's official total has
    a number, else equal weights.
    """
    keys = settings.questionnaire.area_keys
    official = settings.rules.totals.definitions[settings.rules.totals.official(year)]
    if settings.rules.totals.method.value == BY_CASES and all(
        (year, key) in closed for key in official.areas
    ):
        return {key: closed.get((year, key), 0.0) for key in keys}
    return dict.fromkeys(keys, 1.0)


def stratified(
    parts: Sequence[Summary], weights: Floats, cases: Floats, measures: Measures
) -> Summary:
    """A total as a weighted mean of areas, each question over the areas that answered it.

    Parameters
    ----------
    parts
        The areas' summaries.
    weights
        One per area; they need not sum to one.
    cases
        Closed cases per area for the correction; NaN where unknown.
    measures
        The measures.

    Returns
    -------
    Summary
        Variance ``Σ W² · Var``, corrected area by area; an area with a single answer takes the
        other areas' mean variance per answer.
    """
    counts = np.array([part.n for part in parts])
    indices = np.array([part.index for part in parts])
    present = ~np.isnan(indices) & (weights[:, None] > 0)
    shares = np.where(present, weights[:, None], 0.0)
    total = shares.sum(axis=0)
    shares = np.divide(shares, total, out=np.zeros_like(shares), where=total > 0)
    index = np.where(total > 0, (shares * np.nan_to_num(indices)).sum(axis=0), np.nan)
    variance = np.array([part.variance for part in parts])
    with np.errstate(invalid="ignore", divide="ignore"):
        single = variance * counts
        typical = np.nansum(single, axis=0) / np.maximum((~np.isnan(single)).sum(axis=0), 1)
        filled = np.where(np.isnan(variance) & (counts > 0), typical / counts, variance)
    corrected = np.nan_to_num(filled) * correction(
        counts, np.broadcast_to(cases[:, None], counts.shape)
    )
    terms = shares**2 * corrected
    spread = terms.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        freedom = spread**2 / (terms**2 / np.maximum(counts - 1, 1)).sum(axis=0)
        missing = (counts * [part.missing_share for part in parts]).sum(axis=0) / counts.sum(axis=0)
    n = counts.sum(axis=0)
    items = measures.weights > 0
    fewest = np.array([part.item_counts for part in parts]).sum(axis=0)
    lowest = np.where(items, fewest[:, None], np.iinfo(np.int64).max).min(axis=0)
    return Summary(n, fewest, lowest, index, spread, np.nan_to_num(freedom, nan=1.0), missing)


def closed_cases(cases: pd.DataFrame) -> dict[tuple[int, str], float]:
    """Closed cases by year and area, where known."""
    if cases.empty:
        return {}
    known = cases[cases["closed"].notna()]
    return {
        (int(year), str(area)): float(closed)
        for year, area, closed in zip(known["year"], known["area"], known["closed"], strict=True)
    }
