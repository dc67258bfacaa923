"""Reads finished HTML pages back: the search index and the check that every link has an end.

Works on the page as written, so raw HTML from notebooks is seen as a reader's browser sees it.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import PurePosixPath
from urllib.parse import unquote

from .site import is_external

_SILENT = frozenset(
    {"script", "style", "nav", "template", "button", "summary", "svg", "annotation"}
)
_INLINE = frozenset({"a", "b", "em", "i", "mark", "mi", "mn", "mo", "small", "span", "strong"})
_VOID = frozenset({"br", "img", "input", "link", "meta", "hr", "col", "source", "wbr", "path"})
_SECTION_LIMIT = 1200
"""Characters of a section that are searched; longer ones are tables of figures."""


@dataclass
class Section:
    """A piece of a page under one heading."""

    anchor: str
    heading: str
    text: str


@dataclass(frozen=True)
class ReadPage:
    """What a finished page holds.

    Parameters
    ----------
    path
        The page inside the site.
    title
        The page's heading.
    sections
        Its text by heading.
    anchors
        Every id.
    targets
        Every local address it links to or loads, as written.
    """

    path: PurePosixPath
    title: str
    sections: tuple[Section, ...]
    anchors: frozenset[str]
    targets: tuple[str, ...]


def read_html(path: PurePosixPath, html: str) -> ReadPage:
    """Read a finished page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    tidy = (
        Section(one.anchor, " ".join(one.heading.split()), " ".join(one.text.split()))
        for one in reader.sections
    )
    # What stands before the first heading is the same on every page.
    sections = tuple(section for section in tidy if section.heading)
    title = sections[0].heading if sections else path.stem
    return ReadPage(path, title, sections, frozenset(reader.anchors), tuple(reader.targets))


def search_index(pages: Iterable[ReadPage]) -> str:
    """The search index as a script: a page opened as a file may load scripts, but no JSON.

    Each entry holds the address, the page's title, the section's heading and its text.
    """
    entries = [
        {
            "u": page.path.as_posix() + (f"#{section.anchor}" if section.anchor else ""),
            "p": page.title,
            "s": "" if section.heading == page.title else section.heading,
            "t": section.text[:_SECTION_LIMIT],
        }
        for page in pages
        for section in page.sections
    ]
    text = json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
    return f"window.siteSearchIndex = {text};\n"


def local_files(page: ReadPage) -> Iterator[PurePosixPath]:
    """The files of the site that a page links to or loads."""
    for target in page.targets:
        path = unquote(re.split(r"[?#]", target)[0])
        if path:
            yield PurePosixPath(posixpath.normpath(posixpath.join(page.path.parent, path)))


def broken_links(pages: Mapping[PurePosixPath, ReadPage], files: set[PurePosixPath]) -> list[str]:
    """Links without an end, as Swedish sentences.

    Parameters
    ----------
    pages
        All pages of the site.
    files
        Every file of the site.
    """
    found = []
    for page in pages.values():
        for target in dict.fromkeys(page.targets):
            path, _, anchor = target.partition("#")
            path = unquote(path.partition("?")[0])
            goal = PurePosixPath(posixpath.normpath(posixpath.join(page.path.parent, path)))
            goal = goal if path else page.path
            if path.endswith("/") or goal.suffix == "":
                goal = goal / "index.html"
            if goal not in files:
                found.append(f"Sidan {page.path} länkar till {target}, som inte finns.")
            elif anchor and goal in pages and unquote(anchor) not in pages[goal].anchors:
                found.append(f"Sidan {page.path} länkar till {target}, men rubriken finns inte.")
    return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sections: list[Section] = [Section("", "", "")]
        self.anchors: set[str] = set()
        self.targets: list[str] = []
        self._main = 0
        self._silent = 0
        self._open: list[str] = []
        self._heading: str | None = None
        self._anchor = ""
        self._hidden: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if "id" in values:
            self.anchors.add(values["id"])
        for name in ("href", "src"):
            target = values.get(name, "")
            if target and not is_external(target):
                self.targets.append(target)
        if tag not in _INLINE:
            self._add(" ")
        if tag in _VOID:
            return
        backlink = values.get("role") == "doc-backlink"
        hidden = tag in _SILENT or values.get("aria-hidden") == "true" or backlink
        self._hidden.append(hidden)
        self._open.append(tag)
        self._silent += hidden
        if tag == "main":
            self._main += 1
        if tag == "section" and values.get("id"):
            self._anchor = values["id"]
        if self._main and not self._silent and re.fullmatch(r"h[1-6]", tag):
            anchor = "" if tag == "h1" else values.get("id") or self._anchor
            self.sections.append(Section(anchor, "", ""))
            self._heading = tag

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID or tag not in self._open:
            return
        while self._open:
            opened = self._open.pop()
            self._silent -= self._hidden.pop()
            if opened == "main":
                self._main -= 1
            if opened == self._heading:
                self._heading = None
            if opened == tag:
                break

    def handle_data(self, data: str) -> None:
        self._add(data)

    def _add(self, text: str) -> None:
        if not self._main or self._silent:
            return
        section = self.sections[-1]
        if self._heading:
            section.heading += text
        elif len(section.text) < 2 * _SECTION_LIMIT:
            section.text += text
