"""Framgångsfaktorer: the priority matrix, the effects, and what a goal would take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from analysis import store, swedish
from analysis.measures.drivers import Pooling, Quadrant
from analysis.measures.requirements import EVERY_FACTOR
from analysis.present import columns, wording
from analysis.present.bundle import Figure, Text
from analysis.present.data import ReportData
from analysis.present.figures.matrix import borderline, effects_table, matrix, quadrant_name
from analysis.present.tables import Column, Table
from analysis.present.texts import heading, say

READING = {
    Quadrant.PRIORITISE: "framgang.falt_prioritera",
    Quadrant.IMPROVE: "framgang.falt_forbattra",
    Quadrant.KEEP: "framgang.falt_bevara",
    Quadrant.LOW: "framgang.falt_bevaka",
}
"""The texts on the fields of the matrix."""


def rows(data: ReportData, scope: str = "total") -> pd.DataFrame:
    """Success factors of one scope, greatest effect first."""
    found = data.drivers[data.drivers["scope"] == scope]
    return found.sort_values("effect", ascending=False).reset_index(drop=True)


def years(data: ReportData) -> list[int]:
    """Case years whose answers the effects rest on."""
    pooled = data.settings.rules.drivers.pooled_years.value
    return data.answer_years[-pooled:]


def introduction(data: ReportData) -> Text:
    """The page's question and its basis, or the reason that it has no answer."""
    found = rows(data)
    if found.empty:
        return wording.paragraphs(
            say(
                "framgang.inga_faktorer",
                antal=data.settings.rules.drivers.min_answers.value,
                avstand=not data.table(store.REQUIRED).empty,
            )
        )
    return wording.paragraphs(
        say(
            "framgang.inledning",
            svar=swedish.number(int(found["n"].iloc[0]), 0),
            ar=swedish.years(years(data)),
            antal=number_of_factors(data),
            forklarat=swedish.percent(float(found["r_squared"].iloc[0])),
        )
    )


def matrix_figure(data: ReportData) -> Figure | None:
    """The priority matrix of the total."""
    return matrix(data, rows(data), key="matris", years=years(data))


def reading_guide(data: ReportData, lead: str = "") -> Text | None:
    """A guide to the matrix, with the factors in each field, after a lead of a document's own."""
    found = rows(data)
    if found.empty:
        return None
    unsure = borderline(found)
    items = []
    for quadrant, text in READING.items():
        names = [
            say("framgang.faktor", faktor=data.label(factor).lower(), gransfall=factor in unsure)
            for factor in found[found["quadrant"] == quadrant]["factor"]
        ]
        items.append(say(text, falt=quadrant_name(quadrant), faktorer=swedish.listing(names)))
    return Text(f"{lead or say('framgang.sa_lases')}\n\n{wording.bullets(items).markdown}")


def effect_table(data: ReportData) -> Table | None:
    """All factors with effects, shares and their intervals."""
    found = rows(data)
    if found.empty:
        return None
    table = effects_table(
        data,
        found,
        "effekter",
        data.caption(
            say("framgang.effekter"),
            n=int(found["n"].iloc[0]),
            years=years(data),
        ),
    )
    overlap = swedish.interval(found["vif"].min(), found["vif"].max())
    return replace(
        table,
        note=say(
            "framgang.not_effekter",
            forklarat=swedish.percent(found["r_squared"].iloc[0]),
            overlappning=overlap,
        ),
    )


def required_table(data: ReportData) -> Table | Text | None:
    """The rise of each factor alone that would reach the total's goal."""
    if data.judged_when:
        return wording.paragraphs(say("framgang.avstand_senare", nar=data.judged_when))
    goal = data.settings.plan.total_goal
    found = data.table(store.REQUIRED)
    if goal is None or found.empty:
        return None
    ordered = found[(found["goal"] == goal.number)].sort_values("rise", na_position="last")
    if ordered.empty:
        return None
    factors = not ordered["factor"].isin([EVERY_FACTOR, goal.measure]).all()
    return Table(
        "kravs",
        data.caption(
            say(
                "framgang.kravs",
                matt=data.label(goal.measure),
                mal=swedish.number(goal.target, 0),
                faktorer=factors,
            ),
            years=_required_years(data),
        ),
        ordered,
        [
            Column(
                "factor",
                heading("servicefaktor" if factors else "matt"),
                lambda row: _rising(data, row),
            ),
            columns.number(heading("index_nu"), "factor_index"),
            *_rise(data),
        ],
        note=say("framgang.not_rakneexempel") if factors else "",
    )


