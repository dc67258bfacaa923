"""Indices side by side as dots with intervals: areas, factors or questions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis import swedish
from analysis.present import columns, theme
from analysis.present.bundle import Figure
from analysis.present.data import ReportData
from analysis.present.figures import marks
from analysis.present.tables import Column, Table
from analysis.present.texts import heading, say

ROW_HEIGHT = 40
FRAME = 90
SHOWN = ["name", "governing", "interval", "n"]
"""The columns of the data table that a reader is told who points at a dot."""
LABEL = 24
"""Characters of a label on one line."""


def dots(
    data: ReportData,
    rows: pd.DataFrame,
    labels: Sequence[str],
    *,
    key: str,
    title: str,
    first: str,
    target: tuple[float, str] | None = None,
    aimed: Sequence[bool] | None = None,
) -> Figure | None:
    """Indices as dots with their intervals, in the order given, first on top.

    Parameters
    ----------
    rows
        Rows of `ReportData.indices`; those without a number are left out.
    labels
        The reader's name of each row.
    key, title
        Name of the figure and beginning of its caption.
    first
        Heading of the labels in the data table.
    target
        A level drawn across: (index, label).
    aimed
        The rows that the target holds for come first; all rows where not given.
    """
    named = rows.assign(label=list(labels), aimed=True if aimed is None else list(aimed))
    shown = named[named["governing"].notna()]
    if shown.empty:
        return None
    table = Table(
        f"{key}-data",
        title,
        shown,
        [
            Column("name", first, lambda row: row["label"]),
            columns.number(heading("index"), "governing"),
            columns.interval(data),
            columns.told(heading("betyg"), "grade", data.grade),
            columns.answers(),
        ],
    )
    names, texts = list(table.rows["name"]), list(table.rows["governing"])
    rows_axis = marks.rows_of(names, LABEL)
    # A colour is a verdict too: none before the whole year is there.
    judged = target is not None and not data.judged_when
    missed = shown["aimed"] & judged & (shown["governing"] < (target[0] if target else 0))
    colours = [theme.ACCENT if below else theme.BRAND for below in missed]
    symbols = ["diamond" if below else "circle" for below in missed]
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [swedish.rounded(value) for value in shown["governing"]],
        "y": rows_axis["tickvals"],
        "text": [f"<b>{text}</b>" for text in texts],
        "textposition": "top center",
        "textfont": {"size": 13},
        "marker": {"color": colours, "symbol": symbols, "size": 11},
        **marks.intervals("x", shown, theme.SECOND),
        **marks.told(
            say("figurer.ruta_punkt", vad=name, varde=value, intervall=interval, svar=n)
            for name, value, interval, n in table.rows[SHOWN].itertuples(index=False)
        ),
    }
    bounds = shown[["governing", "governing_lower", "governing_upper"]].stack()
    edges = [*bounds.astype(float), *([target[0]] if target else [])]
    lowest, highest = rows_axis["range"]
    drawn_to = lowest if shown["aimed"].all() else len(shown) - int(shown["aimed"].sum()) - 0.5
    layout = theme.layout(
        FRAME + ROW_HEIGHT * len(shown),
        xaxis=marks.index_below(edges),
        yaxis=rows_axis,
        shapes=[marks.upright(target[0], (drawn_to, highest))] if target else [],
        annotations=[marks.note(target[1], x=target[0], yref="paper", y=1, yanchor="bottom")]
        if target
        else [],
    )
    year = str(shown["year"].iloc[0])
    parts = [f"{label} {text}" for label, text in zip(names, texts, strict=True)]
    alt = say(
        "figurer.punkter_alt",
        titel=title,
        ar=year,
        varden=swedish.listing(parts),
        linje=target[1] if target else "",
    )
    about = say(
        "figurer.punkter",
        titel=title,
        svar=_answers(shown),
        kanda=bool(shown["n"].notna().all()),
        grupp=first.lower(),
        strecken=data.strokes(shown["governing_lower"]),
        mallinje_delvis=target is not None and not shown["aimed"].all(),
    )
    caption = data.caption(about, years=[int(year[:4])])
    return Figure(
        key=key,
        plot={"data": [trace], "layout": layout},
        alt=data.marked(alt),
        caption=caption,
        table=table,
        narrow={"font.size": 13, "yaxis.tickfont.size": 12},
    )


def _answers(shown: pd.DataFrame) -> str:
    """The numbers of answers, from the fewest to the most; empty where unknown."""
    known = shown["n"].dropna()
    if known.empty:
        return ""
    fewest, most = swedish.number(known.min(), 0), swedish.number(known.max(), 0)
    return fewest if fewest == most else f"{fewest}{swedish.DASH}{most}"
