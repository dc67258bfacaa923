"""Sentences chosen by rule: never more certain than the numbers, never a cause without grounds."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

import pandas as pd

from analysis import swedish
from analysis.measures.cells import Difference
from analysis.measures.disclosure import HiddenReason
from analysis.measures.goals import BEFORE_PLAN, JUDGED, Verdict, certainty_words
from analysis.measures.plan import Kind, PlanStatus
from analysis.present.bundle import Text
from analysis.present.data import ReportData
from analysis.present.markdown import marked
from analysis.present.tables import Table

TOO_FEW = "för få svar"
HIDDEN = "dolt"
HIDDEN_NOTE = (
    "Dolt: svaren räcker, men talet skulle tillsammans med andra avslöja ett som bygger på för få."
)

UNROUNDED = (
    "Förändringar är beräknade på oavrundade värden och kan därför avvika från skillnaden mellan "
    "de redovisade talen."
)
"""Under a table of differences; in sentences they are those of the numbers shown."""

BY_ANSWERS = "räknat på svaren här"
"""A change between years of which only one has a published value."""
DIFFERENCE_REASONS: Mapping[str, str] = {
    Difference.OTHER_ANSWERS: "Det publicerade talet bygger på ett annat antal svar.",
    Difference.OTHER_WEIGHTS: (
        "Kan bero på att SKR väger frågor och områden på ett sätt som inte är offentligt."
    ),
    Difference.UNEXPLAINED: "Ingen känd förklaring. Bör kontrolleras mot SKR:s portal.",
}


def paragraphs(*sentences: str) -> Text:
    """Running text as paragraphs."""
    return Text("\n\n".join(marked(sentence) for sentence in sentences if sentence) + "\n")


def joined(*sentences: str) -> str:
    """The sentences that there are, one after the other."""
    return " ".join(sentence for sentence in sentences if sentence)


def bullets(items: Sequence[str]) -> Text:
    """A bulleted list."""
    return Text("\n".join(f"- {marked(item)}" for item in items) + "\n")


def escaped(text: object) -> str:
    """Text from data or configuration, safe inside HTML."""
    return html.escape(str(text))


def activity(row: pd.Series) -> str:
    """Number and title of an activity or step; the evaluation's key is for reporting only."""
    number = "" if row["kind"] == Kind.EVALUATION else f"{row['step'] or row['number']} "
    return f"{number}{row['title']}"


def step_status(row: pd.Series) -> str:
    """The status of an entry of the plan; of a finished one also the share that was reached.

    >>> step_status(pd.Series({"status": "klar", "progress": 0.743})).replace(swedish.NBSP, " ")
    'Genomförd; 74 % av de avsedda'
    """
    share = row["progress"]
    if row["status"] == PlanStatus.DONE and pd.notna(share) and share < 1:
        # Never rounded up to all of them.
        return f"Genomförd; {swedish.percent(min(float(share), 0.99))} av de avsedda"
    return swedish.capitalised(str(row["status"]))


def period(row: pd.Series) -> str:
    """The days of an activity, step or follow-up."""
    return swedish.span(pd.Timestamp(row["start"]).date(), pd.Timestamp(row["end"]).date())


def kronor(amount: float) -> str:
    """A sum of money; a dash where none is known."""
    told = swedish.number(amount, 0)
    return told if told == swedish.MISSING else f"{told}{swedish.NBSP}kr"


def governing(row: pd.Series) -> float | None:
    """The value that governs: the official one where there is one, else ours."""
    value = row["governing"]
    return None if pd.isna(value) else float(value)


def hidden(row: pd.Series) -> str:
    """The reason for hiding a number, in a table cell."""
    return HIDDEN if row["reason"] == HiddenReason.PROTECTS else TOO_FEW


def hidden_because(data: ReportData, row: pd.Series) -> str:
    """The reason for hiding a number, to follow on "visas inte:"."""
    if row["reason"] == HiddenReason.PROTECTS:
        return (
            "svaren räcker, men talet skulle tillsammans med andra publicerade tal avslöja ett tal "
            "som bygger på för få svar."
        )
    if row["reason"] == HiddenReason.TOO_FEW_IN_QUESTION:
        each = required_each(data, str(row["scope"]))
        return f"inte alla som svarade har besvarat varje fråga. {each}"
    return f"svaren är för få. {required_answers(data, str(row['scope']))}"


