"""The slide with what companies say in dialogues beside what the survey shows."""

from __future__ import annotations

import pandas as pd

from analysis import swedish
from analysis.present import dialogues, wording
from analysis.present.data import ReportData
from analysis.present.figures.matrix import quadrant_name
from analysis.present.texts import heading, say
from analysis.workshop.audience import Audience
from analysis.workshop.content import Slide, SlideTable
from analysis.workshop.slide import paragraphs, slide, source_line

LONGEST = 140
"""Characters of a quote, at most, that can be read on a slide; longer ones stand on the page."""


def beside(data: ReportData, audience: Audience) -> Slide | None:
    """The factors raised in dialogues beside their index; none without dialogues.

    Parameters
    ----------
    audience
        What may be quoted is of its areas, or of no area.
    """
    found = dialogues.factors(data)
    if not found.dialogues:
        return None
    compared = found.raised is not None
    cells = tuple(
        (
            data.label(row["key"]),
            str(row["dialogues"]),
            _index(row),
            quadrant_name(row["place"]),
            *([dialogues.agreement(row["agreement"])] if compared else []),
        )
        for _, row in found.rows.iterrows()
    )
    names = ("servicefaktor", "dialoger", "index", "falt", "dialog_och_enkat")
    told = [say("dialog.bild_rad", faktor=c[0], dialoger=c[1], index=c[2]) for c in cells]
    years = swedish.years(dialogues.years(data))
    many = dialogues.number(data)
    return slide(
        data,
        audience.key,
        "dialog",
        say("dialog.bild"),
        say(
            "dialog.bild_anteckning",
            antal=swedish.number_word(many),
            flera=many != 1,
            ar=years,
            omraden=dialogues.conclusion(data, dialogues.areas(data), "dialog.omraden"),
        ),
        source=source_line(data, years=years),
        table=SlideTable(
            tuple(heading(name).replace("\n", " ") for name in names[: len(cells[0])]),
            cells,
            (3, 2, 4, 3, 4)[: len(cells[0])],
            data.marked(say("dialog.bild_alt", rader="; ".join(told))),
            size=14,
        ),
        text=paragraphs(
            dialogues.conclusion(data, found, "dialog.faktorer"), *_quotes(data, audience)
        ),
    )


def _index(row: pd.Series) -> str:
    """A factor's index with its interval."""
    index = wording.index(row["cell"])
    if pd.isna(row["lower"]):
        return index
    return f"{index} ({swedish.interval(row['lower'], row['upper'])})"


def _quotes(data: ReportData, audience: Audience) -> list[str]:
    """The newest things that may be quoted, as many as there is room for."""
    rows = dialogues.quotes(data)
    rows = rows[rows["scope"].isin(["", *audience.areas]) & (rows["summary"].str.len() <= LONGEST)]
    return [
        say("dialog.bild_citat", text=row["summary"], forening=row["association"])
        for _, row in rows.head(data.settings.rules.dialogue.quotes.value).iterrows()
    ]
