"""Framgångsfaktorer: the priority matrix, the effects, and what a goal would take."""

from __future__ import annotations

import pandas as pd

from analysis import store, swedish
from analysis.present import wording
from analysis.present.bundle import Figure, Text
from analysis.present.data import ReportData
from analysis.present.figures.matrix import QUADRANTS, effects_table, matrix
from analysis.present.tables import Column, Table, from_records

READING = {
    "prioritera": "Lågt index och stark koppling till nöjdheten. Här lönar det sig oftast mest.",
    "forbattra_om_mojligt": "Högt index redan, men stark koppling. Släpp inte taget.",
    "bevara": "Högt index och svag koppling. Håll nivån.",
    "lagre_prioritet": "Lågt index men svag koppling. Kan vänta.",
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
    """What the page answers, or why it cannot."""
    found = rows(data)
    if found.empty:
        least = data.settings.rules.drivers.min_answers.value
        return wording.paragraphs(
            "Framgångsfaktorerna räknas på enskilda svar. Det finns inga, eller färre än "
            f"{least}, så sidan har inget resultat att visa."
        )
    n = swedish.number(int(found["n"].iloc[0]), 0)
    explained = swedish.percent(float(found["r_squared"].iloc[0]))
    return wording.paragraphs(
        f"Vilka delar av servicen hänger starkast ihop med hur nöjda företagen är? Svaret bygger "
        f"på {n} svar från ärendeår {swedish.years(years(data))}. De sex servicefaktorerna "
        f"förklarar tillsammans {explained} av skillnaderna i nöjdhet mellan de svarande, med "
        "hänsyn till område, år och ärendets utfall."
    )


def matrix_figure(data: ReportData, key: str = "matris") -> Figure | None:
    """The priority matrix of the total."""
    return matrix(data, rows(data), key=key, years=years(data))


def reading_guide(data: ReportData) -> Text | None:
    """How to read the matrix, with the factors in each field."""
    found = rows(data)
    if found.empty:
        return None
    items = []
    for quadrant, meaning in READING.items():
        names = [data.label(f).lower() for f in found[found["quadrant"] == quadrant]["factor"]]
        told = swedish.listing(names) if names else "ingen faktor"
        items.append(f"**{QUADRANTS[quadrant]}:** {told}. {meaning}")
    guide = wording.bullets(items)
    return Text(f"Så läses matrisen:\n\n{guide.markdown}")


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
    return Table(
        **{
            **vars(table),
            "note": "Faktorer vars osäkerheter överlappar ska inte rangordnas mot varandra. "
            "Andel av förklaringen är Johnsons relativa vikter: faktorer som hänger ihop delar på "
            "förklaringen, så även en faktor utan egen effekt får en andel.",
        }
    )


def required_table(data: ReportData) -> Table | None:
    """What each factor alone would have to rise for goal 1 to be reached."""
    goal = data.settings.plan.goals[0]
    found = data.table(store.REQUIRED)
    found = found[(found["goal"] == goal.number) & (found["scope"] == "total")]
    if found.empty:
        return None
    ordered = found.sort_values("rise", na_position="last")
    records = [
        (
            "Alla sex lika mycket" if row["factor"] == "alla" else data.label(row["factor"]),
            swedish.number(row["factor_index"]),
            _required(row),
            swedish.interval(row["rise_lower"], row["rise_upper"])
            if row["reachable"]
            else swedish.MISSING,
        )
        for _, row in ordered.iterrows()
    ]
    columns = (
        Column("factor", "Servicefaktor"),
        Column("index", "Index nu", "right"),
        Column("rise", "Behöver öka med", "right"),
        Column("interval", data.interval_name, "right"),
    )
    return from_records(
        "kravs",
        data.caption(
            f"**Vad skulle krävas för NKI {swedish.number(goal.target, 0)}?** "
            "Så mycket måste faktorn öka om den ensam ska stå för hela ökningen av NKI.",
            years=years(data),
        ),
        columns,
        records,
        note="Räkneexempel efter sambanden i svaren. I verkligheten rör sig faktorerna "
        "tillsammans.",
    )


def _required(row: pd.Series) -> str:
    if pd.isna(row["rise"]):
        return "ingen säker effekt"
    return swedish.signed(float(row["rise"])) if row["reachable"] else "räcker inte ensam"


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
    records = []
    for scope in data.settings.questionnaire.area_keys:
        part = found[found["scope"] == scope].sort_values("effect", ascending=False)
        if part.empty:
            continue
        strongest = part.iloc[0]
        records.append(
            (
                data.label(scope),
                data.label(strongest["factor"]),
                swedish.number(strongest["effect"], 2),
                swedish.interval(strongest["effect_lower"], strongest["effect_upper"], 2),
                swedish.number(strongest["n"], 0),
                "Egen modell" if strongest["pooling"] == "own" else "Lånar styrka",
            )
        )
    columns = (
        Column("area", "Område"),
        Column("factor", "Starkast koppling"),
        Column("effect", "Effekt", "right"),
        Column("interval", data.interval_name, "right"),
        Column("n", "Antal svar", "right"),
        Column("model", "Modell"),
    )
    return from_records(
        "omradesfaktorer",
        data.caption("**Starkaste faktorn per område.**", years=years(data)),
        columns,
        records,
        note="”Lånar styrka”: området har för få svar för en egen modell, och effekten vägs "
        "samman med de andra områdenas.",
    )
