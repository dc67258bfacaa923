"""Missing answers that have become scores: "vet ej" coded as 10, blanks filled with 1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import linregress

from analysis import swedish
from analysis.intake.clean import MISSING_WORDS, CleanYear
from analysis.intake.values import BLANK, DONT_KNOW
from analysis.settings import Settings


@dataclass(frozen=True)
class BecameScore:
    """A kind of missing answer that is gone and looks to be a score now.

    Parameters
    ----------
    missing
        The kind, `MISSING_WORDS`.
    cause
        As in `errors.Problem`.
    """

    missing: str
    cause: str


def missing_as_scores(
    clean: CleanYear, before: CleanYear, asked: Sequence[str], settings: Settings
) -> Iterator[BecameScore]:
    """Kinds of missing answers that are gone since last year and have become one of the scores.

    That they are gone is no fault: a survey tool may demand an answer. But then the new answers are
    of all sorts. Where a code was read as a score, just that score has risen question by question
    by what was missing.

    Parameters
    ----------
    clean, before
        The year, and the year before.
    asked
        Questions asked in both.
    settings
        Configuration.
    """
    rules = settings.rules.doubt
    low, high = settings.rules.index.lowest.value, settings.rules.index.highest.value
    keys = [key for key in asked if before.answers[key].notna().any()]
    if len(keys) < 3 or not (clean.counted and before.counted):
        return
    for kind in (DONT_KNOW, BLANK):
        word = MISSING_WORDS[kind]
        then, now = (_shares(year, word, keys) for year in (before, clean))
        expected = float(then.sum() * clean.counted)
        seen = float(now.sum() * clean.counted)
        if expected < rules.missing_score_expected.value or seen > (
            rules.missing_score_left.value * expected
        ):
            continue
        if not np.ptp(then) > 0:
            continue
        fits = {
            score: linregress(then, _given(clean, score, keys) - _given(before, score, keys))
            for score in range(low, high + 1)
        }
        score = max(fits, key=lambda value: _certain(fits[value]))
        sure = _certain(fits[score]) > rules.agreement_z.value
        if sure and fits[score].slope > rules.became_score.value:
            share = swedish.percent(float(then.mean()), 1)
            yield BecameScore(
                word,
                f"{share} av svaren var ”{word}” {before.year}, men inga är det {clean.year}. De "
                f"ser ut att ha blivit betyget {score}, som har ökat mest i de frågor där flest "
                "saknade betyg.",
            )


def _certain(fit: Any) -> float:
    return float(fit.slope / fit.stderr) if fit.stderr else 0.0


def _shares(clean: CleanYear, word: str, keys: Sequence[str]) -> pd.Series:
    cells = clean.quality[clean.quality["reason"] == word]
    counts = cells.set_index("measure")["count"].reindex(list(keys)).fillna(0)
    return counts.astype(float) / clean.counted


def _given(clean: CleanYear, score: int, keys: Sequence[str]) -> pd.Series:
    return (clean.answers[list(keys)] == score).sum() / clean.counted
