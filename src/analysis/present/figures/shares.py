"""The spread of the answers over the scale, as stacked bars."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import swedish
from analysis.measures.advice import OVERALL
from analysis.present import columns, theme
from analysis.present.bundle import Figure
from analysis.present.data import ReportData
from analysis.present.figures import marks
from analysis.present.tables import Column, Table
from analysis.present.texts import heading, say

GROUPS = {
    "1–3": ("#b3541e", theme.PAPER),
    "4–7": ("#dfe5ea", theme.INK),
    "8–10": ("#0b4f6c", theme.PAPER),
}
"""The colours of each part of the scale, and of the words in it."""
ROW = 46


def shares(data: ReportData, spread: pd.DataFrame, *, key: str) -> Figure | None:
    """The answers to each factor's overall question, and to the overall NKI question.

    Parameters
    ----------
    spread
        `measures.distribution`: ``year, scope, measure, n, low, middle, high``.
    """
    items = data.settings.questionnaire.items
    overall = [item.key for item in items if item.key.endswith(OVERALL)]
    rows = spread[
        (spread["scope"] == "total")
        & (spread["year"] == data.year)
        & spread["measure"].isin(overall)
    ].set_index("measure")
    if rows.empty:
        return None
    # Whole per cent that add up, so that a reader finds nothing missing.
    parts = rows[["low", "middle", "high"]].to_numpy().tolist()
    whole = [swedish.whole_percent(row) for row in parts]
    grouped = pd.DataFrame(whole, columns=list(GROUPS), index=rows.index).sort_values("8–10")
    told = grouped.map(lambda share: swedish.percent(share / 100))
    labels = [data.label(measure) for measure in grouped.index]
    traces: list[dict[str, Any]] = [
        {
            "type": "bar",
            "orientation": "h",
            "name": name,
            "x": list(grouped[name]),
            "y": labels,
            # A narrow part has no room for words.
            "text": list(told[name].where(grouped[name] >= 6, "")),
            "textposition": "inside",
            "insidetextanchor": "middle",
            "textangle": 0,
            "textfont": {"color": ink, "size": 13},
            "marker": {"color": colour, "line": {"color": theme.PAPER, "width": 1}},
            "customdata": [
                say("figurer.ruta_fordelning", fraga=label, andel=share, betyg=name)
                for label, share in zip(labels, told[name], strict=True)
            ],
            "hovertemplate": "%{customdata}<extra></extra>",
        }
        for name, (colour, ink) in GROUPS.items()
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
    spoken = [
        say("figurer.fordelning_fraga", fraga=label, hoga=high, laga=low)
        for label, high, low in zip(labels, told["8–10"], told["1–3"], strict=True)
    ][::-1]
    alt = say("figurer.fordelning_alt", fragor=" ".join(spoken))
    scale = data.settings.rules.index
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
            told[::-1],
            [
                Column("question", heading("fraga"), lambda row: data.label(str(row.name))),
                *(
                    columns.told(heading("betyg_steg", betyg=name), name, align="right")
                    for name in GROUPS
                ),
            ],
        ),
        narrow={"font.size": 12, "legend.title.text": ""},
    )
