"""Nuläge: areas, factors, questions, distributions, groups, response rates; newest year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from analysis import store, swedish
from analysis.present import columns, goals, wording
from analysis.present.bundle import Figure, Part, Text
from analysis.present.data import ReportData
from analysis.present.figures.dots import dots
from analysis.present.figures.shares import shares
from analysis.present.tables import Column, Heading, Table
from analysis.present.texts import heading, say
from analysis.settings.questionnaire import NKI


def introduction(data: ReportData) -> Text:
    """The year, the number of answers, and how to read the page."""
    row = data.cell()
    return wording.paragraphs(
        say(
            "nulage.inledning",
            ar=data.year,
            svar="" if row is None else wording.answers(row),
            omraden=data.settings.rules.totals.definitions[data.definition()].short,
            felmarginal=data.has_answers,
            del_av_aret=wording.part_of_year(data),
        ),
        left_out(data),
    )


def left_out(data: ReportData) -> str:
    """What the page leaves out, and why; empty where it has everything."""
    parts = {
        "nulage.del_faktorer": factor_table(data),
        "nulage.del_fragor": question_table(data),
        "nulage.del_fordelning": distribution_figure(data),
        "nulage.del_grupper": background_table(data),
    }
    missing = [name for name, part in parts.items() if part is None]
    without_groups = data.year in data.distribution_years and "nulage.del_grupper" in missing
    if without_groups:
        missing.remove("nulage.del_grupper")
    told = swedish.listing([say(name) for name in missing])
    return wording.joined(
        say("nulage.utelamnat", delar=told, svar_finns=data.has_answers) if missing else "",
        say("nulage.utan_grupper", ar=data.year) if without_groups else "",
    )


def area_figure(data: ReportData) -> Figure | None:
    """NKI per area against the plan's goal for every area."""
    goal = goals.aimed_at(data, NKI)
    rows = pd.DataFrame([data.cell(scope) for scope in data.areas()])
    if rows.empty:
        return None
    judged = set(data.settings.plan.areas.judged)
    rows = rows.assign(aimed=[scope in judged for scope in rows["scope"]])
    rows = rows.sort_values(["aimed", "governing"], ascending=False, na_position="last")
    target = wording.goal_line(goal) if goal else None
    return dots(
        data,
        rows,
        [data.area_label(scope) for scope in rows["scope"]],
        key="omraden",
        title=say("nulage.omraden_titel"),
        first=heading("omrade"),
        target=target if rows["aimed"].any() else None,
        aimed=list(rows["aimed"]),
    )


def area_table(data: ReportData) -> Table:
    """Every area: index, grade, answers, interval, change, the country; ours beside SKR's.

    In two parts, those of the total first: their answers are the total's.
    """
    members = data.settings.rules.totals.definitions[data.definition()].areas
    records: list[Any] = [row for row in [data.cell()] if row is not None]
    for part, inside in ((say("nulage.ingar"), True), (say("nulage.ingar_inte"), False)):
        scopes = [scope for scope in data.areas() if (scope in members) == inside]
        cells = [data.cell(scope) for scope in scopes]
        records += [Heading(part)] if cells else []
        records += [cell for cell in cells if cell is not None]

    def country(row: pd.Series) -> str:
        return wording.country(data, row["scope"], data.year)

    table = Table(
        "omraden",
        data.caption(say("nulage.omraden"), years=[data.year]),
        records,
        [
            columns.area(data),
            *columns.result(data, heading("nki")),
            columns.change(data),
            Column("own", heading("egna_svar"), _own_index, "right", optional=True),
            Column("country", heading("riket"), country, "right", optional=True),
        ],
        strong=lambda row: row["scope"] == "total",
    )
    mixed = [
        data.in_text(row["scope"])
        for row in records
        if not isinstance(row, Heading) and row["change_mixed"]
    ]
    return replace(table, note=_area_note(data, table, mixed))


def _own_index(row: pd.Series) -> str:
    """The index of the answers, beside a published one."""
    return swedish.MISSING if pd.isna(row["official"]) else swedish.number(row["index"])


def _area_note(data: ReportData, table: Table, mixed: Sequence[str]) -> str:
    """The meaning of the signs that the table holds; the areas whose change is by answers."""
    few = (table.rows["index"] == say("ord.for_fa")).any()
    least = data.settings.rules.disclosure.min_answers.value
    asked = len(data.settings.questionnaire.groups[NKI])
    return wording.joined(
        say("nulage.not_publicerat") if table.filled("own") else "",
        say("nulage.not_ur_svaren", omraden=swedish.listing(mixed)) if mixed else "",
        wording.star_note(table),
        wording.uncompared(data),
        say("nulage.not_antal_svar") if table.filled("n") and data.has_answers else "",
        say(
            "nulage.not_for_fa",
            fragor=swedish.number_word(asked),
            antal=swedish.number_word(least),
            svar_finns=data.has_answers,
        )
        if few
        else "",
        wording.hidden_note(table),
    )


def factor_table(data: ReportData) -> Table | None:
    """Factors by areas as a heat table; the index and its grade's colour."""
    records = columns.factor_cells(data, ["total", *data.areas()])
    heats = columns.factors(data)
    if not any(column.fill(record) for record in records for column in heats):
        return None
    first = records[0]
    table = Table(
        "faktorer",
        data.caption(say("nulage.faktorer"), years=[data.year]),
        records,
        [columns.name(data, heading("omrade"), "scope"), *heats],
        strong=lambda record: record is first,
    )
    return replace(table, note=wording.heat_note(data, table))


