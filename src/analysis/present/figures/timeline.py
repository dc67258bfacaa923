"""The plan's activities and the index on one time axis: what was done when, and where we stood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd

from analysis import swedish
from analysis.measures.plan import Kind
from analysis.measures.progress import PlanStatus
from analysis.present import columns, headings, theme, wording
from analysis.present.bundle import Figure
from analysis.present.data import ReportData
from analysis.present.figures import marks
from analysis.present.figures.series import Series
from analysis.present.tables import Column, Table
from analysis.present.texts import heading, say
from analysis.settings import Goal
from analysis.settings.questionnaire import NKI

ENTRY = ["number", "step"]
"""What tells an entry of the plan from the others; what comes back has several times."""
ROW, NARROW_ROW = 23, 36
INDEX_PART, NARROW_INDEX_PART = 270, 230
FRAME = 90
GAP = 0.05
BACK, AHEAD = 3, 4
"""Years drawn before the newest case year, and after it or today."""
MIDDLE_OF_YEAR = (7, 1)
"""A case year's index is drawn in the middle of the year its cases were closed."""
SHORTEST = timedelta(days=14)
"""A follow-up of a few days is drawn this long, so that it is seen."""
MILLISECOND = timedelta(milliseconds=1)
ACTIVITY_BAR, STEP_BAR, NARROW_BAR = 0.68, 0.45, 0.3
"""Thickness of a bar as a share of its row."""

# Told apart without colour too: filled, striped, crossed, hollow.
STATUS_FILL: dict[str, tuple[str, str]] = {
    PlanStatus.DONE: (theme.BRAND, ""),
    PlanStatus.ONGOING: (theme.ACCENT, "/"),
    PlanStatus.LATE: (theme.MISSED, "x"),
}
HOLLOW = "hollow"
PLANNED = (theme.BRAND, HOLLOW)


def timeline(data: ReportData, goal: Goal | None, *, key: str) -> Figure:
    """The timeline of the plan under the index series of a goal.

    Parameters
    ----------
    goal
        A goal for the total: its measure, target and reference are drawn. Without one the NKI is.
    """
    start = date(min(data.year - BACK, data.settings.plan.activities[0].start.year - 2), 1, 1)
    end = date(max(data.year, data.today.year) + AHEAD, 1, 1)
    drawn = [year for year in data.years if year >= start.year]
    times = _times(data)
    rows = _rows(times)
    rows = rows[rows["start"] < end]
    times = _placed(times, rows)
    measure = goal.measure if goal else NKI
    index_series = Series.of(data, "total", measure, start.year)
    series = index_series.traces(14, _over_time)
    bars = _bars(times[times["start"] < end])
    known = [value for trace in series for value in trace["y"] if value is not None]
    known = [*known, *(value for value, _ in _levels(goal))] or [0.0, 100.0]
    n, partly = index_series.answers()
    other = goal.reference if goal else None
    days = (start.isoformat(), end.isoformat())
    index = (max(0.0, min(known) - 5), min(100.0, max(known) + 5))
    height, share = _height(len(rows), ROW, INDEX_PART)
    narrow_height, narrow_share = _height(len(rows), NARROW_ROW, NARROW_INDEX_PART)
    notes = _notes(data, goal)
    layout = theme.layout(
        height,
        margin={"l": 232, "r": 70, "t": 28, "b": 8},
        barmode="overlay",
        **_axes(rows, days, index, share),
        shapes=_lines(data, goal, days, index),
        annotations=notes,
    )
    return Figure(
        key=key,
        plot={"data": [*series, *bars], "layout": layout},
        alt=_alt(data, goal, measure, rows, drawn),
        caption=data.caption(
            say(
                "figurer.tidplan",
                matt=data.label(measure),
                strecken=data.strokes(index_series.official["governing_lower"]),
                oppna_punkter=index_series.open_note(),
                svar=partly,
                referens=swedish.number(other.target, 0) if other else "",
                referens_kalla=other.source if other else "",
                diarienummer=data.settings.plan.document.reference,
            ),
            n=n,
            years=drawn,
        ),
        table=_table(times, key),
        narrow={
            "height": narrow_height,
            "font.size": 12,
            "margin.l": 30,
            "margin.r": 48,
            "xaxis.dtick": "M24",
            "yaxis.domain": [0, narrow_share],
            "yaxis.showticklabels": False,
            "yaxis2.domain": [narrow_share + GAP, 1],
            "yaxis2.title.text": "",
            "yaxis2.nticks": 5,
            "annotations": [*notes, *_over_bars(rows)],
            **{f"data.{n}.textfont.size": 11 for n in range(len(series))},
            **{f"data.{n + len(series)}.width": NARROW_BAR for n in range(len(bars))},
        },
    )


