"""Rows that stand in a single cell: a CSV file that was opened and saved by a spreadsheet.

A Swedish Excel does not divide a line at its commas. Saved again, each line is one cell, in
quotation marks where it is a CSV file.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

from analysis.intake.formats.sheet import Score

DELIMITERS = (";", ",", "\t", "|")
OUTER = ";"
"""At what a Swedish Excel divides a line."""
FEWEST = 2
"""So many delimiters a cell has at least, to be a row."""


@dataclass(frozen=True)
class Divided:
    """Rows with every one-cell row divided into the header's columns.

    Parameters
    ----------
    rows
        The rows.
    count
        How many were divided, the header too.
    stuck
        Numbers of one-cell rows that do not divide into the header's columns.
    """

    rows: Sequence[Sequence[object]]
    count: int = 0
    stuck: tuple[int, ...] = ()


def whole_line(row: Sequence[object]) -> str:
    """The line that a row was before it came to stand in its first cell; empty where it is none.

    A semicolon in a comment has divided the line once more: it is put together again.
    """
    if not row or not isinstance(row[0], str):
        return ""
    if not any(row[0].count(sign) >= FEWEST for sign in DELIMITERS):
        return ""
    cells = list(row[: _width(row)])
    return OUTER.join(cells) if all(isinstance(cell, str) for cell in cells) else ""  # type: ignore[arg-type]


def divided(rows: Sequence[Sequence[object]], score: Score, depth: int) -> Divided:
    """Divide the rows that stand in one cell, when they divide into the header's columns.

    Parameters
    ----------
    rows
        The sheet.
    score
        How many cells of a row are known headers.
    depth
        The header is among so many rows.
    """
    single = {number: text for number, row in enumerate(rows) if (text := whole_line(row))}
    if not single:
        return Divided(rows)
    best: tuple[int, int, str, int] = (0, 0, "", 0)
    for number, row in enumerate(rows[:depth]):
        if number in single:
            ways = [(sign, split(single[number], sign)) for sign in DELIMITERS]
        else:
            ways = [("", [*row])]
        for sign, cells in ways:
            known = score(cells)
            if known > best[0]:
                best = (known, number, sign, _width(cells))
    known, top, sign, width = best
    if known < FEWEST:
        return Divided(rows)
    below = {number: text for number, text in single.items() if number > top}
    if not sign:
        # The header itself stands in cells of its own: what divides most of the rows beneath it.
        sign = max(
            DELIMITERS, key=lambda one: sum(_fits(split(t, one), width) for t in below.values())
        )
    full = list(rows)
    count, stuck = 0, []
    for number in (top, *below):
        filled = _width(rows[number])
        enough = max(FEWEST, (width - 1) // 2)
        if number not in single or single[number].count(sign) < enough or 2 * filled > width:
            continue
        cells = split(single[number], sign)
        if _fits(cells, width):
            full[number] = cells[:width]
            count += 1
        elif filled == 1:
            stuck.append(number + 1)
    return Divided(full, count, tuple(stuck))


def split(text: str, sign: str) -> list[object]:
    """The cells of a line of CSV; the text itself where its quotation marks do not close."""
    try:
        lines = list(csv.reader(StringIO(text, newline=""), delimiter=sign, strict=True))
    except csv.Error:
        return [text]
    return [*lines[0]] if len(lines) == 1 else [text]


def _width(cells: Sequence[object]) -> int:
    filled = [place for place, cell in enumerate(cells, start=1) if cell not in (None, "")]
    return max(filled, default=0)


def _fits(cells: Sequence[object], width: int) -> bool:
    return len(cells) > FEWEST and len(cells) >= width - 1 and _width(cells) <= width
