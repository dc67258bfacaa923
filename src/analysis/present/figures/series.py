"""An index over the years: a line a definition, and open points beside the lines.

The total is never one line across a change of its definition, nor through a year that is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis import swedish
from analysis.present import theme
from analysis.present.data import ReportData
from analysis.present.figures import marks
from analysis.present.texts import say

Look = tuple[str, str]
"""Colour and point symbol."""


@dataclass(frozen=True)
class Series:
    """One index over the years.

    Parameters
    ----------
    lines
        Name, look and rows of each line; rows of a part of a year become open points.
    restated
        Rows of years before the newest definition became official, in that definition.
    """

    lines: tuple[tuple[str, Look, pd.DataFrame], ...]
    restated: pd.DataFrame

    @classmethod
    def of(cls, data: ReportData, scope: str, measure: str, first: int = 0) -> Series:
        """The series of a scope from a first year on."""
        if scope == "total":
            named, restated = data.official_series(measure), data.restated(measure)
        else:
            rows = data.select(scope=scope, measure=measure)
            rows = rows[rows["governing"].notna()].sort_values("year")
            named, restated = [(data.label(scope), rows)], rows[:0]
        lines = tuple(
            (name, look, _since(rows, first))
            for look, (name, rows) in zip(theme.looks(len(named)), named, strict=True)
        )
        return cls(lines, _since(restated, first))

    @property
    def official(self) -> pd.DataFrame:
        """The rows of the lines."""
        return pd.concat([rows for _, _, rows in self.lines])

    @property
    def drawn(self) -> pd.DataFrame:
        """Every row that is drawn."""
        return pd.concat([self.official, self.restated])

    def traces(
        self, size: int, more: Callable[[str, pd.DataFrame], dict[str, Any]]
    ) -> list[dict[str, Any]]:
        """The series as Plotly traces.

        Parameters
        ----------
        size
            Font size of the labels.
        more
            Gives a figure's own settings of a trace, from its name and rows: ``x`` at least.
        """
        traces = []
        for name, look, rows in self.lines:
            whole, parts = rows[rows["part"] == ""], rows[rows["part"] != ""]
            if len(whole):
                whole = _every_year(whole)
                traces.append(_line(look, whole, size) | {"name": name, **more(name, whole)})
            # A part of a year is joined with no whole one.
            if len(parts):
                traces.append(
                    _points(say("figurer.linje_preliminart", namn=name), look, parts, size, more)
                )
        if len(self.restated):
            name, look, _ = self.lines[-1]
            again = say("figurer.linje_omraknat", till=name)
            traces.append(_points(again, look, self.restated, size, more))
        return traces

    def open_note(self) -> str:
        """The meaning of the open points; empty where there are none."""
        return say(
            "figurer.oppen_punkt",
            omraknat_till=self.lines[-1][0] if len(self.restated) else "",
            del_av_aret=bool((self.official["part"] != "").any()),
        )

    def answers(self) -> tuple[int | None, str]:
        """The number of answers behind the lines, or a sentence where some year's is unknown."""
        rows = self.official
        counted = rows[rows["n"].notna()]
        if counted.empty:
            return None, ""
        n = int(counted["n"].sum())
        if len(counted) == len(rows):
            return n, ""
        years = swedish.years(sorted(counted["year"].astype(int)))
        return None, say("figurer.svar_kanda", ar=years, svar=swedish.number(n, 0))


def _since(rows: pd.DataFrame, first: int) -> pd.DataFrame:
    return rows[rows["year"].astype(int) >= first]


def _every_year(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of a line with empty ones for years without a number: there the line is broken."""
    ordered = rows.set_index(rows["year"].astype(int)).sort_index()
    years = range(ordered.index.min(), ordered.index.max() + 1)
    return ordered.drop(columns="year").reindex(years).rename_axis("year").reset_index()


def _line(look: Look, rows: pd.DataFrame, size: int) -> dict[str, Any]:
    colour, symbol = look
    return {
        "type": "scatter",
        "mode": "lines+markers+text",
        **labelled(rows["governing"]),
        "textfont": {"color": colour, "size": size, "weight": 600},
        "line": {"color": colour, "width": 3},
        "marker": {"color": colour, "size": 9, "symbol": symbol},
        **marks.intervals("y", rows, colour),
    }


def _points(
    name: str,
    look: Look,
    rows: pd.DataFrame,
    size: int,
    more: Callable[[str, pd.DataFrame], dict[str, Any]],
) -> dict[str, Any]:
    """Points apart from the line: hollow, not joined, with their numbers beside."""
    colour, symbol = look
    edge = {"color": colour, "width": 2}
    return {
        **_line(look, rows, size),
        "name": name,
        **more(name, rows),
        "mode": "markers+text",
        "textposition": "middle right",
        "marker": {"color": theme.PAPER, "size": 10, "symbol": symbol, "line": edge},
    }


def labelled(values: pd.Series) -> dict[str, Any]:
    """Points along a line with their labels, each on a side that the line leaves free.

    >>> points = labelled(pd.Series([70.0, 72.0, float("nan"), 71.04]))
    >>> points["text"], points["textposition"][:2]
    (['70,0', '72,0', '', '71,0'], ['bottom right', 'bottom right'])
    """
    known = [None if pd.isna(value) else float(value) for value in values]
    return {
        "y": [None if value is None else swedish.rounded(value) for value in known],
        "text": ["" if value is None else swedish.number(value) for value in known],
        "textposition": [
            _free_side(before, value, after)
            for before, value, after in zip([None, *known], known, [*known[1:], None], strict=False)
        ],
    }


def _free_side(before: float | None, value: float | None, after: float | None) -> str:
    if value is None or (before is None and after is None):
        return "top right"
    if after is None:
        return "bottom left" if before is not None and before >= value else "bottom right"
    return "bottom right" if after > value else "top right"
