"""An index over the years, with its interval, the targets, the country and the break of 2024."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis import swedish
from analysis.present import theme
from analysis.present.bundle import Figure
from analysis.present.data import ReportData
from analysis.present.tables import Column, from_records

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
    country = data.country(measure, scope)
    country = country[country["year"] >= int(shown["year"].min())]
    traces: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    for name, colour, rows in lines:
        traces.append(_line(name, colour, rows))
    if len(country):
        traces.append(_country(country))
        last = country.iloc[-1]
        notes.append(_label(int(last["year"]), float(last["value"]), "Riket", theme.SECOND, -14))
    published = _published(data, scope, measure, int(shown["year"].min()))
    if len(published):
        traces.append(_published_points(data, published))
    for target, label in targets:
        notes.append(_target_label(target, label))
    years = sorted({*shown["year"].astype(int), *country["year"].astype(int)})
    values = [*shown["governing"], *country["value"], *(target for target, _ in targets)]
    bounds = [*shown["lower"].dropna(), *shown["upper"].dropna(), *values]
    low, high = max(0.0, min(bounds) - 4), min(100.0, max(bounds) + 4)
    layout = theme.layout(
        HEIGHT,
        xaxis={
            "tickvals": years,
            "ticktext": [str(year) for year in years],
            "range": [years[0] - 0.4, years[-1] + 0.9],
        },
        yaxis={"range": [low, high], "title": {"text": "Index (0–100)"}, "tickformat": ".0f"},
        annotations=notes,
        shapes=[
            *(_target_line(target) for target, _ in targets),
            *([_break()] if scope == "total" and years[0] <= 2023 < years[-1] else []),
        ],
    )
    if scope == "total" and years[0] <= 2023 < years[-1]:
        notes.append(_break_label())
    name = data.label(measure)
    place = "" if scope == "total" else f" inom {data.label(scope).lower()}"
    measured = sorted(int(year) for year in shown["year"])
    total_n = int(shown["n"].dropna().sum()) if shown["n"].notna().any() else None
    caption = data.caption(
        f"**{name}{place} över tid.** Strecken visar {data.interval_name}."
        if shown["lower"].notna().any()
        else f"**{name}{place} över tid.**",
        n=total_n,
        years=measured,
    )
    return Figure(
        key=key,
        plot={"data": traces, "layout": layout},
        alt=_alt(data, name + place, shown, targets),
        caption=caption + (" Öppen ruta: publicerat värde, riktigt." if len(published) else ""),
        table=_table(data, key, name + place, shown, country),
        narrow={"height": 320, "yaxis.title.text": "", "font.size": 13},
    )


def _lines(data: ReportData, scope: str, measure: str) -> list[tuple[str, str, pd.DataFrame]]:
    """One line per definition: never one unbroken line across a change of definition."""
    if scope != "total":
        rows = data.select(scope=scope, measure=measure)
        rows = rows[rows["governing"].notna()].sort_values("year")
        return [(data.label(scope), theme.BRAND, rows)]
    return [
        (total.short, theme.SERIES[definition], rows)
        for definition, total, rows in data.official_series(measure)
    ]


def _line(name: str, colour: str, rows: pd.DataFrame) -> dict[str, Any]:
    values = rows["governing"].astype(float)
    bars: dict[str, Any] = {}
    if rows["lower"].notna().any():
        bars["error_y"] = {
            "type": "data",
            "symmetric": False,
            "array": _gap(rows["upper"] - values),
            "arrayminus": _gap(values - rows["lower"]),
            "color": colour,
            "thickness": 1.5,
            "width": 5,
        }
    return {
        "type": "scatter",
        "mode": "lines+markers+text",
        "name": name,
        "x": rows["year"].astype(int).tolist(),
        "y": [swedish.rounded(v) for v in values],
        "text": [swedish.number(v) for v in values],
        "textposition": "top right",
        "textfont": {"color": colour, "size": 15, "weight": 600},
        "line": {"color": colour, "width": 3},
        "marker": {"color": colour, "size": 9},
        "cliponaxis": False,
        "customdata": [
            [_interval(row), "" if pd.isna(row["n"]) else swedish.number(row["n"], 0)]
            for _, row in rows.iterrows()
        ],
        "hovertemplate": "%{x}: <b>%{text}</b><br>%{customdata[0]}"
        "<br>%{customdata[1]} svar<extra>" + name + "</extra>",
        **bars,
    }


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
        "text": [swedish.number(value) for value in rows["value"]],
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
        "text": [swedish.number(value) for value in rows["value"]],
        "line": {"color": theme.SECOND, "width": 1.5, "dash": "dot"},
        "marker": {"color": theme.PAPER, "size": 6, "line": {"color": theme.SECOND, "width": 1.5}},
        "hovertemplate": "%{x}: <b>%{text}</b><extra>Riket</extra>",
    }


def _gap(values: pd.Series) -> list[float]:
    return [0.0 if pd.isna(v) else round(float(v), 2) for v in values]


def _interval(row: pd.Series) -> str:
    if pd.isna(row["lower"]):
        return "Officiellt värde"
    return "Osäkerhet " + swedish.interval(row["lower"], row["upper"])


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


def _target_line(target: float) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": target,
        "y1": target,
        "line": {"color": theme.INK, "width": 1, "dash": "dash"},
        "layer": "below",
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


def _break() -> dict[str, Any]:
    return {
        "type": "line",
        "yref": "paper",
        "x0": 2023.5,
        "x1": 2023.5,
        "y0": 0,
        "y1": 1,
        "line": {"color": theme.MUTED, "width": 1, "dash": "dot"},
        "layer": "below",
    }


def _break_label() -> dict[str, Any]:
    return {
        "x": 2023.5,
        "yref": "paper",
        "y": 0,
        "text": "Ny definition 2024",
        "showarrow": False,
        "yanchor": "bottom",
        "xanchor": "center",
        "bgcolor": theme.PAPER,
        "font": {"color": theme.MUTED, "size": 12},
    }


def _alt(
    data: ReportData, name: str, rows: pd.DataFrame, targets: Sequence[tuple[float, str]]
) -> str:
    points = ", ".join(
        f"{row['year']}: {swedish.number(row['governing'])}" for _, row in rows.iterrows()
    )
    text = f"Linjediagram över {name}. {points}."
    if targets:
        text += f" Streckade linjer: {swedish.listing([label for _, label in targets])}."
    if rows["definition"].nunique() > 1:
        text += " Linjen bryts mellan 2023 och 2024, då definitionen ändrades."
    return text if not data.example else f"EXEMPELDATA. {text}"


def _table(data: ReportData, key: str, name: str, rows: pd.DataFrame, country: pd.DataFrame) -> Any:
    totals = data.settings.rules.totals.definitions
    reference = dict(zip(country["year"].astype(int), country["value"], strict=True))
    records: list[tuple[str, ...]] = [
        (
            str(row["year"]),
            swedish.number(row["governing"]),
            swedish.interval(row["lower"], row["upper"]),
            swedish.number(row["n"], 0),
            data.grade(row["grade"]),
            swedish.number(reference.get(int(row["year"]))),
            totals[row["definition"]].short if row["definition"] else swedish.MISSING,
        )
        for _, row in rows.sort_values("year").iterrows()
    ]
    columns = [
        Column("year", "Ärendeår"),
        Column("index", "Index", "right"),
        Column("interval", data.interval_name, "right"),
        Column("n", "Antal svar", "right"),
        Column("grade", "Betyg"),
        Column("country", "Riket", "right"),
        Column("definition", "Definition"),
    ]
    if not any(row["definition"] for _, row in rows.iterrows()):
        columns, records = columns[:-1], [record[:-1] for record in records]
    return from_records(f"{key}-data", f"{name}: uppgifterna i figuren", columns, records)
