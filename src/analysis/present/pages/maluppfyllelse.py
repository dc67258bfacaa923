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
from analysis.present.texts import say
from analysis.settings import Activity, Goal
from analysis.settings.questionnaire import NKI


def introduction(data: ReportData) -> Text:
    """The plan, its decision, and the difference between the two documents."""
    document = data.settings.plan.document
    plan = data.settings.plan
    count = len(plan.activities)
    sentences = [
        f"{swedish.capitalised(document.adopted_by)} antog {document.title} den "
        f"{swedish.long_date(document.adopted)} ({document.reference}). Planen har "
        f"{swedish.number_word(len(plan.goals))} mål och "
        + ("en aktivitet" if count == 1 else f"{swedish.number_word(count)} aktiviteter")
        + ". Målen bedöms på det officiella "
        "värdet där det finns, annars på den egna beräkningen.",
        *(goal.reference.note for goal in plan.goals if goal.reference),
    ]
    return wording.paragraphs(anothers_plan(data), *sentences)


def anothers_plan(data: ReportData) -> str:
    """A warning that the plan is another municipality's; empty when it is not."""
    owner, municipality = (
        data.settings.plan.document.municipality,
        data.settings.report.municipality,
    )
    if owner == municipality.code:
        return ""
    return (
        f"**Planen är {data.settings.municipalities.get(owner, owner)} kommuns.** "
        f"{municipality.organisation} har ingen egen plan i inställningarna; här läggs kommunens "
        "värden bredvid den planens mål och tidplan."
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
        return f"{met} av {len(judged)} områden" if len(judged) else swedish.MISSING

    def gap(goal: Goal) -> str:
        if goal.scope == "total":
            return swedish.signed(rows[goal.number]["gap"])
        lowest = swedish.signed(_judged(data, goal)["gap"].min())
        return lowest if lowest == swedish.MISSING else f"lägst {lowest}"

    def pace(goal: Goal) -> str:
        needed, so_far = (rows[goal.number][f"pace_{name}"] for name in ("needed", "so_far"))
        if goal.scope == "areas" or (pd.isna(needed) and pd.isna(so_far)):
            return swedish.MISSING
        return f"{swedish.signed(needed)} / {swedish.signed(so_far)}"

    def told(goal: Goal) -> str:
        return verdict(data, goal, rows[goal.number])

    def sure(goal: Goal) -> str:
        return wording.certainty(rows[goal.number])

    return Table(
        "mal",
        data.caption("**Målen.**", years=[data.year]),
        goals,
        [
            Column("goal", "Mål", lambda goal: f"Mål {goal.number}: {goal.short}"),
            Column("value", _level(data), value, "right"),
            Column("gap", "Till målet", gap, "right", optional=True),
            Column("status", "Bedömning", told),
            Column("sure", SURE, sure, long=True, optional=True),
            Column("pace", "Takt per år\nbehövs / hittills", pace, "right", optional=True),
        ],
        note=_goal_note(data, rows),
    )


SURE = "Sannolikt att målet är nått"


def _level(data: ReportData) -> str:
    return f"Läge {wording.named(data, data.year)}"


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
        f"Takten hittills för mål {number} räknas från {swedish.number(row['pace_from'])} "
        f"({int(row['pace_since'])}{restated(data, row)})."
        for number, row in rows.items()
        if pd.notna(row["pace_so_far"])
    ]
    for number, row in rows.items():
        if row["scope"] == TOTAL and row["status"] == Verdict.MISSED and row["holding_back"]:
            areas = [data.label(scope).lower() for scope in row["holding_back"].split(",")]
            order = ", mest av det som nämns först" if len(areas) > 1 else ""
            notes.append(f"Totalen i mål {number} dras ned av {swedish.listing(areas)}{order}.")
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
    return (
        f"Planens utgångsvärde {swedish.number(baseline.index, 0)} ({baseline.year}) är mätt med "
        f"{before.short}, läget {data.year} med {now.short}. De är inte helt jämförbara."
    )


