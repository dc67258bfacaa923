"""Reads a build folder: `_quarto.yml`, the pages, and the menu that connects them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from analysis.errors import Problem, RenderingError
from analysis.store import SITE_SETTINGS, Kept

from .source import SUFFIXES, SourcePage, read_page
from .subset import load_yaml, refuse, unknown_settings

VARIABLES = "_variables.yml"

LABELS: Mapping[str, str] = {
    "crossref-fig-title": "Figur",
    "crossref-tbl-title": "Tabell",
    "crossref-sec-prefix": "Avsnitt",
    "callout-note-title": "Notera",
    "callout-tip-title": "Tips",
    "callout-warning-title": "Varning",
    "callout-important-title": "Viktigt",
    "callout-caution-title": "Försiktigt",
    "title-block-published": "Utgiven",
    "toc-title-website": "På den här sidan",
    "toc-title-document": "Innehåll",
}
"""The engine's own words on a page, under Quarto's names for them (key ``language:``)."""


@dataclass(frozen=True)
class MenuEntry:
    """A place in the menu: a link, or a heading over further links.

    Parameters
    ----------
    text
        The visible text.
    href
        Source path or address; empty for a heading.
    children
        The links under a heading.
    """

    text: str
    href: str = ""
    children: tuple[MenuEntry, ...] = ()


@dataclass(frozen=True)
class SiteProject:
    """A build folder, read and checked.

    Parameters
    ----------
    folder
        The build folder.
    settings
        ``_quarto.yml`` as it stands.
    pages
        All pages in the order of ``project.render``.
    kept
        The conversions of earlier runs.
    """

    folder: Path
    settings: Mapping[str, Any]
    pages: tuple[SourcePage, ...]
    kept: Kept | None = field(default=None, compare=False)

    @property
    def output(self) -> Path:
        """The folder the site is written to."""
        return self.folder / (self.section("project").get("output-dir") or "_site")

    @property
    def language(self) -> str:
        """The language of the pages."""
        return str(self.settings.get("lang", "sv"))

    @property
    def labels(self) -> dict[str, str]:
        """The engine's own words, overridden by ``language:``."""
        return {**LABELS, **self.section("language")}

    @property
    def title(self) -> str:
        """The site's title."""
        return str(self.section("website").get("title") or "")

    @property
    def menu(self) -> tuple[MenuEntry, ...]:
        """The menu at the top of every page."""
        return _entries(self.section("website", "navbar").get("left") or ())

    def section(self, *keys: str) -> Mapping[str, Any]:
        """A mapping inside the settings; empty where it is missing or not a mapping."""
        value: Any = self.settings
        for key in keys:
            value = value.get(key) if isinstance(value, Mapping) else None
        return value if isinstance(value, Mapping) else {}

    def of_kind(self, kind: str) -> tuple[SourcePage, ...]:
        """The pages with a format in their front matter."""
        return tuple(page for page in self.pages if kind in page.formats)


def _entries(items: Sequence[Mapping[str, Any]]) -> tuple[MenuEntry, ...]:
    return tuple(
        MenuEntry(
            str(item.get("text") or ""),
            str(item.get("href") or ""),
            _entries(item.get("menu") or ()),
        )
        for item in items
    )


def read_project(folder: Path, kept: Kept | None = None) -> SiteProject:
    """Read a build folder.

    Parameters
    ----------
    folder
        The build folder.
    kept
        The conversions of earlier runs, where there are any.

    Raises
    ------
    RenderingError
        ``_quarto.yml`` is missing or holds something outside the subset, or a page does. The
        problems of all pages are told at once.
    """
    file, variables_file = folder / SITE_SETTINGS, folder / VARIABLES
    if not file.is_file():
        raise RenderingError(
            "Webbplatsen kan inte göras",
            f"Filen {SITE_SETTINGS} saknas.",
            "Hämta tillbaka den ur programmets original.",
            str(folder),
        )
    settings, node = load_yaml(file.read_text(encoding="utf-8"), SITE_SETTINGS)
    problems = list(unknown_settings(node, SITE_SETTINGS))
    project = settings.get("project") or {}
    if (kind := project.get("type", "website")) != "website":
        problems.append(refuse(f"Projekttypen ”{kind}”", SITE_SETTINGS))
    variables: Mapping[str, Any] = {}
    if variables_file.is_file():
        variables, _ = load_yaml(variables_file.read_text(encoding="utf-8"), VARIABLES)
    pages = []
    for path in _page_paths(folder, project.get("render") or ["**/*"]):
        try:
            pages.append(read_page(folder, path, variables))
        except RenderingError as error:
            problems += error.problems
    if not pages and not problems:
        cause = "Byggmappen har inga sidor (.qmd eller .ipynb)."
        problems.append(
            Problem(cause, f"Kontrollera project.render i {SITE_SETTINGS}.", str(folder))
        )
    if problems:
        raise RenderingError("Webbplatsen kan inte göras", problems=problems)
    return SiteProject(folder, settings, tuple(pages), kept)


def _page_paths(folder: Path, patterns: Sequence[str]) -> list[PurePosixPath]:
    """Pages in the order of the patterns; a leading ``!`` takes away, as in Quarto."""

    def found(pattern: str) -> Iterator[PurePosixPath]:
        for match in sorted(folder.glob(pattern.strip("/"))):
            # A folder stands for everything in it.
            for file in sorted(match.rglob("*")) if match.is_dir() else [match]:
                path = PurePosixPath(file.relative_to(folder).as_posix())
                if path.suffix in SUFFIXES and not any(part[0] in "_." for part in path.parts):
                    yield path

    unwanted = {path for one in patterns if one[0] == "!" for path in found(one[1:])}
    wanted = dict.fromkeys(path for one in patterns if one[0] != "!" for path in found(one))
    return [path for path in wanted if path not in unwanted]
