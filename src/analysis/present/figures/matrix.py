"""The priority matrix: how satisfied the companies are with a factor, and how much it weighs."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import swedish
from analysis.measures.drivers import Quadrant
from analysis.present import columns, theme
from analysis.present.bundle import Figure
from analysis.present.data import ReportData
from analysis.present.figures import marks
from analysis.present.figures.labels import Frame, positions
from analysis.present.tables import Column, Table
from analysis.present.texts import heading, say

RISE = 5
"""Index units that an effect is told for, beside that of one."""
HEIGHT = 520
WIDE, FONT = (560, 440), 14
"""Pixels of the plot's inside on a page of paper, the narrower of paper and screen."""
NARROW, NARROW_FONT = (275, 370), 12
NARROW_ROOM = 0.15
"""Share of the axis that a narrow screen adds to the right."""

QUADRANTS = {
    Quadrant.PRIORITISE: "ord.prioritera",
    Quadrant.IMPROVE: "ord.forbattra",
    Quadrant.KEEP: "ord.bevara",
    Quadrant.WATCH: "ord.bevaka",
}
"""The texts that name the fields."""


def quadrant_name(key: str) -> str:
    """A field of the matrix by its reader's name; a dash for none."""
    return say(QUADRANTS[Quadrant(key)]) if key in set(QUADRANTS) else swedish.MISSING


CORNERS = (
    (0.01, 0.99, "left", "top", Quadrant.PRIORITISE),
    (0.99, 0.99, "right", "top", Quadrant.IMPROVE),
    (0.99, 0.01, "right", "bottom", Quadrant.KEEP),
    (0.01, 0.01, "left", "bottom", Quadrant.WATCH),
)


def field_names() -> list[dict[str, Any]]:
    """The names of the fields in the corners of the figure."""
    return [
        marks.note(
            f"<b>{quadrant_name(place)}</b>",
            14,
            colour=theme.MUTED,
            xref="paper",
            yref="paper",
            x=x,
            y=y,
            xanchor=side,
            yanchor=end,
        )
        for x, y, side, end, place in CORNERS
    ]


def matrix(data: ReportData, rows: pd.DataFrame, *, key: str, years: list[int]) -> Figure | None:
    """Factors by index and effect, with intervals of the effect.

    Parameters
    ----------
    rows
        Drivers of one scope.
    years
        Case years whose answers the effects rest on.
    """
    # A factor whose index is hidden has no place in the matrix.
    rows = rows[rows["index"].notna()]
    if rows.empty:
        return None
    rows = in_steps(rows)
    x, y = rows["index"].astype(float), rows["effect"].astype(float)
    middle_x, middle_y = float(x.mean()), float(y.mean())
    low_x, high_x = float(x.min()) - 3, float(x.max()) + 3
    low_y = min(0.0, float(rows["effect_lower"].min()) - 0.03 * RISE)
    high_y = float(rows["effect_upper"].max()) + 0.06 * RISE
    labels = [data.label(factor) for factor in rows["factor"]]

    # On a narrow screen a name takes more of the axis.
    narrow_high_x = high_x + NARROW_ROOM * (high_x - low_x)

    def placed(size: tuple[float, float], high: float, font: float) -> list[str]:
        frame = Frame(*size, (low_x, high), (low_y, high_y), font)
        bars = list(zip(rows["effect_lower"], rows["effect_upper"], strict=True))
        return positions(list(zip(x, y, strict=True)), bars, labels, frame)

    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [swedish.rounded(v) for v in x],
        "y": [round(v, 3) for v in y],
        "text": labels,
        "textposition": placed(WIDE, high_x, FONT),
        "textfont": {"size": FONT},
        "marker": {"color": theme.BRAND, "size": 12},
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [round(float(v), 3) for v in rows["effect_upper"] - y],
            "arrayminus": [round(float(v), 3) for v in y - rows["effect_lower"]],
            "color": theme.BRAND_SOFT,
            "thickness": 2,
            "width": 5,
        },
        **marks.told(
            say(
                "figurer.ruta_matris",
                **_told(data, row),
                steg=RISE,
                intervall=swedish.interval(row["effect_lower"], row["effect_upper"]),
            )
            for _, row in rows.iterrows()
        ),
    }
    layout = theme.layout(
        HEIGHT,
        xaxis={
            "range": [low_x, high_x],
            "title": {"text": say("figurer.matris_x", ar=data.answer_years[-1])},
            "tickformat": ".0f",
        },
        yaxis={
            "range": [low_y, high_y],
            "title": {"text": say("figurer.matris_y", steg=RISE)},
            "tickformat": ".1f",
            "showgrid": False,
        },
        shapes=[
            marks.upright(middle_x, (low_y, high_y), colour=theme.LINE, dash="solid"),
            marks.across(middle_y, (low_x, high_x), colour=theme.LINE, dash="solid"),
        ],
        annotations=field_names(),
    )
    return Figure(
        key=key,
        plot={"data": [trace], "layout": layout},
        alt=in_words(data, rows),
        caption=data.caption(
            say("figurer.matris", strecken=data.strokes(rows["effect_lower"])),
            n=int(rows["n"].iloc[0]),
            years=years,
        ),
        table=effects_table(data, rows, f"{key}-data", say("figurer.matris_uppgifter")),
        narrow={
            "height": 440,
            "font.size": 12,
            "yaxis.title.text": say("figurer.matris_y_smal"),
            "xaxis.range": [low_x, narrow_high_x],
            "shapes.1.x1": narrow_high_x,
            "data.0.textposition": placed(NARROW, narrow_high_x, NARROW_FONT),
            "data.0.textfont.size": NARROW_FONT,
        },
    )


