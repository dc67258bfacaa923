"""How closely hidden indices can be worked out from published ones: bounds by linear algebra.

Knows of cells as linear functions of unknown answer means, nothing of areas, years or rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.measures.index import Floats

Mask = npt.NDArray[np.bool_]

_NOTHING = 1e-9


@dataclass(frozen=True)
class System:
    """Cells that share unknowns.

    Parameters
    ----------
    functions
        Cells × unknowns: each cell's index as a weighted mean of the unknowns.
    truth
        The unknowns' true values, 0–100: the mean of one question in the smallest groups there
        are. The attacker is taken to know how many answers each group has.
    """

    functions: Floats
    truth: Floats

    def width(self, published: Mask, cell: int) -> float:
        """Width of a range that the cell can certainly have, given everything published.

        From the truth the cell is moved up, and down, along the line nearest to its own direction
        that changes nothing published; an unknown that meets the end of the scale is held there.
        Every point on the way agrees with all that is published, so the real range is never
        narrower. Tests compare it with linear programming.
        """
        free = ~self._fixed(published)
        seen = self._seen(published, free)
        wanted = self.functions[cell, free]
        truth = self.truth[free]
        return _climb(wanted, seen, 100 - truth, truth) + _climb(-wanted, seen, 100 - truth, truth)

    def _seen(self, published: Mask, free: Mask) -> Floats:
        """What the published cells say about the free unknowns."""
        rows = self.functions[np.ix_(published, free)]
        return np.asarray(rows[np.abs(rows).max(axis=1, initial=0.0) > _NOTHING])

    def _fixed(self, published: Mask) -> Mask:
        """Unknowns that are themselves published."""
        rows = self.functions[published]
        alone = (np.abs(rows) > _NOTHING).sum(axis=1) == 1
        return np.asarray((np.abs(rows[alone]) > _NOTHING).any(axis=0))


def _climb(wanted: Floats, seen: Floats, above: Floats, below: Floats) -> float:
    """How far a cell rises before the ends of the scale stop it."""
    room_up, room_down = above.copy(), below.copy()
    moving = np.ones(len(wanted), dtype=bool)
    risen = 0.0
    while moving.any():
        rows, goal = seen[:, moving], wanted[moving]
        line = goal - (goal @ np.linalg.pinv(rows)) @ rows if len(rows) else goal
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


def banded_widths(
    hidden: Sequence[int],
    hidden_sum: float,
    known: tuple[int, float],
    counts: Floats,
    bands: Sequence[tuple[int, int]],
) -> Floats:
    """Widths of hidden groups' means when the spread of all answers over bands is published.

    Parameters
    ----------
    hidden
        Answers of each hidden group.
    hidden_sum
        Their sum of answers, which a reader can have by subtraction.
    known
        Answers of the shown groups together and their sum.
    counts
        All answers in each band.
    bands
        Lowest and highest answer of each band.

    Returns
    -------
    Floats
        In steps of the answer scale. Each group is written as a number of answers and a sum of
        answers per band; the bounds are linear programmes.
    """
    from scipy.optimize import linprog

    groups, size = len(hidden) + 1, len(bands)
    numbers = np.arange(groups * size).reshape(groups, size)
    sums = numbers + groups * size
    equalities, values = [], []
    for group, n in enumerate([*hidden, known[0]]):
        equalities.append(_row(2 * groups * size, numbers[group], 1.0))
        values.append(float(n))
    for band, count in enumerate(counts):
        equalities.append(_row(2 * groups * size, numbers[:, band], 1.0))
        values.append(float(count))
    equalities += [
        _row(2 * groups * size, sums[:-1].ravel(), 1.0),
        _row(2 * groups * size, sums[-1], 1.0),
    ]
    values += [hidden_sum, known[1]]
    limits = []
    for group in range(groups):
        for band, (low, high) in enumerate(bands):
            place, total = numbers[group, band], sums[group, band]
            above = _row(2 * groups * size, np.array([place]), low)
            above[total] = -1.0
            below = _row(2 * groups * size, np.array([place]), -high)
            below[total] = 1.0
            limits += [above, below]
    widths = []
    for group, n in enumerate(hidden):
        wanted = _row(2 * groups * size, sums[group], 1.0 / n)
        ends = [
            linprog(
                sign * wanted,
                A_ub=np.array(limits),
                b_ub=np.zeros(len(limits)),
                A_eq=np.array(equalities),
                b_eq=np.array(values),
            )
            for sign in (1.0, -1.0)
        ]
        widths.append(-ends[1].fun - ends[0].fun if all(end.success for end in ends) else 0.0)
    return np.array(widths)


def _row(length: int, places: npt.NDArray[np.int64], value: float) -> Floats:
    row = np.zeros(length)
    row[places] = value
    return row
