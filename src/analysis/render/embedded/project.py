"""Reads a build folder: `_quarto.yml`, which pages there are, and how they hang together.

Gives the site's menus with page titles filled in. Rendering happens elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import Any

from analysis.errors import Problem, RenderingError

from .convert import LABELS
from .source import SUFFIXES, Page, read_page, read_settings
from .subset import DOCUMENT, PROJECT_SCHEMA

SETTINGS = "_quarto.yml"


@dataclass(frozen=True)
class Entry:
    """A place in a menu: a link, or a heading over further links.

    Parameters
    ----------
    text
        What the reader sees.
    href
        Source path or address; empty for a heading.
    children
        The links under a heading.
    """

    text: str
    href: str = ""
    children: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Project:
    """A build folder, read and checked.

    Parameters
    ----------
    folder
        The build folder.
    settings
        ``_quarto.yml`` as it stands.
    pages
        All pages in the order of ``project.render``.
    """

    folder: Path
    settings: Mapping[str, Any]
    pages: tuple[Page, ...]

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
        return {**LABELS, **(self.settings.get("language") or {})}

    @property
    def title(self) -> str:
        """The site's title."""
        return str(self.section("website").get("title") or "")

    def section(self, *keys: str) -> Mapping[str, Any]:
        """A mapping inside the settings, empty where it is missing or no mapping."""
        value: Any = self.settings
        for key in keys:
            value = value.get(key) if isinstance(value, Mapping) else None
        return value if isinstance(value, Mapping) else {}

    def of_kind(self, kind: str) -> tuple[Page, ...]:
        """The pages that ask for a format."""
        return tuple(page for page in self.pages if kind in page.formats)

    def entries(self, *keys: str) -> tuple[Entry, ...]:
        """A menu of the settings, for example ``entries("website", "navbar", "left")``."""
        return tuple(self._entries(self.section(*keys[:-1]).get(keys[-1])))

    def _entries(self, items: Any) -> Iterator[Entry]:
        for item in items if isinstance(items, list) else []:
            if isinstance(item, str):
                yield Entry(self._page_title(item), item)
                continue
            href = str(item.get("href") or item.get("file") or "")
            text = str(item.get("text") or item.get("section") or self._page_title(href))
            children = item.get("menu") or item.get("contents")
            yield Entry(text, href, tuple(self._entries(children)))

    def _page_title(self, href: str) -> str:
        return next((page.title for page in self.pages if str(page.path) == href), href)


def read_project(folder: Path) -> Project:
    """Read a build folder.

    Raises
    ------
    RenderingError
        ``_quarto.yml`` is missing or holds something outside the subset, or a page does. The
        problems of all pages are told at once.
    """
    file = folder / SETTINGS
    if not file.is_file():
        raise RenderingError(
            "Webbplatsen kan inte renderas",
            f"Filen {SETTINGS} saknas.",
            "Återställ den från projektets källa.",
            str(folder),
        )
    settings, problems = read_settings(file, PROJECT_SCHEMA)
    kind = (settings.get("project") or {}).get("type", "website")
    if kind != "website":
        cause = f"Projekttypen ”{kind}” stöds inte av den inbyggda motorn."
        problems.append(Problem(cause, f"Ange website; se {DOCUMENT}.", SETTINGS))
    variables_file = folder / "_variables.yml"
    variables = read_settings(variables_file)[0] if variables_file.is_file() else {}
    pages = []
    for path in _page_paths(folder, settings.get("project") or {}):
        try:
            pages.append(read_page(folder, path, variables, settings))
        except RenderingError as error:
            problems += error.problems
    if problems:
        raise RenderingError("Webbplatsen kan inte renderas", problems=problems)
    if not pages:
        raise RenderingError(
            "Webbplatsen kan inte renderas",
            "Byggmappen har inga sidor (.qmd eller .ipynb).",
            f"Kontrollera project.render i {SETTINGS}.",
            str(folder),
        )
    return Project(folder, settings, tuple(pages))


def _page_paths(folder: Path, project: Mapping[str, Any]) -> list[PurePosixPath]:
    """Pages in the order of the patterns; a leading ``!`` takes away, as in Quarto."""
    output = str(project.get("output-dir") or "_site")
    found = [
        path
        for path in (
            PurePosixPath(file.relative_to(folder).as_posix())
            for file in sorted(folder.rglob("*"))
            if file.suffix in SUFFIXES
        )
        if path.parts[0] != output and not any(part[0] in "_." for part in path.parts)
    ]
    patterns = [str(pattern) for pattern in project.get("render") or []]
    unwanted = [pattern[1:] for pattern in patterns if pattern.startswith("!")]
    wanted = [pattern for pattern in patterns if not pattern.startswith("!")]
    ordered = [path for pattern in wanted or ["**"] for path in found if _matches(path, pattern)]
    return [
        path
        for path in dict.fromkeys(ordered)
        if not any(_matches(path, pattern) for pattern in unwanted)
    ]


def _matches(path: PurePosixPath, pattern: str) -> bool:
    pattern = pattern.removeprefix("/").rstrip("/")
    if "**" in pattern:
        return fnmatch(str(path), pattern.replace("**/", "*"))
    # A plain folder stands for everything in it; * does not cross folders.
    if pattern in (str(parent) for parent in path.parents):
        return True
    return len(path.parts) == len(PurePosixPath(pattern).parts) and path.match(pattern)
