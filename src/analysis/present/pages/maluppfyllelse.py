"""Mål och tidplan: the goals and the plan's activities on one time axis."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd

from analysis import swedish
from analysis.measures.goals import JUDGED, Verdict
from analysis.measures.totals import TOTAL
from analysis.present import columns, forecasts, goals, wording
from analysis.present.bundle import SILENCE, Figure, Part, Text
from analysis.present.data import ReportData
from analysis.present.figures.timeline import timeline
from analysis.present.tables import Column, Table
from analysis.present.texts import heading, say
from analysis.settings import Goal
from analysis.settings.questionnaire import NKI


def introduction(data: ReportData) -> Text:
    """The plan, its decision, and the difference between the two documents."""
    if not data.settings.plan.adopted:
        return no_plan(data)
    document = data.settings.plan.document
    plan = data.settings.plan
    told = say(
        "maluppfyllelse.plan",
        antagen_av=document.adopted_by,
        titel=document.title,
        datum=swedish.long_date(document.adopted),
        diarienummer=document.reference,
        mal=swedish.number_word(len(plan.goals)),
        aktiviteter=swedish.number_word(len(plan.activities)),
        flera=len(plan.activities) != 1,
    )
    notes = (goal.reference.note for goal in plan.goals if goal.reference)
    return wording.paragraphs(told, *notes, decided(data))


def decided(data: ReportData) -> str:
    """When the goals for a year to come are decided; empty where there are none."""
    return wording.joined(
        *(
            say(
                "maluppfyllelse.avgors",
                nummer=goal.number,
                **goals.decided_when(data, goal.target_year),
            )
            for goal in data.settings.plan.goals
            if goal.target_year and goal.target_year > data.year
        )
    )


def no_plan(data: ReportData) -> Text:
    """How a municipality without a plan of its own writes one, since nothing is judged without."""
    own = data.settings.report.municipality.organisation
    return wording.text("maluppfyllelse.ingen_plan", kommun=own)


def timeline_figure(data: ReportData) -> Figure | None:
    """The timeline: activities, follow-ups, today, the index, the targets, the break."""
    if not data.settings.plan.adopted:
        return None
    return timeline(data, data.settings.plan.total_goal, key="tidplan")


def goal_table(data: ReportData) -> Table | None:
    """The goals: value, distance, verdict, change a year; none without a plan."""
    if not data.settings.plan.adopted:
        return None
    said: dict[str, Any] = {"status": Verdict.MISSING, "reason": ""}
    unknown = pd.Series(said, dtype="object").reindex(data.goals.columns)
    found = {goal.number: goals.goal_row(data, goal) for goal in data.settings.plan.goals}
    rows = {number: unknown if row is None else row for number, row in found.items()}

    def value(goal: Goal) -> str:
        return result(data, goal, rows[goal.number])

    def gap(goal: Goal, apart: bool) -> str:
        if goal.scope == "total":
            return gap_told(rows[goal.number], apart)
        judged = _judged(data, goal).sort_values("gap")
        if judged.empty:
            return swedish.MISSING
        return gap_told(judged.iloc[0], apart, farthest_of=len(judged))

    def pace(goal: Goal) -> str:
        row = rows[goal.number]
        needed, known = row["pace_needed"], pd.notna(row["pace_so_far"])
        if goal.scope == "areas" or (pd.isna(needed) and not known):
            return swedish.MISSING
        so_far = goals.pace_so_far(row)[0] if known else None
        return f"{swedish.signed(needed)} / {swedish.signed(so_far)}"

    def named(goal: Goal) -> str:
        return say("maluppfyllelse.mal", nummer=goal.number, mal=goal.short)

    def told(goal: Goal) -> str:
        return goals.verdict(data, goal, rows[goal.number])

    return Table(
        "mal",
        data.caption(say("maluppfyllelse.malen"), years=[data.year]),
        data.settings.plan.goals,
        [
            Column("goal", heading("mal"), named),
            Column("value", level(data), value),
            _gap_column(rows.values(), gap),
            Column("status", heading("bedomning"), told),
            Column("pace", heading("takt"), pace, "right", optional=True),
        ],
        note=_goal_note(data, rows),
    )


def forecast(data: ReportData) -> Text:
    """Where the goals lead whose year is still to come."""
    return forecasts.section(data)


def level(data: ReportData) -> str:
    """The heading of a column of the newest year's results."""
    return heading("resultat_ar", ar=wording.named(data, data.year))


def result(data: ReportData, goal: Goal, row: pd.Series) -> str:
    """A goal's result: the total's index, or how many of the areas reach it.

    Parameters
    ----------
    row
        The goal's row for the whole municipality.
    """
    return wording.goal_value(row) if goal.scope == "total" else _areas_met(data, goal)


def _gap_column(
    rows: Iterable[pd.Series], cell: Callable[[Any, bool], str], *, right: bool = False
) -> Column:
    """What is left to each goal; with a goal that its year has decided, how far they lie apart.

    Parameters
    ----------
    rows
        The rows of the goals that the table tells.
    cell
        A record's distance, and whether what lies below has to be told apart.
    """
    apart = any(wording.decided_in(row) for row in rows)
    return Column(
        "gap",
        heading("avstand_till_malet" if apart else "till_malet"),
        lambda record: cell(record, apart),
        "right" if right else "left",
        optional=True,
    )


