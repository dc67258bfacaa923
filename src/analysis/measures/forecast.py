"""Where an index leads: what other municipalities' published indices tell about the years to come.

A few points of one municipality say too little of how far its index can move. The movements of a
whole panel are therefore taken together: how much of a deviation from the year's level is left
some years later, how much of the own earlier level comes back, and how far off that has been.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri, stdtr, stdtrit

from analysis.measures.index import Floats, Integers

NOTHING = 1e-9
"""A variance that is as good as none; where nothing was ever missed it keeps from dividing by 0."""


class Limits(NamedTuple):
    """What a forecast requires and assumes, from the rules.

    Parameters
    ----------
    horizon
        Most years ahead.
    pairs, pairs_together
        Fewest movements over one lead time for a model of its own; over all lead times for one
        that they share.
    municipalities
        Fewest municipalities whose movements they are.
    damping
        The share of the national change a year that is taken to go on.
    confidence
        Of the interval.
    freedom
        Degrees of freedom of the t distribution: few mean heavy tails.
    """

    horizon: int
    pairs: int
    pairs_together: int
    municipalities: int
    damping: float
    confidence: float
    freedom: float


@dataclass(frozen=True)
class Panel:
    """Published indices in one definition.

    Parameters
    ----------
    first
        The first year.
    values
        Municipalities × years, NaN where nothing is published.
    variances
        Variance of each value by chance in who answered, the same shape.
    country
        The country's value by year; NaN where it is not published. Without any, the year's level
        is the mean of the municipalities.
    """

    first: int
    values: Floats
    variances: Floats
    country: Floats

    @cached_property
    def levels(self) -> Floats:
        """Each year's level: what an ordinary municipality had; NaN where it is not known."""
        known = ~np.isnan(self.values)
        if np.isnan(self.country).all():
            sums = np.where(known, self.values, 0.0).sum(axis=0)
            return np.where(known.any(axis=0), sums / np.maximum(known.sum(axis=0), 1), np.nan)
        # The country's value weighs large municipalities, which lie lower, more than small ones.
        apart = (self.values - self.country)[known & ~np.isnan(self.country)]
        return self.country + (apart.mean() if apart.size else 0.0)

    def until(self, year: int) -> Panel:
        """What was published for the years until a year."""
        size = max(year - self.first + 1, 0)
        return Panel(
            self.first, self.values[:, :size], self.variances[:, :size], self.country[:size]
        )


class Pairs(NamedTuple):
    """Movements from one year to another in a panel.

    Parameters
    ----------
    municipality, year
        Row of the panel, and the first year.
    before
        Deviation in the first year, and the mean deviation of the years before it: n × 2.
    after
        Deviation in the later year.
    variances
        Of the first and the later value: n × 2.
    """

    municipality: Integers
    year: Integers
    before: Floats
    after: Floats
    variances: Floats


def pairs(panel: Panel, lead: int) -> Pairs:
    """The movements over a lead time of all municipalities that have a still earlier value."""
    deviations = panel.values - panel.levels
    known = ~np.isnan(deviations)
    filled = np.where(known, deviations, 0.0)
    earlier = known.cumsum(axis=1) - known
    means = (filled.cumsum(axis=1) - filled) / np.maximum(earlier, 1)
    usable = known[:, :-lead] & known[:, lead:] & (earlier[:, :-lead] > 0)
    row, start = np.nonzero(usable)
    return Pairs(
        row,
        start + panel.first,
        np.column_stack([deviations[row, start], means[row, start]]),
        deviations[row, start + lead],
        np.column_stack([panel.variances[row, start], panel.variances[row, start + lead]]),
    )


def _together(parts: Sequence[Pairs]) -> Pairs:
    return Pairs(*(np.concatenate(fields) for fields in zip(*parts, strict=True)))


@dataclass(frozen=True)
class Movement:
    """How deviations from the year's level move over a lead time.

    Parameters
    ----------
    weights
        What is left of the deviation, and what comes back of the earlier mean.
    variance
        Of what the weights miss, beyond chance in who answered.
    reach
        How many of its standard deviations the interval reaches to either side.
    pairs
        The movements that it rests on.
    own
        Whether they are over this lead time alone.
    """

    weights: Floats
    variance: float
    reach: float
    pairs: int
    own: bool

    def spread(self, now: float, later: float) -> float:
        """Half the interval around a deviation to come, from the variances of the two values."""
        chance = later + self.weights[0] ** 2 * now
        return float(self.reach * np.sqrt(self.variance + chance))


