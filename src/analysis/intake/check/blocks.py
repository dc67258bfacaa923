"""A small report of headings, sentences, lists and tables, as plain text or as one HTML page.

The page needs nothing beside itself, and every value in it is escaped.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import zip_longest

WIDTH = 80
NARROWEST = 14
"""Characters a column of words keeps when a table is wider than the terminal."""
STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;"
    "color:#1b1b1b;background:#fff}h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}"
    "table{border-collapse:collapse;margin:.5rem 0 1rem}caption{text-align:left;font-weight:600}"
    "th,td{padding:.2rem .8rem .2rem 0;border-bottom:1px solid #c9c9c9;text-align:left;"
    "vertical-align:top}.n{text-align:right;font-variant-numeric:tabular-nums}"
    "[role=group]{overflow-x:auto}main{overflow-wrap:break-word}"
    "li{margin-bottom:.4rem}li p{margin:0}"
    ".verdict{font-weight:600;border-left:.3rem solid #1a5fb4;padding-left:.8rem}"
)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Point:
    """One thing: what it is, exactly where, and what to do about it."""

    text: str
    details: Sequence[str] = ()
    fix: str = ""


@dataclass(frozen=True)
class Points:
    """A list of things."""

    items: Sequence[Point]


@dataclass(frozen=True)
class Grid:
    """A table; `numeric` columns are set right."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: frozenset[int] = frozenset()


Block = Paragraph | Points | Grid


@dataclass(frozen=True)
class Chapter:
    """A heading with blocks under it."""

    title: str
    blocks: Sequence[Block]


def as_text(title: str, sections: Sequence[Chapter], verdict: str, width: int = WIDTH) -> str:
    """The report for a terminal of some width (characters)."""
    lines = [title, ""]
    for section in sections:
        lines += [section.title.upper(), ""]
        for block in section.blocks:
            lines += [*_text_lines(block, width), ""]
    return "\n".join([*lines, *_wrapped(verdict, width)])


def as_html(title: str, sections: Sequence[Chapter], verdict: str) -> str:
    """The report as a page of its own."""
    body = "\n".join(
        f"<section><h2>{escape(section.title)}</h2>\n"
        + "\n".join(_html(block) for block in section.blocks)
        + "</section>"
        for section in sections
    )
    return (
        f'<!DOCTYPE html>\n<html lang="sv"><head><meta charset="utf-8"><title>{escape(title)}'
        '</title><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head>\n<body><main><h1>{escape(title)}</h1>\n"
        f'<p class="verdict">{escape(verdict)}</p>\n{body}\n</main></body></html>\n'
    )


def _text_lines(block: Block, width: int) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield from _wrapped(block.text, width, "  ")
    elif isinstance(block, Points):
        for item in block.items:
            yield from _wrapped(item.text, width, "  • ")
            for detail in item.details:
                yield from _wrapped(detail, width, "      ")
            if item.fix:
                yield from _wrapped(item.fix, width, "    → ")
    else:
        yield from _table_lines(block, width)


def _wrapped(text: str, width: int, lead: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=lead,
        subsequent_indent=" " * len(lead),
        break_on_hyphens=False,
    )


def _table_lines(grid: Grid, width: int) -> Iterator[str]:
    if grid.caption:
        yield from _wrapped(grid.caption, width, "  ")
    widths = _column_widths(grid, width)
    for row in (grid.columns, *grid.rows):
        cells = [textwrap.wrap(cell, size) for cell, size in zip(row, widths, strict=True)]
        for line in zip_longest(*cells, fillvalue=""):
            aligned = (
                piece.rjust(size) if place in grid.numeric else piece.ljust(size)
                for place, (piece, size) in enumerate(zip(line, widths, strict=True))
            )
            yield ("  " + "  ".join(aligned)).rstrip()


def _column_widths(grid: Grid, width: int) -> list[int]:
    """The columns' own widths; where they do not fit, the widest of words gives way."""
    widths = [max(map(len, column)) or 1 for column in zip(grid.columns, *grid.rows, strict=True)]
    words = [place for place in range(len(widths)) if place not in grid.numeric]
    while words and sum(widths) + 2 * len(widths) > width:
        widest = max(words, key=lambda place: widths[place])
        if widths[widest] <= NARROWEST:
            break
        widths[widest] -= 1
    return widths


def _html(block: Block) -> str:
    if isinstance(block, Paragraph):
        return f"<p>{escape(block.text)}</p>"
    if isinstance(block, Points):
        return f"<ul>{''.join(map(_html_item, block.items))}</ul>"
    head = "".join(
        f'<th scope="col"{_right(block, place)}>{escape(name)}</th>'
        for place, name in enumerate(block.columns)
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f'<th scope="row">{escape(cell)}</th>'
            if place == 0
            else f"<td{_right(block, place)}>{escape(cell)}</td>"
            for place, cell in enumerate(row)
        )
        + "</tr>"
        for row in block.rows
    )
    caption = f"<caption>{escape(block.caption)}</caption>" if block.caption else ""
    # On a narrow screen the table scrolls, not the page; with the keyboard too.
    return (
        f'<div role="group" tabindex="0" aria-label="{escape(block.caption or "Tabell")}">'
        f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _html_item(item: Point) -> str:
    details = "".join(f"<li>{escape(detail)}</li>" for detail in item.details)
    inside = f"<ul>{details}</ul>" if details else ""
    fix = f"<p>→ {escape(item.fix)}</p>" if item.fix else ""
    return f"<li>{escape(item.text)}{inside}{fix}</li>"


def _right(grid: Grid, place: int) -> str:
    return ' class="n"' if place in grid.numeric else ""