def gap_told(row: pd.Series, apart: bool, *, farthest_of: int = 1) -> str:
    """The units that are left to a goal, or that the result lies over it.

    Parameters
    ----------
    row
        A row of the goals.
    apart
        Whether the units below a goal are told as such, not as what is left.
    farthest_of
        The number of areas among which the row is the farthest below its goal.
    """
    if pd.isna(row["gap"]):
        return swedish.MISSING
    units = goals.distance(row)
    return say(
        "maluppfyllelse.kvar",
        enheter=swedish.number(units) if units else "",
        over=row["gap"] >= 0,
        flera=farthest_of > 1,
        avstand=apart,
    )


def _areas_met(data: ReportData, goal: Goal) -> str:
    """The number of judged areas that reach a goal; also with those that the plan names besides."""
    judged, plan = _judged(data, goal), data.settings.plan.areas
    if judged.empty:
        return swedish.MISSING
    met = int((judged["status"] == Verdict.MET).sum())
    named = [area for area in plan.named if area not in plan.judged]
    year = goal.judged_by(data.year)
    cells = [data.cell(area, goal.measure, year) for area in named]
    values = [None if cell is None else wording.governing(cell) for cell in cells]
    counted = [value for value in values if value is not None]
    told = counted if len(counted) == len(named) else []
    return say(
        "maluppfyllelse.natt_i_omraden",
        natt=met,
        bedomda=len(judged),
        andra=data.names(named) if told else "",
        natt_med=met + sum(value >= goal.target for value in told),
        alla=len(judged) + len(told),
        ar=year if year < data.year else "",
    )


def _judged(data: ReportData, goal: Goal) -> pd.DataFrame:
    rows = goals.area_rows(data, goal)
    return rows[rows["status"].isin(JUDGED)]


def _goal_note(data: ReportData, rows: Mapping[int, pd.Series]) -> str:
    """The start of each pace, the areas that hold a total back, the break.

    Parameters
    ----------
    rows
        The goals' rows of the year by number.
    """
    notes = [
        say(
            "maluppfyllelse.forandring_fran",
            nummer=number,
            varde=swedish.number(row["pace_from"]),
            ar=int(row["pace_since"]),
            omraknat=goals.restated(data, row),
        )
        for number, row in rows.items()
        if pd.notna(row["pace_so_far"])
    ]
    for number, row in rows.items():
        if row["scope"] == TOTAL and row["status"] == Verdict.MISSED and row["holding_back"]:
            areas = row["holding_back"].split(",")
            named = data.names(areas)
            notes.append(
                say(
                    "maluppfyllelse.dras_ned",
                    nummer=number,
                    omraden=named,
                    flera=len(areas) > 1,
                    ar=wording.decided_in(row),
                )
            )
    before = goals.decided_before(data)
    stands = say("maluppfyllelse.avgjorda", mal=before) if before else ""
    return wording.joined(stands, *notes, _break_note(data))


def _break_note(data: ReportData) -> str:
    totals = data.settings.rules.totals.definitions
    baseline = next((b for b in data.settings.plan.baselines if b.measure == NKI), None)
    if baseline is None:
        return ""
    before, now = totals[data.definition(baseline.year)], totals[data.definition()]
    if before.short == now.short:
        return ""
    return say(
        "maluppfyllelse.brott",
        utgangsvarde=swedish.number(baseline.index, 0),
        utgangsar=baseline.year,
        fore=before.short,
        ar=data.year,
        nu=now.short,
    )


def area_goal_tables(data: ReportData) -> list[Part]:
    """The goals for every area, area by area."""
    if not data.settings.plan.adopted:
        return []
    tables = [_area_goal_table(data, goal) for goal in goals.for_areas(data)]
    return [*tables] or [wording.text("maluppfyllelse.inga_mal_for_omraden")]


def _area_goal_table(data: ReportData, goal: Goal) -> Table:
    rows = goals.area_rows(data, goal).sort_values("gap", na_position="last")
    return Table(
        f"mal-{goal.number}",
        data.caption(
            say("maluppfyllelse.mal_for_omraden", nummer=goal.number, mal=goal.short),
            years=[data.year],
        ),
        rows,
        [
            columns.name(data, heading("omrade"), "scope"),
            Column("index", level(data), wording.goal_value, "right"),
            _gap_column([row for _, row in rows.iterrows()], gap_told, right=True),
            Column("status", heading("bedomning"), lambda row: wording.goal_status(data, row)),
        ],
    )


def area_goals(data: ReportData) -> Text:
    """The goals for every area, in words."""
    items = [
        say(
            "maluppfyllelse.mal_i_ord",
            nummer=goal.number,
            mal=goal.short,
            omraden=goals.area_facts(data, goal),
        )
        for goal in goals.for_areas(data)
    ]
    return wording.bullets([*items, data.settings.plan.areas.reason]) if items else SILENCE
