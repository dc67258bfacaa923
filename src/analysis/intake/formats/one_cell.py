"""Rows in a single cell: a CSV file that was opened and saved by a spreadsheet program.

A Swedish Excel does not divide a line at its commas. Saved again, each line is one cell, in
quotation marks where it is a CSV file.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path

from analysis import swedish
from analysis.intake.cells.words import shown_name
from analysis.intake.formats.sheet import Score, Sheet, refusal

DELIMITERS = (";", ",", "\t", "|")
OUTER = ";"
"""The sign at which a Swedish Excel divides a line."""
SHOWN_ROWS = 5
FEWEST = 2
"""Fewest delimiters in a cell that holds a row."""


def whole_line(row: Sequence[object]) -> str:
    """The whole line of a row that stands in its first cell; empty for other rows.

    A semicolon in a comment divides the line again, so its parts are joined.
    """
    if not row or not isinstance(row[0], str):
        return ""
    if not any(row[0].count(sign) >= FEWEST for sign in DELIMITERS):
        return ""
    cells = list(row[: _width(row)])
    return OUTER.join(cells) if all(isinstance(cell, str) for cell in cells) else ""  # type: ignore[arg-type]


def divided(path: Path, sheet: Sheet, score: Score, depth: int) -> Sheet:
    """The sheet with the rows that stand in one cell divided into the header's columns.

    Parameters
    ----------
    path
        For messages.
    sheet
        The sheet.
    score
        Counts the known headers in a row.
    depth
        Number of rows in which to look for the header.

    Raises
    ------
    InputDataError
        When such a row does not divide into the header's columns.
    """
    rows = sheet.rows
    single = {number: text for number, row in enumerate(rows) if (text := whole_line(row))}
    if not single:
        return sheet
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
        return sheet
    below = {number: text for number, text in single.items() if number > top}
    if not sign:
        # The header has cells of its own, so the rows beneath it decide the delimiter.
        sign = max(
            DELIMITERS, key=lambda one: sum(_fits(split(t, one), width) for t in below.values())
        )
    full, count, stuck = list(rows), 0, []
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
            stuck.append(str(number + 1))
    if stuck:
        place = f"blad {shown_name(sheet.name)}, " if sheet.name else ""
        more = f" och {len(stuck) - SHOWN_ROWS} till" if stuck[SHOWN_ROWS:] else ""
        raise refusal(
            path,
            "Rader står i en enda cell och går inte att dela upp i rubrikens kolumner.",
            "Ta filen direkt ur enkätverktyget, utan att öppna och spara den i Excel.",
            f"{place}rad {', '.join(stuck[:SHOWN_ROWS])}{more}",
        )
    if not count:
        return sheet
    many = swedish.count(count, "rad stod", "rader stod")
    note = f"{many} i en enda cell, som när Excel sparat om en fil, och har delats upp i kolumner."
    return replace(sheet, rows=full, notes=(*sheet.notes, note))


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
