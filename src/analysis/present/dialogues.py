"""What companies say in dialogues, beside the survey. Shows only what may be quoted."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis import store, swedish
from analysis.measures.dialogue import PointedOutBy, compared, most_raised
from analysis.measures.totals import TOTAL
from analysis.present.data import ReportData
from analysis.present.figures.matrix import borderline
from analysis.present.texts import say

POINTED_OUT_BY = {
    PointedOutBy.BOTH: "dialog.bada",
    PointedOutBy.DIALOGUE: "dialog.dialogen",
    PointedOutBy.SURVEY: "dialog.enkaten",
    PointedOutBy.NEITHER: "dialog.ingen",
    PointedOutBy.UNSURE: "dialog.osakert",
    PointedOutBy.NO_INDEX: "dialog.saknas",
    PointedOutBy.NOT_COMPARED: "dialog.jamfors_inte",
}
"""The words for what points out a factor or an area."""


COLUMNS = ("key", "dialogues", "associations", "index", "lower", "upper", "cell", "place")


@dataclass(frozen=True)
class Beside:
    """Factors, or areas, in dialogues and in the survey.

    Parameters
    ----------
    rows
        Those raised in a dialogue, or pointed out by the survey, most dialogues first: ``key``,
        ``dialogues``, ``associations`` (of what may be quoted), ``index`` with ``lower`` and
        ``upper``, ``cell`` (the row of the table of indices, or None), ``place`` (in the matrix)
        and ``agreement``.
    dialogues
        How many dialogues raised any of them.
    raised
        Those raised most; None where the dialogues are too few or say nothing.
    """

    rows: pd.DataFrame
    dialogues: int
    raised: frozenset[str] | None

    def of(self, agreement: PointedOutBy) -> list[str]:
        """The factors or areas of which dialogue and survey say something together."""
        return list(self.rows.loc[self.rows["agreement"] == agreement, "key"])


def dialogues(data: ReportData) -> pd.DataFrame:
    """The subjects of the dialogues that belong to the report's year (``intake.dialogues``).

    Those of the case year, of the years before it as the rules say, and of the year in which the
    result came; none in a report of another municipality.
    """
    rows = data.table(store.DIALOGUES)
    first = data.year - data.settings.rules.dialogue.years.value
    kept = (rows["year"] > first) & (rows["year"] <= data.year + 1)
    return rows[kept & data.settings.configured]


def years(data: ReportData) -> list[int]:
    """The calendar years of the dialogues."""
    return sorted({int(year) for year in dialogues(data)["year"]})


def number(data: ReportData) -> int:
    """How many dialogues there are."""
    return int(dialogues(data)["dialogue"].nunique())


def factors(data: ReportData) -> Beside:
    """The service factors of the whole municipality."""
    drivers = data.factors()
    places = dict(zip(drivers["factor"], drivers["quadrant"], strict=True))
    keys = data.settings.questionnaire.factor_keys
    cells = {key: data.cell(TOTAL, key) for key in keys}
    return _beside(data, "factor", cells, places, borderline(drivers) if places else set())


def areas(data: ReportData) -> Beside:
    """The areas, by their NKI."""
    return _beside(data, "scope", {area: data.cell(area) for area in data.areas()}, {}, set())


def quotes(data: ReportData) -> pd.DataFrame:
    """What may be quoted, the newest first."""
    rows = dialogues(data)
    return rows[rows["summary"] != ""].sort_values("date", ascending=False, kind="stable")


def agreement(found: PointedOutBy) -> str:
    """What dialogue and survey say together, as a cell."""
    return say(POINTED_OUT_BY[PointedOutBy(found)])


def conclusion(data: ReportData, beside: Beside, name: str) -> str:
    """Where dialogue and survey agree and where not, or why they are not compared.

    Parameters
    ----------
    beside
        Factors or areas.
    name
        Text with the words for what they are.
    """
    if not beside.dialogues:
        return ""
    least = data.settings.rules.dialogue.min_dialogues.value
    if beside.raised is None:
        return say(
            "dialog.inte_jamforbart",
            vad=say(name),
            antal=swedish.number_word(beside.dialogues),
            krav=swedish.number_word(least),
            fa=beside.dialogues < least,
        )
    return say(
        "dialog.slutsats",
        vad=say(name),
        oftast=data.names(sorted(beside.raised)),
        bada=data.names(beside.of(PointedOutBy.BOTH)),
        dialogen=data.names(beside.of(PointedOutBy.DIALOGUE)),
        enkaten=data.names(beside.of(PointedOutBy.SURVEY)),
        osakra=data.names(key for key in beside.of(PointedOutBy.UNSURE) if key in beside.raised),
    )


def _beside(
    data: ReportData,
    column: str,
    cells: dict[str, pd.Series | None],
    places: dict[str, str],
    unsure: set[str],
) -> Beside:
    found = dialogues(data)
    found = found[found[column].isin(list(cells))]
    per = found.groupby(column)["dialogue"].nunique()
    counts = {str(key): int(many) for key, many in per.items()}
    total = int(found["dialogue"].nunique())
    told = [
        {
            "key": key,
            "dialogues": counts.get(key, 0),
            "associations": swedish.listing(
                sorted({name for name in found.loc[found[column] == key, "association"] if name})
            ),
            "index": _value(cell, "governing"),
            "lower": _value(cell, "governing_lower"),
            "upper": _value(cell, "governing_upper"),
            "cell": cell,
            "place": places.get(key, ""),
        }
        for key, cell in cells.items()
    ]
    rows = pd.DataFrame(told, columns=list(COLUMNS))
    raised = most_raised(counts, total, len(cells), data.settings)
    agreements = compared(rows.rename(columns={"place": "quadrant"}), raised, unsure)
    rows["agreement"] = rows["key"].map(agreements)
    kept = (rows["dialogues"] > 0) | (rows["agreement"] == PointedOutBy.SURVEY)
    rows = rows[kept].sort_values("dialogues", ascending=False, kind="stable", ignore_index=True)
    return Beside(rows, total, raised)


def _value(cell: pd.Series | None, name: str) -> float:
    return float("nan") if cell is None or pd.isna(cell[name]) else float(cell[name])
