"""Facts about the sheets of a workbook besides their cells: hidden, filtered, merged, calculated.

The library that reads cells leaves these facts out, and each changes the meaning of the cells.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
ATTRIBUTE = re.compile(rb"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^<>]*?)/?>")
RELATION = re.compile(rb"<(?:\w+:)?Relationship\s([^<>]*?)/?>")
ROW = re.compile(rb"<(?:\w+:)?row\s([^<>]*)>")
MERGED = re.compile(
    rb"""<(?:\w+:)?mergeCell\s[^<>]*?ref\s*=\s*["']\$?([A-Za-z]{1,3})\$?(\d{1,7}):"""
    rb"""\$?([A-Za-z]{1,3})\$?(\d{1,7})["']"""
)
# A cell with a formula and no value. A cell whose result is an empty text has the type of a text.
FORMULA = re.compile(
    rb"<(?:\w+:)?c\s([^<>]*)>\s*<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
ANY_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
HIDDEN_WORD = re.compile(rb"""hidden\s*=\s*["'](?:1|true)["']""")
TEXT_CELL = re.compile(rb"""\bt\s*=\s*["'](?:str|inlineStr|s)["']""")
CELL = re.compile(rb"""\br\s*=\s*["']([A-Za-z$0-9]+)["']""")


@dataclass(frozen=True)
class Facts:
    """The facts about one sheet.

    Parameters
    ----------
    hidden
        Whether the sheet is invisible when the workbook is opened.
    hidden_rows
        Numbers of rows that are filtered away or hidden.
    merged
        Merged ranges: first row, first column, last row, last column, from 0.
    formulas
        Whether the sheet has any formulas.
    uncalculated
        References of cells whose formula has no result.
    """

    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    formulas: bool = False
    uncalculated: tuple[str, ...] = ()


def facts_of(parts: Mapping[str, bytes]) -> dict[str, Facts]:
    """The facts about every sheet by its name, as far as the workbook has them.

    Parameters
    ----------
    parts
        The unpacked parts of the workbook.
    """
    by_name = {name.lower(): part for name, part in parts.items()}
    targets = {
        told[b"Id"]: _text(told[b"Target"])
        for told in map(_attributes, RELATION.findall(by_name.get(RELATIONS, b"")))
        if b"Id" in told and b"Target" in told
    }
    found = {}
    for told in map(_attributes, SHEET.findall(by_name.get(WORKBOOK, b""))):
        name = _text(told.get(b"name", b""))
        relation = next((value for key, value in told.items() if key.endswith(b":id")), b"")
        target = targets.get(relation, "")
        place = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
        part = by_name.get(posixpath.normpath(place).lower(), b"")
        found[name] = _of_sheet(part, told.get(b"state", b"visible") != b"visible")
    return found


def _attributes(text: bytes) -> dict[bytes, bytes]:
    return {name: double or single for name, double, single in ATTRIBUTE.findall(text)}


def _text(value: bytes) -> str:
    return html.unescape(value.decode("utf-8", "replace"))


def _of_sheet(part: bytes, hidden: bool) -> Facts:
    rows: set[int] = set()
    # Most sheets have no hidden row, merged cell or formula, which is quick to check first.
    if HIDDEN_WORD.search(part):
        number = 0
        for told in ROW.findall(part):
            place = CELL.search(told)
            number = int(place[1]) if place and place[1].isdigit() else number + 1
            if HIDDEN_WORD.search(told):
                rows.add(number)
    merged = tuple(
        (int(top) - 1, column_of(left), int(bottom) - 1, column_of(right))
        for left, top, right, bottom in (MERGED.findall(part) if b"mergeCell" in part else ())
    )
    uncalculated: list[str] = []
    formulas = bool(ANY_FORMULA.search(part))
    if formulas:
        for cell in FORMULA.findall(part):
            if not TEXT_CELL.search(cell):
                place = CELL.search(cell)
                uncalculated.append(place[1].decode() if place else "")
    return Facts(hidden, frozenset(rows), merged, formulas, tuple(uncalculated))


def column_of(letters: bytes) -> int:
    """The number of a column, from 0.

    >>> column_of(b"A"), column_of(b"aa")
    (0, 26)
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number - 1


def filled(
    rows: Sequence[Sequence[object]], merged: Sequence[tuple[int, int, int, int]], most: int
) -> tuple[list[Sequence[object]], int]:
    """The rows with every merged cell filled in downwards, and how many rows got a value.

    Only downwards and in rows with other content: a heading merged across columns is one heading,
    and blank rows stay blank.

    Parameters
    ----------
    rows
        The sheet's rows.
    merged
        Merged ranges.
    most
        Largest number of cells examined.
    """
    full: list[Sequence[object]] = list(rows)
    changed: set[int] = set()
    looked_at = 0
    for top, left, bottom, _ in merged:
        if not top < bottom or top >= len(rows) or left >= len(rows[top]):
            continue
        value = rows[top][left]
        if value in (None, ""):
            continue
        for number in range(top + 1, min(bottom + 1, len(rows))):
            looked_at += 1
            if looked_at > most:
                return full, len(changed)
            row = full[number]
            blank = left >= len(row) or row[left] in (None, "")
            if blank and any(cell not in (None, "") for cell in row):
                wide = [*row, *[""] * (left + 1 - len(row))]
                wide[left] = value
                full[number] = wide
                changed.add(number)
    return full, len(changed)
