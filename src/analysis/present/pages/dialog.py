"""Framgångsfaktorer: the dialogues with associations beside the survey, and the themes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from analysis import store, swedish
from analysis.measures.themes import REST
from analysis.present import columns, dialogues, wording
from analysis.present.bundle import Text
from analysis.present.data import ReportData
from analysis.present.figures.matrix import quadrant_name
from analysis.present.tables import Column, Table
from analysis.present.texts import heading, say


def introduction(data: ReportData) -> Text | None:
    """How many dialogues there have been, and what they say beside the survey."""
    many = dialogues.number(data)
    if not many:
        return None
    factors, areas = dialogues.factors(data), dialogues.areas(data)
    return wording.paragraphs(
        say(
            "dialog.inledning",
            antal=swedish.number_word(many),
            flera=many != 1,
            ar=swedish.years(dialogues.years(data)),
        ),
        dialogues.conclusion(data, factors, "dialog.faktorer"),
        dialogues.conclusion(data, areas, "dialog.omraden"),
    )


def factor_table(data: ReportData) -> Table | None:
    """The factors raised in dialogues, with their index and place in the matrix."""
    return _table(data, dialogues.factors(data), "dialog-faktorer", "dialog.tabell_faktorer")


def area_table(data: ReportData) -> Table | None:
    """The areas raised in dialogues, with their NKI."""
    return _table(data, dialogues.areas(data), "dialog-omraden", "dialog.tabell_omraden")


def _table(data: ReportData, beside: dialogues.Beside, key: str, caption: str) -> Table | None:
    if not beside.dialogues:
        return None
    compared = beside.raised is not None
    of_factors = key == "dialog-faktorer"
    agreement = columns.told(heading("dialog_och_enkat"), "agreement", dialogues.agreement)
    return Table(
        key,
        data.caption(
            say(caption, antal=swedish.number_word(beside.dialogues)), years=dialogues.years(data)
        ),
        beside.rows,
        [
            columns.name(data, heading("servicefaktor" if of_factors else "omrade"), "key"),
            columns.told(heading("dialoger"), "dialogues", align="right"),
            columns.told(heading("foreningar"), "associations", columns.or_dash, optional=True),
            Column(
                "index",
                heading("index" if of_factors else "nki"),
                lambda row: wording.index(row["cell"]),
                "right",
            ),
            columns.interval(data, "", optional=True),
            columns.told(heading("falt"), "place", quadrant_name, optional=True),
            *([agreement] if compared else []),
        ],
        note=say("dialog.not_jamforelse", faktorer=of_factors) if compared else "",
    )


def quotes_table(data: ReportData) -> Table | None:
    """What companies say, of what may be quoted."""
    return _quoted(data, dialogues.quotes(data))


def newest_quotes(data: ReportData) -> Table | None:
    """The newest of them, where there is room for no more."""
    most = data.settings.rules.dialogue.quotes.value
    return _quoted(data, dialogues.quotes(data).head(most))


def _quoted(data: ReportData, rows: pd.DataFrame) -> Table | None:
    if rows.empty:
        return None
    # Made-up ones are told by the source, as everywhere.
    responsible = data.settings.report.appendix.unit
    source = "" if data.example else say("dialog.kalla", ansvarig=responsible)
    return Table(
        "dialog-citat",
        data.caption(say("dialog.tabell_citat"), years=dialogues.years(data), source=source),
        rows,
        [
            columns.told(heading("sammanfattning"), "summary", long=True),
            Column("about", heading("galler"), lambda row: _about(data, row)),
            columns.told(heading("forening"), "association"),
            Column("date", heading("datum"), _date),
        ],
    )


def themes_table(data: ReportData) -> Table | None:
    """The themes of the year's free texts that enough texts have."""
    rows = data.table(store.THEMES)
    rows = rows[(rows["year"] == data.year) & data.settings.configured]
    if rows.empty:
        return None
    least = swedish.number_word(data.settings.rules.themes.min_texts.value)
    return Table(
        "teman",
        data.caption(say("dialog.tabell_teman"), n=int(rows["texts"].sum()), years=[data.year]),
        rows,
        [
            Column("theme", heading("tema"), _theme),
            columns.number(heading("antal_texter"), "texts", 0),
        ],
        note=say("dialog.not_teman", krav=least),
    )


def _theme(row: Any) -> str:
    return say("dialog.ovriga_teman") if row["theme"] == REST else str(row["theme"])


def _about(data: ReportData, row: Any) -> str:
    """Factor and area of a subject."""
    return ", ".join(data.label(key) for key in (row["factor"], row["scope"]) if key)


def _date(row: Any) -> str:
    return swedish.long_date(date.fromisoformat(row["date"]))
