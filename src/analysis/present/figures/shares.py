"""The spread of the answers over the scale, as stacked bars."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from analysis import swedish
from analysis.present import theme
from analysis.present.bundle import Figure
from analysis.present.data import ReportData
from analysis.present.figures import marks
from analysis.present.tables import Column, Table
from analysis.present.texts import heading, say

GROUPS = (
    ("1–3", "low", "#b3541e", theme.PAPER),
    ("4–7", "middle", "#dfe5ea", theme.INK),
    ("8–10", "high", "#0b4f6c", theme.PAPER),
)
ROW = 46


def shares(data: ReportData, spread: pd.DataFrame, *, key: str) -> Figure | None:
    """The answers to each factor's overall question, and to the overall NKI question.

    Parameters
    ----------
    spread
        `measures.distribution`: ``year, scope, measure, n, low, middle, high``.
    """
    questions = data.settings.questionnaire
    overall = [item.key for item in questions.items if item.key.endswith("_totalt")]
    rows = spread[
        (spread["scope"] == "total")
        & (spread["year"] == data.year)
        & spread["measure"].isin(overall)
    ].set_index("measure")
    if rows.empty:
        return None
    # Whole per cent that add up, so that a reader finds nothing missing.
    whole = [
        swedish.whole_percent(list(row))
        for row in rows[[column for _, column, _, _ in GROUPS]].to_numpy()
    ]
    names = [name for name, _, _, _ in GROUPS]
    grouped = pd.DataFrame(whole, columns=names, index=rows.index) / 100
    grouped = grouped.sort_values("8–10")
    labels = [data.label(measure) for measure in grouped.index]
    traces: list[dict[str, Any]] = [
        {
            "type": "bar",
            "orientation": "h",
            "name": name,
            "x": [round(value * 100) for value in grouped[name]],
            "y": labels,
            "text": [swedish.percent(value) if value >= 0.06 else "" for value in grouped[name]],
            "textposition": "inside",
            "insidetextanchor": "middle",
            "textangle": 0,
            "textfont": {"color": ink, "size": 13},
            "marker": {"color": colour, "line": {"color": theme.PAPER, "width": 1}},
            "customdata": [
                say(
                    "figurer.ruta_fordelning", fraga=label, andel=swedish.percent(value), betyg=name
                )
                for label, value in zip(labels, grouped[name], strict=True)
            ],
            "hovertemplate": "%{customdata}<extra></extra>",
        }
        for name, _, colour, ink in GROUPS
    ]
    layout = theme.layout(
        ROW * len(grouped) + 90,
        barmode="stack",
        bargap=0.35,
        xaxis={"range": [0, 100], "visible": False},
        yaxis={"showgrid": False},
        showlegend=True,
        legend={**marks.legend(), "title": {"text": f"{heading('betyg')} "}},
    )
    n = int(rows["n"].max())
    parts = [
        say(
            "figurer.fordelning_fraga",
            fraga=label,
            hoga=swedish.percent(high),
            laga=swedish.percent(low),
        )
        for label, high, low in zip(labels, grouped["8–10"], grouped["1–3"], strict=True)
    ][::-1]
    alt = say("figurer.fordelning_alt", fragor=" ".join(parts))
    scale = data.settings.rules.index

    def share(name: str) -> Callable[[pd.Series], str]:
        return lambda row: swedish.percent(row[name])

    return Figure(
        key=key,
        plot={"data": traces, "layout": layout},
        alt=data.marked(alt),
        caption=data.caption(
            say("figurer.fordelning", lagst=scale.lowest.value, hogst=scale.highest.value),
            n=n,
            years=[data.year],
        ),
        table=Table(
            f"{key}-data",
            say("figurer.fordelning_uppgifter"),
            grouped[::-1],
            [
                Column("question", heading("fraga"), lambda row: data.label(str(row.name))),
                *(
                    Column(name, heading("betyg_steg", betyg=name), share(name), "right")
                    for name, _, _, _ in GROUPS
                ),
            ],
        ),
        narrow={"font.size": 12, "legend.title.text": ""},
    )
