"""The frame around the pages: menus, breadcrumbs, neighbours, footer, and what a page links to.

Pages are written with links from the site's root; `relative_links` makes them relative, so that
the site works from any folder and from `file://`.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from analysis.errors import Problem, RenderingError
from analysis.swedish import long_date

from .convert import HERE, Conversion
from .project import Entry, Project
from .source import SUFFIXES, Page

_LINK = re.compile(r'(?P<start>\s(?:href|src|action)=")(?P<target>[^"]*)"')
_FOOTNOTES = re.compile(r'(<section id="footnotes"[^>]*>\s*)<hr />')
_BACKLINK = 'class="footnote-back"'
_MARKDOWN_LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<href>[^)\s]+)\)")
_ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


def is_external(target: str) -> bool:
    """Whether an address leaves the site.

    >>> is_external("https://www.kolada.se"), is_external("mailto:a@b.se"), is_external("x.html")
    (True, True, False)
    """
    return bool(_ABSOLUTE.match(target))


def html_conversion(project: Project, page: Page) -> Conversion:
    """How a page becomes HTML: template, menus and options."""
    options = page.options("html", project.settings)
    toc = options.get("toc", True) is not False
    search = project.section("website").get("search", True)
    metadata: dict[str, Any] = {
        "lang": page.meta.get("lang") or project.language,
        "window-title": _window_title(project, page),
        "site-title": project.section("website", "navbar").get("title") or project.title,
        "home": project.pages[0].output("html").as_posix(),
        "navigation": [
            _menu(entry, page, f"nav-menu-{side}-{number}", side == "right")
            for side in ("left", "right")
            for number, entry in enumerate(project.entries("website", "navbar", side), start=1)
        ],
        "sidebar": [
            _menu(entry, page, "", False)
            for entry in project.entries("website", "sidebar", "contents")
        ],
        "breadcrumbs": list(_breadcrumbs(project, page)),
        "neighbours": list(_neighbours(project, page)),
        "search": bool(search),
        "stylesheets": [f"/{sheet}" for sheet in _as_list(options.get("css"))],
        "toc-title": options.get("toc-title") or project.labels["toc-title-website"],
    }
    written = page.meta.get("date")
    if written:
        metadata["page-date"] = swedish_date(written)
        metadata["published"] = project.labels["title-block-published"]
    return Conversion(
        to="html5",
        template=HERE / "templates" / "page.html",
        metadata=metadata,
        variables={
            "site-header": list(_includes(project, options, "include-in-header")),
            "site-before": list(_includes(project, options, "include-before-body")),
            "site-after": list(_includes(project, options, "include-after-body")),
            "footer": list(_footer(project)),
        },
        options=(
            "--section-divs",
            "--mathml",
            *(("--toc", f"--toc-depth={options.get('toc-depth', 3)}") if toc else ()),
        ),
        labels=project.labels,
        new_window=bool(options.get("link-external-newwindow")),
    )


def swedish_date(written: object) -> str:
    """A front matter date in words; anything but a date stays as written.

    >>> swedish_date("2026-05-04").replace("\\xa0", " "), swedish_date("våren 2026")
    ('4 maj 2026', 'våren 2026')
    """
    try:
        return long_date(date.fromisoformat(str(written)[:10]))
    except ValueError:
        return str(written)


def relative_links(html: str, page: Page, pages: Mapping[str, Page]) -> str:
    """Point links at what the site holds: sources at their output, root links from the page.

    Parameters
    ----------
    html
        A whole page.
    page
        Where it stands in the site.
    pages
        All pages by source path.
    """
    folder = page.path.parent.as_posix()

    def rewritten(match: re.Match[str]) -> str:
        target = match["target"]
        if not target or target.startswith("#") or is_external(target):
            return match[0]
        path, mark, rest = re.match(r"([^?#]*)([?#]?)(.*)", target, re.DOTALL).groups()  # type: ignore[union-attr]
        whole = posixpath.normpath(
            path.lstrip("/") if path.startswith("/") else posixpath.join(folder, unquote(path))
        )
        linked = pages.get(whole)
        if linked is not None and PurePosixPath(whole).suffix in SUFFIXES:
            kind = "html" if "html" in linked.formats else linked.formats[0]
            whole = linked.output(kind).as_posix()
        elif not path.startswith("/"):
            return match[0]
        relative = posixpath.relpath(whole, folder)
        if path.endswith("/"):
            relative += "/"
        return f'{match["start"]}{relative}{mark}{rest}"'

    return _LINK.sub(rewritten, html)


def named_footnotes(html: str, labels: Mapping[str, str]) -> str:
    """Give pandoc's footnotes a heading, as Quarto does, and their way back a name."""
    heading = f"<h2>{labels['section-title-footnotes']}</h2>"
    html = _FOOTNOTES.sub(lambda match: match[1] + heading, html)
    return html.replace(_BACKLINK, f'{_BACKLINK} aria-label="Till texten"')