def _axes(
    rows: pd.DataFrame, days: tuple[str, str], index: tuple[float, float], share: float
) -> dict[str, Any]:
    """Time below, the plan's rows, and the index over them."""
    return {
        "xaxis": {
            "type": "date",
            "range": list(days),
            "dtick": "M12",
            "tickformat": "%Y",
            "ticklabelmode": "period",
            "side": "bottom",
            "showgrid": True,
            "gridcolor": theme.GRID,
        },
        "yaxis": {
            "domain": [0, share],
            "range": [-0.7, len(rows) - 0.3],
            "tickvals": list(range(len(rows)))[::-1],
            "ticktext": [_name(row) for _, row in rows.iterrows()],
            "tickfont": {"size": 13},
            "automargin": False,
            "showgrid": False,
            "anchor": "x",
        },
        "yaxis2": {
            "domain": [share + GAP, 1],
            "range": list(index),
            "title": {"text": say("figurer.indexaxel")},
            "tickformat": ".0f",
            "nticks": 6,
            "showgrid": True,
            "gridcolor": theme.GRID,
            "anchor": "x",
        },
    }


def _levels(goal: Goal | None) -> list[tuple[float, str]]:
    """The target, and what another wording of the goal says, each with the words beside it."""
    if goal is None:
        return []
    levels = [wording.goal_line(goal)]
    if goal.reference:
        levels.append((goal.reference.target, swedish.number(goal.reference.target, 0)))
    return levels


def _lines(
    data: ReportData, goal: Goal | None, days: tuple[str, str], index: tuple[float, float]
) -> list[dict[str, Any]]:
    axes = ("x", "y2")
    breaks = [f"{last + 1}-01-01" for last, _, _ in data.breaks]
    return [
        _today(data.today),
        *(marks.upright(day, index, axes=axes, dash="dot", colour=theme.MUTED) for day in breaks),
        *(
            marks.across(value, days, axes=axes, dash=dash)
            for (value, _), dash in zip(_levels(goal), ("dash", "dot"), strict=False)
        ),
    ]


def _height(rows: int, row: int, index_part: int) -> tuple[int, float]:
    """Height in pixels, and the share of it that the plan takes."""
    inner = index_part + row * rows
    return inner + FRAME, row * rows / inner * (1 - GAP)


def _times(data: ReportData) -> pd.DataFrame:
    """Every time that an activity, step or follow-up takes place."""
    rows = data.activities.copy()
    rows["status"] = rows["status"].map(wording.status_name)
    for column in ("start", "end"):
        rows[column] = [pd.Timestamp(value).date() for value in rows[column]]
    rows["short"] = rows["activity"].where(
        rows["kind"] == Kind.ACTIVITY, rows["step"].map(data.settings.plan.short_names)
    )
    return rows


def _rows(times: pd.DataFrame) -> pd.DataFrame:
    """A row for each entry in the plan's order; what comes back stands where it is first."""
    first = times.sort_values("start", kind="stable").drop_duplicates(ENTRY).sort_index()
    # The evaluation, which belongs to no activity, comes last.
    last = first["number"].replace(0, first["number"].max() + 1)
    return first.assign(last=last).sort_values(["last", "step"], kind="stable")


