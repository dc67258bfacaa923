"""The plan's activities: how far they have come, and the results before and after the training."""

from __future__ import annotations

import pandas as pd

from analysis import store, swedish
from analysis.measures.drivers import Quadrant
from analysis.measures.effect import Conclusion
from analysis.measures.plan import Kind
from analysis.measures.progress import WHOLE, PlanStatus
from analysis.present import columns, wording
from analysis.present.bundle import Folded, Part, Text
from analysis.present.data import ReportData
from analysis.present.figures.matrix import quadrant_name
from analysis.present.mark import made_up
from analysis.present.pages.maluppfyllelse import level
from analysis.present.tables import Column, Table
from analysis.present.texts import heading, say
from analysis.settings import Activity

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
    if not data.settings.plan.adopted:
        return None
    measured = [a for a in data.settings.plan.activities if a.measured_from is not None]
    if not measured:
        return wording.text("maluppfyllelse.ingen_aktivitet_mats")
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
            columns.difference(heading("forandring"), "after", "before"),
            columns.interval(data, "", optional=True),
            columns.signed(heading("rikets_andring"), "reference_change", optional=True),
            columns.signed(heading("liknandes_andring"), "peers_change", optional=True),
            Column(
                "words",
                heading("slutsats"),
                lambda row: say(CONCLUSIONS[row["conclusion"]]),
                long=True,
            ),
        ],
        note=say("maluppfyllelse.efter_not", nar=when, ar=after, delvis=rows["partly"].any()),
    )


def activity_summary(data: ReportData) -> Table | None:
    """One row an activity: status, participants, money, what comes next; none without a plan."""
    entries = data.activities
    if entries.empty:
        return None

    def own(planned: Activity) -> pd.DataFrame:
        return entries[entries["number"] == planned.number]

    def status(planned: Activity) -> str:
        rows = own(planned)
        return swedish.capitalised(wording.plan_status(rows[rows["kind"] == Kind.ACTIVITY].iloc[0]))

    def participants(planned: Activity) -> str:
        rows = own(planned)
        told = [
            say("maluppfyllelse.deltagare", tillfalle=occasion(data, row), antal=reached(row))
            for _, row in rows[rows["reached"].notna()].iterrows()
        ]
        return "\n".join(told) or swedish.MISSING

    def budget(planned: Activity) -> str:
        if not planned.budget:
            return swedish.MISSING
        amount = swedish.number(planned.budget.amount, 0)
        return say("maluppfyllelse.belopp_ar", belopp=amount, ar=planned.budget.year)

    def spent(planned: Activity) -> str:
        rows = data.spending
        rows = rows[(rows["number"] == planned.number) & (rows["department"] == WHOLE)]
        told = [
            say("maluppfyllelse.belopp_ar", belopp=swedish.number(row["spent"], 0), ar=row["year"])
            for _, row in rows[rows["spent"].notna()].iterrows()
        ]
        if told:
            return "\n".join(told)
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
        data.caption(say("maluppfyllelse.aktiviteterna"), source=progress_source(data)),
        data.settings.plan.activities,
        [
            Column("activity", heading("aktivitet"), _short_name),
            Column("status", heading("lage"), status),
            Column("reached", heading("deltagare"), participants, optional=True),
            Column("budget", heading("budget"), budget, "right", optional=True),
            Column("spent", heading("utfall"), spent, "right", optional=True),
            Column("next", heading("nasta_steg"), following, optional=True),
        ],
    )


def step_table(data: ReportData) -> Folded | None:
    """Every step until a year from now with dates, status, participants, money and notes."""
    rows = data.activities
    if rows.empty:
        return None
    within_a_year = pd.Timestamp(data.today) + pd.DateOffset(years=1)
    near = (rows["kind"] == Kind.STEP) | (pd.to_datetime(rows["start"]) <= within_a_year)
    rows = rows[(rows["kind"] != Kind.ACTIVITY) & near]
    table = Table(
        "steg",
        data.caption(say("maluppfyllelse.stegen"), source=progress_source(data)),
        rows,
        [
            Column("step", heading("steg"), wording.activity),
            Column("dates", heading("nar"), wording.period),
            Column("status", heading("lage"), wording.step_status),
            Column("reached", heading("deltagare"), reached, "right", optional=True),
            columns.number(heading("utfall"), "spent", 0, optional=True),
            columns.note(),
        ],
    )
    return Folded(say("maluppfyllelse.alla_steg"), [table])


def _short_name(activity: Activity) -> str:
    return f"{activity.number} {activity.short}"


def occasion(data: ReportData, row: pd.Series) -> str:
    """A step's short name; what comes back also with its year."""
    name = data.settings.plan.short_names[row["step"]]
    return f"{name} {pd.Timestamp(row['start']).year}" if row["from_rule"] else name


def progress_source(data: ReportData) -> str:
    """Where the reported progress comes from."""
    return say(
        "maluppfyllelse.kalla_aktiviteter",
        diarienummer=data.settings.plan.document.reference,
        exempel=made_up().word if data.example else "",
    )


def training(data: ReportData) -> list[Activity]:
    """Activities that teach: those with follow-ups of their own."""
    return [activity for activity in data.settings.plan.activities if activity.recurring]


def reached(row: pd.Series) -> str:
    """How many an entry has reached, of how many, and the share."""
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
    trained = important[important["activity"].isin([a.number for a in training(data)])]
    aimed = trained.groupby("factor", sort=False)["aimed_at"].any()
    missed = data.names(aimed.index[~aimed])
    if not missed:
        return None
    return wording.text("maluppfyllelse.ingen_utbildning_galler", faktorer=missed)


def aims_table(data: ReportData) -> Table | None:
    """The factors, beside the training that aims at each as we read the plan."""
    trainings = training(data)
    rows = data.factors()
    if not trainings or rows.empty:
        return None
    fields = dict(zip(rows["factor"], rows["quadrant"], strict=True))

    def result(factor: str) -> str:
        return wording.index(data.cell(measure=factor))

    def taught(factor: str) -> str:
        names = [a.short.lower() for a in trainings if factor in a.aims_at]
        if not names:
            return say("maluppfyllelse.ingen_utbildning")
        return swedish.capitalised(swedish.listing(names))

    reasons = [
        say("maluppfyllelse.tolkning_av", aktivitet=_short_name(a), grund=a.aims_at_reason)
        for a in trainings
    ]
    return Table(
        "utbildningarna",
        data.caption(say("maluppfyllelse.utbildningarna"), years=[data.year]),
        list(fields),
        [
            Column("factor", heading("servicefaktor"), data.label),
            Column("index", level(data), result, "right"),
            Column("field", heading("falt"), lambda f: quadrant_name(fields[f])),
            Column("training", heading("utbildningar"), taught),
        ],
        note=say("maluppfyllelse.tolkning", delar=" ".join(reasons)),
    )
