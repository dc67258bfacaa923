"""Parts that several figures are drawn with: intervals, levels, breaks of a definition, labels."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd

from analysis import swedish
from analysis.present import theme
from analysis.present.data import ReportData

SMALL = {"size": 13}


def intervals(axis: Literal["x", "y"], rows: pd.DataFrame, colour: str) -> dict[str, Any]:
    """Error bars around the governing value; none where there is no interval."""
    if not rows["governing_lower"].notna().any():
        return {}
    return {
        f"error_{axis}": {
            "type": "data",
            "symmetric": False,
            "array": _lengths(rows["governing_upper"] - rows["governing"]),
            "arrayminus": _lengths(rows["governing"] - rows["governing_lower"]),
            "color": colour,
            "thickness": 1.5,
            "width": 4,
        }
    }


def _lengths(values: pd.Series) -> list[float]:
    return [0.0 if pd.isna(value) else round(float(value), 2) for value in values]


def open_points(look: tuple[str, str]) -> dict[str, Any]:
    """What makes a series points apart from the line: hollow, not joined, named beside."""
    colour, symbol = look
    return {
        "mode": "markers+text",
        "textposition": "middle right",
        "marker": {
            "color": theme.PAPER,
            "size": 10,
            "symbol": symbol,
            "line": {"color": colour, "width": 2},
        },
    }


def open_note(data: ReportData, rows: pd.DataFrame, restated: pd.DataFrame) -> str:
    """What the open points of a figure are; empty where there are none."""
    told = []
    if len(restated):
        total = data.settings.rules.totals.definitions[data.definition()]
        told.append(f"omräknat till {total.short}")
    if (rows["part"] != "").any():
        told.append("bara en del av året")
    return f" Öppen punkt: {swedish.listing(told, 'eller')}." if told else ""


def every_year(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of a series with empty ones for years without a number.

    A line is then broken where a year is missing, instead of drawn as if it were known.
    """
    ordered = rows.set_index(rows["year"].astype(int)).sort_index()
    years = range(ordered.index.min(), ordered.index.max() + 1)
    return ordered.drop(columns="year").reindex(years).rename_axis("year").reset_index()


def labelled(values: pd.Series) -> dict[str, Any]:
    """Points along a line with their labels, each on a side that the line leaves free.

    >>> points = labelled(pd.Series([70.0, 72.0, float("nan"), 71.04]))
    >>> points["text"], points["textposition"][:2]
    (['70,0', '72,0', '', '71,0'], ['bottom right', 'bottom right'])
    """
    known = [None if pd.isna(value) else float(value) for value in values]
    return {
        "y": [None if value is None else swedish.rounded(value) for value in known],
        "text": ["" if value is None else swedish.number(value) for value in known],
        "textposition": [
            _free_side(before, value, after)
            for before, value, after in zip([None, *known], known, [*known[1:], None], strict=False)
        ],
    }


def _free_side(before: float | None, value: float | None, after: float | None) -> str:
    if value is None or (before is None and after is None):
        return "top right"
    if after is None:
        return "bottom left" if before is not None and before >= value else "bottom right"
    return "bottom right" if after > value else "top right"


Place = float | str


# A line ends at places on both axes: one that refers to the paper is drawn under the grid.
def across(
    value: float,
    ends: tuple[Place, Place],
    *,
    axes: tuple[str, str] = ("x", "y"),
    dash: str = "dash",
    colour: str = theme.INK,
) -> dict[str, Any]:
    """A line at a value of the upright axis, between two ends of the other."""
    return _line(axes, ends, (value, value), dash, colour)


def upright(
    place: Place,
    ends: tuple[Place, Place],
    *,
    axes: tuple[str, str] = ("x", "y"),
    dash: str = "dash",
    colour: str = theme.INK,
) -> dict[str, Any]:
    """A line at a place of the level axis, between two ends of the other."""
    return _line(axes, (place, place), ends, dash, colour)


def _line(
    axes: tuple[str, str],
    x: tuple[Place, Place],
    y: tuple[Place, Place],
    dash: str,
    colour: str,
) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": axes[0],
        "yref": axes[1],
        "x0": x[0],
        "x1": x[1],
        "y0": y[0],
        "y1": y[1],
        "line": {"color": colour, "width": 1, "dash": dash},
        "layer": "between",
    }


def break_labels(place: Place, before: str, after: str, *, ref: str = "y") -> list[dict[str, Any]]:
    """The definitions on either side of a break."""
    return [
        {
            "x": place,
            "yref": f"{ref} domain",
            "y": 0,
            "text": f"\u00a0{text}\u00a0",
            "showarrow": False,
            "yanchor": "bottom",
            "xanchor": anchor,
            "font": {"color": theme.MUTED, "size": 12},
        }
        for text, anchor in ((before, "right"), (after, "left"))
    ]


def answers_behind(rows: pd.DataFrame) -> tuple[int | None, str]:
    """How many answers a series rests on: their number, or a sentence where some is unknown."""
    counted = rows[rows["n"].notna()]
    n = int(counted["n"].sum())
    if len(counted) == len(rows):
        return (n if len(rows) else None), ""
    if counted.empty:
        return None, ""
    years = swedish.years(sorted(counted["year"].astype(int)))
    return None, f" Antalet svar är känt för {years}: {swedish.number(n, 0)}."
