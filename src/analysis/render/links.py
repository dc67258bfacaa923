"""Checks the addresses in a finished site: links lead somewhere, nothing comes from outside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from analysis.errors import Problem
from analysis.render.html_pages import IN_CSS, HtmlPage, is_local, read_page

FIX = "Rätta länken på sidan, eller ta bort den."
OUTSIDE = re.compile(r"(?:[a-z]+:)?//", re.IGNORECASE)


def check(site: Path) -> Iterator[Problem]:
    """Faults in the addresses of a site's pages and style sheets.

    Parameters
    ----------
    site
        The finished output folder.

    Yields
    ------
    Problem
        One for each address from the internet that a browser would fetch, since the site must work
        without a network, and one for each link within the site that leads nowhere. Links to the
        internet that a reader may follow are fine.
    """
    site = site.resolve()
    pages = {path: _read(path) for path in sorted(site.rglob("*")) if path.suffix in _READERS}
    yield from _fetched_from_outside(pages, site)
    for path, page in pages.items():
        for address in page.addresses:
            if fault := _fault(address, path, pages, site):
                yield Problem(f"Länken {address} {fault}.", FIX, _name(path, site))


def _read_style_sheet(text: str) -> HtmlPage:
    addresses = IN_CSS.findall(text)
    return HtmlPage(addresses=addresses, fetched=addresses)


_READERS = {".html": read_page, ".css": _read_style_sheet}


def _read(path: Path) -> HtmlPage:
    return _READERS[path.suffix](path.read_text("utf-8", errors="replace"))


def _fetched_from_outside(pages: dict[Path, HtmlPage], site: Path) -> Iterator[Problem]:
    found: dict[str, list[str]] = {}
    for path, page in pages.items():
        for address in dict.fromkeys(page.fetched):
            if OUTSIDE.match(address.strip()):
                found.setdefault(address, []).append(_name(path, site))
    for address, names in found.items():
        yield Problem(
            f"{address} hämtas från internet.",
            "Byt tema eller inställning i _quarto.yml så att allt följer med sidorna.",
            names[0] if len(names) == 1 else f"{names[0]} och {len(names) - 1} till",
        )


def _fault(address: str, path: Path, pages: dict[Path, HtmlPage], site: Path) -> str:
    if not is_local(address):
        return ""
    parts = urlsplit(address)
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if target.is_dir():
        target = target / "index.html"
    if not (target.is_relative_to(site) and target.is_file()):
        return "leder ingenstans"
    if parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids:
        return "leder till en plats som inte finns"
    return ""


def _name(path: Path, site: Path) -> str:
    return path.relative_to(site).as_posix()