def required_answers(data: ReportData, scope: str) -> str:
    """The number of answers that a number needs to be shown."""
    rules = data.settings.rules.disclosure
    least = rules.min_answers_total if scope == "total" else rules.min_answers
    return (
        f"Det krävs minst {least.value} svar, för {data.index_name(scope)} och en servicefaktor på "
        "var och en av frågorna."
    )


def required_each(data: ReportData, scope: str) -> str:
    """The number of answers that each question behind an NKI or a factor needs."""
    least = data.settings.rules.disclosure.min_answers.value
    return (
        f"{data.index_name(scope)} och en servicefaktor visas när minst {least} har svarat på var "
        "och en av frågorna bakom."
    )


def index(row: pd.Series | None) -> str:
    """An index as a table cell; a hidden one says why, one that does not exist is a dash."""
    if row is None:
        return swedish.MISSING
    value = governing(row)
    return hidden(row) if value is None else swedish.number(value)


def heat_note(data: ReportData, table: Table) -> str:
    """The grades' bounds, and what a cell without an index means."""
    bands = data.settings.rules.grades.bands
    scale = "; ".join(f"{band.label} från {swedish.number(band.lower, 0)}" for band in bands)
    return f"Betyg: {scale}." + (f" {HIDDEN_NOTE}" if (table.rows == HIDDEN).any(axis=None) else "")


def index_with_grade(data: ReportData, row: pd.Series | None) -> str:
    """An index and its grade, as ``73,9 (högt)``; a hidden one says why."""
    if row is None:
        return swedish.MISSING
    value = governing(row)
    if value is None:
        return hidden(row)
    return f"{swedish.number(value)} ({data.grade(row['grade'])})"


def margin(row: pd.Series) -> str:
    """The interval in words; empty where there is none."""
    if pd.isna(row["governing_lower"]):
        return ""
    return f"osäkerhet {swedish.interval(row['governing_lower'], row['governing_upper'])}"


def part_of_year(data: ReportData) -> str:
    """A remark where the newest year's answers come from some tertials only; else empty."""
    told = data.part()
    if not told:
        return ""
    return (
        f"Svaren för ärendeår {data.year} kommer bara från {told}; det som är räknat på dem är "
        "preliminärt."
    )


def compared_with(data: ReportData, year: int) -> str:
    """The period a change is counted from: the year before, or the same tertials of it."""
    part = data.part(year)
    return f"{part}{swedish.NBSP}{year - 1}" if part else str(year - 1)


def named(data: ReportData, year: int) -> str:
    """A year as a heading: with its tertials where only some are there."""
    part = data.part(year)
    return f"{part}{swedish.NBSP}{year}" if part else str(year)


def uncompared(data: ReportData) -> str:
    """A remark where an incomplete year has nothing to be compared with; else empty."""
    rows = data.select(year=data.year)
    before = data.select(year=data.year - 1)
    if not data.part() or rows["change"].notna().any() or not before["has_answers"].any():
        return ""
    return (
        f"Ändringar sedan {data.year - 1} visas inte: svaren från {data.year - 1} går inte att "
        f"dela upp så att samma tertialer ({data.part()}) jämförs."
    )


