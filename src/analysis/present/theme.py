"""One look for figures, tables and pages: colours, type, plot layout.

Colours are from Okabe and Ito's colour-blind safe palette, darkened to 4.5:1 where they carry text.
Grades are never told by colour alone: the word stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle, islice
from typing import Any

# A family name that holds a digit must be quoted.
FONT = "'Source Sans 3', 'Source Sans Pro', 'Segoe UI', sans-serif"

INK = "#1b2733"
MUTED = "#51606f"
LINE = "#d5dde4"
PAPER = "#ffffff"
BRAND = "#0b4f6c"
BRAND_SOFT = "#8fb8cb"
ACCENT = "#b3541e"
SECOND = "#5a6b7a"
MISSED = "#a03a1c"
GRID = "#e8edf1"
FORECAST = "rgba(81, 96, 111, 0.18)"
"""The field of a forecast, through which lines and the grid are seen."""

GRADE_FILL: Mapping[str, str] = {
    "mycket_lagt": "#f3c6bd",
    "lagt": "#f9dfcf",
    "godkant": "#f7efcf",
    "hogt": "#d9ead9",
    "mycket_hogt": "#b5d8c3",
}
"""Backgrounds light enough for `INK` at more than 7:1, and in rising lightness order in greyscale
only together with the grade's word."""


def grade_fill(grade: object) -> str:
    """Background of a grade; a grade that a municipality has added is left white."""
    return GRADE_FILL.get(str(grade), PAPER)


def fill_class(colour: str) -> str:
    """The class of what has a background colour; its rule is in ``report.css``.

    >>> fill_class("#d9ead9")
    'nki-fill-d9ead9'
    """
    return f"nki-fill-{colour.removeprefix('#')}"


def looks(number: int) -> list[tuple[str, str]]:
    """Colour and point symbol of each of several series, told apart without colour too."""
    return list(islice(cycle(((BRAND, "circle"), (ACCENT, "square"), (SECOND, "diamond"))), number))


def layout(height: int, **more: Any) -> dict[str, Any]:
    """Plotly layout that every figure starts from.

    Parameters
    ----------
    height
        In pixels at full width.
    **more
        Further layout settings; they win.
    """
    axis = {
        "showgrid": False,
        "zeroline": False,
        "linecolor": LINE,
        "ticks": "outside",
        "tickcolor": LINE,
        "automargin": True,
        "fixedrange": True,
    }
    base: dict[str, Any] = {
        "template": {},
        "height": height,
        "font": {"family": FONT, "size": 15, "color": INK},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 8, "r": 24, "t": 24, "b": 8},
        "separators": ",\u00a0",
        "showlegend": False,
        "hoverlabel": {
            "bgcolor": PAPER,
            "bordercolor": INK,
            "font": {"family": FONT, "size": 14, "color": INK},
        },
        "dragmode": False,
        "xaxis": dict(axis),
        "yaxis": {**axis, "showgrid": True, "gridcolor": GRID, "ticks": ""},
    }
    for key, value in more.items():
        if isinstance(value, Mapping) and isinstance(base.get(key), dict):
            base[key] = {**base[key], **value}
        elif key.startswith(("xaxis", "yaxis")):
            base[key] = {**axis, **value}
        else:
            base[key] = value
    return base
