"""How closely hidden indices can be worked out from published ones: bounds by linear algebra.

Knows of cells as linear functions of unknown answer means, nothing of areas, years or rules.
"""

from __future__ import annotations

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

    def inner_widths(self, published: Mask, cells: npt.NDArray[np.int64]) -> Floats:
        """Widths that cells certainly have: how far they move along a line nobody can see.

        The line is the cell's own direction with everything published projected out; both ends
        lie within 0–100, so the real range is at least this wide.
        """
        free = ~self._fixed(published)
        seen = self._seen(published, free)
        wanted = self.functions[np.ix_(cells, free)]
        lines = wanted - (wanted @ np.linalg.pinv(seen)) @ seen if len(seen) else wanted
        gain = (lines * wanted).sum(axis=1)
        room_up, room_down = 100 - self.truth[free], self.truth[free]
        with np.errstate(divide="ignore", invalid="ignore"):
            rising = np.where(lines > 0, room_up / lines, room_down / -lines)
            falling = np.where(lines > 0, room_down / lines, room_up / -lines)
        still = np.abs(lines) < _NOTHING
        steps = np.where(still, np.inf, rising).min(axis=1, initial=np.inf) + np.where(
            still, np.inf, falling
        ).min(axis=1, initial=np.inf)
        return np.where(gain > _NOTHING, gain * np.where(np.isfinite(steps), steps, 0.0), 0.0)

    def width(self, published: Mask, cell: int) -> float:
        """Width of the range a cell can have when everything published is known exactly.

        The difference of two linear programmes. A reader knows rounded values only, so what a
        reader can find is never narrower.
        """
        # Imported here: seldom needed, and slow to load.
        from scipy.optimize import linprog

        free = ~self._fixed(published)
        seen = self._seen(published, free)
        wanted = self.functions[cell, free]
        if not wanted.any():
            return 0.0
        known = {"A_eq": seen, "b_eq": seen @ self.truth[free]} if len(seen) else {}
        # The problems are small: presolving would take longer than solving.
        ends = [
            linprog(sign * wanted, **known, bounds=(0, 100), options={"presolve": False})
            for sign in (1.0, -1.0)
        ]
        if not all(end.success for end in ends):
            # Rounding errors made the true values themselves infeasible: take it as no protection.
            return 0.0
        return float(-ends[1].fun - ends[0].fun)

    def _seen(self, published: Mask, free: Mask) -> Floats:
        """What the published cells say about the free unknowns."""
        rows: Floats = self.functions[np.ix_(published, free)]
        return rows[np.abs(rows).max(axis=1, initial=0.0) > _NOTHING]

    def _fixed(self, published: Mask) -> Mask:
        """Unknowns that are themselves published."""
        rows = self.functions[published]
        alone = (np.abs(rows) > _NOTHING).sum(axis=1) == 1
        return np.asarray((np.abs(rows[alone]) > _NOTHING).any(axis=0))
