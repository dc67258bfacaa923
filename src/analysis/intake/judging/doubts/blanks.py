"""Missing answers that cannot be right: too many, of the displeased only, or turned into scores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis import swedish
from analysis.intake.answers.clean import MISSING_WORDS, CleanYear
from analysis.intake.cells.values import BLANK, DONT_KNOW
from analysis.intake.judging.doubts.found import EXPORT, asked_in, found, question, rank_sum_z
from analysis.intake.judging.losses import Finding
from analysis.settings import Settings
from analysis.settings.questionnaire import NKI


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
        # Imported here: it takes half a second to load, and hardly any year needs it.
        from scipy.stats import linregress

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


def half_empty(clean: CleanYear, before: CleanYear | None, settings: Settings) -> Iterator[Finding]:
    """Questions that far more than usual have left out: part of a column may be gone."""
    rules = settings.rules.doubt
    asked = asked_in(clean, settings)
    if len(clean.answers) < settings.rules.disclosure.min_answers_total.value:
        return
    blank = _blank_shares(clean)[asked]
    then = None if before is None or not before.counted else _blank_shares(before)
    for key in asked:
        usual = float(blank.median()) if then is None or then[key] == 1 else float(then[key])
        if blank[key] < 1 and blank[key] - usual > rules.blank_rise.value:
            compared = f"{clean.year - 1}" if then is not None else "i de andra frågorna"
            yield found(
                clean,
                "halvtom fråga",
                f"{swedish.percent(float(blank[key]))} av cellerna är tomma, mot "
                f"{swedish.percent(usual)} {compared}.",
                EXPORT,
                subject=key,
                where=question(key, settings),
                # Without a year before, a question for some only cannot be told from a lost half.
                stops=then is not None or key in settings.questionnaire.groups[NKI],
            )


def _blank_shares(clean: CleanYear) -> pd.Series:
    """Share of the counted answers whose cell is blank, by question; "vet ej" is an answer."""
    cells = clean.quality[clean.quality["reason"] == MISSING_WORDS[BLANK]]
    return cells.set_index("measure")["count"] / clean.counted


def who_left_out(clean: CleanYear, settings: Settings) -> Iterator[Finding]:
    """NKI questions whose missing scores are those of the displeased (or pleased) only.

    Everybody is asked the three questions, and those who skip them are of all sorts.
    """
    for key in settings.questionnaire.groups[NKI]:
        number, z = left_out(clean, key, settings)
        if abs(z) > settings.rules.doubt.left_out_z.value:
            kind = "lägre" if z < 0 else "högre"
            yield found(
                clean,
                "ojämnt bortfall",
                f"De {swedish.number(number, 0)} som saknar betyg i frågan ger {kind} betyg i de "
                "andra frågorna än de som har ett. En del av betygen kan ha fallit bort.",
                EXPORT,
                subject=key,
                where=question(key, settings),
            )


def left_out(clean: CleanYear, key: str, settings: Settings) -> tuple[int, float]:
    """How many have no score in a question, and Wilcoxon's z of their other answers.

    Ranks, as scores are skewed and the ones left out may be as few as five. Zero for questions that
    not everybody is asked, and where too few left it out.
    """
    least = settings.rules.doubt.left_out_answers.value
    if key not in settings.questionnaire.groups[NKI]:
        return 0, 0.0
    others = clean.answers[asked_in(clean, settings)].drop(columns=key).mean(axis=1)
    blank = clean.answers[key].isna()
    without, with_score = others[blank].dropna(), others[~blank].dropna()
    if not least <= len(without) <= len(with_score):
        return len(without), 0.0
    return len(without), rank_sum_z(without, with_score)


def became_scores(clean: CleanYear, before: CleanYear, settings: Settings) -> Iterator[Finding]:
    for one in missing_as_scores(clean, before, asked_in(clean, settings), settings):
        yield found(clean, f"{one.missing} som betyg", one.cause, EXPORT)
