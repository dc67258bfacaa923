"""Complementary suppression: further cells to hide, so that no hidden cell can be worked out.

Cells are chosen one at a time in a fixed order (`Question.preference`); cells that turn out not to
be needed are shown again (`CompositeMeasure.complement`). Thresholds and reasons are in
`disclosure`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.measures.audit import Mask, System
from analysis.measures.index import Measures
from analysis.measures.linkage import Place, link, places_of
from analysis.measures.totals import TOTAL, AreaWeights
from analysis.settings import Settings


@dataclass(frozen=True)
class Protection:
    """Facts for protection besides the cells.

    Parameters
    ----------
    width
        Width in index units that a hidden index must keep.
    official, official_next
        The official total of the year, and of the year after.
    totals
        The totals that each area belongs to.
    areas
        Areas in the questionnaire's order.
    """

    width: float
    official: str
    official_next: str
    totals: Mapping[str, tuple[str, ...]]
    areas: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """The cells of one question in one case year.

    Parameters
    ----------
    places, system
        The cells, and what each is a mean of.
    public
        Cells with an official value, which is published in any case.
    size
        Respondents of each cell's scope and period: gives all questions of an area one order.
    protection
        Width, totals and order.
    """

    places: tuple[Place, ...]
    system: System
    public: Mask
    size: npt.NDArray[np.int64]
    protection: Protection
    _widths: dict[tuple[bytes, int], tuple[float, float]] = field(
        default_factory=dict, init=False, repr=False
    )
    """Widths found, and where each search would have stopped."""

    def complement(self, start: Mask, primary: Mask) -> Mask:
        """The hidden cells, extended with cells hidden to protect them.

        A safe cell stays safe, since hiding further cells only widens its range. A total that is
        hidden to protect another cell needs no protection itself, since it identifies nobody. A
        cell that published official values determine by themselves cannot be protected and is left.

        Parameters
        ----------
        start
            Cells hidden so far.
        primary
            Cells with too few answers.
        """
        hidden = self._whole(start)
        checked = ~self._protected(primary)
        while (waiting := np.flatnonzero(hidden & ~checked)).size:
            cell = int(waiting[0])
            while not self.is_safe(cell, hidden) and not (hidden | self.public).all():
                hidden[self._next(cell, hidden)] = True
                hidden = self._whole(hidden)
            checked[cell] = True
        return hidden

    def is_enough(self, hidden: Mask, primary: Mask) -> bool:
        """Whether hiding these cells protects all of them that need protection."""
        return bool((self._whole(hidden) == hidden).all()) and all(
            self.is_safe(int(cell), hidden)
            for cell in np.flatnonzero(hidden & self._protected(primary))
        )

    def _protected(self, primary: Mask) -> Mask:
        """Hidden cells that a reader must not be able to work out."""
        totals = np.array([scope == TOTAL for scope, _, _ in self.places])
        return np.asarray(~self.public & (primary | ~totals))

    def hidden_for_others(self, hidden: Mask, primary: Mask) -> Iterator[Mask]:
        """Cells to try to show again: all cells of a scope together, then its year alone.

        The scope that readers miss most comes first, in the reverse of the order of `preference`.
        """
        scopes = dict.fromkeys(place[:2] for place in self.places)
        year = np.array([place[2] == "" for place in self.places])
        cells = {
            scope: np.array([place[:2] == scope for place in self.places]) & hidden & ~primary
            for scope in scopes
        }
        sizes = {scope: int(self.size[own].max(initial=0)) for scope, own in cells.items()}
        for scope in sorted(scopes, key=lambda scope: (self._worth(scope), -sizes[scope])):
            yield cells[scope]
            yield cells[scope] & year

    def _worth(self, scope: tuple[str, str]) -> int:
        """Sort key: the scope that readers miss most comes first (0)."""
        if scope[0] != TOTAL:
            return 1
        return 0 if scope[1] == self.protection.official else 2

    def is_safe(self, cell: int, hidden: Mask) -> bool:
        """Whether a hidden cell keeps the protected width."""
        return self.width(cell, hidden, self.protection.width) >= self.protection.width

    def width(self, cell: int, hidden: Mask, enough: float = np.inf) -> float:
        """Lower bound of the width of a cell's range; the search stops at `enough`."""
        key = (hidden.tobytes(), cell)
        found, stop = self._widths.get(key, (0.0, 0.0))
        # A search that ended before its stop has found the whole width.
        if stop <= found < enough:
            published = np.asarray(~hidden | self.public)
            found = self.system.width(published, cell, enough)
            self._widths[key] = found, enough
        return found

    def _whole(self, hidden: Mask) -> Mask:
        """Hide all tertials of a scope with a hidden cell: the year and two give the third."""
        touched = {
            place[:2] for place, is_hidden in zip(self.places, hidden, strict=True) if is_hidden
        }
        tertials = [place[2] != "" and place[:2] in touched for place in self.places]
        return hidden | (np.array(tertials) & ~self.public)

    def _next(self, cell: int, hidden: Mask) -> int:
        """The next cell to hide to protect an unsafe cell.

        The first preferred cell that is enough alone; if no cell is, an unofficial total that is
        enough together with one area; then the official total; finally any cell that widens the
        range, so that the next cell can be enough. A year's index is hidden to protect a tertial
        only when no tertial is left to hide.
        """
        shown = sorted(
            np.flatnonzero(~hidden & ~self.public).tolist(),
            key=lambda other: self.preference(cell, other),
        )
        tertials = [other for other in shown if self.places[other][2]]
        candidates = tertials if self.places[cell][2] and tertials else shown
        official = [o for o in candidates if self.places[o][1] == self.protection.official]
        others = [other for other in candidates if other not in official]
        for other in others:
            if self._enough(cell, hidden, other):
                return other
        for total in (other for other in others if self.places[other][0] == TOTAL):
            if any(self._enough(cell, hidden, total, area) for area in others):
                return total
        for other in official:
            if self._enough(cell, hidden, other):
                return other
        before = self.width(cell, hidden)
        wider = (o for o in candidates if self.width(cell, self._with(hidden, o)) > before + 1)
        return next(wider, candidates[0])

    def _enough(self, cell: int, hidden: Mask, *others: int) -> bool:
        return self.is_safe(cell, self._with(hidden, *others))

    def _with(self, hidden: Mask, *others: int) -> Mask:
        more = hidden.copy()
        more[list(others)] = True
        return self._whole(more)

    def preference(self, cell: int, other: int) -> tuple[int, int, int]:
        """The order in which other cells are hidden to protect a cell: the least missed first.

        1. a total that is official neither that year nor the next: nothing is judged by it;
        2. another area of exactly the same totals;
        3. any other area;
        4. a total that is official only the next year, whose change it bears;
        5. the year's official total;
        6. anything in another period.

        Within each: fewest respondents, then the questionnaire's order.
        """
        scope, _, period = self.places[cell]
        its_scope, its_definition, its_period = self.places[other]
        if its_period != period:
            rank = 6
        elif its_scope != TOTAL:
            same = self.protection.totals.get(its_scope) == self.protection.totals.get(scope)
            rank = 2 if same else 3
        elif its_definition == self.protection.official:
            rank = 5
        else:
            rank = 4 if its_definition == self.protection.official_next else 1
        place = self.protection.areas.index(its_scope) if its_scope in self.protection.areas else -1
        return rank, int(self.size[other]), place


