"""Mål och tidplan: the goals and the plan's activities on one time axis."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from analysis import store, swedish
from analysis.measures.drivers import Quadrant
from analysis.measures.effect import Conclusion
from analysis.measures.goals import JUDGED, Verdict
from analysis.measures.plan import Kind, PlanStatus
from analysis.measures.totals import TOTAL
from analysis.present import columns, wording
from analysis.present.bundle import SILENCE, Figure, Folded, Part, Text
from analysis.present.data import ReportData
from analysis.present.figures.matrix import quadrant_name
from analysis.present.figures.timeline import timeline
from analysis.present.goals import (
    area_facts,
    area_rows,
    goal_row,
    pace_so_far,
    restated,
    verdict,
)
from analysis.present.mark import made_up
from analysis.present.tables import Column, Table
from analysis.present.texts import heading, say
from analysis.settings import Activity, Goal
from analysis.settings.questionnaire import NKI


def introduction(data: ReportData) -> Text:
    """The plan, its decision, and the difference between the two documents."""
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
    return wording.paragraphs(anothers_plan(data), told, *notes, decided(data))


def decided(data: ReportData) -> str:
    """When the goals for a year to come are decided; empty where there are none."""
    plan = data.settings.plan
    return wording.joined(
        *(
            say(
                "maluppfyllelse.avgors",
                nummer=goal.number,
                ar=goal.target_year,
                manad=swedish.month(date(goal.target_year + 1, plan.evaluation.month, 1)),
            )
            for goal in plan.goals
            if goal.target_year and goal.target_year > data.year
        )
    )


def anothers_plan(data: ReportData) -> str:
    """A warning that the plan is another municipality's; empty when it is not."""
    owner, municipality = (
        data.settings.plan.document.municipality,
        data.settings.report.municipality,
    )
    if owner == municipality.code:
        return ""
    return say(
        "maluppfyllelse.annans_plan",
        kommun=data.settings.municipalities.get(owner, owner),
        organisation=municipality.organisation,
    )


def timeline_figure(data: ReportData) -> Figure:
    """The timeline: activities, follow-ups, today, the index, the targets, the break."""
    return timeline(data, data.settings.plan.total_goal, key="tidplan")


def goal_table(data: ReportData) -> Table:
    """The goals: value, distance, verdict, change a year."""
    goals = data.settings.plan.goals
    said: dict[str, Any] = {"status": Verdict.MISSING, "reason": ""}
    unknown = pd.Series(said, dtype="object").reindex(data.goals.columns)
    found = {goal.number: goal_row(data, goal) for goal in goals}
    rows = {number: unknown if row is None else row for number, row in found.items()}

    def value(goal: Goal) -> str:
        if goal.scope == "total":
            return swedish.number(rows[goal.number]["index"])
        return _areas_met(data, goal)

    def gap(goal: Goal) -> str:
        if goal.scope == "total":
            return distance(rows[goal.number])
        judged = _judged(data, goal).sort_values("gap")
        if judged.empty:
            return swedish.MISSING
        return distance(judged.iloc[0], farthest_of=len(judged))

    def pace(goal: Goal) -> str:
        row = rows[goal.number]
        needed, known = row["pace_needed"], pd.notna(row["pace_so_far"])
        if goal.scope == "areas" or (pd.isna(needed) and not known):
            return swedish.MISSING
        so_far = pace_so_far(row)[0] if known else None
        return f"{swedish.signed(needed)} / {swedish.signed(so_far)}"

    def named(goal: Goal) -> str:
        return say("maluppfyllelse.mal", nummer=goal.number, mal=goal.short)

    def told(goal: Goal) -> str:
        return verdict(data, goal, rows[goal.number])

    return Table(
        "mal",
        data.caption(say("maluppfyllelse.malen"), years=[data.year]),
        goals,
        [
            Column("goal", heading("mal"), named),
            Column("value", _level(data), value, "right"),
            Column("gap", heading("till_malet"), gap, "right", optional=True),
            Column("status", heading("bedomning"), told),
            Column("pace", heading("takt"), pace, "right", optional=True),
        ],
        note=_goal_note(data, rows),
    )