def required_areas_table(data: ReportData) -> Table | None:
    """The rises that would take the areas below a goal to it."""
    found = data.table(store.REQUIRED)
    goals = {goal.number: goal for goal in data.settings.plan.goals if goal.scope == "areas"}
    records = []
    for number, scope in found[["goal", "scope"]].drop_duplicates().itertuples(index=False):
        if number not in goals:
            continue
        part = found[(found["goal"] == number) & (found["scope"] == scope)]
        together = part["factor"].isin([EVERY_FACTOR, goals[number].measure])
        alone = part[part["reachable"] & ~together].sort_values("rise")
        least = (
            say(
                "framgang.faktor_okning",
                faktor=data.label(alone["factor"].iloc[0]),
                okning=swedish.signed(alone["rise"].iloc[0]),
            )
            if len(alone)
            else swedish.MISSING
        )
        records.append({**part[together].iloc[0], "alone": least})
    if not records:
        return None
    table = Table(
        "kravs-omraden",
        "",
        records,
        [
            Column(
                "area",
                heading("omrade_och_mal"),
                lambda row: say(
                    "framgang.omrade_mal", omrade=data.label(row["scope"]), nummer=row["goal"]
                ),
            ),
            columns.number(heading("nu"), "index"),
            columns.number(heading("mal"), "target", 0),
            Column("what", heading("vad_som_okar"), lambda row: _rising(data, row)),
            *_rise(data),
            Column("alone", heading("minsta_okning"), lambda row: row["alone"], optional=True),
        ],
    )
    caption = say("framgang.kravs_omraden", enskild=table.filled("alone"))
    return replace(table, caption=data.caption(caption, years=_required_years(data)))


def number_of_factors(data: ReportData) -> str:
    """The number of factors in the questionnaire, as a word."""
    return swedish.number_word(len(data.settings.questionnaire.factor_keys))


def _rising(data: ReportData, row: Mapping[str, Any]) -> str:
    """The factor that rises, or all of them."""
    if row["factor"] == EVERY_FACTOR:
        return say("framgang.alla_lika", antal=number_of_factors(data))
    return data.label(row["factor"])


def _rise(data: ReportData) -> tuple[Column, Column]:
    """The rise that is needed, and its interval."""
    return (
        Column("rise", heading("behover_oka"), _required, "right"),
        Column("interval", data.interval_name, _required_interval, "right", optional=True),
    )


def _required_years(data: ReportData) -> list[int]:
    """The distance is the newest year's; the effects, where there are any, rest on more."""
    return [data.year] if rows(data).empty else sorted({*years(data), data.year})


def _required(row: Mapping[str, Any]) -> str:
    if pd.isna(row["rise"]):
        return say("framgang.ingen_effekt")
    if not row["reachable"]:
        return say("framgang.racker_inte")
    return swedish.signed(float(row["rise"]))


def _required_interval(row: Mapping[str, Any]) -> str:
    """The interval of a rise; without an upper bound where that lies beyond the scale."""
    if pd.isna(row["rise"]) or not row["reachable"]:
        return swedish.MISSING
    if float(row["rise_upper"]) > 100 - float(row["index"]):
        return say("framgang.minst", tal=swedish.number(row["rise_lower"]))
    return swedish.interval(row["rise_lower"], row["rise_upper"])


def limits(data: ReportData) -> Text | None:
    """The limits of the method in two sentences."""
    if rows(data).empty:
        return None
    return wording.paragraphs(say("framgang.granser"))


def area_table(data: ReportData) -> Table | None:
    """The strongest factor in each area that bears a model."""
    found = data.drivers[data.drivers["scope"] != "total"]
    if found.empty:
        return None
    strongest = found.sort_values("effect", ascending=False).drop_duplicates("scope")
    by_scope = strongest.set_index("scope", drop=False)
    order = [scope for scope in data.settings.questionnaire.area_keys if scope in by_scope.index]
    return Table(
        "omradesfaktorer",
        data.caption(say("framgang.per_omrade"), years=years(data)),
        by_scope.loc[order],
        [
            columns.name(data, heading("omrade"), "scope"),
            columns.name(data, heading("starkast"), "factor"),
            columns.number(heading("effekt"), "effect", 2),
            columns.interval(data, "effect_", 2),
            columns.answers(),
            Column(
                "model",
                heading("modell"),
                lambda row: say(
                    "framgang.egen_modell" if row["pooling"] == Pooling.OWN else "framgang.lanad"
                ),
            ),
        ],
        note=say("framgang.not_lanad"),
    )
