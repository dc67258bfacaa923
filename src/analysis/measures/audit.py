"""Bounds of hidden indices, given the published ones, by linear algebra.

Cells are linear functions of unknown answer means; areas, years and rules are unknown here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from analysis.measures.index import Floats

Mask = npt.NDArray[np.bool_]

_NOTHING = 1e-9


@dataclass(frozen=True)
class _View:
    """The unknowns that some published cells do not fix, what they see of them, and `_left`."""

    free: Mask
    seen: Floats
    left: Floats


@dataclass(frozen=True)
class System:
    """Cells that share unknowns.

    Parameters
    ----------
    functions
        Cells × unknowns: each cell's index as a weighted mean of the unknowns.
    truth
        The unknowns' true values, 0–100: the mean of one question in each of the smallest
        groups. The attacker is assumed to know the number of answers in each group.
    """

    functions: Floats
    truth: Floats
    _views: dict[bytes, _View] = field(default_factory=dict, init=False, repr=False, compare=False)

    def width(self, published: Mask, cell: int, enough: float = np.inf) -> float:
        """A lower bound of the width of the cell's possible range, given all published cells.

        The search stops at `enough`.

        Projects the cell's direction onto the null space of the published cells and walks both ways
        from the truth; an unknown that reaches the end of the scale is held there. Every point on
        the way agrees with all published cells, so the real range is at least as wide. Tests
        compare the width with linear programming.
        """
        view = self._view(published)
        wanted = self.functions[cell, view.free]
        truth = self.truth[view.free]
        up = _climb(wanted, view, truth, enough)
        return up + _climb(-wanted, view, truth, enough - up)

    def _view(self, published: Mask) -> _View:
        """What the published cells leave, worked out once for all hidden cells."""
        key = published.tobytes()
        if key not in self._views:
            free = ~self._fixed(published)
            seen = self._seen(published, free)
            self._views[key] = _View(free, seen, _left(seen))
        return self._views[key]

    def _seen(self, published: Mask, free: Mask) -> Floats:
        """The published cells as functions of the unknowns that are not published themselves."""
        rows = self.functions[np.ix_(published, free)]
        return np.asarray(rows[np.abs(rows).max(axis=1, initial=0.0) > _NOTHING])

    def _fixed(self, published: Mask) -> Mask:
        """Unknowns that are themselves published."""
        rows = self.functions[published]
        alone = (np.abs(rows) > _NOTHING).sum(axis=1) == 1
        return np.asarray((np.abs(rows[alone]) > _NOTHING).any(axis=0))


def _left(seen: Floats) -> Floats:
    """The projection onto what the published cells do not see."""
    unknowns = np.eye(seen.shape[1])
    return np.asarray(unknowns - seen.T @ np.linalg.lstsq(seen.T, unknowns)[0])


def _climb(wanted: Floats, view: _View, truth: Floats, enough: float) -> float:
    """The rise of a cell until the ends of the scale, or `enough`, stop it."""
    room_up, room_down = 100 - truth, truth.copy()
    moving = np.ones(len(wanted), dtype=bool)
    risen = 0.0
    while risen < enough and moving.any():
        goal = wanted[moving]
        if moving.all():
            line = view.left @ goal
        else:
            rows = view.seen[:, moving]
            line = goal - np.linalg.lstsq(rows.T, goal)[0] @ rows if len(rows) else goal
        gain = float(line @ goal)
        if gain < _NOTHING:
            return risen
        room = np.where(line > 0, room_up[moving], room_down[moving])
        steps = np.full(len(line), np.inf)
        np.divide(room, np.abs(line), out=steps, where=np.abs(line) > _NOTHING)
        step = float(steps.min())
        risen += step * gain
        room_up[moving] -= step * line
        room_down[moving] += step * line
        moving[np.flatnonzero(moving)[steps <= step + _NOTHING]] = False
    return risen


def exact_width(wanted: Floats, published: Floats, truth: Floats) -> float:
    """Width of the range that a cell can have, by linear programming.

    For a few cells of thousands of unknowns this is eight times as fast as `System.width`, which in
    turn is the faster one for the many cells of a few unknowns.

    Parameters
    ----------
    wanted
        The cell's index as a weighted mean of the unknowns.
    published
        Cells × unknowns: the published cells, likewise.
    truth
        The unknowns' true values, 0–100.
    """
    from scipy.optimize import linprog

    ends = [
        linprog(sign * wanted, A_eq=published, b_eq=published @ truth, bounds=(0, 100))
        for sign in (1.0, -1.0)
    ]
    return float(-ends[1].fun - ends[0].fun) if all(end.success for end in ends) else 0.0


def banded_widths(
    sizes: Sequence[int],
    sums: Sequence[tuple[Sequence[int], float]],
    counts: Floats,
    bands: Sequence[tuple[int, int]],
    wanted: Sequence[Sequence[int]],
) -> Floats:
    """Widths of means when the distribution of all answers over bands is published.

    Parameters
    ----------
    sizes
        Answers of each group.
    sums
        Sums of answers that a reader knows: groups, by number, and their sum.
    counts
        All answers in each band.
    bands
        Lowest and highest answer of each band.
    wanted
        Groups, by number, whose common mean is to be bounded; one or several for each mean.

    Returns
    -------
    Floats
        In steps of the answer scale. Each group is written as a number of answers and a sum of
        answers per band; the bounds are linear programmes.
    """
    from scipy.optimize import linprog

    groups, size = len(sizes), len(bands)
    numbers = np.arange(groups * size).reshape(groups, size)
    totals = numbers + groups * size
    length = 2 * groups * size
    equalities = [
        *((_row(length, numbers[group], 1.0), n) for group, n in enumerate(sizes)),
        *((_row(length, numbers[:, band], 1.0), n) for band, n in enumerate(counts)),
        *((_row(length, totals[list(own)].ravel(), 1.0), of) for own, of in sums),
    ]
    limits = []
    for place, total, (low, high) in zip(
        numbers.ravel(), totals.ravel(), [*bands] * groups, strict=True
    ):
        for sign, end in ((1.0, low), (-1.0, high)):
            limit = np.zeros(length)
            limit[place], limit[total] = sign * end, -sign
            limits.append(limit)
    widths = []
    for own in wanted:
        mean = _row(length, totals[list(own)].ravel(), 1.0 / sum(sizes[group] for group in own))
        ends = [
            linprog(
                sign * mean,
                A_ub=np.array(limits),
                b_ub=np.zeros(len(limits)),
                A_eq=np.array([row for row, _ in equalities]),
                b_eq=np.array([value for _, value in equalities], dtype=float),
            )
            for sign in (1.0, -1.0)
        ]
        widths.append(-ends[1].fun - ends[0].fun if all(end.success for end in ends) else 0.0)
    return np.array(widths)


def _row(length: int, places: npt.NDArray[np.int64], value: float) -> Floats:
    row = np.zeros(length)
    row[places] = value
    return row
