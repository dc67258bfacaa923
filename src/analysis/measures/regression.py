"""Adjusted regression and relative weights from cross products, many bootstrap samples at once.

Pure linear algebra: factors, areas and years are unknown here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.measures.index import Floats

_RIDGE = 1e-8
"""A ridge that keeps a sample without a group of the controls solvable; too small to show."""
_BLOCK = 4_000_000
"""Weights in memory at a time: all of a municipality's, some samples of a country's."""
_MANY = 10_000
"""Answers from which samples are drawn one answer at a time, which is several times as fast."""


@dataclass(frozen=True)
class Fit:
    """A regression of one outcome, for the whole sample and for bootstrap samples.

    Parameters
    ----------
    slopes, shares
        Coefficient and share of R² of each predictor.
    r_squared
        Share of the outcome's variance, beyond the controls, that the predictors explain.
    vif
        Variance inflation factors.
    slope_samples, share_samples
        Bootstrap samples × predictors.
    crossed
        Cross products of predictors and outcome per answer, controls removed; outcome last.
    residual_variance
        Of the outcome around the regression.
    """

    slopes: Floats
    shares: Floats
    r_squared: float
    vif: Floats
    slope_samples: Floats
    share_samples: Floats
    crossed: Floats
    residual_variance: float


def fit(controls: Floats, predictors: Floats, outcome: Floats, samples: int, seed: int) -> Fit:
    """Regress an outcome on predictors with controls, and bootstrap it.

    Parameters
    ----------
    controls
        Answers × controls, the constant among them.
    predictors, outcome
        Answers × predictors; one outcome per answer.
    samples
        Bootstrap samples of answers (Efron 1979).
    seed
        Same seed, same samples.
    """
    n, width = len(outcome), controls.shape[1]
    crossed = _crossed(controls, predictors, outcome, samples, seed)
    partial = without_controls(crossed, width)
    solved = np.linalg.solve(partial[:, :-1, :-1], partial[:, :-1, -1:])
    slopes: Floats = np.asarray(solved[:, :, 0], dtype=np.float64)
    shares, squared = relative_weights(partial)
    residual = partial[0, -1, -1] * (1 - squared[0]) / max(n - width - predictors.shape[1], 1)
    return Fit(
        slopes[0],
        shares[0],
        float(squared[0]),
        np.diag(np.linalg.inv(correlations(partial[0])[:-1, :-1])),
        slopes[1:],
        shares[1:],
        partial[0] / n,
        float(residual),
    )


def bears(controls: Floats, predictors: Floats, outcome: Floats) -> bool:
    """Whether the outcome and every predictor, beyond the controls, vary by themselves.

    >>> constant, rising = np.ones((4, 1)), np.array([[1.0], [2.0], [4.0], [3.0]])
    >>> bears(constant, rising, rising[:, 0])
    True
    >>> bears(constant, np.hstack([rising, 2 * rising]), rising[:, 0])
    False
    >>> bears(constant, rising, np.zeros(4))
    False
    """
    rank = np.linalg.matrix_rank
    free = rank(np.column_stack([controls, predictors])) - rank(controls)
    varies = rank(np.column_stack([controls, outcome])) > rank(controls)
    return bool(free == predictors.shape[1] and varies)


def _crossed(
    controls: Floats, predictors: Floats, outcome: Floats, samples: int, seed: int
) -> Floats:
    """Cross products of all columns: of the whole sample first, then of bootstrap samples."""
    columns = np.column_stack([controls, predictors, outcome])
    n, width = columns.shape
    rng = np.random.default_rng(seed)
    first, second = np.triu_indices(width)
    products = columns[:, first]
    products *= columns[:, second]
    crossed = np.empty((samples + 1, width, width))
    step = max(_BLOCK // n, 1)
    for start in range(0, samples + 1, step):
        block = slice(start, min(start + step, samples + 1))
        whole = np.ones((1 if start == 0 else 0, n))
        weights = np.vstack([whole, _drawn(n, block.stop - start - len(whole), rng)])
        summed = weights @ products
        crossed[block, first, second] = summed
        crossed[block, second, first] = summed
    return crossed


def _drawn(n: int, samples: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """How often each of `n` answers is drawn in each sample of as many, with replacement."""
    if n < _MANY:
        return rng.multinomial(n, np.full(n, 1 / n), size=samples)
    # The same law, drawn otherwise.
    counts = np.empty((samples, n), dtype=np.int64)
    for row in counts:
        row[:] = np.bincount(rng.integers(n, size=n), minlength=n)
    return counts


def without_controls(crossed: Floats, width: int) -> Floats:
    """Cross products of the other columns when the first `width` are regressed out.

    Source: Frisch and Waugh (1933); the Schur complement of the controls' block.
    """
    inner = crossed[:, :width, :width] + _RIDGE * np.eye(width)
    mixed = crossed[:, :width, width:]
    removed = np.swapaxes(mixed, 1, 2) @ np.linalg.solve(inner, mixed)
    return np.asarray(crossed[:, width:, width:] - removed)


def correlations(crossed: Floats) -> Floats:
    """Correlations from cross products; leading axes are samples."""
    scale = np.sqrt(np.diagonal(crossed, axis1=-2, axis2=-1))
    return np.asarray(crossed / scale[..., :, None] / scale[..., None, :])


def relative_weights(crossed: Floats) -> tuple[Floats, Floats]:
    """Johnson's relative weights as shares of R², and R².

    Parameters
    ----------
    crossed
        Cross products, the outcome last; leading axes are samples.

    Notes
    -----
    Source: Johnson, J. W. (2000), Multivariate Behavioral Research 35, 1–19. The predictors are
    replaced by the closest orthogonal variables; the outcome's squared slopes on those are handed
    back to the predictors by their squared loadings.
    """
    matrix = correlations(crossed)
    values, vectors = np.linalg.eigh(matrix[..., :-1, :-1])
    roots = np.sqrt(np.maximum(values, 1e-12))
    loadings = (vectors * roots[..., None, :]) @ np.swapaxes(vectors, -1, -2)
    slopes = np.linalg.solve(loadings, matrix[..., :-1, -1:])
    raw = ((loadings**2) @ (slopes**2))[..., 0]
    squared = raw.sum(axis=-1)
    return raw / squared[..., None], squared


def borrowed(
    whole: Fit, controls: Floats, predictors: Floats, outcome: Floats, spread: Floats, seed: int
) -> Fit:
    """Regression of a small group that borrows strength from the whole.

    Parameters
    ----------
    whole
        Regression of all groups together.
    controls, predictors, outcome
        The group's own answers.
    spread
        Variance of each slope between groups (`between_variance`).
    seed
        Same seed, same samples.

    Returns
    -------
    Fit
        Slopes are the normal posterior given the group's answers, with the whole's slopes as
        prior mean and `spread` as prior variance; the samples are drawn from it and carry the
        whole's own uncertainty. Shares, R² and VIF use the whole's spread of the predictors.
    """
    crossed = _crossed(controls, predictors, outcome, 0, seed)
    own = without_controls(crossed, controls.shape[1])[0] / whole.residual_variance
    precision = np.diag(1 / spread)
    covariance = np.linalg.inv(own[:-1, :-1] + precision)
    prior = np.vstack([whole.slopes, whole.slope_samples])
    means = (own[:-1, -1] + prior @ precision) @ covariance
    noise = np.random.default_rng(seed).standard_normal(whole.slope_samples.shape)
    samples = means[1:] + noise @ np.linalg.cholesky(covariance).T
    implied = implied_products(np.vstack([means[:1], samples]), whole)
    shares, squared = relative_weights(implied)
    return Fit(
        means[0],
        shares[0],
        float(squared[0]),
        whole.vif,
        samples,
        shares[1:],
        implied[0],
        whole.residual_variance,
    )


def implied_products(slopes: Floats, whole: Fit) -> Floats:
    """Cross products implied by slopes, with the whole's predictors and residual variance."""
    inner = whole.crossed[:-1, :-1]
    mixed = slopes @ inner
    size = len(whole.slopes) + 1
    result = np.empty((len(slopes), size, size))
    result[:, :-1, :-1] = inner
    result[:, :-1, -1] = result[:, -1, :-1] = mixed
    result[:, -1, -1] = (slopes * mixed).sum(axis=1) + whole.residual_variance
    return result


def between_variance(whole: Fit, groups: list[Fit], least: float) -> Floats:
    """Variance of each slope between groups, beyond chance (method of moments).

    Parameters
    ----------
    whole, groups
        Regression of all, and of the groups large enough for their own.
    least
        Lower bound: a few groups cannot show that there is no variance at all.

    Notes
    -----
    One value for all slopes, as few groups carry little about each.
    """
    excess = [
        (group.slopes - whole.slopes) ** 2 - group.slope_samples.var(axis=0) for group in groups
    ]
    mean = float(np.mean(excess)) if excess else 0.0
    return np.full(len(whole.slopes), max(mean, least))
