"""Reads finished HTML pages like a browser: addresses, link targets, text by heading.

Whether the addresses lead anywhere is decided in `analysis.render.links`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import NamedTuple

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


class _Element(NamedTuple):
    """An open element, with what it has from those around it."""

    tag: str
    in_main: bool = False
    in_heading: bool = False
    hidden: bool = False

    def child(self, tag: str, *, hidden: bool) -> _Element:
        return _Element(
            tag,
            self.in_main or tag == "main",
            self.in_heading or tag in HEADINGS,
            self.hidden or hidden,
        )

    @property
    def is_read(self) -> bool:
        return self.in_main and not self.hidden


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = HtmlPage()
        self._open = [_Element("")]
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
        hidden = hidden or values.get("role") == "doc-backlink"
        self._open.append(self._open[-1].child(tag, hidden=hidden))
        if tag == "section":
            self._anchor = values.get("id", self._anchor)
        if tag in HEADINGS and self._open[-1].is_read:
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
        if any(element.tag == tag for element in reversed(self._open)):
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        within = self._open[-1]
        if within.tag == "style":
            self.page.fetched += IN_CSS.findall(data)
        # Text before the first heading is the same on every page.
        if self.page.sections and within.is_read:
            section = self.page.sections[-1]
            if within.in_heading:
                section.heading += data
            else:
                section.text += data
