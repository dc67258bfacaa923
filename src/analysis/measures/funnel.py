"""Many municipalities at once: how much they differ, a funnel's limits, a rank's interval."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from analysis.measures.index import Floats


def between_variance(values: Floats, errors: Floats) -> float:
    """Variance between municipalities beyond what their surveys' errors explain.

    Source: DerSimonian and Laird (1986), Controlled Clinical Trials 7, 177–188, as Spiegelhalter
    (2005), Statistics in Medicine 24, 1185–1202, uses it for additive over-dispersion. No value
    is winsorised: the spread is meant to be told as it is.

    >>> between_variance(np.array([70.0, 70.0, 70.0]), np.array([1.0, 1.0, 1.0]))
    0.0
    >>> between_variance(np.array([66.0, 70.0, 74.0]), np.array([1.0, 1.0, 1.0]))
    15.0
    """
    weights = errors**-2.0
    spread = float(np.sum(weights * (values - np.average(values, weights=weights)) ** 2))
    scale = float(weights.sum() - (weights**2).sum() / weights.sum())
    return max(0.0, (spread - (len(values) - 1)) / scale)


def limits(
    centre: float, errors: Floats, between: float, confidence: float
) -> tuple[Floats, Floats]:
    """Limits that a municipality no different from others stays within, at given survey errors.

    ``centre ± z √(error² + between)``: Spiegelhalter (2005), additive over-dispersion.
    """
    reach = ndtri((1 + confidence) / 2) * np.sqrt(errors**2 + between)
    return np.clip(centre - reach, 0, 100), np.clip(centre + reach, 0, 100)


def rank_interval(
    values: Floats, errors: Floats, *, confidence: float, replicates: int, seed: int
) -> tuple[int, int]:
    """Interval of the first municipality's rank among all, the highest being first.

    Parameters
    ----------
    values, errors
        Values and their standard errors; the municipality of interest first.
    confidence, replicates, seed
        Of the interval, and of the draws.

    Notes
    -----
    Every true level is drawn from what its value and the spread between municipalities tell of
    it, ``N(m + B (y − m), B · error²)`` with ``B = between / (between + error²)``, and the draws
    are ranked: Laird and Louis (1989), Journal of Educational Statistics 14, 29–46.
    """
    between = between_variance(values, errors)
    centre = float(np.average(values, weights=1 / (errors**2 + between)))
    shrunk = between / (between + errors**2)
    draw = np.random.default_rng(seed)
    true = draw.normal(
        centre + shrunk * (values - centre),
        np.sqrt(shrunk) * errors,
        (replicates, len(values)),
    )
    if between == 0:
        # Nothing tells them apart: every order is as good.
        return 1, len(values)
    ranks = 1 + (true[:, 1:] > true[:, :1]).sum(axis=1)
    ends = np.quantile(ranks, [(1 - confidence) / 2, (1 + confidence) / 2])
    return int(np.floor(ends[0])), int(np.ceil(ends[1]))