def area_goal_tables(data: ReportData) -> list[Part]:
    """The goals for every area, area by area."""
    goals = [goal for goal in data.settings.plan.goals if goal.scope == "areas"]
    if not goals:
        return [wording.paragraphs("Planen har inga mål för de enskilda områdena.")]
    return [_area_goal_table(data, goal) for goal in goals]


def _area_goal_table(data: ReportData, goal: Goal) -> Table:
    rows = area_rows(data, goal).sort_values("gap", na_position="last")
    return Table(
        f"mal-{goal.number}",
        data.caption(f"**Mål {goal.number}: {goal.short}.**", years=[data.year]),
        rows,
        [
            columns.name(data, "Område", "scope"),
            columns.number(_level(data), "index"),
            columns.signed("Till målet", "gap", optional=True),
            Column("status", "Bedömning", lambda row: wording.goal_status(data, row)),
            Column("sure", SURE, wording.certainty, long=True, optional=True),
        ],
        note=say("gemensamt.oavrundat") if rows["gap"].notna().any() else "",
    )


def area_goals(data: ReportData) -> Text:
    """The goals for every area, in words."""
    items = [
        f"**Mål {goal.number}, {goal.short}.** {area_facts(data, goal)}"
        for goal in data.settings.plan.goals
        if goal.scope == "areas"
    ]
    return wording.bullets([*items, data.settings.plan.areas.reason]) if items else SILENCE


EFFECT_WORDS = {
    Conclusion.NO_AFTER: "Det finns ännu ingen mätning efter utbildningen.",
    Conclusion.UNKNOWN: "Hur säker skillnaden är går inte att räkna ut ur publicerade värden.",
    Conclusion.NO_CHANGE: "Skillnaden är inte säkerställd.",
    Conclusion.ROSE: "Högre efter utbildningen, och skillnaden är säkerställd.",
    Conclusion.FELL: "Lägre efter utbildningen, och skillnaden är säkerställd.",
    Conclusion.ROSE_MORE: "Högre efter utbildningen, och ökningen är större än rikets.",
    Conclusion.FELL_MORE: "Lägre efter utbildningen, och minskningen är större än rikets.",
}


def effect(data: ReportData) -> Part | None:
    """NKI and bemötande before and after the training, where the plan has one that is measured."""
    measured = [a for a in data.settings.plan.activities if a.measured_from is not None]
    if not measured:
        return wording.paragraphs("Planen har ingen aktivitet vars effekt mäts.")
    rows = data.table(store.EFFECT)
    rows = rows[rows["before"].notna() & (rows["activity"] == measured[0].number)]
    if rows.empty:
        return None
    when = swedish.span(measured[0].start, measured[0].end)
    before, after = int(rows["before_year"].iloc[0]), int(rows["after_year"].iloc[0])
    partly = (
        " Ärendeåret innehåller även ärenden från före utbildningen."
        if rows["partly"].any()
        else ""
    )
    return Table(
        "efter",
        data.caption(
            f"**Före och efter aktivitet {measured[0].number}, {measured[0].short.lower()} "
            f"({when}).**",
            years=[before, after],
        ),
        rows,
        [
            columns.name(data, "Mått", "measure"),
            columns.number(f"Före ({before})", "before"),
            columns.number(f"Efter ({after})", "after"),
            columns.signed("Skillnad", "change"),
            columns.interval(data, "", optional=True),
            columns.signed("Rikets ändring", "reference_change", optional=True),
            Column(
                "words", "Det går att säga", lambda row: EFFECT_WORDS[row["conclusion"]], long=True
            ),
        ],
        note=f"{say('gemensamt.oavrundat')} ”Efter” betyder efter i tiden. Vad som är "
        "utbildningens förtjänst går inte att säga utan en jämförelse med kommuner som inte "
        "utbildat."
        f"{partly}",
    )


