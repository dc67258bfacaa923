"""Distribution of answers over the scale, and response rates.

Tables from this module have passed disclosure control, like the indices.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.measures.audit import banded_widths
from analysis.measures.cells import KEYS
from analysis.measures.index import Floats, Measures
from analysis.measures.totals import TOTAL, WHOLE_YEAR
from analysis.settings import Settings

BANDS = {"low": (1, 3), "middle": (4, 7), "high": (8, 10)}
"""Lowest and highest answer of each band shown."""
RATES = {
    **{"year": "int64", "scope": "str"},
    **dict.fromkeys(("closed", "invited", "answered"), "Int64"),
    **dict.fromkeys(("rate", "required"), "float64"),
    **{"met": "boolean", "shown": "bool"},
}
"""Columns of the response rates."""
NAMES = [*KEYS, "n", *BANDS]


def distribution(answers: pd.DataFrame, settings: Settings, indices: pd.DataFrame) -> pd.DataFrame:
    """Shares of low (1–3), middle (4–7) and high (8–10) answers to each question in the total.

    Parameters
    ----------
    answers
        Clean answers.
    settings
        Configuration.
    indices
        The table of `measures.indices`, which tells the hidden cells.

    Returns
    -------
    pandas.DataFrame
        ``year`` (int), ``scope`` (``total``), ``definition`` (the year's official), ``measure``,
        ``n``, ``low``, ``middle``, ``high`` (shares 0–1 of valid answers). Left out where the
        total is hidden or where the shares would narrow a hidden area down.
    """
    if answers.empty:
        return pd.DataFrame(columns=NAMES)
    shown = indices[indices["shown"] & indices["has_answers"] & (indices["kind"] == "question")]
    places = set(shown[KEYS].itertuples(index=False, name=None))
    rows = []
    for year, part in answers.groupby("year", sort=True):
        label = str(year)
        definition = settings.rules.totals.official(int(label))
        members = settings.rules.totals.members(definition)
        inside = part[part["area"].isin(members)]
        for item in settings.questionnaire.item_keys:
            if (label, TOTAL, definition, item) not in places:
                continue
            answered = inside.loc[inside[item].notna(), ["year", "area", "period", item]]
            counts = _counts(answered[item].to_numpy(dtype=float))
            if _may_be_shown(answered, item, counts, places, settings):
                n = int(counts.sum())
                rows.append((int(label), TOTAL, definition, item, n, *(counts / n)))
    return pd.DataFrame(rows, columns=NAMES)


def _counts(scores: Floats) -> Floats:
    """Answers in each band."""
    return np.array([((scores >= a) & (scores <= b)).sum() for a, b in BANDS.values()], dtype=float)


def _may_be_shown(
    answered: pd.DataFrame,
    item: str,
    counts: Floats,
    places: set[tuple[str, str, str, str]],
    settings: Settings,
) -> bool:
    """Whether the bands of a total leave each hidden area and tertial a wide enough range.

    A reader is assumed to know the number of answers in each of the smallest groups, the sum of
    each shown area and tertial, and the sum of the total.
    """
    year = str(answered["year"].iloc[0])
    parts = answered.groupby([answered["area"], answered["period"].fillna(WHOLE_YEAR)], sort=True)[
        item
    ]
    smallest = {key: part.to_numpy(dtype=float) for key, part in parts}
    groups = [*smallest.values()]
    sums: list[list[int]] = [[*range(len(groups))]]
    hidden: list[list[int]] = []
    own_groups: dict[str, list[int]] = {}
    for number, (area, period) in enumerate(map(tuple, smallest)):
        own_groups.setdefault(str(area), []).append(number)
        if period != WHOLE_YEAR:
            shown = (f"{year}-{period}", area, "", item) in places
            (sums if shown else hidden).append([number])
    for area, own in own_groups.items():
        (sums if (year, area, "", item) in places else hidden).append(own)
    unit = Measures.of(settings).unit
    width = settings.rules.disclosure.least_width / unit
    unsure = [own for own in hidden if _exchanged(own, sums, groups) < width]
    if not unsure:
        return True
    known = [(own, float(sum(groups[number].sum() for number in own))) for own in sums]
    sizes = [len(group) for group in groups]
    return bool((banded_widths(sizes, known, counts, [*BANDS.values()], unsure) >= width).all())


def _exchanged(own: list[int], sums: list[list[int]], groups: list[Floats]) -> float:
    """Width of a hidden mean when answers are exchanged within groups that no known sum separates.

    No published number changes, so the range is at least as wide. Faster than the linear programme
    and nearly always enough.
    """
    alike = [
        number
        for number in range(len(groups))
        if all((number in known) == (own[0] in known) for known in sums)
    ]
    answers = np.sort(np.concatenate([groups[number] for number in alike]))
    n = sum(len(groups[number]) for number in own)
    return float(answers[-n:].mean() - answers[:n].mean())


def response_rates(cases: pd.DataFrame, answers: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Response rates by area and year, and their mean over the official total's areas.

    Parameters
    ----------
    cases
        Closed cases, invitations and answers as the coordinator has them.
    answers
        Clean answers; counted where `cases` has no number of answers.
    settings
        Limits.

    Returns
    -------
    pandas.DataFrame
        ``year`` (int), ``scope``, ``closed``, ``invited``, ``answered`` (Int64), ``rate`` (0–1,
        answered of invited; missing where nobody was invited, or fewer than answered),
        ``required`` (0–1),
        ``met`` (boolean: the rate, and in an area the answers, that a ranking needs), ``shown``.
        Areas with too few answers have no numbers, and neither has a total with a single hidden
        area.
    """
    if cases.empty:
        return pd.DataFrame(columns=list(RATES)).astype(RATES)
    table = cases.rename(columns={"area": "scope"})
    table = table[["year", "scope", "closed", "invited", "answered"]].reset_index(drop=True)
    counted = answers.groupby(["year", "area"]).size()
    keys = pd.MultiIndex.from_frame(table[["year", "scope"]])
    own = pd.Series(counted.reindex(keys).to_numpy(), dtype="Int64")
    table["answered"] = table["answered"].astype("Int64").fillna(own)
    invited = table["invited"].where((table["invited"] >= table["answered"]).fillna(False))
    invited = invited.where((invited > 0).fillna(False))
    table["rate"] = (table["answered"] / invited).astype("Float64").to_numpy(float, na_value=np.nan)
    table["required"] = settings.rules.response_rate.area.value
    enough = table["answered"] >= settings.rules.disclosure.min_answers.value
    table["shown"] = enough.fillna(False).astype(bool)
    table = pd.concat([table, _mean_rates(table, settings)], ignore_index=True)
    for name in ("closed", "invited", "answered", "rate"):
        table[name] = table[name].where(table["shown"])
    # A ranking requires a number of answers as well as a rate.
    ranked = settings.rules.disclosure.min_answers_ranked.value
    few = ((table["scope"] != TOTAL) & (table["answered"] < ranked)).fillna(False).astype(bool)
    met = ((table["rate"] >= table["required"]) & ~few).astype("boolean")
    table["met"] = met.where(table["rate"].notna())
    order = {TOTAL: -1, **{key: n for n, key in enumerate(settings.questionnaire.area_keys)}}
    table["order"] = table["scope"].map(order)
    return table.sort_values(["year", "order"], ignore_index=True)[list(RATES)]


def _mean_rates(table: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    rows = []
    for year, part in table.groupby("year", sort=True):
        definition = settings.rules.totals.official(int(str(year)))
        members = settings.rules.totals.definitions[definition].areas
        inside = part[part["scope"].isin(members) & part["rate"].notna()]
        rows.append(
            {
                "year": int(str(year)),
                "scope": TOTAL,
                "rate": float(inside["rate"].mean()),
                "required": settings.rules.response_rate.total.value,
                "shown": int((~inside["shown"]).sum()) != 1,
            }
        )
    kinds = {name: RATES[name] for name in ("closed", "invited", "answered")}
    return pd.DataFrame(rows, columns=table.columns).astype(kinds)
