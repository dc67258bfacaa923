"""Scales that are not Insikt's: cut, shifted or reversed, in all questions or in one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis import swedish
from analysis.intake.answers.clean import CleanYear
from analysis.intake.judging.doubts.blanks import left_out
from analysis.intake.judging.findings import EXPORT, Finding, JudgedYear
from analysis.settings.guards import DoubtRules


def _counts(clean: CleanYear, year: JudgedYear) -> pd.DataFrame:
    """Number of answers by score (rows) and question (columns)."""
    scores = clean.answers[year.asked].to_numpy(dtype=float)
    counts = [(scores == value).sum(axis=0) for value in year.scale]
    return pd.DataFrame(counts, list(year.scale), year.asked, dtype=float)


def whole_scale(year: JudgedYear) -> Iterator[Finding]:
    """Scores that occur in no question although many respondents should have given them."""
    low, high = year.scale[0], year.scale[-1]
    whole = _counts(year.clean, year).sum(axis=1)
    if year.before is None or year.before.answers.empty:
        missing = _missing_in_first_year(whole, year.settings.guards.doubt)
    else:
        missing = _missing_scores(year, year.before)
    if missing:
        seen = whole[whole > 0].index
        ends = int(seen.min()), int(seen.max())
        told = (
            f"{_scores_told(missing)} finns inte bland {swedish.number(float(whole.sum()), 0)} "
            "betyg."
        )
        if ends != (low, high):
            told += f" Skalan ser ut att vara {ends[0]}–{ends[1]}; Insikts är {low}–{high}."
        yield year.finding("annan skala", told, f"{EXPORT} En annan skala ger fel index.")


def cut_scales(year: JudgedYear) -> Iterator[Finding]:
    """Scores that hardly occur in a single question although they should occur often."""
    rules, counts = year.settings.guards.doubt, _counts(year.clean, year)
    then = None if year.before is None else _counts(year.before, year)
    whole = counts.sum(axis=1)
    for key in year.asked:
        mine = counts[key]
        n, others = float(mine.sum()), whole - mine
        if not n or not others.any():
            continue
        share = others / others.sum()
        if then is not None and then[key].any():
            # Only scores expected both from the other questions and from last year.
            share = share.clip(upper=then[key] / then[key].sum())
        few = mine <= rules.missing_score_left.value * share * n
        absent = [int(value) for value in counts.index[few & (share > 0)]]
        # Half the evidence is enough where the respondents without a score provide the other half.
        halved = 2 if abs(left_out(year, key)[1]) > rules.left_out_z.value / 2 else 1
        if n * float(share[absent].sum()) < rules.missing_score_expected.value / halved:
            continue
        only = counts.index[mine > 0]
        part = float(others[absent].sum() / others.sum())
        told = (
            f"Alla {swedish.number(n, 0)} betyg är {int(only[0])}."
            if len(only) == 1
            else f"{_scores_told(absent)} saknas nästan helt bland {swedish.number(n, 0)} "
            f"betyg; i de andra frågorna är de {swedish.percent(part)} av betygen."
        )
        yield year.of_question(
            "betyg som saknas",
            key,
            told,
            f"{EXPORT} Frågan kan ha en annan skala, eller så saknas en del av betygen.",
        )


def _missing_scores(year: JudgedYear, before: CleanYear) -> list[int]:
    """Scores that hardly anybody has given to any question, though many should have.

    Counted in respondents: a single displeased respondent gives a low score to twenty questions,
    so that twenty scores may be there one year and not the next.
    """
    rules = year.settings.guards.doubt
    scores, others = year.clean.answers[year.asked], before.answers[year.asked]
    return [
        value
        for value in year.scale
        if rules.hardly_occurs(
            given=int((scores == value).any(axis=1).sum()),
            expected=float((others == value).any(axis=1).mean()) * len(scores),
        )
    ]


def _missing_in_first_year(whole: pd.Series, rules: DoubtRules) -> list[int]:
    """The top score, one in the lower third, and scores with neighbours on both sides must occur.

    The lowest score by itself need not: where most are pleased, nobody may have given it.
    """
    if float(whole.sum()) < rules.whole_scale_scores.value:
        return []
    lower = whole.iloc[: len(whole) // 3]
    beside = pd.concat([whole.shift(1), whole.shift(-1)], axis=1).min(axis=1, skipna=False)
    gap = (whole == 0) & (beside >= rules.missing_score_expected.value)
    if whole.iloc[-1] == 0:
        gap |= whole.index > whole[whole > 0].index.max()
    gap |= whole.index.isin(lower.index) & (lower.sum() == 0)
    return [int(value) for value in whole.index[gap]]


def _scores_told(values: list[int]) -> str:
    if len(values) == 1:
        return f"Betyget {values[0]}"
    unbroken = values == list(range(values[0], values[-1] + 1)) and len(values) > 2
    names = f"{values[0]}–{values[-1]}" if unbroken else swedish.listing(list(map(str, values)))
    return f"Betygen {names}"


def disagreeing(year: JudgedYear) -> Iterator[Finding]:
    """Questions that run against the others (a reversed scale) or are unrelated to them.

    Fisher's interval of the correlation with the mean of the other questions; half of the usual
    correlation is less than any single question of one questionnaire has.
    """
    rules, scores = year.settings.guards.doubt, year.clean.answers[year.asked]
    n = scores.notna().sum()
    agreement = _agreement(scores)
    correlations = {
        key: float(agreement[key])
        for key in year.asked
        if n[key] >= rules.agreement_answers.value and scores[key].nunique() > 1
    }
    usual = float(np.median(list(correlations.values()))) if correlations else 0.0
    if len(correlations) < 3 or not usual > 0:
        return
    for key, r in correlations.items():
        room = rules.agreement_z.value / np.sqrt(n[key] - 3)
        upper = float(np.tanh(np.arctanh(min(max(r, -0.999), 0.999)) + room))
        if upper < 0:
            yield year.of_question(
                "omvänd skala",
                key,
                "De som ger höga betyg i andra frågor ger låga i frågan: skalan ser ut att vara "
                "omvänd.",
            )
        elif upper < usual * rules.agreement_share.value:
            yield year.of_question(
                "fråga utan samband",
                key,
                "Betygen har inget samband med betygen i de andra frågorna. Kolumnen kan ha "
                "blivit förskjuten eller sorterad för sig.",
            )


def _agreement(scores: pd.DataFrame) -> pd.Series:
    """Each question's correlation with the mean of the respondent's other questions."""
    given = scores.notna()
    others = scores.fillna(0).rsub(scores.sum(axis=1), axis=0)
    return scores.corrwith(others / given.rsub(given.sum(axis=1), axis=0))


def impossible_level(year: JudgedYear) -> Iterator[Finding]:
    """A level that no municipality has had, or last year's level reversed."""
    rules, clean, before = year.settings.guards.doubt, year.clean, year.before
    if len(clean.answers) < year.settings.rules.disclosure.min_answers_total.value:
        return
    now = year.level(clean.answers[year.items])
    then = None if before is None else year.level(before.answers[year.items])
    turned = (
        then is not None
        and abs(now - then) > rules.level_change.value
        and abs(now - (100 - then)) < abs(now - then)
    )
    low = now < rules.level_lowest.value
    if turned or low or now > rules.level_highest.value:
        earlier = "" if then is None else f"; {clean.year - 1} var det {swedish.number(then)}"
        looks = (
            "Skalan ser ut att vara omvänd."
            if turned or low
            else "Så höga index har ingen kommun haft."
        )
        yield year.finding(
            "orimlig nivå",
            f"Alla frågors index är i medeltal {swedish.number(now)}{earlier}. {looks}",
            f"{EXPORT} På Insikts skala är 10 bäst.",
        )
