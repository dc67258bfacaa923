"""Disclosure control: which cells may be shown, and that the hidden ones cannot be worked out.

First cells with too few answers are hidden, then as many more as it takes, chosen in a fixed order
(`Question.preference`), until nothing published narrows a hidden index to the protected width.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.measures.audit import Mask
from analysis.measures.index import Measures
from analysis.measures.linkage import Linked, Place, link
from analysis.measures.totals import TOTAL
from analysis.settings import Settings

TOO_FEW = "for_fa_svar"
TOO_FEW_IN_QUESTION = "for_fa_svar_i_fraga"
PROTECTS = "skyddar_annat_varde"

NUMBERS = ("n", "index", "lower", "upper", "se", "scale", "freedom", "missing_share")


def protect(
    table: pd.DataFrame, weights: Mapping[int, Mapping[str, float]], settings: Settings
) -> pd.DataFrame:
    """Hide cells with too few answers and those that would give them away.

    Parameters
    ----------
    table
        Cells with ``year, scope, definition, measure, n, fewest, index, official, has_answers``;
        ``fewest`` is the fewest answers among the measure's questions.
    weights
        Weight of each area in a total by year; used when totals are not pooled.
    settings
        Thresholds, the protected width, totals and questions.

    Returns
    -------
    pandas.DataFrame
        Without ``fewest``, with ``shown`` and ``reason`` (``for_fa_svar``,
        ``for_fa_svar_i_fraga``, ``skyddar_annat_varde`` or empty). Hidden rows have no numbers
        of ours; a published official value stays, and its row is shown.
    """
    table = table.reset_index(drop=True)
    reason = _own_reasons(table, settings)
    own = table["has_answers"].to_numpy(dtype=bool) & table["index"].notna().to_numpy()
    years = table["year"].str[:4].to_numpy(dtype=str)
    measures = table["measure"].to_numpy(dtype=str)
    for year in np.unique(years):
        for group, items in settings.questionnaire.groups.items():
            inside = own & (years == year) & np.isin(measures, [group, *items])
            rows = np.flatnonzero(inside)
            if (reason[rows] != "").any():
                cells = _Group.of(table.iloc[rows], group, int(year), weights, settings)
                hidden = cells.complement(reason[rows] != "")
                reason[rows[hidden & (reason[rows] == "")]] = PROTECTS
    return _blanked(table, reason)


def own_reason(n: int, fewest: int, needed: int, needed_each: int) -> str:
    """Why a cell is hidden for its own sake; empty where it may be shown.

    Parameters
    ----------
    n, needed
        Answers the cell has and needs.
    fewest, needed_each
        Answers of its thinnest question, and what every question needs.

    Examples
    --------
    Seven answers are enough for an area, six are not:

    >>> own_reason(7, 7, needed=7, needed_each=7), own_reason(6, 6, needed=7, needed_each=7)
    ('', 'for_fa_svar')

    Nineteen are not enough for a total, twenty are:

    >>> own_reason(19, 19, needed=20, needed_each=7), own_reason(20, 20, needed=20, needed_each=7)
    ('for_fa_svar', '')

    One thin question hides its factor and the NKI:

    >>> own_reason(9, 6, needed=7, needed_each=7)
    'for_fa_svar_i_fraga'
    """
    if n < needed:
        return TOO_FEW
    return TOO_FEW_IN_QUESTION if fewest < needed_each else ""


def _own_reasons(table: pd.DataFrame, settings: Settings) -> npt.NDArray[np.str_]:
    rules = settings.rules.disclosure
    each, total = rules.min_answers.value, rules.min_answers_total.value
    reasons = [
        own_reason(int(n), int(fewest), total if scope == TOTAL else each, each) if own else ""
        for own, scope, n, fewest in zip(
            table["has_answers"], table["scope"], table["n"].fillna(0), table["fewest"], strict=True
        )
    ]
    return np.array(reasons, dtype="<U32")


def _blanked(table: pd.DataFrame, reason: npt.NDArray[np.str_]) -> pd.DataFrame:
    result = table.copy()
    hidden = reason != ""
    for column in NUMBERS:
        result[column] = result[column].mask(hidden)
    public = result["official"].notna().to_numpy()
    result["shown"] = ~hidden | public
    result["reason"] = pd.Series(np.where(public, "", reason), index=result.index, dtype="str")
    return result.drop(columns="fewest")


@dataclass(frozen=True)
class Rules:
    """What protection needs to know besides the cells.

    Parameters
    ----------
    width
        Width in index units that a hidden index must keep.
    official
        The year's official total.
    totals
        The totals each area is part of.
    areas
        Areas in the questionnaire's order.
    """

    width: float
    official: str
    totals: Mapping[str, tuple[str, ...]]
    areas: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """The cells of one question in one case year.

    Parameters
    ----------
    linked
        The cells.
    public
        Cells whose official value is published anyway.
    size
        Respondents of each cell's scope and period: one order for all questions of an area.
    rules
        Width, totals and order.
    """

    linked: Linked
    public: Mask
    size: npt.NDArray[np.int64]
    rules: Rules

    def complement(self, start: Mask, primary: Mask) -> Mask:
        """The hidden cells and those hidden to protect them.

        A cell once safe stays safe, since more hiding only widens what others can be. A total
        that is hidden for another cell's sake needs no protection of its own: it points out
        nobody. What official values alone pin stays so, as nothing is left to hide.

        Parameters
        ----------
        start
            Cells hidden so far.
        primary
            Those with too few answers.
        """
        totals = np.array([scope == TOTAL for scope, _, _ in self.linked.places])
        hidden = self._whole(start)
        checked = self.public | (totals & ~primary)
        while (waiting := np.flatnonzero(hidden & ~checked)).size:
            cell = int(waiting[0])
            while not self.is_safe(cell, hidden) and not (hidden | self.public).all():
                hidden[self._next(cell, hidden)] = True
                hidden = self._whole(hidden)
            checked[cell] = True
        return hidden

    def is_safe(self, cell: int, hidden: Mask) -> bool:
        """Whether a hidden cell keeps the protected width."""
        return self.width(cell, hidden) >= self.rules.width

    def width(self, cell: int, hidden: Mask) -> float:
        """Width of the range a cell can have, at least."""
        return self.linked.system.width(np.asarray(~hidden | self.public), cell)

    def _whole(self, hidden: Mask) -> Mask:
        """A scope's tertials are hidden all or none, and with the year: one would give another."""
        touched = {
            place[:2]
            for place, is_hidden in zip(self.linked.places, hidden, strict=True)
            if is_hidden
        }
        tertials = [place[2] != "" and place[:2] in touched for place in self.linked.places]
        return hidden | (np.array(tertials) & ~self.public)

    def _next(self, cell: int, hidden: Mask) -> int:
        """The cell to hide for one that is not safe.

        The first preferred that is enough alone; where none is, a total that is not official and
        is enough together with one area; then the official total; at last whatever widens the
        range, so that the next can be enough. A year's index is hidden for a tertial's sake only
        when no tertial is left to hide.
        """
        shown = sorted(
            np.flatnonzero(~hidden & ~self.public).tolist(),
            key=lambda other: self.preference(cell, other),
        )
        tertials = [other for other in shown if self.linked.places[other][2]]
        candidates = tertials if self.linked.places[cell][2] and tertials else shown
        official = [o for o in candidates if self.linked.places[o][1] == self.rules.official]
        others = [other for other in candidates if other not in official]
        for other in others:
            if self._enough(cell, hidden, other):
                return other
        for total in (other for other in others if self.linked.places[other][0] == TOTAL):
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
        """Order in which other cells are hidden to protect a cell, the least missed first.

        1. another area of exactly the same totals, in the same period;
        2. any other area in the same period;
        3. a total that is not the year's official one, in the same period;
        4. the official total in the same period;
        5. anything else.

        Within each: fewest respondents, then the questionnaire's order.
        """
        scope, _, period = self.linked.places[cell]
        its_scope, its_definition, its_period = self.linked.places[other]
        if its_period != period:
            rank = 5
        elif its_scope != TOTAL:
            same = self.rules.totals.get(its_scope) == self.rules.totals.get(scope)
            rank = 1 if same else 2
        else:
            rank = 4 if its_definition == self.rules.official else 3
        place = self.rules.areas.index(its_scope) if its_scope in self.rules.areas else -1
        return rank, int(self.size[other]), place


