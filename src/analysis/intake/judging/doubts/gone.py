"""What is gone since last year, or has come twice."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis import swedish
from analysis.intake.answers.clean import CUSTOMER_COLUMN_MISSING, CleanYear
from analysis.intake.answers.reasons import CUSTOMERS
from analysis.intake.cells.keys import ANSWER_ID
from analysis.intake.judging.doubts.found import EXPORT, asked_in, found, part_of_year, question
from analysis.intake.judging.losses import Finding
from analysis.settings import Settings
from analysis.settings.questionnaire import NKI


def same_answers(clean: CleanYear, settings: Settings) -> Iterator[Finding]:
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


def unanswered(clean: CleanYear, before: CleanYear | None, settings: Settings) -> Iterator[Finding]:
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


def areas_gone(clean: CleanYear, before: CleanYear, settings: Settings) -> Iterator[Finding]:
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


def customers_gone(clean: CleanYear, before: CleanYear, settings: Settings) -> Iterator[Finding]:
    """Groups that do not count and are gone: their answers may be counted as companies' now."""
    least = settings.rules.doubt.customers_gone.value
    others = before.rows["customer"][before.rows["customer"].isin(tuple(CUSTOMERS))]
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
            f"Kundgruppen {CUSTOMERS[group]} hade {had[group]} svar {before.year} men "
            f"har inga {clean.year}. De kan ha blivit räknade som företag.",
            EXPORT,
            subject=group,
            stops=not part_of_year(clean, settings),
        )


def other_number(clean: CleanYear, before: CleanYear, settings: Settings) -> Iterator[Finding]:
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


def differ(a: int, b: int) -> float:
    """How far two numbers of answers are from each other, in standard deviations.

    Numbers of answers vary as Poisson's, whose square root has the standard deviation one half.
    """
    return float(abs(np.sqrt(a) - np.sqrt(b)) * np.sqrt(2))
