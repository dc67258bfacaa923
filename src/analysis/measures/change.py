"""Change since the year before, and whether chance can explain it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from analysis.measures.index import Floats
from analysis.measures.uncertainty import difference

KEYS = ["scope", "definition", "measure"]
GOVERNING = ["governing", "governing_lower", "governing_upper"]
COMPARED = ["index", "lower", "upper", "official", *GOVERNING]


def add_change(
    table: pd.DataFrame, parts: Collection[int] = (), same_part: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Add ``change`` with its interval, significance and basis, against the year before.

    Parameters
    ----------
    table
        Cells after disclosure control, with ``year, scope, definition, measure, index, lower,
        upper, official`` and the governing value with its bounds.
    parts
        Years with some of their tertials only.
    same_part
        Cells of the same tertials of the year before, for comparison with those years.

    Returns
    -------
    pandas.DataFrame
        ``change``, ``change_lower``, ``change_upper`` (index units) and ``change_significant``
        (boolean: the interval excludes zero). Missing where either year is missing or hidden,
        and where a part of a year would be compared with a whole one. ``change_from``: the value
        of the year before that the change is computed from.
        Official values are compared with official ones, ours with ours; the interval comes from
        ours, and where a year has no answers from the governing values'. ``change_mixed``
        (bool): only one of the years has an official value, so the change differs from that of
        the governing values.
    """
    whole = table[~table["year"].str.contains("-")]
    before = whole[["year", *KEYS, *COMPARED]].copy()
    last = before["year"].astype(int)
    before["year"] = (last + 1).astype(str)
    before = before[~last.isin(parts) & ~(last + 1).isin(parts)]
    if same_part is not None and len(same_part):
        tertials = same_part.reindex(columns=before.columns)
        before = pd.concat([before, tertials], ignore_index=True)
    joined = table[["year", *KEYS, *COMPARED]].merge(
        before, on=["year", *KEYS], how="left", suffixes=("", "_before")
    )
    values = {name: joined[name].to_numpy(dtype=float) for name in joined.columns[4:]}
    own = values["index"] - values["index_before"]
    lower, upper = _bounds(values, "index", "lower", "upper")
    published_lower, published_upper = _bounds(values, *GOVERNING)
    official = pd.Series(values["official"] - values["official_before"])
    change = official.fillna(pd.Series(own)).to_numpy()
    result = table.copy()
    result["change"] = change
    earlier = pd.Series(values["official_before"]).where(official.notna(), values["index_before"])
    result["change_from"] = earlier.where(pd.Series(change).notna()).to_numpy()
    # The interval of our own difference, moved to the governing difference.
    moved, ours = change - own, ~np.isnan(own)
    known = ~np.isnan(change)
    result["change_lower"] = np.where(ours, lower + moved, np.where(known, published_lower, np.nan))
    result["change_upper"] = np.where(ours, upper + moved, np.where(known, published_upper, np.nan))
    outside = (result["change_lower"] > 0) | (result["change_upper"] < 0)
    result["change_significant"] = outside.astype("boolean").where(result["change_lower"].notna())
    one = joined["official"].notna() != joined["official_before"].notna()
    result["change_mixed"] = (one & result["change"].notna().to_numpy()).to_numpy()
    return result


def _bounds(values: Mapping[str, Floats], value: str, low: str, high: str) -> tuple[Floats, Floats]:
    """The interval of a value's difference from that of the year before."""
    now, before = (
        (values[f"{value}{year}"], (values[f"{low}{year}"], values[f"{high}{year}"]))
        for year in ("", "_before")
    )
    return difference(*now, *before)
