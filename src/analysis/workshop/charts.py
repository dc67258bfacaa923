"""The charts on the slides, with values and intervals rounded as they are published."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import pandas as pd

from analysis import swedish
from analysis.present import wording
from analysis.present.data import ReportData
from analysis.present.figures.labels import Frame, positions
from analysis.present.figures.matrix import RISE, in_steps, in_words
from analysis.present.texts import say
from analysis.settings.questionnaire import NKI
from analysis.workshop.content import Chart, ChartSeries, Form

PLOT, FONT = (600, 330), 19
"""Pixels of the inside of a chart on a slide, and of its type: where there is room for names."""
BESIDE = ("middle right", "middle left")
"""Where PowerPoint can set a name without covering the point's own interval."""
YEARS = 8
"""Years on the axis, at most: more have no room for their numbers."""
STEP = 5
"""Index units between the marks of an axis, to which its reach is widened."""


def trend(data: ReportData) -> Chart:
    """The NKI over the last years, a line a definition, and the goal for it."""
    lines = [
        (name, shown)
        for name, rows in data.official_series(NKI)
        if len(shown := rows[rows["year"].astype(int) > data.year - YEARS])
    ]
    first = min(int(year) for _, rows in lines for year in rows["year"])
    # Every year has its place: one without a number is a gap.
    years = [str(year) for year in range(first, data.year + 1)]
    series = [_over_years(name, rows, years) for name, rows in lines]
    goal = data.settings.plan.total_goal
    told = ""
    if goal and goal.measure == NKI:
        aim = swedish.number(goal.target, 0)
        told = say("figurer.mallinje_ar", niva=aim, ar=goal.target_year or "")
        series.append(ChartSeries(told, (float(goal.target),) * len(years), line=True))
    values = swedish.listing(
        [_told(str(row["year"]), row) for _, rows in lines for _, row in rows.iterrows()]
    )
    alt = data.marked(say("workshop.linje_alt", varden=values, mal=told))
    return Chart(Form.LINE, tuple(years), tuple(series), alt, _reach(series))


def bars(
    data: ReportData,
    rows: Sequence[tuple[str, pd.Series]],
    about: str,
    below: Collection[str] = (),
) -> Chart:
    """Indices beside each other, in the order given from the top.

    Parameters
    ----------
    rows
        The names, and the rows of the table of indices.
    about
        What is shown, for the words of the chart and the name of its series.
    below
        Scopes that are drawn in the second colour.
    """
    # A chart of lying bars draws its first category at the bottom.
    drawn = list(reversed(rows))
    series = ChartSeries(
        about,
        _rounded(row["governing"] for _, row in drawn),
        _rounded(row["governing_lower"] for _, row in drawn),
        _rounded(row["governing_upper"] for _, row in drawn),
        below=frozenset(n for n, (_, row) in enumerate(drawn) if row["scope"] in below),
    )
    told = swedish.listing([_told(name, row) for name, row in rows])
    alt = data.marked(say("workshop.staplar_alt", vad=about, varden=told))
    return Chart(Form.BARS, tuple(name for name, _ in drawn), (series,), alt, (0, 100))


def matrix(data: ReportData, rows: pd.DataFrame) -> Chart | None:
    """Factors by index and association, and the lines of their means."""
    rows = rows[rows["index"].notna()]
    if rows.empty:
        return None
    rows = in_steps(rows)
    x_reach = (math.floor(rows["index"].min()) - 2.0, math.ceil(rows["index"].max()) + 4.0)
    low = min(0.0, float(math.floor(rows["effect_lower"].min() * 2) / 2))
    y_reach = (low, math.ceil(rows["effect_upper"].max() * 2) / 2)
    names = tuple(data.label(factor) for factor in rows["factor"])
    beside = positions(
        list(zip(rows["index"], rows["effect"], strict=True)),
        list(zip(rows["effect_lower"], rows["effect_upper"], strict=True)),
        names,
        Frame(*PLOT, x_reach, y_reach, FONT),
        BESIDE,
    )
    points = ChartSeries(
        say("workshop.matris_punkter"),
        _rounded(rows["effect"]),
        _rounded(rows["effect_lower"]),
        _rounded(rows["effect_upper"]),
        across=tuple(swedish.rounded(value) for value in rows["index"]),
        names=names,
        sides=tuple("r" if "right" in side else "l" for side in beside),
    )
    x, y = swedish.rounded(rows["index"].mean()), swedish.rounded(rows["effect"].mean())
    upright, across = say("workshop.matris_medel_index"), say("workshop.matris_medel_samband")
    means = [
        ChartSeries(upright, y_reach, across=(x, x), line=True),
        ChartSeries(across, (y, y), across=x_reach, line=True),
    ]
    return Chart(
        Form.POINTS,
        (),
        (points, *means),
        in_words(data, rows),
        y_reach,
        (say("figurer.matris_x", ar=data.answer_years[-1]), say("workshop.matris_y", steg=RISE)),
        x_reach,
    )


def _over_years(name: str, rows: pd.DataFrame, years: Sequence[str]) -> ChartSeries:
    by_year = {str(row["year"]): row for _, row in rows.iterrows()}

    def column(field: str) -> tuple[float | None, ...]:
        return _rounded(by_year[year][field] if year in by_year else None for year in years)

    return ChartSeries(
        swedish.capitalised(name),
        column("governing"),
        column("governing_lower"),
        column("governing_upper"),
    )


def _told(name: str, row: pd.Series) -> str:
    return say(
        "workshop.varde_med_intervall",
        vad=name,
        varde=wording.index(row),
        intervall=wording.interval(row),
    )


def _reach(series: Iterable[ChartSeries]) -> tuple[float, float]:
    """The reach of an axis: all values and bounds, widened to whole steps."""
    values = [v for one in series for v in (*one.values, *one.lower, *one.upper) if v is not None]
    low = math.floor((min(values) - 1) / STEP) * STEP
    high = math.ceil((max(values) + 1) / STEP) * STEP
    return max(0.0, float(low)), min(100.0, float(high))


def _rounded(values: Iterable[Any]) -> tuple[float | None, ...]:
    return tuple(
        None if value is None or pd.isna(value) else swedish.rounded(float(value))
        for value in values
    )
