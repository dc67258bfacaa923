"""One display for Jupyter, Quarto and the PDF: the mime bundle that a page's cells emit.

JupyterLab draws the Plotly JSON; both render engines read the Markdown, whose conditional parts
hold the interactive figure for the site and a vector picture for the PDF.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.present.tables import Table, plain

PLOTLY_MIME = "application/vnd.plotly.v1+json"
FIGURE_FOLDER = "figurer"

PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


@dataclass(frozen=True)
class Figure:
    """A figure with everything a reader needs to trust it.

    Parameters
    ----------
    key
        Short name, the end of the label ``fig-…`` and the file name of its picture.
    plot
        Plotly figure as plain data: ``data`` and ``layout``.
    alt
        What the figure shows, in words, with its numbers.
    caption
        With n, years and source.
    table
        The figure's data.
    narrow
        What differs under 560 pixels: paths into the layout (``yaxis.title.text``) or, when they
        begin with ``data``, into the traces (``data.0.textfont.size``), and their values.
    """

    key: str
    plot: Mapping[str, Any]
    alt: str
    caption: str
    table: Table
    narrow: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Text:
    """Markdown that was worded by rules."""

    markdown: str


SILENCE = Text("")
"""Said where there is nothing to say and no need to say so."""

Part = Figure | Table | Text


def bundle(part: Part) -> dict[str, Any]:
    """The mime bundle of one part of a page."""
    if isinstance(part, Figure):
        return {
            PLOTLY_MIME: {**part.plot, "config": {"displayModeBar": False}},
            "text/markdown": _figure(part),
        }
    if isinstance(part, Table):
        return {"text/markdown": _table(part)}
    return {"text/markdown": part.markdown}


def _figure(figure: Figure) -> str:
    content = {"data": figure.plot["data"], "layout": figure.plot["layout"]}
    if figure.narrow:
        content["narrow"] = figure.narrow
    # "</" must not close the script element the JSON lies in.
    data = json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    alt = html.escape(figure.alt)
    height = figure.plot["layout"]["height"]
    return f"""::: {{#fig-{figure.key}}}
::: {{.content-visible when-format="html"}}
```{{=html}}
<div class="nki-figure" role="group" aria-label="Diagram: {html.escape(plain(figure.caption))}">
<p class="visually-hidden">{alt}</p>
<div class="nki-plot" style="min-height:{height}px" aria-hidden="true"></div>
<script type="application/json">{data}</script>
<details class="nki-data"><summary>Visa uppgifterna som tabell</summary>
{figure.table.to_region()}{_note(figure.table)}
</details>
</div>
```
:::
::: {{.content-visible unless-format="html"}}
![]({FIGURE_FOLDER}/{figure.key}.svg){{fig-alt="{_attribute(figure.alt)}" width="100%"}}
:::

{figure.caption}
:::
"""


def _table(table: Table) -> str:
    # Markdown, for Quarto takes nothing but the table out of HTML for the PDF and Word.
    note = f"\n::: {{.nki-note}}\n{literal(table.note)}\n:::\n" if table.note else ""
    return f"""::: {{#tbl-{table.key}}}
```{{=html}}
{table.to_region()}
```
{note}
{table.caption}
:::
"""


def _note(table: Table) -> str:
    """The remark under a table that stands in HTML only."""
    return f'<p class="nki-note">{html.escape(table.note, quote=False)}</p>' if table.note else ""


def _attribute(text: str) -> str:
    return text.replace("\\", "").replace('"', "”").replace("\n", " ")


def literal(text: str) -> str:
    r"""Text as Markdown that means nothing but the text.

    Examples
    --------
    >>> literal("a|b -- {{< var x >}}")
    'a\\|b \\-\\- \\{\\{\\< var x \\>\\}\\}'
    """
    # Only lines are joined: a no-break space stays one.
    return PUNCTUATION.sub(r"\\\1", re.sub(r"[ \t\r\n]+", " ", text))
