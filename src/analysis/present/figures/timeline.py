"""The plan's activities and the index on one time axis: what was done when, and where we stood."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd

from analysis import swedish
from analysis.present import theme
from analysis.present.bundle import Figure
from analysis.present.data import ReportData
from analysis.present.tables import Column, from_records
from analysis.settings import Goal

BAR = 13
ROW = 24
INDEX_PART = 300
MIDDLE_OF_YEAR = (7, 1)
"""A case year's index is drawn in the middle of the year its cases were closed."""

STATUS_COLOUR = {
    "klar": theme.BRAND,
    "pågår": theme.ACCENT,
    "försenad": "#a03a1c",
}
PLANNED = theme.BRAND_SOFT
RECURRING = ("uppfoljning", "utvardering")
KINDS = {
    "aktivitet": "Aktivitet",
    "steg": "Steg",
    "uppfoljning": "Återkommande",
    "utvardering": "Återkommande",
}


def timeline(data: ReportData, goal: Goal, *, key: str) -> Figure:
    """The timeline of the plan under the index series of a goal.

    Parameters
    ----------
    goal
        A goal for the total: its measure, target and reference are drawn.
    """
    rows = _rows(data)
    start = date(min(data.year - 3, 2022), 1, 1)
    end = date(2031, 1, 1) if rows["end"].max() > date(2030, 1, 1) else date(data.year + 5, 1, 1)
    end = min(end, date(max(data.year, data.today.year) + 4, 1, 1))
    rows = rows[rows["start"] < end]
    height = INDEX_PART + ROW * len(rows) + 90
    share = (ROW * len(rows)) / (height - 90)
    traces = [*_index_traces(data, goal, start), *_bars(rows, end)]
    values = [value for trace in traces if trace.get("yaxis") == "y2" for value in trace["y"]]
    low, high = _range([*values, goal.target, *([goal.reference.target] if goal.reference else [])])
    layout = theme.layout(
        height,
        margin={"l": 250, "r": 70, "t": 28, "b": 8},
        xaxis={
            "type": "date",
            "range": [start.isoformat(), end.isoformat()],
            "dtick": "M12",
            "tickformat": "%Y",
            "ticklabelmode": "period",
            "side": "bottom",
            "showgrid": True,
            "gridcolor": "#e8edf1",
        },
        yaxis={
            "domain": [0, share],
            "range": [-0.7, len(rows) - 0.3],
            "tickvals": list(range(len(rows)))[::-1],
            "ticktext": [_name(row) for _, row in rows.iterrows()],
            "tickfont": {"size": 13},
            "automargin": False,
            "showgrid": False,
            "anchor": "x",
        },
        yaxis2={
            "domain": [share + 0.05, 1],
            "range": [low, high],
            "title": {"text": "Index"},
            "tickformat": ".0f",
            "showgrid": True,
            "gridcolor": "#e8edf1",
            "anchor": "x",
        },
        shapes=[
            _today(data.today),
            _break(share + 0.05),
            _level(goal.target, "dash"),
            *([_level(goal.reference.target, "dot")] if goal.reference else []),
        ],
        annotations=[
            _beside(goal.target, f"Mål {swedish.number(goal.target, 0)}"),
            *(
                [_beside(goal.reference.target, f"{swedish.number(goal.reference.target, 0)}")]
                if goal.reference
                else []
            ),
            _today_label(data.today),
            _break_label(share + 0.05),
        ],
    )
    return Figure(
        key=key,
        plot={"data": traces, "layout": layout},
        alt=_alt(data, goal, rows),
        caption=data.caption(
            f"**Handlingsplanens aktiviteter och {data.label(goal.measure)}.** "
            "Mörk stapel är klar, orange pågår, ljus är kommande eller saknar uppgift. "
            f"Tidsaxeln är gemensam. Plan: {data.settings.plan.document.reference}.",
            years=data.years,
        ),
        table=_table(data, rows, key),
        narrow={
            "font.size": 12,
            "margin.l": 44,
            "margin.r": 52,
            "yaxis.ticktext": [f"{row['step'] or row['number']}" for _, row in rows.iterrows()],
            "xaxis.dtick": "M24",
        },
    )


def _rows(data: ReportData) -> pd.DataFrame:
    """Activities, steps and follow-ups in the plan's order, follow-ups of a rule in one row."""
    rows = data.activities.copy()
    for column in ("start", "end"):
        rows[column] = [pd.Timestamp(value).date() for value in rows[column]]
    short = {activity.number: activity.short for activity in data.settings.plan.activities}
    rows["short"] = [
        short[row["number"]] if row["kind"] == "aktivitet" else row["title"]
        for _, row in rows.iterrows()
    ]
    single = rows[rows["kind"].isin(["aktivitet", "steg"])]
    recurring = rows[rows["kind"].isin(RECURRING)]
    first = recurring.sort_values("start").drop_duplicates("step")
    together = pd.concat([single, first])
    together["place"] = together["number"].replace(0, together["number"].max() + 1)
    ordered = together.sort_values(["place", "step"], kind="stable")
    windows = {
        step: list(zip(part["start"], part["end"], part["status"], strict=True))
        for step, part in recurring.groupby("step")
    }
    # An object column: each cell is a list of (start, end, status).
    ordered["windows"] = pd.Series(
        [
            windows[row["step"]]
            if row["kind"] in RECURRING
            else [(row["start"], row["end"], row["status"])]
            for _, row in ordered.iterrows()
        ],
        index=ordered.index,
        dtype="object",
    )
    return ordered.reset_index(drop=True)


def _name(row: pd.Series) -> str:
    if row["kind"] == "aktivitet":
        return f"<b>{row['number']} {row['short']}</b>"
    return f"{row['step']} {_shortened(str(row['short']))}"


