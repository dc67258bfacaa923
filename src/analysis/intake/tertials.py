"""Which tertials a year's answers come from: a part of a year is no year."""

from __future__ import annotations

import pandas as pd

from analysis import store
from analysis.settings import Settings


def told(periods: pd.Series, settings: Settings) -> tuple[str, ...]:
    """The tertials that a year's answers tell; none where too many answers tell none.

    Parameters
    ----------
    periods
        ``T1``–``T3`` for each answer of the year, missing where it tells none.
    settings
        Configuration; how many of the answers must tell theirs.
    """
    known = periods.dropna()
    least = settings.rules.intake.tertials_told_share.value
    if known.empty or len(known) < least * len(periods):
        return ()
    return tuple(sorted(set(known)))


def part(periods: pd.Series, settings: Settings) -> tuple[str, ...]:
    """The tertials told where they are some of the year's only; none for a whole year."""
    found = told(periods, settings)
    return found if len(found) < len(store.PERIODS) else ()