def movement(panels: Sequence[Panel], lead: int, limits: Limits) -> Movement | None:
    """The movement over a lead time; from all lead times together where the panel is small.

    Returns
    -------
    Movement or None
        None where even all lead times together have too few movements, or too few
        municipalities have them.
    """
    by_lead = {
        years: _together([pairs(panel, years) for panel in panels if panel.values.shape[1] > years])
        for years in range(1, limits.horizon + 1)
        if any(panel.values.shape[1] > years for panel in panels)
    }
    every = _together(list(by_lead.values())) if by_lead else None
    if every is None or len(np.unique(every.municipality)) < limits.municipalities:
        return None
    if lead in by_lead and len(by_lead[lead].after) >= limits.pairs:
        return _fitted(by_lead[lead], limits, own=True)
    if len(every.after) < limits.pairs_together:
        return None
    return _fitted(every, limits, own=False)


def _fitted(found: Pairs, limits: Limits, *, own: bool) -> Movement:
    """Least squares; misses are taken with each movement left out, and by how far most of them go.

    The reach comes from the misses themselves, so it holds for heavy tails too.
    """
    inverse = np.linalg.pinv(found.before.T @ found.before)
    weights = inverse @ found.before.T @ found.after
    leverage = np.einsum("ij,jk,ik->i", found.before, inverse, found.before)
    missed = (found.after - found.before @ weights) / np.maximum(1 - leverage, 0.1)
    chance = found.variances[:, 1] + weights[0] ** 2 * found.variances[:, 0]
    variance = max(float(np.mean(missed**2) - np.mean(chance)), 0.0)
    expected = np.sqrt(np.maximum(variance + chance, NOTHING))
    reach = np.quantile(np.abs(missed) / expected, limits.confidence)
    return Movement(weights, variance, float(reach), len(missed), own)


class Drift(NamedTuple):
    """How the level moves.

    Parameters
    ----------
    change
        Taken to go on, a year.
    variance
        Of the single years' changes.
    doubt
        Variance of `change` itself: whether the change so far goes on, or stops.
    """

    change: float
    variance: float
    doubt: float

    def over(self, years: int) -> float:
        """Variance of the level some years on."""
        return years * self.variance + years**2 * self.doubt


def drift(panels: Sequence[Panel], damping: float) -> Drift:
    """The change of the level so far, damped; no definition is compared with another."""
    changes, years = [], []
    for panel in panels:
        (known,) = np.nonzero(~np.isnan(panel.levels))
        changes.append(np.diff(panel.levels[known]))
        years.append(np.diff(known).astype(float))
    change, apart = np.concatenate(changes), np.concatenate(years)
    if not apart.size:
        return Drift(0.0, 0.0, 0.0)
    mean = change.sum() / apart.sum()
    variance = np.sum((change - mean * apart) ** 2 / apart) / max(apart.size - 1, 1)
    doubt = ((1 - damping) * mean) ** 2 + damping**2 * variance / apart.sum()
    return Drift(float(damping * mean), float(variance), float(doubt))


class Position(NamedTuple):
    """What is known of one municipality.

    Parameters
    ----------
    level
        The level of its newest year.
    deviation, earlier
        Its deviation that year, and the mean deviation of the years before.
    variance
        Of its newest value.
    more
        Further variance: of an unknown level, of a change of definition.
    """

    level: float
    deviation: float
    earlier: float
    variance: float
    more: float = 0.0


@dataclass(frozen=True)
class Forecast:
    """A distribution of an index to come: t around `index`, with a scale."""

    index: float
    scale: float
    limits: Limits

    @property
    def interval(self) -> tuple[float, float]:
        """Bounds at the confidence of the limits, on the scale 0–100."""
        reach = float(stdtrit(self.limits.freedom, (1 + self.limits.confidence) / 2)) * self.scale
        return max(self.index - reach, 0.0), min(self.index + reach, 100.0)

    def probability_at_least(self, target: float) -> float:
        """The probability of a result at or above a target."""
        return float(stdtr(self.limits.freedom, (self.index - target) / self.scale))