def question_table(data: ReportData) -> Table | None:
    """All questions for the total, lowest index first."""
    items = data.settings.questionnaire.item
    rows = data.of_kind("question")
    rows = rows[rows["governing"].notna()].sort_values("governing")
    if rows.empty:
        return None
    total = data.settings.rules.totals.definitions[data.definition()]
    return Table(
        "fragor",
        data.caption(say("nulage.fragor", omraden=total.short), years=[data.year]),
        columns.questions(data, rows),
        [
            Column("question", heading("fraga"), lambda row: items(row["measure"]).short),
            Column(
                "factor",
                heading("servicefaktor"),
                lambda row: data.label(items(row["measure"]).group),
            ),
            *columns.result(data, heading("index")),
            Column(
                "missing",
                heading("vet_ej"),
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
    return wording.joined(
        say("gemensamt.stjarna") if compared else wording.uncompared(data),
        say("nulage.not_ordalydelse"),
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
        data.caption(say("nulage.grupper"), years=[data.year]),
        groups,
        [
            Column("field", heading("grupp"), lambda row: say(_GROUPS[row["field"]])),
            Column("value", heading("kategori"), lambda row: _value(data, row)),
            columns.number(heading("nki"), "index"),
            columns.interval(data, ""),
            columns.answers(),
        ],
        note=say("nulage.not_grupper"),
    )


_GROUPS = {
    "outcome": "nulage.grupp_utfall",
    "company_size": "nulage.grupp_storlek",
    "case_type": "nulage.grupp_arendetyp",
    "industry": "nulage.grupp_bransch",
}
_OUTCOMES = {
    "beviljat": "nulage.utfall_beviljat",
    "delvis": "nulage.utfall_delvis",
    "avslag": "nulage.utfall_avslag",
    "ej_tillampligt": "nulage.utfall_ej_tillampligt",
}


def _value(data: ReportData, row: pd.Series) -> str:
    """A group of companies by its reader's name."""
    value = str(row["value"])
    if row["field"] == "outcome":
        return say(_OUTCOMES[value]) if value in _OUTCOMES else value
    if row["field"] == "company_size":
        sizes = next(
            b for b in data.settings.questionnaire.background if b.key == "foretagsstorlek"
        )
        return sizes.values[value][0] if value in sizes.values else value
    return value


def response(data: ReportData) -> Part:
    """The response rates; without any, what they are counted from."""
    return response_table(data) or wording.text("nulage.svarsfrekvens_saknas", ar=data.year)


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
            return say("nulage.fran_skr", tal=swedish.number(theirs, 0))
        return swedish.number(row["answered"], 0)

    def rate(row: pd.Series) -> str:
        if row["scope"] in published:
            return say("nulage.fran_skr", tal=swedish.percent(published[row["scope"]][0]))
        return swedish.percent(row["rate"])

    def reached(row: pd.Series) -> str:
        if pd.isna(row["met"]):
            return swedish.MISSING
        return swedish.capitalised(say("ord.ja" if row["met"] else "ord.nej"))

    return Table(
        "svarsfrekvens",
        data.caption(say("nulage.svarsfrekvens"), years=[data.year]),
        rows,
        [
            columns.name(data, heading("omrade"), "scope"),
            columns.number(heading("avslutade"), "closed", 0, optional=True),
            columns.number(heading("utskick"), "invited", 0, optional=True),
            Column("answered", heading("svar"), answered, "right", optional=True),
            Column("rate", heading("svarsfrekvens"), rate, "right"),
            Column("reached", heading("nar_kraven"), reached, optional=True),
        ],
        note=wording.joined(
            _response_note(data, rates[~rates["scope"].isin(list(published))]),
            say("nulage.not_fran_skr") if published else "",
        ),
    )


def _response_note(data: ReportData, rates: pd.DataFrame) -> str:
    """The total's formula, the requirements, and the reason for a missing rate."""
    if rates.empty:
        return ""
    rules = data.settings.rules
    known = rates["rate"].notna()
    of_total = rates["scope"] == "total"
    mean = (known & of_total).any()
    return wording.joined(
        say(
            "nulage.not_krav",
            omraden=rules.totals.definitions[data.definition()].short if mean else "",
            andel=swedish.percent(rules.response_rate.area.value),
            antal=rules.disclosure.min_answers_ranked.value,
            medel=swedish.percent(rules.response_rate.total.value),
        ),
        say("nulage.not_raknas_inte") if (~known & ~of_total).any() else "",
        _counted_otherwise(data, rates),
    )


def _counted_otherwise(data: ReportData, rates: pd.DataFrame) -> str:
    """The areas of whose answers the report counts another number than was told with the cases."""
    counted = {
        str(row["scope"]): other
        for row in rates.to_dict("records")
        if (other := data.counted_otherwise(row["scope"], row["answered"])) is not None
    }
    if not counted:
        return ""
    told = [
        say("nulage.raknade", antal=swedish.number(number, 0), omrade=data.in_text(scope))
        for scope, number in counted.items()
    ]
    return say("nulage.not_andra_antal", raknade=swedish.listing(told))
