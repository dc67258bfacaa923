"""The whole report as one: which pages, in which order, under which names.

`whole_html` and `whole_pdf` make the files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analysis import store

from .project import MenuEntry, SiteProject, read_project
from .source import SourcePage
from .subset import Line

SETTINGS = "_rapport.json"
"""In the build folder: front matter of the whole report."""
HTML, PDF = "rapport.html", "rapport.pdf"
LIST = "_hela.md"
"""In the build folder: links to these files, which a page includes on the site and not in them."""
FIGURES = "figurer"
"""The folder of the figures' pictures in the build folder."""
KEPT = "in-one-file"
"""The key in a page's front matter that says whether it stands in the whole report."""


@dataclass(frozen=True)
class Whole:
    """A build folder as one report.

    Parameters
    ----------
    project
        The build folder with the pages that stand in the report, in the order of the menu.
    front
        Its front matter.
    names
        The identifier of each page by its source path.
    """

    project: SiteProject
    front: Mapping[str, Any]
    names: Mapping[str, str]

    @property
    def pages(self) -> tuple[SourcePage, ...]:
        """The pages in their order."""
        return self.project.pages


def read(folder: Path, kept: store.Kept | None = None) -> Whole:
    """Read a build folder as one report."""
    project = read_project(folder, kept)
    stands = {
        str(one.path): replace(one, lines=[line for line in one.lines if not _listed(line)])
        for one in project.of_kind("html")
        if one.meta.get(KEPT, True)
    }
    listed = [entry.href for entry in _entries(project.menu)]
    ordered = [stands.pop(href) for href in listed if href in stands]
    # Pages that no menu leads to are pages of the report all the same.
    pages = (*ordered, *stands.values())
    left_out = {str(one.path) for one in project.of_kind("html")} - {str(p.path) for p in pages}
    settings = {**project.settings, "website": _without(project.section("website"), left_out)}
    return Whole(
        replace(project, pages=pages, settings=settings),
        store.read_json(folder / SETTINGS),
        _names(pages),
    )


def _listed(line: Line) -> bool:
    return line.where.startswith(f"{LIST}, ")


def _names(pages: Sequence[SourcePage]) -> dict[str, str]:
    """An identifier for each page, no two alike."""
    names: dict[str, str] = {}
    for page in pages:
        name = page.path.with_suffix("").as_posix().replace("/", "-")
        while name in names.values():
            name += "-"
        names[str(page.path)] = name
    return names


def _entries(menu: Sequence[MenuEntry]) -> Iterator[MenuEntry]:
    for entry in menu:
        yield entry
        yield from _entries(entry.children)


def _without(value: Any, left_out: set[str]) -> Any:
    """Settings without menu entries for some pages."""
    if isinstance(value, Mapping):
        return {key: _without(inner, left_out) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without(one, left_out) for one in value if not _leads_to(one, left_out)]
    return value


def _leads_to(entry: Any, left_out: set[str]) -> bool:
    return isinstance(entry, Mapping) and entry.get("href") in left_out
