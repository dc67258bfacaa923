"""Intervals and probabilities for indices: a score interval on the bounded scale.

An index is treated as a share of the scale's length, with the spread that the answers show. The
choice rests on the simulations in ``docs/method.md``. The origin of the numbers is unknown here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr, stdtrit

from analysis.measures.index import Floats
from analysis.settings.rules import UncertaintyRules


@dataclass(frozen=True)
class Estimate:
    """Indices and the quantities behind their uncertainty, as arrays of equal length.

    Parameters
    ----------
    index
        0–100.
    scale
        Variance of the index as a multiple of ``p (1 − p)``, where p is the index as a share,
        after finite-population correction.
    freedom
        Degrees of freedom.
    """

    index: Floats
    scale: Floats
    freedom: Floats

    def interval(self, confidence: float) -> tuple[Floats, Floats]:
        """Lower and upper bound of the true index.

        The values p₀ that a test would not reject: ``|p − p₀| ≤ t √(scale · p₀ (1 − p₀))``.
        Source: Wilson (1927), JASA 22, 209–212, with the dispersion estimated and Student's t.
        """
        share = self.index / 100
        spread = stdtrit(self.freedom, (1 + confidence) / 2) ** 2 * self.scale
        middle = share + spread / 2
        reach = np.sqrt(spread * share * (1 - share) + spread**2 / 4)
        lower, upper = (middle - reach) / (1 + spread), (middle + reach) / (1 + spread)
        # At the ends of the scale, rounding must not carry the bound past the end.
        return np.clip(lower * 100, 0.0, self.index), np.clip(upper * 100, self.index, 100.0)

    def error(self, confidence: float) -> Floats:
        """Standard error: half the interval's width over the t quantile; never zero by chance."""
        lower, upper = self.interval(confidence)
        return np.asarray((upper - lower) / 2 / stdtrit(self.freedom, (1 + confidence) / 2))

    def probability_at_least(self, target: float) -> Floats:
        """Probability that the true index is at or above a target (same test as the interval).

        With a census (scale 0) it is one or zero.
        """
        share = target / 100
        distance = (self.index - target) / 100
        error = np.sqrt(self.scale * share * (1 - share))
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(error > 0, distance / error, np.where(distance >= 0, np.inf, -np.inf))
        return np.asarray(stdtr(self.freedom, ratio))


def estimate(
    index: Floats,
    variance: Floats,
    n: npt.ArrayLike,
    rules: UncertaintyRules,
    cases: npt.ArrayLike | None = None,
    freedom: npt.ArrayLike | None = None,
) -> Estimate:
    """Estimates of true indices from their answers.

    Parameters
    ----------
    index
        0–100.
    variance
        Of the index, before finite-population correction; NaN below two answers.
    n
        Answers.
    rules
        The assumed spread for groups whose answers show none, and its weight.
    cases
        Closed cases; NaN where unknown.
    freedom
        Degrees of freedom; ``n − 1`` unless given.

    Notes
    -----
    The dispersion ``φ = n · Var / p (1 − p)`` is smoothed as a ratio of sums, so that a group in
    which all answers are equal gets the assumed one and a large or varied group its own.
    """
    size = np.asarray(n, dtype=float)
    share = index / 100
    known = np.maximum(size - 1, 0.0)
    squares = np.where(size > 1, np.nan_to_num(variance) / 1e4 * size * known, 0.0)
    weight = rules.prior_weight.value
    dispersion = (squares + weight * rules.prior_dispersion.value) / (
        known * share * (1 - share) + weight
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(size > 0, dispersion / size, np.nan) * correction(size, cases)
    given = known if freedom is None else np.asarray(freedom, dtype=float)
    return Estimate(index, scale, np.maximum(given, 1.0))


def correction(n: npt.ArrayLike, cases: npt.ArrayLike | None) -> Floats:
    """Finite-population factor of a variance, ``1 − n/N``; 1 where N is unknown or below n.

    >>> correction([50.0, 50.0, 50.0], [100.0, float("nan"), 40.0]).tolist()
    [0.5, 1.0, 1.0]
    """
    size = np.asarray(n, dtype=float)
    if cases is None:
        return np.ones_like(size)
    known = np.asarray(cases, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(known >= size, 1 - size / known, 1.0)


def difference(
    after: Floats,
    after_bounds: tuple[Floats, Floats],
    before: Floats,
    before_bounds: tuple[Floats, Floats],
) -> tuple[Floats, Floats]:
    """Interval of a difference between two independent indices from their own intervals.

    Source: Newcombe (1998), Statistics in Medicine 17, 873–890 (the method of variance estimates
    recovery): keeps the skewness of both intervals.
    """
    change = after - before
    lower = change - np.hypot(after - after_bounds[0], before_bounds[1] - before)
    upper = change + np.hypot(after_bounds[1] - after, before - before_bounds[0])
    return lower, upper
