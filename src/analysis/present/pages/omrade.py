"""One myndighetsområde, for the förvaltning that is responsible for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd

from analysis import store, swedish
from analysis.measures.disclosure import HiddenReason
from analysis.measures.drivers import Pooling
from analysis.measures.goals import BEFORE_PLAN, Verdict
from analysis.present import columns, wording
from analysis.present.bundle import Figure, Text
from analysis.present.data import ReportData
from analysis.present.figures.dots import dots
from analysis.present.figures.trend import trend
from analysis.present.tables import Column, Table
from analysis.present.texts import heading, say
from analysis.settings.questionnaire import NKI

LISTED = 3


def introduction(data: ReportData, area: str) -> Text:
    """The area's NKI, or the reason that nothing can be shown."""
    row = data.cell(area)
    name, index = data.label(area), data.index_name(area)
    if row is None:
        return wording.paragraphs(
            say("omrade.saknas", omrade=name, ar=data.year, svar_finns=data.has_answers)
        )
    if wording.governing(row) is None:
        why = wording.hidden_because(data, row)
        return wording.paragraphs(
            say("omrade.visas_inte", index=index, omrade=name.lower(), ar=data.year, skal=why)
        )
    bounded = bool(wording.margin(row))
    answered = pd.notna(row["n"])
    ranked = data.settings.rules.disclosure.min_answers_ranked.value
    few = answered and row["n"] < ranked
    told = wording.joined(
        say(
            "omrade.nki",
            index=index,
            varde=wording.index_with_grade(data, row),
            ar=data.year,
            svar=swedish.number(row["n"], 0) if answered else "",
            nedre=swedish.number(row["governing_lower"]) if bounded else "",
            ovre=swedish.number(row["governing_upper"]) if bounded else "",
        ),
        wording.official_sentence(row),
        wording.change_sentence(data, row, index),
        wording.country_sentence(data, row),
        wording.part_of_year(data),
        say("omrade.rankas_inte", antal=ranked) if few else "",
    )
    return wording.paragraphs(told)


def owner(data: ReportData, area: str) -> Text | None:
    """Who is responsible for the area, where that is configured."""
    found = data.settings.report.owners.get(area)
    if found is None:
        return None
    return wording.paragraphs(f"Ansvarig förvaltning: {found.unit}. Kontakt: {found.contact}.")


def trend_figure(data: ReportData, area: str) -> Figure | Text:
    """The area's NKI over the years against the plan's goal for every area."""
    goal = data.settings.plan.area_goal(NKI)
    if area not in data.settings.plan.areas.judged:
        goal = None
    figure = trend(
        data,
        key="utveckling",
        scope=area,
        targets=[wording.goal_line(goal)] if goal else [],
    )
    return figure or wording.paragraphs(say("omrade.inget_ar", index=data.index_name(area)))


def factor_figure(data: ReportData, area: str) -> Figure | Text:
    """The area's factors, highest first."""
    every = data.select(year=data.year, scope=area, kind="factor", definition="")
    rows = every[every["governing"].notna()].sort_values("governing", ascending=False)
    figure = dots(
        data,
        rows,
        [data.label(measure) for measure in rows["measure"]],
        key="faktorer",
        title=say("omrade.faktorer_titel", omrade=data.label(area).lower()),
        first=heading("servicefaktor"),
    )
    if figure is None and set(every["reason"]) == {HiddenReason.TOO_FEW_IN_QUESTION}:
        # As many as are needed answered; "too few" would contradict the number above.
        required = wording.required_each(data, area)
        return wording.paragraphs(say("omrade.faktorer_visas_inte", ar=data.year, krav=required))
    return figure or _unseen(data, area, "omrade.faktorer_osedda")


