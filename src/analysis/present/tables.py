"""Tables for readers: records, and columns that say how a record becomes a cell.

Each table has two forms: Great Tables' HTML for the site and for notebooks, and Markdown for the
PDF and Word. The numbers are words already (`analysis.swedish`).
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import pandas as pd
from great_tables import GT, loc, style
from great_tables import html as gt_html

from analysis.present import standalone, theme
from analysis.present.markdown import as_html, literal, marked, plain
from analysis.swedish import MISSING, NBSP

ROOM, STRONG = "nki-room", "nki-strong"
"""Classes of the cells in a column of sentences, and in a row that stands in bold."""
STYLED = re.compile(r'<(t[dh]) style="([^"]*)"([^>]*) class="')
"""A cell with what Great Tables can only give as a style attribute."""
RULES = {"left": ":---", "right": "---:"}
"""Markdown's signs for a column's alignment."""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Parameters
    ----------
    key, heading
        The column's name in code and for the reader.
    cell
        A record's text in the column.
    align
        The alignment of the cells.
    fill
        A cell's background as a CSS colour; empty for none. ``report.css`` has a rule for each.
    long
        Whether the cells are sentences.
    optional
        Whether the column is left out when all its cells are empty.
    """

    key: str
    heading: str
    cell: Callable[[Any], str]
    align: Literal["left", "right"] = "left"
    fill: Callable[[Any], str] = lambda _: ""
    long: bool = False
    optional: bool = False


class Heading(str):
    """The heading of the records that follow it in a table."""

    __slots__ = ()


