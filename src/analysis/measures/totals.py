"""Groups of answers, with their indices: areas and totals, by year and by tertial.

A total is pooled answers, areas weighted by closed cases, or the plain mean of areas (rules.yml).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from analysis.measures.index import (
    Floats,
    Measures,
    Summary,
    fewest_answers,
    influence,
    paired,
    question_indices,
    summarise,
)
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
    method
        Method of putting the areas of a total together; empty for an area.
    """

    year: int
    period: str
    scope: str
    definition: str
    summary: Summary
    cases: float
    method: str = ""

    @property
    def label(self) -> str:
        """The period in the form of the tables: ``2025`` or ``2025-T1``."""
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
    joint = ordered["joint"].to_numpy(dtype=bool)
    years, starts = np.unique(ordered["year"].to_numpy(), return_index=True)
    for year, start, end in zip(years, starts, [*starts[1:], len(ordered)], strict=True):
        part = slice(start, end)
        asked = measures.asked((~np.isnan(scores[part])).any(axis=0))
        weights = area_weights(int(year), {*areas[part].tolist()}, closed, settings)
        known = {key: number for (its, key), number in closed.items() if its == year}
        for period in (WHOLE_YEAR, *sorted({*periods[part]} - {WHOLE_YEAR})):
            inside = np.full(end - start, True) if not period else periods[part] == period
            # Where nobody knows who gave which answers, the largest variance is the cautious one.
            arrange = (lambda rows: rows) if joint[part].all() else partial(paired, measures=asked)
            own = {
                key: found
                for key in (*settings.questionnaire.area_keys, *settings.rules.totals.definitions)
                if len(found := scores[part][inside & (areas[part] == key)])
            }
            # Closed cases are known by year only, not by tertial.
            for scope, definition, summary, number, method in _scopes(
                own, asked, weights, {} if period else known, settings, arrange
            ):
                yield Group(int(year), period, scope, definition, summary, number, method)


def is_area_known(scopes: pd.Series, settings: Settings) -> pd.Series:
    """Whether each scope is an area or a total, and not answers known only to be in a total."""
    return ~scopes.isin(list(settings.rules.totals.definitions))


def _scopes(
    own: Mapping[str, Floats],
    measures: Measures,
    weights: Mapping[str, AreaWeights],
    known: Mapping[str, float],
    settings: Settings,
    arrange: Callable[[Floats], Floats],
) -> Iterator[tuple[str, str, Summary, float, str]]:
    """Scope, definition, summary, closed cases and method: the totals, then the areas.

    `arrange` puts the answers of some respondents together, those of a total anew.
    """
    areas = {key: arrange(scores) for key, scores in own.items()}
    # Fewer cases than answers cannot be right, so such a number counts as missing.
    cases = {
        key: number if number >= len(own.get(key, ())) else np.nan for key, number in known.items()
    }
    totals = settings.rules.totals
    for definition, total in totals.definitions.items():
        members = [key for key in totals.members(definition) if key in own]
        # Answers in some area of a wider total may be in this one or not.
        unsure = {*own} & {*totals.definitions} - {*members}
        if not members or any({*totals.definitions[key].areas} & {*total.areas} for key in unsure):
            continue
        rule = weights[definition]
        counts = np.array([cases.get(key, np.nan) for key in members])
        if rule.method == POOLED:
            # An area without answers may have closed cases too.
            silent = [cases.get(key, np.nan) for key in total.areas if key not in members]
            together = arrange(np.vstack([own[key] for key in members]))
            pooled = summarise(together, measures)
            yield TOTAL, definition, pooled, float(counts.sum() + np.nansum(silent)), POOLED
        else:
            shares = np.array([rule.weights[key] for key in members])
            whole = stratified([areas[key] for key in members], shares, counts, measures)
            yield TOTAL, definition, whole, np.nan, rule.method
    for key, scores in areas.items():
        yield key, "", summarise(scores, measures), cases.get(key, np.nan), ""


@dataclass(frozen=True)
class AreaWeights:
    """The weights of a total's areas in one year.

    Parameters
    ----------
    method
        The method used: ``pooled``, ``cases`` or ``mean``. It is ``mean`` where the rules ask for
        ``cases`` and an area with answers lacks its number of cases.
    weights
        One for each area of the total; not used when pooled.
    """

    method: str
    weights: Mapping[str, float]


