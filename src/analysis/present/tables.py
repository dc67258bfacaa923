"""Tables for readers: a frame of Swedish texts to a Great Table with real header cells.

The numbers are already words here (`analysis.swedish`); this module sets them out.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import css_inline
import pandas as pd
from great_tables import GT, loc, style
from great_tables import html as gt_html

from analysis.swedish import MISSING, NBSP

# Great Tables carries 200 lines of CSS per table; the site's style sheet has them once.
# What must follow the table into the PDF and Word stands inline.
_INLINE = """
.gt_left {text-align: left} .gt_right {text-align: right} .gt_center {text-align: center}
"""
BOLD = r"(?<!\S)\*\*(?P<bold>\S.*?)\*\*(?=[\s.,:;)?!]|$)"
"""What is bold in a caption or a sentence."""
_ROOM = "min-width: 15rem;"


@dataclass(frozen=True)
class Column:
    """A table column.

    Parameters
    ----------
    key, label
        The frame's column and its heading.
    align
        How its cells are aligned.
    long
        Whether it holds sentences, which need room where the screen is narrow.
    """

    key: str
    label: str
    align: Literal["left", "right", "center"] = "left"
    long: bool = False


@dataclass(frozen=True)
class Table:
    """A table as a reader meets it.

    Parameters
    ----------
    key
        Short name, the end of the label ``tbl-…``.
    caption
        One or two sentences with n, years and source.
    columns
        The first one holds the row headings.
    rows
        Texts only; columns as in `columns`.
    fills
        Cell backgrounds: (row number, column key, colour).
    strong
        Rows in bold: totals, headings of groups.
    note
        A remark under the table.
    """

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: pd.DataFrame
    fills: tuple[tuple[int, str, str], ...] = ()
    strong: tuple[int, ...] = ()
    note: str = ""

    def to_html(self) -> str:
        """The table as HTML, header cells with scope, alignment and fills inline."""
        first, *others = self.columns
        texts = self.rows[[column.key for column in self.columns]].copy()
        # Great Tables escapes the row headings itself.
        texts[[column.key for column in others]] = texts[[c.key for c in others]].map(_escaped)
        table = GT(texts, rowname_col=first.key, id=f"tabell-{self.key}")
        table = table.tab_stubhead(label=first.label)
        labels: dict[str, Any] = {
            column.key: gt_html(_breakable(column.label)) for column in others
        }
        table = table.cols_label(labels)
        for align in ("left", "right", "center"):
            keys = [column.key for column in others if column.align == align]
            if keys:
                table = table.cols_align(align, keys)
        table = table.fmt_passthrough(columns=[column.key for column in others], escape=False)
        for column in self.columns:
            if column.long:
                place = loc.stub() if column is first else loc.body(columns=column.key)
                table = table.tab_style(style.css(_ROOM), place)
        for row, key, colour in self.fills:
            table = table.tab_style(style.fill(colour), loc.body(columns=key, rows=[row]))
        if self.strong:
            rows = list(self.strong)
            table = table.tab_style(
                style.text(weight="bold"), [loc.body(rows=rows), loc.stub(rows=rows)]
            )
        return _inlined(table.as_raw_html())

    def to_region(self) -> str:
        """The table in a region that scrolls sideways by itself and can be reached by keyboard."""
        return (
            f'<div class="nki-table" role="region" tabindex="0" '
            f'aria-label="{html.escape(plain(self.caption))}">{self.to_html()}</div>'
        )


def plain(text: str) -> str:
    """Caption text without the marks of what is bold.

    >>> plain("**NKI, *A*.** Källa")
    'NKI, *A*. Källa'
    """
    return re.sub(BOLD, r"\g<bold>", text)


def _escaped(value: object) -> str:
    return html.escape(str(value), quote=False)


def _breakable(label: str) -> str:
    """A label that tells where its lines end breaks nowhere else."""
    # Great Tables reads what stands in two braces as a unit of measurement.
    lines = _escaped(label).replace("{", "&#123;").split("\n")
    if len(lines) == 1:
        return lines[0]
    return "<br>".join(line.replace(" ", NBSP) for line in lines)


def _inlined(markup: str) -> str:
    """Great Tables' markup without its style sheet, our few rules inline."""
    start, end = markup.index("<style>"), markup.index("</style>") + len("</style>")
    table = markup[:start] + markup[end:]
    # The wrapper scrolls on its own; ours does, with a name and by keyboard.
    table = table[table.index("<table") : table.rindex("</table>") + len("</table>")]
    return _compact(css_inline.inline_fragment(table, _INLINE))


def _compact(markup: str) -> str:
    # A blank line inside raw HTML would end the block for a Markdown reader.
    return "\n".join(line.strip() for line in markup.splitlines() if line.strip())


def from_records(
    key: str,
    caption: str,
    columns: Sequence[Column],
    records: Sequence[Sequence[str]],
    note: str = "",
    *,
    optional: Collection[str] = (),
    fills: Sequence[tuple[int, str, str]] = (),
    strong: Sequence[int] = (),
) -> Table:
    """A table from rows of texts in column order.

    Parameters
    ----------
    optional
        Columns that are left out when no row has anything in them.
    """
    frame = pd.DataFrame(list(records), columns=[column.key for column in columns], dtype="str")
    empty = {key for key in optional if frame[key].isin(["", MISSING]).all()}
    kept = tuple(column for column in columns if column.key not in empty)
    return Table(key, caption, kept, frame, tuple(fills), tuple(strong), note)
