"""Måluppfyllelse och tidplan: the goals and the plan's activities on one time axis."""

from __future__ import annotations

import pandas as pd

from analysis import store, swedish
from analysis.present import wording
from analysis.present.bundle import SILENCE, Figure, Part, Text
from analysis.present.data import ReportData
from analysis.present.figures.timeline import timeline
from analysis.present.mark import EXAMPLE
from analysis.present.pages.oversikt import (
    JUDGED,
    area_facts,
    area_rows,
    goal_row,
    restated,
    verdict,
)
from analysis.present.tables import Column, Table, from_records
from analysis.settings import Goal
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
    """That the plan is another municipality's; empty when it is not."""
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


def timeline_figure(data: ReportData, key: str = "tidplan") -> Figure:
    """The timeline: activities, follow-ups, today, the index, the targets, the break."""
    return timeline(data, data.settings.plan.total_goal, key=key)


def goal_table(data: ReportData, key: str = "mal") -> Table:
    """The goals: value, gap, verdict, how sure, pace."""
    records = [_goal_record(data, goal) for goal in data.settings.plan.goals]
    columns = (
        Column("goal", "Mål"),
        Column("value", f"Läge {wording.named(data, data.year)}", "right"),
        Column("gap", "Till målet", "right"),
        Column("status", "Bedömning"),
        Column("sure", "Sannolikt att målet är nått", long=True),
        Column("pace", "Takt per år\nbehövs / hittills", "right"),
    )
    return from_records(
        key,
        data.caption("**Målen.**", years=[data.year]),
        columns,
        records,
        note=_goal_note(data),
        optional=("gap", "sure", "pace"),
    )


def _goal_record(data: ReportData, goal: Goal) -> tuple[str, ...]:
    row = goal_row(data, goal)
    name = f"Mål {goal.number}: {goal.short}"
    if row is None:
        return (name, swedish.MISSING, swedish.MISSING, "Värde saknas", "", "")
    if goal.scope == "areas":
        rows = area_rows(data, goal)
        judged = rows[rows["status"].isin(JUDGED)]
        met = int((judged["status"] == "nått").sum())
        value = f"{met} av {len(judged)} områden" if len(judged) else swedish.MISSING
        gap = judged["gap"].min()
        return (
            name,
            value,
            f"lägst {swedish.signed(gap)}" if pd.notna(gap) else swedish.MISSING,
            verdict(data, goal, row),
            wording.certainty(row),
            swedish.MISSING,
        )
    return (
        name,
        swedish.number(row["index"]),
        swedish.signed(row["gap"]),
        wording.goal_status(data, row),
        wording.certainty(row),
        _pace(row),
    )


def _pace(row: pd.Series) -> str:
    if pd.isna(row["pace_needed"]) and pd.isna(row["pace_so_far"]):
        return swedish.MISSING
    return f"{swedish.signed(row['pace_needed'])} / {swedish.signed(row['pace_so_far'])}"


def _goal_note(data: ReportData) -> str:
    """What the paces are counted from, the break of the total, and that differences are exact."""
    rows = [(goal.number, goal_row(data, goal)) for goal in data.settings.plan.goals]
    starts = [
        f"Takten hittills för mål {number} räknas från {swedish.number(row['pace_from'])} "
        f"({int(row['pace_since'])}{restated(data, row)})."
        for number, row in rows
        if row is not None and pd.notna(row["pace_so_far"])
    ]
    exact = any(row is not None and pd.notna(row["gap"]) for _, row in rows)
    judged = [] if data.judged_when or not exact else [wording.UNROUNDED]
    return " ".join([*starts, *filter(None, [_break_note(data)]), *judged])


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
    tables: list[Part] = []
    for goal in goals:
        rows = area_rows(data, goal).sort_values("gap", na_position="last")
        records = [
            (
                data.label(row["scope"]),
                swedish.number(row["index"]),
                swedish.signed(row["gap"]),
                wording.goal_status(data, row),
                wording.certainty(row),
            )
            for _, row in rows.iterrows()
        ]
        columns = (
            Column("area", "Område"),
            Column("value", f"Läge {wording.named(data, data.year)}", "right"),
            Column("gap", "Till målet", "right"),
            Column("status", "Bedömning"),
            Column("sure", "Sannolikt att målet är nått", long=True),
        )
        tables.append(
            from_records(
                f"mal-{goal.number}",
                data.caption(f"**Mål {goal.number}: {goal.short}.**", years=[data.year]),
                columns,
                records,
                note=wording.UNROUNDED if rows["gap"].notna().any() else "",
                optional=("gap", "sure"),
            )
        )
    return tables