def area_weights(
    year: int,
    answered: Collection[str],
    closed: Mapping[tuple[int, str], float],
    settings: Settings,
) -> dict[str, AreaWeights]:
    """The weights of the areas in each definition of the total.

    Parameters
    ----------
    year
        Case year.
    answered
        Areas with answers that year.
    closed
        Closed cases by year and area.
    settings
        The definitions and the method.
    """
    rules = settings.rules.totals
    # Answers without an area cannot be weighted by it.
    method = POOLED if {*answered} & {*rules.definitions} else rules.method.value
    result = {}
    for definition, total in rules.definitions.items():
        numbers = {key: closed.get((year, key), 0.0) for key in total.areas}
        if method == BY_CASES and all(numbers[key] > 0 for key in total.areas if key in answered):
            result[definition] = AreaWeights(BY_CASES, numbers)
        else:
            equal = dict.fromkeys(total.areas, 1.0)
            result[definition] = AreaWeights(POOLED if method == POOLED else PLAIN_MEAN, equal)
    return result


def stratified(
    parts: Sequence[Floats], weights: Floats, cases: Floats, measures: Measures
) -> Summary:
    """A total as a weighted mean of areas, each question over the areas that answered it.

    Parameters
    ----------
    parts
        The areas' scores, respondents × questions.
    weights
        One per area, above zero; they need not sum to one.
    cases
        Closed cases per area for the correction; NaN where unknown.
    measures
        The measures.

    Returns
    -------
    Summary
        The NKI and factors are means of the total's own question indices, as in a pooled total.
        Variance ``Σ Var(Wₐ Iₐ)``, corrected area by area, with Satterthwaite's degrees of
        freedom; an area with a single answer takes the other areas' mean variance per answer.
    """
    own = [summarise(scores, measures) for scores in parts]
    counts = np.array([part.n for part in own])
    answered = np.array([part.item_counts for part in own])
    shares = np.where(answered > 0, weights[:, None], 0.0)
    shares = shares / np.maximum(shares.sum(axis=0), np.finfo(float).tiny)
    sums = np.array([np.nansum(scores, axis=0) for scores in parts])
    items = np.array(
        [question_indices(*pair, measures) for pair in zip(answered, sums, strict=True)]
    )
    used = measures.weights > 0
    fewest = fewest_answers(answered.sum(axis=0), measures)
    index = np.where(fewest > 0, (shares * items).sum(axis=0) @ measures.weights, np.nan)
    parted = (replace(measures, weights=measures.weights * share[:, None]) for share in shares)
    influences = map(influence, parts, parted)
    spreads = np.array([(each**2).sum(axis=0) for each in influences])
    with np.errstate(invalid="ignore", divide="ignore"):
        several = counts > 1
        each = np.where(several, [part.variance for part in own] * counts, 0.0)
        typical = each.sum(axis=0) / np.maximum(several.sum(axis=0), 1)
        part_of_whole = shares @ measures.weights
        terms = np.where(
            several,
            spreads * counts / (counts - 1),
            np.where(counts > 0, typical / counts * part_of_whole**2, 0.0),
        ) * correction(counts, np.broadcast_to(cases[:, None], counts.shape))
        variance = terms.sum(axis=0)
        freedom = variance**2 / (terms**2 / np.maximum(counts - 1, 1)).sum(axis=0)
        asked = np.array([len(scores) for scores in parts]).sum() * used.sum(axis=0)
        missing = 1 - (answered.sum(axis=0) @ used) / asked
    return Summary(
        counts.sum(axis=0),
        answered.sum(axis=0),
        fewest,
        np.clip(index, 0.0, 100.0),
        variance,
        np.nan_to_num(freedom, nan=1.0),
        missing,
    )


def closed_cases(cases: pd.DataFrame) -> dict[tuple[int, str], float]:
    """Closed cases by year and area, where known."""
    if cases.empty:
        return {}
    known = cases[["year", "area", "closed"]].dropna().itertuples(index=False)
    return {(int(year), str(area)): float(closed) for year, area, closed in known}
