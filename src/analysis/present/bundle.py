"""The parts of a page, which display themselves: figures, tables and worded Markdown.

A notebook that a person opens shows a part's HTML; both render engines read its Markdown, whose
conditional divisions hold the interactive figure for the site and a vector picture for the PDF.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt

from analysis.present import standalone
from analysis.present.markdown import as_html, literal, marked, plain
from analysis.present.tables import Table
from analysis.present.texts import say

FIGURE_FOLDER = "figurer"
# The only markup in a figure's texts: what is bold, broken lines, and what a label has beside it.
OTHER_TAGS = re.compile(r"<(?!/?(?:b|br|extra)>)|&(?=#?\w+;)")


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
        The figure in words, with its numbers.
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

    def __repr__(self) -> str:
        return f"Figure({self.key!r})"

    def to_html(self) -> str:
        """The figure as HTML: its words, its data for the scripts, and its data as a table."""
        content = {"data": self.plot["data"], "layout": self.plot["layout"]}
        if self.narrow:
            content["narrow"] = self.narrow
        # "</" must not close the script element of the JSON, nor "{{<" be taken for a shortcode.
        data = json.dumps(drawn(content), ensure_ascii=False, separators=(",", ":"))
        data = data.replace("<", "\\u003c")
        name = html.escape(say("figurer.diagram", vad=plain(self.caption)))
        height = self.plot["layout"]["height"]
        return f"""\
<div class="nki-figure" role="group" aria-label="{name}">
<p class="visually-hidden">{html.escape(self.alt)}</p>
<div class="nki-plot" style="min-height:{height}px" aria-hidden="true"></div>
<script type="application/json">{data}</script>
<details class="nki-data"><summary>{say("figurer.visa_uppgifter")}</summary>
{self.table.to_region()}{self.table.html_note()}
</details>
</div>"""

    def _repr_html_(self) -> str:
        caption = f"<figcaption>{as_html(self.caption)}</figcaption>"
        return standalone.of(f"<figure>{self.to_html()}{caption}</figure>", figure=True)

    def _repr_markdown_(self) -> str:
        return f"""::: {{#fig-{self.key}}}
::: {{.content-visible when-format="html"}}
```{{=html}}
{self.to_html()}
```
:::
::: {{.content-visible unless-format="html"}}
![]({FIGURE_FOLDER}/{self.key}.svg){{fig-alt="{literal(self.alt)}" width="100%"}}
:::

{marked(self.caption)}
:::
"""


def drawn(value: Any) -> Any:
    """A plot whose texts hold no other tags than ours: Plotly reads some of HTML's."""
    if isinstance(value, Mapping):
        return {key: drawn(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [drawn(inner) for inner in value]
    if isinstance(value, str):
        return OTHER_TAGS.sub(lambda found: html.escape(found[0]), value)
    return value


@dataclass(frozen=True)
class Text:
    """Markdown that was worded by rules."""

    markdown: str

    def __repr__(self) -> str:
        return "Text"

    def _repr_markdown_(self) -> str:
        return self.markdown


@dataclass(frozen=True)
class Block:
    """HTML for the site; the PDF has its own wording."""

    html: str

    def __repr__(self) -> str:
        return "Block"

    @property
    def markdown(self) -> str:
        """The HTML as a raw block, which a blank line would end."""
        lines = "\n".join(line for line in self.html.splitlines() if line.strip())
        return f"```{{=html}}\n{lines}\n```\n"

    def _repr_html_(self) -> str:
        return standalone.of(self.html)

    def _repr_markdown_(self) -> str:
        return self.markdown


@dataclass(frozen=True)
class Folded:
    """Parts that a reader of the site unfolds.

    Parameters
    ----------
    title
        What is inside.
    parts
        The parts in their order.
    """

    title: str
    parts: Sequence[Figure | Table | Text]

    def __repr__(self) -> str:
        return f"Folded({self.title!r})"

    def _repr_html_(self) -> str:
        inner = _as_html(self.parts)
        return f"<details><summary>{html.escape(self.title)}</summary>{inner}</details>"

    def _repr_markdown_(self) -> str:
        return folded(self.title, "\n".join(part._repr_markdown_() for part in self.parts))


@dataclass(frozen=True)
class Only:
    """Parts of one of the documents that are made of the same page.

    Parameters
    ----------
    format
        The document's, by Quarto's name.
    parts
        The parts in their order.
    """

    format: str
    parts: Sequence[Figure | Table | Text]

    def __repr__(self) -> str:
        return f"Only({self.format!r})"

    def _repr_html_(self) -> str:
        return _as_html(self.parts)

    def _repr_markdown_(self) -> str:
        inner = "\n".join(part._repr_markdown_() for part in self.parts)
        return f'::: {{.content-visible when-format="{self.format}"}}\n{inner}\n:::\n'


def _as_html(parts: Sequence[Figure | Table | Text]) -> str:
    return "".join(
        MarkdownIt().render(part.markdown) if isinstance(part, Text) else part._repr_html_()
        for part in parts
    )


def folded(title: str, inner: str) -> str:
    """Markdown that a reader of the site unfolds.

    HTML's own element and not a callout, since Quarto's cannot be opened from the keyboard.
    """
    summary = f'<details class="nki-folded"><summary>{html.escape(title)}</summary>'
    return f"```{{=html}}\n{summary}\n```\n\n{inner}\n\n```{{=html}}\n</details>\n```\n"


SILENCE = Text("")
"""A part that has nothing to say, and no need to say so."""

Part = Figure | Table | Text | Block | Folded | Only