def change_sentence(data: ReportData, row: pd.Series, name: str) -> str:
    """The change since last year, as surely as it can be told, in the numbers that are shown."""
    if pd.isna(row["change"]):
        return uncompared(data)
    before = compared_with(data, int(str(row["year"])[:4]))
    basis = f", {BY_ANSWERS}" if row["change_mixed"] else ""
    earlier = float(row["change_from"])
    # Some tertials' index stands nowhere else.
    start = swedish.number(earlier) if data.part(int(str(row["year"])[:4])) else ""
    value = f" ({start})" if start else ""
    change = swedish.difference(earlier + float(row["change"]), earlier)
    if change == 0:
        return f"{name} ligger kvar på samma nivå som {before}{value}{basis}."
    direction = "ökat" if change > 0 else "minskat"
    size = swedish.number(abs(change))
    if pd.isna(row["change_significant"]):
        return (
            f"{name} har {direction} med {size} sedan {before}{value} enligt de publicerade "
            "värdena; hur säker förändringen är går inte att räkna ut ur dem."
        )
    if bool(row["change_significant"]):
        return (
            f"{name} har {direction} med {size} sedan {before}{value}{basis}, och förändringen är "
            "säkerställd."
        )
    counted = f"{swedish.signed(change)}{f', från {start}' if start else ''}{basis}"
    return (
        f"Skillnaden mot {before} ({counted}) är inte säkerställd: "
        "den kan bero på vilka som råkade svara."
    )


def official_sentence(row: pd.Series) -> str:
    """The published value beside the one the answers give; empty without a published value."""
    if pd.isna(row["official"]) or pd.isna(row["index"]):
        return ""
    said = f"Det är SKR:s publicerade värde; ur svaren här blir det {swedish.number(row['index'])}."
    return f"{said} {DIFFERENCE_REASONS.get(str(row['official_reason']), '')}".strip()


def country_sentence(data: ReportData, row: pd.Series) -> str:
    """The same year's value for the country, or the newest there is."""
    rows = data.country(measure=str(row["measure"]), scope=str(row["scope"]))
    if rows.empty:
        return ""
    year = int(str(row["year"])[:4])
    same = rows[rows["year"] == year]
    if not same.empty:
        return f"Riket har {swedish.published(float(same.iloc[-1]['value']))} samma år."
    newest = rows.iloc[-1]
    return (
        f"För {year} finns inget publicerat värde för riket här; "
        f"{int(newest['year'])} hade riket {swedish.published(float(newest['value']))}."
    )


def goal_status(data: ReportData, row: pd.Series) -> str:
    """The verdict, or why there is none."""
    status = str(row["status"])
    if status == Verdict.NOT_JUDGED:
        if row["reason"] == BEFORE_PLAN:
            return "Inte bedömt: före planen"
        newest = int(row["year"]) == data.year
        return (
            swedish.capitalised(data.judged_when) if newest else "Inte bedömt: bara en del av året"
        )
    if row["reason"] == HiddenReason.PROTECTS:
        return "Dolt för att skydda ett annat tal"
    if status not in JUDGED:
        return {
            Verdict.TOO_FEW: "För få svar för att bedöma",
            Verdict.MISSING: "Värde saknas",
        }[Verdict(status)]
    if (
        status == Verdict.MISSED
        and pd.notna(row["target_year"])
        and row["target_year"] > row["year"]
    ):
        return "Ej nått ännu"
    return swedish.capitalised(status)


def is_uncertain(row: pd.Series, data: ReportData) -> bool:
    """Whether the true index is as likely to reach the target as to miss it."""
    words = certainty_words(0.5, data.settings.rules)
    return bool(pd.notna(row["probability"]) and row["certainty_words"] == words)


def certainty(row: pd.Series) -> str:
    """The certainty that the true index reaches the target, in words and per cent."""
    if pd.isna(row["probability"]):
        return ""
    words = str(row["certainty_words"])
    return f"{words} ({probability(float(row['probability']))})"


def probability(value: float) -> str:
    """A probability without false precision at the ends.

    >>> probability(0.999), probability(0.004), probability(0.42)
    ('över\\xa099\\xa0%', 'under\\xa01\\xa0%', '42\\xa0%')
    """
    if value > 0.99:
        return f"över{swedish.NBSP}{swedish.percent(0.99)}"
    if value < 0.01:
        return f"under{swedish.NBSP}{swedish.percent(0.01)}"
    return swedish.percent(value)


def source_site(source: str) -> str:
    """The site an address names; the whole address stands in the table for reuse.

    >>> source_site("https://www.kolada.se/verktyg"), source_site("SKR")
    ('kolada.se', 'SKR')
    """
    return source.split("/")[2].removeprefix("www.") if source.startswith("http") else source
