"""How far each förvaltning has come with the plan's activities, and the money beside the budget."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis import swedish
from analysis.measures.plan import Kind
from analysis.measures.progress import WHOLE, PlanStatus
from analysis.present import columns, wording
from analysis.present.bundle import Text
from analysis.present.data import ReportData
from analysis.present.pages import blad_delar
from analysis.present.pages.aktiviteter import occasion, progress_source, reached
from analysis.present.sheet import Section
from analysis.present.tables import Column, Heading, Table
from analysis.present.texts import heading, say
from analysis.settings.report import unit_key

ENTRY = ["step", "start"]
"""What tells an entry of the plan from the others."""
UNDER_WAY = (PlanStatus.ONGOING, PlanStatus.LATE, PlanStatus.NOT_BEGUN)
GOING = (*UNDER_WAY, PlanStatus.AHEAD, PlanStatus.PASSED)
"""Statuses of what is still to be done, or of what nobody has reported on."""
YEAR = pd.DateOffset(years=1)


def finding(data: ReportData) -> Text | None:
    """The newest of each step that all were meant to take part in and not all have."""
    whole = _whole(data).sort_values("start").drop_duplicates("step", keep="last")
    told = [_missed(data, row) for _, row in whole[whole["progress"] < 1].iterrows()]
    if not told:
        return None
    parts = [wording.text("forvaltningar.alla_inte"), wording.bullets(told)]
    return Text("\n".join(part.markdown for part in parts))


def _missed(data: ReportData, row: pd.Series) -> str:
    """The share that an entry has reached, and the förvaltning with the lowest share."""
    rows = _parts(data, row)
    rows = rows[rows["progress"].notna()].sort_values("progress", kind="stable")
    known = len(rows) > 1 and rows["progress"].iloc[0] < rows["progress"].iloc[-1]
    return say(
        "forvaltningar.andel",
        tillfalle=occasion(data, row),
        andel=wording.share_reached(row["progress"]),
        lagst=rows["department"].iloc[0] if known else "",
        lagst_andel=wording.share_reached(rows["progress"].iloc[0]) if known else "",
    )


def department_table(data: ReportData) -> Table | None:
    """The entries that a förvaltning has reported on, förvaltning by förvaltning and together."""
    rows = data.departments
    if rows.empty:
        return None
    records: list[object] = []
    for name, part in rows.groupby("department", sort=True):
        records += [Heading(str(name)), *(row for _, row in part.iterrows())]
    records += [Heading(say("forvaltningar.tillsammans")), *(r for _, r in _whole(data).iterrows())]
    return Table(
        "forvaltningar",
        data.caption(say("forvaltningar.tabell"), source=progress_source(data)),
        records,
        entry_columns(data),
        note=say("forvaltningar.tabell_not"),
    )


def entry_columns(data: ReportData) -> list[Column]:
    """The columns of what has been reported on an entry of the plan."""
    return [
        Column("step", heading("steg"), lambda row: f"{row['step']} {occasion(data, row)}"),
        Column("status", heading("lage"), wording.step_status),
        Column("reached", heading("deltagare"), reached, "right"),
        columns.number(heading("utfall"), "spent", 0, optional=True),
        columns.note(),
    ]


def _whole(data: ReportData) -> pd.DataFrame:
    """The entries that a förvaltning has reported on, as the whole municipality's."""
    entries = data.activities[data.activities["kind"] != Kind.ACTIVITY]
    return entries.merge(data.departments[ENTRY].drop_duplicates(), on=ENTRY)


def _parts(data: ReportData, row: pd.Series) -> pd.DataFrame:
    """What the förvaltningar have reported on one entry."""
    return data.departments.merge(pd.DataFrame([row[ENTRY]]), on=ENTRY)


def money_table(data: ReportData) -> Table | None:
    """Budget and money spent, by year and activity."""
    rows = data.spending[data.spending["department"] == WHOLE]
    if rows.empty:
        return None
    names = {one.number: f"{one.number} {one.short}" for one in data.settings.plan.activities}

    def left(row: pd.Series) -> str:
        known = pd.notna(row["budget"]) and pd.notna(row["spent"])
        return swedish.number(row["budget"] - row["spent"], 0) if known else swedish.MISSING

    def spent(row: pd.Series) -> str:
        told = swedish.number(row["spent"], 0)
        return say("maluppfyllelse.utfall_saknas") if told == swedish.MISSING else told

    return Table(
        "budget",
        data.caption(say("forvaltningar.budget"), source=progress_source(data)),
        rows.sort_values(["year", "number"]),
        [
            columns.told(heading("ar"), "year"),
            Column(
                "activity",
                heading("aktivitet"),
                lambda row: names.get(row["number"], data.settings.plan.evaluation.short),
            ),
            columns.number(heading("budget"), "budget", 0),
            Column("spent", heading("utfall"), spent, "right"),
            Column("left", heading("kvar_budget"), left, "right", optional=True),
        ],
    )


def agreed(data: ReportData, unit: str) -> Iterator[Section]:
    """What is agreed in the plan: what goes on and comes within a year, and what has been reached.

    Parameters
    ----------
    unit
        The förvaltning (its key) whose own numbers stand beside the municipality's; empty for none.
    """
    entries = data.activities[data.activities["kind"] != Kind.ACTIVITY].reset_index(drop=True)
    if entries.empty:
        return
    name = data.settings.report.units.get(unit, "")
    own = data.departments[data.departments["department"].map(unit_key) == unit]
    of_entry = {_key(row): row for _, row in own.iterrows()}
    today = pd.Timestamp(data.today)
    near = pd.to_datetime(entries["start"]) <= today + YEAR
    # What should have been done long ago, and nobody has told of, is a question for another page.
    near &= (pd.to_datetime(entries["end"]) >= today - YEAR) | entries["status"].isin(UNDER_WAY)
    told = entries[[_key(row) in of_entry for _, row in entries.iterrows()]]
    # Of what comes back each year, the newest that has been reported on.
    newest = entries.index.isin(told.drop_duplicates("step", keep="last").index)
    rows = entries[(near & entries["status"].isin(GOING)) | newest]
    if rows.empty:
        return

    def of_unit(row: pd.Series) -> str:
        found = of_entry.get(_key(row))
        return swedish.MISSING if found is None else reached(found)

    money = own["spent"].dropna()
    spent = say("blad.utfall", belopp=wording.kronor(money.sum())) if len(money) else ""
    yield blad_delar.tabled(
        say("blad.overenskommet"),
        rows.sort_values("start", kind="stable"),
        [
            Column("step", heading("steg"), lambda row: _numbered(data, row)),
            Column("when", heading("nar"), wording.period),
            Column("status", heading("lage"), _status),
            Column("own", name, of_unit, "right", optional=True),
            Column("whole", say("forvaltningar.tillsammans"), reached, "right", optional=True),
        ],
        [spent],
        say("blad.ansvarig", ansvarig=data.settings.plan.document.responsible, forvaltning=name),
    )


def _key(row: pd.Series) -> tuple[object, ...]:
    return tuple(row[name] for name in ENTRY)


def _numbered(data: ReportData, row: pd.Series) -> str:
    """An entry's number and short name; the evaluation has a key for reporting only."""
    name = data.settings.plan.short_names[row["step"]]
    return name if row["kind"] == Kind.EVALUATION else f"{row['step']} {name}"


def _status(row: pd.Series) -> str:
    return swedish.capitalised(wording.status_name(row["status"]))
