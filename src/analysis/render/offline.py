"""The finished site must work without a network: nothing in it may be fetched from elsewhere.

Reads the pages and style sheets as a browser would; links that a reader may follow are fine.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from analysis.errors import Problem, RenderingError

OUTSIDE = re.compile(r"\s*(?:[a-z]+:)?//", re.IGNORECASE)
OUTSIDE_IN_CSS = re.compile(
    r"(?:url\(|@import)\s*[\"']?\s*((?:[a-z]+:)?//[^\"')\s]+)", re.IGNORECASE
)
# Kinds of <link> that a browser never fetches by itself.
PASSIVE_LINKS = frozenset(("alternate", "author", "canonical", "help", "license", "next", "prev"))


def refuse_outside_addresses(site: Path) -> None:
    """Refuse a site whose pages fetch anything from elsewhere: it must work without a network.

    Some of Quarto's themes fetch their fonts from the web. Links a reader may follow are fine.

    Parameters
    ----------
    site
        The finished output folder.

    Raises
    ------
    RenderingError
        With one problem for each address, and where it was found.
    """
    found: dict[str, list[str]] = {}
    for file in sorted(site.rglob("*")):
        if file.suffix == ".html":
            page = _Fetched()
            page.feed(file.read_text("utf-8", errors="replace"))
            addresses = page.addresses
        elif file.suffix == ".css":
            addresses = OUTSIDE_IN_CSS.findall(file.read_text("utf-8", errors="replace"))
        else:
            continue
        for address in dict.fromkeys(addresses):
            found.setdefault(address, []).append(file.relative_to(site).as_posix())
    if found:
        raise RenderingError(
            "Sidorna hämtar något utifrån",
            problems=[
                Problem(
                    f"{address} hämtas från internet.",
                    "Byt tema eller inställning i _quarto.yml så att allt följer med sidorna.",
                    files[0] if len(files) == 1 else f"{files[0]} och {len(files) - 1} till",
                )
                for address, files in found.items()
            ],
        )


class _Fetched(HTMLParser):
    """Collects the outside addresses that a browser fetches when it shows a page."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        values = {name: value or "" for name, value in attrs}
        fetched = [values.get(name, "") for name in ("src", "data", "poster", "xlink:href")]
        fetched += [part.split()[0] for part in values.get("srcset", "").split(",") if part.strip()]
        if tag in ("use", "image") or (
            tag == "link" and not PASSIVE_LINKS.intersection(values.get("rel", "").lower().split())
        ):
            fetched.append(values.get("href", ""))
        self.addresses += [address for address in fetched if OUTSIDE.match(address)]
        self.addresses += OUTSIDE_IN_CSS.findall(values.get("style", ""))

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self.addresses += OUTSIDE_IN_CSS.findall(data)
