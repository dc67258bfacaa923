"""An index over the years, with its interval, the targets, the country and breaks of definition."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd

from analysis import swedish
from analysis.present import columns, forecasts, theme, wording
from analysis.present.bundle import Figure
from analysis.present.data import ReportData
from analysis.present.figures import marks
from analysis.present.figures.series import Series
from analysis.present.tables import Column, Table
from analysis.present.texts import heading, say
from analysis.settings import TotalDefinition
from analysis.settings.questionnaire import NKI

HEIGHT = 400
NARROW_YEARS = 7
"""Years that have room under the figure on a narrow screen."""


def trend(
    data: ReportData,
    *,
    key: str,
    scope: str = "total",
    targets: Sequence[tuple[float, str]] = (),
    ahead: pd.DataFrame | None = None,
) -> Figure | None:
    """The development of the NKI.

    Parameters
    ----------
    data
        The run's numbers.
    key
        Name of the figure.
    scope
        ``total`` or an area; a total is drawn in its official definition, one line a definition.
    targets
        Levels drawn across: (index, label).
    ahead
        The years ahead of a forecast, drawn as a field that widens from the newest value.

    Returns
    -------
    Figure or None
        None when there is no number to draw.
    """
    series = Series.of(data, scope, NKI)
    shown = series.official
    if shown.empty:
        return None
    measured = sorted(int(year) for year in shown["year"])
    country = data.country(scope=scope)
    country = country[country["year"] >= measured[0]]
    published = _published(data, scope, measured[0])
    breaks = [b for b in data.breaks if scope == "total" and measured[0] <= b[0] < measured[-1]]
    traces = series.traces(15, _hover)
    if len(country):
        traces.append(_country(country))
    if len(published):
        traces.append(_published_points(data, published))
    expected = shown.iloc[:0] if ahead is None else ahead
    if len(expected):
        traces += fan(shown.sort_values("year").iloc[-1], expected)
    name = data.index_name(scope)
    if scope != "total":
        name = say("figurer.linje_omrade", index=name, omrade=data.label(scope).lower())
    n, partly = series.answers()
    about = say(
        "figurer.linje",
        vad=name,
        strecken=data.strokes(shown["governing_lower"]),
        svar_kanda=partly,
    )
    broken = [
        say("figurer.linje_bruten", sista=last, fore=before, efter=after)
        for last, before, after in breaks
    ]
    notes = (
        *broken,
        say("figurer.linje_riket") if len(country) else "",
        series.open_note(),
        say("figurer.oppen_ruta") if len(published) else "",
        forecasts.drawn(data, expected.iloc[-1]) if len(expected) else "",
    )
    return Figure(
        key=key,
        plot={"data": traces, "layout": _layout(series.drawn, country, targets, breaks, expected)},
        alt=wording.joined(
            _alt(data, name, series, country, targets),
            forecasts.drawn(data, expected.iloc[-1]) if len(expected) else "",
        ),
        caption=wording.joined(data.caption(about, n=n, years=measured), *notes),
        table=_table(data, key, name, series.drawn, country),
        narrow={
            "height": 320,
            "yaxis.title.text": "",
            "font.size": 13,
            "xaxis.tickvals": _some(_years(series.drawn, country, expected)),
            "xaxis.ticktext": [
                str(year) for year in _some(_years(series.drawn, country, expected))
            ],
            "annotations": _notes(targets, breaks),
            **_newest_label(traces, measured[-1]),
        },
    )


def _newest_label(traces: Sequence[Mapping[str, Any]], newest: int) -> dict[str, Any]:
    """Labels for a narrow screen, where there is room for the newest value's only."""
    return {
        f"data.{place}.text": [
            text if year == newest else ""
            for year, text in zip(trace["x"], trace["text"], strict=True)
        ]
        for place, trace in enumerate(traces)
        if "text" in trace.get("mode", "")
    }


