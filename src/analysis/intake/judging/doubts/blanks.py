"""Doubtful missing answers: too many, from the displeased only, or read as scores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis import swedish
from analysis.intake.answers.clean import MISSING_WORDS, CleanYear
from analysis.intake.cells.values import BLANK, DONT_KNOW
from analysis.intake.judging.findings import Finding, JudgedYear, rank_sum_z
from analysis.settings.questionnaire import NKI


def became_scores(year: JudgedYear, before: CleanYear) -> Iterator[Finding]:
    """Kinds of missing answers that have disappeared since last year, being read as a score.

    Their absence is no fault: a survey tool may demand an answer. But the new answers are then of
    all sorts. Where a code was read as a score, only that score has risen, question by question, by
    the share that was missing.
    """
    rules, clean = year.settings.guards.doubt, year.clean
    keys = [key for key in year.asked if before.answers[key].notna().any()]
    if len(keys) < 3 or not (clean.counted and before.counted):
        return
    for word in (MISSING_WORDS[DONT_KNOW], MISSING_WORDS[BLANK]):
        then, now = (_shares(one, word)[keys] for one in (before, clean))
        expected = float(then.sum() * clean.counted)
        gone = rules.hardly_occurs(float(now.sum() * clean.counted), expected)
        if not gone or not np.ptp(then) > 0:
            continue
        # Imported here, since it takes half a second to load and hardly any year needs it.
        from scipy.stats import linregress

        fits = {
            score: linregress(then, _given(clean, score, keys) - _given(before, score, keys))
            for score in year.scale
        }
        score = max(fits, key=lambda value: _certain(fits[value]))
        sure = _certain(fits[score]) > rules.agreement_z.value
        if sure and fits[score].slope > rules.became_score.value:
            share = swedish.percent(float(then.mean()), 1)
            yield year.finding(
                f"{word} som betyg",
                f"{share} av svaren var ”{word}” {before.year}, men inga är det {clean.year}. De "
                f"ser ut att ha blivit betyget {score}, som har ökat mest i de frågor där flest "
                "saknade betyg.",
            )


def _certain(fit: Any) -> float:
    return float(fit.slope / fit.stderr) if fit.stderr else 0.0


def _shares(clean: CleanYear, word: str) -> pd.Series:
    """Share of the counted answers whose cell is missing in one way, by question."""
    cells = clean.quality[clean.quality["reason"] == word]
    return cells.set_index("measure")["count"].astype(float) / clean.counted


def _given(clean: CleanYear, score: int, keys: Sequence[str]) -> pd.Series:
    return (clean.answers[list(keys)] == score).sum() / clean.counted


def half_empty(year: JudgedYear) -> Iterator[Finding]:
    """Questions left blank by far more respondents than usual: part of a column may be missing."""
    rules, before = year.settings.rules, year.before
    if len(year.clean.answers) < rules.disclosure.min_answers_total.value:
        return
    # "Vet ej" is an answer.
    blank = _shares(year.clean, MISSING_WORDS[BLANK])[year.asked]
    then = _shares(before, MISSING_WORDS[BLANK]) if before and before.counted else None
    for key in year.asked:
        usual = float(blank.median()) if then is None or then[key] == 1 else float(then[key])
        if blank[key] < 1 and blank[key] - usual > year.settings.guards.doubt.blank_rise.value:
            compared = f"{year.clean.year - 1}" if then is not None else "i de andra frågorna"
            yield year.of_question(
                "halvtom fråga",
                key,
                f"{swedish.percent(float(blank[key]))} av cellerna är tomma, mot "
                f"{swedish.percent(usual)} {compared}.",
                # Without a year before, a question for some looks like a half lost column.
                stops=then is not None or key in year.settings.questionnaire.groups[NKI],
            )


def who_left_out(year: JudgedYear) -> Iterator[Finding]:
    """NKI questions left out by the displeased (or the pleased) only.

    All respondents are asked the three questions, and those who skip them are normally of all
    sorts.
    """
    for key in year.settings.questionnaire.groups[NKI]:
        number, z = left_out(year, key)
        if abs(z) > year.settings.guards.doubt.left_out_z.value:
            kind = "lägre" if z < 0 else "högre"
            yield year.of_question(
                "ojämnt bortfall",
                key,
                f"De {swedish.number(number, 0)} svarande som saknar betyg i frågan ger {kind} "
                "betyg än övriga i de andra frågorna. En del av betygen kan ha fallit bort.",
            )


def left_out(year: JudgedYear, key: str) -> tuple[int, float]:
    """Number of respondents without a score in a question, and Wilcoxon's z of their other answers.

    Ranks are used because scores are skewed and the number left out may be as low as five. Zero for
    questions that not everybody is asked, and where too few left the question out.
    """
    if key not in year.settings.questionnaire.groups[NKI]:
        return 0, 0.0
    answers, least = year.clean.answers, year.settings.guards.doubt.left_out_answers.value
    others = answers[year.asked].drop(columns=key).mean(axis=1)
    blank = answers[key].isna()
    without, with_score = others[blank].dropna(), others[~blank].dropna()
    enough = least <= len(without) <= len(with_score)
    return len(without), rank_sum_z(without, with_score) if enough else 0.0
