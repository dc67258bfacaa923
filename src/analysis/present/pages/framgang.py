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
from analysis.present.figures.matrix import QUADRANTS, borderline, effects_table, matrix
from analysis.present.tables import Column, Table

READING = {
    Quadrant.PRIORITISE: (
        "Lågt index och stark koppling till nöjdheten. Här lönar det sig oftast mest."
    ),
    Quadrant.IMPROVE: "Högt index redan, men stark koppling. Släpp inte taget.",
    Quadrant.KEEP: "Högt index och svag koppling. Håll nivån.",
    Quadrant.LOW: "Lågt index men svag koppling. Kan vänta.",
}


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
        least = data.settings.rules.drivers.min_answers.value
        return wording.paragraphs(
            "Framgångsfaktorerna räknas på enskilda svar. Det finns inga, färre än "
            f"{least} eller för få som skiljer sig åt, så sidan kan inte visa vilka som väger "
            f"tyngst.{_distance(data)}"
        )
    n = swedish.number(int(found["n"].iloc[0]), 0)
    explained = swedish.percent(float(found["r_squared"].iloc[0]))
    return wording.paragraphs(
        f"Vilka delar av servicen hänger starkast ihop med hur nöjda företagen är? Svaret bygger "
        f"på {n} svar från ärendeår {swedish.years(years(data))}. De "
        f"{number_of_factors(data)} servicefaktorerna förklarar tillsammans {explained} av "
        "skillnaderna i nöjdhet mellan de svarande, med hänsyn till område, år och ärendets utfall."
    )


def _distance(data: ReportData) -> str:
    known = not data.table(store.REQUIRED).empty
    return " Avståndet till målen står ändå under Vad skulle krävas?" if known else ""


def matrix_figure(data: ReportData) -> Figure | None:
    """The priority matrix of the total."""
    return matrix(data, rows(data), key="matris", years=years(data))


def reading_guide(data: ReportData, heading: str = "Så läses matrisen:") -> Text | None:
    """A guide to the matrix, with the factors in each field."""
    found = rows(data)
    if found.empty:
        return None
    unsure = borderline(found)
    items = []
    for quadrant, meaning in READING.items():
        names = [
            data.label(factor).lower() + (" (nära gränsen)" if factor in unsure else "")
            for factor in found[found["quadrant"] == quadrant]["factor"]
        ]
        told = swedish.listing(names) if names else "ingen faktor"
        items.append(f"**{QUADRANTS[quadrant]}:** {told}. {meaning}")
    guide = wording.bullets(items)
    return Text(f"{heading}\n\n{guide.markdown}")


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
            "**Servicefaktorernas effekt på NKI.** Störst först.",
            n=int(found["n"].iloc[0]),
            years=years(data),
        ),
    )
    overlap = swedish.interval(found["vif"].min(), found["vif"].max())
    return replace(
        table,
        note="Faktorer vars osäkerheter överlappar ska inte rangordnas mot varandra. "
        "Andel av förklaringen är Johnsons relativa vikter: faktorer som hänger ihop delar på "
        "förklaringen, så även en faktor utan egen effekt får en andel. Förklaringsgrad (R²): "
        f"{swedish.percent(found['r_squared'].iloc[0])}. Överlappning mellan faktorerna (VIF): "
        f"{overlap}. Nära gränsen: effekten kan lika gärna ligga på andra sidan medelvärdet.",
    )


