"""Måluppfyllelse och tidplan: the goals and the plan's activities on one time axis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis import store, swedish
from analysis.measures.drivers import Quadrant
from analysis.measures.effect import Conclusion
from analysis.measures.goals import JUDGED, Verdict
from analysis.measures.plan import Kind
from analysis.measures.totals import TOTAL
from analysis.present import columns, wording
from analysis.present.bundle import SILENCE, Figure, Part, Text
from analysis.present.data import ReportData
from analysis.present.figures.timeline import timeline
from analysis.present.goals import area_facts, area_rows, goal_row, restated, verdict
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
    return wording.paragraphs(anothers_plan(data), told, *notes)


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
    """The goals: value, gap, verdict, how sure, pace."""
    goals = data.settings.plan.goals
    said: dict[str, Any] = {"status": Verdict.MISSING, "reason": ""}
    unknown = pd.Series(said, dtype="object").reindex(data.goals.columns)
    found = {goal.number: goal_row(data, goal) for goal in goals}
    rows = {number: unknown if row is None else row for number, row in found.items()}

    def value(goal: Goal) -> str:
        if goal.scope == "total":
            return swedish.number(rows[goal.number]["index"])
        judged = _judged(data, goal)
        met = int((judged["status"] == Verdict.MET).sum())
        if judged.empty:
            return swedish.MISSING
        return say("maluppfyllelse.natt_i_omraden", natt=met, bedomda=len(judged))

    def gap(goal: Goal) -> str:
        if goal.scope == "total":
            return swedish.signed(rows[goal.number]["gap"])
        lowest = swedish.signed(_judged(data, goal)["gap"].min())
        if lowest == swedish.MISSING:
            return lowest
        return say("maluppfyllelse.lagst", avstand=lowest)

    def pace(goal: Goal) -> str:
        needed, so_far = (rows[goal.number][f"pace_{name}"] for name in ("needed", "so_far"))
        if goal.scope == "areas" or (pd.isna(needed) and pd.isna(so_far)):
            return swedish.MISSING
        return f"{swedish.signed(needed)} / {swedish.signed(so_far)}"

    def named(goal: Goal) -> str:
        return say("maluppfyllelse.mal", nummer=goal.number, mal=goal.short)

    def told(goal: Goal) -> str:
        return verdict(data, goal, rows[goal.number])

    def sure(goal: Goal) -> str:
        return wording.certainty(rows[goal.number])

    return Table(
        "mal",
        data.caption(say("maluppfyllelse.malen"), years=[data.year]),
        goals,
        [
            Column("goal", heading("mal"), named),
            Column("value", _level(data), value, "right"),
            Column("gap", heading("till_malet"), gap, "right", optional=True),
            Column("status", heading("bedomning"), told),
            Column("sure", heading("sannolikt_natt"), sure, long=True, optional=True),
            Column("pace", heading("takt"), pace, "right", optional=True),
        ],
        note=_goal_note(data, rows),
    )


def _level(data: ReportData) -> str:
    return heading("resultat_ar", ar=wording.named(data, data.year))


def _judged(data: ReportData, goal: Goal) -> pd.DataFrame:
    rows = area_rows(data, goal)
    return rows[rows["status"].isin(JUDGED)]


def _goal_note(data: ReportData, rows: Mapping[int, pd.Series]) -> str:
    """The start of each pace, the areas that hold a total back, the break, exact differences.

    Parameters
    ----------
    rows
        The goals' rows of the year by number.
    """
    notes = [
        say(
            "maluppfyllelse.takt_fran",
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
    notes += filter(None, [_break_note(data)])
    if not data.judged_when and any(pd.notna(row["gap"]) for row in rows.values()):
        notes.append(say("gemensamt.oavrundat"))
    return " ".join(notes)


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
            columns.signed(heading("till_malet"), "gap", optional=True),
            Column("status", heading("bedomning"), lambda row: wording.goal_status(data, row)),
            Column("sure", heading("sannolikt_natt"), wording.certainty, long=True, optional=True),
        ],
        note=say("gemensamt.oavrundat") if rows["gap"].notna().any() else "",
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
            columns.signed(heading("skillnad"), "change"),
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
            say("maluppfyllelse.efter_not", delvis=rows["partly"].any()),
        ),
    )


def activity_table(data: ReportData) -> Table:
    """Activities and steps with dates, status, numbers reached and money."""
    rows = data.activities
    rows = rows[
        rows["kind"].isin([Kind.ACTIVITY, Kind.STEP])
        | (pd.to_datetime(rows["start"]) <= _horizon(data))
    ]
    budgets = [
        say(
            "maluppfyllelse.budget",
            nummer=activity.number,
            belopp=wording.kronor(activity.budget.amount),
            ar=activity.budget.year,
        )
        for activity in data.settings.plan.activities
        if activity.budget
    ]
    return Table(
        "aktiviteter",
        data.caption(say("maluppfyllelse.aktiviteterna"), source=_progress_source(data)),
        rows,
        [
            Column("step", heading("aktivitet_och_steg"), wording.activity),
            Column("dates", heading("nar"), wording.period),
            Column("status", heading("lage"), wording.step_status),
            Column("reached", heading("deltagare"), _reached, "right", optional=True),
            Column(
                "spent",
                heading("utfall"),
                lambda row: wording.kronor(row["spent"]),
                "right",
                optional=True,
            ),
            Column(
                "note",
                heading("anteckning"),
                lambda row: row["note"] or swedish.MISSING,
                long=True,
                optional=True,
            ),
        ],
        note=" ".join(budgets),
        strong=lambda row: row["kind"] == Kind.ACTIVITY,
    )


def activity_summary(data: ReportData) -> Table:
    """One row an activity, for beside the timeline: status, what was reached, money spent."""
    entries = data.activities

    def status(planned: Activity) -> str:
        own = (entries["number"] == planned.number) & (entries["kind"] == Kind.ACTIVITY)
        return swedish.capitalised(entries.loc[own, "status"].iloc[0])

    def reached(planned: Activity) -> str:
        own = entries[(entries["number"] == planned.number) & entries["reached"].notna()]
        told = [
            say("maluppfyllelse.deltagare", tillfalle=_occasion(data, row), antal=_reached(row))
            for _, row in own.iterrows()
        ]
        return "; ".join(told) or swedish.MISSING

    def spent(planned: Activity) -> str:
        reported = entries.loc[entries["number"] == planned.number, "spent"].dropna()
        money = wording.kronor(reported.sum()) if len(reported) else ""
        if not planned.budget:
            return money or swedish.MISSING
        of = wording.kronor(planned.budget.amount)
        return say("maluppfyllelse.av_budget", utfall=money, belopp=of)

    return Table(
        "aktiviteter",
        data.caption(say("maluppfyllelse.aktiviteterna"), source=_progress_source(data)),
        data.settings.plan.activities,
        [
            Column("activity", heading("aktivitet"), _short_name),
            Column("status", heading("lage"), status),
            Column("reached", heading("deltagare"), reached, optional=True),
            Column("spent", heading("utfall"), spent, "right", optional=True),
        ],
    )


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


def _training(data: ReportData) -> list[int]:
    """Activities that teach: those with follow-ups of their own."""
    return [a.number for a in data.settings.plan.activities if a.recurring]


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


def aims_table(data: ReportData) -> Table | None:
    """The factors that each activity aims at, beside the factors that matter."""
    aims = data.table(store.AIMS)
    important = aims[aims["quadrant"] == Quadrant.PRIORITISE]

    def aims_at(activity: Activity) -> str:
        names = swedish.listing([data.label(factor) for factor in activity.aims_at])
        return names or say("maluppfyllelse.ingen_faktor")

    def wanted(activity: Activity) -> str:
        own = important[important["aimed_at"] & (important["activity"] == activity.number)]
        return swedish.listing(list(own["factor"].map(data.label))) or swedish.MISSING

    trained = important[important["activity"].isin(_training(data))]
    aimed = trained.groupby("factor", sort=False)["aimed_at"].any()
    missed = [data.label(factor) for factor in aimed.index[~aimed]]
    return Table(
        "malinriktning",
        data.caption(say("maluppfyllelse.malinriktning")),
        data.settings.plan.activities,
        [
            Column("activity", heading("aktivitet"), _short_name),
            Column("aims", heading("riktar_sig_mot"), aims_at),
            Column("wanted", heading("varav_prioritera"), wanted),
            Column("reason", heading("grund"), lambda activity: activity.aims_at_reason),
        ],
        note=say("maluppfyllelse.ingen_utbildning_galler", faktorer=swedish.listing(missed).lower())
        if missed
        else "",
    )
