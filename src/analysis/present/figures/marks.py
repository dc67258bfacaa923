"""Parts that several figures are drawn with: intervals, levels, texts, breaks of a definition."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import Any, Literal

import pandas as pd

from analysis.present import theme
from analysis.present.texts import say


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


def note(text: str, size: int = 13, *, colour: str = theme.INK, **place: Any) -> dict[str, Any]:
    """A text in the figure, without an arrow."""
    font = {"size": size, "color": colour}
    return {"text": text, "showarrow": False, "font": font, **place}


def lines(text: str) -> str:
    """A text as it stands in a figure: its paragraphs are its lines."""
    return text.replace("\n\n", "<br>")


def told(texts: Iterable[str]) -> dict[str, Any]:
    """What a reader is told who points at each of several points."""
    return {
        "customdata": [lines(text) for text in texts],
        "hovertemplate": "%{customdata}<extra></extra>",
        "cliponaxis": False,
    }


def legend() -> dict[str, Any]:
    """The names of the series above a figure; pressing one hides nothing."""
    return {
        "orientation": "h",
        "x": 0,
        "y": 1.02,
        "xanchor": "left",
        "yanchor": "bottom",
        "traceorder": "normal",
        "itemclick": False,
        "itemdoubleclick": False,
    }


def rows_of(labels: Sequence[str], longest: int) -> dict[str, Any]:
    """The upright axis of named rows, the first on top.

    Parameters
    ----------
    labels
        The rows' names.
    longest
        Characters of a name on one line, so that the figure fits a narrow screen.
    """
    return {
        "tickvals": list(range(len(labels)))[::-1],
        "ticktext": ["<br>".join(wrap(label, longest)) for label in labels],
        "range": [-0.6, len(labels) - 0.3],
        "showgrid": False,
    }


def index_below(values: Iterable[float]) -> dict[str, Any]:
    """The level axis of indices, with some room beside the values."""
    known = list(values)
    return {
        "range": [max(0.0, min(known) - 3), min(100.0, max(known) + 3)],
        "title": {"text": say("figurer.indexaxel")},
        "showgrid": True,
        "gridcolor": theme.GRID,
    }


Place = float | str


def across(value: Place, ends: tuple[Place, Place], **look: Any) -> dict[str, Any]:
    """A line at a value of the upright axis, between two ends of the other."""
    return _line(ends, (value, value), **look)


def upright(place: Place, ends: tuple[Place, Place], **look: Any) -> dict[str, Any]:
    """A line at a place of the level axis, between two ends of the other."""
    return _line((place, place), ends, **look)


# A line ends at places on both axes: one that refers to the paper is drawn under the grid.
def _line(
    x: tuple[Place, Place],
    y: tuple[Place, Place],
    *,
    axes: tuple[str, str] = ("x", "y"),
    dash: str = "dash",
    colour: str = theme.INK,
) -> dict[str, Any]:
    corners = dict(zip(("x0", "x1", "y0", "y1"), (*x, *y), strict=True))
    line = {"color": colour, "width": 1, "dash": dash}
    return {"type": "line", "xref": axes[0], "yref": axes[1], **corners, "line": line} | {
        "layer": "between"
    }


def break_labels(place: Place, before: str, after: str, *, ref: str = "y") -> list[dict[str, Any]]:
    """The definitions on either side of a break."""
    return [
        note(
            f"\u00a0{text}\u00a0",
            12,
            colour=theme.MUTED,
            x=place,
            yref=f"{ref} domain",
            y=0,
            yanchor="bottom",
            xanchor=anchor,
        )
        for text, anchor in ((before, "right"), (after, "left"))
    ]
