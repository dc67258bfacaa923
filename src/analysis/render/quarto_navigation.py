"""The way to a page, and on to the next: Quarto makes them only where there is a side menu.

Read from the menu that every page has; the order and the words are those of the embedded engine.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass

MENU_LINK = re.compile(
    r'<a class="(?:nav-link|dropdown-item)\b[^>]*? href="(?P<href>[^"]*)"[^>]*>\s*'
    r'<span class="(?P<kind>menu|dropdown)-text">(?P<text>.*?)</span>',
    re.DOTALL,
)
TITLE = re.compile(r'<h1 class="title[^>]*>(.*?)</h1>', re.DOTALL)
MAIN = re.compile(r"<main\b[^>]*>")


@dataclass(frozen=True)
class Entry:
    """A page in the menu.

    Parameters
    ----------
    href
        As it stands on the page that is looked at.
    target
        The page's path in the site.
    text
        HTML.
    under
        The heading of the menu that it lies in; empty for one that lies in none.
    """

    href: str
    target: str
    text: str
    under: str


def with_ways(html: str, path: str) -> str:
    """A page with its breadcrumbs and the links to the pages before and after.

    Parameters
    ----------
    html
        A whole page, as Quarto makes it.
    path
        Its path in the site, with ``/``.

    Returns
    -------
    str
        The page as it was where it is not in the menu, or has them already.
    """
    if 'class="page-navigation"' in html or 'class="breadcrumbs"' in html:
        return html
    entries = menu(html, path)
    place = next((n for n, entry in enumerate(entries) if entry.target == path), None)
    title, main = TITLE.search(html), MAIN.search(html)
    if place is None or title is None or main is None:
        return html
    html = f"{html[: main.end()]}{_breadcrumbs(entries, place, title[1])}{html[main.end() :]}"
    return html.replace("</main>", f"{_neighbours(entries, place)}</main>", 1)


def menu(html: str, path: str) -> list[Entry]:
    """The pages of a page's menu, in order."""
    entries, under = [], ""
    for link in MENU_LINK.finditer(html):
        text, href = link["text"].strip(), link["href"]
        if link["kind"] == "menu":
            under = text if href.startswith("#") else ""
        if not href.startswith("#"):
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), href))
            entries.append(Entry(href, target, text, under))
    return entries


def _breadcrumbs(entries: Sequence[Entry], place: int, title: str) -> str:
    home, own = entries[0], entries[place]
    if not own.under:
        return ""
    return (
        '\n<nav class="breadcrumbs" aria-label="Länkstig">\n<ol>\n'
        f'<li><a href="{home.href}">{home.text}</a></li>\n'
        f"<li><span>{own.under}</span></li>\n"
        f'<li><span aria-current="page">{title.strip()}</span></li>\n'
        "</ol>\n</nav>"
    )


def _neighbours(entries: Sequence[Entry], place: int) -> str:
    links = "\n".join(
        f'<a class="{side}" href="{entries[number].href}" rel="{side}">'
        f'<span class="direction">{label}</span> '
        f'<span class="target">{entries[number].text}</span></a>'
        for side, label, number in (
            ("prev", "Föregående", place - 1),
            ("next", "Nästa", place + 1),
        )
        if 0 <= number < len(entries)
    )
    return (
        f'<nav class="page-navigation" aria-label="Föregående och nästa sida">\n{links}\n</nav>\n'
        if links
        else ""
    )
