"""Sentences chosen by rule: never more certain than the numbers, never a cause without grounds."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from enum import IntEnum

import pandas as pd

from analysis import swedish
from analysis.measures.cells import Difference
from analysis.measures.disclosure import HiddenReason
from analysis.measures.goals import BEFORE_PLAN, JUDGED, Verdict
from analysis.measures.plan import Kind
from analysis.measures.progress import PlanStatus
from analysis.present.bundle import Text
from analysis.present.data import ReportData
from analysis.present.markdown import marked
from analysis.present.tables import Table
from analysis.present.texts import say
from analysis.settings import Goal

DIFFERENCE_REASONS: Mapping[str, str] = {
    Difference.OTHER_ANSWERS: "gemensamt.skillnad_annat_antal",
    Difference.OTHER_WEIGHTS: "gemensamt.skillnad_andra_vikter",
    Difference.UNEXPLAINED: "gemensamt.skillnad_oforklarad",
}


UNREPORTED = (PlanStatus.PASSED, PlanStatus.UNTOLD)
"""Nobody has said what became of the entry, which need not mean that nothing did."""


def paragraphs(*sentences: str) -> Text:
    """Running text as paragraphs."""
    return Text("\n\n".join(marked(sentence) for sentence in sentences if sentence) + "\n")


def text(name: str, **values: object) -> Text:
    """A text of the report as paragraphs of running text."""
    return paragraphs(say(name, **values))


def joined(*sentences: str) -> str:
    """The sentences that there are, one after the other."""
    return " ".join(sentence for sentence in sentences if sentence)


def bullets(items: Iterable[str]) -> Text:
    """A bulleted list of the items that there are."""
    return Text("\n".join(f"- {marked(item)}" for item in items if item) + "\n")


def escaped(text: object) -> str:
    """Text from data or configuration, safe inside HTML."""
    return html.escape(str(text))


def activity(row: pd.Series) -> str:
    """Number and title of an activity or step; the evaluation's key is for reporting only."""
    number = "" if row["kind"] == Kind.EVALUATION else f"{row['step'] or row['number']} "
    return f"{number}{row['title']}"


def step_status(row: pd.Series) -> str:
    """The status of an entry of the plan; of a finished one also the share that was reached.

    >>> step_status(pd.Series({"status": "pågår", "progress": 0.743}))
    'Pågår'
    """
    share = row["progress"]
    if row["status"] == PlanStatus.DONE and pd.notna(share) and share < 1:
        return say("gemensamt.steg_genomfort", andel=share_reached(share))
    return swedish.capitalised(status_name(row["status"]))


def share_reached(share: float) -> str:
    """The share of those intended that an entry has reached; never rounded up to all of them."""
    return swedish.percent(min(float(share), 0.99) if share < 1 else share)


def plan_status(row: pd.Series) -> str:
    """The status of an entry of the plan; the time is told where nobody reported on it."""
    if row["status"] in UNREPORTED:
        return say("gemensamt.uppgift_saknas", nar=period(row))
    return status_name(row["status"])


def status_name(status: str) -> str:
    """A status of the plan's entries as a word."""
    return say("gemensamt.uppgift_saknas", nar="") if status in UNREPORTED else str(status)


def period(row: pd.Series) -> str:
    """The days of an activity, step or follow-up."""
    return swedish.span(pd.Timestamp(row["start"]).date(), pd.Timestamp(row["end"]).date())


def kronor(amount: float) -> str:
    """A sum of money; a dash where none is known."""
    told = swedish.number(amount, 0)
    return told if told == swedish.MISSING else f"{told}{swedish.NBSP}kr"


def goal_line(goal: Goal) -> tuple[float, str]:
    """A goal as a line across a figure: its level, and the words beside the line."""
    return goal.target, say("figurer.mallinje", niva=swedish.number(goal.target, 0))


def governing(row: pd.Series) -> float | None:
    """The value that governs: the official one where there is one, else ours."""
    value = row["governing"]
    return None if pd.isna(value) else float(value)


def hidden(row: pd.Series) -> str:
    """The reason for hiding a number, in a table cell."""
    return say("ord.dolt" if row["reason"] == HiddenReason.PROTECTS else "ord.for_fa")


def hidden_because(data: ReportData, row: pd.Series) -> str:
    """The reason for hiding a number, to follow on "visas inte:"."""
    scope = str(row["scope"])
    if row["reason"] == HiddenReason.PROTECTS:
        return say("gemensamt.visas_inte_skyddat")
    some = row["reason"] == HiddenReason.TOO_FEW_IN_QUESTION
    return say(
        "gemensamt.visas_inte_fraga" if some else "gemensamt.visas_inte_for_fa",
        krav=required_answers(data, scope),
    )


