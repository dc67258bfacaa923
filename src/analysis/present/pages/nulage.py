"""Nuläge: areas, factors, questions, distributions, groups, response rates; newest year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from analysis import store, swedish
from analysis.present import columns, wording
from analysis.present.bundle import Figure, Part, Text
from analysis.present.data import ReportData
from analysis.present.figures.dots import dots
from analysis.present.figures.shares import shares
from analysis.present.tables import Column, Heading, Table
from analysis.present.texts import say
from analysis.settings.questionnaire import NKI

INSIDE, OUTSIDE = "Ingår i sammanvägt NKI", "Ingår inte"
"""The two parts of the table of areas."""


def introduction(data: ReportData) -> Text:
    """The year, the number of answers, and how to read the page."""
    row = data.cell()
    if not data.has_answers:
        return wording.paragraphs(
            "Det finns inga svar att räkna på, bara officiella värden. Delar som behöver "
            "enskilda svar visas därför inte."
        )
    answered = ""
    if row is not None and pd.notna(row["n"]):
        total = data.settings.rules.totals.definitions[data.definition()]
        answered = f" Totalen bygger på {swedish.number(row['n'], 0)} svar från {total.short}."
    return wording.paragraphs(
        f"Sidan gäller ärendeår {data.year}.{answered} Index går från 0 till 100. Strecken i "
        "figurerna visar inom vilka gränser det sanna värdet troligen ligger; områden med få svar "
        f"har vida gränser. {wording.part_of_year(data)}".rstrip()
    )


def area_figure(data: ReportData) -> Figure | None:
    """NKI per area against the plan's goal for every area."""
    goal = data.settings.plan.area_goal(NKI)
    rows = pd.DataFrame([data.cell(scope) for scope in data.areas()])
    if rows.empty:
        return None
    judged = set(data.settings.plan.areas.judged)
    rows = rows.assign(aimed=[scope in judged for scope in rows["scope"]])
    rows = rows.sort_values(["aimed", "governing"], ascending=False, na_position="last")
    target = (goal.target, f"Mål {swedish.number(goal.target, 0)}") if goal else None
    return dots(
        data,
        rows,
        [data.area_label(scope) for scope in rows["scope"]],
        key="omraden",
        title="NKI per myndighetsområde",
        first="Område",
        target=target if rows["aimed"].any() else None,
        aimed=list(rows["aimed"]),
    )


def area_table(data: ReportData) -> Table:
    """Every area: index, grade, answers, interval, change, the country; ours beside SKR's.

    In two parts, those of the total first: their answers are the total's.
    """
    members = data.settings.rules.totals.definitions[data.definition()].areas
    records: list[Any] = [row for row in [data.cell()] if row is not None]
    for heading, inside in ((INSIDE, True), (OUTSIDE, False)):
        scopes = [scope for scope in data.areas() if (scope in members) == inside]
        cells = [data.cell(scope) for scope in scopes]
        records += [Heading(heading)] if cells else []
        records += [cell for cell in cells if cell is not None]

    def country(row: pd.Series) -> str:
        rows = data.country(scope=row["scope"])
        rows = rows[rows["year"] == data.year]
        return swedish.published(rows["value"].iloc[-1]) if len(rows) else swedish.MISSING

    table = Table(
        "omraden",
        data.caption("**NKI per myndighetsområde.**", years=[data.year]),
        records,
        [
            Column("scope", "Område", lambda row: data.area_label(row["scope"])),
            Column("index", "NKI", wording.index, "right"),
            columns.grade(data),
            columns.interval(data, optional=True),
            columns.answers(optional=True),
            columns.change(data),
            Column("own", "Ur svaren här", _own_index, "right", optional=True),
            Column("country", "Riket", country, "right", optional=True),
        ],
        strong=lambda row: row["scope"] == "total",
    )
    mixed = [
        "totalen" if row["scope"] == "total" else data.label(row["scope"]).lower()
        for row in records
        if not isinstance(row, Heading) and row["change_mixed"]
    ]
    return replace(table, note=_area_note(data, table, mixed))


def _own_index(row: pd.Series) -> str:
    """The index of the answers, beside a published one."""
    return swedish.MISSING if pd.isna(row["official"]) else swedish.number(row["index"])


