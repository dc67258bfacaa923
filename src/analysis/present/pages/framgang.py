"""Framgångsfaktorer: the priority matrix, the effects, and what a goal would take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from analysis import store, swedish
from analysis.measures.drivers import Pooling, Quadrant, national
from analysis.measures.requirements import EVERY_FACTOR
from analysis.present import columns, goals, wording
from analysis.present.bundle import Figure, Text
from analysis.present.data import ReportData
from analysis.present.figures.matrix import (
    RISE,
    borderline,
    effects_table,
    in_steps,
    matrix,
    quadrant_name,
)
from analysis.present.figures.national import national_matrix
from analysis.present.tables import Column, Table
from analysis.present.texts import heading, say

READING = {
    Quadrant.PRIORITISE: "framgang.falt_prioritera",
    Quadrant.IMPROVE: "framgang.falt_forbattra",
    Quadrant.KEEP: "framgang.falt_bevara",
    Quadrant.WATCH: "framgang.falt_bevaka",
}
"""The texts on the fields of the matrix."""


def prioritised(data: ReportData) -> list[str]:
    """The factors that ought to come first, the strongest association first."""
    found = data.factors()
    return list(found.loc[found["quadrant"] == Quadrant.PRIORITISE, "factor"])


def years(data: ReportData) -> list[int]:
    """Case years whose answers the effects rest on."""
    pooled = data.settings.rules.drivers.pooled_years.value
    return [year for year in data.joint_years if year > data.joint_years[-1] - pooled]


def earlier_years(data: ReportData) -> str:
    """A sentence on the years that what comes first rests on; empty where the newest is one."""
    found = data.factors()
    cells = {year: data.cell(year=year) for year in years(data)}
    used = [
        year
        for year, cell in cells.items()
        if cell is not None and wording.governing(cell) is not None
    ]
    if found.empty or not used or data.year in used:
        return ""
    whole = bool(found["index"].isna().any())
    return say("framgang.bygger_pa", ar=swedish.years(used), allt=whole)


def national_rows(data: ReportData) -> pd.DataFrame:
    """The total's factors by what matters most in the country; empty where the answers tell."""
    found = national(data.indices, data.settings)
    return found if data.factors().empty else found.head(0)


def placed(data: ReportData) -> pd.DataFrame:
    """The factors with their fields of the matrix; without answers by what matters in the country.

    Returns
    -------
    pandas.DataFrame
        ``factor`` and ``quadrant`` among its columns; empty where neither is known.
    """
    borrowed = national_rows(data).rename(columns={"measure": "factor"})
    return data.factors() if borrowed.empty else borrowed


def either_side(data: ReportData) -> set[str]:
    """Factors whose association is sure, and may as well be strong as weak (`borderline`)."""
    found = data.factors()
    return borderline(found) & set(found.loc[found["effect_lower"] > 0, "factor"])


def introduction(data: ReportData) -> Text:
    """The page's question and its basis, or the reason that it has no answer."""
    found = data.factors()
    if found.empty:
        least = data.settings.rules.drivers.min_answers.value
        return wording.paragraphs(
            _distributions(data),
            say(
                "framgang.inga_faktorer",
                antal=least,
                svar_finns=bool(data.joint_years),
                nationellt=not national_rows(data).empty,
            ),
        )
    return wording.paragraphs(
        _distributions(data),
        say(
            "framgang.inledning",
            svar=swedish.number(int(found["n"].iloc[0]), 0),
            ar=swedish.years(years(data)),
        ),
    )


def _distributions(data: ReportData) -> str:
    """That some years' answers tell nothing of associations; empty where all do, or are old."""
    pooled = data.settings.rules.drivers.pooled_years.value
    silent = [year for year in data.distribution_years if year > data.answer_years[-1] - pooled]
    if not silent:
        return ""
    newest = silent[-1] if data.joint_years and silent[-1] > data.joint_years[-1] else ""
    return say("framgang.fordelningar", ar=swedish.years(silent), index=newest)


def matrix_figure(data: ReportData) -> Figure | None:
    """The priority matrix of the total; without answers by what matters most in the country."""
    borrowed = national_rows(data)
    if not borrowed.empty:
        return national_matrix(data, borrowed, key="matris")
    return matrix(data, data.factors(), key="matris", years=years(data))


def reading_guide(data: ReportData, lead: str = "") -> Text | None:
    """A guide to the matrix, with the factors in each field, after a lead of a document's own."""
    found = placed(data)
    if found.empty:
        return None
    unsure = borderline(data.factors())
    items = []
    for quadrant, text in READING.items():
        names = [
            say("framgang.faktor", faktor=data.in_text(factor), gransfall=factor in unsure)
            for factor in found[found["quadrant"] == quadrant]["factor"]
        ]
        items.append(
            say(
                text,
                falt=quadrant_name(quadrant),
                faktorer=swedish.listing(names),
                nationellt=not national_rows(data).empty,
            )
        )
    lead = lead or say("framgang.sa_lases")
    return Text(f"{lead}\n\n{wording.bullets(items).markdown}")


