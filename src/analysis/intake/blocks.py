"""A small report of headings, sentences, lists and tables, as plain text or as one HTML page.

The page needs nothing beside itself, and every value in it is escaped.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 100
STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;"
    "color:#1b1b1b;background:#fff}h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}"
    "table{border-collapse:collapse;margin:.5rem 0 1rem}caption{text-align:left;font-weight:600}"
    "th,td{padding:.2rem .8rem .2rem 0;border-bottom:1px solid #c9c9c9;text-align:left;"
    "vertical-align:top}.n{text-align:right;font-variant-numeric:tabular-nums}"
    ".verdict{font-weight:600;border-left:.3rem solid #1a5fb4;padding-left:.8rem}"
)


@dataclass(frozen=True)
class Sentence:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Items:
    """A list; an item's second line says what to do."""

    items: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Grid:
    """A table; `numeric` columns are set right."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: frozenset[int] = frozenset()


Block = Sentence | Items | Grid


@dataclass(frozen=True)
class Section:
    """A heading with blocks under it."""

    title: str
    blocks: Sequence[Block]


def as_text(title: str, sections: Sequence[Section], verdict: str) -> str:
    """The report for a terminal."""
    lines = [title, ""]
    for section in sections:
        lines += [section.title.upper(), ""]
        for block in section.blocks:
            lines += [*_text_lines(block), ""]
    return "\n".join([*lines, *textwrap.wrap(verdict, WIDTH)])


def as_html(title: str, sections: Sequence[Section], verdict: str) -> str:
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


def _text_lines(block: Block) -> Iterator[str]:
    if isinstance(block, Sentence):
        yield from textwrap.wrap(block.text, WIDTH - 2, initial_indent="  ", subsequent_indent="  ")
    elif isinstance(block, Items):
        for text, more in block.items:
            yield from _hanging(text, "  • ")
            if more:
                yield from _hanging(more, "    → ")
    else:
        yield from _table_lines(block)


def _hanging(text: str, lead: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=lead,
        subsequent_indent=" " * len(lead),
        break_on_hyphens=False,
    )


def _table_lines(grid: Grid) -> Iterator[str]:
    if grid.caption:
        yield f"  {grid.caption}"
    widths = [
        max(len(row[place]) for row in (grid.columns, *grid.rows))
        for place in range(len(grid.columns))
    ]
    for row in (grid.columns, *grid.rows):
        cells = [
            cell.rjust(width) if place in grid.numeric else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield ("  " + "  ".join(cells)).rstrip()


def _html(block: Block) -> str:
    if isinstance(block, Sentence):
        return f"<p>{escape(block.text)}</p>"
    if isinstance(block, Items):
        items = (
            f"<li>{escape(text)}" + (f"<br>→ {escape(more)}" if more else "") + "</li>"
            for text, more in block.items
        )
        return f"<ul>{''.join(items)}</ul>"
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
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _right(grid: Grid, place: int) -> str:
    return ' class="n"' if place in grid.numeric else ""
