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

from analysis.present.tables import BOLD, Table, plain

PLOTLY_MIME = "application/vnd.plotly.v1+json"
FIGURE_FOLDER = "figurer"

PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
# The only markup of a sentence or a caption: what is bold, and links to the report's own pages.
LINK = r"\[(?P<label>[^\[\]]+)\]\((?P<page>(?:\.\./)*[\w/-]+\.(?:ipynb|qmd)(?:#[\w-]+)?)\)"
MARKED = re.compile(f"{BOLD}|{LINK}")
SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~^$@&\"']|-(?=-)|(?<=-)-|\.(?=\.)|(?<=\.)\.")
# The only markup in a figure's texts: what is bold, broken lines, and what a label has beside it.
OTHER_TAGS = re.compile(r"<(?!/?(?:b|br|extra)>)|&(?=#?\w+;)")
LEADING = re.compile(r"^(?:[-+:%]|\(?\w{1,9}[.)](?=\s))")


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
            PLOTLY_MIME: {**_drawn(part.plot), "config": {"displayModeBar": False}},
            "text/markdown": _figure(part),
        }
    if isinstance(part, Table):
        return {"text/markdown": _table(part)}
    return {"text/markdown": part.markdown}


def _figure(figure: Figure) -> str:
    plot = _drawn(figure.plot)
    content = {"data": plot["data"], "layout": plot["layout"]}
    if figure.narrow:
        content["narrow"] = _drawn(figure.narrow)
    # "</" must not close the script element the JSON lies in, nor "{{<" be taken for a shortcode.
    data = json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
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
![]({FIGURE_FOLDER}/{figure.key}.svg){{fig-alt="{literal(figure.alt)}" width="100%"}}
:::

{marked(figure.caption)}
:::
"""


def _drawn(value: Any) -> Any:
    """A plot whose texts hold no other tags than ours: Plotly reads some of HTML's."""
    if isinstance(value, Mapping):
        return {key: _drawn(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_drawn(inner) for inner in value]
    if isinstance(value, str):
        return OTHER_TAGS.sub(lambda found: html.escape(found[0]), value)
    return value


def _table(table: Table) -> str:
    # Markdown, for Quarto takes nothing but the table out of HTML for the PDF and Word.
    note = f"\n::: {{.nki-note}}\n{literal(table.note)}\n:::\n" if table.note else ""
    return f"""::: {{#tbl-{table.key}}}
```{{=html}}
{table.to_region()}
```
{note}
{marked(table.caption)}
:::
"""


def _note(table: Table) -> str:
    """The remark under a table that stands in HTML only."""
    return f'<p class="nki-note">{html.escape(table.note, quote=False)}</p>' if table.note else ""


def marked(text: str) -> str:
    r"""A sentence or a caption as Markdown, in which a name can be nothing but a name.

    Names come from files and from the configuration; here is where they are told from markup.

    Examples
    --------
    >>> marked("**NKI, *A* [b](http://c.se).** Se [Nuläge](nulage.ipynb) {{< var x >}}")
    '**NKI, \\*A\\* \\[b\\](http://c.se).** Se [Nuläge](nulage.ipynb) \\{\\{\\< var x \\>\\}\\}'
    """
    parts, end = [], 0
    for found in MARKED.finditer(text):
        parts.append(_plain_words(text[end : found.start()]))
        if found["bold"] is not None:
            parts.append(f"**{_plain_words(found['bold'])}**")
        else:
            parts.append(f"[{_plain_words(found['label'])}]({found['page']})")
        end = found.end()
    parts.append(_plain_words(text[end:]))
    # What a line begins with could make it a list or a heading.
    return LEADING.sub(
        lambda found: found[0][:-1] + "\\" + found[0][-1], re.sub(r"\s*\n\s*", " ", "".join(parts))
    )


def _plain_words(text: str) -> str:
    return SPECIAL.sub(lambda found: "\\" + found[0], text)


def literal(text: str) -> str:
    r"""Text as Markdown that means nothing but the text.

    Examples
    --------
    >>> literal("a|b -- {{< var x >}}")
    'a\\|b \\-\\- \\{\\{\\< var x \\>\\}\\}'
    """
    # Only lines are joined: a no-break space stays one.
    return PUNCTUATION.sub(r"\\\1", re.sub(r"[ \t\r\n]+", " ", text))