def _window_title(project: Project, page: Page) -> str:
    parts = [page.title, project.title]
    return " – ".join(dict.fromkeys(part for part in parts if part))


def _rooted(href: str) -> str:
    return href if not href or is_external(href) or href[0] in "/#" else f"/{href}"


def _link(entry: Entry, page: Page) -> dict[str, Any]:
    current = entry.href == str(page.path)
    return {"text": entry.text, "href": _rooted(entry.href), "current": current}


def _menu(entry: Entry, page: Page, identifier: str, end: bool) -> dict[str, Any]:
    menu = [_link(child, page) for child in entry.children]
    within = any(child["current"] for child in menu)
    return {**_link(entry, page), "id": identifier, "menu": menu, "within": within, "end": end}


def _all_entries(project: Project) -> tuple[Entry, ...]:
    return (
        *project.entries("website", "sidebar", "contents"),
        *project.entries("website", "navbar", "left"),
        *project.entries("website", "navbar", "right"),
    )


def _breadcrumbs(project: Project, page: Page) -> Iterator[dict[str, Any]]:
    """The way to a page that lies under a menu heading or in a folder."""
    if project.section("website").get("bread-crumbs") is False:
        return
    entries = _all_entries(project)
    menu = next(
        (entry for entry in entries if str(page.path) in (child.href for child in entry.children)),
        None,
    )
    if menu is None and len(page.path.parts) == 1:
        return
    home = project.pages[0]
    title = next((entry.text for entry in entries if entry.href == str(home.path)), home.title)
    yield {"text": title, "href": f"/{home.path}"}
    if menu is not None:
        yield {"text": menu.text, "href": _rooted(menu.href)}
    yield {"text": page.title, "current": True}


def _neighbours(project: Project, page: Page) -> Iterator[dict[str, Any]]:
    """The pages before and after in the order of the sidebar, else of the menu."""
    if not project.section("website").get("page-navigation"):
        return
    entries = project.entries("website", "sidebar", "contents") or project.entries(
        "website", "navbar", "left"
    )
    shown = {str(one.path) for one in project.of_kind("html")}
    flat = [entry for top in entries for entry in (top, *top.children) if entry.href in shown]
    places = [number for number, entry in enumerate(flat) if entry.href == str(page.path)]
    if not places:
        return
    for side, label, place in (
        ("prev", "Föregående", places[0] - 1),
        ("next", "Nästa", places[0] + 1),
    ):
        if 0 <= place < len(flat):
            yield {**_link(flat[place], page), "side": side, "label": label}


def _footer(project: Project) -> Iterator[dict[str, str]]:
    """The footer's parts. Text is HTML with Markdown links; addresses are from the root."""
    footer = project.section("website", "page-footer")
    for place in ("left", "center", "right"):
        content = footer.get(place)
        if isinstance(content, list):
            links = [
                f'<a href="{_rooted(entry.href)}">{entry.text}</a>'
                for entry in project.entries("website", "page-footer", place)
            ]
            yield {"place": place, "html": " · ".join(links)}
        elif content:
            text = _MARKDOWN_LINK.sub(
                lambda link: f'<a href="{_rooted(link["href"])}">{link["text"]}</a>', str(content)
            )
            yield {"place": place, "html": text}


def _includes(project: Project, options: Mapping[str, Any], key: str) -> Iterator[str]:
    for item in _as_list(options.get(key)):
        if isinstance(item, Mapping) and "text" in item:
            yield str(item["text"])
            continue
        name = str(item["file"] if isinstance(item, Mapping) else item)
        file = project.folder / name
        if not file.is_file():
            problem = Problem(f"Filen {name} saknas.", f"Rätta {key}.", "_quarto.yml")
            raise RenderingError("Webbplatsen kan inte renderas", problems=[problem])
        yield file.read_text(encoding="utf-8")


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