def activity_table(data: ReportData) -> Table:
    """Activities and steps with dates, status, numbers reached and money."""
    rows = data.activities
    rows = rows[
        rows["kind"].isin([Kind.ACTIVITY, Kind.STEP])
        | (pd.to_datetime(rows["start"]) <= _horizon(data))
    ]
    budgets = [
        f"Budget för aktivitet {activity.number}: {wording.kronor(activity.budget.amount)} "
        f"år {activity.budget.year}."
        for activity in data.settings.plan.activities
        if activity.budget
    ]
    return Table(
        "aktiviteter",
        data.caption("**Planens aktiviteter.**", source=_progress_source(data)),
        rows,
        [
            Column("step", "Aktivitet och steg", wording.activity),
            Column("dates", "När", wording.period),
            Column("status", "Läge", wording.step_status),
            Column("reached", "Nådda av avsedda", _reached, "right", optional=True),
            Column(
                "spent",
                "Förbrukat",
                lambda row: wording.kronor(row["spent"]),
                "right",
                optional=True,
            ),
            Column(
                "note",
                "Anteckning",
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
        told = [f"{_occasion(data, row)}: {_reached(row)}" for _, row in own.iterrows()]
        return "; ".join(told) or swedish.MISSING

    def spent(planned: Activity) -> str:
        reported = entries.loc[entries["number"] == planned.number, "spent"].dropna()
        money = wording.kronor(reported.sum()) if len(reported) else swedish.MISSING
        if not planned.budget:
            return money
        used = money if len(reported) else "ej redovisat"
        return f"{used} av {wording.kronor(planned.budget.amount)}"

    return Table(
        "aktiviteter",
        data.caption("**Planens aktiviteter.**", source=_progress_source(data)),
        data.settings.plan.activities,
        [
            Column("activity", "Aktivitet", _short_name),
            Column("status", "Läge", status),
            Column("reached", "Nådda av avsedda", reached, optional=True),
            Column("spent", "Förbrukat", spent, "right", optional=True),
        ],
    )


def _short_name(activity: Activity) -> str:
    return f"{activity.number} {activity.short}"


def _occasion(data: ReportData, row: pd.Series) -> str:
    """A step's short name; what comes back also with its year."""
    name = data.settings.plan.short_names[row["step"]]
    return f"{name} {pd.Timestamp(row['start']).year}" if row["from_rule"] else name


def _progress_source(data: ReportData) -> str:
    origin = f"{data.settings.plan.document.reference} och aktiviteter.csv"
    return f"{made_up().word}: påhittade uppgifter; {origin}" if data.example else origin


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
    share = swedish.percent(float(row["reached"]) / float(row["intended"]))
    return f"{swedish.number(row['reached'], 0)} av {swedish.number(row['intended'], 0)} ({share})"


def aims_table(data: ReportData) -> Table | None:
    """The factors that each activity aims at, beside the factors that matter."""
    aims = data.table(store.AIMS)
    important = aims[aims["quadrant"] == Quadrant.PRIORITISE]

    def aims_at(activity: Activity) -> str:
        names = swedish.listing([data.label(factor) for factor in activity.aims_at])
        return names or "ingen enskild faktor"

    def wanted(activity: Activity) -> str:
        own = important[important["aimed_at"] & (important["activity"] == activity.number)]
        return swedish.listing(list(own["factor"].map(data.label))) or swedish.MISSING

    trained = important[important["activity"].isin(_training(data))]
    aimed = trained.groupby("factor", sort=False)["aimed_at"].any()
    missed = [data.label(factor) for factor in aimed.index[~aimed]]
    return Table(
        "malinriktning",
        data.caption("**Aktiviteternas målinriktning mot framgångsfaktorerna.**"),
        data.settings.plan.activities,
        [
            Column("activity", "Aktivitet", _short_name),
            Column("aims", "Riktar sig mot", aims_at),
            Column("wanted", "Varav i fältet Prioritera", wanted),
            Column("reason", "Grund", lambda activity: activity.aims_at_reason),
        ],
        note="Ingen utbildnings- eller kursaktivitet riktar sig mot: "
        f"{swedish.listing(missed).lower()}."
        if missed
        else "",
    )
