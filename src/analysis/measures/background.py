"""NKI by background group: outcome of the case, its type, the company's size and industry.

Groups cut across the areas. The information they would give about hidden areas and about each other
is therefore bounded over answers crossed by area and every field.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from analysis.intake.cells.keys import FIELDS
from analysis.measures.audit import Mask, exact_width
from analysis.measures.index import Floats, Measures, question_indices, summarise
from analysis.measures.totals import POOLED, TOTAL, AreaWeights, area_weights, closed_cases
from analysis.measures.uncertainty import estimate
from analysis.settings import Settings
from analysis.settings.questionnaire import NKI

NONE: Mapping[str, float] = MappingProxyType({})


def background(
    answers: pd.DataFrame, cases: pd.DataFrame, indices: pd.DataFrame, settings: Settings
) -> pd.DataFrame:
    """NKI by background group, the newest year, in the areas of its official total.

    Parameters
    ----------
    answers, cases
        Clean answers and closed cases.
    indices
        The table of `measures.indices`, with the cells published and hidden besides the groups.
    settings
        Configuration.

    Returns
    -------
    pandas.DataFrame
        ``year``, ``field`` (``outcome``, ``case_type``, ``company_size``, ``industry``),
        ``value`` (empty where the field was left out), ``n``, ``index``, ``lower``, ``upper``,
        ``shown``. Hidden groups have no numbers.
    """
    names = ["year", "field", "value", "n", "index", "lower", "upper", "shown"]
    # Put together from distributions, a row tells nothing of who gave which answer.
    answers = answers[answers["joint"]]
    if answers.empty:
        return pd.DataFrame(columns=names)
    newest = int(answers["year"].max())
    of_year = answers[answers["year"] == newest]
    members = settings.rules.totals.definitions[settings.rules.totals.official(newest)].areas
    used = of_year[of_year["area"].isin(members)]
    tables = [_by_field(used, field, settings) for field in FIELDS if used[field].notna().any()]
    if not tables:
        return pd.DataFrame(columns=names)
    table = pd.concat(tables, ignore_index=True)
    crossed = Crossed.of(of_year, cases, members, settings)
    table["shown"] = ~_hidden_groups(table, crossed, indices, settings)
    table["n"] = table["n"].astype("Int64")
    for name in ("n", "index", "lower", "upper"):
        table[name] = table[name].where(table["shown"])
    return table.assign(year=newest)[names]


def _by_field(answers: pd.DataFrame, field: str, settings: Settings) -> pd.DataFrame:
    measures = Measures.of(settings)
    nki = measures.keys.index(NKI)
    rules = settings.rules.uncertainty
    rows = []
    for value, part in answers.groupby(answers[field].fillna("").astype("str"), sort=True):
        summary = summarise(part[list(measures.items)].to_numpy(dtype=float), measures)
        known = estimate(summary.index, summary.variance, summary.n, rules)
        lower, upper = known.interval(rules.confidence.value)
        found = (summary.fewest, summary.n, summary.index, lower, upper)
        rows.append((field, value, *(each[nki] for each in found)))
    names = ["field", "value", "fewest", "n", "index", "lower", "upper"]
    table = pd.DataFrame(rows, columns=names)
    return table[table["index"].notna()].reset_index(drop=True)


def _hidden_groups(
    table: pd.DataFrame, crossed: Crossed, indices: pd.DataFrame, settings: Settings
) -> Mask:
    """Groups with too few answers, and further groups that protect them and the hidden areas.

    Order of hiding: groups of the same field first, then fewest answers, then the table's order.
    Groups that turn out not to be needed are shown again, most answers first.
    """
    rules = settings.rules.disclosure
    hidden = (table["fewest"] < rules.min_answers.value).to_numpy(copy=True)
    groups = np.array(
        [crossed.group(*pair) for pair in zip(table["field"], table["value"], strict=True)]
    )
    beside = indices[
        (indices["year"] == str(crossed.year))
        & indices["measure"].isin(crossed.measures)
        & indices["has_answers"]
    ]
    open_rows, closed_rows = beside[beside["index"].notna()], beside[beside["index"].isna()]
    told = [crossed.cell(row) for row in open_rows.to_dict("records")]
    kept = [
        crossed.cell(row)
        for row in closed_rows.to_dict("records")
        if row["scope"] != TOTAL and not pd.notna(row["official"])
    ]

    def is_safe(wanted: Floats, hidden: Mask) -> bool:
        known = np.vstack([*told, *groups[~hidden]])
        return exact_width(wanted, known, crossed.truth) >= rules.least_width

    primary = hidden.copy()
    waiting = [("", wanted) for wanted in kept]
    waiting += [(table["field"][group], groups[group]) for group in np.flatnonzero(hidden)]
    while waiting:
        field, wanted = waiting.pop(0)
        order = sorted(
            np.flatnonzero(~hidden).tolist(),
            key=lambda group: (table["field"][group] != field, table["n"][group], group),
        )
        for group in order:
            if is_safe(wanted, hidden):
                break
            hidden[group] = True
            waiting.append((table["field"][group], groups[group]))
    surplus = np.flatnonzero(hidden & ~primary)
    for group in surplus[np.argsort(-table["n"].to_numpy()[surplus], kind="stable")]:
        fewer = hidden.copy()
        fewer[group] = False
        if all(is_safe(wanted, fewer) for wanted in (*kept, *groups[fewer])):
            hidden = fewer
    return hidden


@dataclass(frozen=True)
class Crossed:
    """A year's NKI answers by area crossed with every background field: the reader's unknowns.

    Parameters
    ----------
    year
        Case year.
    labels
        One row per cell: ``area`` and the fields.
    counts
        Valid answers, cells × NKI questions.
    truth
        Indices of the cells (0–100), flattened; zero without answers.
    measures
        The NKI and its questions, with the questions' weights.
    members
        The areas of the year's official total.
    totals
        The areas of each definition of the total, and their weights.
    """

    year: int
    labels: pd.DataFrame
    counts: Floats
    truth: Floats
    measures: Mapping[str, Floats]
    members: tuple[str, ...]
    totals: Mapping[str, AreaWeights]

    @classmethod
    def of(
        cls,
        answers: pd.DataFrame,
        cases: pd.DataFrame,
        members: tuple[str, ...],
        settings: Settings,
    ) -> Crossed:
        """From one year's answers."""
        year = int(answers["year"].iloc[0])
        whole = Measures.of(settings)
        items = list(settings.questionnaire.groups[NKI])
        asked = whole.asked(answers[list(whole.items)].notna().any().to_numpy())
        weights = asked.weights[[whole.items.index(item) for item in items], whole.keys.index(NKI)]
        keys = [answers[name].fillna("").astype("str") for name in ("area", *FIELDS)]
        parts = answers.groupby(keys, sort=True)[items]
        counts, sums = parts.count(), parts.sum().to_numpy(dtype=float)
        number = counts.to_numpy(dtype=np.int64)
        return cls(
            year,
            counts.index.to_frame(index=False),
            number.astype(float),
            question_indices(number.ravel(), sums.ravel(), whole),
            {NKI: weights} | dict(zip(items, np.eye(len(items)), strict=True)),
            members,
            area_weights(year, {*answers["area"]}, closed_cases(cases), settings),
        )

    def group(self, field: str, value: str) -> Floats:
        """The NKI of a background group as a weighted mean of the cells."""
        inside = (self.labels[field] == value) & self.labels["area"].isin(self.members)
        return self._mean(inside.to_numpy(), self.measures[NKI])

    def cell(self, row: Mapping[Hashable, Any]) -> Floats:
        """A row of the table of indices, the NKI or one of its questions, likewise."""
        weights = self.measures[row["measure"]]
        if row["scope"] != TOTAL:
            return self._mean((self.labels["area"] == row["scope"]).to_numpy(), weights)
        total = self.totals[row["definition"]]
        inside = self.labels["area"].isin([*total.weights]).to_numpy()
        return self._mean(inside, weights, {} if total.method == POOLED else total.weights)

    def _mean(self, inside: Mask, weights: Floats, areas: Mapping[str, float] = NONE) -> Floats:
        part = np.where(inside[:, None], self.counts, 0.0)
        for area, weight in areas.items():
            own = (self.labels["area"] == area).to_numpy()
            part[own] *= weight / np.maximum(part[own].sum(axis=0), 1.0)
        whole = np.maximum(part.sum(axis=0), np.finfo(float).tiny)
        return np.asarray((part / whole * weights).ravel())
