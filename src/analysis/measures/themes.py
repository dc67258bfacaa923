"""The themes of free texts that may be counted: none so small that it points out a company."""

from __future__ import annotations

import pandas as pd

from analysis.settings import Settings

REST = ""
"""The theme of the texts that have none, or none that is shown."""


def themes(counts: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The themes of each case year with enough texts, and all other texts together.

    A theme with fewer texts than ``themes.min_texts`` is hidden, its name as well. The other texts
    are told together; are they too few even so, the smallest theme that is shown joins them, until
    they are enough or there are none: what is hidden can then not be worked out from a sum.

    Parameters
    ----------
    counts
        As of ``intake.themes``: ``year``, ``theme`` (empty for the texts without one), ``texts``.
    settings
        The configuration.

    Returns
    -------
    pandas.DataFrame
        ``year``, ``theme``, ``texts``, most texts first; the rest last, with an empty theme. A year
        that could show nothing but the rest has no rows.

    Examples
    --------
    Three texts alone would give away how many the hidden theme has, so the smallest one joins it:

    >>> from pathlib import Path
    >>> from analysis.project import Project
    >>> from analysis.settings import load
    >>> counts = pd.DataFrame(
    ...     [(2025, "Tid", 20), (2025, "Taxa", 8), (2025, "Lokal", 3)],
    ...     columns=["year", "theme", "texts"],
    ... )
    >>> themes(counts, load(Project.here().config)).to_dict("split")["data"]
    [[2025, 'Tid', 20], [2025, '', 11]]
    """
    least = settings.rules.themes.min_texts.value
    shown = []
    for year, found in counts.groupby("year"):
        named = found[(found["theme"] != REST) & (found["texts"] >= least)]
        named = named.sort_values(["texts", "theme"], ascending=[False, True])
        rest = int(found["texts"].sum() - named["texts"].sum())
        while 0 < rest < least and not named.empty:
            rest += int(named["texts"].iloc[-1])
            named = named.iloc[:-1]
        if not named.empty:
            shown.append(named)
            if rest:
                shown.append(pd.DataFrame([(year, REST, rest)], columns=list(counts.columns)))
    types = counts.dtypes.to_dict()
    return pd.concat([counts.head(0), *shown], ignore_index=True).astype(types)
