"""A small report of headings, sentences, lists and tables, as plain text or as one HTML page.

The page needs nothing beside itself, and every value in it is escaped.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

WIDTH = 80
NARROWEST = 14
"""Characters a column of words keeps when a table is wider than the terminal."""
PAGE = Path(__file__).parent / "templates" / "review.html"


@dataclass(frozen=True)
class Point:
    """An entry of a list: what is wrong, exactly where, and what to do about it."""

    text: str
    details: Sequence[str] = ()
    fix: str = ""


@dataclass(frozen=True)
class Grid:
    """A table; `numeric` columns are set right."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: frozenset[int] = frozenset()


Block = str | list[Point] | Grid
"""A paragraph, a list, or a table."""


@dataclass(frozen=True)
class Chapter:
    """A heading with blocks under it."""

    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Review:
    """A report: a title, a verdict, and chapters in between."""

    title: str
    chapters: Sequence[Chapter]
    verdict: str

    def to_text(self, width: int = WIDTH) -> str:
        """The report for a terminal of some width (characters)."""
        lines = [self.title, ""]
        for chapter in self.chapters:
            lines += [chapter.title.upper(), ""]
            for block in chapter.blocks:
                lines += [*_text_lines(block, width), ""]
        return "\n".join([*lines, *_wrapped(self.verdict, width)])

    def to_html(self) -> str:
        """The report as a page that needs no other file."""
        # Imported here: a run needs no page.
        from jinja2 import Environment, StrictUndefined

        environment = Environment(
            autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        page = environment.from_string(PAGE.read_text(encoding="utf-8"))
        return page.render(title=self.title, chapters=self.chapters, verdict=self.verdict) + "\n"


def _text_lines(block: Block, width: int) -> Iterator[str]:
    if isinstance(block, str):
        yield from _wrapped(block, width, "  ")
    elif isinstance(block, Grid):
        yield from _table_lines(block, width)
    else:
        for point in block:
            yield from _wrapped(point.text, width, "  • ")
            for detail in point.details:
                yield from _wrapped(detail, width, "      ")
            if point.fix:
                yield from _wrapped(point.fix, width, "    → ")


def _wrapped(text: str, width: int, lead: str = "") -> list[str]:
    indent = " " * len(lead)
    return textwrap.wrap(
        text, width, initial_indent=lead, subsequent_indent=indent, break_on_hyphens=False
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