def _area_note(data: ReportData, table: Table, mixed: Sequence[str]) -> str:
    """The meaning of the signs that the table holds; the areas whose change is by answers."""
    least = data.settings.rules.disclosure.min_answers.value
    notes = {
        "NKI är SKR:s publicerade värde där det finns; på sidan Metod förklaras skillnader mot vad "
        "svaren här ger.": table.filled("own"),
        f"Ändringen för {swedish.listing(mixed)} är räknad på svaren här: bara det ena året har "
        "ett publicerat värde.": bool(mixed),
        "* säkerställd förändring.": table.rows["change"].str.endswith("*").any(),
        say("gemensamt.oavrundat"): table.filled("change"),
        wording.uncompared(data): True,
        "Hur antalen svar hänger ihop står på sidan Metod.": table.filled("n") and data.has_answers,
        f"För få svar: färre än {least} svar på någon av NKI-frågorna.": (
            table.rows["index"] == say("ord.for_fa")
        ).any(),
        wording.hidden_note(table): True,
    }
    return wording.joined(*(note for note, stands in notes.items() if stands))


def factor_table(data: ReportData) -> Table | None:
    """Factors by areas as a heat table; the index and its grade's colour."""
    factors = data.settings.questionnaire.factor_keys
    records: list[dict[str, Any]] = [
        {"scope": scope, **{factor: data.cell(scope, factor) for factor in factors}}
        for scope in ["total", *data.areas()]
    ]
    records = [r for r in records if any(r[factor] is not None for factor in factors)]
    if not any(columns.grade_fill(record[factor]) for record in records for factor in factors):
        return None
    first = records[0]
    table = Table(
        "faktorer",
        data.caption("**Servicefaktorer per område.** Färgen följer betyget.", years=[data.year]),
        records,
        [
            columns.name(data, "Område", "scope"),
            *(columns.heat(data.label(factor), factor) for factor in factors),
        ],
        strong=lambda record: record is first,
    )
    return replace(table, note=wording.heat_note(data, table))


def question_table(data: ReportData) -> Table | None:
    """All questions for the total, lowest index first."""
    items = data.settings.questionnaire.item
    rows = data.select(year=data.year, scope="total", definition=data.definition(), kind="question")
    rows = rows[rows["governing"].notna()].sort_values("governing")
    if rows.empty:
        return None
    return Table(
        "fragor",
        data.caption("**Frågorna, lägst index först.** Totalt.", years=[data.year]),
        rows,
        [
            Column("question", "Fråga", lambda row: items(row["measure"]).short),
            Column("factor", "Servicefaktor", lambda row: data.label(items(row["measure"]).group)),
            Column("index", "Index", wording.index, "right"),
            columns.grade(data),
            columns.interval(data, optional=True),
            columns.answers(optional=True),
            Column(
                "missing",
                "Vet ej eller\ninget svar",
                lambda row: swedish.percent(row["missing_share"]),
                "right",
                optional=True,
            ),
            columns.change(data),
        ],
        note=_question_note(data, rows),
    )


def _question_note(data: ReportData, rows: pd.DataFrame) -> str:
    compared = rows["change"].notna().any()
    signs = f"* säkerställd förändring. {say('gemensamt.oavrundat')}" if compared else ""
    return wording.joined(
        signs or wording.uncompared(data), "Frågornas ordalydelse står på sidan Metod."
    )


def distribution_figure(data: ReportData) -> Figure | None:
    """The spread of the answers to the factors' overall questions."""
    return shares(data, data.table(store.DISTRIBUTION), key="fordelning")


def background_table(data: ReportData) -> Table | None:
    """NKI for groups of companies, above the limit for small numbers."""
    groups = data.table(store.BACKGROUND)
    groups = groups[groups["shown"] & (groups["value"] != "") & (groups["year"] == data.year)]
    if groups.empty:
        return None
    # Sizes and outcomes in the questionnaire's order; what has none as it stands.
    values = [value for field in data.settings.questionnaire.background for value in field.values]
    places = groups["value"].map({value: place for place, value in enumerate(values)})
    fields = groups["field"].map({field: place for place, field in enumerate(_GROUPS)})
    groups = groups.assign(field_place=fields, place=places).sort_values(
        ["field_place", "place"], kind="stable"
    )
    return Table(
        "bakgrund",
        data.caption("**NKI för olika grupper av företag.**", years=[data.year]),
        groups,
        [
            Column("field", "Grupp", lambda row: _GROUPS[row["field"]]),
            Column("value", "Svar", lambda row: _value(data, row["field"], row["value"])),
            columns.number("NKI", "index"),
            columns.interval(data, ""),
            columns.answers(),
        ],
        note="Grupperna skiljer sig åt på fler sätt än det som står här; skillnader mellan dem "
        "är inte orsaker.",
    )