def _shortened(text: str, width: int = 34) -> str:
    if len(text) <= width:
        return text
    return text[: text.rfind(" ", 0, width)] + " …"


def _bars(rows: pd.DataFrame, end: date) -> list[dict[str, Any]]:
    traces = []
    for place, (_, row) in zip(range(len(rows))[::-1], rows.iterrows(), strict=True):
        for first, last, status in row["windows"]:
            if first >= end:
                continue
            colour = STATUS_COLOUR.get(str(status), PLANNED)
            width = BAR + 3 if row["kind"] == "aktivitet" else BAR - 4
            traces.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "x": [first.isoformat(), max(last, first + timedelta(days=12)).isoformat()],
                    "y": [place, place],
                    "line": {"color": colour, "width": width},
                    "name": str(row["title"]),
                    "hovertemplate": f"<b>{row['title']}</b><br>{_span(first, last)}"
                    f"<br>{swedish.capitalised(str(status))}<extra></extra>",
                }
            )
    return traces


def _span(first: date, last: date) -> str:
    return f"{swedish.long_date(first)} – {swedish.long_date(last)}"


def _index_traces(data: ReportData, goal: Goal, start: date) -> list[dict[str, Any]]:
    traces: list[dict[str, Any]] = []
    for definition, total, series in data.official_series(goal.measure):
        rows = series[series["year"].astype(int) >= start.year]
        if rows.empty:
            continue
        colour = theme.SERIES[definition]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers+text",
                "yaxis": "y2",
                "x": [date(int(year), *MIDDLE_OF_YEAR).isoformat() for year in rows["year"]],
                "y": [swedish.rounded(value) for value in rows["governing"]],
                "text": [swedish.number(value) for value in rows["governing"]],
                "textposition": "top right",
                "textfont": {"color": colour, "size": 14, "weight": 600},
                "line": {"color": colour, "width": 3},
                "marker": {"color": colour, "size": 9},
                "error_y": {
                    "type": "data",
                    "symmetric": False,
                    "array": _gap(rows["upper"] - rows["governing"]),
                    "arrayminus": _gap(rows["governing"] - rows["lower"]),
                    "color": colour,
                    "thickness": 1.2,
                    "width": 4,
                },
                "name": total.short,
                "hovertemplate": "Ärendeår %{x|%Y}: <b>%{text}</b><extra>"
                + total.short
                + "</extra>",
            }
        )
    return traces


def _gap(values: pd.Series) -> list[float]:
    return [0.0 if pd.isna(value) else round(float(value), 2) for value in values]


def _range(values: list[float]) -> tuple[float, float]:
    return max(0.0, min(values) - 5), min(100.0, max(values) + 5)


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


def _today_label(day: date) -> dict[str, Any]:
    return {
        "x": day.isoformat(),
        "yref": "paper",
        "y": 1,
        "yanchor": "bottom",
        "text": f"I dag {day.isoformat()}",
        "showarrow": False,
        "font": {"color": theme.ACCENT, "size": 13},
    }


def _break(bottom: float) -> dict[str, Any]:
    return {
        "type": "line",
        "yref": "paper",
        "x0": "2024-01-01",
        "x1": "2024-01-01",
        "y0": bottom,
        "y1": 1,
        "line": {"color": theme.MUTED, "width": 1, "dash": "dot"},
    }


def _break_label(bottom: float) -> dict[str, Any]:
    return {
        "x": "2024-01-01",
        "yref": "paper",
        "y": bottom,
        "yanchor": "bottom",
        "xanchor": "center",
        "text": "Ny definition",
        "showarrow": False,
        "bgcolor": theme.PAPER,
        "font": {"color": theme.MUTED, "size": 12},
    }


def _level(value: float, dash: str) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "paper",
        "yref": "y2",
        "x0": 0,
        "x1": 1,
        "y0": value,
        "y1": value,
        "line": {"color": theme.INK, "width": 1, "dash": dash},
        "layer": "below",
    }


def _beside(value: float, text: str) -> dict[str, Any]:
    return {
        "xref": "paper",
        "yref": "y2",
        "x": 1,
        "y": value,
        "xanchor": "left",
        "text": f" {text}",
        "showarrow": False,
        "font": {"size": 13},
    }


def _alt(data: ReportData, goal: Goal, rows: pd.DataFrame) -> str:
    activities = rows[rows["kind"] == "aktivitet"]
    spans = [
        f"{row['short']} {swedish.month(row['start'])} till {swedish.month(row['end'])}"
        for _, row in activities.iterrows()
    ]
    points = []
    for year in data.years:
        row = data.cell("total", goal.measure, year)
        if row is not None and pd.notna(row["governing"]):
            points.append(f"{year}: {swedish.number(row['governing'])}")
    text = (
        f"Tidslinje med planens aktiviteter: {swedish.listing(spans)}. Ovanför står "
        f"{data.label(goal.measure)} per ärendeår: {swedish.listing(points)}. Målet är "
        f"{swedish.number(goal.target, 0)}. Definitionen ändrades 2024."
    )
    return text if not data.example else f"EXEMPELDATA. {text}"


def _table(data: ReportData, rows: pd.DataFrame, key: str) -> Any:
    records = [
        (
            f"{row['step'] or row['number']} {row['title']}",
            KINDS[row["kind"]],
            "; ".join(f"{a.isoformat()} – {b.isoformat()}" for a, b, _ in row["windows"][:4]),
            swedish.capitalised(str(row["status"])),
        )
        for _, row in rows.iterrows()
    ]
    columns = (
        Column("title", "Aktivitet eller steg"),
        Column("kind", "Slag"),
        Column("dates", "När"),
        Column("status", "Läge"),
    )
    return from_records(f"{key}-data", "Planens aktiviteter i tidsordning", columns, records)