def in_words(data: ReportData, rows: pd.DataFrame) -> str:
    """The matrix in words, with its numbers.

    Parameters
    ----------
    rows
        Success factors with effects in steps.
    """
    told = [say("figurer.matris_faktor", **_told(data, row)) for _, row in rows.iterrows()]
    many = swedish.number_word(len(rows))
    return data.marked(say("figurer.matris_alt", steg=RISE, antal=many, faktorer=" ".join(told)))


def _told(data: ReportData, row: pd.Series) -> dict[str, str]:
    """A factor's values in words."""
    return {
        "faktor": data.label(row["factor"]),
        "falt": quadrant_name(row["quadrant"]),
        "index": swedish.number(row["index"]),
        "samband": swedish.signed(row["effect"]),
    }


def in_steps(rows: pd.DataFrame) -> pd.DataFrame:
    """Effects of a rise of `RISE` instead of one; from the effect as the tables for reuse have it.

    So a reader who multiplies gets the number that the page has.
    """
    names = ["effect", "effect_lower", "effect_upper"]
    return rows.assign(
        **{name: [RISE * swedish.rounded(value, 2) for value in rows[name]] for name in names}
    )


def effects_table(data: ReportData, rows: pd.DataFrame, key: str, caption: str) -> Table:
    """Factors with index, association and place in the matrix, the strongest first.

    Parameters
    ----------
    rows
        Success factors with effects in steps.
    """
    unsure = borderline(rows)
    return Table(
        key,
        caption,
        rows.sort_values("effect", ascending=False),
        [
            columns.name(data, heading("servicefaktor"), "factor"),
            columns.number(heading("index_ar", ar=data.answer_years[-1]), "index"),
            columns.signed(heading("samband", steg=RISE), "effect"),
            columns.interval(data, "effect_"),
            Column(
                "quadrant",
                heading("falt"),
                lambda row: say(
                    "figurer.falt_i_tabell",
                    falt=quadrant_name(row["quadrant"]),
                    gransfall=row["factor"] in unsure,
                ),
                long=True,
            ),
        ],
    )


def borderline(rows: pd.DataFrame) -> set[str]:
    """Factors whose effect may lie on either side of the line between high and low."""
    middle = rows["effect"].mean()
    unsure = (rows["effect_lower"] < middle) & (middle < rows["effect_upper"])
    return set(rows.loc[unsure, "factor"])
