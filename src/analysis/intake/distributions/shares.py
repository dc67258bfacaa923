"""Shares of answers as counts, and how far rounded shares can lead an index astray."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def whole_counts(shares: Floats, n: int) -> list[int]:
    """Counts that sum to n, nearest to some shares: the method of largest remainders.

    >>> whole_counts(np.array([0.33, 0.33, 0.33]), 10), whole_counts(np.array([0.45, 0.55]), 2)
    ([4, 3, 3], [1, 1])
    """
    exact = shares * n
    counts = np.floor(exact + 0.5)
    while left := n - int(counts.sum()):
        # Equal remainders are settled by the order of the scale, so the result is always the same.
        remainder = np.round((exact - counts) * np.sign(left), 9)
        remainder[counts + np.sign(left) < 0] = -np.inf
        counts[int(np.argmax(remainder))] += np.sign(left)
    return [int(count) for count in counts]


def rounding(numbers: Mapping[str, float]) -> float:
    """How far a rounded number may be from the true one: half a unit of its last decimal."""
    digits = max((len(f"{n:.9f}".rstrip("0").split(".")[1]) for n in numbers.values()), default=0)
    return 0.5 * 10.0**-digits


def reach_of(counts: Sequence[int], n: int, error: float, off: float) -> float:
    """The most, in index units, that the index of reconstructed counts can be wrong.

    Parameters
    ----------
    counts
        Reconstructed answers with each score.
    n
        Answers that the shares are of.
    error, off
        How far the true shares, and the reconstructed ones, can be from those written.
    """
    scores = np.linspace(0, 1, len(counts))
    shares = np.array(counts) / n
    index = float(shares @ scores / shares.sum())
    # An index is a ratio, whose denominator is uncertain where "vet ej" is among the shares.
    least = max(float(shares.sum()) - (error + off), 1 / n)
    return min((error + off) * float(abs(scores - index).sum()) / least, 1.0) * 100