_GROUPS = {
    "outcome": "Ärendets utfall",
    "company_size": "Företagets storlek",
    "case_type": "Ärendetyp",
    "industry": "Bransch",
}
_OUTCOMES = {
    "beviljat": "Beviljat",
    "delvis": "Delvis beviljat",
    "avslag": "Avslag",
    "ej_tillampligt": "Ej tillämpligt",
}


def _value(data: ReportData, field: str, value: str) -> str:
    if field == "outcome":
        return _OUTCOMES.get(value, value)
    if field == "company_size":
        sizes = next(
            b for b in data.settings.questionnaire.background if b.key == "foretagsstorlek"
        )
        return sizes.values[value][0] if value in sizes.values else value
    return value


def response(data: ReportData) -> Part:
    """The response rates; without any, what they are counted from."""
    return response_table(data) or wording.paragraphs(
        f"Svarsfrekvensen för ärendeår {data.year} visas inte: uppgifter om antal utskick saknas, "
        "och inget publicerat värde finns här."
    )


def response_table(data: ReportData) -> Table | None:
    """Closed cases, invitations, answers and response rate per area; SKR's where ours is missing.

    A published rate is not judged against the limits for ranking: SKR has done that.
    """
    rates = data.table(store.RATES)
    rates = rates[(rates["year"] == data.year) & rates["shown"]]
    known = set(rates.loc[rates["rate"].notna(), "scope"])
    published = {
        scope: told for scope, told in data.published_rates().items() if scope not in known
    }
    if rates.empty and not published:
        return None
    scopes = ("total", *data.settings.questionnaire.area_keys)
    shown = [scope for scope in scopes if scope in {*rates["scope"], *published}]
    rows = rates.set_index("scope").reindex(shown).rename_axis("scope").reset_index()

    def answered(row: pd.Series) -> str:
        theirs = published.get(row["scope"], (None, None))[1]
        if pd.isna(row["answered"]) and theirs is not None:
            return f"{swedish.number(theirs, 0)} (SKR)"
        return swedish.number(row["answered"], 0)

    def rate(row: pd.Series) -> str:
        if row["scope"] in published:
            return f"{swedish.percent(published[row['scope']][0])} (SKR)"
        return swedish.percent(row["rate"])

    def reached(row: pd.Series) -> str:
        return swedish.MISSING if pd.isna(row["met"]) else "Ja" if row["met"] else "Nej"

    return Table(
        "svarsfrekvens",
        data.caption("**Svarsfrekvens per område.**", years=[data.year]),
        rows,
        [
            columns.name(data, "Område", "scope"),
            columns.number("Avslutade ärenden", "closed", 0, optional=True),
            columns.number("Utskick", "invited", 0, optional=True),
            Column("answered", "Svar", answered, "right", optional=True),
            Column("rate", "Svarsfrekvens", rate, "right"),
            Column("reached", "Når kraven för ranking", reached, optional=True),
        ],
        note=wording.joined(
            _response_note(data, rates[~rates["scope"].isin(list(published))])
            if len(rates)
            else "",
            "SKR: den svarsfrekvens som SKR har publicerat; antal utskick är inte inlagt här."
            if published
            else "",
        ),
    )


def _response_note(data: ReportData, rates: pd.DataFrame) -> str:
    """The total's formula, the requirements, and the reason for a missing rate."""
    limits = data.settings.rules.response_rate
    total = data.settings.rules.totals.definitions[data.definition()]
    known = rates["rate"].notna()
    of_total = rates["scope"] == "total"
    mean = swedish.percent(limits.total.value)
    least = data.settings.rules.disclosure.min_answers_ranked.value
    area = f"{swedish.percent(limits.area.value)} och minst {least} svar"
    notes = {
        f"Totalens svarsfrekvens är medelvärdet av områdenas ({total.short}). Krav: {area} i ett "
        f"område, {mean} i medelvärdet.": (known & of_total).any(),
        f"Krav: {area} i ett område.": not (known & of_total).any(),
        "Utan antal utskick, eller med färre utskick än svar, kan den inte räknas.": (
            ~known & ~of_total
        ).any(),
    }
    return " ".join(note for note, stands in notes.items() if stands)
