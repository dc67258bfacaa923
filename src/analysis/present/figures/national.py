"""The priority matrix without answers: our indices, and what tends to matter most in the country.

Which factors those are is published, how much more they matter is not: so two bands, no scale.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analysis.present import columns, theme
from analysis.present.bundle import Figure
from analysis.present.data import ReportData
from analysis.present.figures import marks
from analysis.present.figures.dots import dots
from analysis.present.figures.matrix import field_names, quadrant_name
from analysis.present.tables import Column, Table
from analysis.present.texts import heading, say


def national_matrix(data: ReportData, rows: pd.DataFrame, *, key: str) -> Figure | None:
    """Factors by index, those that matter most in the country above the others.

    Parameters
    ----------
    rows
        Factors from `measures.drivers.national`.
    key
        Name of the figure.
    """
    title = say("figurer.nationell_titel")
    labels = [data.label(factor) for factor in rows["measure"]]
    figure = dots(data, rows, labels, key=key, title=title, first=heading("servicefaktor"))
    if figure is None:
        return None
    plot = figure.plot
    between = len(rows) - int(rows["strong"].sum()) - 0.5
    middle = float(rows["governing"].mean())
    layout = plot["layout"]
    # Room above and below for the names of the fields.
    low, high = -1.2, len(rows) + 0.2
    axis = {**layout["yaxis"], "range": [low, high]}
    fields = {
        **layout,
        "height": layout["height"] + 60,
        "yaxis": axis,
        "shapes": [
            marks.upright(middle, (low, high), colour=theme.MUTED, dash="solid"),
            marks.across(
                between, tuple(layout["xaxis"]["range"]), colour=theme.MUTED, dash="solid"
            ),
        ],
        "annotations": field_names(),
    }
    told = [
        say(
            "figurer.nationell_faktor",
            faktor=label,
            index=index,
            starkt=bool(strong),
            falt=quadrant_name(quadrant),
        )
        for label, index, strong, quadrant in zip(
            labels, figure.table.rows["governing"], rows["strong"], rows["quadrant"], strict=True
        )
    ]
    about = say("figurer.nationell", titel=title, strecken=data.strokes(rows["governing_lower"]))
    return replace(
        figure,
        plot={**plot, "layout": fields},
        alt=data.marked(say("figurer.nationell_alt", faktorer=" ".join(told))),
        caption=data.caption(about, years=[data.year]),
        table=_table(data, rows, f"{key}-data", title),
    )


def _table(data: ReportData, rows: pd.DataFrame, key: str, title: str) -> Table:
    return Table(
        key,
        title,
        rows,
        [
            columns.name(data, heading("servicefaktor"), "measure"),
            columns.number(heading("index"), "governing"),
            columns.interval(data),
            Column(
                "strong",
                heading("betydelse_nationellt"),
                lambda row: say("figurer.betydelse", starkt=bool(row["strong"])),
            ),
            columns.told(heading("falt"), "quadrant", quadrant_name),
        ],
    )