@dataclass(frozen=True)
class CompositeMeasure:
    """The NKI or a factor with its questions, in one case year.

    A hidden question hides its factor. The remaining factor indices then add nothing to the
    question indices, and each question can be protected by itself.
    """

    questions: Mapping[str, tuple[Question, npt.NDArray[np.int64]]]
    """Cells of each question and their row numbers."""
    weights: Mapping[str, float]
    at: Mapping[Place, Mapping[str, int]]
    """Row numbers of the questions at each place."""
    whole: Mapping[Place, int]
    """Row numbers of the group's own index."""
    public: Mask

    @classmethod
    def of(
        cls,
        rows: pd.DataFrame,
        group: str,
        year: int,
        weights: Mapping[int, Mapping[str, AreaWeights]],
        settings: Settings,
    ) -> CompositeMeasure:
        """Made from the table's rows that have an index."""
        places = places_of(rows)
        measure = rows["measure"].to_numpy(dtype=str)
        n = rows["n"].to_numpy(dtype=np.int64)
        index = rows["index"].to_numpy(dtype=float)
        public = rows["official"].notna().to_numpy()
        sizes: dict[Place, int] = {}
        for place, number in zip(places, n, strict=True):
            sizes[place] = max(sizes.get(place, 0), int(number))
        measures = Measures.of(settings)
        asked = measures.asked(np.isin(measures.items, measure))
        column = asked.weights[:, measures.keys.index(group)]
        protection = protection_of(year, settings)
        questions = {}
        at: dict[Place, dict[str, int]] = {place: {} for place in places}
        for item in settings.questionnaire.groups[group]:
            own = np.flatnonzero(measure == item)
            if own.size:
                its = tuple(places[row] for row in own)
                system = link(its, n[own], index[own], weights[year], settings.rules.totals)
                size = np.array([sizes[place] for place in its], dtype=np.int64)
                questions[item] = (Question(its, system, public[own], size, protection), own)
                for place, row in zip(its, own.tolist(), strict=True):
                    at[place][item] = row
        return cls(
            questions,
            dict(zip(measures.items, column.tolist(), strict=True)),
            at,
            {places[row]: int(row) for row in np.flatnonzero(measure == group)},
            public,
        )

    def complement(self, primary: Mask) -> Mask:
        """Hidden rows, extended until every question and the group's own index are safe.

        A later cell may make an earlier one unnecessary. Finally, therefore, every cell hidden to
        protect others is shown again where the rest is enough.
        """
        hidden = primary.copy()
        done = np.zeros_like(hidden)
        while True:
            for question, rows in self.questions.values():
                if (hidden[rows] & ~done[rows]).any():
                    hidden[rows] = question.complement(hidden[rows], primary[rows])
                    done[rows] = hidden[rows]
            hidden = self._with_wholes(hidden, primary)
            more = self._next(hidden, primary)
            if more is None:
                return self._without_surplus(hidden, primary)
            hidden[more] = True

    def _without_surplus(self, hidden: Mask, primary: Mask) -> Mask:
        for question, rows in self.questions.values():
            for cells in question.hidden_for_others(hidden[rows], primary[rows]):
                fewer = hidden.copy()
                fewer[rows[cells & hidden[rows]]] = False
                fewer = self._with_wholes(fewer, primary)
                if (
                    (fewer != hidden).any()
                    and question.is_enough(fewer[rows], primary[rows])
                    and not self._unsafe(fewer, primary)
                ):
                    hidden = fewer
        return hidden

    def _with_wholes(self, hidden: Mask, primary: Mask) -> Mask:
        """Hide a group's index that is unsafe itself or has a hidden question."""
        result = hidden.copy()
        for place, whole in self.whole.items():
            result[whole] = not self.public[whole] and bool(
                primary[whole] or self._covered(place, hidden)
            )
        return result

    def _covered(self, place: Place, hidden: Mask) -> list[str]:
        """Hidden questions at a place whose value is not published elsewhere."""
        return [
            item for item, row in self.at[place].items() if hidden[row] and not self.public[row]
        ]

    def _unsafe(self, hidden: Mask, primary: Mask) -> list[Place]:
        """Places whose index would reveal its hidden questions, or could itself be worked out."""
        unsafe = []
        for place, whole in self.whole.items():
            covered = self._covered(place, hidden)
            rows = self.at[place]
            if not covered or (
                place[0] == TOTAL and not any(primary[rows[item]] for item in covered)
            ):
                continue
            # A published factor would reveal a single hidden question.
            if self.public[whole] or not self._is_wide(place, covered, hidden):
                unsafe.append(place)
        return unsafe

    def _next(self, hidden: Mask, primary: Mask) -> int | None:
        """The row of a further question to hide, where the hidden questions are not enough."""
        for place in self._unsafe(hidden, primary):
            rows = self.at[place].values()
            if left := [row for row in rows if not hidden[row] and not self.public[row]]:
                return min(left)
        return None

    def _is_wide(self, place: Place, covered: list[str], hidden: Mask) -> bool:
        """Whether the group's index keeps the protected width.

        The widths of the questions add up, since no published number links them.
        """
        missing = next(iter(self.questions.values()))[0].protection.width
        for item in covered:
            question, rows = self.questions[item]
            cell, weight = question.places.index(place), self.weights[item]
            missing -= weight * question.width(cell, hidden[rows], missing / weight)
            if missing <= 0:
                return True
        return False


def protection_of(year: int, settings: Settings) -> Protection:
    definitions = settings.rules.totals.definitions
    areas = settings.questionnaire.area_keys
    return Protection(
        width=settings.rules.disclosure.least_width,
        official=settings.rules.totals.official(year),
        official_next=settings.rules.totals.official(year + 1),
        totals={
            area: tuple(key for key, total in definitions.items() if area in total.areas)
            for area in areas
        },
        areas=areas,
    )
