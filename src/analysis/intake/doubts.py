"""What was read but cannot be right: turned or cut scales, and what is gone since last year.

Nothing here is unreadable, so nothing is set aside; a report of it would be wrong without a word.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis import swedish
from analysis.intake.clean import CUSTOMER_COLUMN_MISSING, CleanYear
from analysis.intake.columns import ANSWER_ID
from analysis.intake.doubts_found import EXPORT, asked_in, found, question
from analysis.intake.doubts_missing import became_scores, half_empty, left_out, who_left_out
from analysis.intake.doubts_parts import DoubtfulPart, differ, doubtful_parts, fewer_in_areas, level
from analysis.intake.losses import Finding
from analysis.intake.reasons import CUSTOMER_WORDS
from analysis.settings import Settings
from analysis.settings.questionnaire import NKI


def doubts(clean: CleanYear, before: CleanYear | None, settings: Settings) -> Iterator[Finding]:
    """Everything in a case year's answers that cannot be right.

    Parameters
    ----------
    clean
        The year.
    before
        The year before, where its answers are known.
    settings
        Configuration; the limits are those of ``rules.yml`` under ``doubt``.
    """
    if clean.answers[list(settings.questionnaire.item_keys)].isna().all(axis=None):
        return
    yield from _same_answers(clean, settings)
    yield from _unanswered(clean, before, settings)
    another_scale = list(_whole_scale(clean, before, settings))
    yield from another_scale
    if not another_scale:
        parts = [_part(clean, one) for one in doubtful_parts(clean, before, settings)]
        yield from parts
        if not parts:
            # On another scale every question would be doubted once more for the same reason.
            yield from _scales(clean, before, settings)
            yield from _agreement(clean, settings)
            yield from _level(clean, before, settings)
        yield from half_empty(clean, before, settings)
        yield from who_left_out(clean, settings)
    if before is not None and not before.answers.empty:
        yield from _areas_gone(clean, before, settings)
        yield from _customers_gone(clean, before, settings)
        yield from became_scores(clean, before, settings)
        other_number = list(_number(clean, before, settings))
        yield from other_number
        whole = not (part_of_year(clean, settings) or part_of_year(before, settings))
        if whole and not other_number:
            yield from (_part(clean, one) for one in fewer_in_areas(clean, before, settings))


def part_of_year(clean: CleanYear, settings: Settings) -> bool:
    """Whether the answers come from some of the year's tertials only."""
    return bool(settings.rules.intake.part_of_year(clean.answers["period"]))


def _part(clean: CleanYear, one: DoubtfulPart) -> Finding:
    return found(clean, one.kind, one.cause, EXPORT, subject=one.subject, where=one.where)


def _same_answers(clean: CleanYear, settings: Settings) -> Iterator[Finding]:
    """The same answers once more under new numbers.

    Two companies can be pleased with everything; that two give the same scores to ten questions
    with at least three different scores is hardly ever so.
    """
    rules = settings.rules.doubt
    items = list(settings.questionnaire.item_keys)
    rows = clean.rows[(clean.rows["aside"] == "") & (clean.rows[ANSWER_ID] != "")]
    scores = rows[items]
    telling = (scores.notna().sum(axis=1) >= rules.same_answers_questions.value) & (
        scores.nunique(axis=1) > 2
    )
    telling_rows = rows.loc[telling, [*items, "area"]]
    again = int(telling_rows.duplicated().sum())
    if again >= rules.same_answers_count.value and again > rules.same_answers_share.value * len(
        rows
    ):
        yield found(
            clean,
            "samma svar igen",
            f"{swedish.number(again, 0)} av {swedish.number(len(rows), 0)} svar är likadana i alla "
            "frågor som ett annat svar men har ett eget nummer. Då räknas de två gånger.",
            "Kontrollera om svaren har exporterats två gånger och ta bort det ena.",
        )


def _unanswered(
    clean: CleanYear, before: CleanYear | None, settings: Settings
) -> Iterator[Finding]:
    """Questions, also in a single area, that nobody answers though they had or need answers."""
    least = settings.rules.disclosure.min_answers.value
    nki = settings.questionnaire.groups[NKI]
    then = None if before is None else before.answers
    for key in asked_in(clean, settings):
        had = 0 if then is None else int(then[key].notna().sum())
        if clean.answers[key].notna().any():
            yield from _unanswered_in_areas(clean, then, key, settings)
        elif had >= least or key in nki:
            yield found(
                clean,
                "fråga utan svar",
                f"Frågan hade svar {clean.year - 1} men har inga {clean.year}."
                if had >= least
                else f"NKI-frågan har inga svar {clean.year}.",
                "Heter kolumnen något annat i filen: skriv dess rubrik i "
                "config/questionnaire_columns.csv. De kolumner som inte känns igen står i "
                "python run.py check.",
                subject=key,
                where=question(key, settings),
            )


