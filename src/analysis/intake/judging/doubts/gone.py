"""Answers, areas or groups missing since last year, and answers that occur twice."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis import swedish
from analysis.intake.answers.clean import CUSTOMER_COLUMN_MISSING, CleanYear
from analysis.intake.answers.duplicates import telling
from analysis.intake.answers.reasons import CUSTOMERS
from analysis.intake.cells.keys import ANSWER_ID
from analysis.intake.judging.findings import Finding, JudgedYear, differ
from analysis.settings.questionnaire import NKI


def same_answers(year: JudgedYear) -> Iterator[Finding]:
    """Answers repeated under new numbers."""
    rows = year.counted[year.counted[ANSWER_ID] != ""]
    again = int(_telling(year, rows).duplicated().sum())
    if _is_many(year, again, len(rows)):
        yield year.finding(
            "samma svar igen",
            f"{swedish.number(again, 0)} av {swedish.number(len(rows), 0)} svar är likadana i alla "
            "frågor som ett annat svar men har ett eget nummer. Då räknas de två gånger.",
            "Kontrollera om svaren har exporterats två gånger, och ta i så fall bort den ena.",
        )


def answers_of_last_year(year: JudgedYear, before: CleanYear) -> Iterator[Finding]:
    """Answers that the year before has as well: its export under another year."""
    now, then = (
        pd.util.hash_pandas_object(_telling(year, answers), index=False)
        for answers in (year.clean.answers, before.answers)
    )
    again = int(now.isin(then).sum())
    if _is_many(year, again, year.clean.counted):
        yield year.finding(
            "samma svar som året före",
            f"{swedish.number(again, 0)} av {swedish.number(year.clean.counted, 0)} svar för "
            f"{year.clean.year} är likadana i alla frågor som svar för {before.year}.",
            f"Kontrollera vilket år exporten gäller, och ta bort den som har fel år. Exportera "
            f"{year.clean.year} på nytt.",
        )


def _telling(year: JudgedYear, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows whose scores point one respondent out, with area and scores only."""
    return rows.loc[telling(rows[year.items], year.settings), [*year.items, "area"]]


def _is_many(year: JudgedYear, again: int, of: int) -> bool:
    rules = year.settings.guards.doubt
    return again >= rules.same_answers_count.value and again > rules.same_answers_share.value * of


def unanswered(year: JudgedYear) -> Iterator[Finding]:
    """Questions without any answer, also in a single area, though they had or need answers."""
    least, number = year.settings.rules.disclosure.min_answers.value, year.clean.year
    areas = year.clean.answers.groupby("area")
    sizes, answered = areas.size(), areas[year.asked].count()
    for key in year.asked:
        had = 0 if year.before is None else int(year.before.answers[key].notna().sum())
        if year.clean.answers[key].notna().any():
            yield from _unanswered_in_areas(year, key, sizes[answered[key] == 0])
        elif had >= least or key in year.settings.questionnaire.groups[NKI]:
            yield year.of_question(
                "fråga utan svar",
                key,
                f"Frågan hade svar {number - 1} men har inga {number}."
                if had >= least
                else f"NKI-frågan har inga svar {number}.",
                "Heter kolumnen något annat i filen: skriv dess rubrik i "
                "config/questionnaire_columns.csv. De kolumner som inte känns igen står i "
                "python run.py check.",
            )


def _unanswered_in_areas(year: JudgedYear, key: str, silent: pd.Series) -> Iterator[Finding]:
    """The areas without an answer to a question, given with their sizes."""
    questionnaire = year.settings.questionnaire
    least, number = year.settings.rules.disclosure.min_answers.value, year.clean.year
    then = None if year.before is None else year.before.answers
    for area, size in silent[silent >= least].items():
        had = 0 if then is None else int(then.loc[then["area"] == area, key].notna().sum())
        if had >= least or key in questionnaire.groups[NKI]:
            yield year.finding(
                "fråga utan svar i ett område",
                f"Ingen av {swedish.count(int(size), 'svarande', 'svarande')} inom området "
                f"{number} har svarat på frågan."
                + (f" {number - 1} hade {had} gjort det." if had else ""),
                subject=f"{key}, {area}",
                where=f"{questionnaire.labels[str(area)]}, {year.question(key)}",
            )


def areas_gone(year: JudgedYear, before: CleanYear) -> Iterator[Finding]:
    """Areas that had answers the year before and have none."""
    least, had = year.settings.rules.disclosure.min_answers.value, before.answers["area"]
    for area, count in had.value_counts().reindex(year.settings.questionnaire.area_keys).items():
        if count > 0 and not (year.clean.answers["area"] == area).any():
            yield year.of_area(
                "område utan svar",
                str(area),
                f"Området hade {swedish.count(int(count), 'svar', 'svar')} {before.year} men "
                f"har inga {year.clean.year}.",
                "Saknas området i exporten?",
                stops=bool(count >= least) and not year.is_part(year.clean),
            )


def customers_gone(year: JudgedYear, before: CleanYear) -> Iterator[Finding]:
    """Uncounted groups that are missing: their answers may now count as companies'."""
    least = year.settings.guards.doubt.customers_gone.value
    others = before.rows["customer"][before.rows["customer"].isin(tuple(CUSTOMERS))]
    if CUSTOMER_COLUMN_MISSING in year.clean.notes and len(others) >= least:
        yield year.finding(
            "kundgrupp saknas i filen",
            f"Det finns ingen kundgrupp {year.clean.year}, så alla svar räknas som företagens. "
            f"{before.year} var {swedish.number(len(others), 0)} svar från andra än företag.",
            "Ta med kolumnen kundgrupp i exporten.",
        )
        return
    now = set(year.clean.rows["customer"])
    for group, had in others.value_counts().items():
        if had >= least and group not in now:
            yield year.finding(
                "kundgrupp utan svar",
                f"Kundgruppen {CUSTOMERS[str(group)]} hade {had} svar {before.year} men "
                f"har inga {year.clean.year}. De kan ha blivit räknade som företag.",
                subject=str(group),
                stops=not year.is_part(year.clean),
            )


def other_number(year: JudgedYear, before: CleanYear) -> Iterator[Finding]:
    """Far more or far fewer answers than the year before."""
    rules, now, then = year.settings.rules, year.clean.counted, before.counted
    times = year.settings.guards.doubt.answers_times.value
    if max(now, then) < rules.disclosure.min_answers_total.value:
        return
    if now > then * times or now * times < then:
        yield year.finding(
            "antalet svar",
            f"År {year.clean.year} har {swedish.count(now, 'svar', 'svar')}; {year.earlier} hade "
            f"{swedish.number(then, 0)}.",
            "Saknas en fil, eller har svar kommit med två gånger?",
            # A small municipality's twenty answers may be nine the next year, so this only warns.
            stops=differ(now, then) > year.settings.guards.doubt.agreement_z.value,
        )


def fewer_in_areas(year: JudgedYear, before: CleanYear) -> Iterator[Finding]:
    """Areas that have lost most of their answers while other areas have kept theirs."""
    rules = year.settings.guards.doubt
    now = year.clean.answers["area"].value_counts()
    then = before.answers["area"].value_counts()
    for area in year.settings.questionnaire.area_keys:
        had, has = int(then.get(area, 0)), int(now.get(area, 0))
        fewer = has and had > has * rules.area_times.value
        if fewer and differ(has, had) > rules.agreement_z.value:
            yield year.of_area(
                "antalet svar i ett område",
                area,
                f"Området har {swedish.count(has, 'svar', 'svar')} år {year.clean.year} och hade "
                f"{swedish.number(had, 0)} {year.earlier}.",
            )
