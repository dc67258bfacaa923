"""An index over the years, with its interval, the targets, the country and the break of 2024."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd

from analysis import swedish
from analysis.present import columns, theme
from analysis.present.bundle import Figure
from analysis.present.data import ReportData
from analysis.present.figures import marks
from analysis.present.tables import Column, Table
from analysis.settings import TotalDefinition

HEIGHT = 400


def trend(
    data: ReportData,
    *,
    key: str,
    scope: str = "total",
    measure: str = "nki",
    targets: Sequence[tuple[float, str]] = (),
) -> Figure | None:
    """The development of one index.

    Parameters
    ----------
    data
        The run's numbers.
    key
        Name of the figure.
    scope
        ``total`` or an area; a total is drawn in its official definition, one line a definition.
    measure
        What is drawn.
    targets
        Levels drawn across: (index, label).

    Returns
    -------
    Figure or None
        None when there is no number to draw.
    """
    lines = _lines(data, scope, measure)
    if not any(len(rows) for _, _, rows in lines):
        return None
    shown = pd.concat([rows for _, _, rows in lines])
    measured = sorted(int(year) for year in shown["year"])
    country = data.country(measure, scope)
    country = country[country["year"] >= measured[0]]
    published = _published(data, scope, measure, measured[0])
    breaks = [b for b in data.breaks if scope == "total" and measured[0] <= b[0] < measured[-1]]
    traces = []
    for name, look, rows in lines:
        whole, parts = rows[rows["part"] == ""], rows[rows["part"] != ""]
        if len(whole):
            traces.append(_line(name, look, whole))
        # A part of a year is joined with no whole one.
        if len(parts):
            traces.append(_open(f"{name}, preliminärt", look, parts))
    restated = _restated(data, scope, measure)
    if len(restated):
        _, look, _ = lines[-1]
        traces.append(_open(f"omräknat till {lines[-1][0]}", look, restated))
    if len(country):
        traces.append(_country(country))
    if len(published):
        traces.append(_published_points(data, published))
    name = data.index_name(scope, measure)
    if scope != "total":
        name += f" inom {data.label(scope).lower()}"
    bars = shown["governing_lower"].notna().any()
    n, partly = marks.answers_behind(shown)
    caption = data.caption(
        f"**{name} över tid.**{f' Strecken visar {data.interval_name}.' if bars else ''}{partly}",
        n=n,
        years=measured,
    )
    for last, before, after in breaks:
        caption += (
            f" Till och med {last} räknas {before}, sedan {after}: talen på var sin sida är inte "
            "helt jämförbara."
        )
    return Figure(
        key=key,
        plot={
            "data": traces,
            "layout": _layout(pd.concat([shown, restated]), country, targets, breaks),
        },
        alt=_alt(data, name, shown, restated, country, targets),
        caption=caption
        + marks.open_note(data, shown, restated)
        + (" Öppen ruta: publicerat värde, riktigt." if len(published) else ""),
        table=_table(data, key, name, pd.concat([shown, restated]), country),
        narrow={"height": 320, "yaxis.title.text": "", "font.size": 13},
    )


def _layout(
    shown: pd.DataFrame,
    country: pd.DataFrame,
    targets: Sequence[tuple[float, str]],
    breaks: Sequence[tuple[int, str, str]],
) -> dict[str, Any]:
    years = sorted({*shown["year"].astype(int), *country["year"].astype(int)})
    values = [*shown["governing"], *country["value"], *(target for target, _ in targets)]
    bounds = [*shown["governing_lower"].dropna(), *shown["governing_upper"].dropna(), *values]
    across = (years[0] - 0.4, years[-1] + 0.9)
    upright = (max(0.0, min(bounds) - 4), min(100.0, max(bounds) + 4))
    notes = [_target_label(target, label) for target, label in targets]
    if len(country):
        last = country.iloc[-1]
        notes.append(_label(int(last["year"]), float(last["value"]), "Riket", theme.SECOND, -14))
    for year, before, after in breaks:
        notes += marks.break_labels(year + 0.5, before, after)
    return theme.layout(
        HEIGHT,
        xaxis={
            "tickvals": years,
            "ticktext": [str(year) for year in years],
            "range": list(across),
        },
        yaxis={
            "range": list(upright),
            "title": {"text": "Index (0–100)"},
            "tickformat": ".0f",
        },
        annotations=notes,
        shapes=[
            *(marks.across(target, across) for target, _ in targets),
            *(
                marks.upright(year + 0.5, upright, dash="dot", colour=theme.MUTED)
                for year, _, _ in breaks
            ),
        ],
    )


def _lines(
    data: ReportData, scope: str, measure: str
) -> list[tuple[str, tuple[str, str], pd.DataFrame]]:
    """One line per definition: never one unbroken line across a change of definition."""
    if scope != "total":
        rows = data.select(scope=scope, measure=measure)
        rows = rows[rows["governing"].notna()].sort_values("year")
        return [(data.label(scope), theme.looks(1)[0], rows)]
    series = data.official_series(measure)
    return [
        (total.short, look, rows)
        for look, (_, total, rows) in zip(theme.looks(len(series)), series, strict=True)
    ]


def _line(name: str, look: tuple[str, str], rows: pd.DataFrame) -> dict[str, Any]:
    colour, symbol = look
    rows = marks.every_year(rows)
    answered = ["" if pd.isna(n) else f"<br>{swedish.number(n, 0)} svar" for n in rows["n"]]
    return {
        "type": "scatter",
        "mode": "lines+markers+text",
        "name": name,
        "x": rows["year"].tolist(),
        **marks.labelled(rows["governing"]),
        "textfont": {"color": colour, "size": 15, "weight": 600},
        "line": {"color": colour, "width": 3},
        "marker": {"color": colour, "size": 9, "symbol": symbol},
        "cliponaxis": False,
        "customdata": [
            _interval(row) + n for (_, row), n in zip(rows.iterrows(), answered, strict=True)
        ],
        "hovertemplate": "%{x}: <b>%{text}</b><br>%{customdata}<extra>" + name + "</extra>",
        **marks.intervals("y", rows, colour),
    }


def _open(name: str, look: tuple[str, str], rows: pd.DataFrame) -> dict[str, Any]:
    """Points apart from the line: a part of a year, a value counted in another definition."""
    return _line(name, look, rows) | marks.open_points(look)


def _restated(data: ReportData, scope: str, measure: str) -> pd.DataFrame:
    found = data.restated(measure)
    return found if scope == "total" else found[:0]


def _published(data: ReportData, scope: str, measure: str, first: int) -> pd.DataFrame:
    """Published values of the municipality that do not govern: those beside made-up answers."""
    rows = data.official
    return rows[
        (rows["municipality_code"] == data.settings.report.municipality.code)
        & (rows["measure"] == measure)
        & (rows["scope"] == scope)
        & (rows["year"] >= first)
        & ~rows["governs"]
    ].sort_values("year")


def _published_points(data: ReportData, rows: pd.DataFrame) -> dict[str, Any]:
    name = f"{data.settings.report.municipality.name}, publicerat (riktigt)"
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": rows["year"].astype(int).tolist(),
        "y": rows["value"].astype(float).tolist(),
        "text": [swedish.published(value) for value in rows["value"]],
        "marker": {"symbol": "diamond-open", "color": theme.INK, "size": 13},
        "hovertemplate": "%{x}: <b>%{text}</b><extra>" + name + "</extra>",
    }


def _country(rows: pd.DataFrame) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": "Riket",
        "x": rows["year"].astype(int).tolist(),
        "y": rows["value"].astype(float).tolist(),
        "text": [swedish.published(value) for value in rows["value"]],
        "line": {"color": theme.SECOND, "width": 1.5, "dash": "dot"},
        "marker": {"color": theme.PAPER, "size": 6, "line": {"color": theme.SECOND, "width": 1.5}},
        "hovertemplate": "%{x}: <b>%{text}</b><extra>Riket</extra>",
    }


def _interval(row: pd.Series) -> str:
    if pd.isna(row["governing_lower"]):
        return "Officiellt värde"
    return "Osäkerhet " + swedish.interval(row["governing_lower"], row["governing_upper"])


def _label(x: int, y: float, text: str, colour: str, shift: int) -> dict[str, Any]:
    return {
        "x": x,
        "y": y,
        "text": text,
        "showarrow": False,
        "font": {"color": colour, "size": 13},
        "yshift": shift,
        "xanchor": "center",
    }


def _target_label(target: float, label: str) -> dict[str, Any]:
    return {
        "xref": "paper",
        "x": 0,
        "y": target,
        "text": label,
        "showarrow": False,
        "xanchor": "left",
        "yanchor": "bottom",
        "font": {"color": theme.INK, "size": 13},
    }


def _alt(
    data: ReportData,
    name: str,
    rows: pd.DataFrame,
    restated: pd.DataFrame,
    country: pd.DataFrame,
    targets: Sequence[tuple[float, str]],
) -> str:
    points = ", ".join(
        f"{_year(data, row)}: {swedish.number(row['governing'])}" for _, row in rows.iterrows()
    )
    text = f"Linjediagram över {name}. {points}."
    if len(restated):
        total = data.settings.rules.totals.definitions[data.definition()].short
        again = [
            f"{row['year']}: {swedish.number(row['governing'])}" for _, row in restated.iterrows()
        ]
        text += f" Omräknat till {total} {swedish.listing(again)}."
    if len(country):
        reference = [
            f"{row['year']}: {swedish.published(row['value'])}" for _, row in country.iterrows()
        ]
        text += f" Riket {', '.join(reference)}."
    if targets:
        text += f" Streckade linjer: {swedish.listing([label for _, label in targets])}."
    if rows["definition"].nunique() > 1:
        text += " Linjen bryts där definitionen ändrades."
    return data.marked(text)


def _year(data: ReportData, row: pd.Series) -> str:
    part = data.part(int(row["year"])) if row["part"] else ""
    return f"{row['year']} ({part})" if part else str(row["year"])


def _definition(totals: Mapping[str, TotalDefinition], row: pd.Series) -> str:
    if not row["definition"]:
        return swedish.MISSING
    name = totals[row["definition"]].short
    return name if row["is_official_definition"] else f"{name}, omräknat"


def _table(
    data: ReportData, key: str, name: str, rows: pd.DataFrame, country: pd.DataFrame
) -> Table:
    totals = data.settings.rules.totals.definitions
    reference = dict(zip(country["year"].astype(int), country["value"], strict=True))
    return Table(
        f"{key}-data",
        f"{name}: uppgifterna i figuren",
        rows.sort_values(["year", "is_official_definition"]),
        [
            Column("year", "Ärendeår", lambda row: _year(data, row)),
            Column("index", "Index", lambda row: swedish.number(row["governing"]), "right"),
            columns.interval(data),
            columns.answers(),
            Column("grade", "Betyg", lambda row: data.grade(row["grade"])),
            Column(
                "country",
                "Riket",
                lambda row: swedish.published(reference.get(int(row["year"]))),
                "right",
            ),
            Column("definition", "Definition", partial(_definition, totals), optional=True),
        ],
    )