def _some(years: Sequence[int]) -> list[int]:
    """Years that have room on a narrow screen, the last one among them."""
    return list(years[:: -math.ceil(len(years) / NARROW_YEARS)][::-1])


def _years(shown: pd.DataFrame, country: pd.DataFrame, ahead: pd.DataFrame) -> list[int]:
    """Every year with something drawn."""
    return sorted({int(year) for rows in (shown, country, ahead) for year in rows["year"]})


def _notes(
    targets: Sequence[tuple[float, str]], breaks: Sequence[tuple[int, str, str]]
) -> list[dict[str, Any]]:
    """The names of the levels, and of the definitions on either side of a break."""
    notes = [
        marks.note(label, xref="paper", x=0, y=target, xanchor="left", yanchor="bottom")
        for target, label in targets
    ]
    for year, before, after in breaks:
        notes += marks.break_labels(year + 0.5, before, after)
    return notes


def _layout(
    shown: pd.DataFrame,
    country: pd.DataFrame,
    targets: Sequence[tuple[float, str]],
    breaks: Sequence[tuple[int, str, str]],
    ahead: pd.DataFrame,
) -> dict[str, Any]:
    years = _years(shown, country, ahead)
    values = [*shown["governing"], *country["value"], *(target for target, _ in targets)]
    bounds = [*shown["governing_lower"].dropna(), *shown["governing_upper"].dropna(), *values]
    if len(ahead):
        # With room for the name under the field.
        bounds += [ahead["lower"].min() - 1, ahead["upper"].max()]
    across = (years[0] - 0.4, years[-1] + 0.9)
    upright = (max(0.0, min(bounds) - 4), min(100.0, max(bounds) + 4))
    notes = _notes(targets, breaks)
    if len(country):
        x, y = (float(country[name].iloc[-1]) for name in ("year", "value"))
        notes.append(marks.note(heading("riket"), colour=theme.SECOND, x=x, y=y, yshift=-14))
    years_told = [str(year) for year in years]
    return theme.layout(
        HEIGHT,
        xaxis={"tickvals": years, "ticktext": years_told, "range": list(across)},
        yaxis={
            "range": list(upright),
            "title": {"text": say("figurer.indexaxel")},
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


def fan(newest: pd.Series, ahead: pd.DataFrame) -> list[dict[str, Any]]:
    """A forecast: a shaded field from the newest value, and a broken line to an open triangle."""
    start, level = int(newest["year"]), float(newest["governing"])
    years = ahead["year"].astype(int).tolist()
    lower, upper, index = (
        [round(float(value), 2) for value in ahead[name]] for name in ("lower", "upper", "index")
    )
    name = say("prognos.namn")
    last = marks.lines(say("prognos.punkt", varde=swedish.number(index[-1])))
    field = {
        "type": "scatter",
        "name": name,
        "x": [start, *years, *years[::-1]],
        "y": [level, *upper, *lower[::-1]],
        "mode": "lines+text",
        # Under the field, where no other label stands.
        "text": ["", *[""] * len(years), last, *[""] * (len(years) - 1)],
        "textposition": "bottom center",
        "textfont": {"color": theme.INK, "size": 13},
        "fill": "toself",
        "fillcolor": theme.FORECAST,
        "line": {"width": 0},
        "hoverinfo": "skip",
    }
    line = {
        "type": "scatter",
        "name": name,
        "x": [start, *years],
        "y": [level, *index],
        "mode": "lines+markers",
        "line": {"color": theme.INK, "width": 1.5, "dash": "dash"},
        "marker": {
            "symbol": "triangle-right-open",
            "color": theme.INK,
            "size": [0, *[11] * len(years)],
        },
        "hoverinfo": "skip",
    }
    return [field, line]


def _hover(name: str, rows: pd.DataFrame) -> dict[str, Any]:
    return {
        "x": rows["year"].astype(int).tolist(),
        "cliponaxis": False,
        "customdata": [_told(row) for _, row in rows.iterrows()],
        "hovertemplate": f"%{{customdata}}<extra>{name}</extra>",
    }


def _published(data: ReportData, scope: str, first: int) -> pd.DataFrame:
    """Published values of the municipality that do not govern: those beside made-up answers."""
    rows = data.published(data.settings.report.municipality.code, NKI, scope)
    return rows[(rows["year"] >= first) & ~rows["governs"]]


def _published_points(data: ReportData, rows: pd.DataFrame) -> dict[str, Any]:
    name = say("figurer.publicerat", kommun=data.settings.report.municipality.name)
    marker = {"symbol": "diamond-open", "color": theme.INK, "size": 13}
    return {**_of_values(name, rows), "mode": "markers", "marker": marker}


def _country(rows: pd.DataFrame) -> dict[str, Any]:
    line = {"color": theme.SECOND, "width": 1.5}
    return {
        **_of_values(heading("riket"), rows),
        "mode": "lines+markers",
        "line": {**line, "dash": "dot"},
        "marker": {"color": theme.PAPER, "size": 6, "line": line},
    }


def _of_values(name: str, rows: pd.DataFrame) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": name,
        "x": rows["year"].astype(int).tolist(),
        "y": rows["value"].astype(float).tolist(),
        "text": [swedish.published(value) for value in rows["value"]],
        "hovertemplate": f"%{{x}}: <b>%{{text}}</b><extra>{name}</extra>",
    }


def _told(row: pd.Series) -> str:
    """A point of the line in words."""
    return marks.lines(
        say(
            "figurer.ruta_ar",
            ar=row["year"],
            varde=swedish.number(row["governing"]),
            intervall=wording.interval(row),
            svar=wording.answers(row),
        )
    )


def _alt(
    data: ReportData,
    name: str,
    series: Series,
    country: pd.DataFrame,
    targets: Sequence[tuple[float, str]],
) -> str:
    rows = series.official
    points = ", ".join(
        f"{_year(data, row)}: {swedish.number(row['governing'])}" for _, row in rows.iterrows()
    )
    again = zip(series.restated["year"], series.restated["governing"], strict=True)
    known = zip(country["year"], country["value"], strict=True)
    return data.marked(
        say(
            "figurer.linje_alt",
            vad=name,
            varden=points,
            omraknat_till=series.lines[-1][0] if len(series.restated) else "",
            omraknat=swedish.listing([f"{year}: {swedish.number(value)}" for year, value in again]),
            riket=", ".join(f"{year}: {swedish.published(value)}" for year, value in known),
            linjer=swedish.listing([label for _, label in targets]),
            bryts=rows["definition"].nunique() > 1,
        )
    )


def _year(data: ReportData, row: pd.Series) -> str:
    part = data.part(int(row["year"])) if row["part"] else ""
    return f"{row['year']} ({part})" if part else str(row["year"])


def _definition(totals: Mapping[str, TotalDefinition], row: pd.Series) -> str:
    if not row["definition"]:
        return swedish.MISSING
    name = totals[row["definition"]].short
    own = row["is_official_definition"]
    return name if own else say("figurer.definition_omraknad", definition=name)


def _table(
    data: ReportData, key: str, name: str, rows: pd.DataFrame, country: pd.DataFrame
) -> Table:
    totals = data.settings.rules.totals.definitions
    reference = dict(zip(country["year"].astype(int), country["value"], strict=True))
    return Table(
        f"{key}-data",
        say("figurer.linje_uppgifter", vad=name),
        rows.sort_values(["year", "is_official_definition"]),
        [
            Column("year", heading("arendear"), lambda row: _year(data, row)),
            columns.number(heading("index"), "governing"),
            columns.interval(data),
            columns.answers(),
            columns.told(heading("betyg"), "grade", data.grade),
            Column(
                "country",
                heading("riket"),
                lambda row: swedish.published(reference.get(int(row["year"]))),
                "right",
            ),
            Column(
                "definition", heading("definition"), partial(_definition, totals), optional=True
            ),
        ],
    )