def area_goals(data: ReportData) -> Text:
    """What the goals for every area look like, in words."""
    items = [
        f"**Mål {goal.number}, {goal.short}.** {area_facts(data, goal)}"
        for goal in data.settings.plan.goals
        if goal.scope == "areas"
    ]
    return wording.bullets([*items, data.settings.plan.areas.reason]) if items else SILENCE


EFFECT_WORDS = {
    "ingen_matning_efter": "Det finns ännu ingen mätning efter utbildningen.",
    "okand_osakerhet": "Hur säker skillnaden är går inte att räkna ut ur publicerade värden.",
    "ingen_saker_forandring": "Skillnaden är inte säkerställd.",
    "okade_efter": "Högre efter utbildningen, och skillnaden är säkerställd.",
    "minskade_efter": "Lägre efter utbildningen, och skillnaden är säkerställd.",
    "okade_mer_an_riket": "Högre efter utbildningen, och ökningen är större än rikets.",
    "minskade_mer_an_riket": "Lägre efter utbildningen, och minskningen är större än rikets.",
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
    records = [
        (
            data.label(row["measure"]),
            swedish.number(row["before"]),
            swedish.number(row["after"]),
            swedish.signed(row["change"]),
            swedish.interval(row["lower"], row["upper"]),
            swedish.signed(row["reference_change"]),
            EFFECT_WORDS[row["conclusion"]],
        )
        for _, row in rows.iterrows()
    ]
    columns = (
        Column("measure", "Mått"),
        Column("before", f"Före ({before})", "right"),
        Column("after", f"Efter ({after})", "right"),
        Column("change", "Skillnad", "right"),
        Column("interval", data.interval_name, "right"),
        Column("country", "Rikets ändring", "right"),
        Column("words", "Det går att säga", long=True),
    )
    partly = (
        " Ärendeåret innehåller även ärenden från före utbildningen."
        if rows["partly"].any()
        else ""
    )
    return from_records(
        "efter",
        data.caption(
            f"**Före och efter aktivitet {measured[0].number}, {measured[0].short.lower()} "
            f"({when}).**",
            years=[before, after],
        ),
        columns,
        records,
        optional=("interval", "country"),
        note=f"{wording.UNROUNDED} ”Efter” betyder efter i tiden. Vad som är utbildningens "
        "förtjänst går inte att säga utan en jämförelse med kommuner som inte utbildat."
        f"{partly}",
    )


def activity_table(data: ReportData) -> Table:
    """Activities and steps with dates, status, numbers reached and money."""
    rows = data.activities
    rows = rows[
        rows["kind"].isin(["aktivitet", "steg"]) | (pd.to_datetime(rows["start"]) <= _horizon(data))
    ]
    records = [
        (
            wording.activity(row),
            wording.period(row),
            wording.step_status(row),
            _reached(row),
            f"{swedish.number(row['spent'], 0)}{swedish.NBSP}kr"
            if pd.notna(row["spent"])
            else swedish.MISSING,
            row["note"] or swedish.MISSING,
        )
        for _, row in rows.iterrows()
    ]
    columns = (
        Column("step", "Aktivitet och steg"),
        Column("dates", "När"),
        Column("status", "Läge"),
        Column("reached", "Nådda av avsedda", "right"),
        Column("spent", "Förbrukat", "right"),
        Column("note", "Anteckning", long=True),
    )
    budgets = [
        f"Budget för aktivitet {activity.number}: {_kronor(activity.budget.amount)} "
        f"år {activity.budget.year}."
        for activity in data.settings.plan.activities
        if activity.budget
    ]
    return from_records(
        "aktiviteter",
        data.caption("**Planens aktiviteter.**", source=_progress_source(data)),
        columns,
        records,
        note=" ".join(budgets),
        optional=("reached", "spent", "note"),
        strong=[place for place, kind in enumerate(rows["kind"]) if kind == "aktivitet"],
    )


def activity_summary(data: ReportData) -> Table:
    """One row an activity, for beside the timeline: status, what was reached, money spent."""
    records = []
    for planned in data.settings.plan.activities:
        part = data.activities[data.activities["number"] == planned.number]
        activity = part[part["kind"] == "aktivitet"].iloc[0]
        told = [
            f"{_occasion(data, row)}: {_reached(row)}"
            for _, row in part[part["reached"].notna()].iterrows()
        ]
        reported = part["spent"].notna().any()
        money = _kronor(int(part["spent"].sum())) if reported else swedish.MISSING
        if planned.budget:
            spent = money if reported else "ej redovisat"
            money = f"{spent} av {_kronor(planned.budget.amount)}"
        records.append(
            (
                f"{planned.number} {planned.short}",
                swedish.capitalised(str(activity["status"])),
                "; ".join(told) or swedish.MISSING,
                money,
            )
        )
    columns = (
        Column("activity", "Aktivitet"),
        Column("status", "Läge"),
        Column("reached", "Nådda av avsedda"),
        Column("spent", "Förbrukat", "right"),
    )
    return from_records(
        "aktiviteter",
        data.caption("**Planens aktiviteter.**", source=_progress_source(data)),
        columns,
        records,
        optional=("reached", "spent"),
    )


def _occasion(data: ReportData, row: pd.Series) -> str:
    """A step's short name; what comes back also with its year."""
    name = data.settings.plan.short_names[row["step"]]
    return f"{name} {pd.Timestamp(row['start']).year}" if row["from_rule"] else name


def _kronor(amount: float) -> str:
    return f"{swedish.number(amount, 0)}{swedish.NBSP}kr"


def _progress_source(data: ReportData) -> str:
    origin = f"{data.settings.plan.document.reference} och aktiviteter.csv"
    return f"{EXAMPLE.word}: påhittade uppgifter; {origin}" if data.example else origin


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
    """Which factors each activity aims at, beside the factors that matter."""
    aims = data.table(store.AIMS)
    important = aims[aims["quadrant"] == "prioritera"]
    records = []
    for activity in data.settings.plan.activities:
        names = [data.label(factor) for factor in activity.aims_at]
        wanted = list(
            important[important["aimed_at"] & (important["activity"] == activity.number)]["factor"]
        )
        records.append(
            (
                f"{activity.number} {activity.short}",
                swedish.listing(names) if names else "ingen enskild faktor",
                swedish.listing([data.label(f) for f in wanted]) if wanted else swedish.MISSING,
                activity.aims_at_reason,
            )
        )
    columns = (
        Column("activity", "Aktivitet"),
        Column("aims", "Riktar sig mot"),
        Column("wanted", "Varav i fältet Prioritera"),
        Column("reason", "Grund"),
    )
    trained = important[important["activity"].isin(_training(data))]
    aimed = trained.groupby("factor", sort=False)["aimed_at"].any()
    missed = [data.label(factor) for factor in aimed.index[~aimed]]
    note = (
        f"Ingen utbildnings- eller kursaktivitet riktar sig mot: {swedish.listing(missed).lower()}."
        if missed
        else ""
    )
    return from_records(
        "malinriktning",
        data.caption("**Aktiviteternas målinriktning mot framgångsfaktorerna.**"),
        columns,
        records,
        note=note,
    )