def _unanswered_in_areas(
    clean: CleanYear, then: pd.DataFrame | None, key: str, settings: Settings
) -> Iterator[Finding]:
    least, labels = settings.rules.disclosure.min_answers.value, settings.questionnaire.labels
    answered = clean.answers[key].notna().groupby(clean.answers["area"]).agg(["sum", "size"])
    for area, row in answered[(answered["sum"] == 0) & (answered["size"] >= least)].iterrows():
        had = 0 if then is None else int(then.loc[then["area"] == area, key].notna().sum())
        if had >= least or key in settings.questionnaire.groups[NKI]:
            yield found(
                clean,
                "fråga utan svar i ett område",
                f"Ingen av {swedish.count(int(row['size']), 'svarande', 'svarande')} inom området "
                f"{clean.year} har svarat på frågan."
                + (f" {clean.year - 1} hade {had} gjort det." if had else ""),
                EXPORT,
                subject=f"{key}, {area}",
                where=f"{labels[str(area)]}, {question(key, settings)}",
            )


def _shares(scores: pd.DataFrame, values: range) -> tuple[pd.DataFrame, pd.Series]:
    """Number of answers by score (rows) and question (columns), and the valid ones."""
    counts = pd.DataFrame({key: scores[key].value_counts() for key in scores}).reindex(list(values))
    counts = counts.fillna(0)
    return counts, counts.sum()


def _whole_scale(
    clean: CleanYear, before: CleanYear | None, settings: Settings
) -> Iterator[Finding]:
    """Scores that no question has, though they should stand many times."""
    low, high = settings.rules.index.lowest.value, settings.rules.index.highest.value
    asked, scale = asked_in(clean, settings), range(low, high + 1)
    whole = _shares(clean.answers[asked], scale)[0].sum(axis=1)
    if before is None or before.answers.empty:
        missing = _missing_in_first_year(whole, settings)
    else:
        missing = missing_scores(clean.answers[asked], before.answers[asked], settings)
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


def _scales(clean: CleanYear, before: CleanYear | None, settings: Settings) -> Iterator[Finding]:
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


def missing_scores(scores: pd.DataFrame, others: pd.DataFrame, settings: Settings) -> list[int]:
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


def _agreement(clean: CleanYear, settings: Settings) -> Iterator[Finding]:
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


def _level(clean: CleanYear, before: CleanYear | None, settings: Settings) -> Iterator[Finding]:
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


def _areas_gone(clean: CleanYear, before: CleanYear, settings: Settings) -> Iterator[Finding]:
    least = settings.rules.disclosure.min_answers.value
    had = before.answers["area"].value_counts()
    now = set(clean.answers["area"])
    for area in settings.questionnaire.area_keys:
        if area in had and area not in now:
            yield found(
                clean,
                "område utan svar",
                f"Området hade {swedish.count(int(had[area]), 'svar', 'svar')} {before.year} men "
                f"har inga {clean.year}.",
                "Saknas området i exporten?",
                subject=area,
                where=settings.questionnaire.labels[area],
                stops=had[area] >= least and not part_of_year(clean, settings),
            )


def _customers_gone(clean: CleanYear, before: CleanYear, settings: Settings) -> Iterator[Finding]:
    """Groups that do not count and are gone: their answers may be counted as companies' now."""
    least = settings.rules.doubt.customers_gone.value
    others = before.rows["customer"][before.rows["customer"].isin(tuple(CUSTOMER_WORDS))]
    had = {str(group): int(n) for group, n in others.value_counts().items()}
    column_gone = CUSTOMER_COLUMN_MISSING in clean.notes
    if column_gone and len(others) >= least:
        yield found(
            clean,
            "kundgrupp saknas i filen",
            f"Det finns ingen kundgrupp {clean.year}, så alla svar räknas som företagens. "
            f"{before.year} var {swedish.number(len(others), 0)} svar från andra än företag.",
            "Ta med kolumnen kundgrupp i exporten.",
        )
        return
    now = set(clean.rows["customer"])
    for group in [group for group, n in had.items() if n >= least and group not in now]:
        yield found(
            clean,
            "kundgrupp utan svar",
            f"Kundgruppen {CUSTOMER_WORDS[group]} hade {had[group]} svar {before.year} men "
            f"har inga {clean.year}. De kan ha blivit räknade som företag.",
            EXPORT,
            subject=group,
            stops=not part_of_year(clean, settings),
        )


def _number(clean: CleanYear, before: CleanYear, settings: Settings) -> Iterator[Finding]:
    """Far more or far fewer answers than the year before."""
    times, now, then = settings.rules.doubt.answers_times.value, clean.counted, before.counted
    if max(now, then) < settings.rules.disclosure.min_answers_total.value:
        return
    if part_of_year(clean, settings) or part_of_year(before, settings):
        return
    if now > then * times or now * times < then:
        yield found(
            clean,
            "antalet svar",
            f"{clean.year} har {swedish.number(now, 0)} svar, mot {swedish.number(then, 0)} "
            f"{before.year}.",
            "Saknas en fil, eller har svar kommit med två gånger?",
            # A small municipality's twenty answers may be nine another year: told, not stopped.
            stops=differ(now, then) > settings.rules.doubt.agreement_z.value,
        )