def _level(data: ReportData) -> str:
    return heading("resultat_ar", ar=wording.named(data, data.year))


def distance(row: pd.Series, *, farthest_of: int = 1) -> str:
    """The units that are left to a goal, or that the result lies over it.

    Parameters
    ----------
    row
        A row of the goals.
    farthest_of
        The number of areas among which the row is the farthest below its goal.
    """
    if pd.isna(row["gap"]):
        return swedish.MISSING
    units = abs(swedish.difference(row["index"], row["target"]))
    return say(
        "maluppfyllelse.kvar",
        enheter=swedish.number(units) if units else "",
        over=row["gap"] >= 0,
        flera=farthest_of > 1,
    )


def _areas_met(data: ReportData, goal: Goal) -> str:
    """The number of judged areas that reach a goal; also with those that the plan names besides."""
    judged, plan = _judged(data, goal), data.settings.plan.areas
    if judged.empty:
        return swedish.MISSING
    met = int((judged["status"] == Verdict.MET).sum())
    named = [area for area in plan.named if area not in plan.judged]
    cells = [data.cell(area, goal.measure) for area in named]
    values = [None if cell is None else wording.governing(cell) for cell in cells]
    counted = [value for value in values if value is not None]
    told = counted if len(counted) == len(named) else []
    return say(
        "maluppfyllelse.natt_i_omraden",
        natt=met,
        bedomda=len(judged),
        andra=swedish.listing([data.label(area).lower() for area in named]) if told else "",
        natt_med=met + sum(value >= goal.target for value in told),
        alla=len(judged) + len(told),
    )


def _judged(data: ReportData, goal: Goal) -> pd.DataFrame:
    rows = area_rows(data, goal)
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
            omraknat=restated(data, row),
        )
        for number, row in rows.items()
        if pd.notna(row["pace_so_far"])
    ]
    for number, row in rows.items():
        if row["scope"] == TOTAL and row["status"] == Verdict.MISSED and row["holding_back"]:
            areas = [data.label(scope).lower() for scope in row["holding_back"].split(",")]
            named = swedish.listing(areas)
            notes.append(
                say("maluppfyllelse.dras_ned", nummer=number, omraden=named, flera=len(areas) > 1)
            )
    return wording.joined(*notes, _break_note(data))


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
    goals = [goal for goal in data.settings.plan.goals if goal.scope == "areas"]
    if not goals:
        return [wording.paragraphs(say("maluppfyllelse.inga_mal_for_omraden"))]
    return [_area_goal_table(data, goal) for goal in goals]


def _area_goal_table(data: ReportData, goal: Goal) -> Table:
    rows = area_rows(data, goal).sort_values("gap", na_position="last")
    return Table(
        f"mal-{goal.number}",
        data.caption(
            say("maluppfyllelse.mal_for_omraden", nummer=goal.number, mal=goal.short),
            years=[data.year],
        ),
        rows,
        [
            columns.name(data, heading("omrade"), "scope"),
            columns.number(_level(data), "index"),
            Column("gap", heading("till_malet"), distance, "right", optional=True),
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
            omraden=area_facts(data, goal),
        )
        for goal in data.settings.plan.goals
        if goal.scope == "areas"
    ]
    return wording.bullets([*items, data.settings.plan.areas.reason]) if items else SILENCE


CONCLUSIONS = {
    Conclusion.NO_AFTER: "maluppfyllelse.ingen_matning_efter",
    Conclusion.UNKNOWN: "maluppfyllelse.okand_osakerhet",
    Conclusion.NO_CHANGE: "maluppfyllelse.ingen_saker_forandring",
    Conclusion.ROSE: "maluppfyllelse.okade_efter",
    Conclusion.FELL: "maluppfyllelse.minskade_efter",
    Conclusion.ROSE_MORE: "maluppfyllelse.okade_mer_an_riket",
    Conclusion.FELL_MORE: "maluppfyllelse.minskade_mer_an_riket",
}


