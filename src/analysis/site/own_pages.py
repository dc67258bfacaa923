"""The municipality's own pages: checked, laid among the report's, and put into the menu.

They lie in ``egna-sidor/``, apart from the program's files. What a page's text may hold is the
engines' affair; this module knows its name and its front matter.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from analysis import store, swedish
from analysis.errors import Problem, RenderingError
from analysis.render.embedded.source import SUFFIXES, front_matter

MENU = "Mer"
"""The menu of a page that names none."""
README = "README.md"


@dataclass(frozen=True)
class OwnPage:
    """A page of the municipality's own.

    Parameters
    ----------
    source
        Its file, as a path from the top of the site.
    title
        Its name in the menu.
    menu
        The heading in the menu that it lies under: ``under`` in its front matter, since ``menu``
        means something else to Quarto.
    order
        Its place after the report's own pages there; equal ones are sorted by title.
    """

    source: str
    title: str
    menu: str = MENU
    order: float = 0


def lay_out(own: Path, folder: Path, menu: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Lay the own pages, and the files beside them, among the pages of a build folder.

    Parameters
    ----------
    own
        The folder of own pages, which need not exist.
    folder
        The build folder with all other pages.
    menu
        The menu at the top of every page, as in ``_quarto.yml``.

    Returns
    -------
    list of dict
        The menu with the own pages in it.

    Raises
    ------
    RenderingError
        With every page that has the name of a page of the report, no title, or a menu that does
        not exist.
    """
    files = [path for path in store.files(own) if path != own / README]
    headings = [str(entry["text"]) for entry in menu if "menu" in entry]
    problems = list(_taken(files, own, folder))
    pages: list[OwnPage] = []
    for path in files:
        if path.parent == own and path.suffix == ".qmd" and path.name[0] not in "_.":
            pages += _page(path, headings, problems)
    if problems:
        raise RenderingError("Egna sidor behöver rättas", problems=problems)
    for path in files:
        target = folder / path.relative_to(own)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    return in_menu(menu, pages)


def in_menu(menu: Sequence[Mapping[str, Any]], pages: Sequence[OwnPage]) -> list[dict[str, Any]]:
    """The menu with own pages after the report's, each under its heading.

    Examples
    --------
    >>> menu = [{"text": "Mer", "menu": [{"text": "Metod", "href": "metod.ipynb"}]}]
    >>> in_menu(menu, [OwnPage("lotsen.qmd", "Lotsen"), OwnPage("dialog.qmd", "Dialog")])
    ... # doctest: +NORMALIZE_WHITESPACE
    [{'text': 'Mer', 'menu': [{'text': 'Metod', 'href': 'metod.ipynb'},
    {'text': 'Dialog', 'href': 'dialog.qmd'}, {'text': 'Lotsen', 'href': 'lotsen.qmd'}]}]
    """
    ordered = sorted(pages, key=lambda page: (page.order, page.title.casefold()))
    added = [
        {**entry, "menu": [*entry["menu"], *_entries(ordered, entry["text"])]}
        if "menu" in entry
        else dict(entry)
        for entry in menu
    ]
    return added


def _entries(pages: Sequence[OwnPage], heading: str) -> list[dict[str, str]]:
    return [{"text": one.title, "href": one.source} for one in pages if one.menu == heading]


def _taken(files: Sequence[Path], own: Path, folder: Path) -> Iterator[Problem]:
    """Own files that would take the place of a file of the report."""
    taken = {_as_named(path.relative_to(folder)) for path in store.files(folder)}
    for path in files:
        if _as_named(path.relative_to(own)) in taken:
            yield Problem(
                "Rapporten har redan en sida eller fil med det namnet.",
                "Byt namn på filen.",
                _where(path),
            )


def _as_named(path: Path) -> PurePosixPath:
    """A file's name as others may not have it: that of a page without its ending."""
    bare = path.with_suffix("") if path.suffix in SUFFIXES else path
    return PurePosixPath(bare.as_posix().casefold())


def _page(path: Path, headings: Sequence[str], problems: list[Problem]) -> Iterator[OwnPage]:
    """A page as its front matter tells; adds to `problems`."""
    where = _where(path)
    try:
        front, lines = front_matter(path, where)
    except RenderingError as error:
        problems += error.problems
        return
    title, menu, order = front.get("title"), front.get("under", MENU), front.get("order", 0)
    found = len(problems)
    if not (isinstance(title, str) and title.strip()):
        cause = "Sidan har ingen titel, och utan den kan den inte stå i menyn."
        fix = 'Skriv title: "Sidans namn" mellan två rader med --- överst på sidan.'
        problems.append(Problem(cause, fix, f"{where}, rad {lines.get('title', 1)}"))
    if menu not in headings:
        known = swedish.listing([f"”{heading}”" for heading in headings], "eller")
        problems.append(
            Problem(
                f"Menyn ”{menu}” finns inte.",
                f"Välj {known}, eller ta bort raden så läggs sidan under ”{MENU}”.",
                f"{where}, rad {lines.get('under', 1)}",
            )
        )
    if isinstance(order, bool) or not isinstance(order, int | float):
        cause, fix = f"Ordningen ”{order}” är inget tal.", "Skriv ett tal, till exempel order: 1."
        problems.append(Problem(cause, fix, f"{where}, rad {lines.get('order', 1)}"))
    if len(problems) == found:
        yield OwnPage(path.name, str(title), str(menu), float(order))


def _where(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
