"""Values that somebody else has computed: their approximate margin, and their small numbers.

A published index with its number of answers lacks the answers' spread, and rests on as few people
as an index of our own would. Values without a number of answers are taken as they are published.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.measures.audit import Mask, System
from analysis.measures.complement import Question, protection_of
from analysis.measures.linkage import Place, link, places_of
from analysis.measures.totals import TOTAL, AreaWeights, area_weights
from analysis.settings import Settings
from analysis.settings.rules import UncertaintyRules


def add_margin(table: pd.DataFrame, rules: UncertaintyRules) -> pd.DataFrame:
    """Give values without answers a margin, from the number of answers that they rest on.

    Parameters
    ----------
    table
        Cells with ``year, measure, n, official, has_answers, scale, freedom, dispersion``.
    rules
        The dispersion that is assumed where no year has answers.

    Returns
    -------
    pandas.DataFrame
        Without ``dispersion``, with ``approximate``; such cells have ``scale`` ``φ / n`` and ``n −
        1`` degrees of freedom, where φ is the mean dispersion of the measure over the
        municipality's own answers, each cell weighing as its answers.
    """
    table = table.copy()
    own = table[table["has_answers"] & ~table["year"].str.contains("-")]
    weights = own["n"].astype(float)
    sums = (own["dispersion"] * weights).groupby(own["measure"]).sum()
    known = (sums / weights.groupby(own["measure"]).sum()).to_dict()
    approximate = is_aggregated(table)
    n = table["n"].astype("float64")
    spread = table["measure"].map(known).astype(float).fillna(rules.assumed_dispersion.value)
    table["scale"] = table["scale"].where(~approximate, spread / n.where(n > 0))
    table["freedom"] = table["freedom"].where(~approximate, np.maximum(n - 1, 1.0))
    table["approximate"] = approximate
    return table.drop(columns="dispersion")


def is_aggregated(table: pd.DataFrame) -> pd.Series:
    """Whether each cell has a published value and a number of answers, but no answers."""
    known = table["official"].notna() & table["n"].notna()
    return ~table["has_answers"].astype(bool) & known.astype(bool)


def too_few(table: pd.DataFrame, settings: Settings) -> Mask:
    """Aggregated cells that rest on fewer answers than may be shown."""
    needed = [settings.rules.disclosure.needed(scope) for scope in table["scope"]]
    few = table["n"].astype("float64") < needed
    return np.asarray(is_aggregated(table) & few)


def complement(
    table: pd.DataFrame,
    primary: Mask,
    weights: Mapping[int, Mapping[str, AreaWeights]],
    settings: Settings,
) -> Mask:
    """The aggregated cells to hide: those with too few answers, and those that reveal them.

    Each measure of a year is protected by itself, as a question of our own is. An area that the
    table lacks stands for the answers of a total that are in none of its known areas.
    """
    hidden = primary.copy()
    aggregated = is_aggregated(table).to_numpy()
    usable = aggregated & ~table["year"].str.contains("-").to_numpy()
    for year, measure in dict.fromkeys(
        zip(table.loc[primary, "year"], table.loc[primary, "measure"], strict=True)
    ):
        own = usable & (table["year"] == year).to_numpy() & (table["measure"] == measure).to_numpy()
        rows = np.flatnonzero(own)
        cells = table.iloc[rows]
        rules = weights.get(int(year)) or area_weights(
            int(year), set(cells["scope"]) - {TOTAL}, {}, settings
        )
        hidden[rows] |= _of_measure(cells, primary[rows], int(year), rules, settings)
    return hidden


def _of_measure(
    cells: pd.DataFrame,
    primary: Mask,
    year: int,
    weights: Mapping[str, AreaWeights],
    settings: Settings,
) -> Mask:
    if (cells["scope"] == TOTAL).all():
        return primary
    places = places_of(cells)
    n = cells["n"].astype("int64").tolist()
    index = cells["official"].astype(float).tolist()
    rest = _unknown(dict(zip(places, n, strict=True)), settings)
    count = len(places)
    sizes = np.array([*n, *rest.values()], dtype=np.int64)
    means = np.array([*index, *[np.mean(index)] * len(rest)])
    every = (*places, *((area, "", "") for area in rest))
    whole = link(every, sizes, means, weights, settings.rules.totals)
    # The areas that the table lacks are unknown, and are no cells of it.
    system = System(whole.functions[:count], whole.truth)
    nothing, protection = np.zeros(count, dtype=bool), protection_of(year, settings)
    question = Question(tuple(places), system, nothing, sizes[:count], protection)
    return np.asarray(question.complement(primary, primary))


def _unknown(counts: Mapping[Place, int], settings: Settings) -> dict[str, int]:
    """Answers in areas that the table lacks, by the area that stands for them."""
    rest: dict[str, int] = {}
    definitions = settings.rules.totals.definitions
    for key, total in sorted(definitions.items(), key=lambda item: len(item[1].areas)):
        known = sum(counts.get((area, "", ""), rest.get(area, 0)) for area in total.areas)
        absent = [a for a in total.areas if (a, "", "") not in counts and a not in rest]
        left = counts.get((TOTAL, key, ""), 0) - known
        if absent and left > 0:
            rest[absent[0]] = left
    return rest


def published(official: pd.DataFrame, indices: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Official values without those that may not be shown.

    Parameters
    ----------
    official
        Published values of every municipality, as intake gives them, or their corrections.
    indices
        The table of indices, after disclosure control.
    settings
        Configuration.
    """
    keys = ["year", "scope", "definition", "measure"]
    concealed = indices.loc[~indices["shown"] & ~indices["has_answers"], keys]
    places = pd.MultiIndex.from_frame(official[keys].fillna({"definition": ""}).astype("str"))
    own = official["municipality_code"] == settings.report.municipality.code
    hidden = own & places.isin(pd.MultiIndex.from_frame(concealed.astype("str")))
    if "n" in official:
        needed = [settings.rules.disclosure.needed(scope) for scope in official["scope"]]
        hidden |= ~own & (official["n"].astype("float64") < needed)
    return official[~hidden]
