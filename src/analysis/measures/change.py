"""Change since the year before, and whether chance can explain it."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from analysis.measures.uncertainty import difference

KEYS = ["scope", "definition", "measure"]
COMPARED = ["index", "lower", "upper", "official"]


def add_change(
    table: pd.DataFrame, parts: Collection[int] = (), same_part: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Add ``change`` with its interval, significance and basis, against the year before.

    Parameters
    ----------
    table
        Cells after disclosure control, with ``year, scope, definition, measure, index, lower,
        upper, official``.
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
        Official values are compared with official ones, ours with ours; the interval always
        comes from ours. ``change_mixed`` (bool): only one of the years has an official value,
        so the change differs from that of the governing values.
    """
    whole = table[~table["year"].str.contains("-")]
    before = whole[["year", *KEYS, *COMPARED]].copy()
    last = before["year"].astype(int)
    before["year"] = (last + 1).astype(str)
    before = before[~last.isin(parts) & ~(last + 1).isin(parts)]
    if same_part is not None and len(same_part):
        before = pd.concat([before, same_part[before.columns]], ignore_index=True)
    joined = table[["year", *KEYS, *COMPARED]].merge(
        before, on=["year", *KEYS], how="left", suffixes=("", "_before")
    )
    values = {name: joined[name].to_numpy(dtype=float) for name in joined.columns[4:]}
    own = values["index"] - values["index_before"]
    lower, upper = difference(
        values["index"],
        (values["lower"], values["upper"]),
        values["index_before"],
        (values["lower_before"], values["upper_before"]),
    )
    official = pd.Series(values["official"] - values["official_before"])
    change = official.fillna(pd.Series(own)).to_numpy()
    result = table.copy()
    result["change"] = change
    earlier = pd.Series(values["official_before"]).where(official.notna(), values["index_before"])
    result["change_from"] = earlier.where(pd.Series(change).notna()).to_numpy()
    # The interval of our own difference, moved to the governing difference.
    result["change_lower"] = lower + (change - own)
    result["change_upper"] = upper + (change - own)
    outside = (result["change_lower"] > 0) | (result["change_upper"] < 0)
    result["change_significant"] = outside.astype("boolean").where(result["change_lower"].notna())
    one = joined["official"].notna() != joined["official_before"].notna()
    result["change_mixed"] = (one & result["change"].notna().to_numpy()).to_numpy()
    return result
