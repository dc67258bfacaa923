"""Sentences of the report as Markdown in which a name can be nothing but a name.

Names come from files and from the configuration. The only markup of a sentence or a caption is
bold text and links to the report's own pages.
"""

from __future__ import annotations

import html
import re
from typing import Any

BOLD = r"(?<!\S)\*\*(?P<bold>\S.*?)\*\*(?=[\s.,:;)?!]|$)"
LINK = r"\[(?P<label>[^\[\]]+)\]\((?P<page>(?:\.\./)*[\w/-]+\.(?:ipynb|qmd|pdf)(?:#[\w-]+)?)\)"
MARKED = re.compile(f"{BOLD}|{LINK}")
PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~^$@&\"']|-(?=-)|(?<=-)-|\.(?=\.)|(?<=\.)\.")
LEADING = re.compile(r"^(?:[-+:%]|\(?\w{1,9}[.)](?=\s))")
"""Beginnings that would make a list or a heading of a line."""


def marked(text: str) -> str:
    r"""A sentence or a caption as Markdown.

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


def plain(text: str) -> str:
    """A sentence or a caption without the marks of bold text.

    >>> plain("**NKI, *A*.** Källa")
    'NKI, *A*. Källa'
    """
    return re.sub(BOLD, r"\g<bold>", text)


def spans(text: str) -> list[dict[str, Any]]:
    """A sentence as pieces of text that are bold or not; of a link, its words.

    >>> spans("**NKI** för [Nuläge](nulage.ipynb)")
    [{'text': 'NKI', 'bold': True}, {'text': ' för Nuläge', 'bold': False}]
    """
    parts, end = [], 0
    without_links = re.sub(LINK, r"\g<label>", text)
    for found in re.finditer(BOLD, without_links):
        parts += [(without_links[end : found.start()], False), (found["bold"], True)]
        end = found.end()
    parts.append((without_links[end:], False))
    return [{"text": piece, "bold": bold} for piece, bold in parts if piece]


def as_html(text: str) -> str:
    """A sentence or a caption as HTML; its links are left out, for their pages are elsewhere.

    >>> as_html("**A & B.** Se [Nuläge](nulage.ipynb)")
    '<strong>A &amp; B.</strong> Se Nuläge'
    """
    bold = re.sub(BOLD, r"<strong>\g<bold></strong>", html.escape(text, quote=False))
    return re.sub(LINK, r"\g<label>", bold)