def effect(data: ReportData) -> Part | None:
    """NKI and bemötande before and after the training, where the plan has one that is measured."""
    measured = [a for a in data.settings.plan.activities if a.measured_from is not None]
    if not measured:
        return wording.paragraphs(say("maluppfyllelse.ingen_aktivitet_mats"))
    rows = data.table(store.EFFECT)
    rows = rows[rows["before"].notna() & (rows["activity"] == measured[0].number)]
    if rows.empty:
        return None
    when = swedish.span(measured[0].start, measured[0].end)
    before, after = int(rows["before_year"].iloc[0]), int(rows["after_year"].iloc[0])
    return Table(
        "efter",
        data.caption(
            say(
                "maluppfyllelse.fore_och_efter",
                nummer=measured[0].number,
                aktivitet=measured[0].short.lower(),
                nar=when,
            ),
            years=[before, after],
        ),
        rows,
        [
            columns.name(data, heading("matt"), "measure"),
            columns.number(heading("fore_ar", ar=before), "before"),
            columns.number(heading("efter_ar", ar=after), "after"),
            columns.signed(heading("forandring"), "change"),
            columns.interval(data, "", optional=True),
            columns.signed(heading("rikets_andring"), "reference_change", optional=True),
            Column(
                "words",
                heading("slutsats"),
                lambda row: say(CONCLUSIONS[row["conclusion"]]),
                long=True,
            ),
        ],
        note=wording.joined(
            say("gemensamt.oavrundat"),
            say("maluppfyllelse.efter_not", nar=when, ar=after, delvis=rows["partly"].any()),
        ),
    )


def activity_summary(data: ReportData) -> Table:
    """One row an activity: status, participants, money, what comes next."""
    entries = data.activities

    def own(planned: Activity) -> pd.DataFrame:
        return entries[entries["number"] == planned.number]

    def status(planned: Activity) -> str:
        rows = own(planned)
        return swedish.capitalised(wording.plan_status(rows[rows["kind"] == Kind.ACTIVITY].iloc[0]))

    def reached(planned: Activity) -> str:
        rows = own(planned)
        told = [
            say("maluppfyllelse.deltagare", tillfalle=_occasion(data, row), antal=_reached(row))
            for _, row in rows[rows["reached"].notna()].iterrows()
        ]
        return "\n".join(told) or swedish.MISSING

    def budget(planned: Activity) -> str:
        if not planned.budget:
            return swedish.MISSING
        amount = swedish.number(planned.budget.amount, 0)
        return say("maluppfyllelse.belopp_ar", belopp=amount, ar=planned.budget.year)

    def spent(planned: Activity) -> str:
        reported = own(planned)["spent"].dropna()
        if len(reported):
            return swedish.number(reported.sum(), 0)
        return say("maluppfyllelse.utfall_saknas") if planned.budget else swedish.MISSING

    def following(planned: Activity) -> str:
        rows = own(planned)
        rows = rows[(rows["kind"] != Kind.ACTIVITY) & (rows["status"] == PlanStatus.AHEAD)]
        if rows.empty:
            return swedish.MISSING
        first = rows.sort_values("start").iloc[0]
        name = data.settings.plan.short_names[first["step"]]
        return say("maluppfyllelse.nasta", steg=name, nar=wording.period(first))

    return Table(
        "aktiviteter",
        data.caption(say("maluppfyllelse.aktiviteterna"), source=_progress_source(data)),
        data.settings.plan.activities,
        [
            Column("activity", heading("aktivitet"), _short_name),
            Column("status", heading("lage"), status),
            Column("reached", heading("deltagare"), reached, optional=True),
            Column("budget", heading("budget"), budget, "right", optional=True),
            Column("spent", heading("utfall"), spent, "right", optional=True),
            Column("next", heading("nasta_steg"), following, optional=True),
        ],
    )