def factor_history(data: ReportData, area: str) -> Table | None:
    """The area's factors year by year."""
    rows = data.select(scope=area, kind="factor", definition="")
    years = [y for y in data.years if (rows["year"] == str(y)).any()]
    if not rows["governing"].notna().any() or len(years) < 2:
        return None
    factors = data.settings.questionnaire.factor_keys
    table = Table(
        "faktorer-over-tid",
        data.caption(
            say("omrade.faktorer_over_tid", omrade=data.label(area).lower()),
            years=years,
        ),
        [
            {"factor": factor, **{str(year): data.cell(area, factor, year) for year in years}}
            for factor in factors
        ],
        [
            columns.name(data, heading("servicefaktor"), "factor"),
            *(columns.heat(wording.named(data, year), str(year)) for year in years),
        ],
    )
    return replace(table, note=wording.heat_note(data, table))


def strengths(data: ReportData, area: str) -> Text | None:
    """The area's highest and lowest questions, and how sure the order is."""
    rows = data.select(year=data.year, scope=area, kind="question", definition="")
    rows = rows[rows["governing"].notna()].sort_values("governing")
    questions = data.settings.questionnaire
    # With few answers the order can be chance, and who is asked to begin there is misled.
    least = data.settings.rules.drivers.min_answers_advice.value
    rows = rows[~(rows["n"] < least).fillna(False).astype(bool)]
    rows = rows[[questions.item(key).group != "nki" for key in rows["measure"]]]
    if len(rows) < 2 * LISTED:
        return None
    low, high = rows.head(LISTED), rows.tail(LISTED).iloc[::-1]
    unsure = high["governing_lower"].min() <= low["governing_upper"].max()
    return wording.bullets(
        [
            say("omrade.hogst", fragor=_told(data, high)),
            say("omrade.lagst", fragor=_told(data, low)),
            *([say("omrade.ordning_oviss")] if unsure else []),
        ]
    )


def _told(data: ReportData, rows: pd.DataFrame) -> str:
    return swedish.listing(
        [
            f"{data.label(row['measure']).lower()} ({swedish.number(row['governing'])})"
            for _, row in rows.iterrows()
        ]
    )


def hidden(data: ReportData, area: str) -> Text:
    """The hidden numbers of the newest year, by reason."""
    rows = data.select(year=data.year, scope=area, definition="")
    if rows.empty:
        return wording.paragraphs(say("omrade.inga_tal", ar=data.year))
    rows = rows[~rows["shown"]]
    if rows.empty and not data.answer_years:
        return wording.paragraphs(say("omrade.inga_svar_att_dolja"))
    if rows.empty:
        return wording.paragraphs(say("omrade.allt_visas", ar=data.year))
    items = []
    for reason, part in rows.groupby("reason", sort=True):
        because = {
            HiddenReason.PROTECTS: wording.hidden_because(data, part.iloc[0]),
            HiddenReason.TOO_FEW_IN_QUESTION: wording.required_each(data, area),
        }.get(HiddenReason(str(reason)), wording.required_answers(data, area))
        told = say(
            "omrade.dolda",
            skal=wording.hidden(part.iloc[0]),
            pa_fraga=reason == HiddenReason.TOO_FEW_IN_QUESTION,
            namn=swedish.listing(_names(data, area, set(part["measure"]))),
            krav=because,
        )
        items.append(told)
    return wording.bullets(items)


def _names(data: ReportData, area: str, hidden: set[str]) -> list[str]:
    """Names of the hidden measures; “all factors” or “all questions” where every one is hidden."""
    questions = data.settings.questionnaire
    names = [data.index_name(area)] if NKI in hidden else []
    for keys, together in (
        (questions.factor_keys, say("omrade.alla_servicefaktorer")),
        (questions.item_keys, say("omrade.alla_fragor")),
    ):
        some = [data.label(key) for key in keys if key in hidden]
        names += [together] if len(some) == len(keys) else some
    return names


def _unseen(data: ReportData, area: str, name: str) -> Text:
    """A sentence that nothing of a kind can be shown for the newest year."""
    answered = not data.select(year=data.year, scope=area, kind="question", definition="").empty
    return wording.paragraphs(say(name, ar=data.year, svar_finns=answered))


