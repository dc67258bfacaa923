"""A page as its reader meets it, in plain lines that make a readable difference.

A sentence has a line of its own and so has a table's row. ``~`` is a no-break space, ``[Bild: …]``
the description of a figure or picture, ``[Diagram: …]`` the words that are drawn in a figure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import lxml.html
import nbformat
import pypandoc

BLOCKS = {
    *("p", "li", "ul", "ol", "dl", "dt", "dd", "div", "section", "header", "blockquote"),
    *("h1", "h2", "h3", "h4", "figure", "figcaption", "details", "summary"),
    *("table", "thead", "tbody", "tr", "pre"),
}
SKIPPED = {"nav", "style", "button", "colgroup"}
DRAWN = {"name", "text", "ticktext"}
"""Where a figure's data hold words."""
SENTENCE_END = re.compile(r"(?<!- \d\.)(?<=[.!?]) (?=[A-ZÅÄÖ])")


def of_html(markup: str) -> str:
    """The text of an HTML page's main part, or of a piece of HTML."""
    document = lxml.html.fromstring(f"<body>{markup}</body>")
    main = document.find(".//main")
    return _text(document if main is None else main)


def of_parts(parts: Iterable[Any]) -> str:
    """The text of parts of a page, and of worded sentences between them."""
    return _of_markdown(
        part if isinstance(part, str) else part._repr_markdown_() for part in parts if part
    )


def of_notebook(path: Path) -> str:
    """The text of an executed notebook on paper."""
    notebook = nbformat.read(path, as_version=4)
    return _of_markdown(_markdown(notebook), paper=True)


def of_word(path: Path) -> str:
    """The text of a Word document."""
    return of_html(pypandoc.convert_file(str(path), "html", extra_args=["--wrap=none"]))


def _markdown(notebook: nbformat.NotebookNode) -> Iterator[str]:
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            yield cell.source
        for output in cell.get("outputs", []):
            yield output.get("data", {}).get("text/markdown", "")


def _of_markdown(pieces: Iterable[str], *, paper: bool = False) -> str:
    markup = pypandoc.convert_text(
        "\n\n".join(pieces), "html", format="markdown", extra_args=["--wrap=none"]
    )
    document = lxml.html.fromstring(f"<body>{markup}</body>")
    other = "data-when-format" if paper else "data-unless-format"
    for hidden in document.xpath(f"//div[@{other}='html']"):
        hidden.drop_tree()
    return _text(document)


def _text(element: lxml.html.HtmlElement) -> str:
    for line_break in element.iter("br"):
        line_break.tail = f" / {line_break.tail or ''}"
    # Words side by side are kept apart by the style sheet.
    for span in element.iter("span"):
        span.tail = span.tail or " "
    text = "\n".join(_lines(element)).strip()
    return re.sub(r"\n{3,}", "\n\n", text) + "\n"


def _lines(element: lxml.html.HtmlElement) -> Iterator[str]:
    """The lines of an element: those of the blocks in it, or its own."""
    if not isinstance(element.tag, str) or element.tag in SKIPPED:
        return
    if element.tag == "script":
        if element.get("type") == "application/json":
            yield f"[Diagram: {' · '.join(_drawn(json.loads(element.text)))}]"
    elif element.tag == "tr":
        yield f"| {' | '.join(_words(cell) for cell in element)} |"
    elif any(child.tag in BLOCKS or child.tag == "script" for child in element):
        yield from _own(element.text)
        for child in element:
            yield from _lines(child)
            yield from _own(child.tail)
    else:
        yield from _told(element)


def _told(element: lxml.html.HtmlElement) -> Iterator[str]:
    words = _words(element)
    for picture in element.iter("img"):
        described = picture.get("alt") or picture.get("data-fig-alt", "")
        yield from SENTENCE_END.split(f"[Bild: {_visible(described)}]")
    if not words:
        return
    if element.tag.startswith("h") and element.tag[1:].isdigit():
        yield from ("", f"{'#' * int(element.tag[1:])} {words}", "")
    elif "visually-hidden" in element.get("class", ""):
        yield from SENTENCE_END.split(f"[Bild: {words}]")
    elif element.tag == "li":
        yield "\n  ".join(SENTENCE_END.split(f"- {words}"))
    else:
        yield from SENTENCE_END.split(words)


def _own(text: str | None) -> Iterator[str]:
    if text and text.strip():
        yield _visible(text)


def _words(element: lxml.html.HtmlElement) -> str:
    return _visible(element.text_content())


def _visible(text: str) -> str:
    return " ".join(text.replace("\u00ad", "").replace("\u00a0", "~").split())


def _drawn(plot: Any) -> Iterator[str]:
    """The words of a figure: names, labels, notes, titles of axes."""
    if isinstance(plot, list):
        for item in plot:
            yield from _drawn(item)
    if isinstance(plot, dict):
        for key, value in plot.items():
            if key == "narrow":
                continue
            told = value if isinstance(value, list) else [value]
            if key in DRAWN and all(isinstance(text, str) for text in told):
                yield from (text for text in map(_visible, told) if text)
            else:
                yield from _drawn(value)