@dataclass(frozen=True)
class Table:
    """A table as a reader meets it.

    Parameters
    ----------
    key
        Short name, the end of the label ``tbl-…``.
    caption
        One or two sentences with n, years and source.
    records
        The rows of a frame, or any other values; among them headings of the records below them.
    declared
        Every column; the first one holds the row headings.
    note
        A remark under the table.
    strong
        Tells the records that stand in bold.
    """

    key: str
    caption: str
    records: pd.DataFrame | Sequence[Any]
    declared: Sequence[Column]
    note: str = ""
    strong: Callable[[Any], bool] = lambda _: False

    def __repr__(self) -> str:
        return f"Table({self.key!r})"

    @cached_property
    def _records(self) -> list[Any]:
        if isinstance(self.records, pd.DataFrame):
            return [record for _, record in self.records.iterrows()]
        return list(self.records)

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The cells' texts by column key."""
        return pd.DataFrame(self._cells, dtype="str")

    @cached_property
    def _cells(self) -> dict[str, list[str]]:
        first = self.declared[0]
        return {
            column.key: [
                (record if column is first else "")
                if isinstance(record, Heading)
                else column.cell(record)
                for record in self._records
            ]
            for column in self.declared
        }

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns that are shown."""
        return tuple(c for c in self.declared if not c.optional or self.filled(c.key))

    def filled(self, key: str) -> bool:
        """Whether any cell of a column holds anything."""
        return any(text not in ("", MISSING) for text in self._cells[key])

    @cached_property
    def _strong(self) -> list[int]:
        return [
            number
            for number, record in enumerate(self._records)
            if isinstance(record, Heading) or self.strong(record)
        ]

    def _fill(self, row: int, column: Column) -> str:
        record = self._records[row]
        return "" if isinstance(record, Heading) else column.fill(record)

    def to_html(self) -> str:
        """The table as HTML: header cells with scope, and classes for what is not plain text."""
        first, *others = self.columns
        keys = [column.key for column in others]
        texts = self.rows[[first.key, *keys]].copy()
        # Great Tables escapes the row headings itself.
        texts[keys] = texts[keys].map(lambda text: _lines(text, _escaped))
        table = GT(texts, rowname_col=first.key, id=f"tabell-{self.key}")
        table = table.tab_stubhead(label=first.heading)
        headings: dict[str, Any] = {
            c.key: gt_html(_heading(c.heading, _escaped_heading)) for c in others
        }
        table = table.cols_label(headings)
        table = table.fmt_passthrough(columns=keys, escape=False)
        for column in others:
            table = table.cols_align(column.align, [column.key])
        for column in self.columns:
            if column.long:
                place = loc.stub() if column is first else loc.body(columns=column.key)
                table = table.tab_style(style.css(f"{ROOM};"), place)
            for row in range(len(texts)):
                if fill := self._fill(row, column):
                    table = table.tab_style(
                        style.css(f"{theme.fill_class(fill)};"),
                        loc.body(columns=column.key, rows=[row]),
                    )
        if rows := self._strong:
            table = table.tab_style(
                style.css(f"{STRONG};"), [loc.body(rows=rows), loc.stub(rows=rows)]
            )
        markup = table.as_raw_html()
        # Neither Great Tables' style sheet, 200 lines a table, nor its wrapper: ours has a name.
        markup = markup[markup.index("<table") : markup.rindex("</table>") + len("</table>")]
        markup = STYLED.sub(_classed, markup)
        # A blank line would end the block of raw HTML for a Markdown reader.
        return "\n".join(line.strip() for line in markup.splitlines() if line.strip())

    def to_region(self) -> str:
        """The table in a region that scrolls sideways by itself and can be reached by keyboard."""
        return (
            f'<div class="nki-table" role="region" tabindex="0" '
            f'aria-label="{html.escape(plain(self.caption))}">{self.to_html()}</div>'
        )

    def html_note(self) -> str:
        """The remark under the table as HTML."""
        note = html.escape(self.note, quote=False)
        return f'<p class="nki-note">{note}</p>' if note else ""

    def to_data(self) -> dict[str, Any]:
        """The table as plain data: headings, alignments, and the cells with colour and weight."""
        return {
            "head": [column.heading for column in self.columns],
            "align": [column.align for column in self.columns],
            "rows": [
                [
                    {
                        "text": self._cells[column.key][row],
                        "fill": self._fill(row, column),
                        "bold": row in self._strong,
                    }
                    for column in self.columns
                ]
                for row in range(len(self._records))
            ],
            "note": self.note,
        }

    def to_pipes(self) -> str:
        """The table in Markdown; a cell's colour is the attribute `fill` of a span."""
        lines = [
            [_heading(column.heading, literal) for column in self.columns],
            [RULES[column.align] for column in self.columns],
            *(
                [self._pipe_cell(row, column) for column in self.columns]
                for row in range(len(self._records))
            ),
        ]
        return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)

    def _pipe_cell(self, row: int, column: Column) -> str:
        text = _lines(self._cells[column.key][row], literal)
        if text and row in self._strong:
            text = f"**{text}**"
        fill = self._fill(row, column)
        return f'[{text}]{{fill="{fill}"}}' if fill else text

    def _repr_html_(self) -> str:
        caption = f"<figcaption>{as_html(self.caption)}</figcaption>"
        return standalone.of(f"<figure>{caption}{self.to_region()}{self.html_note()}</figure>")

    def _repr_markdown_(self) -> str:
        # The note is Markdown: Quarto takes nothing but the table out of HTML for PDF and Word.
        note = f"\n::: {{.nki-note}}\n{literal(self.note)}\n:::\n" if self.note else ""
        return f"""::: {{#tbl-{self.key}}}
::: {{.content-visible when-format="html"}}
```{{=html}}
{self.to_region()}
```
:::
::: {{.nki-paper .content-visible unless-format="html"}}
{self.to_pipes()}
:::
{note}
{marked(self.caption)}
:::
"""


def _classed(cell: re.Match[str]) -> str:
    """A cell with classes in place of its style attribute, which a policy may forbid."""
    names = " ".join(filter(None, map(str.strip, cell[2].split(";"))))
    return f'<{cell[1]}{cell[3]} class="{names} '


def _escaped(value: object) -> str:
    return html.escape(str(value), quote=False)


def _escaped_heading(text: str) -> str:
    # Great Tables reads text between two braces as a unit of measurement.
    return _escaped(text).replace("{", "&#123;")


def _heading(text: str, escape: Callable[[str], str]) -> str:
    """A heading that says where its lines end breaks nowhere else."""
    if "\n" in text:
        text = text.replace(" ", NBSP)
    return _lines(text, escape)


def _lines(text: str, escape: Callable[[str], str]) -> str:
    """A text with the ends of its lines."""
    return "<br>".join(map(escape, text.split("\n")))