def question_table(data: ReportData, area: str) -> Table | Text:
    """Every question of the area, lowest first, beside the total."""
    rows = data.select(year=data.year, scope=area, kind="question", definition="")
    rows = rows.sort_values("governing", na_position="last")
    if rows["governing"].isna().all():
        return _unseen(data, area, "omrade.fragor_osedda")

    def total(row: pd.Series) -> str:
        cell = data.cell("total", row["measure"])
        return swedish.MISSING if cell is None else swedish.number(cell["governing"])

    return Table(
        "fragor",
        data.caption(
            say("omrade.fragor_tabell", omrade=data.label(area).lower()), years=[data.year]
        ),
        rows,
        [
            columns.name(data, heading("fraga"), "measure"),
            Column("index", heading("index"), wording.index, "right"),
            columns.grade(data),
            columns.interval(data, optional=True),
            columns.answers(optional=True),
            Column("total", heading("totalt"), total, "right", optional=True),
        ],
    )


def goal_table(data: ReportData, area: str) -> Table | Text:
    """The plan's goals for the area: a row a year, a goal's value and verdict side by side."""
    rows = data.goals[data.goals["scope"] == area]
    if rows.empty:
        plan = data.settings.plan.areas
        return wording.paragraphs(
            say("omrade.bedoms_inte"), plan.reason if area in plan.named else ""
        )
    if data.judged_when:
        earlier = bool(data.part())
        return wording.paragraphs(
            say("omrade.malen_bedoms", nar=data.judged_when, tidigare=earlier)
        )
    # Nothing could be reached before there was a plan; years before the area had any value, or
    # any to hide, tell nothing.
    rows = rows[rows["reason"] != BEFORE_PLAN]
    if rows.empty:
        return wording.paragraphs(say("omrade.inget_att_bedoma"))
    told = rows.loc[rows["status"] != Verdict.MISSING, "year"]
    rows = rows[rows["year"] >= (told.min() if len(told) else rows["year"].max())]
    goals = [goal for goal in data.settings.plan.goals if goal.number in set(rows["goal"])]
    # A record holds the year, and the row of each goal under its number.
    years = [
        {"year": year, **{row["goal"]: row for _, row in part.iterrows()}}
        for year, part in rows.groupby("year", sort=True)
    ]

    def value(number: int) -> Callable[[dict[Any, Any]], str]:
        return lambda year: swedish.number(year[number]["index"])

    def status(number: int) -> Callable[[dict[Any, Any]], str]:
        def told(year: dict[Any, Any]) -> str:
            row = year[number]
            known = pd.notna(row["probability"])
            sure = f" ({wording.probability(float(row['probability']))})" if known else ""
            return wording.goal_status(data, row) + sure

        return told

    of_goals = [
        (
            Column(f"value_{goal.number}", goal.short, value(goal.number), "right"),
            Column(
                f"status_{goal.number}",
                heading("mal_nummer", nummer=goal.number),
                status(goal.number),
            ),
        )
        for goal in goals
    ]
    return Table(
        "mal",
        data.caption(say("omrade.mal_tabell")),
        years,
        [
            columns.year(),
            *(column for pair in of_goals for column in pair),
        ],
        note=say("omrade.mal_not") if rows["probability"].notna().any() else "",
    )


def factor_advice(data: ReportData, area: str) -> Text | None:
    """The factor that weighs most here, or a sentence that the answers are too few."""
    if not data.answer_years:
        return None
    rows = data.drivers[data.drivers["scope"] == area].sort_values("effect", ascending=False)
    if rows.empty:
        return wording.paragraphs(say("omrade.faktor_for_fa"))
    top = rows.iloc[0]
    return wording.paragraphs(
        say(
            "omrade.faktor_starkast",
            faktor=data.label(top["factor"]).lower(),
            effekt=swedish.number(top["effect"], 2),
            intervall=swedish.interval(top["effect_lower"], top["effect_upper"], 2),
            lanad=top["pooling"] != Pooling.OWN,
        )
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
        return wording.paragraphs(say("omrade.svarsfrekvens_publicerad", andel=rate))
    row = rates.iloc[0]
    return wording.paragraphs(
        say(
            "omrade.svarsfrekvens",
            svar=swedish.number(row["answered"], 0),
            utskick=swedish.number(row["invited"], 0),
            andel=swedish.percent(row["rate"]),
        )
    )
