"""All municipalities by number of answers and NKI, between the limits of a funnel."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from analysis import swedish
from analysis.measures.comparison import Relation
from analysis.present import columns, theme
from analysis.present.bundle import Figure
from analysis.present.data import ReportData
from analysis.present.figures import marks
from analysis.present.figures.labels import Frame, positions
from analysis.present.tables import Column, Table
from analysis.present.texts import heading, say

HEIGHT = 480
WIDE, NARROW, FONT = (560, 360), (290, 290), 12
"""Pixels of the plot's inside on paper and on a narrow screen, and the names' font size."""
TICKS = [20, 50, 100, 200, 500, 1000, 2000]
"""Numbers of answers marked on the axis."""
LOOKS = {
    Relation.OTHER: ("jamforelse.grupp_ovriga", theme.SECOND, "circle-open", 6),
    Relation.COUNTY: ("jamforelse.grupp_lanet", theme.SECOND, "triangle-up", 9),
    Relation.PEER: ("jamforelse.grupp_liknande", theme.ACCENT, "square", 10),
    Relation.OWN: ("jamforelse.grupp_egen", theme.BRAND, "circle", 15),
}
"""The text that names each group, and the look of its points; drawn in this order."""


def funnel(data: ReportData, rows: pd.DataFrame, *, key: str) -> Figure | None:
    """The funnel of all municipalities; None where there are too few of them.

    Parameters
    ----------
    rows
        The table of `measures.panorama`.
    key
        Name of the figure.
    """
    if rows.empty:
        return None
    traces = [
        _limit(rows, "lower", "dash"),
        _limit(rows, "upper", "dash"),
        _limit(rows, "centre", "solid"),
        *(_points(rows[rows["group"] == group], group) for group in LOOKS),
    ]
    values = rows[["value", "lower", "upper"]].to_numpy(float)
    x = (math.log10(rows["n"].min()) - 0.1, math.log10(rows["n"].max()) + 0.1)
    y = (float(values.min()) - 2, float(values.max()) + 2)
    named = rows[rows["group"].isin([Relation.OWN, Relation.PEER])]
    traces.append(_names(named) | {"textposition": _placed(named, Frame(*WIDE, x, y, FONT))})
    layout = theme.layout(
        HEIGHT,
        xaxis={
            # Most municipalities have few answers: without a logarithm they lie on each other.
            "type": "log",
            "range": list(x),
            "title": {"text": say("jamforelse.tratt_x")},
            "tickvals": TICKS,
            "ticktext": [swedish.number(n, 0) for n in TICKS],
        },
        yaxis={"range": list(y), "title": {"text": say("jamforelse.tratt_y")}},
        showlegend=True,
        legend=marks.legend(),
    )
    year, own = int(rows["year"].iloc[0]), rows[rows["group"] == Relation.OWN]
    alt = say(
        "jamforelse.tratt_alt",
        ar=year,
        antal=len(rows),
        mitt=swedish.number(rows["centre"].iloc[0]),
        egen=swedish.published(own["value"].iloc[0]) if len(own) else "",
        egen_svar=swedish.number(own["n"].iloc[0], 0) if len(own) else "",
        under=int((rows["value"] < rows["lower"]).sum()),
        over=int((rows["value"] > rows["upper"]).sum()),
    )
    return Figure(
        key=key,
        plot={"data": traces, "layout": layout},
        alt=data.marked(alt),
        caption=data.caption(
            say(
                "jamforelse.tratt",
                ar=year,
                antal=len(rows),
                andel=data.confidence,
                publicerat=say("jamforelse.publicerat"),
            )
        ),
        table=Table(
            f"{key}-data",
            say("jamforelse.tratt_uppgifter"),
            rows.sort_values("municipality"),
            [
                Column("name", heading("kommun"), lambda row: row["municipality"]),
                Column("group", heading("grupp"), lambda row: say(LOOKS[row["group"]][0])),
                columns.number(heading("nki"), "value"),
                columns.answers(),
            ],
        ),
        narrow={
            "height": 440,
            "font.size": 12,
            "yaxis.title.text": "",
            "legend.font.size": 12,
            f"data.{len(traces) - 1}.textposition": _placed(named, Frame(*NARROW, x, y, FONT)),
        },
    )


def _limit(rows: pd.DataFrame, end: str, dash: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(rows["n"]),
        "y": [round(float(value), 2) for value in rows[end]],
        "line": {"color": theme.INK, "width": 1.5, "dash": dash},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _names(rows: pd.DataFrame) -> dict[str, Any]:
    """The names of the points that are looked for."""
    return {
        "type": "scatter",
        "mode": "text",
        "x": list(rows["n"]),
        "y": [swedish.rounded(value) for value in rows["value"]],
        # No-break spaces keep a name off its point: a trace without points leaves no room for it.
        "text": [f"\u00a0\u00a0{name}\u00a0\u00a0" for name in rows["municipality"]],
        "textfont": {"size": FONT},
        "hoverinfo": "skip",
        "showlegend": False,
        "cliponaxis": False,
    }


def _placed(rows: pd.DataFrame, frame: Frame) -> list[str]:
    """Sides of the points where their names cover each other least."""
    points = [(math.log10(n), float(y)) for n, y in zip(rows["n"], rows["value"], strict=True)]
    bars = [(y, y) for _, y in points]
    return positions(points, bars, list(rows["municipality"]), frame)


def _points(rows: pd.DataFrame, group: Relation) -> dict[str, Any]:
    name, colour, symbol, size = LOOKS[group]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": say(name),
        "x": list(rows["n"]),
        "y": [swedish.rounded(value) for value in rows["value"]],
        "marker": {"color": colour, "symbol": symbol, "size": size},
        **marks.told(
            say(
                "jamforelse.ruta_kommun",
                kommun=row["municipality"],
                varde=swedish.published(row["value"]),
                svar=swedish.number(row["n"], 0),
            )
            for _, row in rows.iterrows()
        ),
    }
