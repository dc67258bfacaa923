"""Looking at a finished site before it is put in place."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from analysis.errors import Problem, RenderingError
from analysis.render.offline import refuse_outside_addresses


class _Addresses(HTMLParser):
    """Collects what a page refers to, and the places that can be referred to in it."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            if value and name in ("href", "src"):
                self.links.append(value)


def site(folder: Path, *, expected: Sequence[Path]) -> None:
    """Check a finished site.

    Parameters
    ----------
    folder
        The site.
    expected
        The pages that must be there, as paths in the site.

    Raises
    ------
    RenderingError
        With everything that is missing, broken, or loaded from outside.
    """
    problems = [
        *_missing(folder, expected),
        *_outside(folder),
        *_broken_links(folder),
        *_broken_tables(folder),
        *_broken_pdfs(folder),
    ]
    if problems:
        raise RenderingError("Webbplatsen höll inte vid kontrollen", problems=problems)


def _missing(folder: Path, expected: Sequence[Path]) -> Iterator[Problem]:
    for page in expected:
        if not (folder / page).is_file():
            yield Problem("Sidan blev inte skriven.", where=page.as_posix())


def _outside(folder: Path) -> Iterator[Problem]:
    try:
        refuse_outside_addresses(folder)
    except RenderingError as error:
        yield from error.problems


def _broken_links(folder: Path) -> Iterator[Problem]:
    pages: dict[Path, _Addresses] = {}
    for path in sorted(folder.rglob("*.html")):
        parser = _Addresses()
        parser.feed(path.read_text(encoding="utf-8"))
        pages[path.resolve()] = parser
    for path, found in pages.items():
        name = path.relative_to(folder.resolve()).as_posix()
        for address in found.links:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc or address.startswith("//"):
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if target.is_dir():
                target = target / "index.html"
            if not target.is_file():
                yield Problem(f"Länken {address} leder ingenstans.", where=name)
            elif parts.fragment and target in pages and parts.fragment not in pages[target].ids:
                yield Problem(f"Länken {address} leder till en plats som inte finns.", where=name)


def _broken_tables(folder: Path) -> Iterator[Problem]:
    for path in sorted(folder.rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            widths = {len(row) for row in csv.reader(file)}
        if len(widths) != 1:
            yield Problem(
                "Tabellen har rader av olika längd.", where=path.relative_to(folder).as_posix()
            )


def _broken_pdfs(folder: Path) -> Iterator[Problem]:
    for path in sorted(folder.rglob("*.pdf")):
        content = path.read_bytes()
        if not content.startswith(b"%PDF-") or not re.search(rb"%%EOF\s*$", content):
            yield Problem("PDF-filen är inte hel.", where=path.relative_to(folder).as_posix())