def required_answers(data: ReportData, scope: str) -> str:
    """The number of answers that a number needs to be shown."""
    rules = data.settings.rules.disclosure
    least = rules.min_answers_total if scope == "total" else rules.min_answers
    return say(
        "gemensamt.krav_svar",
        antal=swedish.number_word(least.value),
        index=data.index_name(scope),
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
    lowers = [band.lower for band in bands]
    scale = swedish.listing(
        [
            say(
                "gemensamt.betygsskala_steg",
                betyg=band.label,
                fran=swedish.published(band.lower) if band.lower else "",
                # The last number with one decimal before the next grade; the first grade has
                # nothing but that next one.
                till=swedish.published(above - (0.1 if band.lower else 0)) if above else "",
            )
            for band, above in zip(bands, [*lowers[1:], None], strict=True)
        ]
    )
    return say("gemensamt.betygsskala", skala=scale, dolt=hidden_note(table))


def how_sure(row: pd.Series) -> dict[str, object]:
    """The values of a text that tells how sure an index is."""
    return {
        "intervall": interval(row),
        "ungefarlig": bool(row["approximate"]),
        "svar": answers(row),
    }


def unranked(data: ReportData, row: pd.Series) -> str:
    """A remark where an area has too few answers to be ranked; else empty."""
    ranked = data.settings.rules.disclosure.min_answers_ranked.value
    few = pd.notna(row["n"]) and row["n"] < ranked
    return say("omrade.rankas_inte", antal=ranked) if few else ""


def star_note(table: Table) -> str:
    """The meaning of the star of a sure change, where a table has one."""
    starred = "change" in table.rows and table.rows["change"].str.endswith("*").any()
    return say("gemensamt.stjarna") if starred else ""


def hidden_note(table: Table) -> str:
    """The meaning of a hidden number, where a table has one."""
    found = (table.rows == say("ord.dolt")).any(axis=None)
    return say("gemensamt.dolt_forklaring") if found else ""


def index_with_grade(data: ReportData, row: pd.Series | None) -> str:
    """An index and its grade, as ``73,9 (högt)``; a hidden one says why."""
    if row is None:
        return swedish.MISSING
    value = governing(row)
    if value is None:
        return hidden(row)
    return f"{swedish.number(value)} ({data.grade(row['grade'])})"


def interval(row: pd.Series) -> str:
    """The interval of an index; empty where there is none."""
    told = swedish.interval(row["governing_lower"], row["governing_upper"])
    return "" if told == swedish.MISSING else told


def answers(row: pd.Series) -> str:
    """The number of answers behind an index; empty where it is not known."""
    return "" if pd.isna(row["n"]) else swedish.number(row["n"], 0)


def question(data: ReportData, row: pd.Series) -> str:
    """A question with its index, to stand inside a sentence."""
    value = swedish.number(row["governing"])
    return say("omrade.fraga_varde", fraga=data.in_text(row["measure"]), varde=value)


def questions(data: ReportData, rows: pd.DataFrame) -> str:
    """Questions with their indices in running text."""
    return swedish.listing([question(data, row) for _, row in rows.iterrows()])


def part_of_year(data: ReportData) -> str:
    """A remark where the newest year's answers come from some tertials only; else empty."""
    told = data.part()
    if not told:
        return ""
    return say("gemensamt.del_av_aret", ar=data.year, tertial=told)


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
    divided = data.indices["year"].str.startswith(f"{data.year - 1}-").any()
    few = ""
    if rows["governing"].isna().all():
        few = named(data, data.year)
    elif divided:
        few = compared_with(data, data.year)
    return say("gemensamt.ingen_jamforelse", fore=data.year - 1, tertial=data.part(), for_fa=few)


def order_unsure(rows: pd.DataFrame) -> bool:
    """Whether the order of some questions may be chance: the intervals of first and last meet."""
    if len(rows) < 2:
        return False
    return bool(rows["governing_lower"].iloc[-1] <= rows["governing_upper"].iloc[0])


def surely_changed(row: pd.Series) -> bool:
    """Whether the change since the year before is known to be larger than its margin of error."""
    return bool(pd.notna(row["change_significant"]) and row["change_significant"])


def shown_change(row: pd.Series) -> float:
    """The change of an index since the year before, between the numbers that are shown."""
    earlier = float(row["change_from"])
    return swedish.difference(earlier + float(row["change"]), earlier)


def change_sentence(data: ReportData, row: pd.Series, name: str) -> str:
    """The change since last year, as surely as it can be told, in the numbers that are shown."""
    if pd.isna(row["change"]):
        return uncompared(data)
    year = int(str(row["year"])[:4])
    before = compared_with(data, year)
    basis = say("gemensamt.egen_berakning") if row["change_mixed"] else ""
    # Some tertials' index stands nowhere else.
    start = swedish.number(row["change_from"]) if data.part(year) else ""
    change = shown_change(row)
    told = {"vad": name, "sedan": before, "fran": start}
    if change == 0:
        return say("gemensamt.oforandrat", **told, grund=basis)
    units = swedish.number(abs(change))
    if pd.isna(row["change_significant"]):
        way = say("gemensamt.okat" if change > 0 else "gemensamt.minskat")
        return say("gemensamt.andrat_publicerat", **told, riktning=way, enheter=units)
    return say(
        "gemensamt.andrat",
        **told,
        hogre=change > 0,
        enheter=units,
        grund=basis,
        saker=bool(row["change_significant"]),
    )


def official_sentence(row: pd.Series) -> str:
    """The published value beside the one the answers give; empty without a published value."""
    if pd.isna(row["official"]) or pd.isna(row["index"]):
        return ""
    reason = DIFFERENCE_REASONS.get(str(row["official_reason"]))
    return say(
        "gemensamt.publicerat_varde",
        eget=swedish.number(row["index"]),
        skal=say(reason) if reason else "",
    )


def country(data: ReportData, scope: str, year: int) -> str:
    """The country's NKI of a year as published; a dash where it is not known."""
    rows = data.country(scope=scope)
    rows = rows[rows["year"] == year]
    return swedish.published(rows["value"].iloc[-1]) if len(rows) else swedish.MISSING


def country_sentence(data: ReportData, row: pd.Series) -> str:
    """The same year's value for the country, or the newest there is."""
    rows = data.country(measure=str(row["measure"]), scope=str(row["scope"]))
    if rows.empty:
        return ""
    year = int(str(row["year"])[:4])
    same = rows[rows["year"] == year]
    if not same.empty:
        value = swedish.published(float(same.iloc[-1]["value"]))
        return say("gemensamt.riket_samma_ar", varde=value)
    newest = rows.iloc[-1]
    value = swedish.published(float(newest["value"]))
    return say("gemensamt.riket_annat_ar", ar=year, nyaste=int(newest["year"]), varde=value)


def goal_status(data: ReportData, row: pd.Series, *, close: Closeness | None = None) -> str:
    """The verdict, or why there is none.

    Parameters
    ----------
    close
        How near the goal is; told by the row where not given.
    """
    close = closeness(data, row) if close is None else close
    status, year = str(row["status"]), decided_in(row)
    if status == Verdict.NOT_JUDGED:
        if row["reason"] == BEFORE_PLAN:
            return say("gemensamt.mal_fore_planen", ar=year)
        if int(row["judged_year"]) == data.year:
            return swedish.capitalised(data.judged_when)
        return say("gemensamt.mal_del_av_aret", ar=year)
    if row["reason"] == HiddenReason.PROTECTS:
        return say("gemensamt.mal_skyddat", ar=year)
    if status not in JUDGED:
        few = status == Verdict.TOO_FEW
        return say("gemensamt.mal_for_fa" if few else "gemensamt.mal_saknas", ar=year)
    told = {"nara": close == Closeness.NEAR, "inom": close == Closeness.WITHIN, "ar": year}
    if status == Verdict.MET:
        return say("gemensamt.mal_natt", **told)
    return say("gemensamt.mal_inte_natt", **told, annu=is_ahead(row))


def goal_value(row: pd.Series) -> str:
    """The value that a goal is judged by, with its year where that is not the row's own."""
    year, value = decided_in(row), swedish.number(row["index"])
    if not year or value == swedish.MISSING:
        return value
    return say("gemensamt.varde_ar", varde=value, ar=year)


def decided_in(row: pd.Series) -> str:
    """The target year that has decided a goal once and for all; empty until it has passed."""
    past = bool(pd.notna(row["judged_year"]) and row["judged_year"] < row["year"])
    return str(int(row["judged_year"])) if past else ""


class Closeness(IntEnum):
    """How near a value is to its target: beyond the margin of error, within it, near as well."""

    FAR = 0
    WITHIN = 1
    NEAR = 2


def closeness(data: ReportData, row: pd.Series) -> Closeness:
    """How near a value is to its target; far where its margin of error is not known."""
    known = pd.notna(row["lower"]) and pd.notna(row["upper"])
    if not known or not row["lower"] <= row["target"] <= row["upper"]:
        return Closeness.FAR
    near = data.settings.rules.goals.near.value
    apart = abs(swedish.difference(float(row["index"]), float(row["target"])))
    return Closeness.NEAR if apart <= near else Closeness.WITHIN


def is_ahead(row: pd.Series) -> bool:
    """Whether the year that a goal is for is still to come."""
    return bool(pd.notna(row["target_year"]) and row["target_year"] > row["year"])


def source_site(source: str) -> str:
    """The site an address names; the whole address stands in the table for reuse.

    >>> source_site("https://www.kolada.se/verktyg"), source_site("SKR")
    ('kolada.se', 'SKR')
    """
    return source.split("/")[2].removeprefix("www.") if source.startswith("http") else source
