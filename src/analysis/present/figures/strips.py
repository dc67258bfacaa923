"""Our value with its interval beside the country's and the similar municipalities', row by row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis import swedish
from analysis.present import columns, theme
from analysis.present.bundle import Figure
from analysis.present.data import ReportData
from analysis.present.figures import marks
from analysis.present.tables import Column, Table
from analysis.present.texts import heading, say

ROW_HEIGHT = 46
FRAME = 130
LABEL = 22
"""Characters of a label on one line."""


def strips(data: ReportData, rows: pd.DataFrame, *, key: str) -> Figure | None:
    """Compared values, first on top.

    Parameters
    ----------
    rows
        Rows of `measures.comparison`; those without a value are left out.
    key
        Name of the figure.
    """
    rows = rows[rows["value"].notna()].reset_index(drop=True)
    if rows.empty:
        return None
    similar = rows["peers_median"].notna().any()
    names = [data.label(scope) for scope in rows["scope"]]
    dated = [
        say("jamforelse.rad_med_ar", namn=name, ar=year)
        for name, year in zip(names, rows["year"], strict=True)
    ]
    rows_axis = marks.rows_of(dated, LABEL)
    places = rows_axis["tickvals"]
    bounds = rows.rename(
        columns={"value": "governing", "lower": "governing_lower", "upper": "governing_upper"}
    )
    own = {
        **_points(rows["value"], places, names, say("jamforelse.serie_egen")),
        "mode": "markers+text",
        "text": [f"<b>{swedish.number(value)}</b>" for value in rows["value"]],
        "textposition": "top center",
        "textfont": {"size": 13},
        "marker": {"color": theme.BRAND, "symbol": "circle", "size": 12},
        **marks.intervals("x", bounds, theme.BRAND),
    }
    country = {
        **_points(rows["country"], places, names, say("jamforelse.serie_riket")),
        "marker": {
            "color": theme.ACCENT,
            "symbol": "diamond-open",
            "size": 12,
            "line": {"width": 2},
        },
    }
    traces = [country, own]
    if similar:
        median = {
            **_points(rows["peers_median"], places, names, say("jamforelse.serie_median")),
            "marker": {
                "color": theme.INK,
                "symbol": "line-ns-open",
                "size": 20,
                "line": {"width": 3, "color": theme.INK},
            },
        }
        traces = [_band(rows, places), median, *traces]
    drawn = rows[["value", "lower", "upper", "country", "peers_low", "peers_high"]].to_numpy(float)
    layout = theme.layout(
        FRAME + ROW_HEIGHT * len(rows),
        xaxis=marks.index_below(drawn[~np.isnan(drawn)]),
        yaxis=rows_axis,
        showlegend=True,
        legend=marks.legend(),
    )
    table = Table(
        f"{key}-data",
        say("jamforelse.remsor_titel"),
        rows,
        [
            columns.name(data, heading("omrade"), "scope"),
            columns.year(),
            columns.number(heading("kommunen"), "value"),
            columns.interval(data, ""),
            country_column(),
            columns.number(heading("liknande_median"), "peers_median", optional=True),
            Column(
                "band",
                heading("liknande_spann"),
                lambda row: swedish.interval(row["peers_low"], row["peers_high"]),
                "right",
                optional=True,
            ),
        ],
    )
    told = [_told(name, row) for name, (_, row) in zip(names, rows.iterrows(), strict=True)]
    return Figure(
        key=key,
        plot={"data": traces, "layout": layout},
        alt=data.marked(say("jamforelse.remsor_alt", rader=" ".join(told))),
        caption=data.caption(
            say(
                "jamforelse.remsor",
                liknande=bool(similar),
                strecken=data.strokes(rows["lower"]),
                publicerat=say("jamforelse.publicerat"),
            ),
            years=sorted(rows["year"].astype(int)),
        ),
        table=table,
        narrow={"font.size": 12, "yaxis.tickfont.size": 12, "legend.font.size": 12},
    )


def country_column() -> Column:
    """The country's value as published."""
    return columns.told(heading("riket"), "country", swedish.published, "right")


def _points(values: pd.Series, places: list[int], names: list[str], whose: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": whose,
        "x": [None if pd.isna(value) else swedish.rounded(value) for value in values],
        "y": places,
        **marks.told(
            say("jamforelse.ruta", namn=name, vem=whose, varde=swedish.published(value))
            for name, value in zip(names, values, strict=True)
        ),
    }


def _band(rows: pd.DataFrame, places: list[int]) -> dict[str, Any]:
    """The band of the similar municipalities as one broken line, a piece a row."""
    x: list[float | None] = []
    y: list[int | None] = []
    for low, high, place in zip(rows["peers_low"], rows["peers_high"], places, strict=True):
        if pd.notna(low):
            x += [swedish.rounded(low), swedish.rounded(high), None]
            y += [place, place, None]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": say("jamforelse.serie_band"),
        "x": x,
        "y": y,
        "line": {"color": theme.LINE, "width": 16},
        "hoverinfo": "skip",
    }


def _told(name: str, row: pd.Series) -> str:
    similar = pd.notna(row["peers_median"])
    return say(
        "jamforelse.remsor_alt_rad",
        namn=name,
        ar=row["year"],
        varde=swedish.number(row["value"]),
        intervall=swedish.interval(row["lower"], row["upper"]) if pd.notna(row["lower"]) else "",
        riket=swedish.published(row["country"]) if pd.notna(row["country"]) else "",
        liknande=swedish.published(row["peers_median"]) if similar else "",
        lagst=swedish.number(row["peers_low"]) if similar else "",
        hogst=swedish.number(row["peers_high"]) if similar else "",
    )