def effect_table(data: ReportData) -> Table | None:
    """All factors with effects, shares and their intervals."""
    found = data.factors()
    if found.empty:
        return None
    return replace(
        effects_table(
            data,
            in_steps(found),
            "effekter",
            data.caption(say("framgang.effekter"), n=int(found["n"].iloc[0]), years=years(data)),
        ),
        note=say("framgang.not_effekter", gransfall=bool(borderline(found))),
    )


def required_table(data: ReportData) -> Table | Text | None:
    """What the distance of the total to its goal answers to in each factor alone."""
    if data.judged_when:
        return wording.text("framgang.avstand_senare", nar=data.judged_when)
    goal = data.settings.plan.total_goal
    found = data.table(store.REQUIRED)
    if goal is None or found.empty:
        return None
    ordered = found[(found["goal"] == goal.number)].sort_values("rise", na_position="last")
    # The distance itself stands on the page of the goals.
    if ordered["factor"].isin([EVERY_FACTOR, goal.measure]).all():
        return None
    return Table(
        "kravs",
        data.caption(
            say(
                "framgang.rakneexempel",
                matt=data.label(goal.measure),
                mal=swedish.number(goal.target, 0),
            ),
            years=sorted({*years(data), data.year}),
        ),
        ordered,
        [
            Column("factor", heading("servicefaktor"), lambda row: _rising(data, row)),
            columns.number(heading("index"), "factor_index"),
            *_rise(data),
        ],
        note=say("framgang.not_rakneexempel"),
    )


def required_areas_table(data: ReportData) -> Table | None:
    """The same for the areas below a goal for their NKI."""
    found = data.table(store.REQUIRED)
    of_areas = {goal.number: goal for goal in goals.for_areas(data)}
    records = []
    for number, scope in found[["goal", "scope"]].drop_duplicates().itertuples(index=False):
        part = found[(found["goal"] == number) & (found["scope"] == scope)]
        every = part[part["factor"] == EVERY_FACTOR]
        if number not in of_areas or every.empty:
            continue
        others = part["factor"].isin([EVERY_FACTOR, of_areas[number].measure])
        alone = part[part["reachable"] & ~others].sort_values("rise")
        least = (
            say(
                "framgang.faktor_okning",
                faktor=data.label(alone["factor"].iloc[0]),
                okning=swedish.signed(alone["rise"].iloc[0], 0),
            )
            if len(alone)
            else swedish.MISSING
        )
        records.append({**every.iloc[0], "alone": least})
    if not records:
        return None
    return Table(
        "kravs-omraden",
        data.caption(
            say("framgang.rakneexempel_omraden", antal=number_of_factors(data)),
            years=sorted({*years(data), data.year}),
        ),
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
            *_rise(data),
            columns.told(heading("minsta_okning"), "alone", optional=True),
        ],
    )


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
        Column("rise", heading("motsvarar"), _required, "right"),
        Column("interval", data.interval_name, _required_interval, "right", optional=True),
    )


def _required(row: Mapping[str, Any]) -> str:
    if pd.isna(row["rise"]):
        return say("framgang.ingen_effekt")
    if not row["reachable"]:
        return say("framgang.racker_inte")
    return swedish.signed(float(row["rise"]), 0)


def _required_interval(row: Mapping[str, Any]) -> str:
    """The interval of a rise; without an upper bound where that lies beyond the scale."""
    if pd.isna(row["rise"]) or not row["reachable"]:
        return swedish.MISSING
    if float(row["rise_upper"]) > 100 - float(row["index"]):
        return say("framgang.minst", tal=swedish.number(row["rise_lower"], 0))
    return swedish.interval(row["rise_lower"], row["rise_upper"], 0)


def limits(data: ReportData) -> Text | None:
    """The limits of the method in two sentences."""
    found = data.factors()
    if found.empty:
        return None
    national = data.settings.rules.drivers.strongest_nationally.value
    strongest = found["factor"].head(len(national))
    return wording.text(
        "framgang.granser",
        nationellt=data.names(national),
        avviker=data.names(one for one in strongest if one not in national),
    )


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
        in_steps(by_scope.loc[order]),
        [
            columns.name(data, heading("omrade"), "scope"),
            columns.name(data, heading("starkast"), "factor"),
            columns.signed(heading("samband", steg=RISE), "effect"),
            columns.interval(data, "effect_"),
            columns.answers(),
            Column(
                "model",
                heading("berakning"),
                lambda row: say(
                    "framgang.egen_modell" if row["pooling"] == Pooling.OWN else "framgang.lanad"
                ),
            ),
        ],
    )
