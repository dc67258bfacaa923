"""Scales that cannot be Insikt's: cut, moved or turned, in all questions or in one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis import swedish
from analysis.intake.answers.clean import CleanYear
from analysis.intake.judging.doubts.blanks import left_out
from analysis.intake.judging.doubts.found import EXPORT, asked_in, found, question
from analysis.intake.judging.losses import Finding
from analysis.settings import Settings


def _shares(scores: pd.DataFrame, values: range) -> tuple[pd.DataFrame, pd.Series]:
    """Number of answers by score (rows) and question (columns), and the valid ones."""
    counts = pd.DataFrame({key: scores[key].value_counts() for key in scores}).reindex(list(values))
    counts = counts.fillna(0)
    return counts, counts.sum()


def whole_scale(
    clean: CleanYear, before: CleanYear | None, settings: Settings
) -> Iterator[Finding]:
    """Scores that no question has, though they should stand many times."""
    low, high = settings.rules.index.lowest.value, settings.rules.index.highest.value
    asked, scale = asked_in(clean, settings), range(low, high + 1)
    whole = _shares(clean.answers[asked], scale)[0].sum(axis=1)
    if before is None or before.answers.empty:
        missing = _missing_in_first_year(whole, settings)
    else:
        missing = _missing_scores(clean.answers[asked], before.answers[asked], settings)
    if missing:
        seen = whole[whole > 0].index
        yield found(
            clean,
            "annan skala",
            f"{_scores_told(missing)} finns inte bland {swedish.number(float(whole.sum()), 0)} "
            f"betyg. Skalan ser ut att vara {int(seen.min())}–{int(seen.max())}; Insikts är "
            f"{low}–{high}."
            if (int(seen.min()), int(seen.max())) != (low, high)
            else f"{_scores_told(missing)} finns inte bland "
            f"{swedish.number(float(whole.sum()), 0)} betyg.",
            f"{EXPORT} En annan skala ger fel index.",
        )


def cut_scales(clean: CleanYear, before: CleanYear | None, settings: Settings) -> Iterator[Finding]:
    """Scores that hardly occur in one question, though they should many times."""
    rules, low = settings.rules.doubt, settings.rules.index.lowest.value
    asked, scale = asked_in(clean, settings), range(low, settings.rules.index.highest.value + 1)
    counts, valid = _shares(clean.answers[asked], scale)
    then = None if before is None else _shares(before.answers[asked], scale)
    whole = counts.sum(axis=1)
    for key in asked:
        n = float(valid[key])
        others, rest = whole - counts[key], float(valid.sum() - valid[key])
        if not n or not rest:
            continue
        share = others / rest
        if then is not None and then[1][key]:
            # Only what both the other questions and last year lead one to expect.
            share = np.minimum(share, then[0][key] / then[1][key])
        few = counts[key] <= rules.missing_score_left.value * share * n
        absent = [int(value) for value in counts.index[few & (share > 0)]]
        # Half the evidence is enough where the other half is in who has no score.
        halved = 2 if abs(left_out(clean, key, settings)[1]) > rules.left_out_z.value / 2 else 1
        if n * float(share[absent].sum()) < rules.missing_score_expected.value / halved:
            continue
        part = float(others[absent].sum() / rest)
        only = counts.index[counts[key] > 0]
        told = (
            f"Alla {swedish.number(n, 0)} betyg är {int(only[0])}."
            if len(only) == 1
            else f"{_scores_told(absent)} saknas nästan helt bland {swedish.number(n, 0)} "
            f"betyg; i de andra frågorna är de {swedish.percent(part)} av betygen."
        )
        yield found(
            clean,
            "betyg som saknas",
            told,
            f"{EXPORT} Frågan kan ha en annan skala, eller så saknas en del av betygen.",
            subject=key,
            where=question(key, settings),
        )


def _missing_scores(scores: pd.DataFrame, others: pd.DataFrame, settings: Settings) -> list[int]:
    """Scores that hardly anybody has given to any question, though many should have.

    Counted in respondents: a single displeased one gives a low score to twenty questions, so that
    twenty scores may be there one year and not the next.

    Parameters
    ----------
    scores, others
        Answers to the same questions, and those that tell what to expect.
    settings
        Configuration.
    """
    rules = settings.rules.doubt
    low, high = settings.rules.index.lowest.value, settings.rules.index.highest.value
    found = []
    for value in range(low, high + 1):
        given = int((scores == value).any(axis=1).sum())
        expected = float((others == value).any(axis=1).mean()) * len(scores)
        few = given <= rules.missing_score_left.value * expected
        if few and expected >= rules.missing_score_expected.value:
            found.append(value)
    return found


def _missing_in_first_year(whole: pd.Series, settings: Settings) -> list[int]:
    """The top, something in the lower third, and what has neighbours on both sides must occur.

    The lowest score by itself need not: where most are pleased, nobody may have given it.
    """
    rules = settings.rules.doubt
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


def disagreeing(clean: CleanYear, settings: Settings) -> Iterator[Finding]:
    """Questions that run against the others (a turned scale) or have nothing to do with them.

    Fisher's interval of the correlation with the mean of the other questions; half of the usual
    correlation is less than any single question of one questionnaire has.
    """
    rules = settings.rules.doubt
    asked = asked_in(clean, settings)
    scores = clean.answers[asked]
    n = {key: int(scores[key].notna().sum()) for key in asked}
    enough = [key for key in asked if n[key] >= rules.agreement_answers.value]
    correlations: dict[str, float] = {}
    for key in enough:
        others = scores.drop(columns=key).mean(axis=1)
        if scores[key].nunique() > 1:
            correlations[key] = float(scores[key].corr(others))
    usual = float(np.median(list(correlations.values()))) if correlations else 0.0
    if len(correlations) < 3 or not usual > 0:
        return
    for key, r in correlations.items():
        room = rules.agreement_z.value / np.sqrt(n[key] - 3)
        upper = float(np.tanh(np.arctanh(min(max(r, -0.999), 0.999)) + room))
        turned = upper < 0
        if turned or upper < usual * rules.agreement_share.value:
            yield found(
                clean,
                "omvänd skala" if turned else "fråga utan samband",
                "Den som ger höga betyg i de andra frågorna ger låga i den: skalan ser ut att vara "
                "omvänd."
                if turned
                else "Betygen har inget samband med dem i de andra frågorna. Kolumnen kan ha "
                "blivit förskjuten eller sorterad för sig.",
                EXPORT,
                subject=key,
                where=question(key, settings),
            )


def impossible_level(
    clean: CleanYear, before: CleanYear | None, settings: Settings
) -> Iterator[Finding]:
    """A level that no municipality has had, or last year's turned round."""
    rules = settings.rules.doubt
    if len(clean.answers) < settings.rules.disclosure.min_answers_total.value:
        return
    now = level(clean.answers[list(settings.questionnaire.item_keys)], settings)
    then = (
        None
        if before is None
        else level(before.answers[list(settings.questionnaire.item_keys)], settings)
    )
    lowest, highest = rules.level_lowest.value, rules.level_highest.value
    turned = (
        then is not None
        and abs(now - then) > rules.level_change.value
        and abs(now - (100 - then)) < abs(now - then)
    )
    if turned or not lowest <= now <= highest:
        told = f"Alla frågors index är i medeltal {swedish.number(now)}"
        told += f"; {clean.year - 1} var det {swedish.number(then)}." if then is not None else "."
        yield found(
            clean,
            "orimlig nivå",
            f"{told} "
            + (
                "Skalan ser ut att vara omvänd."
                if turned or now < lowest
                else "Så högt har ingen kommun legat."
            ),
            f"{EXPORT} På Insikts skala är 10 bäst.",
        )


def level(scores: pd.DataFrame, settings: Settings) -> float:
    """The mean index of all questions together."""
    low, high = settings.rules.index.lowest.value, settings.rules.index.highest.value
    return float((np.nanmean(scores.to_numpy(dtype=float)) - low) / (high - low) * 100)
