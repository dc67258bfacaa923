"""The pages of the site: the frame around a page's text, and the targets of its links.

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
from urllib.parse import unquote, urlsplit

from analysis.errors import Problem, RenderingError
from analysis.render.html_pages import is_local
from analysis.store import SITE_SETTINGS
from analysis.swedish import long_date

from .convert import HERE, convert
from .project import MenuEntry, SiteProject
from .source import SUFFIXES, SourcePage

_LINK = re.compile(r'(?P<start>\s(?:href|src)=")(?P<target>[^"]*)"')
_MARKDOWN_LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<href>[^)\s]+)\)")


def render_html(project: SiteProject, page: SourcePage) -> tuple[str, ...]:
    """Write a page of the site.

    Parameters
    ----------
    project, page
        The build folder and the page.

    Raises
    ------
    RenderingError
        The page holds something outside the subset, or a file of the frame is missing.
    """
    options = page.options("html", project.settings)
    metadata = {
        **frame(project, page),
        **text(project, page),
        "window-title": " – ".join(dict.fromkeys(filter(None, (page.title, project.title)))),
        "stylesheets": [f"/{sheet}" for sheet in as_list(options.get("css"))],
    }
    if project.section("website").get("bread-crumbs", True):
        within = (one["text"] for one in metadata["navigation"] if one["within"])
        metadata["menu-heading"] = next(within, "")
    html = convert(
        project,
        page,
        "html5",
        template=HERE / "templates" / "page.html",
        metadata=metadata,
        variables={
            "site-header": list(_includes(project, options, "include-in-header")),
            **around(project, options),
        },
        options=page_options(options),
    )
    target = project.output / page.output("html")
    target.parent.mkdir(parents=True, exist_ok=True)
    pages = {str(one.path): one for one in project.pages}
    target.write_text(relative_links(html, page, pages), encoding="utf-8", newline="\n")
    return ()


def frame(project: SiteProject, page: SourcePage) -> dict[str, Any]:
    """Values for the template of what stands around a page's text: title, menu, search."""
    website = project.section("website")
    navbar = website.get("navbar", {})
    return {
        "site-title": project.title,
        "home": project.pages[0].output("html").as_posix(),
        "logotype": navbar.get("logo", ""),
        "logotype-alt": navbar.get("logo-alt", ""),
        "navigation": [_menu(entry, page, number) for number, entry in enumerate(project.menu)],
        "search": bool(website.get("search", True)),
    }


def text(project: SiteProject, page: SourcePage) -> dict[str, Any]:
    """Values for the template of a page's text: its contents, date and neighbours."""
    options, labels = page.options("html", project.settings), project.labels
    beside = project.section("website").get("page-navigation")
    written = page.meta.get("date")
    dated = {"page-date": swedish_date(written), "published": labels["title-block-published"]}
    return {
        "neighbours": list(_neighbours(project, page)) if beside else [],
        "toc-title": options.get("toc-title") or labels["toc-title-website"],
        **(dated if written else {}),
    }


def around(project: SiteProject, options: Mapping[str, Any]) -> dict[str, Any]:
    """HTML before the text and in the footer."""
    return {
        "site-before": list(_includes(project, options, "include-before-body")),
        "footer": list(_footer(project)),
    }


def page_options(options: Mapping[str, Any]) -> tuple[str, ...]:
    """pandoc's options for a page of HTML."""
    toc = ("--toc", f"--toc-depth={options.get('toc-depth', 3)}")
    return ("--section-divs", "--mathml", *(toc if options.get("toc", True) else ()))


def swedish_date(written: object) -> str:
    """A front matter date in words; anything but a date stays as written.

    >>> swedish_date("2026-05-04").replace("\\xa0", " "), swedish_date("våren 2026")
    ('4 maj 2026', 'våren 2026')
    """
    try:
        return long_date(date.fromisoformat(str(written)[:10]))
    except ValueError:
        return str(written)


def as_list(value: Any) -> list[Any]:
    """A setting that may be one value or several."""
    return value if isinstance(value, list) else [] if value is None else [value]


def relative_links(html: str, page: SourcePage, pages: Mapping[str, SourcePage]) -> str:
    """Make links work in the site: from sources to their output, from the root to the page.

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
        if not is_local(match["target"]):
            return match[0]
        target = urlsplit(match["target"])
        if not target.path:
            return match[0]
        if not target.path.startswith("/") and not target.path.endswith(SUFFIXES):
            return match[0]
        path = posixpath.relpath(in_site(target.path, page, pages), folder)
        return f'{match["start"]}{target._replace(path=path).geturl()}"'

    return _LINK.sub(rewritten, html)


def in_site(path: str, page: SourcePage, pages: Mapping[str, SourcePage]) -> str:
    """The place in the site of what a page links to.

    Parameters
    ----------
    path
        As the page writes it: from its own folder or, with ``/`` first, from the root.
    page, pages
        As of `relative_links`.
    """
    place = path.lstrip("/") if path.startswith("/") else posixpath.join(page.path.parent, path)
    whole = posixpath.normpath(unquote(place))
    if linked := pages.get(whole):
        kind = "html" if "html" in linked.formats else linked.formats[0]
        return linked.output(kind).as_posix()
    return whole


def _rooted(href: str) -> str:
    """A menu's address, which is written from the site's root, as one from any page."""
    return f"/{href}" if href and is_local(href) and href[0] not in "/#" else href


def _menu(entry: MenuEntry, page: SourcePage, number: int) -> dict[str, Any]:
    children = [_menu(child, page, 0) for child in entry.children]
    return {
        "id": f"nav-menu-{number}",
        "text": entry.text,
        "href": _rooted(entry.href),
        "current": entry.href == str(page.path),
        "menu": children,
        "within": any(child["current"] for child in children),
    }


def _neighbours(project: SiteProject, page: SourcePage) -> Iterator[dict[str, str]]:
    """The pages before and after in the order of the menu."""
    shown = {str(one.path) for one in project.of_kind("html")}
    entries = [
        entry for top in project.menu for entry in (top, *top.children) if entry.href in shown
    ]
    place = next((n for n, entry in enumerate(entries) if entry.href == str(page.path)), None)
    if place is None:
        return
    for side, label, number in (
        ("prev", "Föregående", place - 1),
        ("next", "Nästa", place + 1),
    ):
        if 0 <= number < len(entries):
            entry = entries[number]
            yield {"side": side, "label": label, "text": entry.text, "href": _rooted(entry.href)}


def _footer(project: SiteProject) -> Iterator[dict[str, str]]:
    """The footer's parts: HTML with Markdown links, whose addresses are from the root."""
    for place, content in project.section("website", "page-footer").items():
        text = _MARKDOWN_LINK.sub(
            lambda link: f'<a href="{_rooted(link["href"])}">{link["text"]}</a>', str(content)
        )
        yield {"place": place, "html": text}


def _includes(project: SiteProject, options: Mapping[str, Any], key: str) -> Iterator[str]:
    for name in as_list(options.get(key)):
        file = project.folder / PurePosixPath(str(name))
        if not file.is_file():
            problem = Problem(f"Filen {name} saknas.", f"Rätta {key}.", SITE_SETTINGS)
            raise RenderingError("Webbplatsen kan inte göras", problems=[problem])
        yield file.read_text(encoding="utf-8")
