"""A förvaltning on one page: all its areas, what to begin with in each, its share of the plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from analysis import swedish
from analysis.measures.goals import JUDGED
from analysis.present import columns, goals, sheet, wording
from analysis.present.data import ReportData
from analysis.present.pages import blad_delar, forvaltningar, omrade
from analysis.present.sheet import PaperSheet, Section
from analysis.present.tables import Column
from analysis.present.texts import heading, say
from analysis.settings import Goal

YEARS = 6
"""Years of the development that a page's width holds."""


def unit_sheet(data: ReportData, unit: str, areas: Sequence[str]) -> PaperSheet:
    """The document of a förvaltning (its key) with several areas."""
    return PaperSheet(
        name=sheet.of_unit(unit),
        title=data.settings.report.units[unit],
        subtitle=blad_delar.subtitle(data),
        intro=[say("blad.omraden", omraden=data.names(areas))],
        cards=(),
        rows=[
            [*_result(data, areas)],
            [*_over_time(data, areas)],
            [*_factors(data, areas)],
            [*_kept(data, areas), *_first(data, areas)],
            [*_goals(data, areas)],
            [*forvaltningar.agreed(data, unit)],
        ],
        comment=None,
        frame=blad_delar.frame(data),
    )


def _result(data: ReportData, areas: Sequence[str]) -> Iterator[Section]:
    rows = data.select(year=data.year, kind="nki", definition="")
    rows = rows.set_index("scope", drop=False).reindex(list(areas))
    rows = rows[rows["scope"].notna()]
    if rows.empty:
        yield Section(say("blad.resultat"), [say("blad.inget_resultat", ar=data.year)])
        return
    yield blad_delar.tabled(
        say("blad.resultat"),
        rows,
        [columns.area(data), *columns.result(data, data.label("nki")), columns.change(data)],
    )


def _over_time(data: ReportData, areas: Sequence[str]) -> Iterator[Section]:
    rows = data.select(kind="nki", definition="")
    rows = rows[rows["scope"].isin(areas) & rows["governing"].notna()]
    years = sorted(map(int, rows["year"].unique()))[-YEARS:]
    if len(years) < 2:
        return
    records = [
        {"scope": area, **{str(year): data.cell(area, year=year) for year in years}}
        for area in areas
    ]
    yield blad_delar.tabled(
        say("blad.utveckling_fargad"),
        records,
        [
            columns.name(data, heading("omrade"), "scope"),
            *(columns.heat(wording.named(data, year), str(year)) for year in years),
        ],
    )


def _factors(data: ReportData, areas: Sequence[str]) -> Iterator[Section]:
    if shown := columns.factor_cells(data, areas):
        told = [columns.name(data, heading("omrade"), "scope"), *columns.factors(data)]
        yield blad_delar.tabled(say("blad.faktorer"), shown, told)


def _kept(data: ReportData, areas: Sequence[str]) -> Iterator[Section]:
    high = {area: omrade.extremes(data, area)[1] for area in areas}
    best = {area: rows.iloc[0] for area, rows in high.items() if len(rows)}
    return _question_each(data, say("blad.behall"), best)


def _first(data: ReportData, areas: Sequence[str]) -> Iterator[Section]:
    first = {area: found[1] for area in areas if (found := omrade.first_question(data, area))}
    return _question_each(data, say("blad.forbattra"), first)


def _question_each(
    data: ReportData, title: str, rows: Mapping[str, pd.Series]
) -> Iterator[Section]:
    """A question with its index for each of some areas."""
    told = [
        say("blad.i_omrade", omrade=data.label(area), vad=blad_delar.question(data, row))
        for area, row in rows.items()
    ]
    if told:
        yield Section(title, told, listed=True)


def _goals(data: ReportData, areas: Sequence[str]) -> Iterator[Section]:
    of_areas = goals.for_areas(data)
    judged = data.goals[data.goals["scope"].isin(areas) & (data.goals["year"] == data.year)]
    if not of_areas or judged.empty:
        return
    if data.judged_when and not judged["status"].isin(JUDGED).any():
        yield Section(say("blad.mal"), omrade.unjudged(data, str(judged["scope"].iloc[0])))
        return

    def told(goal: Goal, area: str) -> str:
        rows = judged[(judged["scope"] == area) & (judged["goal"] == goal.number)]
        if rows.empty:
            return swedish.MISSING
        row = rows.iloc[0]
        status = wording.goal_status(data, row)
        if row["status"] not in JUDGED:
            return status
        return say("blad.mal_varde", varde=wording.goal_value(row), lage=status)

    def column(goal: Goal) -> Column:
        return Column(
            f"goal_{goal.number}", f"{goal.number}. {goal.short}", lambda area: told(goal, area)
        )

    area = Column("area", heading("omrade"), data.label)
    yield blad_delar.tabled(say("blad.mal"), areas, [area, *map(column, of_areas)])
