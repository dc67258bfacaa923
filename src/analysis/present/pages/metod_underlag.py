"""What the report is made from: the questions, the answers year by year, the published values."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from analysis import store, swedish
from analysis.measures.cells import Agreement
from analysis.present import columns, wording
from analysis.present.data import ReportData
from analysis.present.tables import Column, Table
from analysis.present.texts import heading, say

READ, COUNTED = "lästa", "räknade"
"""Rows of the table of data quality that are no reasons for setting a row aside."""


def question_table(data: ReportData) -> Table:
    """Every question with its wording."""
    questions = data.settings.questionnaire
    return Table(
        "enkat",
        say("metod.enkatens_fragor", antal=len(questions.items)),
        questions.items,
        [
            Column("text", heading("fraga"), lambda item: item.text, long=True),
            Column("group", heading("hor_till"), lambda item: data.label(item.group)),
        ],
    )


def quality_table(data: ReportData, years: list[int]) -> Table | None:
    """Rows read, counted and set aside, year by year."""
    silent = [year for year in years if year in data.distribution_years]
    years = [year for year in years if year not in silent]
    if not years:
        return None

    counts = {year: _row_counts(data, year) for year in years}

    def aside(year: int) -> str:
        others = {why: n for why, n in counts[year].items() if n and why not in (READ, COUNTED)}
        return "; ".join(f"{why}: {swedish.number(n, 0)}" for why, n in others.items()) or say(
            "metod.inga"
        )

    def number(reason: str) -> Callable[[int], str]:
        return lambda year: swedish.number(counts[year].get(reason, 0), 0)

    return Table(
        "kvalitet",
        data.caption(say("metod.svaren")),
        years,
        [
            Column("year", heading("arendear"), str),
            Column("read", heading("lasta_rader"), number(READ), "right"),
            Column("counted", heading("raknade_svar"), number(COUNTED), "right"),
            Column("aside", heading("inte_medraknade"), aside, long=True),
        ],
        note=wording.joined(
            say("metod.svaren_not", fordelning=_answers_of_total(data)),
            say("metod.svaren_fordelningar", ar=swedish.years(silent)) if silent else "",
        ),
    )


def _row_counts(data: ReportData, year: int) -> dict[str, int]:
    """Rows read, counted, and set aside by reason."""
    quality = data.table(store.quality(year))
    rows = quality[quality["measure"] == "rader"]
    return dict(zip(rows["reason"], rows["count"], strict=True))


def _answers_of_total(data: ReportData) -> str:
    """The year's answers by what they count for: the total, other areas, nothing shown."""
    total = data.cell()
    if total is None or pd.isna(total["n"]) or data.year not in data.joint_years:
        return ""
    counted, inside = _row_counts(data, data.year).get(COUNTED, 0), int(total["n"])
    definition = data.settings.rules.totals.definitions[data.definition()]
    cells = [data.cell(area) for area in data.areas() if area not in definition.areas]
    others = sum(int(cell["n"]) for cell in cells if cell is not None and pd.notna(cell["n"]))
    rest = counted - inside - others
    if rest < 0:
        return ""
    parts = [
        say("metod.svar_i_totalen", antal=swedish.number(inside, 0), mattet=definition.short),
        say("metod.svar_utanfor", antal=swedish.number(others, 0)) if others else "",
        say("metod.svar_som_inte_visas", antal=swedish.number(rest, 0)) if rest else "",
    ]
    return say(
        "metod.svarens_fordelning",
        svar=swedish.number(counted, 0),
        ar=data.year,
        delar=swedish.listing([part for part in parts if part]),
    )


def official_table(data: ReportData) -> Table | None:
    """Official values of the municipality, with sources and reservations."""
    code = data.settings.report.municipality.code
    rows = data.official[data.official["municipality_code"] == code].sort_values(
        ["year", "scope", "measure"]
    )
    if rows.empty:
        return None
    return Table(
        "officiella",
        say(
            "metod.publicerade",
            kommun=data.settings.report.municipality.name,
            exempel=data.example,
        ),
        rows,
        [
            columns.year(),
            Column(
                "what",
                heading("matt"),
                lambda row: _measure(data, row, data.label(row["scope"]).lower()),
            ),
            columns.told(heading("varde"), "value", swedish.published, "right"),
            columns.told(heading("kalla"), "source", wording.source_site),
            Column(
                "note",
                heading("anmarkning"),
                lambda row: "" if pd.isna(row["note"]) else str(row["note"]),
                long=True,
            ),
        ],
    )


def difference_table(data: ReportData) -> Table | None:
    """Our values that differ from official ones by more than the rule allows, with the reason."""
    rows = data.indices[data.indices["official_status"] == Agreement.DIFFERS]
    if rows.empty:
        return None
    definitions = data.settings.rules.totals.definitions

    def what(row: pd.Series) -> str:
        total = definitions.get(row["definition"])
        of = total.short if total else data.label(row["scope"]).lower()
        return _measure(data, row, of)

    limit = swedish.number(data.settings.rules.official.explained_difference.value)
    return Table(
        "skillnader",
        data.caption(say("metod.skillnader", grans=limit)),
        rows,
        [
            columns.year(),
            Column("what", heading("matt"), what),
            columns.number(heading("eget_varde"), "index"),
            columns.number(heading("officiellt"), "official"),
            columns.difference(heading("skillnad"), "index", "official"),
            Column(
                "reason",
                heading("forklaring"),
                lambda row: say(wording.DIFFERENCE_REASONS[row["official_reason"]]),
                long=True,
            ),
        ],
        note=say("metod.skillnader_not"),
    )


def _measure(data: ReportData, row: pd.Series, of: str) -> str:
    """The name of an index of a scope."""
    name = data.index_name(row["scope"], row["measure"])
    return say("metod.matt_i_omrade", matt=name, omrade=of)