def forecast(
    standing: Position, moved: Movement, drifting: Drift, lead: int, limits: Limits
) -> Forecast:
    """The index some years ahead."""
    deviation = moved.weights @ np.array([standing.deviation, standing.earlier])
    index = standing.level + lead * drifting.change + deviation
    normal = float(ndtri((1 + limits.confidence) / 2))
    other = normal * np.sqrt(drifting.over(lead) + standing.more)
    half = np.hypot(moved.spread(standing.variance, standing.variance), other)
    scale = half / float(stdtrit(limits.freedom, (1 + limits.confidence) / 2))
    return Forecast(float(np.clip(index, 0, 100)), float(scale), limits)


class Trial(NamedTuple):
    """Forecasts made from what was known then, beside what came.

    Parameters
    ----------
    lead
        Years ahead.
    own
        Whether the model was of this lead time alone.
    covered
        Whether the interval held the value.
    error
        The value minus the forecast.
    probability, reached
        Of a value at least `rise` above that of the first year, and whether it came.
    """

    lead: Integers
    own: npt.NDArray[np.bool_]
    covered: npt.NDArray[np.bool_]
    error: Floats
    probability: Floats
    reached: npt.NDArray[np.bool_]


def backtest(panels: Sequence[Panel], limits: Limits, rise: float) -> Trial:
    """Every forecast that the panel could have given before its last year.

    Parameters
    ----------
    panels
        One panel for each definition.
    limits
        What a forecast requires.
    rise
        Index units above the first year's value that count as a goal.
    """
    rows: list[tuple[int, bool, bool, float, float, bool]] = []
    for panel in panels:
        for year in range(panel.first, panel.first + panel.values.shape[1]):
            known = [one.until(year) for one in panels]
            drifting = drift(known, limits.damping)
            for lead in range(1, limits.horizon + 1):
                moved = movement(known, lead, limits)
                if moved is not None and panel.values.shape[1] > lead:
                    rows += _tried(panel, year, lead, moved, drifting, limits, rise)
    columns = list(zip(*rows, strict=True)) or [()] * 6
    kinds = (np.int64, np.bool_, np.bool_, np.float64, np.float64, np.bool_)
    return Trial(*(np.array(c, dtype=kind) for c, kind in zip(columns, kinds, strict=True)))


def _tried(
    panel: Panel,
    year: int,
    lead: int,
    moved: Movement,
    drifting: Drift,
    limits: Limits,
    rise: float,
) -> list[tuple[int, bool, bool, float, float, bool]]:
    """The forecasts from one year, each beside the value that came."""
    then, place = panel.until(year), year - panel.first
    found = pairs(panel, lead)
    rows = []
    for row in found.municipality[found.year == year]:
        deviations = then.values[row] - then.levels
        earlier = deviations[:-1][~np.isnan(deviations[:-1])]
        standing = Position(
            then.levels[-1], deviations[-1], earlier.mean(), panel.variances[row, place]
        )
        made = forecast(standing, moved, drifting, lead, limits)
        came, aim = panel.values[row, place + lead], panel.values[row, place] + rise
        lower, upper = made.interval
        rows.append(
            (
                lead,
                moved.own,
                bool(lower <= came <= upper),
                float(came - made.index),
                made.probability_at_least(aim),
                bool(came >= aim),
            )
        )
    return rows


class Risen(NamedTuple):
    """How often the panel's municipalities have risen so much in so many years."""

    times: int
    of: int
    municipalities: int


def risen(panels: Sequence[Panel], lead: int, rise: float) -> Risen:
    """The changes over a lead time that were at least a rise, in one definition.

    Examples
    --------
    >>> values = np.array([[70.0, 72.0, 75.0], [60.0, 60.0, np.nan]])
    >>> panel = Panel(2020, values, np.ones((2, 3)), np.full(3, np.nan))
    >>> risen([panel], 1, 2.5)
    Risen(times=1, of=3, municipalities=2)
    """
    times = of = 0
    municipalities = set()
    for panel in panels:
        if panel.values.shape[1] <= lead:
            continue
        change = panel.values[:, lead:] - panel.values[:, :-lead]
        known = ~np.isnan(change)
        of += int(known.sum())
        times += int((change[known] >= rise - 1e-9).sum())
        municipalities |= set(np.nonzero(known.any(axis=1))[0].tolist())
    return Risen(times, of, len(municipalities))
