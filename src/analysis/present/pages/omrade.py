"""One myndighetsområde, for the förvaltning that is responsible for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from analysis import store, swedish
from analysis.measures.advice import Advice, actionable, advice
from analysis.measures.disclosure import HiddenReason
from analysis.measures.drivers import Pooling
from analysis.measures.goals import BEFORE_PLAN, JUDGED, Verdict
from analysis.present import agreed, columns, wording
from analysis.present.bundle import Figure, Text
from analysis.present.data import ReportData
from analysis.present.figures.dots import dots
from analysis.present.figures.trend import trend
from analysis.present.pages import framgang
from analysis.present.tables import Column, Table
from analysis.present.texts import heading, say
from analysis.settings.questionnaire import NKI

LISTED = 3


def introduction(data: ReportData, area: str) -> Text:
    """The area's NKI, or the reason that nothing can be shown."""
    row = data.cell(area)
    if row is None:
        return wording.paragraphs(not_shown(data, area))
    if wording.governing(row) is None:
        return wording.paragraphs(wording.joined(not_shown(data, area), left_out(data, area)))
    index = data.index_name(area)
    told = {"omrade": data.in_text(area), "ar": data.year}
    return wording.paragraphs(
        wording.joined(
            say(
                "omrade.nki",
                **told,
                index=index,
                varde=wording.index_with_grade(data, row),
                **wording.how_sure(row),
            ),
            wording.official_sentence(row),
            wording.change_sentence(data, row, index),
            wording.country_sentence(data, row),
            wording.part_of_year(data),
            wording.unranked(data, row),
            left_out(data, area),
        )
    )


def not_shown(data: ReportData, area: str) -> str:
    """Why the area's NKI is not shown; empty where it is."""
    row = data.cell(area)
    told = {"omrade": data.in_text(area), "ar": data.year}
    if row is None:
        return say("omrade.saknas", **told, svar_finns=data.has_answers)
    if wording.governing(row) is not None:
        return ""
    why = wording.hidden_because(data, row)
    return say("omrade.visas_inte", **told, index=data.index_name(area), skal=why)


def owner(data: ReportData, area: str) -> Text | None:
    """Who is responsible for the area, where that is configured."""
    found = data.settings.report.owners.get(area)
    if found is None:
        return None
    return wording.text("omrade.ansvarig", forvaltning=found.unit, kontakt=found.contact)


def left_out(data: ReportData, area: str) -> str:
    """What the page leaves out, and why; empty where it has everything."""
    # What each part is made of: a part without a number is left out.
    parts = {
        "omrade.del_utveckling": data.select(scope=area, measure=NKI),
        "omrade.del_faktorer": data.of_kind("factor", area),
        "omrade.del_fragor": data.of_kind("question", area),
    }
    missing = [name for name, rows in parts.items() if rows["governing"].isna().all()]
    return untold(data, area, missing)


def untold(data: ReportData, area: str, missing: Sequence[str]) -> str:
    """That some parts (their texts' names) are left out, and why; empty without any."""
    if not missing:
        return ""
    answered = not data.of_kind("question", area).empty
    return say("omrade.utelamnat", delar=swedish.listing([*map(say, missing)]), svar_finns=answered)


def trend_figure(data: ReportData, area: str) -> Figure | None:
    """The area's NKI over the years against the plan's goal for every area."""
    goal = data.settings.plan.area_goal(NKI)
    if area not in data.settings.plan.areas.judged:
        goal = None
    return trend(
        data, key="utveckling", scope=area, targets=[wording.goal_line(goal)] if goal else []
    )


def factors(data: ReportData, area: str) -> pd.DataFrame:
    """The area's factors that have a number, highest first."""
    rows = data.of_kind("factor", area)
    return rows[rows["governing"].notna()].sort_values("governing", ascending=False)


def factor_figure(data: ReportData, area: str) -> Figure | None:
    """The area's factors, highest first."""
    rows = factors(data, area)
    return dots(
        data,
        rows,
        [data.label(measure) for measure in rows["measure"]],
        key="faktorer",
        title=say("omrade.faktorer_titel", omrade=data.in_text(area)),
        first=heading("servicefaktor"),
    )


def factor_history(data: ReportData, area: str) -> Table | None:
    """The area's factors year by year."""
    rows = data.select(scope=area, kind="factor", definition="")
    years = [y for y in data.years if (rows["year"] == str(y)).any()]
    if not rows["governing"].notna().any() or len(years) < 2:
        return None
    table = Table(
        "faktorer-over-tid",
        data.caption(say("omrade.faktorer_over_tid", omrade=data.in_text(area)), years=years),
        [
            {"factor": factor, **{str(year): data.cell(area, factor, year) for year in years}}
            for factor in data.settings.questionnaire.factor_keys
        ],
        [
            columns.name(data, heading("servicefaktor"), "factor"),
            *(columns.heat(wording.named(data, year), str(year)) for year in years),
        ],
    )
    return replace(table, note=wording.heat_note(data, table))


