"""Reads finished HTML pages like a browser: addresses, link targets, text by heading.

Whether the addresses lead anywhere is decided in `analysis.render.links`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

REFERRING = ("href", "src", "poster", "data", "xlink:href")
"""Attributes that hold an address."""

ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
IN_CSS = re.compile(r"(?:url\(|@import(?!\s*url))\s*[\"']?\s*([^\"')\s;]+)", re.IGNORECASE)
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
# Kinds of <link> that a browser never fetches by itself.
PASSIVE_LINKS = frozenset(("alternate", "author", "canonical", "help", "license", "next", "prev"))
SILENT = frozenset(("script", "style", "nav", "template", "button", "summary", "svg", "annotation"))
INLINE = frozenset(("a", "b", "em", "i", "mark", "mi", "mn", "mo", "small", "span", "strong"))
VOID = frozenset(("br", "img", "input", "link", "meta", "hr", "col", "source", "wbr", "path"))


def is_local(address: str) -> bool:
    """Whether an address stays within the site.

    >>> is_local("metod.html"), is_local("https://www.kolada.se"), is_local("mailto:a@b.se")
    (True, False, False)
    """
    return not ABSOLUTE.match(address)


@dataclass
class PageSection:
    """The text of a page under one heading.

    Parameters
    ----------
    anchor
        Identifier of the heading; empty for the page's title.
    heading, text
        As a reader sees them.
    """

    anchor: str = ""
    heading: str = ""
    text: str = ""


@dataclass
class HtmlPage:
    """The content of a finished page.

    Parameters
    ----------
    ids
        Every identifier, which a link can lead to.
    addresses
        Every address the page links to or loads, as written.
    fetched
        Those a browser loads by itself when it shows the page.
    sections
        The text of ``<main>``; parts that are hidden from readers are left out.
    """

    ids: set[str] = field(default_factory=set)
    addresses: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    sections: list[PageSection] = field(default_factory=list)


def read_page(html: str) -> HtmlPage:
    """Read a finished page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    for section in reader.page.sections:
        section.heading = " ".join(section.heading.split())
        section.text = " ".join(section.text.split())
    return reader.page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = HtmlPage()
        self._open: list[tuple[str, bool]] = []
        """Tags that are open, and whether their text is hidden."""
        self._anchor = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value for name, value in attrs if value}
        self._collect_addresses(tag, values)
        if "id" in values:
            self.page.ids.add(values["id"])
        if tag not in INLINE:
            self.handle_data(" ")
        if tag in VOID:
            return
        hidden = tag in SILENT or values.get("aria-hidden") == "true"
        self._open.append((tag, hidden or values.get("role") == "doc-backlink"))
        if tag == "section":
            self._anchor = values.get("id", self._anchor)
        if tag in HEADINGS and self._is_read():
            anchor = "" if tag == "h1" else values.get("id", self._anchor)
            self.page.sections.append(PageSection(anchor))

    def _collect_addresses(self, tag: str, values: dict[str, str]) -> None:
        addresses = {name: values[name] for name in REFERRING if name in values}
        sources = [part.split()[0] for part in values.get("srcset", "").split(",") if part.strip()]
        self.page.addresses += [*addresses.values(), *sources]
        passive = PASSIVE_LINKS.intersection(values.get("rel", "").lower().split())
        if tag not in ("use", "image") and (tag != "link" or passive):
            addresses.pop("href", None)
        self.page.fetched += [*addresses.values(), *sources]
        self.page.fetched += IN_CSS.findall(values.get("style", ""))

    def handle_endtag(self, tag: str) -> None:
        if any(name == tag for name, _ in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][0] == "style":
            self.page.fetched += IN_CSS.findall(data)
        # Text before the first heading is the same on every page.
        if self.page.sections and self._is_read():
            section = self.page.sections[-1]
            if any(tag in HEADINGS for tag, _ in self._open):
                section.heading += data
            else:
                section.text += data

    def _is_read(self) -> bool:
        return any(tag == "main" for tag, _ in self._open) and not any(
            hidden for _, hidden in self._open
        )