def step_table(data: ReportData) -> Folded:
    """Every step until a year from now with dates, status, participants, money and notes."""
    rows = data.activities
    rows = rows[
        (rows["kind"] != Kind.ACTIVITY)
        & ((rows["kind"] == Kind.STEP) | (pd.to_datetime(rows["start"]) <= _horizon(data)))
    ]
    table = Table(
        "steg",
        data.caption(say("maluppfyllelse.stegen"), source=_progress_source(data)),
        rows,
        [
            Column("step", heading("steg"), wording.activity),
            Column("dates", heading("nar"), wording.period),
            Column("status", heading("lage"), wording.step_status),
            Column("reached", heading("deltagare"), _reached, "right", optional=True),
            columns.number(heading("utfall"), "spent", 0, optional=True),
            Column("note", heading("anteckning"), _note, long=True, optional=True),
        ],
    )
    return Folded(say("maluppfyllelse.alla_steg"), [table])


def _note(row: pd.Series) -> str:
    return row["note"] or swedish.MISSING


def _short_name(activity: Activity) -> str:
    return f"{activity.number} {activity.short}"


def _occasion(data: ReportData, row: pd.Series) -> str:
    """A step's short name; what comes back also with its year."""
    name = data.settings.plan.short_names[row["step"]]
    return f"{name} {pd.Timestamp(row['start']).year}" if row["from_rule"] else name


def _progress_source(data: ReportData) -> str:
    return say(
        "maluppfyllelse.kalla_aktiviteter",
        diarienummer=data.settings.plan.document.reference,
        exempel=made_up().word if data.example else "",
    )


def _training(data: ReportData) -> list[Activity]:
    """Activities that teach: those with follow-ups of their own."""
    return [activity for activity in data.settings.plan.activities if activity.recurring]


def _horizon(data: ReportData) -> pd.Timestamp:
    return pd.Timestamp(data.today) + pd.DateOffset(years=1)


def _reached(row: pd.Series) -> str:
    if pd.isna(row["reached"]):
        return swedish.MISSING
    if pd.isna(row["intended"]):
        return swedish.number(row["reached"], 0)
    return say(
        "maluppfyllelse.deltagare_av",
        natta=swedish.number(row["reached"], 0),
        avsedda=swedish.number(row["intended"], 0),
        andel=swedish.percent(float(row["reached"]) / float(row["intended"])),
    )


def aims_finding(data: ReportData) -> Text | None:
    """The factors that ought to come first and that no training aims at."""
    aims = data.table(store.AIMS)
    important = aims[aims["quadrant"] == Quadrant.PRIORITISE]
    trained = important[important["activity"].isin([a.number for a in _training(data)])]
    aimed = trained.groupby("factor", sort=False)["aimed_at"].any()
    missed = [data.label(factor).lower() for factor in aimed.index[~aimed]]
    if not missed:
        return None
    factors = swedish.listing(missed)
    return wording.paragraphs(say("maluppfyllelse.ingen_utbildning_galler", faktorer=factors))


def aims_table(data: ReportData) -> Table | None:
    """The factors, beside the training that aims at each as we read the plan."""
    training = _training(data)
    if not training:
        return None
    aims = data.table(store.AIMS)
    fields = dict(zip(aims["factor"], aims["quadrant"], strict=True))
    effects = data.drivers[data.drivers["scope"] == TOTAL].set_index("factor")["effect"]
    by_effect = [*effects.sort_values(ascending=False).index]

    def result(factor: str) -> str:
        return wording.index(data.cell(measure=factor))

    def taught(factor: str) -> str:
        names = [a.short.lower() for a in training if factor in a.aims_at]
        if not names:
            return say("maluppfyllelse.ingen_utbildning")
        return swedish.capitalised(swedish.listing(names))

    reasons = [
        say("maluppfyllelse.tolkning_av", aktivitet=_short_name(a), grund=a.aims_at_reason)
        for a in training
    ]
    return Table(
        "utbildningarna",
        data.caption(say("maluppfyllelse.utbildningarna"), years=[data.year]),
        by_effect or list(fields),
        [
            Column("factor", heading("servicefaktor"), data.label),
            Column("index", _level(data), result, "right"),
            Column("field", heading("falt"), lambda f: quadrant_name(fields[f]), optional=True),
            Column("training", heading("utbildningar"), taught),
        ],
        note=say("maluppfyllelse.tolkning", delar=" ".join(reasons)),
    )