def strengths(data: ReportData, area: str) -> Text | None:
    """The area's highest and lowest questions, and how sure the order is."""
    low, high = extremes(data, area)
    if not len(high):
        return None
    unsure = high["governing_lower"].min() <= low["governing_upper"].max()
    return wording.bullets(
        [
            say("omrade.hogst", fragor=wording.questions(data, high)),
            say("omrade.lagst", fragor=wording.questions(data, low)),
            say("omrade.ordning_oviss") if unsure else "",
        ]
    )


def extremes(data: ReportData, area: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The area's lowest questions, lowest first, and its highest, highest first.

    Empty where the area has too few questions that can be told for the two not to meet.
    """
    rows = actionable(data.of_kind("question", area), data.settings)
    listed = LISTED if len(rows) >= 2 * LISTED else 0
    return rows.head(listed), rows.tail(listed).iloc[::-1]


def first_step(data: ReportData, area: str) -> Text | None:
    """The one question to begin with, and what speaks for it."""
    told = first_step_sentence(data, area)
    return wording.paragraphs(told) if told else None


def first_step_sentence(data: ReportData, area: str) -> str:
    """The advice to the area in words (`analysis.measures.advice`); empty where there is none."""
    chosen = first_question(data, area)
    if chosen is None:
        return ""
    found, row = chosen
    own = data.factors(area)
    strongest = next(iter(own["factor"]), "")
    return say(
        "omrade.borja_med",
        fraga=data.in_text(found.question),
        varde=swedish.number(row["governing"]),
        faktor=data.in_text(found.factor),
        lagst=found.lowest,
        starkast=found.strongest,
        prioriterad=found.prioritised,
        annan_starkast="" if found.strongest else data.in_text(strongest),
        lanad=bool(strongest) and own["pooling"].iloc[0] != Pooling.OWN,
    )


def first_question(data: ReportData, area: str) -> tuple[Advice, pd.Series] | None:
    """The question that an area should begin with, and its row of the table of indices."""
    questions = data.of_kind("question", area)
    strongest = next(iter(data.factors(area)["factor"]), "")
    found = advice(questions, strongest, framgang.prioritised(data), data.settings)
    if found is None:
        return None
    return found, questions[questions["measure"] == found.question].iloc[0]


def hidden(data: ReportData, area: str) -> Text | None:
    """The hidden numbers of the newest year, by reason."""
    rows = data.select(year=data.year, scope=area, definition="")
    rows = rows[~rows["shown"]]
    if rows.empty or not data.has_answers:
        return None
    items = []
    for reason, part in rows.groupby("reason", sort=True):
        protects = reason == HiddenReason.PROTECTS
        items.append(
            say(
                "omrade.dolda",
                skal=wording.hidden(part.iloc[0]),
                pa_fraga=reason == HiddenReason.TOO_FEW_IN_QUESTION,
                namn=swedish.listing(_names(data, area, set(part["measure"]))),
                krav=say("gemensamt.dolt_forklaring") if protects else "",
            )
        )
    if (rows["reason"] != HiddenReason.PROTECTS).any():
        items.append(wording.required_answers(data, area))
    return wording.bullets(items)


def _names(data: ReportData, area: str, hidden: set[str]) -> list[str]:
    """Names of the hidden measures; “all factors” or “all questions” where every one is hidden."""
    questions = data.settings.questionnaire
    names = [data.index_name(area)] if NKI in hidden else []
    for keys, together in (
        (questions.factor_keys, say("omrade.alla_servicefaktorer")),
        (questions.item_keys, say("omrade.alla_fragor")),
    ):
        some = [data.in_text(key) for key in keys if key in hidden]
        if len(some) == len(keys):
            some = [together]
        elif len(some) > LISTED:
            # The table of questions shows which they are.
            some = [say("omrade.nagra_fragor", antal=len(some), alla=len(keys))]
        names += some
    return names


def question_table(data: ReportData, area: str) -> Table | None:
    """Every question of the area, lowest first, beside the total."""
    rows = data.of_kind("question", area).sort_values("governing", na_position="last")
    if rows["governing"].isna().all():
        return None

    def total(row: pd.Series) -> str:
        cell = data.cell("total", row["measure"])
        return swedish.MISSING if cell is None else swedish.number(cell["governing"])

    return Table(
        "fragor",
        data.caption(say("omrade.fragor_tabell", omrade=data.in_text(area)), years=[data.year]),
        columns.questions(data, rows),
        [
            columns.name(data, heading("fraga"), "measure"),
            *columns.result(data, heading("index")),
            Column("total", heading("totalt"), total, "right", optional=True),
        ],
    )


def goal_table(data: ReportData, area: str) -> Table | Text | None:
    """The plan's goals for the area: a row a year, a goal's value and verdict side by side."""
    if not data.settings.plan.adopted:
        return None
    if why := unjudged(data, area):
        return wording.paragraphs(*why)
    rows = data.goals[data.goals["scope"] == area]
    # Nothing could be reached before there was a plan; years before the area had any value, or
    # any to hide, tell nothing.
    rows = rows[rows["reason"] != BEFORE_PLAN]
    if rows.empty:
        return wording.text("omrade.inget_att_bedoma")
    told = rows.loc[rows["status"] != Verdict.MISSING, "year"]
    rows = rows[rows["year"] >= (told.min() if len(told) else rows["year"].max())]
    goals = [goal for goal in data.settings.plan.goals if goal.number in set(rows["goal"])]
    # A record holds the year, and the row of each goal under its number.
    years = [
        {"year": year, **{row["goal"]: row for _, row in part.iterrows()}}
        for year, part in rows.groupby("year", sort=True)
    ]

    def value(number: int) -> Callable[[dict[Any, Any]], str]:
        return lambda year: wording.goal_value(year[number])

    def status(number: int) -> Callable[[dict[Any, Any]], str]:
        return lambda year: wording.goal_status(data, year[number])

    of_goals = [
        (
            Column(f"value_{goal.number}", data.label(goal.measure), value(goal.number), "right"),
            Column(
                f"status_{goal.number}",
                heading("mal_bedomning", nummer=goal.number, niva=swedish.number(goal.target, 0)),
                status(goal.number),
            ),
        )
        for goal in goals
    ]
    return Table(
        "mal",
        data.caption(say("omrade.mal_tabell")),
        years,
        [columns.year(), *(column for pair in of_goals for column in pair)],
    )


def unjudged(data: ReportData, area: str) -> tuple[str, ...]:
    """Why the plan's goals are not judged for the area this year; nothing where they are."""
    rows = data.goals[data.goals["scope"] == area]
    if rows.empty:
        plan = data.settings.plan.areas
        return say("omrade.bedoms_inte"), plan.reason if area in plan.named else ""
    if data.judged_when and not rows.loc[rows["year"] == data.year, "status"].isin(JUDGED).any():
        earlier = bool(data.part())
        return (say("omrade.malen_bedoms", nar=data.judged_when, tidigare=earlier),)
    return ()


def agreed_table(data: ReportData, area: str) -> Table | None:
    """What was agreed at workshops for the area, and how the factor has moved since."""
    rows = agreed.agreed(data, [area])
    if rows.empty:
        return None
    moved = [agreed.moved(data, row) for _, row in rows.iterrows()]
    responsible = data.settings.report.appendix.unit
    return Table(
        "overenskommet",
        data.caption(
            say("overenskommet.tabell", omrade=data.in_text(area)),
            years=sorted({int(year) for year in rows["year"]}),
            source=say("overenskommet.kalla", ansvarig=responsible),
        ),
        rows.assign(moved=moved),
        [
            columns.told(heading("forslag"), "proposal", long=True),
            columns.year(),
            Column("factor", heading("faktor"), lambda row: agreed.factor(data, row)),
            columns.told(heading("vem"), "who", optional=True),
            columns.told(heading("nar"), "when", optional=True),
            columns.told(heading("faktorn_sedan"), "moved"),
        ],
        note=say("overenskommet.not", sakra=any("*" in told for told in moved)),
    )


def response(data: ReportData, area: str) -> Text | None:
    """The area's response rate, where it is known; SKR's where ours is not."""
    rates = data.table(store.RATES)
    rates = rates[(rates["scope"] == area) & (rates["year"] == data.year)]
    if rates.empty or not rates["shown"].iloc[0] or pd.isna(rates["rate"].iloc[0]):
        published = data.published_rates().get(area)
        if published is None:
            return None
        rate = swedish.percent(published[0])
        return wording.text("omrade.svarsfrekvens_publicerad", andel=rate)
    row = rates.iloc[0]
    counted = data.counted_otherwise(area, row["answered"])
    return wording.text(
        "omrade.svarsfrekvens",
        raknade="" if counted is None else swedish.number(counted, 0),
        svar=swedish.number(row["answered"], 0),
        utskick=swedish.number(row["invited"], 0),
        andel=swedish.percent(row["rate"]),
    )