@dataclass(frozen=True)
class _Group:
    """The NKI or a factor with its questions, in one case year.

    A hidden question hides its factor; then the factors' own indices tell nothing more than the
    questions do, and each question can be protected by itself.
    """

    questions: Mapping[str, tuple[Question, npt.NDArray[np.int64]]]
    """Cells of each question and their row numbers."""
    weights: Mapping[str, float]
    whole: Mapping[Place, int]
    """Row numbers of the group's own index."""
    public: Mask

    @classmethod
    def of(
        cls,
        rows: pd.DataFrame,
        group: str,
        year: int,
        weights: Mapping[int, Mapping[str, float]],
        settings: Settings,
    ) -> _Group:
        """From the table's rows; only those with an index."""
        places: list[Place] = list(
            zip(
                rows["scope"].astype(str),
                rows["definition"].astype(str),
                rows["year"].str[5:].astype(str),
                strict=True,
            )
        )
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
        rules = _rules(year, settings)
        questions = {}
        for item in settings.questionnaire.groups[group]:
            own = np.flatnonzero(measure == item)
            if own.size:
                its = tuple(places[row] for row in own)
                linked = link(its, n[own], index[own], weights.get(year, {}), settings.rules.totals)
                size = np.array([sizes[place] for place in its], dtype=np.int64)
                questions[item] = (Question(linked, public[own], size, rules), own)
        return cls(
            questions,
            dict(zip(measures.items, column.tolist(), strict=True)),
            {places[row]: int(row) for row in np.flatnonzero(measure == group)},
            public,
        )

    def complement(self, primary: Mask) -> Mask:
        """Hidden rows, extended until every question and the group's own index are safe."""
        hidden = primary.copy()
        done = np.zeros_like(hidden)
        while True:
            for question, rows in self.questions.values():
                if (hidden[rows] & ~done[rows]).any():
                    hidden[rows] = question.complement(hidden[rows], primary[rows])
                    done[rows] = hidden[rows]
            more = self._unsafe_place(hidden, primary)
            if more is None:
                return hidden
            hidden[more] = True

    def _unsafe_place(self, hidden: Mask, primary: Mask) -> int | None:
        """A further question's row to hide where hiding the present ones is not enough."""
        for place, whole in self.whole.items():
            rows = {
                item: int(own[question.linked.places.index(place)])
                for item, (question, own) in self.questions.items()
                if place in question.linked.places
            }
            covered = [item for item, row in rows.items() if hidden[row] and not self.public[row]]
            if not covered:
                continue
            hidden[whole] |= not self.public[whole]
            if place[0] == TOTAL and not any(primary[rows[item]] for item in covered):
                continue
            if self.public[whole]:
                # A published factor would give a single hidden question away.
                safe = False
            else:
                safe = self._width(place, covered, hidden) >= self._rules.width
            open_rows = [row for row in rows.values() if not hidden[row] and not self.public[row]]
            if not safe and open_rows:
                return min(open_rows)
        return None

    def _width(self, place: Place, covered: list[str], hidden: Mask) -> float:
        """Width of the group's index: the questions' widths add up, as nothing links them."""
        total = 0.0
        for item in covered:
            question, rows = self.questions[item]
            cell = question.linked.places.index(place)
            total += self.weights[item] * question.width(cell, hidden[rows])
        return total

    @property
    def _rules(self) -> Rules:
        return next(iter(self.questions.values()))[0].rules


def _rules(year: int, settings: Settings) -> Rules:
    definitions = settings.rules.totals.definitions
    areas = settings.questionnaire.area_keys
    return Rules(
        width=settings.rules.disclosure.protected_width.value,
        official=settings.rules.totals.official(year),
        totals={
            area: tuple(key for key, total in definitions.items() if area in total.areas)
            for area in areas
        },
        areas=areas,
    )