def required_table(data: ReportData) -> Table | Text | None:
    """The rise of each factor alone that would reach the total's goal."""
    if data.judged_when:
        return wording.paragraphs(
            f"Avståndet till målen räknas när de bedöms. De {data.judged_when}."
        )
    goal = data.settings.plan.total_goal
    found = data.table(store.REQUIRED)
    if goal is None or found.empty:
        return None
    ordered = found[(found["goal"] == goal.number)].sort_values("rise", na_position="last")
    if ordered.empty:
        return None
    factors = not ordered["factor"].isin([EVERY_FACTOR, goal.measure]).all()
    about = (
        " Så mycket måste faktorn öka om den ensam ska stå för hela ökningen." if factors else ""
    )
    return Table(
        "kravs",
        data.caption(
            f"**Vad skulle krävas för {data.label(goal.measure)} "
            f"{swedish.number(goal.target, 0)}?**{about}",
            years=_required_years(data),
        ),
        ordered,
        [
            Column(
                "factor",
                "Servicefaktor" if factors else "Mått",
                lambda row: _rising(data, row),
            ),
            columns.number("Index nu", "factor_index"),
            *_rise(data),
        ],
        note="Räkneexempel efter sambanden i svaren. I verkligheten rör sig faktorerna tillsammans."
        if factors
        else "",
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
            f"{data.label(alone['factor'].iloc[0])} {swedish.signed(alone['rise'].iloc[0])}"
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
                "Område och mål",
                lambda row: f"{data.label(row['scope'])}, mål {row['goal']}",
            ),
            columns.number("Nu", "index"),
            columns.number("Mål", "target", 0),
            Column("what", "Vad som ökar", lambda row: _rising(data, row)),
            *_rise(data),
            Column("alone", "Minsta enskilda ökning", lambda row: row["alone"], optional=True),
        ],
    )
    about = (
        " Minsta enskilda ökning: den faktor som ensam behöver öka minst."
        if table.filled("alone")
        else ""
    )
    caption = f"**Vad skulle krävas i områden under målet?**{about}"
    return replace(table, caption=data.caption(caption, years=_required_years(data)))


def number_of_factors(data: ReportData) -> str:
    """The number of factors in the questionnaire, as a word."""
    return swedish.number_word(len(data.settings.questionnaire.factor_keys))


def _rising(data: ReportData, row: Mapping[str, Any]) -> str:
    """The factor that rises, or all of them."""
    if row["factor"] == EVERY_FACTOR:
        return f"Alla {number_of_factors(data)} lika mycket"
    return data.label(row["factor"])


def _rise(data: ReportData) -> tuple[Column, Column]:
    """The rise that is needed, and its interval."""
    return (
        Column("rise", "Behöver öka med", _required, "right"),
        Column("interval", data.interval_name, _required_interval, "right", optional=True),
    )


def _required_years(data: ReportData) -> list[int]:
    """The distance is the newest year's; the effects, where there are any, rest on more."""
    return [data.year] if rows(data).empty else sorted({*years(data), data.year})


def _required(row: Mapping[str, Any]) -> str:
    if pd.isna(row["rise"]):
        return "ingen säker effekt"
    return swedish.signed(float(row["rise"])) if row["reachable"] else "räcker inte ensam"


def _required_interval(row: Mapping[str, Any]) -> str:
    """The interval of a rise; without an upper bound where that lies beyond the scale."""
    if pd.isna(row["rise"]) or not row["reachable"]:
        return swedish.MISSING
    if float(row["rise_upper"]) > 100 - float(row["index"]):
        return f"minst {swedish.number(row['rise_lower'])}"
    return swedish.interval(row["rise_lower"], row["rise_upper"])


def limits(data: ReportData) -> Text | None:
    """The limits of the method in two sentences."""
    if rows(data).empty:
        return None
    return wording.paragraphs(
        "Sambanden visar vad som varierar tillsammans med nöjdheten bland dem som svarat; de "
        "bevisar inte att en förbättring av faktorn höjer NKI. Nationellt är effektivitet, "
        "bemötande och kompetens de viktigaste faktorerna, och avviker resultatet här från det "
        "bör det tolkas försiktigt."
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
        data.caption("**Starkaste faktorn per område.**", years=years(data)),
        by_scope.loc[order],
        [
            columns.name(data, "Område", "scope"),
            columns.name(data, "Starkast koppling", "factor"),
            columns.number("Effekt", "effect", 2),
            columns.interval(data, "effect_", 2),
            columns.answers(),
            Column(
                "model",
                "Modell",
                lambda row: "Egen modell" if row["pooling"] == Pooling.OWN else "Lånar styrka",
            ),
        ],
        note="”Lånar styrka”: området har för få svar för en egen modell, och effekten vägs "
        "samman med de andra områdenas.",
    )