def _placed(times: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The times of some rows, the uppermost first, with their place in the figure from below."""
    places = rows[ENTRY].assign(place=range(len(rows))[::-1])
    return times.merge(places, on=ENTRY).sort_values("place", ascending=False, kind="stable")


def _name(row: pd.Series) -> str:
    if row["kind"] == Kind.ACTIVITY:
        return f"<b>{row['number']} {row['short']}</b>"
    if row["kind"] == Kind.EVALUATION:
        return f"<b>{row['short']}</b>"
    return f"{row['step']} {row['short']}"


def _bars(times: pd.DataFrame) -> list[dict[str, Any]]:
    """One trace a status, so that its look stands in one place."""
    return [
        _bar(str(status), part.to_dict("records"))
        for status, part in times.groupby("status", sort=False)
    ]


def _bar(status: str, bars: Sequence[Mapping[Any, Any]]) -> dict[str, Any]:
    colour, look = STATUS_FILL.get(status, PLANNED)
    shape = {"fgcolor": colour, "bgcolor": theme.PAPER, "size": 6}
    name = swedish.capitalised(status)
    return {
        "type": "bar",
        "orientation": "h",
        "base": [bar["start"].isoformat() for bar in bars],
        "x": [max(bar["end"] - bar["start"], SHORTEST) / MILLISECOND for bar in bars],
        "y": [bar["place"] for bar in bars],
        "width": [ACTIVITY_BAR if bar["kind"] == Kind.ACTIVITY else STEP_BAR for bar in bars],
        "marker": {
            "color": theme.PAPER if look == HOLLOW else colour,
            "line": {"color": colour, "width": 1.5},
            "pattern": {"shape": "" if look == HOLLOW else look, **shape},
        },
        "name": name,
        "customdata": [[bar["title"], swedish.span(bar["start"], bar["end"])] for bar in bars],
        "hovertemplate": "<b>%{customdata[0]}</b><br>%{customdata[1]}<br>"
        f"{name}<extra></extra>",
    }


def _over_time(name: str, rows: pd.DataFrame) -> dict[str, Any]:
    return {
        "yaxis": "y2",
        "x": [date(int(year), *MIDDLE_OF_YEAR).isoformat() for year in rows["year"]],
        "hovertemplate": f"{heading('arendear')} %{{x|%Y}}: <b>%{{text}}</b><extra>{name}</extra>",
    }


def _today(day: date) -> dict[str, Any]:
    return {
        "type": "line",
        "yref": "paper",
        "x0": day.isoformat(),
        "x1": day.isoformat(),
        "y0": 0,
        "y1": 1,
        "line": {"color": theme.ACCENT, "width": 2},
    }


def _notes(data: ReportData, goal: Goal | None) -> list[dict[str, Any]]:
    """Names of the levels, the definitions and today's line."""
    notes = [
        marks.note(f" {told}", xref="paper", yref="y2", x=1, y=value, xanchor="left")
        for value, told in _levels(goal)
    ]
    for last, before, after in data.breaks:
        notes += marks.break_labels(f"{last + 1}-01-01", before, after, ref="y2")
    day = data.today.isoformat()
    told = say("figurer.i_dag", datum=swedish.long_date(data.today))
    at_top: dict[str, Any] = {"yref": "paper", "y": 1, "yanchor": "bottom"}
    return [*notes, marks.note(told, colour=theme.ACCENT, x=day, **at_top)]


def _over_bars(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """The names over their bars, where there is no room beside them."""
    place: dict[str, Any] = {"xref": "paper", "x": 0, "xanchor": "left", "yanchor": "middle"}
    return [
        marks.note(_name(row), 12, y=number + 0.42, **place)
        for number, (_, row) in zip(range(len(rows))[::-1], rows.iterrows(), strict=True)
    ]


def _alt(
    data: ReportData, goal: Goal | None, measure: str, rows: pd.DataFrame, drawn: Sequence[int]
) -> str:
    spans = [
        f"{row['short']} {swedish.span(row['start'], row['end'])} ({row['status']})"
        for _, row in rows[rows["kind"] == Kind.ACTIVITY].iterrows()
    ]
    points = []
    for year in drawn:
        row = data.cell("total", measure, year)
        if row is not None and pd.notna(row["governing"]):
            points.append(f"{wording.named(data, year)}: {swedish.number(row['governing'])}")
    told = say(
        "figurer.tidplan_alt",
        aktiviteter=swedish.listing(spans),
        matt=data.label(measure),
        varden=swedish.listing(points),
        mal=swedish.number(goal.target, 0) if goal else "",
        andrades=swedish.listing([str(last + 1) for last, _, _ in data.breaks]),
    )
    return data.marked(told)


def _table(times: pd.DataFrame, key: str) -> Table:
    return Table(
        f"{key}-data",
        say("figurer.tidplan_data"),
        times,
        [
            Column("title", heading("aktivitet_eller_steg"), wording.activity),
            Column(
                "kind",
                heading("slag"),
                lambda row: swedish.capitalised(say(headings.KINDS[row["kind"]])),
            ),
            Column("dates", heading("nar"), wording.period),
            columns.told(heading("lage"), "status", swedish.capitalised),
        ],
    )
