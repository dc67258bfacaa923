"""The forecasts of goals in words, the same on every page."""

from __future__ import annotations

import pandas as pd

from analysis import swedish
from analysis.measures.goal_forecast import ForecastBasis, NoForecast
from analysis.present import wording
from analysis.present.bundle import SILENCE, Text
from analysis.present.data import ReportData
from analysis.present.mark import made_up
from analysis.present.texts import say
from analysis.settings import Goal

TENTHS = 10
REASONS = {
    NoForecast.TOO_FAR: "prognos.for_langt",
    NoForecast.NOT_COMPARED: "prognos.inga_andra",
    NoForecast.SMALL: "prognos.for_liten_panel",
    NoForecast.NO_HISTORY: "prognos.ingen_historia",
}


def path(data: ReportData, goal: Goal) -> pd.DataFrame:
    """The years ahead of a goal's forecast, nearest first; empty where there is none."""
    rows = data.forecast
    return rows[(rows["goal"] == goal.number) & (rows["basis"] != ForecastBasis.NONE)].sort_values(
        "year"
    )


def _last(data: ReportData, goal: Goal) -> pd.Series | None:
    """The forecast of the goal's own year."""
    rows = path(data, goal)
    return None if rows.empty else rows.iloc[-1]


def confidence(data: ReportData) -> str:
    """The confidence of the intervals, for example ``80 %``."""
    return swedish.percent(data.settings.rules.forecast.confidence.value)


def chance(probability: float) -> str:
    """A probability in tenths: a forecast is no surer than that."""
    tenths = round(TENTHS * probability)
    if tenths in (0, TENTHS):
        return say("prognos.mer" if tenths else "prognos.mindre")
    return say("prognos.omkring", antal=tenths)


def card(data: ReportData, goal: Goal) -> str:
    """The forecast on a goal's card; empty where there is none."""
    row = _last(data, goal)
    if row is None:
        return ""
    return say("prognos.kort", **_level(row), sannolikhet=chance(row["probability"]))


def sentence(data: ReportData, goal: Goal | None) -> str:
    """The forecast in running text; empty where there is none."""
    row = None if goal is None else _last(data, goal)
    if row is None:
        return ""
    return say("prognos.bilaga", **_told(data, row), sannolikhet=chance(row["probability"]))


def drawn(data: ReportData, row: pd.Series) -> str:
    """What a figure's shaded field shows."""
    return say("prognos.figur", **_told(data, row))


def section(data: ReportData) -> Text:
    """Every forecast: where it leads, how sure it is, how often others have risen so much."""
    paragraphs = [_paragraph(data, row) for row in _of_goals(data)]
    if not paragraphs:
        return SILENCE
    return wording.paragraphs(*paragraphs, _grounds(data))


def _of_goals(data: ReportData) -> list[pd.Series]:
    rows = data.forecast
    return [row for _, row in rows[rows["year"] == rows["target_year"]].iterrows()]


def _paragraph(data: ReportData, row: pd.Series) -> str:
    number = row["goal"]
    if row["basis"] == ForecastBasis.NONE:
        horizon = swedish.number_word(data.settings.rules.forecast.horizon.value)
        told = {"nummer": number, "ar": row["target_year"], "horisont": horizon}
        return say(REASONS[row["reason"]], **told)
    return wording.joined(
        say(
            "prognos.avsnitt",
            nummer=number,
            **_told(data, row),
            sannolikhet=chance(row["probability"]),
        ),
        _others(row),
    )


def _others(row: pd.Series) -> str:
    """How often the others have risen so much in that time."""
    rise = swedish.rounded(float(row["rise"]), 1)
    if rise <= 0:
        return say("prognos.redan_dar")
    if not row["changes"]:
        return ""
    return say(
        "prognos.okat",
        antal=row["risen"],
        av=row["changes"],
        kommuner=row["municipalities"],
        enheter=swedish.number(rise),
        ar=swedish.number_word(row["target_year"] - row["from_year"]),
    )


def _grounds(data: ReportData) -> str:
    """What the forecasts rest on, and how the method has done; empty where there is none."""
    made = [row for row in _of_goals(data) if row["basis"] != ForecastBasis.NONE]
    if not made:
        return ""
    first = made[0]
    small = first["basis"] == ForecastBasis.SMALL_PANEL
    return wording.joined(
        say("prognos.grund"),
        say(
            "prognos.provad",
            konfidens=confidence(data),
            tackte=first["covered"],
            antal=first["tried"],
        )
        if first["tried"]
        else "",
        say("prognos.liten", antal=first["movements"]) if small else "",
        say("prognos.exempel", marke=made_up().word) if data.example else "",
    )


def _level(row: pd.Series) -> dict[str, str]:
    return {"ar": str(row["year"]), "varde": swedish.number(row["index"])}


def _told(data: ReportData, row: pd.Series) -> dict[str, str]:
    bounds = swedish.interval(row["lower"], row["upper"])
    return _level(row) | {"intervall": bounds, "konfidens": confidence(data)}
